//! Every capability of the office, one folder each, and the frame that holds them together.
//!
//! The frame (this file, [`features`], `http`, `viewer`, `realtime`) knows requests, people and
//! sockets, but must never know what a capability does. A capability joins by one line in
//! `features.rs`; others see its `mod.rs` only. Nothing here opens a socket or reads the clock.

mod chat;
mod console;
pub mod demo;
mod desk;
mod drive;
mod features;
mod http;
mod meetings;
mod notify;
mod open;
mod org;
mod pace;
mod realtime;
mod subjects;
mod terms;
mod viewer;
mod words;

use std::sync::Arc;

use axum::Router;
use kernel::Result;
use kernel::blobs::Blobs;
use kernel::bus::Bus;
use kernel::chance::Chance;
use kernel::clock::{Clock, Time};
use kernel::db::Db;
use kernel::jobs::Jobs;
use kernel::limits::Limits;
use kernel::mail::Way;
use kernel::metrics::Metrics;
use kernel::outgoing::Rules;
use kernel::parts::Parts;
use media::control::{Control, NodeEvent};
use signalling::token::ApiKeys;
use tokio::sync::{Mutex, Notify, broadcast};
use utoipa::openapi::OpenApi;

pub use console::{Console, ConsolePerson};
pub use desk::{OfficeConfig, PasswordCost, Translator};

use desk::Desk;
use features::FEATURES;

/// Everything the office needs from the world.
#[derive(Debug)]
pub struct OfficeParts {
    /// The open database; its tables are brought up to date by [`Office::open`].
    pub db: Db,
    /// Where time comes from.
    pub clock: Clock,
    /// Where ids and secrets come from.
    pub chance: Chance,
    /// Where files are kept.
    pub blobs: Blobs,
    /// Where files grow that arrive in parts.
    pub uploads: Parts,
    /// The media server.
    pub control: Control,
    /// Where mail goes. It is sent only by an office that knows its address, because of the links.
    pub mail: Way,
    /// Which servers of others may be called. None is, unless somebody switched on what needs it.
    pub outgoing: Rules,
    /// The limits in force.
    pub limits: Limits,
    /// What is counted; shared with the rest of the program.
    pub metrics: Metrics,
    /// What was decided when the program was started.
    pub config: OfficeConfig,
    /// Signs the tokens that open the media server's rooms.
    pub keys: ApiKeys,
}

/// The open office.
#[derive(Clone, Debug)]
pub struct Office {
    desk: Desk,
    bus: Bus,
    jobs: Jobs,
    /// What happens in the media server, since the office opened.
    heard: Arc<Mutex<broadcast::Receiver<NodeEvent>>>,
    stopping: Arc<Notify>,
    set_up_link: Option<String>,
}

impl Office {
    /// Brings the tables up to date and opens the doors.
    pub async fn open(parts: OfficeParts) -> Result<Self> {
        migrate(&parts).await?;
        let heard = Arc::new(Mutex::new(parts.control.events()));
        let desk = Desk::new(parts);
        let (mut bus, mut jobs) = (Bus::default(), Jobs::default());
        for feature in FEATURES {
            (feature.listens)(&desk, &mut bus);
            (feature.jobs)(&desk, &mut jobs);
        }
        let set_up_link = org::prepare(&desk).await?;
        drive::prepare(&desk).await?;
        chat::prepare(&desk).await?;
        Ok(Self { desk, bus, jobs, heard, stopping: Arc::default(), set_up_link })
    }

    /// The API, the event socket, `/healthz`, `/readyz` and `/metrics`. Serve it with
    /// `into_make_service_with_connect_info`, so that limits and the audit log know the caller.
    pub fn router(&self) -> Router {
        http::router(self.desk.clone())
    }

    /// Carries events, runs jobs and hands mail over until it is told to stop.
    pub async fn run(&self) {
        let desk = &self.desk;
        tokio::select! {
            () = self.bus.run(&desk.db, &desk.clock) => {}
            () = self.jobs.run(&desk.db, &desk.clock) => {}
            () = desk.mailer.run(&desk.db, &desk.clock) => {}
            () = notify::push::run(desk) => {}
            () = chat::run(desk) => {}
            () = self.follow() => {}
        }
    }

    /// Has [`Office::run`] return once everything that the media server has told is followed.
    pub fn stop(&self) {
        self.stopping.notify_one();
    }

    /// Follows the media server for as long as it is there. Events lost to a lag are made up for by the jobs that
    /// compare the office with the media server.
    async fn follow(&self) {
        let mut heard = self.heard.lock().await;
        loop {
            let event = tokio::select! {
                biased;
                event = heard.recv() => event,
                () = self.stopping.notified() => return,
            };
            match event {
                Ok(event) => self.follow_one(&event).await,
                Err(broadcast::error::RecvError::Lagged(missed)) => tracing::warn!(missed, "the office fell behind the media server"),
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    async fn follow_one(&self, event: &NodeEvent) {
        for feature in FEATURES {
            let Some(follow) = feature.follows else { continue };
            if let Err(error) = follow(self.desk.clone(), event.clone()).await {
                tracing::error!(capability = feature.name, %error, "an event of the media server was not followed");
            }
        }
    }

    /// Carries what was announced, runs what is due and hands mail over, until nothing is left of any.
    pub async fn settle(&self) -> Result<()> {
        loop {
            let mut followed = 0;
            while let Ok(event) = self.heard.lock().await.try_recv() {
                self.follow_one(&event).await;
                followed += 1;
            }
            let carried = self.bus.carry(&self.desk.db).await?;
            let ran = self.jobs.run_due(&self.desk.db, self.desk.clock.now()).await?;
            let posted = self.desk.mailer.deliver_due(&self.desk.db, &self.desk.clock).await?;
            let decided = chat::run_due(&self.desk).await;
            let pushed = notify::push::deliver_due(&self.desk).await?;
            if followed + carried + ran + posted + decided + pushed == 0 {
                return Ok(());
            }
        }
    }

    /// When the next push comes due.
    pub async fn next_push(&self) -> Result<Option<Time>> {
        notify::push::next_due(&self.desk).await
    }

    /// The link that sets this office up, as long as nobody has done so. It changes at every start.
    pub fn set_up_link(&self) -> Option<&str> {
        self.set_up_link.as_deref()
    }

    /// Founds another organisation in this deployment, with its owner.
    pub async fn found_organisation(&self, name: &str, owner: &str, username: &str, password: &str) -> Result<()> {
        org::found(&self.desk, name, owner, username, password).await
    }

    /// Closes every socket with a word of farewell. The router answers no more sockets after it.
    pub fn close_sockets(&self) {
        self.desk.hub.close_all();
        self.desk.open.close_sockets();
    }
}

async fn migrate(parts: &OfficeParts) -> Result<()> {
    let migrations: Vec<_> = FEATURES.iter().flat_map(|f| f.migrations).copied().collect();
    parts.db.migrate(&migrations, parts.clock.now()).await
}

/// The description of the whole API: a pure function of the program.
pub fn openapi() -> OpenApi {
    http::describe()
}
