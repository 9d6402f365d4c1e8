//! Packets lost on the way to us: decides which to ask for again, when, and when to give up and ask for a key
//! frame. Holds numbers, never packets.

use std::time::{Duration, Instant};

/// Missing packets asked for at the same time per stream.
pub const MISSING_MAX: usize = 256;
/// How often one packet is asked for.
pub const REQUESTS_MAX: u8 = 10;

/// Time in which a packet may simply come late.
const REORDER_WAIT: Duration = Duration::from_millis(5);
/// No request is repeated sooner, whatever the round trip.
const REPEAT_MIN: Duration = Duration::from_millis(20);
const REPEAT_MAX: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug)]
struct Missing {
    number: u64,
    since: Instant,
    next: Instant,
    /// When it was asked for first.
    asked: Option<Instant>,
    requests: u8,
}

/// Gaps in one received stream.
#[derive(Clone, Debug)]
pub struct GapTracker {
    newest: Option<u64>,
    /// In rising order; capacity is fixed.
    missing: Vec<Missing>,
    age_max: Duration,
    gave_up: bool,
    /// How long an answer takes, as seen.
    round_trip: Option<Duration>,
}

impl GapTracker {
    /// No gaps. A packet that is missing for longer than `age_max` is given up.
    pub fn new(age_max: Duration) -> Self {
        GapTracker { newest: None, missing: Vec::with_capacity(MISSING_MAX), age_max, gave_up: false, round_trip: None }
    }

    /// Takes note of a packet that arrived, by its own number (the original's for a retransmission).
    pub fn receive(&mut self, number: u64, now: Instant) {
        let Some(newest) = self.newest else {
            self.newest = Some(number);
            return;
        };
        if number <= newest {
            if let Ok(at) = self.missing.binary_search_by_key(&number, |missing| missing.number) {
                let found = self.missing.remove(at);
                if let Some(asked) = found.asked {
                    self.measure(now.saturating_duration_since(asked));
                }
            }
            return;
        }
        self.newest = Some(number);
        let gap = number - newest - 1;
        if gap > (MISSING_MAX - self.missing.len()) as u64 {
            self.missing.clear();
            self.gave_up = true;
            return;
        }
        let next = now + REORDER_WAIT;
        let missing = |number| Missing { number, since: now, next, asked: None, requests: 0 };
        self.missing.extend((newest + 1..number).map(missing));
    }

    /// When to call [`Self::take_due`] next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.missing.iter().map(|missing| missing.next).min()
    }

    /// Takes the time from a first request to its packet. One that had to be repeated took longer than a round trip,
    /// so the estimate falls quickly and rises slowly.
    fn measure(&mut self, took: Duration) {
        self.round_trip = Some(match self.round_trip {
            None => took,
            Some(known) if took < known => (known + took) / 2,
            Some(known) => (known * 7 + took) / 8,
        });
    }

    /// Names the packets to ask for now, in rising order, into `due`; gives how many. The rest waits for the
    /// next call. `round_trip` is believed until answers tell better.
    pub fn take_due(&mut self, now: Instant, round_trip: Duration, due: &mut [u16]) -> usize {
        let before = self.missing.len();
        self.missing.retain(|missing| {
            let spent = missing.requests >= REQUESTS_MAX && missing.next <= now;
            !spent && now.saturating_duration_since(missing.since) < self.age_max
        });
        self.gave_up |= self.missing.len() < before;
        let round_trip = self.round_trip.unwrap_or(round_trip);
        let repeat = (round_trip + round_trip / 4).clamp(REPEAT_MIN, REPEAT_MAX);
        let mut count = 0;
        for missing in self.missing.iter_mut().filter(|missing| missing.next <= now) {
            let Some(slot) = due.get_mut(count) else { break };
            *slot = crate::low16(missing.number);
            count += 1;
            missing.requests += 1;
            missing.asked.get_or_insert(now);
            missing.next = now + repeat;
        }
        count
    }

    /// Whether packets were given up since the last call: a video stream then needs a key frame.
    pub fn take_gave_up(&mut self) -> bool {
        std::mem::take(&mut self.gave_up)
    }

    /// Packets missing now.
    pub fn missing_count(&self) -> usize {
        self.missing.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_gap_is_asked_for_until_it_is_filled() {
        let start = now();
        let mut tracker = GapTracker::new(MS * 1_500);
        tracker.receive(70_000, start);
        tracker.receive(70_003, start);
        assert_eq!(due(&mut tracker, start + MS * 4), []);
        assert_eq!(tracker.poll_timeout(), Some(start + MS * 5));
        let first = crate::low16(70_001);
        assert_eq!(due(&mut tracker, start + MS * 5), [first, first + 1]);
        assert_eq!(due(&mut tracker, start + MS * 20), []);
        tracker.receive(70_001, start + MS * 40);
        assert_eq!(due(&mut tracker, start + MS * 60), [first + 1]);
        tracker.receive(70_002, start + MS * 70);
        assert_eq!(tracker.poll_timeout(), None);
        assert!(!tracker.take_gave_up());
    }

    #[test]
    fn answers_tell_how_soon_to_ask_again() {
        let start = now();
        let mut tracker = GapTracker::new(MS * 1_500);
        tracker.receive(1, start);
        for step in 0..20_u32 {
            let begins = start + MS * 100 * step;
            tracker.receive(u64::from(step) * 2 + 3, begins);
            assert_eq!(due(&mut tracker, begins + MS * 5).len(), 1);
            tracker.receive(u64::from(step) * 2 + 2, begins + MS * 29);
        }
        let begins = start + MS * 2_000;
        tracker.receive(43, begins);
        assert_eq!(due(&mut tracker, begins + MS * 5).len(), 1);
        assert_eq!((6..100).find(|step| !due(&mut tracker, begins + MS * *step).is_empty()), Some(35), "not after the guessed 50 ms");
    }

    #[test]
    fn reordering_asks_for_nothing() {
        let start = now();
        let mut tracker = GapTracker::new(MS * 1_500);
        for number in [10, 12, 11, 15, 14, 13] {
            tracker.receive(number, start);
        }
        assert_eq!(due(&mut tracker, start + MS * 100), []);
    }

    #[test]
    fn what_does_not_come_is_given_up() {
        let start = now();
        let mut tracker = GapTracker::new(MS * 1_500);
        tracker.receive(1, start);
        tracker.receive(3, start);
        let mut requests = 0;
        for step in 0..2_000 {
            requests += due(&mut tracker, start + MS * step).len();
        }
        assert_eq!(requests, usize::from(REQUESTS_MAX));
        assert!(tracker.take_gave_up());
        assert_eq!((tracker.missing_count(), tracker.take_gave_up()), (0, false));
    }

    #[test]
    fn a_huge_gap_is_given_up_at_once() {
        let start = now();
        let mut tracker = GapTracker::new(MS * 1_500);
        tracker.receive(1, start);
        tracker.receive(1_000, start);
        assert!(tracker.take_gave_up());
        assert_eq!(tracker.missing_count(), 0);
        assert_eq!(tracker.missing.capacity(), MISSING_MAX);
    }

    fn due(tracker: &mut GapTracker, now: Instant) -> Vec<u16> {
        let mut due = [0; 64];
        let count = tracker.take_due(now, MS * 40, &mut due);
        due[..count].to_vec()
    }

    #[expect(clippy::disallowed_methods, reason = "the virtual clock of a test has to start somewhere")]
    fn now() -> Instant {
        Instant::now()
    }
}
