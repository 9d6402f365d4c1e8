//! What every handler has at hand. It is made once for each office and holds no request's data.

use std::ops::Deref;
use std::sync::Arc;

use kernel::Result;
use kernel::blobs::Blobs;
use kernel::bus::{Event, announce};
use kernel::chance::Chance;
use kernel::clock::{Clock, Time};
use kernel::db::{Db, Tx};
use kernel::limits::Limits;
use kernel::mail::Mailer;
use kernel::metrics::Metrics;
use kernel::outgoing::Outgoing;
use media::control::Control;
use signalling::token::ApiKeys;

use crate::OfficeParts;
use crate::chat::Chat;
use crate::meetings::Meetings;
use crate::notify::push::Pushes;
use crate::open::Open;
use crate::org::Org;
use crate::realtime::Hub;

/// What was decided when the program was started.
#[derive(Clone, Debug)]
pub struct OfficeConfig {
    /// The address people know, such as `https://office.example.org`; `None` takes it from the
    /// request.
    pub public_url: Option<String>,
    /// Whether a proxy of ours stands in front, whose `X-Forwarded-*` headers can be believed.
    pub behind_proxy: bool,
    /// Whether the program speaks TLS itself, so that links begin with `https` without a proxy.
    pub encrypted: bool,
    /// Whether this is a demonstration, whose accounts are shown to everybody.
    pub demo: bool,
    /// The version to show.
    pub version: &'static str,
    /// How hard passwords are to guess from their hashes.
    pub password_cost: PasswordCost,
}

/// How much work goes into the hash of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCost {
    /// What OWASP asks of argon2id: 19 MiB and two passes.
    Full,
    /// As little as argon2 allows; for tests, which hash all day.
    Least,
}

/// The desk; copies are the same desk.
#[derive(Clone, Debug)]
pub(crate) struct Desk(Arc<Things>);

#[derive(Debug)]
pub(crate) struct Things {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) chance: Chance,
    pub(crate) blobs: Blobs,
    pub(crate) control: Control,
    pub(crate) limits: Limits,
    pub(crate) mailer: Mailer,
    pub(crate) outgoing: Outgoing,
    pub(crate) metrics: Metrics,
    pub(crate) config: OfficeConfig,
    pub(crate) keys: ApiKeys,
    pub(crate) hub: Hub,
    pub(crate) chat: Chat,
    pub(crate) meetings: Meetings,
    pub(crate) open: Open,
    pub(crate) pushes: Pushes,
    pub(crate) org: Org,
}

impl Desk {
    pub(crate) fn new(parts: OfficeParts) -> Self {
        let org = Org::new(&parts);
        let hub = Hub::default();
        let pushes = Pushes::default();
        let chat = Chat::new(&parts, &hub, pushes.subscribed());
        let OfficeParts { db, clock, chance, blobs, control, limits, metrics, config, keys, mail, outgoing } = parts;
        let mailer = Mailer::new(mail, &limits, &metrics);
        let outgoing = Outgoing::new(outgoing, &limits);
        Self(Arc::new(Things {
            db,
            clock,
            chance,
            blobs,
            control,
            limits,
            mailer,
            outgoing,
            metrics,
            config,
            keys,
            hub,
            chat,
            meetings: Meetings::default(),
            open: Open::default(),
            pushes,
            org,
        }))
    }

    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    /// What links in mails begin with, when mail can be sent at all. It is never taken from a request.
    pub(crate) fn mail_base(&self) -> Option<&str> {
        let own = self.config.public_url.as_deref().filter(|_| self.mailer.is_configured());
        own.map(|url| url.trim_end_matches('/'))
    }

    /// Announces an event as a part of the change.
    pub(crate) async fn announce<E: Event + Sync>(&self, tx: &mut Tx, event: &E) -> Result<()> {
        announce(tx, event, &self.chance, self.now()).await
    }
}

impl Deref for Desk {
    type Target = Things;

    fn deref(&self) -> &Things {
        &self.0
    }
}
