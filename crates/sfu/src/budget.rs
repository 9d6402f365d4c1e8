//! What the path towards one subscriber carries, and when its next message may leave. It judges
//! nothing itself: the estimator and the pacer do, this joins them to the egress.

use std::time::{Duration, Instant};

use crate::bwe::{Estimator, EstimatorConfig, ProbeStep};
use crate::pacer::Pacer;
use crate::rtcp::TransportFeedback;
use crate::setup::PeerSetup;
use crate::twcc::History;

/// Seconds in the format of the abs-send-time extension: 6.18 fixed point.
const SEND_TIME_TICKS: f64 = 262_144.0;

/// Below this nothing useful can be sent.
const ESTIMATE_BPS_MIN: u64 = 50_000;
/// A change of the estimate by this share, in percent, is worth sharing out anew at once.
const CHANGE_PERCENT: u64 = 5;

/// The sending side of congestion control for one peer.
pub(crate) struct Budget {
    began: Instant,
    max_bps: u64,
    /// What somebody pretends the path carries.
    cap_bps: Option<u64>,
    estimator: Estimator,
    /// Whether the peer reports in a way that the estimator can work with.
    measured: bool,
    pacer: Pacer,
    /// Made when the first stream with transport-wide numbers is sent.
    history: Option<Box<History>>,
    /// The estimate that was shared out last.
    shared_bps: u64,
}

impl Budget {
    pub(crate) fn new(setup: &PeerSetup, now: Instant) -> Self {
        let max_bps = u64::from(setup.max_bitrate_bps).max(ESTIMATE_BPS_MIN);
        let start_bps = u64::from(setup.start_bitrate_bps).clamp(ESTIMATE_BPS_MIN, max_bps);
        Budget {
            began: now,
            max_bps,
            cap_bps: None,
            estimator: Estimator::new(EstimatorConfig { start_bps, min_bps: ESTIMATE_BPS_MIN, max_bps }, now),
            measured: false,
            pacer: Pacer::new(max_bps, now),
            history: None,
            shared_bps: max_bps,
        }
    }

    /// What the path carries; without any report, all that is ever sent.
    pub(crate) fn estimate_bps(&self) -> u64 {
        let estimate = if self.measured { self.estimator.estimate_bps() } else { self.max_bps };
        self.cap_bps.map_or(estimate, |cap| estimate.min(cap))
    }

    /// Pretends that the path carries no more than this, or stops pretending.
    pub(crate) fn cap(&mut self, cap_bps: Option<u64>) {
        self.cap_bps = cap_bps.map(|cap| cap.max(ESTIMATE_BPS_MIN));
    }

    /// A stream with transport-wide numbers is going to be sent.
    pub(crate) fn expect_reports(&mut self, now: Instant) {
        self.measured = true;
        self.pacer.set_estimate(self.estimator.estimate_bps(), now);
    }

    /// When the pacer lets the next message go, if not now.
    pub(crate) fn paced_until(&mut self, now: Instant) -> Option<Instant> {
        self.pacer.opens_at(now)
    }

    /// Full packets that leave within so long.
    pub(crate) fn packets_within(&self, time: Duration) -> usize {
        self.pacer.packets_within(time)
    }

    /// Counts what was sent.
    pub(crate) fn sent(&mut self, bytes: usize, now: Instant) {
        self.pacer.charge(bytes, now);
    }

    /// The transport-wide number of a packet that is being sent.
    pub(crate) fn next_transport_sequence(&mut self, bytes: usize, probe: Option<u16>, now: Instant) -> u16 {
        self.estimator.packet_sent(now);
        let history = self.history.get_or_insert_with(|| Box::new(History::new(now)));
        history.send(u16::try_from(bytes).unwrap_or(u16::MAX), probe, now)
    }

    /// Now, as the abs-send-time extension writes it.
    pub(crate) fn send_time(&self, now: Instant) -> [u8; 3] {
        let seconds = now.saturating_duration_since(self.began).as_secs_f64() % 64.0;
        let [.., a, b, c] = crate::measure::whole(seconds * SEND_TIME_TICKS).to_be_bytes();
        [a, b, c]
    }

    /// Takes what the peer says of the packets it got.
    pub(crate) fn apply(&mut self, feedback: &TransportFeedback<'_>, now: Instant) {
        let Some(history) = &mut self.history else {
            return;
        };
        let estimator = &mut self.estimator;
        history.apply(feedback, |result| estimator.result(&result));
        estimator.finish_feedback(now);
    }

    /// A receiver's own estimate.
    pub(crate) fn apply_receiver_estimate(&mut self, bitrate_bps: u64, now: Instant) {
        self.measured = true;
        self.estimator.remb(bitrate_bps, now);
    }

    /// Share of packets that the path loses and no queue of it, 0 to 1.
    pub(crate) fn path_loss(&self) -> f64 {
        self.estimator.path_loss()
    }

    pub(crate) fn set_round_trip(&mut self, rtt: Duration) {
        self.estimator.set_round_trip(rtt);
    }

    /// What the allocator would use if there were room.
    pub(crate) fn want(&mut self, wanted_bps: u64) {
        self.estimator.set_wanted_bps(wanted_bps);
        self.shared_bps = self.estimate_bps();
    }

    /// The next packet of a probe that should leave now.
    pub(crate) fn poll_probe(&mut self, now: Instant) -> Option<ProbeStep> {
        self.history.as_ref()?;
        self.estimator.poll_probe(now)
    }

    pub(crate) fn probe_sent(&mut self, cluster: u16, bytes: usize, now: Instant) {
        self.estimator.probe_sent(cluster, bytes, now);
    }

    /// Moves time on; says whether the estimate changed enough to share it out anew.
    pub(crate) fn tick(&mut self, now: Instant) -> bool {
        self.estimator.handle_timeout(now);
        let estimate = self.estimate_bps();
        self.pacer.set_estimate(estimate, now);
        estimate.abs_diff(self.shared_bps) * 100 > self.shared_bps * CHANGE_PERCENT
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.history.as_ref().and_then(|_| self.estimator.poll_timeout())
    }
}
