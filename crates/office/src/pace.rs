//! How often somebody may do something: so much at once, and then one more each time a while has passed.

use std::fmt;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use kernel::clock::{Clock, Time};

/// Keys remembered before those that have recovered are forgotten.
const KEYS_BEFORE_SWEEP: usize = 10_000;

/// One pace, kept for each key by itself.
pub(crate) struct Pace<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, Ticking, NoOpMiddleware<Duration>>,
    clock: Ticking,
}

impl<K: Hash + Eq + Clone> Pace<K> {
    /// So many at once, and one more each time `again` has passed.
    pub(crate) fn new(clock: &Clock, burst: u64, again: Duration) -> Self {
        let clock = Ticking(clock.clone());
        let burst = NonZeroU32::new(u32::try_from(burst).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(again.max(Duration::from_millis(1))).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        Self { limiter: RateLimiter::hashmap_with_clock(quota.allow_burst(burst), clock.clone()), clock }
    }

    /// Counts one; when that is one too many, says how long to wait.
    pub(crate) fn pass(&self, key: &K) -> Result<(), Duration> {
        if self.limiter.len() > KEYS_BEFORE_SWEEP {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|no| no.wait_time_from(self.clock.now()))
    }
}

impl<K: Hash + Eq + Clone> fmt::Debug for Pace<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pace")
    }
}

/// Our clock as governor wants it: the time since 1970.
#[derive(Clone, Debug)]
struct Ticking(Clock);

impl GovernorClock for Ticking {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.now().since(Time::from_ms(0))
    }
}

#[cfg(test)]
mod tests {
    use kernel::clock::FakeClock;

    use super::*;

    #[test]
    fn what_was_used_up_comes_back_bit_by_bit() {
        let fake = FakeClock::starting_at(Time::from_ms(1_795_000_000_000));
        let pace = Pace::new(&Clock::Fake(fake.clone()), 3, Duration::from_millis(200));
        for _ in 0..3 {
            assert_eq!(pace.pass(&"li.na"), Ok(()));
        }
        assert_eq!(pace.pass(&"li.na"), Err(Duration::from_millis(200)));
        assert_eq!(pace.pass(&"wang.wei"), Ok(()), "each by itself");
        fake.advance(Duration::from_millis(200));
        assert_eq!(pace.pass(&"li.na"), Ok(()));
        assert!(pace.pass(&"li.na").is_err());
    }
}
