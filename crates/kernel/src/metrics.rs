//! Counters for whoever watches the program, in Prometheus' text format.
//!
//! The registry belongs to one program, not to the process.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
pub use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// The upper bound of the first bucket of request durations, in seconds.
const FASTEST_S: f64 = 0.001;
const BUCKETS: u16 = 14;

/// The registry and what the HTTP edge counts.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Mutex<Registry>>,
    requests: Family<RequestLabels, Counter>,
    durations: Histogram,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

impl Metrics {
    /// An empty registry that counts requests.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("hutong");
        let requests = Family::default();
        let durations = Histogram::new(exponential_buckets(FASTEST_S, 2.0, BUCKETS));
        registry.register("http_requests", "Requests answered, by method, route and status", requests.clone());
        registry.register("http_request_seconds", "How long requests took", durations.clone());
        Self { registry: Arc::new(Mutex::new(registry)), requests, durations }
    }

    /// Counts one answered request. `route` is the pattern, never the path, so that there are few.
    pub fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = RequestLabels { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.durations.observe(took.as_secs_f64());
    }

    /// Adds a counter under that name.
    pub fn counter(&self, name: &str, help: &str) -> Counter {
        let counter = Counter::<u64, AtomicU64>::default();
        self.with(|registry| registry.register(name, help, counter.clone()));
        counter
    }

    /// Adds a gauge under that name.
    pub fn gauge(&self, name: &str, help: &str) -> Gauge {
        let gauge = Gauge::default();
        self.with(|registry| registry.register(name, help, gauge.clone()));
        gauge
    }

    /// Everything counted, as Prometheus reads it.
    pub fn encode(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.with(|registry| encode(&mut text, registry));
        text
    }

    /// Lets another part of the program register what it counts.
    pub fn with<R>(&self, add: impl FnOnce(&mut Registry) -> R) -> R {
        add(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
