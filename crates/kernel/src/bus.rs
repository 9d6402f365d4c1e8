//! Announcements: what happened, told to whoever wants to know.
//!
//! An event is written to the outbox in the transaction of the change it tells of, so the one never
//! stands without the other. It is carried at least once, in order; a listener must therefore be
//! idempotent, and one that keeps failing is passed over after [`ATTEMPTS_MAX`] tries, so that it
//! cannot hold up the rest. The carrier is this process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::types::Json;
use uuid::Uuid;

use crate::chance::Chance;
use crate::clock::{Clock, Time};
use crate::db::{Db, Ids, Tx};
use crate::error::{Error, Result};
use crate::sql;

/// Tries to deliver one event before it is given up.
pub const ATTEMPTS_MAX: i64 = 8;
/// Events read from the outbox at once.
const BATCH_EVENTS: i64 = 128;
/// The outbox is looked into after this long even when nothing was committed here.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Something that happened, in the past tense.
pub trait Event: Serialize + DeserializeOwned + Send {
    /// `capability.what_happened`.
    const NAME: &'static str;
}

/// Announces an event as a part of the change.
pub async fn announce<E: Event>(tx: &mut Tx, event: &E, chance: &Chance, now: Time) -> Result<()> {
    let payload = serde_json::to_value(event).map_err(|e| Error::internal(E::NAME, e))?;
    tx.ask(sql!("INSERT INTO kernel_outbox (id, name, payload, announced_at) VALUES ($1, $2, $3, $4)"))
        .bind(chance.uuid(now))
        .bind(E::NAME)
        .bind(Json(payload))
        .bind(now)
        .run()
        .await?;
    Ok(())
}

type Listener = Arc<dyn Fn(serde_json::Value) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// Who listens to what; fixed before the first event is carried.
#[derive(Clone, Default)]
pub struct Bus {
    listeners: BTreeMap<&'static str, Vec<Listener>>,
}

impl Bus {
    /// Calls `hear` for every event of that kind.
    pub fn listen<E, H, F>(&mut self, hear: H)
    where
        E: Event,
        H: Fn(E) -> F + Send + Sync + 'static,
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let listener: Listener = Arc::new(move |payload| match serde_json::from_value::<E>(payload) {
            Ok(event) => Box::pin(hear(event)),
            Err(e) => Box::pin(std::future::ready(Err(Error::internal(E::NAME, e)))),
        });
        self.listeners.entry(E::NAME).or_default().push(listener);
    }

    /// Carries what waits in the outbox, once; says how many events it took.
    pub async fn carry(&self, db: &Db) -> Result<usize> {
        let waiting: Vec<(Uuid, String, Json<serde_json::Value>, i64)> =
            db.read(sql!("SELECT id, name, payload, attempts FROM kernel_outbox ORDER BY id LIMIT $1")).bind(BATCH_EVENTS).all().await?;
        let mut done = Vec::new();
        let mut failed = Vec::new();
        for (id, name, Json(payload), attempts) in &waiting {
            match self.tell(name, payload).await {
                Ok(()) => done.push(*id),
                Err(error) if attempts + 1 >= ATTEMPTS_MAX => {
                    tracing::error!(%name, %error, "an event could not be delivered and is dropped");
                    done.push(*id);
                }
                Err(error) => {
                    tracing::warn!(%name, %error, "an event will be delivered again");
                    failed.push(*id);
                }
            }
        }
        settle(db, done, failed).await?;
        Ok(waiting.len())
    }

    /// Carries events as they are committed, for as long as it is polled. Those that another program committed to the
    /// same database are found a little later.
    pub async fn run(&self, db: &Db, clock: &Clock) {
        loop {
            match self.carry(db).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "the outbox cannot be read"),
            }
            tokio::select! {
                () = db.committed() => {}
                () = clock.wait_until(clock.now() + LOOK_AGAIN) => {}
            }
        }
    }

    async fn tell(&self, name: &str, payload: &serde_json::Value) -> Result<()> {
        for listener in self.listeners.get(name).into_iter().flatten() {
            listener(payload.clone()).await?;
        }
        Ok(())
    }
}

async fn settle(db: &Db, done: Vec<Uuid>, failed: Vec<Uuid>) -> Result<()> {
    if !done.is_empty() {
        db.write(sql!("DELETE FROM kernel_outbox WHERE id = ANY($1)")).bind(Ids::from_iter(done)).run().await?;
    }
    if !failed.is_empty() {
        db.write(sql!("UPDATE kernel_outbox SET attempts = attempts + 1 WHERE id = ANY($1)")).bind(Ids::from_iter(failed)).run().await?;
    }
    Ok(())
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bus").field(&self.listeners.keys()).finish()
    }
}
