//! What the viewer keeps for later.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::MessageId;
use super::super::acts::later::{self as acts, Plan};
use super::super::model;
use super::super::wire::{self, Message};
use crate::desk::Desk;
use crate::http::{Json, Path, Query};
use crate::viewer::Viewer;

/// What is to be done about a message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatLaterPlan)]
pub(super) struct LaterPlan {
    /// The viewer is told then; milliseconds UTC.
    due_at: Option<i64>,
    note: Option<String>,
}

/// Keeps a message for later. With a body it is due then and has that note; without one, what was planned before stays.
#[utoipa::path(put, path = "/api/chat/messages/{id}/later", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    request_body = Option<LaterPlan>, responses((status = 204)))]
pub(super) async fn keep(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<MessageId>,
    body: Option<Json<LaterPlan>>,
) -> Result<StatusCode> {
    let plan = body.map(|Json(plan)| Plan { due_at: plan.due_at.map(Time::from_ms), note: plan.note.unwrap_or_default() });
    acts::keep(&desk, &viewer, id, plan).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keeps a message for later no more.
#[utoipa::path(delete, path = "/api/chat/messages/{id}/later", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    responses((status = 204)))]
pub(super) async fn forget(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MessageId>) -> Result<StatusCode> {
    acts::forget(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether it is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatLaterDone)]
pub(super) struct LaterDone {
    done: bool,
}

/// Marks what is kept for later as done, or as not done.
#[utoipa::path(post, path = "/api/chat/messages/{id}/later/done", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    request_body = LaterDone, responses((status = 204)))]
pub(super) async fn done(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<MessageId>,
    Json(body): Json<LaterDone>,
) -> Result<StatusCode> {
    acts::done(&desk, &viewer, id, body.done).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A message that is kept for later.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatLater)]
struct Later {
    #[serde(flatten)]
    message: Message,
    due_at: Option<Time>,
    note: String,
    done_at: Option<Time>,
}

/// What is kept for later.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatLaterList)]
pub(super) struct LaterList {
    messages: Vec<Later>,
}

/// Which of it is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LaterQuery {
    /// What is done, or what is not; both when nothing is said.
    done: Option<bool>,
}

/// What the viewer keeps for later, the latest marked first.
#[utoipa::path(get, path = "/api/chat/later", tag = "chat", security(("session" = [])), params(LaterQuery), responses((status = 200, body = LaterList)))]
pub(super) async fn later(State(desk): State<Desk>, viewer: Viewer, Query(query): Query<LaterQuery>) -> Result<Json<LaterList>> {
    let kept = acts::all(&desk, &viewer, query.done).await?;
    let shown = kept.into_iter().map(|(later, message)| {
        let model::Later { message: _, due_at, note, done_at } = later;
        Later { message: wire::message(&message), due_at, note, done_at }
    });
    Ok(Json(LaterList { messages: shown.collect() }))
}
