//! How often an address has tried a link lately. Pure but for its memory, which is bounded.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kernel::clock::Time;

/// The time in which tries are counted.
const WINDOW: Duration = Duration::from_secs(600);
/// Addresses remembered before those whose time is over are forgotten, or all when there are none.
const KNOWN_MAX: usize = 10_000;

/// The count.
#[derive(Debug, Default)]
pub(super) struct Tries(Mutex<HashMap<String, (Time, u64)>>);

impl Tries {
    /// Counts one try; refuses it with the seconds to wait when there were too many.
    pub(super) fn count(&self, who: &str, max: u64, now: Time) -> Result<(), u64> {
        // The map is whole between any two statements, so a panic elsewhere cannot spoil it.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN_MAX {
            known.retain(|_, (since, _)| now.since(*since) < WINDOW);
            if known.len() >= KNOWN_MAX {
                known.clear();
            }
        }
        let (since, count) = known.entry(who.to_owned()).or_insert((now, 0));
        if now.since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        if *count >= max {
            return Err((*since + WINDOW).since(now).as_secs() + 1);
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_run_out_and_come_back() {
        let (tries, start) = (Tries::default(), Time::from_ms(1_795_000_000_000));
        assert_eq!([1, 2, 3].map(|_| tries.count("a", 2, start).is_ok()), [true, true, false]);
        assert!(tries.count("b", 2, start).is_ok());
        assert_eq!(tries.count("a", 2, start + Duration::from_secs(100)), Err(501));
        assert!(tries.count("a", 2, start + WINDOW).is_ok());
    }
}
