//! Messages that their sender wants confirmed.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::clock::Time;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::acts::sending::Draft;
use super::super::acts::urgent::{self as acts, To, Wanted};
use super::super::errors::Refused;
use super::super::model;
use super::super::store;
use super::super::store::urgent::Which;
use super::super::wire::{self, Urgent};
use super::super::{ConversationId, MessageId, UrgentId};
use crate::desk::Desk;
use crate::http::{Json, Path, Query};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// One page.
const PAGE: i64 = 50;

/// Of whom it is wanted: ids of members, `unread` for those who have not read it, or `all`.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = ChatUrgentTo)]
enum Whom {
    These(Vec<MemberId>),
    Word(WhomWord),
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatUrgentToWord)]
enum WhomWord {
    Unread,
    All,
}

impl From<Whom> for To {
    fn from(whom: Whom) -> Self {
        match whom {
            Whom::These(members) => To::These(members),
            Whom::Word(WhomWord::Unread) => To::Unread,
            Whom::Word(WhomWord::All) => To::All,
        }
    }
}

/// How urgent a message is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatMakeUrgent)]
pub(super) struct MakeUrgent {
    to: Whom,
    /// From when on they are told, in milliseconds UTC; at once when it is absent.
    at: Option<i64>,
    /// They are told again after so many minutes, 5 to 60, until they confirm it.
    repeat_minutes: Option<i64>,
}

async fn shown(desk: &Desk, viewer: &Viewer, urgent: model::Urgent) -> Result<Json<Urgent>> {
    let mut shown = wire::urgents(desk, viewer, vec![urgent]).await?;
    shown.pop().map(Json).ok_or_else(Error::not_found)
}

/// Has a message of the viewer's confirmed.
#[utoipa::path(post, path = "/api/chat/messages/{id}/urgent", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    request_body = MakeUrgent, responses((status = 201, body = Urgent)))]
pub(super) async fn make_urgent(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<MessageId>,
    Json(body): Json<MakeUrgent>,
) -> Result<(StatusCode, Json<Urgent>)> {
    let wanted = Wanted { to: body.to.into(), at: body.at.map(Time::from_ms), repeat_minutes: body.repeat_minutes };
    let urgent = acts::make(&desk, &viewer, id, wanted).await?;
    Ok((StatusCode::CREATED, shown(&desk, &viewer, urgent).await?))
}

/// A text that is to be confirmed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewUrgent)]
pub(super) struct NewUrgent {
    /// Drawn by the client; the same one is sent once. The office draws one when it is absent.
    client_id: Option<String>,
    text: String,
    to: Whom,
    /// From when on they are told, in milliseconds UTC; at once when it is absent.
    at: Option<i64>,
    /// They are told again after so many minutes, 5 to 60, until they confirm it.
    repeat_minutes: Option<i64>,
}

/// Sends a message and has it confirmed.
#[utoipa::path(post, path = "/api/chat/conversations/{id}/urgent", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    request_body = NewUrgent, responses((status = 201, body = Urgent)))]
pub(super) async fn send_urgent(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Json(body): Json<NewUrgent>,
) -> Result<(StatusCode, Json<Urgent>)> {
    let NewUrgent { client_id, text, to, at, repeat_minutes } = body;
    let client_id = client_id.unwrap_or_else(|| desk.chance.uuid(desk.now()).to_string());
    let draft = Draft { client_id, text, mentions: Vec::new(), mentions_all: false, reply_to: None, thread_root: None, poll: None };
    let wanted = Wanted { to: to.into(), at: at.map(Time::from_ms), repeat_minutes };
    let urgent = acts::send_urgent(&desk, &viewer, id, draft, wanted).await?;
    Ok((StatusCode::CREATED, shown(&desk, &viewer, urgent).await?))
}

/// Which ones are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UrgentQuery {
    /// `in` for those the viewer is to confirm, `out` for those they sent; `in` when nothing is said.
    r#box: Option<String>,
    /// Older ones than this.
    before: Option<UrgentId>,
}

/// Urgent messages, the latest first.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatUrgentList)]
pub(super) struct UrgentList {
    urgent: Vec<Urgent>,
    /// What to give as `before` for the next page.
    next: Option<UrgentId>,
}

/// What the viewer is to confirm or has confirmed, or what they want confirmed.
#[utoipa::path(get, path = "/api/chat/urgent", tag = "chat", security(("session" = [])), params(UrgentQuery), responses((status = 200, body = UrgentList)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer, Query(query): Query<UrgentQuery>) -> Result<Json<UrgentList>> {
    let which = match query.r#box.as_deref() {
        None | Some("in") => Which::In,
        Some("out") => Which::Out,
        Some(_) => return Err(Refused::Field("box").into()),
    };
    let page = store::urgent::page(&desk.db, &viewer, which, query.before, PAGE).await?;
    let is_full = i64::try_from(page.len()).unwrap_or(i64::MAX) >= PAGE;
    let next = page.last().filter(|_| is_full).map(|urgent| urgent.id);
    Ok(Json(UrgentList { urgent: wire::urgents(&desk, &viewer, page).await?, next }))
}

/// One that the viewer sent, or that is for them.
#[utoipa::path(get, path = "/api/chat/urgent/{id}", tag = "chat", security(("session" = [])), params(("id" = UrgentId, Path)),
    responses((status = 200, body = Urgent)))]
pub(super) async fn one(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<UrgentId>) -> Result<Json<Urgent>> {
    let urgent = acts::seen_by(&desk, &viewer, id).await?;
    shown(&desk, &viewer, urgent).await
}

/// The viewer has seen to it.
#[utoipa::path(post, path = "/api/chat/urgent/{id}/confirm", tag = "chat", security(("session" = [])), params(("id" = UrgentId, Path)),
    responses((status = 200, body = Urgent)))]
pub(super) async fn confirm(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<UrgentId>) -> Result<Json<Urgent>> {
    let urgent = acts::confirm(&desk, &viewer, id).await?;
    shown(&desk, &viewer, urgent).await
}

/// Tells those who have not confirmed it now. Its sender does.
#[utoipa::path(post, path = "/api/chat/urgent/{id}/remind", tag = "chat", security(("session" = [])), params(("id" = UrgentId, Path)),
    responses((status = 200, body = Urgent)))]
pub(super) async fn remind(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<UrgentId>) -> Result<Json<Urgent>> {
    let urgent = acts::remind(&desk, &viewer, id).await?;
    shown(&desk, &viewer, urgent).await
}

/// Wants it confirmed no more. Its sender does.
#[utoipa::path(post, path = "/api/chat/urgent/{id}/end", tag = "chat", security(("session" = [])), params(("id" = UrgentId, Path)),
    responses((status = 200, body = Urgent)))]
pub(super) async fn end(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<UrgentId>) -> Result<Json<Urgent>> {
    let urgent = acts::end(&desk, &viewer, id).await?;
    shown(&desk, &viewer, urgent).await
}
