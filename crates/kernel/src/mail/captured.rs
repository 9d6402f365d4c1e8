//! Mail that goes into memory instead of to a relay, with a relay's bad days when they are asked for.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::queue::Waiting;
use super::relay::{self, Failure};
use super::{Letter, Mail};

/// The address that captured mail comes from.
const FROM: &str = "Hutong <office@office.example>";

/// What was sent; copies see the same.
#[derive(Clone, Debug, Default)]
pub struct Captured(Arc<Mutex<Inside>>);

#[derive(Debug, Default)]
struct Inside {
    mails: Vec<Mail>,
    failures: VecDeque<Failure>,
}

impl Captured {
    /// Everything that was sent so far, the oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.with(|inside| inside.mails.clone())
    }

    /// Has the next mail fail as with a relay that is away.
    pub fn is_away_once(&self) {
        self.with(|inside| inside.failures.push_back(Failure::ForNow("it is away".to_owned())));
    }

    /// Has the next mail refused for good.
    pub fn refuses_once(&self) {
        self.with(|inside| inside.failures.push_back(Failure::ForGood("550".to_owned())));
    }

    pub(super) fn take(&self, waiting: &Waiting) -> Result<(), Failure> {
        let from = FROM.parse().map_err(|_| Failure::ForGood("no sender".to_owned()))?;
        // What could not be written for a relay is not captured either.
        relay::message(&from, waiting)?;
        self.with(|inside| match inside.failures.pop_front() {
            Some(failure) => Err(failure),
            None => {
                inside.mails.push(waiting.mail());
                Ok(())
            }
        })
    }

    fn with<R>(&self, look: impl FnOnce(&mut Inside) -> R) -> R {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Mail {
    /// The links in it, as its reader would follow them.
    pub fn links(&self) -> Vec<&str> {
        self.text.split_whitespace().filter(|word| Letter::is_link(word)).collect()
    }
}
