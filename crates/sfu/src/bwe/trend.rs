//! Whether queueing delay grows: a line through the last smoothed delays, against a threshold that adapts to
//! how noisy the path is.

use super::arrival::Step;

const POINTS: usize = 20;
const SMOOTHING: f64 = 0.9;
const GAIN: f64 = 4.0;
/// Steps after which the slope counts in full.
const STEPS_FULL: f64 = 60.0;

const THRESHOLD_START: f64 = 12.5;
const THRESHOLD_MIN: f64 = 6.0;
const THRESHOLD_MAX: f64 = 600.0;
const THRESHOLD_UP: f64 = 0.0087;
const THRESHOLD_DOWN: f64 = 0.039;
/// A value that far above the threshold is an event, not noise to adapt to.
const THRESHOLD_OUTLIER: f64 = 15.0;
/// Growth must last this long to be believed.
const OVERUSE_MS: f64 = 10.0;

/// What the delay says.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Usage {
    /// Queues drain.
    Under,
    #[default]
    Normal,
    /// Queues grow.
    Over,
}

/// The detector.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trend {
    /// Arrival time and smoothed delay, oldest first.
    points: [(f64, f64); POINTS],
    point_count: usize,
    step_count: f64,
    accumulated: f64,
    smoothed: f64,
    threshold: f64,
    before: f64,
    over_ms: f64,
    over_count: u32,
    usage: Usage,
    updated_ms: Option<f64>,
}

impl Default for Trend {
    fn default() -> Self {
        Trend {
            points: [(0.0, 0.0); POINTS],
            point_count: 0,
            step_count: 0.0,
            accumulated: 0.0,
            smoothed: 0.0,
            threshold: THRESHOLD_START,
            before: 0.0,
            over_ms: 0.0,
            over_count: 0,
            usage: Usage::Normal,
            updated_ms: None,
        }
    }
}

impl Trend {
    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    pub(super) fn add(&mut self, step: &Step) {
        self.step_count = (self.step_count + 1.0).min(STEPS_FULL);
        self.accumulated += step.arrived_ms - step.sent_ms;
        self.smoothed = SMOOTHING * self.smoothed + (1.0 - SMOOTHING) * self.accumulated;
        if self.point_count == POINTS {
            self.points.rotate_left(1);
            self.point_count -= 1;
        }
        if let Some(place) = self.points.get_mut(self.point_count) {
            *place = (step.at_ms, self.smoothed);
            self.point_count += 1;
        }
        if self.point_count < POINTS {
            return;
        }
        let slope = slope(&self.points).unwrap_or(0.0);
        self.detect(slope * self.step_count * GAIN, step);
    }

    fn detect(&mut self, trend: f64, step: &Step) {
        if trend > self.threshold {
            // The first step only tells that it grew somewhere within it.
            self.over_ms += if self.over_count == 0 { step.sent_ms / 2.0 } else { step.sent_ms };
            self.over_count += 1;
            if self.over_ms > OVERUSE_MS && self.over_count > 1 && trend >= self.before {
                self.usage = Usage::Over;
            }
        } else {
            self.over_ms = 0.0;
            self.over_count = 0;
            self.usage = if trend < -self.threshold { Usage::Under } else { Usage::Normal };
        }
        self.before = trend;
        self.adapt(trend.abs(), step.at_ms);
    }

    fn adapt(&mut self, size: f64, at_ms: f64) {
        let elapsed = (at_ms - self.updated_ms.unwrap_or(at_ms)).clamp(0.0, 100.0);
        self.updated_ms = Some(at_ms);
        if size > self.threshold + THRESHOLD_OUTLIER {
            return;
        }
        let speed = if size < self.threshold { THRESHOLD_DOWN } else { THRESHOLD_UP };
        self.threshold = (self.threshold + speed * (size - self.threshold) * elapsed).clamp(THRESHOLD_MIN, THRESHOLD_MAX);
    }
}

/// Least squares.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let count = points.len() as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let (mut over, mut under) = (0.0, 0.0);
    for (x, y) in points {
        over += (x - mean_x) * (y - mean_y);
        under += (x - mean_x) * (x - mean_x);
    }
    (under > 0.0).then(|| over / under)
}
