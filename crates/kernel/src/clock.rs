//! Time as an argument: the system's clock in the program, a clock moved by hand in tests.
//!
//! This is the one module of the kernel that may read the ambient clock or sleep.

use std::ops::{Add, Sub};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// A moment: milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Time(i64);

impl Time {
    /// The moment that many milliseconds after the epoch.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the epoch.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// How long it is since `earlier`; nothing when `earlier` lies ahead.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl Add<Duration> for Time {
    type Output = Time;

    fn add(self, by: Duration) -> Time {
        Time(self.0.saturating_add(whole_ms(by)))
    }
}

impl Sub<Duration> for Time {
    type Output = Time;

    fn sub(self, by: Duration) -> Time {
        Time(self.0.saturating_sub(whole_ms(by)))
    }
}

/// Where a program takes its time from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The clock of the machine.
    System,
    /// A clock that stands still until a test moves it.
    Fake(FakeClock),
}

impl Clock {
    /// The present moment.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the ambient clock")]
    pub fn now(&self) -> Time {
        match self {
            Clock::System => {
                let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
                Time(whole_ms(elapsed.unwrap_or_default()))
            }
            Clock::Fake(fake) => fake.now(),
        }
    }

    /// Returns once the clock shows `moment` or later.
    #[expect(clippy::disallowed_methods, reason = "the one place that sleeps on behalf of the loops")]
    pub async fn wait_until(&self, moment: Time) {
        match self {
            Clock::System => tokio::time::sleep(moment.since(self.now())).await,
            Clock::Fake(fake) => fake.wait_until(moment).await,
        }
    }
}

/// A clock moved by hand; its copies all show the same time.
#[derive(Clone, Debug)]
pub struct FakeClock(Arc<watch::Sender<Time>>);

impl FakeClock {
    /// A clock that stands at `start`.
    pub fn starting_at(start: Time) -> Self {
        Self(Arc::new(watch::Sender::new(start)))
    }

    /// The moment it shows.
    pub fn now(&self) -> Time {
        *self.0.borrow()
    }

    /// Moves it forward and wakes whoever waited for a moment now past.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = *now + by);
    }

    async fn wait_until(&self, moment: Time) {
        // The sender lives as long as `self`, so the wait can only end by the time being reached.
        let _ = self.0.subscribe().wait_for(|now| *now >= moment).await;
    }
}

fn whole_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fake_clock_wakes_whoever_waits() {
        let fake = FakeClock::starting_at(Time::from_ms(1_000));
        let clock = Clock::Fake(fake.clone());
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.wait_until(Time::from_ms(5_000)).await }
        });
        fake.advance(Duration::from_secs(4));
        waiting.await.expect("the waiter ends");
        assert_eq!(clock.now(), Time::from_ms(5_000));
    }

    #[test]
    fn time_never_overflows() {
        let last = Time::from_ms(i64::MAX);
        assert_eq!(last + Duration::MAX, last);
        assert_eq!(Time::from_ms(0).since(last), Duration::ZERO);
    }
}
