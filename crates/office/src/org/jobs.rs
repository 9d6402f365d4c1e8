//! What the organisation does later: sweep up what has expired.

use std::time::Duration;

use kernel::Result;
use kernel::clock::Time;
use kernel::db::Tx;
use kernel::jobs::{Job, Jobs, enqueue};
use kernel::sql;

use super::SessionId;
use super::events::SessionsEnded;
use crate::desk::Desk;

const SWEEP: &str = "org.sweep";
const SWEEP_EVERY: Duration = Duration::from_secs(24 * 3_600);
/// An invitation that ran out is shown to administrators for this long.
const KEEP_INVITATIONS: Duration = Duration::from_secs(30 * 24 * 3_600);
/// Links are counted for an hour, however short they are good.
const KEEP_PASSWORD_LINKS: Duration = Duration::from_secs(3_600);

pub(super) fn jobs(desk: &Desk, jobs: &mut Jobs) {
    let desk = desk.clone();
    jobs.on(SWEEP, move |_, now| {
        let desk = desk.clone();
        async move { sweep(&desk, now).await }
    });
}

/// Has the next sweep wait in the table; once is enough, however often it is asked for.
pub(super) async fn plan_sweep(tx: &mut Tx, desk: &Desk, at: Time) -> Result<()> {
    let job = Job { kind: SWEEP, key: Some(format!("{SWEEP}:{}", at.as_ms())), payload: serde_json::Value::Null, run_at: at };
    enqueue(tx, job, &desk.chance, desk.now()).await
}

async fn sweep(desk: &Desk, now: Time) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    let ended: Vec<(SessionId,)> = tx.ask(sql!("DELETE FROM org_sessions WHERE expires_at <= $1 RETURNING id")).bind(now).all().await?;
    if !ended.is_empty() {
        let sessions = ended.into_iter().map(|(id,)| id).collect();
        desk.announce(&mut tx, &SessionsEnded { sessions }).await?;
    }
    tx.ask(sql!("DELETE FROM org_invitations WHERE expires_at <= $1")).bind(now - KEEP_INVITATIONS).run().await?;
    tx.ask(sql!("DELETE FROM org_password_links WHERE expires_at <= $1")).bind(now - KEEP_PASSWORD_LINKS).run().await?;
    plan_sweep(&mut tx, desk, next_sweep(now)).await?;
    tx.commit().await
}

/// The next multiple of the interval, so that several programs on one database plan the same one.
pub(super) fn next_sweep(now: Time) -> Time {
    let every = i64::try_from(SWEEP_EVERY.as_millis()).unwrap_or(i64::MAX);
    Time::from_ms((now.as_ms() / every + 1).saturating_mul(every))
}
