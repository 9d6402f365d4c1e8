//! Small meters fed packet by packet: rates, throttles. They know nothing of what they measure.

use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_millis(500);

/// Bytes and packets per second, as a mean of half a second, with older windows fading out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rate {
    since: Option<Instant>,
    amount: u64,
    per_second: f64,
}

impl Rate {
    pub(crate) fn add(&mut self, amount: usize, now: Instant) {
        self.roll(now);
        self.amount += amount as u64;
    }

    /// The amount per second.
    pub(crate) fn per_second(&self, now: Instant) -> f64 {
        let mut copy = *self;
        copy.roll(now);
        copy.per_second
    }

    fn roll(&mut self, now: Instant) {
        let Some(since) = self.since else {
            self.since = Some(now);
            return;
        };
        let passed = now.saturating_duration_since(since);
        if passed < WINDOW {
            return;
        }
        let fresh = self.amount as f64 / passed.as_secs_f64();
        let known = self.per_second > 0.0 && passed < 4 * WINDOW;
        self.per_second = if known { 0.5 * self.per_second + 0.5 * fresh } else { fresh };
        self.since = Some(now);
        self.amount = 0;
    }
}

/// A rate in bits for one in bytes.
pub(crate) fn bits(bytes_per_second: f64) -> u64 {
    whole(bytes_per_second * 8.0)
}

/// The nearest whole number, zero for what is none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, which is what is wanted")]
pub(crate) fn whole(number: f64) -> u64 {
    number.round() as u64
}

/// A request or its answer is taken for lost after this long.
const UNANSWERED: Duration = Duration::from_millis(250);

/// At most one request in each interval; one that came too early is made when its time has come. A request that
/// was not answered may be made again sooner, and so may one of somebody whom the last answer came too early for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Throttle {
    last: Option<Instant>,
    answered: bool,
    at_once: bool,
    pub(crate) wanted: bool,
}

impl Throttle {
    /// Whether a wanted request may leave now; it then counts as made.
    pub(crate) fn take(&mut self, interval: Duration, now: Instant) -> bool {
        if !self.wanted || self.due(interval).is_some_and(|due| due > now) {
            return false;
        }
        self.wanted = false;
        self.at_once = false;
        self.answered = false;
        self.last = Some(now);
        true
    }

    /// Something is wanted, by somebody who may wait or by one who shall not.
    pub(crate) fn want(&mut self, at_once: bool) {
        self.wanted = true;
        self.at_once |= at_once;
    }

    /// What was asked for came.
    pub(crate) fn answer(&mut self) {
        self.wanted = false;
        self.at_once = false;
        self.answered = true;
    }

    /// When the next request may leave.
    pub(crate) fn due(&self, interval: Duration) -> Option<Instant> {
        self.last.map(|last| last + if self.answered && !self.at_once { interval } else { interval.min(UNANSWERED) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::start;

    #[test]
    fn a_rate_follows_and_fades() {
        let mut rate = Rate::default();
        for step in 0..200 {
            rate.add(1_000, start() + Duration::from_millis(step * 10));
        }
        let at_end = start() + Duration::from_secs(2);
        assert!((90_000.0..110_000.0).contains(&rate.per_second(at_end)));
        assert!(rate.per_second(at_end + Duration::from_secs(10)) < 10_000.0);
    }

    #[test]
    fn an_early_request_waits() {
        let interval = Duration::from_millis(500);
        let mut throttle = Throttle { wanted: true, ..Throttle::default() };
        assert!(throttle.take(interval, start()));
        throttle.answer();
        throttle.wanted = true;
        assert!(!throttle.take(interval, start() + Duration::from_millis(499)));
        assert!(throttle.take(interval, start() + interval));
    }

    #[test]
    fn who_came_after_the_answer_waits_no_whole_interval() {
        let interval = Duration::from_secs(1);
        let mut throttle = Throttle { wanted: true, ..Throttle::default() };
        assert!(throttle.take(interval, start()));
        throttle.answer();
        throttle.want(true);
        assert!(!throttle.take(interval, start() + Duration::from_millis(249)), "nobody makes a flood of them");
        assert!(throttle.take(interval, start() + UNANSWERED));
        throttle.answer();
        throttle.want(false);
        assert!(!throttle.take(interval, start() + 2 * UNANSWERED));
    }

    #[test]
    fn a_request_that_got_lost_is_made_again_soon() {
        let mut throttle = Throttle { wanted: true, ..Throttle::default() };
        assert!(throttle.take(Duration::from_secs(1), start()));
        throttle.wanted = true;
        assert!(!throttle.take(Duration::from_secs(1), start() + Duration::from_millis(249)));
        assert!(throttle.take(Duration::from_secs(1), start() + UNANSWERED));
    }
}
