//! What the office complains of in its log while a story is told. A story that did not expect it fails.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// Parts whose warnings are as bad as errors: something will be tried again, and in a story nothing has to be.
const STRICT: [&str; 3] = ["kernel::jobs", "kernel::bus", "kernel::mail"];

/// Listens to the log of the thread on which the story is told.
pub(crate) struct Complaints {
    heard: Arc<Mutex<Vec<String>>>,
    expected: Mutex<Vec<String>>,
    _listening: DefaultGuard,
}

impl Complaints {
    /// Begins to listen.
    pub(crate) fn listen() -> Complaints {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let subscriber = tracing_subscriber::registry().with(Ear(Arc::clone(&heard)));
        Complaints { heard, expected: Mutex::default(), _listening: tracing::subscriber::set_default(subscriber) }
    }

    /// Lets complaints pass that have these words.
    pub(crate) fn expect(&self, words: &str) {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner).push(words.to_owned());
    }

    /// What nobody expected.
    pub(crate) fn unexpected(&self) -> Vec<String> {
        let expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().filter(|line| !expected.iter().any(|words| line.contains(words))).cloned().collect()
    }
}

struct Ear(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Ear {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let (level, target) = (*event.metadata().level(), event.metadata().target());
        let is_bad = level == Level::ERROR || (level == Level::WARN && STRICT.contains(&target));
        if is_bad {
            let mut line = Line(format!("{level} {target}:"));
            event.record(&mut line);
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.0);
        }
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_heard_and_those_expected_pass() {
        let complaints = Complaints::listen();
        complaints.expect("flood");
        tracing::error!(what = "flood", "the cellar");
        tracing::warn!("drizzle");
        tracing::error!("the roof");
        assert_eq!(complaints.unexpected(), ["ERROR testkit::complaints::tests: message=the roof"]);
    }
}
