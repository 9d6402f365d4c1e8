//! Mail: written down with the change it tells of, and handed to a relay afterwards.
//!
//! A mail is a row of the same transaction as its reason, so the one never stands without the other, and a killed
//! program goes on where it was. It is handed over at least once; its `Message-ID` never changes, so a second copy can
//! be told from a second mail. A relay that is away is tried again on the clock of the program, more and more seldom,
//! until the mail is no longer worth sending; a relay that refuses for good is not asked twice. Nothing of a mail but
//! its id and the relay's code is ever logged: neither whom it goes to nor what it says.
//!
//! Without a relay nothing is written down at all: whoever would offer something by mail asks [`Mailer::is_configured`].

mod captured;
mod letter;
mod queue;
mod relay;

use std::sync::Arc;
use std::time::Duration;

use crate::chance::Chance;
use crate::clock::{Clock, Time};
use crate::db::{Db, Tx};
use crate::error::{Kind, Language, Refusal, Result};
use crate::limit;
use crate::limits::Limits;
use crate::metrics::{Counter, Metrics};

pub use captured::Captured;
pub use letter::Letter;
pub use queue::next_due;
pub use relay::{Relay, RelayError, is_address};

use relay::Failure;

limit!(WAITING_MAX: "mail.waiting", 2_000, "mails", "How many mails may wait for the relay before no more are taken in.");
limit!(ATTEMPTS_MAX: "mail.attempts", 12, "tries", "How many times a mail is offered to the relay before it is given up.");
limit!(AT_ONCE: "mail.at_once", 4, "mails", "How many mails are handed to the relay at once.");
limit!(PATIENCE_S: "mail.patience_s", 30, "seconds", "How long the relay may take over one mail.");

/// The pause after the first failure; it doubles with each one.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const PAUSE_MAX: Duration = Duration::from_secs(3_600);
/// Waiting mail is looked for this often.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// One mail to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The address alone, without a name.
    pub to: String,
    /// What it is written in.
    pub language: Language,
    /// One line.
    pub subject: String,
    /// For readers that show text only.
    pub text: String,
    /// The same for all others.
    pub html: String,
}

/// Where mail goes.
#[derive(Clone, Debug, Default)]
pub enum Way {
    /// Nowhere: this program sends no mail.
    #[default]
    None,
    /// To a relay, which passes it on.
    Relay(Relay),
    /// Into memory, for whoever tells stories about it.
    Captured(Captured),
}

/// Takes mail in and hands it over; copies are the same mailer.
#[derive(Clone, Debug)]
pub struct Mailer(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    way: Way,
    limits: Limits,
    sent: Counter,
    failed: Counter,
    refused: Counter,
    given_up: Counter,
}

impl Mailer {
    /// A mailer that goes that way.
    pub fn new(way: Way, limits: &Limits, metrics: &Metrics) -> Self {
        Self(Arc::new(Parts {
            way,
            limits: limits.clone(),
            sent: metrics.counter("mail_sent", "Mails that the relay took"),
            failed: metrics.counter("mail_failed_tries", "Tries to hand a mail over that will be repeated"),
            refused: metrics.counter("mail_refused", "Mails that the relay refused for good"),
            given_up: metrics.counter("mail_given_up", "Mails that were tried too often or came too late to be of use"),
        }))
    }

    /// Whether mail goes anywhere.
    pub fn is_configured(&self) -> bool {
        !matches!(self.0.way, Way::None)
    }

    /// Takes a mail in as a part of the change. It is worth sending until `worth_until`. Without a relay nothing happens.
    pub async fn enqueue(&self, tx: &mut Tx, mail: &Mail, worth_until: Time, chance: &Chance, now: Time) -> Result<()> {
        if !self.is_configured() {
            return Ok(());
        }
        if queue::waiting(tx).await? >= self.0.limits.of(&WAITING_MAX) {
            return Err(too_many());
        }
        queue::insert(tx, mail, worth_until, chance, now).await
    }

    /// Hands over every mail that is due, some at once; says how many were tried.
    pub async fn deliver_due(&self, db: &Db, clock: &Clock) -> Result<usize> {
        if !self.is_configured() {
            return Ok(0);
        }
        let mut tried = 0;
        loop {
            let at_once = self.0.limits.of(&AT_ONCE).max(1);
            let claimed = queue::claim(db, clock.now(), self.lease(), at_once).await?;
            if claimed.is_empty() {
                return Ok(tried);
            }
            tried += claimed.len();
            let delivering = claimed.iter().map(|waiting| self.deliver(db, clock, waiting));
            futures::future::try_join_all(delivering).await?;
        }
    }

    /// Hands mail over as it comes due, for as long as it is polled.
    pub async fn run(&self, db: &Db, clock: &Clock) {
        loop {
            if let Err(error) = self.deliver_due(db, clock).await {
                tracing::error!(%error, "the mail cannot be read");
            }
            clock.wait_until(clock.now() + LOOK_AGAIN).await;
        }
    }

    /// Longer than one try may take, so that no mail is tried twice at once.
    fn lease(&self) -> Duration {
        self.0.limits.seconds(&PATIENCE_S).saturating_mul(2)
    }

    async fn deliver(&self, db: &Db, clock: &Clock, waiting: &queue::Waiting) -> Result<()> {
        let counts = &self.0;
        let id = waiting.id;
        if waiting.worth_until <= clock.now() {
            tracing::warn!(%id, attempts = waiting.attempts, "a mail came too late to be of use and is dropped");
            counts.given_up.inc();
            return queue::remove(db, id).await;
        }
        match self.hand_over(waiting).await {
            Ok(()) => {
                counts.sent.inc();
                queue::remove(db, id).await
            }
            Err(Failure::ForGood(why)) => {
                tracing::warn!(%id, %why, "the relay refused a mail for good");
                counts.refused.inc();
                queue::remove(db, id).await
            }
            Err(Failure::ForNow(why)) if waiting.is_last_of(self.0.limits.of(&ATTEMPTS_MAX)) => {
                tracing::error!(%id, %why, attempts = waiting.attempts, "a mail is given up");
                counts.given_up.inc();
                queue::remove(db, id).await
            }
            Err(Failure::ForNow(why)) => {
                tracing::warn!(%id, %why, attempts = waiting.attempts, "a mail will be tried again");
                counts.failed.inc();
                queue::postpone(db, id, clock.now() + pause_after(waiting.attempts)).await
            }
        }
    }

    async fn hand_over(&self, waiting: &queue::Waiting) -> Result<(), Failure> {
        match &self.0.way {
            Way::None => Err(Failure::ForNow("no relay is configured".to_owned())),
            Way::Captured(captured) => captured.take(waiting),
            Way::Relay(relay) => {
                let sent = tokio::time::timeout(self.0.limits.seconds(&PATIENCE_S), relay.send(waiting)).await;
                sent.unwrap_or_else(|_| Err(Failure::ForNow("the relay took too long".to_owned())))
            }
        }
    }
}

fn pause_after(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(PAUSE_MAX)
}

fn too_many() -> crate::Error {
    Refusal::new(
        Kind::Unavailable,
        "mail.too_many",
        "等着发出去的邮件太多了，过一会儿再试。",
        "Too much mail is waiting to be sent. Try again in a little while.",
    )
    .into()
}
