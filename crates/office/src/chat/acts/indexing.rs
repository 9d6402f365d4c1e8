//! Messages that were written before there was this index are put into it, the latest first, while the office goes on.

use std::time::Duration;

use kernel::Result;
use kernel::db::Tx;
use kernel::jobs::{Job, enqueue};
use serde_json::Value;

use super::super::{MessageId, store};
use crate::desk::Desk;

/// The kind of job that does it.
pub(crate) const INDEX: &str = "chat.index";
/// Messages put into the index together: few enough that nobody waits for it.
const TOGETHER: i64 = 200;
const PAUSE: Duration = Duration::from_millis(100);

/// What is done once at every start: goes on where some are left.
pub(crate) async fn prepare(desk: &Desk) -> Result<()> {
    if store::words::left(&desk.db).await?.is_none() {
        return Ok(());
    }
    let mut tx = desk.db.begin().await?;
    plan(&mut tx, desk, None).await?;
    tx.commit().await
}

/// Puts the latest that are left into the index.
pub(crate) async fn go_on(desk: &Desk) -> Result<()> {
    let Some(latest) = store::words::left(&desk.db).await? else { return Ok(()) };
    let messages = store::messages::up_to(&desk.db, latest, TOGETHER).await?;
    let mut tx = desk.db.begin().await?;
    for message in &messages {
        store::words::replace(&mut tx, message).await?;
    }
    let is_last = messages.len() < usize::try_from(TOGETHER).unwrap_or(usize::MAX);
    let oldest = messages.last().map(|message| message.id).filter(|_| !is_last);
    store::words::set_left(&mut tx, oldest).await?;
    if let Some(oldest) = oldest {
        plan(&mut tx, desk, Some(oldest)).await?;
    }
    tx.commit().await
}

async fn plan(tx: &mut Tx, desk: &Desk, oldest: Option<MessageId>) -> Result<()> {
    let now = desk.now();
    let (key, run_at) = match oldest {
        None => (INDEX.to_owned(), now),
        Some(oldest) => (format!("{INDEX}:{oldest}"), now + PAUSE),
    };
    enqueue(tx, Job { kind: INDEX, key: Some(key), payload: Value::Null, run_at }, &desk.chance, now).await
}
