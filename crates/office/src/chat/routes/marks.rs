//! What people put on messages, and who has read them.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::MessageId;
use super::super::acts::{changing, marks};
use super::super::wire::{self, Message};
use crate::desk::Desk;
use crate::http::{Json, Path};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// Adds a reaction of the viewer's.
#[utoipa::path(put, path = "/api/chat/messages/{id}/reactions/{emoji}", tag = "chat", security(("session" = [])),
    params(("id" = MessageId, Path), ("emoji" = String, Path)), responses((status = 204)))]
pub(super) async fn react(State(desk): State<Desk>, viewer: Viewer, Path((id, emoji)): Path<(MessageId, String)>) -> Result<StatusCode> {
    changing::react(&desk, &viewer, id, &emoji, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a reaction of the viewer's back.
#[utoipa::path(delete, path = "/api/chat/messages/{id}/reactions/{emoji}", tag = "chat", security(("session" = [])),
    params(("id" = MessageId, Path), ("emoji" = String, Path)), responses((status = 204)))]
pub(super) async fn take_back(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path((id, emoji)): Path<(MessageId, String)>,
) -> Result<StatusCode> {
    changing::react(&desk, &viewer, id, &emoji, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pins a message for everybody, as far as the rules let the viewer.
#[utoipa::path(put, path = "/api/chat/messages/{id}/pin", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    responses((status = 204)))]
pub(super) async fn pin(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MessageId>) -> Result<StatusCode> {
    changing::pin(&desk, &viewer, id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a pin away.
#[utoipa::path(delete, path = "/api/chat/messages/{id}/pin", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    responses((status = 204)))]
pub(super) async fn unpin(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MessageId>) -> Result<StatusCode> {
    changing::pin(&desk, &viewer, id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who has read a message and who has not, of those who were there when it was sent.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatReaders)]
pub(super) struct Readers {
    read: Vec<MemberId>,
    unread: Vec<MemberId>,
}

/// Who has read a message of the viewer's.
#[utoipa::path(get, path = "/api/chat/messages/{id}/readers", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    responses((status = 200, body = Readers)))]
pub(super) async fn readers(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MessageId>) -> Result<Json<Readers>> {
    let (read, unread) = marks::readers(&desk, &viewer, id).await?;
    Ok(Json(Readers { read, unread }))
}

/// How many were reminded.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatReminded)]
pub(super) struct Reminded {
    reminded: usize,
}

/// Reminds those who have not read a message of the viewer's.
#[utoipa::path(post, path = "/api/chat/messages/{id}/remind", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    responses((status = 200, body = Reminded)))]
pub(super) async fn remind(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MessageId>) -> Result<Json<Reminded>> {
    Ok(Json(Reminded { reminded: marks::remind(&desk, &viewer, id).await? }))
}

/// What is chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatVotes)]
pub(super) struct Votes {
    /// Places among the options, from 0; none takes the vote back.
    options: Vec<i64>,
}

/// Votes in a poll; what was chosen before is forgotten.
#[utoipa::path(post, path = "/api/chat/messages/{id}/votes", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    request_body = Votes, responses((status = 200, body = Message)))]
pub(super) async fn vote(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<MessageId>,
    Json(body): Json<Votes>,
) -> Result<Json<Message>> {
    Ok(Json(wire::message(&changing::vote(&desk, &viewer, id, &body.options).await?)))
}

/// Ends a poll of the viewer's.
#[utoipa::path(post, path = "/api/chat/messages/{id}/close", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    responses((status = 200, body = Message)))]
pub(super) async fn close(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MessageId>) -> Result<Json<Message>> {
    Ok(Json(wire::message(&changing::close(&desk, &viewer, id).await?)))
}
