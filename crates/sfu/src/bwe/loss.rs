//! The rate that loss allows. Loss that stays when the rate sinks is the path's own (radio, a bad cable) and is
//! no reason to sink further; what lies above it is congestion.

use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_millis(400);
const PACKETS_MIN: u32 = 20;
/// A window with too few packets closes anyway.
const WINDOW_MAX: Duration = Duration::from_secs(2);
/// Windows over which the path's own loss is the smallest seen.
const HISTORY: usize = 12;
/// Fewer windows say nothing of the path itself.
const HISTORY_MIN: usize = 4;
/// The path itself is never believed to lose more.
const OWN_LOSS_MAX: f64 = 0.30;

/// Loss of the path's own comes in clumps: a standard deviation above it is no sign of anything.
const NOISE_DEVIATIONS: f64 = 1.0;

const SMOOTHING: f64 = 0.3;
const LOW: f64 = 0.02;
const HIGH: f64 = 0.08;
const GROWTH: f64 = 1.08;
/// Loss taken for the path's own is put to the test this often, for this many windows, at this share of what
/// arrives: a link that simply drops what is too much stops losing then.
const TEST_EVERY: Duration = Duration::from_secs(10);
const TEST_WINDOWS: u32 = 3;
const TEST_SHARE: f64 = 0.9;
const TEST_LOSS_MIN: f64 = 0.04;
/// Headroom of the bound above the estimate, when nothing is lost.
const HEADROOM: f64 = 1.5;

#[derive(Clone, Copy, Debug)]
struct Test {
    windows_left: u32,
    estimate_before: f64,
    loss_before: f64,
    loss_seen: f64,
}

/// How far above its mean the share of so many packets may be by chance alone.
fn noise(share: f64, packets: u32) -> f64 {
    NOISE_DEVIATIONS * (share * (1.0 - share) / f64::from(packets.max(1))).sqrt()
}

/// The bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct LossBound {
    bound: f64,
    lost: u32,
    received: u32,
    opened: Option<Instant>,
    /// Loss smoothed over a few windows, for windows are small and chance is coarse.
    smoothed: f64,
    /// Smoothed loss of the last windows, newest first.
    history: [f64; HISTORY],
    history_count: usize,
    reported: Option<f64>,
    congested: bool,
    test: Option<Test>,
    tested: Option<Instant>,
}

impl LossBound {
    pub(super) fn new() -> Self {
        LossBound {
            bound: f64::INFINITY,
            lost: 0,
            received: 0,
            opened: None,
            smoothed: 0.0,
            history: [0.0; HISTORY],
            history_count: 0,
            reported: None,
            congested: false,
            test: None,
            tested: None,
        }
    }

    pub(super) fn bound(&self) -> f64 {
        self.bound
    }

    pub(super) fn recent(&self) -> f64 {
        self.smoothed
    }

    pub(super) fn is_congested(&self) -> bool {
        self.congested
    }

    /// What was believed is long ago.
    pub(super) fn calm(&mut self) {
        self.congested = false;
    }

    pub(super) fn lost(&mut self) {
        self.lost += 1;
    }

    pub(super) fn received(&mut self) {
        self.received += 1;
    }

    /// A share measured by the receiver.
    pub(super) fn report(&mut self, share: f64) {
        self.reported = Some(share);
    }

    /// A probe arrived at this rate, so loss cannot stand against it.
    pub(super) fn raise_to(&mut self, bps: f64) {
        if !self.congested {
            self.bound = self.bound.max(bps);
        }
    }

    pub(super) fn update(&mut self, estimate: f64, acked: Option<f64>, now: Instant) {
        let opened = *self.opened.get_or_insert(now);
        let age = now.saturating_duration_since(opened);
        let packets = self.lost + self.received;
        let full = age >= WINDOW && (packets >= PACKETS_MIN || age >= WINDOW_MAX);
        if self.reported.is_none() && (!full || packets == 0) {
            return;
        }
        let share = self.reported.take().unwrap_or_else(|| f64::from(self.lost) / f64::from(packets.max(1)));
        (self.lost, self.received, self.opened) = (0, 0, Some(now));
        let weight = if self.history_count == 0 { 1.0 } else { SMOOTHING };
        self.smoothed += weight * (share - self.smoothed);
        self.history.rotate_right(1);
        if let Some(newest) = self.history.first_mut() {
            *newest = self.smoothed;
        }
        self.history_count = (self.history_count + 1).min(HISTORY);
        if self.test.is_some() {
            self.go_on_testing(share);
            return;
        }
        let own = self.own_loss();
        self.judge((share - own - noise(own, packets)).max(0.0), estimate, acked);
        let tested = *self.tested.get_or_insert(now);
        if let Some(acked) = acked.filter(|_| own >= TEST_LOSS_MIN && now >= tested + TEST_EVERY) {
            self.tested = Some(now);
            self.test = Some(Test { windows_left: TEST_WINDOWS, estimate_before: estimate, loss_before: own, loss_seen: 0.0 });
            self.bound = self.bound.min(acked * TEST_SHARE);
        }
    }

    fn go_on_testing(&mut self, share: f64) {
        let Some(test) = &mut self.test else { return };
        // The first window still tells of what was sent before.
        if test.windows_left < TEST_WINDOWS {
            test.loss_seen += share / f64::from(TEST_WINDOWS - 1);
        }
        test.windows_left = test.windows_left.saturating_sub(1);
        if test.windows_left > 0 {
            return;
        }
        // The history now holds the smaller loss, if it was one; otherwise nothing is to be gained below.
        if test.loss_seen > test.loss_before * 0.6 {
            self.bound = test.estimate_before;
        }
        self.test = None;
    }

    /// The smallest loss of the last windows.
    pub(super) fn own_loss(&self) -> f64 {
        if self.history_count < HISTORY_MIN {
            return 0.0;
        }
        let smallest = self.history.iter().take(self.history_count).copied().fold(1.0, f64::min);
        smallest.min(OWN_LOSS_MAX)
    }

    fn judge(&mut self, excess: f64, estimate: f64, acked: Option<f64>) {
        self.congested = excess > HIGH;
        if excess < LOW {
            self.bound = (self.bound.min(estimate * HEADROOM) * GROWTH).max(estimate * HEADROOM);
        } else if excess > HIGH {
            let lowered = estimate * (1.0 - 0.5 * excess);
            // What arrived is known to fit; with heavy loss it is the better guess.
            let fits = acked.filter(|_| excess > 0.3).map_or(0.0, |acked| acked * 0.9);
            self.bound = if excess > 0.3 { lowered.min(fits.max(lowered * 0.3)) } else { lowered };
        } else {
            self.bound = self.bound.min(estimate * GROWTH);
        }
    }
}
