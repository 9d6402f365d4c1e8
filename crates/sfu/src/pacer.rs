//! Spreads what is sent to one subscriber: a bucket that drains at a multiple of the estimate, so that a key
//! frame or a probe does not overrun a queue on the way. Holds no packets; its owner asks before each message.

use std::time::{Duration, Instant};

/// The bucket drains at this multiple of the estimate: fast enough that frames do not wait for each other.
pub const PACING_FACTOR: f64 = 2.5;

/// A burst of this length at the pacing rate is let through at once.
const BURST: Duration = Duration::from_millis(5);
/// And never less than a few full packets, so that slow links are not paced to death.
const BURST_BYTES_MIN: f64 = 6_000.0;
/// Debt beyond this is forgotten: audio is charged but never waits, and must not stop video for ever.
const DEBT_MAX: Duration = Duration::from_millis(500);
const PACKET_BYTES: f64 = 1_200.0;
/// A frame of this many packets may wait on any path.
const PACKETS_MIN: usize = 32;

/// The bucket of one subscriber.
#[derive(Clone, Copy, Debug)]
pub struct Pacer {
    bytes_per_second: f64,
    /// Bytes sent and not drained yet.
    level: f64,
    updated: Instant,
}

impl Pacer {
    /// An empty bucket.
    pub fn new(estimate_bps: u64, now: Instant) -> Self {
        let mut pacer = Pacer { bytes_per_second: 0.0, level: 0.0, updated: now };
        pacer.set_estimate(estimate_bps, now);
        pacer
    }

    /// Follows the estimate.
    pub fn set_estimate(&mut self, estimate_bps: u64, now: Instant) {
        self.drain(now);
        self.bytes_per_second = (estimate_bps as f64 / 8.0 * PACING_FACTOR).max(1_000.0);
    }

    /// Whether another message may be sent now.
    pub fn is_open(&mut self, now: Instant) -> bool {
        self.drain(now);
        self.level < self.burst()
    }

    /// When [`Self::is_open`] turns true; `None` when it is now.
    pub fn opens_at(&mut self, now: Instant) -> Option<Instant> {
        self.drain(now);
        let excess = self.level - self.burst();
        // One microsecond more, so that rounding never wakes the owner too early.
        (excess >= 0.0).then(|| now + Duration::from_secs_f64(excess / self.bytes_per_second) + Duration::from_micros(1))
    }

    /// Bytes that may be sent now.
    pub fn budget_bytes(&mut self, now: Instant) -> usize {
        self.drain(now);
        (self.burst() - self.level).max(0.0) as usize
    }

    /// Full packets that leave within so long.
    pub fn packets_within(&self, time: Duration) -> usize {
        ((self.bytes_per_second * time.as_secs_f64() / PACKET_BYTES) as usize).max(PACKETS_MIN)
    }

    /// Counts what was sent, whether it had to wait or not.
    pub fn charge(&mut self, bytes: usize, now: Instant) {
        self.drain(now);
        self.level = (self.level + bytes as f64).min(self.burst() + self.bytes_per_second * DEBT_MAX.as_secs_f64());
    }

    fn burst(&self) -> f64 {
        (self.bytes_per_second * BURST.as_secs_f64()).max(BURST_BYTES_MIN)
    }

    fn drain(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.updated);
        self.updated = self.updated.max(now);
        self.level = (self.level - elapsed.as_secs_f64() * self.bytes_per_second).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: usize = 16 * 1_200;

    #[test]
    fn a_key_frame_is_spread_at_two_and_a_half_times_the_estimate() {
        let start = now();
        let mut pacer = Pacer::new(2_000_000, start);
        let mut at = start;
        let mut sent = 0;
        while sent < 150 * 1_200 {
            if let Some(opens) = pacer.opens_at(at) {
                assert!(opens > at);
                at = opens;
            }
            assert!(pacer.is_open(at));
            pacer.charge(MESSAGE, at);
            sent += MESSAGE;
        }
        // 180 kB at 5 Mbit/s take 288 ms; the first and the last message do not wait for their own bytes.
        let took = (at - start).as_millis();
        assert!((220..=290).contains(&took), "{took} ms");
    }

    #[test]
    fn small_frames_do_not_wait() {
        let start = now();
        let mut pacer = Pacer::new(300_000, start);
        for frame in 0..100u32 {
            let at = start + Duration::from_millis(33) * frame;
            assert!(pacer.is_open(at));
            assert!(pacer.budget_bytes(at) >= 1_200);
            pacer.charge(1_200, at);
        }
    }

    #[test]
    fn debt_is_bounded() {
        let start = now();
        let mut pacer = Pacer::new(100_000, start);
        pacer.charge(100_000_000, start);
        assert!(pacer.opens_at(start).unwrap() <= start + DEBT_MAX + Duration::from_millis(1));
    }

    #[expect(clippy::disallowed_methods, reason = "the virtual clock of a test has to start somewhere")]
    fn now() -> Instant {
        Instant::now()
    }
}
