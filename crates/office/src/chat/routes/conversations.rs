//! Conversations: listed, begun, changed, read.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::acts::conversations::{self as acts, Change, MineChange};
use super::super::acts::{calls, marks};
use super::super::crier::News;
use super::super::errors::Refused;
use super::super::model;
use super::super::store::{self, From};
use super::super::wire::{self, Conversation, Message, Mine, RulesChange};
use super::super::{ConversationId, MEMBERS_MAX};
use crate::desk::Desk;
use crate::http::{Caller, Json, Path};
use crate::meetings::Meeting;
use crate::org::{DepartmentId, MemberId};
use crate::viewer::Viewer;

/// Everything the viewer belongs to.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatConversations)]
pub(super) struct Conversations {
    conversations: Vec<Conversation>,
}

/// Everything the viewer belongs to: what they pinned in its order, then the latest first.
#[utoipa::path(get, path = "/api/chat/conversations", tag = "chat", security(("session" = [])), responses((status = 200, body = Conversations)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<Conversations>> {
    let seen = acts::all(&desk, &viewer).await?;
    Ok(Json(Conversations { conversations: wire::conversations(&desk, &viewer, seen).await? }))
}

/// What brings people together.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatNewKind)]
enum NewKind {
    /// With one colleague; there is one for each pair.
    Direct,
    /// With whoever is asked to come.
    Group,
    /// With a department of the viewer's and what lies in it.
    Department,
}

/// How a conversation begins.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewConversation)]
pub(super) struct NewConversation {
    kind: NewKind,
    /// The colleague, of `direct`.
    member_id: Option<MemberId>,
    /// Of `group`; made of the names when it is empty.
    title: Option<String>,
    /// Of `group`, without the viewer.
    member_ids: Option<Vec<MemberId>>,
    /// Of `department`.
    department_id: Option<DepartmentId>,
}

/// Begins a conversation, or finds the one there is.
#[utoipa::path(post, path = "/api/chat/conversations", tag = "chat", security(("session" = [])), request_body = NewConversation,
    responses((status = 201, body = Conversation), (status = 200, description = "It was there already.", body = Conversation)))]
pub(super) async fn begin(
    State(desk): State<Desk>,
    viewer: Viewer,
    Json(body): Json<NewConversation>,
) -> Result<(StatusCode, Json<Conversation>)> {
    let (id, is_new) = match body.kind {
        NewKind::Direct => acts::with(&desk, &viewer, body.member_id.ok_or(Refused::Field("member_id"))?).await?,
        NewKind::Group => {
            let members = not_too_many(&desk, body.member_ids.unwrap_or_default())?;
            (acts::begin_group(&desk, &viewer, body.title.as_deref().unwrap_or_default(), members).await?, true)
        }
        NewKind::Department => acts::of_department(&desk, &viewer, body.department_id.ok_or(Refused::Field("department_id"))?).await?,
    };
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(shown(&desk, &viewer, id).await?)))
}

/// More than a group can have cannot be meant.
pub(super) fn not_too_many(desk: &Desk, members: Vec<MemberId>) -> Result<Vec<MemberId>, Refused> {
    let max = desk.limits.of(&MEMBERS_MAX);
    match u64::try_from(members.len()).unwrap_or(u64::MAX) <= max {
        true => Ok(members),
        false => Err(Refused::TooManyMembers(max)),
    }
}

async fn shown(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<Conversation> {
    let seen = store::conversations::seen(From::Db(&desk.db), viewer, id).await?;
    let mut shown = wire::conversations(desk, viewer, vec![seen]).await?;
    shown.pop().ok_or_else(Error::not_found)
}

/// One conversation that the viewer belongs to.
#[utoipa::path(get, path = "/api/chat/conversations/{id}", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation)))]
pub(super) async fn one(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ConversationId>) -> Result<Json<Conversation>> {
    Ok(Json(shown(&desk, &viewer, id).await?))
}

/// What changes about a conversation; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatConversationChange)]
pub(super) struct ConversationChange {
    title: Option<String>,
    announcement: Option<String>,
    rules: Option<RulesChange>,
}

/// Changes title, announcement and rules, as far as the rules let the viewer.
#[utoipa::path(patch, path = "/api/chat/conversations/{id}", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    request_body = ConversationChange, responses((status = 200, body = Conversation)))]
pub(super) async fn edit(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Json(body): Json<ConversationChange>,
) -> Result<Json<Conversation>> {
    let change = Change { title: body.title, announcement: body.announcement };
    let rules = body.rules.map(|rules| move |now: model::Rules| rules.over(now));
    acts::edit(&desk, &viewer, id, change, rules).await?;
    Ok(Json(shown(&desk, &viewer, id).await?))
}

/// Ends a group, with everything that was written there. Its owner only.
#[utoipa::path(delete, path = "/api/chat/conversations/{id}", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    responses((status = 204)))]
pub(super) async fn dissolve(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ConversationId>) -> Result<StatusCode> {
    acts::dissolve(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What of a conversation makes a noise.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatLevel)]
enum Level {
    All,
    /// What calls the viewer.
    Mentions,
    /// Nothing; what calls the viewer is marked all the same.
    None,
}

/// What the viewer changes of what is theirs alone; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatMineChange)]
pub(super) struct ChangedMine {
    /// What makes a noise.
    level: Option<Level>,
    /// The same as the level `mentions`, or `all`.
    muted: Option<bool>,
    pinned: Option<bool>,
    pin_position: Option<i64>,
    draft: Option<String>,
    nickname: Option<String>,
    marked_unread: Option<bool>,
}

/// Changes what is the viewer's alone, on all their devices.
#[utoipa::path(patch, path = "/api/chat/conversations/{id}/mine", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    request_body = ChangedMine, responses((status = 200, body = Mine)))]
pub(super) async fn change_mine(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Json(body): Json<ChangedMine>,
) -> Result<Json<Mine>> {
    let ChangedMine { level, muted, pinned, pin_position, draft, nickname, marked_unread } = body;
    let level = match (level, muted) {
        (Some(Level::All), _) | (None, Some(false)) => Some(model::Level::All),
        (Some(Level::Mentions), _) | (None, Some(true)) => Some(model::Level::Mentions),
        (Some(Level::None), _) => Some(model::Level::None),
        (None, None) => None,
    };
    let change = MineChange { level, pinned, pin_position, draft, nickname, marked_unread };
    let mine = acts::change_mine(&desk, &viewer, id, change).await?;
    let waiting = store::conversations::waiting_in(&desk.db, &viewer, id).await?;
    Ok(Json(wire::mine(&mine, waiting)))
}

/// How far the viewer has read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatRead)]
pub(super) struct ReadUpTo {
    seq: i64,
}

/// Where the cursor is now, and what still waits.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatCursor)]
pub(super) struct Cursor {
    read_seq: i64,
    unread: i64,
    mentions: i64,
}

/// Moves the viewer's cursor forward; it never goes back.
#[utoipa::path(post, path = "/api/chat/conversations/{id}/read", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    request_body = ReadUpTo, responses((status = 200, body = Cursor)))]
pub(super) async fn read(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Json(body): Json<ReadUpTo>,
) -> Result<Json<Cursor>> {
    let (read_seq, waiting) = marks::read(&desk, &viewer, id, body.seq).await?;
    Ok(Json(Cursor { read_seq, unread: waiting.unread, mentions: waiting.mentions }))
}

/// Tells the others that the viewer is writing.
#[utoipa::path(post, path = "/api/chat/conversations/{id}/typing", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    responses((status = 204)))]
pub(super) async fn typing(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ConversationId>) -> Result<StatusCode> {
    store::conversations::seen(From::Db(&desk.db), &viewer, id).await?;
    desk.chat.may_type(viewer.member)?;
    desk.chat.tell(vec![News::Typing(id, viewer.member)]).await;
    Ok(StatusCode::NO_CONTENT)
}

/// How to call.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewCall)]
pub(super) struct NewCall {
    /// The caller proposes to leave cameras off.
    #[serde(default)]
    audio_only: bool,
}

/// The meeting, and the message that shows it.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatCalled)]
pub(super) struct Called {
    meeting: Meeting,
    message: Message,
}

/// Calls everybody in the conversation: they are rung, and a message shows what becomes of the meeting. Whoever calls
/// while they talk joins them.
#[utoipa::path(post, path = "/api/chat/conversations/{id}/call", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    request_body = NewCall,
    responses((status = 201, body = Called), (status = 200, description = "People were being called already.", body = Called)))]
pub(super) async fn call(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Json(body): Json<NewCall>,
) -> Result<(StatusCode, Json<Called>)> {
    let (meeting, message, is_new) = calls::call(&desk, &viewer, &caller.base_url, id, body.audio_only).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(Called { meeting, message: wire::message(&message) })))
}

/// Sums for the badge.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatUnread)]
pub(super) struct Unread {
    /// Of muted conversations, mentions only.
    unread: i64,
    mentions: i64,
}

/// What waits for the viewer everywhere.
#[utoipa::path(get, path = "/api/chat/unread", tag = "chat", security(("session" = [])), responses((status = 200, body = Unread)))]
pub(super) async fn unread(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<Unread>> {
    let waiting = marks::waiting(&desk, &viewer).await?;
    Ok(Json(Unread { unread: waiting.unread, mentions: waiting.mentions }))
}
