//! How much a subscriber's path can take, estimated on our side from transport feedback: the delay gradient
//! tells of queues that grow, loss tells of queues that overflow, probes tell of room above what is sent.
//! The published idea is Google's congestion control (draft-ietf-rmcat-gcc) with a trend line.
//! Deterministic: time comes with every call; sends nothing itself.

mod acked;
mod arrival;
mod loss;
mod probe;
mod rate;
#[cfg(test)]
mod tests;
mod trend;

use std::time::{Duration, Instant};

use crate::twcc::PacketResult;

pub use probe::ProbeStep;

use acked::AckedRate;
use arrival::Arrivals;
use loss::LossBound;
use probe::Prober;
use rate::{DelayRate, Measured};
use trend::{Trend, Usage};

/// Sending less than this share of the estimate, the sender has nothing to send, and what arrives says nothing
/// of the link's limit.
const IDLE_SHARE: f64 = 0.6;
/// Without feedback for this long while packets are sent, the estimate sinks.
const SILENCE: Duration = Duration::from_millis(1_500);
/// When nothing was sent for so long, a queue that was full is empty: what was seen of it must not stop a probe.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(2);
const SILENCE_STEP: Duration = Duration::from_millis(500);
const SILENCE_FACTOR: f64 = 0.75;
const ROUND_TRIP_DEFAULT: Duration = Duration::from_millis(100);

/// Bounds and start of an estimate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EstimatorConfig {
    /// What is believed before anything was measured.
    pub start_bps: u64,
    /// The estimate never goes below.
    pub min_bps: u64,
    /// The estimate never goes above.
    pub max_bps: u64,
}

impl Default for EstimatorConfig {
    fn default() -> Self {
        EstimatorConfig { start_bps: 600_000, min_bps: 50_000, max_bps: 50_000_000 }
    }
}

/// The estimate for one subscriber.
#[derive(Clone, Debug)]
pub struct Estimator {
    config: EstimatorConfig,
    arrivals: Arrivals,
    trend: Trend,
    acked: AckedRate,
    /// The same for what was sent, on our clock.
    sent: AckedRate,
    delay: DelayRate,
    loss: LossBound,
    prober: Prober,
    round_trip: Duration,
    /// A receiver's own word, where it gives one.
    remb_bps: Option<f64>,
    wanted_bps: f64,
    /// When the silence is too long, counted from the first packet that nothing came back for.
    silence_due: Option<Instant>,
    is_silent: bool,
    /// When feedback came last.
    heard_at: Option<Instant>,
    estimate_bps: f64,
}

impl Estimator {
    /// Begins at `now` with the start value.
    pub fn new(config: EstimatorConfig, now: Instant) -> Self {
        assert!(config.min_bps <= config.start_bps && config.start_bps <= config.max_bps, "{config:?}");
        let start = config.start_bps as f64;
        Estimator {
            config,
            arrivals: Arrivals::default(),
            trend: Trend::default(),
            acked: AckedRate::default(),
            sent: AckedRate::default(),
            delay: DelayRate::new(start),
            loss: LossBound::new(),
            prober: Prober::new(now),
            round_trip: ROUND_TRIP_DEFAULT,
            remb_bps: None,
            wanted_bps: 0.0,
            silence_due: None,
            is_silent: false,
            heard_at: None,
            estimate_bps: start,
        }
    }

    /// What the path is believed to take.
    pub fn estimate_bps(&self) -> u64 {
        self.estimate_bps as u64
    }

    /// What arrived lately; zero before feedback.
    pub fn acked_bps(&self) -> u64 {
        self.acked.bps().unwrap_or(0.0) as u64
    }

    /// Share of packets lost lately, 0 to 1.
    pub fn loss(&self) -> f64 {
        self.loss.recent()
    }

    /// Share of packets that the path loses and no queue of it: at once while delay does not grow, else what it loses
    /// whatever is sent. 0 to 1.
    pub fn path_loss(&self) -> f64 {
        if self.trend.usage() == Usage::Normal { self.loss.recent() } else { self.loss.own_loss() }
    }

    /// What would be sent if there were room: nothing above it is probed for.
    pub fn set_wanted_bps(&mut self, wanted_bps: u64) {
        self.wanted_bps = wanted_bps as f64;
    }

    /// The round trip as report blocks tell it.
    pub fn set_round_trip(&mut self, round_trip: Duration) {
        self.round_trip = round_trip.min(Duration::from_secs(2));
    }

    /// The round trip last told, or a guess.
    pub fn round_trip(&self) -> Duration {
        self.round_trip
    }

    /// A packet was sent with a transport-wide number.
    pub fn packet_sent(&mut self, now: Instant) {
        let patience = if self.is_silent { SILENCE_STEP } else { SILENCE };
        self.silence_due.get_or_insert(now + patience);
    }

    /// One result of a feedback; [`Self::finish_feedback`] follows after the last.
    pub fn result(&mut self, result: &PacketResult) {
        self.sent.add(result.sent, result.bytes);
        let Some(arrived) = result.arrived else {
            self.loss.lost();
            return;
        };
        self.loss.received();
        self.acked.add(arrived, result.bytes);
        self.prober.result(result.probe, result.sent, arrived, result.bytes);
        if let Some(step) = self.arrivals.add(result.sent, arrived) {
            self.trend.add(&step);
        }
    }

    /// Draws the conclusions of a feedback.
    pub fn finish_feedback(&mut self, now: Instant) {
        self.heard();
        self.heard_at = Some(now);
        let usage = self.trend.usage();
        let acked = self.acked.bps();
        let probed = self.prober.take_measured();
        let is_idle = self.sent.bps().is_some_and(|sent| sent < self.estimate_bps * IDLE_SHARE);
        let limit = acked.filter(|_| !is_idle);
        self.delay.update(usage, Measured { acked, limit, probed }, self.round_trip, now);
        if let Some(probed) = probed {
            self.loss.raise_to(probed);
        }
        self.loss.update(self.estimate_bps, acked, now);
        if usage == Usage::Over {
            self.prober.overused(now);
        }
        self.settle();
    }

    /// A receiver without transport feedback tells its own estimate.
    pub fn remb(&mut self, bitrate_bps: u64, now: Instant) {
        self.heard();
        self.remb_bps = Some(bitrate_bps as f64);
        self.delay.set(bitrate_bps as f64, now);
        self.settle();
    }

    /// A report block of a receiver without transport feedback: loss since the one before, in 1/256.
    pub fn loss_report(&mut self, fraction_lost: u8, now: Instant) {
        self.heard();
        self.loss.report(f64::from(fraction_lost) / 256.0);
        self.loss.update(self.estimate_bps, None, now);
        self.settle();
    }

    /// The next step of a probe, if one is to be sent now: padding or repeats of that many bytes, under the
    /// cluster's number. The owner sends it, tells [`Self::probe_sent`] and asks again.
    pub fn poll_probe(&mut self, now: Instant) -> Option<ProbeStep> {
        if self.heard_at.take_if(|at| now.saturating_duration_since(*at) >= FORGOTTEN_AFTER).is_some() {
            (self.arrivals, self.trend) = (Arrivals::default(), Trend::default());
            self.loss.calm();
        }
        let may_begin = self.trend.usage() == Usage::Normal && !self.loss.is_congested();
        let ceiling = (self.config.max_bps as f64).min(self.wanted_bps * 1.1);
        self.prober.poll(self.estimate_bps, ceiling, may_begin, now)
    }

    /// Counts bytes sent under a cluster's number, media or padding.
    pub fn probe_sent(&mut self, cluster: u16, bytes: usize, now: Instant) {
        self.prober.sent(cluster, bytes, now);
    }

    /// When to look at [`Self::poll_probe`] or [`Self::handle_timeout`] again.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let probe = (self.wanted_bps > self.estimate_bps).then(|| self.prober.next());
        [self.silence_due, probe].into_iter().flatten().min()
    }

    /// Lets the estimate sink when nothing comes back.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.silence_due.is_some_and(|due| due <= now) {
            self.silence_due = None;
            self.is_silent = true;
            self.delay.set(self.estimate_bps * SILENCE_FACTOR, now);
            self.settle();
        }
    }

    fn heard(&mut self) {
        self.silence_due = None;
        self.is_silent = false;
    }

    fn settle(&mut self) {
        let (min, max) = (self.config.min_bps as f64, self.config.max_bps as f64);
        let bound = self.loss.bound().min(self.remb_bps.unwrap_or(f64::INFINITY));
        self.estimate_bps = self.delay.bps().min(bound).clamp(min, max);
        // Neither side may run away from what the other one allows.
        self.delay.cap(self.estimate_bps * 1.5);
    }
}
