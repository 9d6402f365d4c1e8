//! What is done later: sweep up what is too old. A sweep waits for as long as there is anything to sweep.

use std::time::Duration;

use kernel::clock::Time;
use kernel::db::Tx;
use kernel::jobs::{Job, Jobs, enqueue};
use kernel::{Result, sql};
use serde_json::Value;

use super::KEPT_DAYS;
use crate::desk::Desk;

const SWEEP: &str = "notify.sweep";
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// How long a notice that was removed can be brought back, at least.
const KEEP_REMOVED: Duration = Duration::from_secs(3_600);

pub(super) fn jobs(desk: &Desk, jobs: &mut Jobs) {
    let desk = desk.clone();
    jobs.on(SWEEP, move |_, now| {
        let desk = desk.clone();
        async move { sweep(&desk, now).await }
    });
}

/// Has a sweep wait for the end of this day; once is enough, however often it is asked for.
pub(super) async fn plan_sweep(tx: &mut Tx, desk: &Desk) -> Result<()> {
    let now = desk.now();
    let day_ms = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    let run_at = Time::from_ms((now.as_ms() / day_ms + 1).saturating_mul(day_ms));
    let job = Job { kind: SWEEP, key: Some(format!("{SWEEP}:{}", run_at.as_ms())), payload: Value::Null, run_at };
    enqueue(tx, job, &desk.chance, now).await
}

async fn sweep(desk: &Desk, now: Time) -> Result<()> {
    let keep = DAY.saturating_mul(u32::try_from(desk.limits.of(&KEPT_DAYS)).unwrap_or(u32::MAX));
    let mut tx = desk.db.begin().await?;
    tx.ask(sql!("DELETE FROM notify_notices WHERE told_at <= $1 OR removed_at <= $2"))
        .bind(now - keep)
        .bind(now - KEEP_REMOVED)
        .run()
        .await?;
    let left: Option<(i64,)> = tx.ask(sql!("SELECT told_at FROM notify_notices LIMIT 1")).optional().await?;
    if left.is_some() {
        plan_sweep(&mut tx, desk).await?;
    }
    tx.commit().await
}
