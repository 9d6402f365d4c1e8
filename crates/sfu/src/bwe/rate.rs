//! The rate that delay allows: up slowly near what the link took last, faster elsewhere, down at once.

use std::time::{Duration, Instant};

use super::trend::Usage;

const DECREASE: f64 = 0.85;
const GROWTH_PER_SECOND: f64 = 1.08;
/// No growth beyond what arrives, by more than this.
const AHEAD_FACTOR: f64 = 1.5;
const AHEAD_BPS: f64 = 10_000.0;
/// The share of what arrives that is believed to fit for long.
const PROVEN_SHARE: f64 = 0.9;
const PACKET_BITS: f64 = 1_200.0 * 8.0;
/// Deviations from the mean within which a rate is near the link's capacity.
const NEAR: f64 = 3.0;
const CAPACITY_SMOOTHING: f64 = 0.05;

/// What the link took when it was last overused.
#[derive(Clone, Copy, Debug)]
struct Capacity {
    mean_kbps: f64,
    /// Variance relative to the mean.
    variance: f64,
}

impl Capacity {
    fn new(kbps: f64) -> Self {
        Capacity { mean_kbps: kbps, variance: 0.4 }
    }

    fn observe(&mut self, kbps: f64) {
        let before = self.mean_kbps;
        self.mean_kbps += CAPACITY_SMOOTHING * (kbps - before);
        let error = (kbps - before).powi(2) / before.max(1.0);
        self.variance = ((1.0 - CAPACITY_SMOOTHING) * self.variance + CAPACITY_SMOOTHING * error).clamp(0.4, 2.5);
    }

    fn deviation(&self) -> f64 {
        (self.variance * self.mean_kbps).sqrt()
    }

    fn upper_bps(&self) -> f64 {
        (self.mean_kbps + NEAR * self.deviation()) * 1_000.0
    }

    fn lower_bps(&self) -> f64 {
        (self.mean_kbps - NEAR * self.deviation()).max(0.0) * 1_000.0
    }
}

/// What was measured since the last update.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    /// What arrives.
    pub(super) acked: Option<f64>,
    /// The same, unless so little is sent that it tells nothing of the link.
    pub(super) limit: Option<f64>,
    /// What a probe found.
    pub(super) probed: Option<f64>,
}

/// The controller.
#[derive(Clone, Copy, Debug)]
pub(super) struct DelayRate {
    bps: f64,
    capacity: Option<Capacity>,
    updated: Option<Instant>,
    decreased: Option<Instant>,
    /// After queues drained, growth goes on only when delay is normal again.
    holds: bool,
}

impl DelayRate {
    pub(super) fn new(start_bps: f64) -> Self {
        DelayRate { bps: start_bps, capacity: None, updated: None, decreased: None, holds: false }
    }

    pub(super) fn bps(&self) -> f64 {
        self.bps
    }

    pub(super) fn set(&mut self, bps: f64, now: Instant) {
        self.bps = bps;
        self.updated = Some(now);
    }

    pub(super) fn cap(&mut self, bps: f64) {
        self.bps = self.bps.min(bps);
    }

    pub(super) fn update(&mut self, usage: Usage, measured: Measured, round_trip: Duration, now: Instant) {
        let elapsed = now.saturating_duration_since(self.updated.unwrap_or(now)).as_secs_f64().min(1.0);
        self.updated = Some(now);
        if let Some(probed) = measured.probed.filter(|_| usage != Usage::Over) {
            if self.capacity.is_some_and(|capacity| probed > capacity.upper_bps()) {
                self.capacity = None;
            }
            self.bps = self.bps.max(probed);
        }
        match usage {
            Usage::Over => self.decrease(measured.limit, round_trip, now),
            Usage::Under => self.holds = true,
            Usage::Normal if self.holds => self.holds = false,
            Usage::Normal => self.increase(measured.acked, elapsed, round_trip),
        }
    }

    fn decrease(&mut self, limit: Option<f64>, round_trip: Duration, now: Instant) {
        self.holds = true;
        // One decrease needs a round trip to show; a collapse does not wait for it.
        let pause = round_trip.clamp(Duration::from_millis(50), Duration::from_millis(300));
        let recent = self.decreased.is_some_and(|decreased| now < decreased + pause);
        let measured = limit.unwrap_or(self.bps);
        if recent && measured > self.bps * 0.5 {
            return;
        }
        self.decreased = Some(now);
        if let Some(kbps) = limit.map(|bps| bps / 1_000.0) {
            match &mut self.capacity {
                Some(capacity) if kbps * 1_000.0 >= capacity.lower_bps() => capacity.observe(kbps),
                capacity => *capacity = Some(Capacity::new(kbps)),
            }
        }
        self.bps = self.bps.min(measured * DECREASE);
    }

    fn increase(&mut self, acked: Option<f64>, elapsed: f64, round_trip: Duration) {
        if let (Some(capacity), Some(acked)) = (self.capacity, acked)
            && acked > capacity.upper_bps()
        {
            self.capacity = None;
        }
        let response = round_trip.as_secs_f64() + 0.1;
        let grown = if self.capacity.is_some() {
            self.bps + (PACKET_BITS / response).max(4_000.0) * elapsed
        } else {
            self.bps * GROWTH_PER_SECOND.powf(elapsed) + 1_000.0 * elapsed
        };
        // What arrives may be little because little is sent: that keeps the rate, but does not lower it.
        let ahead = acked.map_or(self.bps, |acked| acked * AHEAD_FACTOR + AHEAD_BPS);
        // What arrives without delay fits, whoever decided to send more than the rate.
        let proven = acked.map_or(0.0, |acked| acked * PROVEN_SHARE);
        self.bps = grown.min(ahead.max(self.bps)).max(proven);
    }
}
