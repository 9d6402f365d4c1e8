//! How often one address may stand at a door, so that nobody finds meetings by trying numbers. It counts, in memory and
//! within a bound, and must never decide who is let in.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use kernel::clock::Time;

const WINDOW_MS: i64 = 60_000;
/// Addresses remembered at once; beyond that the window begins anew for all.
const ADDRESSES_MAX: usize = 10_000;

/// The count of the present minute.
#[derive(Debug, Default)]
pub(super) struct Door(Mutex<Window>);

#[derive(Debug, Default)]
struct Window {
    began_ms: i64,
    visits: BTreeMap<String, u64>,
}

impl Door {
    /// Counts a visit; says whether it is within the limit of the minute.
    pub(super) fn admits(&self, address: &str, limit: u64, now: Time) -> bool {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.as_ms() - window.began_ms >= WINDOW_MS || window.visits.len() >= ADDRESSES_MAX {
            *window = Window { began_ms: now.as_ms(), visits: BTreeMap::new() };
        }
        let visits = window.visits.entry(address.to_owned()).or_default();
        *visits += 1;
        *visits <= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_holds_for_each_address_and_for_a_minute() {
        let door = Door::default();
        let now = Time::from_ms(1_000_000);
        assert!(door.admits("a", 2, now) && door.admits("a", 2, now));
        assert!(!door.admits("a", 2, now));
        assert!(door.admits("b", 2, now));
        assert!(door.admits("a", 2, Time::from_ms(1_000_000 + WINDOW_MS)));
    }
}
