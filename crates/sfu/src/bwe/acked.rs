//! What arrived per time, on the receiver's clock.

use std::time::Duration;

const BUCKETS: usize = 10;
const BUCKET: Duration = Duration::from_millis(50);
/// Less than this says nothing yet.
const BUCKETS_MIN: u64 = 4;

/// Bytes that arrived in the last half second.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AckedRate {
    bytes: [u64; BUCKETS],
    /// Number of the newest bucket, and of the first after a pause.
    newest: Option<(u64, u64)>,
}

impl AckedRate {
    pub(super) fn add(&mut self, arrived: Duration, bytes: u16) {
        let number = u64::try_from(arrived.as_micros() / BUCKET.as_micros()).unwrap_or(u64::MAX);
        let (newest, first) = match self.newest {
            Some((newest, first)) if number < newest + BUCKETS as u64 => (newest, first),
            _ => {
                self.bytes = [0; BUCKETS];
                (number, number)
            }
        };
        if number + BUCKETS as u64 <= newest {
            return;
        }
        for opened in newest + 1..=number {
            self.put(opened, |bucket| *bucket = 0);
        }
        self.put(number, |bucket| *bucket += u64::from(bytes));
        self.newest = Some((newest.max(number), first));
    }

    /// Bits per second over the full buckets; the newest one is still filling.
    pub(super) fn bps(&self) -> Option<f64> {
        let (newest, first) = self.newest?;
        let full = (newest - first).min(BUCKETS as u64 - 1);
        if full < BUCKETS_MIN {
            return None;
        }
        let bytes: u64 = (newest - full..newest).map(|number| self.at(number)).sum();
        Some(bytes as f64 * 8.0 / (full as f64 * BUCKET.as_secs_f64()))
    }

    fn at(&self, number: u64) -> u64 {
        usize::try_from(number % BUCKETS as u64).ok().and_then(|at| self.bytes.get(at)).copied().unwrap_or(0)
    }

    fn put(&mut self, number: u64, change: impl FnOnce(&mut u64)) {
        if let Some(bucket) = usize::try_from(number % BUCKETS as u64).ok().and_then(|at| self.bytes.get_mut(at)) {
            change(bucket);
        }
    }
}
