//! What is written now and sent later, as if its writer had sent it then: with what they may do at that moment, and once.

use std::time::Duration;

use kernel::clock::Time;
use kernel::db::Tx;
use kernel::jobs::{Job, enqueue};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::errors::Refused;
use super::super::model::{Message, Scheduled};
use super::super::store::From;
use super::super::{ConversationId, SCHEDULED_DAYS, SCHEDULED_MAX, ScheduledId, TEXT_CHARS_MAX, notices, rules, store};
use super::sending::{Draft, prepare, send};
use crate::desk::Desk;
use crate::org;
use crate::viewer::Viewer;

/// What a job of this kind is called.
pub(crate) const SEND: &str = "chat.send_scheduled";

/// Sending takes no longer than this. What takes longer has failed, and may be changed.
const SENDING: Duration = Duration::from_secs(300);

/// Which message is to be sent, and when. One that was put off meanwhile has another job.
#[derive(Serialize, Deserialize)]
struct Due {
    id: ScheduledId,
    send_at: Time,
}

/// The viewer's, each with what its conversation is called now, as far as they are still in it.
pub(crate) async fn all(desk: &Desk, viewer: &Viewer) -> Result<Vec<Scheduled>> {
    let mut all = store::scheduled::all(&desk.db, viewer).await?;
    let ids: Vec<ConversationId> = all.iter().map(|scheduled| scheduled.conversation).collect();
    let mut titles = super::super::wire::titles(desk, viewer, &ids).await?;
    for scheduled in &mut all {
        if let Some(title) = titles.get_mut(&scheduled.conversation) {
            scheduled.title.clone_from(title);
        }
    }
    Ok(all)
}

/// Has a message sent later, once for each client's id; says whether it was new.
pub(crate) async fn schedule(desk: &Desk, viewer: &Viewer, id: ConversationId, draft: Draft, send_at: Time) -> Result<(Scheduled, bool)> {
    // Whatever is wrong with it is better known now than when it is to be sent.
    let seen = store::conversations::seen(From::Db(&desk.db), viewer, id).await?;
    let message = prepare(desk, viewer, id, draft).await?;
    let send_at = rules::ahead("send_at", send_at, desk.limits.of(&SCHEDULED_DAYS), desk.now())?;
    rules::may_write(seen.conversation.kind, (false, seen.conversation.rules.at_all), seen.mine.role, message.mentions_all)?;
    let titles = super::super::wire::titles(desk, viewer, &[id]).await?;
    let scheduled = Scheduled {
        id: ScheduledId::draw(&desk.chance, desk.now()),
        member: viewer.member,
        conversation: id,
        title: titles.into_values().next().unwrap_or_default(),
        client_id: message.client_id,
        text: message.text,
        mentions: message.mentions,
        mentions_all: message.mentions_all,
        reply_to: message.quote.map(|quote| quote.id),
        thread_root: message.thread_root,
        send_at,
        failed: None,
    };
    let mut tx = desk.db.begin().await?;
    if !store::scheduled::add(&mut tx, &scheduled).await? {
        drop(tx);
        let before = store::scheduled::of_client(&desk.db, viewer, &scheduled.client_id).await?;
        return before.map(|before| (before, false)).ok_or_else(Error::not_found);
    }
    let max = desk.limits.of(&SCHEDULED_MAX);
    if store::scheduled::count(&mut tx, viewer.member).await? > max {
        return Err(Refused::TooMany(max).into());
    }
    plan(&mut tx, desk, &scheduled).await?;
    tx.commit().await?;
    Ok((scheduled, true))
}

async fn plan(tx: &mut Tx, desk: &Desk, scheduled: &Scheduled) -> Result<()> {
    let Scheduled { id, send_at, .. } = scheduled;
    let payload = json!(Due { id: *id, send_at: *send_at });
    let job = Job { kind: SEND, key: Some(format!("{SEND}:{id}:{}", send_at.as_ms())), payload, run_at: *send_at };
    enqueue(tx, job, &desk.chance, desk.now()).await
}

async fn own(desk: &Desk, viewer: &Viewer, id: ScheduledId) -> Result<Scheduled> {
    store::scheduled::one(&desk.db, viewer, id).await?.ok_or_else(Error::not_found)
}

/// Changes text and time; what is absent stays. What had failed waits again.
pub(crate) async fn change(
    desk: &Desk,
    viewer: &Viewer,
    id: ScheduledId,
    text: Option<String>,
    send_at: Option<Time>,
) -> Result<Scheduled> {
    let before = own(desk, viewer, id).await?;
    let text = text.map(|text| rules::text(&text, desk.limits.of(&TEXT_CHARS_MAX))).transpose()?;
    let send_at = match send_at {
        Some(at) => rules::ahead("send_at", at, desk.limits.of(&SCHEDULED_DAYS), desk.now())?,
        // What failed cannot be sent at a time that is over.
        None if before.failed.is_some() => return Err(Refused::Field("send_at").into()),
        None => before.send_at,
    };
    let after = Scheduled { text: text.unwrap_or(before.text), send_at, failed: None, ..before };
    let mut tx = desk.db.begin().await?;
    if !store::scheduled::change(&mut tx, &after, desk.now() - SENDING).await? {
        return Err(Refused::BeingSent.into());
    }
    plan(&mut tx, desk, &after).await?;
    tx.commit().await?;
    Ok(after)
}

/// Does not send it after all.
pub(crate) async fn remove(desk: &Desk, viewer: &Viewer, id: ScheduledId) -> Result<()> {
    own(desk, viewer, id).await?;
    let mut tx = desk.db.begin().await?;
    if !store::scheduled::remove(&mut tx, viewer, id, desk.now() - SENDING).await? {
        return Err(Refused::BeingSent.into());
    }
    tx.commit().await
}

/// Sends it now. What the viewer may not do is refused, and it waits on.
pub(crate) async fn send_now(desk: &Desk, viewer: &Viewer, id: ScheduledId) -> Result<Message> {
    let scheduled = own(desk, viewer, id).await?;
    let (message, _) = send(desk, viewer, scheduled.conversation, draft(&scheduled)).await?;
    store::scheduled::sent(&desk.db, id).await?;
    Ok(message)
}

fn draft(scheduled: &Scheduled) -> Draft {
    let Scheduled { client_id, text, mentions, mentions_all, reply_to, thread_root, .. } = scheduled.clone();
    Draft { client_id, text, mentions, mentions_all, reply_to, thread_root, poll: None, carried: None }
}

/// Sends what is due, as the job of that payload. Its client's id keeps it from being sent twice.
pub(crate) async fn send_due(desk: &Desk, payload: serde_json::Value) -> Result<()> {
    let Ok(Due { id, send_at }) = serde_json::from_value(payload) else { return Ok(()) };
    let mut tx = desk.db.begin().await?;
    let taken = store::scheduled::take(&mut tx, id, send_at, desk.now()).await?;
    tx.commit().await?;
    let Some(scheduled) = taken else { return Ok(()) };
    let Some((viewer, is_disabled)) = org::viewer_of_member(desk, scheduled.member).await? else {
        return store::scheduled::sent(&desk.db, id).await;
    };
    let sent = match is_disabled {
        true => Err(crate::viewer::forbidden()),
        false => send(desk, &viewer, scheduled.conversation, draft(&scheduled)).await.map(drop),
    };
    match sent {
        Ok(()) => store::scheduled::sent(&desk.db, id).await,
        Err(Error::Refused(refusal)) => fail(desk, &viewer, &scheduled, refusal.code()).await,
        Err(internal) => Err(internal),
    }
}

async fn fail(desk: &Desk, viewer: &Viewer, scheduled: &Scheduled, code: &str) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    if store::scheduled::fail(&mut tx, scheduled.id, code).await? {
        notices::not_sent(&mut tx, desk, viewer.organisation, scheduled, code).await?;
    }
    tx.commit().await
}
