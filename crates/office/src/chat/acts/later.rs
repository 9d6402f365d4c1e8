//! What people keep for later, and what becomes of it: something to do, until it is due, until it is done.

use kernel::clock::Time;
use kernel::jobs::{Job, enqueue};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::errors::Refused;
use super::super::model::{Later, Message};
use super::super::{LATER_MAX, MessageId, SCHEDULED_DAYS, notices, rules, store, wire};
use crate::desk::Desk;
use crate::org::{self, MemberId};
use crate::viewer::Viewer;

/// What a job of this kind is called.
pub(crate) const DUE: &str = "chat.tell_due";

/// What is due, and when. What was put off meanwhile has another job.
#[derive(Serialize, Deserialize)]
struct Due {
    member: MemberId,
    message: MessageId,
    due_at: Time,
}

/// What is to be done about a message, and until when.
pub(crate) struct Plan {
    pub(crate) due_at: Option<Time>,
    pub(crate) note: String,
}

/// Keeps a message for later. Without a plan, one that is kept already stays as it is.
pub(crate) async fn keep(desk: &Desk, viewer: &Viewer, id: MessageId, plan: Option<Plan>) -> Result<()> {
    store::messages::one(&desk.db, viewer, id).await?;
    let mut tx = desk.db.begin().await?;
    store::later::keep(&mut tx, viewer.member, id, desk.now()).await?;
    let max = desk.limits.of(&LATER_MAX);
    if store::later::count(&mut tx, viewer.member).await? > max {
        return Err(Refused::TooMany(max).into());
    }
    if let Some(Plan { due_at, note }) = plan {
        let note = rules::note("note", &note)?;
        let due_at = due_at.map(|at| rules::ahead("due_at", at, desk.limits.of(&SCHEDULED_DAYS), desk.now())).transpose()?;
        store::later::plan(&mut tx, viewer.member, id, due_at, &note).await?;
        if let Some(due_at) = due_at {
            let due = Due { member: viewer.member, message: id, due_at };
            let key = format!("{DUE}:{}:{id}:{}", viewer.member, due_at.as_ms());
            let job = Job { kind: DUE, key: Some(key), payload: json!(due), run_at: due_at };
            enqueue(&mut tx, job, &desk.chance, desk.now()).await?;
        }
    }
    tx.commit().await
}

/// Keeps it no more.
pub(crate) async fn forget(desk: &Desk, viewer: &Viewer, id: MessageId) -> Result<()> {
    store::messages::one(&desk.db, viewer, id).await?;
    let mut tx = desk.db.begin().await?;
    store::later::forget(&mut tx, viewer.member, id).await?;
    tx.commit().await
}

/// Marks what is kept as done, or as not done.
pub(crate) async fn done(desk: &Desk, viewer: &Viewer, id: MessageId, done: bool) -> Result<()> {
    store::messages::one(&desk.db, viewer, id).await?;
    let mut tx = desk.db.begin().await?;
    if !store::later::set_done(&mut tx, viewer.member, id, done.then(|| desk.now())).await? {
        return Err(Error::not_found());
    }
    tx.commit().await
}

/// What the viewer keeps, each with its message, the latest marked first.
pub(crate) async fn all(desk: &Desk, viewer: &Viewer, done: Option<bool>) -> Result<Vec<(Later, Message)>> {
    let kept = store::later::all(&desk.db, viewer, done).await?;
    let mut messages = store::messages::some(&desk.db, viewer, kept.iter().map(|later| later.message)).await?;
    let with_message = kept.into_iter().filter_map(|later| {
        let place = messages.iter().position(|message| message.id == later.message)?;
        Some((later, messages.swap_remove(place)))
    });
    Ok(with_message.collect())
}

/// Tells whoever keeps it that it is due, as the job of that payload.
pub(crate) async fn tell_due(desk: &Desk, payload: serde_json::Value) -> Result<()> {
    let Ok(Due { member, message: id, due_at }) = serde_json::from_value(payload) else { return Ok(()) };
    let Some((viewer, false)) = org::viewer_of_member(desk, member).await? else { return Ok(()) };
    let (seen, message) = match store::messages::one(&desk.db, &viewer, id).await {
        Ok(seen) => seen,
        Err(Error::Refused(_)) => return Ok(()),
        Err(internal) => return Err(internal),
    };
    let titles = wire::titles(desk, &viewer, &[message.conversation]).await?;
    let mut tx = desk.db.begin().await?;
    let Some(note) = store::later::told(&mut tx, member, id, due_at, desk.now()).await? else { return Ok(()) };
    let title = titles.into_values().next().unwrap_or_default();
    notices::due(&mut tx, desk, &viewer, title, &seen.conversation, &message, &note).await?;
    tx.commit().await
}
