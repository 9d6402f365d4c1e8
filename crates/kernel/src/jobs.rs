//! What is to be done later: delayed, retried, at most one of each key, visible in a table.
//!
//! A job may run twice, after a crash or a lost lease, and must do no harm then. The loop in
//! [`Jobs::run`] belongs to the program; tests call [`Jobs::run_due`] after moving the clock.
//! Jobs of different kinds run side by side, so that one that waits for somebody else's server does
//! not hold up the others; jobs of one kind run one after another.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::json;
use sqlx::types::Json;
use tokio::task::{self, JoinSet};
use uuid::Uuid;

use crate::chance::Chance;
use crate::clock::{Clock, Time};
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::sql;

/// Tries of one job before it is set aside as failed.
pub const ATTEMPTS_MAX: i64 = 10;
/// How long a job may run before another try of it may begin.
const LEASE: Duration = Duration::from_secs(300);
/// The pause after the first failure; it doubles with each one.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const PAUSE_MAX: Duration = Duration::from_secs(3_600);
/// Jobs that run at the same time, each of another kind.
const AT_ONCE: usize = 8;
/// The loop looks again after this long even when nothing woke it.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Something to be done.
#[derive(Clone, Debug)]
pub struct Job {
    /// `capability.what_to_do`.
    pub kind: &'static str,
    /// Two waiting jobs never have the same key: the second is not taken in.
    pub key: Option<String>,
    /// What it needs to know.
    pub payload: serde_json::Value,
    /// Not before this.
    pub run_at: Time,
}

/// Takes a job in as a part of the change.
pub async fn enqueue(tx: &mut Tx, job: Job, chance: &Chance, now: Time) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO kernel_jobs (id, kind, unique_key, payload, run_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (unique_key) DO NOTHING"
    ))
    .bind(chance.uuid(now))
    .bind(job.kind)
    .bind(job.key)
    .bind(Json(job.payload))
    .bind(job.run_at)
    .run()
    .await?;
    tx.takes_jobs_in();
    Ok(())
}

type Work = Arc<dyn Fn(serde_json::Value, Time) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// Who does which kind of job.
#[derive(Clone, Default)]
pub struct Jobs {
    workers: BTreeMap<&'static str, Work>,
}

#[derive(sqlx::FromRow)]
struct Claimed {
    id: Uuid,
    kind: String,
    payload: Json<serde_json::Value>,
    attempts: i64,
}

impl Jobs {
    /// Has jobs of that kind done by `work`, which is given the payload and the time.
    pub fn on<W, F>(&mut self, kind: &'static str, work: W)
    where
        W: Fn(serde_json::Value, Time) -> F + Send + Sync + 'static,
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let work: Work = Arc::new(move |payload, now| Box::pin(work(payload, now)));
        let taken = self.workers.insert(kind, work);
        assert!(taken.is_none(), "{kind} is done by one worker only");
    }

    /// Runs every job that is due, one after another; says how many there were.
    pub async fn run_due(&self, db: &Db, now: Time) -> Result<usize> {
        let mut ran = 0;
        while let Some(job) = claim(db, now, &[]).await? {
            ran += 1;
            run_one(db, self.worker(&job), job, now).await?;
        }
        Ok(ran)
    }

    fn worker(&self, job: &Claimed) -> Option<Work> {
        self.workers.get(job.kind.as_str()).cloned()
    }

    /// Runs jobs as they come due, for as long as it is polled. Each is a task of its own, because one that holds the
    /// only writer must go on while this loop waits for it.
    pub async fn run(&self, db: &Db, clock: &Clock) {
        let mut under_way = JoinSet::new();
        let mut kinds: HashMap<task::Id, String> = HashMap::new();
        loop {
            while under_way.len() < AT_ONCE {
                let now = clock.now();
                let job = match claim(db, now, &as_list(&kinds)).await {
                    Ok(Some(job)) => job,
                    Ok(None) => break,
                    Err(error) => {
                        tracing::error!(%error, "the jobs cannot be read");
                        break;
                    }
                };
                let (kind, worker, db) = (job.kind.clone(), self.worker(&job), db.clone());
                let handle = under_way.spawn(async move { run_one(&db, worker, job, now).await });
                kinds.insert(handle.id(), kind);
            }
            let look_again = clock.now() + LOOK_AGAIN;
            let due = next_due_but(db, &as_list(&kinds)).await.ok().flatten().unwrap_or(look_again);
            tokio::select! {
                Some(ended) = under_way.join_next_with_id() => {
                    let (id, failed) = match ended {
                        Ok((id, done)) => (id, done.err().map(|error| error.to_string())),
                        Err(error) => (error.id(), Some(error.to_string())),
                    };
                    let kind = kinds.remove(&id);
                    if let Some(error) = failed {
                        tracing::error!(error, kind, "what became of a job cannot be written");
                    }
                }
                () = clock.wait_until(due.clamp(clock.now() + FIRST_PAUSE / 10, look_again)) => {}
                () = db.enqueued() => {}
            }
        }
    }
}

fn as_list(kinds: &HashMap<task::Id, String>) -> Vec<String> {
    kinds.values().cloned().collect()
}

async fn run_one(db: &Db, worker: Option<Work>, job: Claimed, now: Time) -> Result<()> {
    let done = match worker {
        Some(work) => work(job.payload.0.clone(), now).await,
        None => Err(Error::internal(job.kind.clone(), "nobody does this kind of job")),
    };
    match done {
        Ok(()) => finish(db, job.id).await,
        Err(error) => postpone(db, &job, &error, now).await,
    }
}

/// When the next waiting job comes due.
pub async fn next_due(db: &Db) -> Result<Option<Time>> {
    next_due_but(db, &[]).await
}

/// The same, of another kind than these.
async fn next_due_but(db: &Db, busy: &[String]) -> Result<Option<Time>> {
    let due: Option<(Time,)> = db
        .read(sql!(
            "SELECT run_at FROM kernel_jobs
             WHERE failed_at IS NULL AND NOT EXISTS (SELECT 1 FROM jsonb_to_recordset($1) AS n (kind TEXT) WHERE n.kind = kernel_jobs.kind)
             ORDER BY run_at LIMIT 1"
        ))
        .bind(as_rows(busy))
        .optional()
        .await?;
    Ok(due.map(|(run_at,)| run_at))
}

fn as_rows(kinds: &[String]) -> Json<serde_json::Value> {
    Json(kinds.iter().map(|kind| json!({ "kind": kind })).collect())
}

/// Kinds of jobs that should have been done by now, and of those that were given up, with what went wrong.
pub async fn left_over(db: &Db, now: Time) -> Result<Vec<(String, Option<String>)>> {
    const SHOWN_MAX: i64 = 20;
    db.read(sql!("SELECT kind, last_error FROM kernel_jobs WHERE failed_at IS NOT NULL OR run_at <= $1 ORDER BY run_at LIMIT $2"))
        .bind(now)
        .bind(SHOWN_MAX)
        .all()
        .await
}

/// Takes the next job that is due and of another kind than these.
async fn claim(db: &Db, now: Time, busy: &[String]) -> Result<Option<Claimed>> {
    db.write(sql!(
        "UPDATE kernel_jobs SET leased_until = $2, attempts = attempts + 1
         WHERE id = (SELECT id FROM kernel_jobs
                     WHERE failed_at IS NULL AND run_at <= $1 AND leased_until <= $1
                       AND NOT EXISTS (SELECT 1 FROM jsonb_to_recordset($3) AS n (kind TEXT) WHERE n.kind = kernel_jobs.kind)
                     ORDER BY run_at, id LIMIT 1)
           AND leased_until <= $1
         RETURNING id, kind, payload, attempts"
    ))
    .bind(now)
    .bind(now + LEASE)
    .bind(as_rows(busy))
    .optional()
    .await
}

async fn finish(db: &Db, id: Uuid) -> Result<()> {
    db.write(sql!("DELETE FROM kernel_jobs WHERE id = $1")).bind(id).run().await?;
    Ok(())
}

async fn postpone(db: &Db, job: &Claimed, error: &Error, now: Time) -> Result<()> {
    let given_up = job.attempts >= ATTEMPTS_MAX;
    tracing::warn!(kind = %job.kind, %error, given_up, "a job failed");
    let doublings = u32::try_from(job.attempts - 1).unwrap_or(0).min(16);
    let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(PAUSE_MAX);
    db.write(sql!(
        "UPDATE kernel_jobs SET run_at = $2, leased_until = 0, last_error = $3, failed_at = $4
         WHERE id = $1"
    ))
    .bind(job.id)
    .bind(now + pause)
    .bind(error.to_string())
    .bind(given_up.then_some(now))
    .run()
    .await?;
    Ok(())
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Jobs").field(&self.workers.keys()).finish()
    }
}
