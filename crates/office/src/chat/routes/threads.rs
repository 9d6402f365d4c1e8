//! Parts of a conversation that are found by other ways than its end: a thread, a day.

use axum::extract::State;
use kernel::Result;
use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::errors::Refused;
use super::super::store::{self, From};
use super::super::wire::{self, Message};
use super::super::{ConversationId, rules};
use super::messages::{PAGE_DEFAULT, PAGE_MAX};
use crate::desk::Desk;
use crate::http::{Json, Path, Query};
use crate::viewer::Viewer;

/// Which part of a thread is wanted: the last one when nothing is said.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ThreadQuery {
    /// Answers before that number.
    before: Option<i64>,
    /// 50 when nothing is said, 100 at most.
    limit: Option<i64>,
}

/// A page of a thread, in the order of its messages.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatThread)]
pub(super) struct Thread {
    /// The message that the thread belongs to; with the last page only.
    root: Option<Message>,
    messages: Vec<Message>,
    has_before: bool,
    has_after: bool,
    /// The change of the conversation; whoever has this page asks for what follows it.
    change: i64,
}

/// The answers in the thread of a message.
#[utoipa::path(get, path = "/api/chat/conversations/{id}/threads/{root_seq}", tag = "chat", security(("session" = [])),
    params(("id" = ConversationId, Path), ("root_seq" = i64, Path), ThreadQuery), responses((status = 200, body = Thread)))]
pub(super) async fn thread(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path((id, root)): Path<(ConversationId, i64)>,
    Query(query): Query<ThreadQuery>,
) -> Result<Json<Thread>> {
    // Read first: what changes while the page is read is asked for again, and nothing is missed.
    let seen = store::conversations::seen(From::Db(&desk.db), &viewer, id).await?;
    let message = store::messages::at(&desk.db, &viewer, id, root).await?;
    let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let before = query.before.unwrap_or(i64::MAX);
    let (messages, has_before) = store::messages::thread(&desk.db, &viewer, id, root, before, limit).await?;
    let root = query.before.is_none().then(|| wire::message(&message));
    let has_after = query.before.is_some();
    Ok(Json(Thread { root, messages: wire::messages(&messages), has_before, has_after, change: seen.conversation.change }))
}

/// The moment that is looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AtQuery {
    /// Milliseconds UTC; it must be given.
    time: Option<i64>,
}

/// A place in a conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatPlace)]
pub(super) struct Place {
    /// Absent when nothing was written from that moment on.
    seq: Option<i64>,
}

/// Where a conversation was at that moment: the number of the first message from then on.
#[utoipa::path(get, path = "/api/chat/conversations/{id}/at", tag = "chat", security(("session" = [])),
    params(("id" = ConversationId, Path), AtQuery), responses((status = 200, body = Place)))]
pub(super) async fn at(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Query(query): Query<AtQuery>,
) -> Result<Json<Place>> {
    store::conversations::seen(From::Db(&desk.db), &viewer, id).await?;
    let time = query.time.ok_or(Refused::Field("time"))?;
    let seq = store::dates::first_since(&desk.db, &viewer, id, Time::from_ms(time)).await?;
    Ok(Json(Place { seq }))
}

/// The month that is looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DaysQuery {
    /// As `2026-11`; it must be given.
    month: Option<String>,
    /// How far the viewer's clock is ahead of UTC, such as 480 in Beijing; 0 when nothing is said.
    offset_minutes: Option<i64>,
}

/// Days of a month.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatDays)]
pub(super) struct Days {
    /// From 1 on.
    days: Vec<i64>,
}

/// On which days of a month something was written.
#[utoipa::path(get, path = "/api/chat/conversations/{id}/days", tag = "chat", security(("session" = [])),
    params(("id" = ConversationId, Path), DaysQuery), responses((status = 200, body = Days)))]
pub(super) async fn days(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Query(query): Query<DaysQuery>,
) -> Result<Json<Days>> {
    store::conversations::seen(From::Db(&desk.db), &viewer, id).await?;
    let spans = rules::dates::days_of(query.month.as_deref().unwrap_or_default(), query.offset_minutes.unwrap_or(0))?;
    Ok(Json(Days { days: store::dates::busy(&desk.db, &viewer, id, &spans).await? }))
}
