//! The way into a group by its link, and those who ask to be let in.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::acts::joining::{self as acts, Joined};
use super::super::model;
use super::super::wire::Person;
use super::super::{ConversationId, RequestId};
use crate::desk::Desk;
use crate::http::{Caller, Json, Path};
use crate::org::{self, MemberId, PersonCard};
use crate::viewer::Viewer;

/// The way into a group.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatLink)]
pub(super) struct Link {
    token: String,
    /// The page that leads in; a QR code shows it.
    url: String,
    /// Absent when it is good for ever.
    expires_at: Option<Time>,
    /// Owner and administrators decide about everybody who comes.
    approval: bool,
    created_by: MemberId,
}

fn shown(caller: &Caller, link: model::Link) -> Link {
    let model::Link { token, approval, expires_at, created_by } = link;
    Link { url: format!("{}/chat/join/{token}", caller.base_url), token, expires_at, approval, created_by }
}

/// The link of a group, for those who may bring people in; `null` while there is none that is good.
#[utoipa::path(get, path = "/api/chat/conversations/{id}/link", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    responses((status = 200, body = Option<Link>)))]
pub(super) async fn link(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> Result<Json<Option<Link>>> {
    let link = acts::link(&desk, &viewer, id).await?;
    Ok(Json(link.map(|link| shown(&caller, link))))
}

/// What a link is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewLink)]
pub(super) struct NewLink {
    /// 1, 7 or 30; for ever when it is absent.
    expires_in_days: Option<u32>,
    /// Owner and administrators decide about everybody who comes.
    #[serde(default)]
    approval: bool,
}

/// Draws a new link of a group. The one before is of no use any more.
#[utoipa::path(post, path = "/api/chat/conversations/{id}/link", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    request_body = NewLink, responses((status = 201, body = Link)))]
pub(super) async fn make_link(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Json(body): Json<NewLink>,
) -> Result<(StatusCode, Json<Link>)> {
    let link = acts::make_link(&desk, &viewer, id, body.expires_in_days, body.approval).await?;
    Ok((StatusCode::CREATED, Json(shown(&caller, link))))
}

/// Takes the link of a group back.
#[utoipa::path(delete, path = "/api/chat/conversations/{id}/link", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    responses((status = 204)))]
pub(super) async fn revoke_link(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ConversationId>) -> Result<StatusCode> {
    acts::revoke_link(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where the viewer stands with a group.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatJoinState)]
enum JoinState {
    /// They can come in, or ask to.
    Open,
    /// They have asked, and nobody has decided yet.
    Asked,
    Member,
}

/// Where a link leads.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatLinkedTo)]
pub(super) struct LinkedTo {
    title: String,
    member_count: i64,
    announcement: String,
    /// Owner and administrators decide about everybody who comes.
    approval: bool,
    state: JoinState,
    /// The group, for those who are in it.
    conversation_id: Option<ConversationId>,
}

/// Where a link leads, for members of its organisation.
#[utoipa::path(get, path = "/api/chat/join/{token}", tag = "chat", security(("session" = [])), params(("token" = String, Path)),
    responses((status = 200, body = LinkedTo)))]
pub(super) async fn look(State(desk): State<Desk>, viewer: Viewer, Path(token): Path<String>) -> Result<Json<LinkedTo>> {
    let model::LinkedTo { id, title, announcement, member_count, approval, is_member, has_asked } =
        acts::look(&desk, &viewer, &token).await?;
    let state = match (is_member, has_asked && approval) {
        (true, _) => JoinState::Member,
        (false, true) => JoinState::Asked,
        (false, false) => JoinState::Open,
    };
    Ok(Json(LinkedTo { title, member_count, announcement, approval, state, conversation_id: is_member.then_some(id) }))
}

/// What is said to those who decide.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatJoin)]
pub(super) struct Join {
    note: Option<String>,
}

/// What has become of it.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatJoined)]
pub(super) struct JoinedTo {
    /// `member`, or `asked` where owner and administrators decide.
    state: JoinState,
    conversation_id: ConversationId,
}

/// Comes into a group by its link, or asks to be let in.
#[utoipa::path(post, path = "/api/chat/join/{token}", tag = "chat", security(("session" = [])), params(("token" = String, Path)),
    request_body = Join, responses((status = 200, body = JoinedTo)))]
pub(super) async fn join(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(token): Path<String>,
    Json(body): Json<Join>,
) -> Result<Json<JoinedTo>> {
    let (conversation_id, joined) = acts::join(&desk, &viewer, &token, body.note.as_deref().unwrap_or_default()).await?;
    let state = match joined {
        Joined::Member => JoinState::Member,
        Joined::Asked => JoinState::Asked,
    };
    Ok(Json(JoinedTo { state, conversation_id }))
}

/// Somebody who asks to be let in.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatJoinRequest)]
struct JoinRequest {
    id: RequestId,
    person: Person,
    note: String,
    asked_at: Time,
}

/// Who asks to be let in.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatJoinRequests)]
pub(super) struct JoinRequests {
    /// The oldest first.
    requests: Vec<JoinRequest>,
}

/// Who asks to be let into a group, for its owner and administrators.
#[utoipa::path(get, path = "/api/chat/conversations/{id}/requests", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    responses((status = 200, body = JoinRequests)))]
pub(super) async fn requests(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ConversationId>) -> Result<Json<JoinRequests>> {
    let requests = acts::requests(&desk, &viewer, id).await?;
    let people = org::cards(&desk, viewer.organisation, requests.iter().map(|request| request.member)).await?;
    Ok(Json(JoinRequests { requests: requests.into_iter().filter_map(|request| shown_request(&people, request)).collect() }))
}

/// Whoever was shut out of the office meanwhile is not shown.
fn shown_request(people: &BTreeMap<MemberId, PersonCard>, request: model::JoinRequest) -> Option<JoinRequest> {
    let card = people.get(&request.member).filter(|card| !card.is_disabled)?;
    let model::JoinRequest { id, note, asked_at, .. } = request;
    Some(JoinRequest { id, person: Person::from(card), note, asked_at })
}

/// Whether somebody is let in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatJoinDecision)]
pub(super) struct Decision {
    admit: bool,
}

/// Lets somebody into a group, or does not. Its owner and administrators decide.
#[utoipa::path(post, path = "/api/chat/requests/{id}", tag = "chat", security(("session" = [])), params(("id" = RequestId, Path)),
    request_body = Decision, responses((status = 204)))]
pub(super) async fn decide(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<RequestId>,
    Json(body): Json<Decision>,
) -> Result<StatusCode> {
    acts::decide(&desk, &viewer, id, body.admit).await?;
    Ok(StatusCode::NO_CONTENT)
}
