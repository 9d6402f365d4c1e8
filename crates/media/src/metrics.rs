//! What the media server counts: numbers that workers write now and then and that a scrape reads.
//!
//! A worker publishes its own tally about once a second; nothing is shared per packet.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use sfu::DropReason;

/// One worker's numbers.
#[derive(Debug, Default)]
pub(crate) struct WorkerNumbers {
    pub(crate) datagrams_in: AtomicU64,
    pub(crate) datagrams_out: AtomicU64,
    pub(crate) messages_out: AtomicU64,
    pub(crate) bytes_in: AtomicU64,
    pub(crate) bytes_out: AtomicU64,
    pub(crate) datagrams_dropped: AtomicU64,
    pub(crate) datagrams_unknown: AtomicU64,
    pub(crate) letters_dropped: AtomicU64,
    pub(crate) busy_permille: AtomicU64,
    pub(crate) participants: AtomicU64,
    pub(crate) rooms: AtomicU64,
    pub(crate) joins: AtomicU64,
    pub(crate) joins_refused: AtomicU64,
    pub(crate) resumes: AtomicU64,
    pub(crate) signals_malformed: AtomicU64,
    pub(crate) datagrams_refused: AtomicU64,
    pub(crate) data_refused: AtomicU64,
    pub(crate) events_lost: AtomicU64,
    pub(crate) clients_lagged: AtomicU64,
    pub(crate) key_frame_requests: AtomicU64,
    /// In the order of [`DropReason::ALL`].
    pub(crate) packets_dropped: [AtomicU64; DropReason::ALL.len()],
}

/// What kind of number a line is.
#[derive(Clone, Copy)]
enum Kind {
    Counter,
    Gauge,
}

/// One line of the exposition: its name, its kind, its explanation, and where the number is.
type Line = (&'static str, Kind, &'static str, fn(&WorkerNumbers) -> &AtomicU64);

const LINES: [Line; 20] = [
    ("media_datagrams_received", Kind::Counter, "Datagrams received", |n| &n.datagrams_in),
    ("media_datagrams_sent", Kind::Counter, "Datagrams sent", |n| &n.datagrams_out),
    ("media_messages_sent", Kind::Counter, "Kernel messages sent, each a run of datagrams", |n| &n.messages_out),
    ("media_bytes_received", Kind::Counter, "Bytes received", |n| &n.bytes_in),
    ("media_bytes_sent", Kind::Counter, "Bytes sent", |n| &n.bytes_out),
    ("media_datagrams_dropped", Kind::Counter, "Datagrams the kernel had no room for", |n| &n.datagrams_dropped),
    ("media_datagrams_unknown", Kind::Counter, "Datagrams that belong to nobody", |n| &n.datagrams_unknown),
    ("media_letters_dropped", Kind::Counter, "Letters between workers that found a full mailbox", |n| &n.letters_dropped),
    ("media_busy_permille", Kind::Gauge, "Share of time a worker is busy, in thousandths", |n| &n.busy_permille),
    ("media_participants", Kind::Gauge, "Participants connected", |n| &n.participants),
    ("media_rooms", Kind::Gauge, "Rooms that run", |n| &n.rooms),
    ("media_joins", Kind::Counter, "Joins that were let in", |n| &n.joins),
    ("media_joins_refused", Kind::Counter, "Joins that were refused by a worker", |n| &n.joins_refused),
    ("media_resumes", Kind::Counter, "Sessions that went on over a new signal connection", |n| &n.resumes),
    ("media_signals_malformed", Kind::Counter, "Signal messages and descriptions that could not be read", |n| &n.signals_malformed),
    ("media_datagrams_refused", Kind::Counter, "Datagrams of nobody, broken or not authentic", |n| &n.datagrams_refused),
    ("media_data_refused", Kind::Counter, "Data packets that could not be read or were not allowed", |n| &n.data_refused),
    ("media_events_lost", Kind::Counter, "Happenings lost because nobody took them", |n| &n.events_lost),
    ("media_clients_lagged", Kind::Counter, "Clients cut off because they did not read their signal connection", |n| &n.clients_lagged),
    ("media_key_frame_requests", Kind::Counter, "Key frames asked of publishers", |n| &n.key_frame_requests),
];

/// Reads what all workers count when somebody scrapes.
#[derive(Debug)]
pub(crate) struct Meter(pub(crate) Vec<Arc<WorkerNumbers>>);

impl Collector for Meter {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        for (name, kind, about, number) in LINES {
            let metric_type = match kind {
                Kind::Counter => MetricType::Counter,
                Kind::Gauge => MetricType::Gauge,
            };
            let mut metric = encoder.encode_descriptor(name, about, None, metric_type)?;
            for (worker, numbers) in self.0.iter().enumerate() {
                let value = number(numbers).load(Ordering::Relaxed);
                let labels = [("worker", worker.to_string())];
                let family = metric.encode_family(&labels)?;
                match kind {
                    Kind::Counter => ConstCounter::new(value).encode(family)?,
                    Kind::Gauge => ConstGauge::new(value).encode(family)?,
                }
            }
        }
        let mut dropped =
            encoder.encode_descriptor("media_packets_dropped", "Media packets dropped, by reason", None, MetricType::Counter)?;
        for (worker, numbers) in self.0.iter().enumerate() {
            for (reason, number) in DropReason::ALL.into_iter().zip(&numbers.packets_dropped) {
                let labels = [("worker", worker.to_string()), ("reason", reason.name().to_owned())];
                let family = dropped.encode_family(&labels)?;
                ConstCounter::new(number.load(Ordering::Relaxed)).encode(family)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::metrics::Metrics;

    #[test]
    fn every_worker_has_its_own_line() {
        let workers: Vec<Arc<WorkerNumbers>> = vec![Arc::default(), Arc::default()];
        workers[1].rooms.store(3, Ordering::Relaxed);
        let metrics = Metrics::new();
        metrics.with(|registry| registry.register_collector(Box::new(Meter(workers))));
        let text = metrics.encode();
        assert!(text.contains("hutong_media_rooms{worker=\"0\"} 0\n"), "{text}");
        assert!(text.contains("hutong_media_rooms{worker=\"1\"} 3\n"), "{text}");
        assert!(text.contains("# TYPE hutong_media_datagrams_sent counter\n"), "{text}");
    }
}
