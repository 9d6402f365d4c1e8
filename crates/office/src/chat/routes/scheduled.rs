//! What is written now and sent later.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::acts::scheduled as acts;
use super::super::acts::sending::Draft;
use super::super::model;
use super::super::wire::{self, Message};
use super::super::{ConversationId, MessageId, ScheduledId};
use crate::desk::Desk;
use crate::http::{Json, Path};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// A message that is to be sent later.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatScheduled)]
pub(super) struct Scheduled {
    id: ScheduledId,
    conversation_id: ConversationId,
    conversation_title: String,
    text: String,
    send_at: Time,
    /// The code of the refusal that kept it from being sent.
    failed: Option<String>,
}

impl From<model::Scheduled> for Scheduled {
    fn from(scheduled: model::Scheduled) -> Self {
        let model::Scheduled { id, conversation, title, text, send_at, failed, .. } = scheduled;
        Self { id, conversation_id: conversation, conversation_title: title, text, send_at, failed }
    }
}

/// What the viewer has waiting.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatScheduledList)]
pub(super) struct ScheduledList {
    /// The next one first.
    scheduled: Vec<Scheduled>,
}

/// What the viewer has waiting to be sent later, and what could not be.
#[utoipa::path(get, path = "/api/chat/scheduled", tag = "chat", security(("session" = [])), responses((status = 200, body = ScheduledList)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<ScheduledList>> {
    let scheduled = acts::all(&desk, &viewer).await?;
    Ok(Json(ScheduledList { scheduled: scheduled.into_iter().map(Scheduled::from).collect() }))
}

/// What is to be sent, and when.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewScheduled)]
pub(super) struct NewScheduled {
    /// Drawn by the client; the same one is sent once.
    client_id: String,
    text: String,
    #[serde(default)]
    mentions: Vec<MemberId>,
    #[serde(default)]
    mentions_all: bool,
    reply_to: Option<MessageId>,
    thread_root: Option<i64>,
    /// Milliseconds UTC.
    send_at: i64,
}

/// Has a message sent later, as if the viewer had written it then.
#[utoipa::path(post, path = "/api/chat/conversations/{id}/scheduled", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    request_body = NewScheduled,
    responses((status = 201, body = Scheduled), (status = 200, description = "It was waiting already.", body = Scheduled)))]
pub(super) async fn schedule(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Json(body): Json<NewScheduled>,
) -> Result<(StatusCode, Json<Scheduled>)> {
    let NewScheduled { client_id, text, mentions, mentions_all, reply_to, thread_root, send_at } = body;
    let draft = Draft { client_id, text, mentions, mentions_all, reply_to, thread_root, poll: None };
    let (scheduled, is_new) = acts::schedule(&desk, &viewer, id, draft, Time::from_ms(send_at)).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(scheduled.into())))
}

/// What changes; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatScheduledChange)]
pub(super) struct ScheduledChange {
    text: Option<String>,
    /// Milliseconds UTC. Of one that could not be sent it must be given.
    send_at: Option<i64>,
}

/// Changes what is to be sent, or when.
#[utoipa::path(patch, path = "/api/chat/scheduled/{id}", tag = "chat", security(("session" = [])), params(("id" = ScheduledId, Path)),
    request_body = ScheduledChange, responses((status = 200, body = Scheduled)))]
pub(super) async fn change(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ScheduledId>,
    Json(body): Json<ScheduledChange>,
) -> Result<Json<Scheduled>> {
    let scheduled = acts::change(&desk, &viewer, id, body.text, body.send_at.map(Time::from_ms)).await?;
    Ok(Json(scheduled.into()))
}

/// Does not send it after all.
#[utoipa::path(delete, path = "/api/chat/scheduled/{id}", tag = "chat", security(("session" = [])), params(("id" = ScheduledId, Path)),
    responses((status = 204)))]
pub(super) async fn remove(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ScheduledId>) -> Result<StatusCode> {
    acts::remove(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends it now.
#[utoipa::path(post, path = "/api/chat/scheduled/{id}/send", tag = "chat", security(("session" = [])), params(("id" = ScheduledId, Path)),
    responses((status = 200, body = Message)))]
pub(super) async fn send_now(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ScheduledId>) -> Result<Json<Message>> {
    Ok(Json(wire::message(&acts::send_now(&desk, &viewer, id).await?)))
}
