//! Messages: read, sent, edited, recalled, forwarded.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use kernel::clock::Time;
use kernel::uuid::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::acts::carrying::Carried;
use super::super::acts::forward::{self, Forward};
use super::super::acts::sending::{self, Draft, NewPoll};
use super::super::acts::{changing, marks};
use super::super::errors::Refused;
use super::super::store::messages::{Part, changes as changes_after, page};
use super::super::store::{self, From};
use super::super::wire::{self, Changes, History, Message, Messages};
use super::super::{ConversationId, MessageId, StickerId};
use crate::desk::Desk;
use crate::drive::EntryId;
use crate::http::{Json, Path, Query};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// Messages on one page, when the asker does not say.
pub(super) const PAGE_DEFAULT: i64 = 50;
pub(super) const PAGE_MAX: i64 = 100;

/// Which part of a conversation is wanted: the last one when nothing is said.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// Messages before that number.
    before: Option<i64>,
    /// Messages after that number.
    after: Option<i64>,
    /// Messages on both sides of that number, and itself.
    around: Option<i64>,
    /// 50 when nothing is said, 100 at most.
    limit: Option<i64>,
}

/// A part of a conversation, in the order of its messages.
#[utoipa::path(get, path = "/api/chat/conversations/{id}/messages", tag = "chat", security(("session" = [])),
    params(("id" = ConversationId, Path), HistoryQuery), responses((status = 200, body = History)))]
pub(super) async fn history(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<History>> {
    // Read first: what changes while the page is read is asked for again, and nothing is missed.
    let seen = store::conversations::seen(From::Db(&desk.db), &viewer, id).await?;
    let (change, db) = (seen.conversation.change, &desk.db);
    let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let (messages, has_before, has_after) = match (query.around, query.after, query.before) {
        (Some(seq), _, _) => {
            let (before, has_before) = page(db, &viewer, id, Part::Before(seq), limit / 2).await?;
            let (after, has_after) = page(db, &viewer, id, Part::After(seq.saturating_sub(1)), limit - limit / 2).await?;
            (before.into_iter().chain(after).collect(), has_before, has_after)
        }
        (None, Some(seq), _) => {
            let (after, has_after) = page(db, &viewer, id, Part::After(seq), limit).await?;
            (after, !page(db, &viewer, id, Part::Before(seq.saturating_add(1)), 1).await?.0.is_empty(), has_after)
        }
        (None, None, before) => {
            let seq = before.unwrap_or(i64::MAX);
            let (messages, has_before) = page(db, &viewer, id, Part::Before(seq), limit).await?;
            let has_after = match before {
                Some(seq) => !page(db, &viewer, id, Part::After(seq.saturating_sub(1)), 1).await?.0.is_empty(),
                None => false,
            };
            (messages, has_before, has_after)
        }
    };
    Ok(Json(History { messages: wire::messages(&messages), has_before, has_after, change }))
}

/// What the asker has.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangesQuery {
    /// The last change the asker knows; none when it is absent.
    after: Option<i64>,
    /// 50 when nothing is said, 100 at most.
    limit: Option<i64>,
}

/// What has changed since the asker last looked, in the order of the changes.
#[utoipa::path(get, path = "/api/chat/conversations/{id}/changes", tag = "chat", security(("session" = [])),
    params(("id" = ConversationId, Path), ChangesQuery), responses((status = 200, body = Changes)))]
pub(super) async fn changes(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Query(query): Query<ChangesQuery>,
) -> Result<Json<Changes>> {
    let seen = store::conversations::seen(From::Db(&desk.db), &viewer, id).await?;
    let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let after = query.after.unwrap_or(0);
    let (messages, more) = changes_after(&desk.db, &viewer, id, after, limit).await?;
    let last = messages.last().map_or(after, |message| message.change);
    let change = if more { last } else { last.max(seen.conversation.change) };
    Ok(Json(Changes { messages: wire::messages(&messages), change, more }))
}

/// The pinned messages, the latest pinned first.
#[utoipa::path(get, path = "/api/chat/conversations/{id}/pins", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    responses((status = 200, body = Messages)))]
pub(super) async fn pins(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ConversationId>) -> Result<Json<Messages>> {
    store::conversations::seen(From::Db(&desk.db), &viewer, id).await?;
    let messages = store::messages::pinned(&desk.db, &viewer, id).await?;
    Ok(Json(Messages { messages: wire::messages(&messages) }))
}

/// A question to vote on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewPoll)]
struct PollWanted {
    question: String,
    /// 2 to 20.
    options: Vec<String>,
    #[serde(default)]
    multiple: bool,
    #[serde(default)]
    anonymous: bool,
}

/// What is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewMessage)]
pub(super) struct NewMessage {
    /// Drawn by the client; the same one is sent once.
    client_id: String,
    #[serde(default)]
    text: String,
    /// Who is called by name. Only those in the conversation are.
    #[serde(default)]
    mentions: Vec<MemberId>,
    #[serde(default)]
    mentions_all: bool,
    /// The message that is answered.
    reply_to: Option<MessageId>,
    /// The number of the message whose thread is continued.
    thread_root: Option<i64>,
    /// Instead of the text.
    poll: Option<PollWanted>,
    /// 1 to 20 files: uploaded for this conversation, or seen by the sender anywhere. The text goes with them.
    #[serde(default)]
    files: Vec<EntryId>,
    /// Instead of the text.
    voice: Option<VoiceWanted>,
    /// Instead of the text.
    location: Option<LocationWanted>,
    /// Instead of the text.
    contact: Option<ContactWanted>,
    /// Instead of the text: one of the sender's stickers.
    sticker: Option<StickerId>,
    /// Instead of the text: something that the sender sees, as a card.
    subject: Option<SubjectWanted>,
}

/// Somebody's voice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewVoice)]
struct VoiceWanted {
    /// A sound, uploaded for this conversation.
    file_id: EntryId,
    duration_ms: i64,
    /// How loud it is, from 0 to 255, evenly over its length; 100 numbers at most.
    #[serde(default)]
    waveform: Vec<i64>,
}

/// A place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewLocation)]
struct LocationWanted {
    latitude: f64,
    longitude: f64,
    #[serde(default)]
    title: String,
    #[serde(default)]
    address: String,
}

/// A colleague's card.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewContact)]
struct ContactWanted {
    member_id: MemberId,
}

/// A thing of some capability: a meeting, a folder, a group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewSubject)]
struct SubjectWanted {
    /// `capability.thing`.
    kind: String,
    #[schema(value_type = String)]
    id: Uuid,
}

impl NewMessage {
    /// What it is besides its text: one thing at most.
    fn carried(&mut self) -> Result<Option<Carried>> {
        let files = std::mem::take(&mut self.files);
        let files = (!files.is_empty()).then_some(Carried::Files(files));
        let voice = self.voice.take().map(|voice| {
            let VoiceWanted { file_id, duration_ms, waveform } = voice;
            Carried::Voice { file: file_id, duration_ms, waveform }
        });
        let location = self.location.take().map(|place| {
            let LocationWanted { latitude, longitude, title, address } = place;
            Carried::Location { latitude, longitude, title, address }
        });
        let contact = self.contact.take().map(|contact| Carried::Contact(contact.member_id));
        let subject = self.subject.take().map(|SubjectWanted { kind, id }| Carried::Subject(kind, id));
        let sticker = self.sticker.take().map(Carried::Sticker);
        let mut carried: Vec<Carried> = [files, voice, location, contact, sticker, subject].into_iter().flatten().collect();
        if carried.len() + usize::from(self.poll.is_some()) > 1 {
            return Err(Refused::Field("files").into());
        }
        Ok(carried.pop())
    }
}

/// Sends a message. Once it is answered it stands, whatever happens to the program.
#[utoipa::path(post, path = "/api/chat/conversations/{id}/messages", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    request_body = NewMessage,
    responses((status = 201, body = Message), (status = 200, description = "It had been sent before; as it stands now.", body = Message)))]
pub(super) async fn send(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Json(mut body): Json<NewMessage>,
) -> Result<(StatusCode, Json<Message>)> {
    let carried = body.carried()?;
    let poll =
        |poll: PollWanted| NewPoll { question: poll.question, options: poll.options, multiple: poll.multiple, anonymous: poll.anonymous };
    let draft = Draft {
        client_id: body.client_id,
        text: body.text,
        mentions: body.mentions,
        mentions_all: body.mentions_all,
        reply_to: body.reply_to,
        thread_root: body.thread_root,
        poll: body.poll.map(poll),
        carried,
    };
    let (message, is_new) = sending::send_at_a_pace(&desk, &viewer, id, draft).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(wire::message(&message))))
}

/// Another text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatMessageChange)]
pub(super) struct MessageChange {
    text: String,
    /// Who is called now; those who were, when it is absent.
    mentions: Option<Vec<MemberId>>,
}

/// Edits one's own text, or the caption of one's files, within a day. What it said before stays visible.
#[utoipa::path(patch, path = "/api/chat/messages/{id}", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    request_body = MessageChange, responses((status = 200, body = Message)))]
pub(super) async fn edit(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<MessageId>,
    Json(body): Json<MessageChange>,
) -> Result<Json<Message>> {
    let message = changing::edit(&desk, &viewer, id, &body.text, body.mentions).await?;
    Ok(Json(wire::message(&message)))
}

/// What a message said, and since when.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatEdit)]
struct Edit {
    text: String,
    at: Time,
}

/// What a message said before it was edited.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatEdits)]
pub(super) struct Edits {
    edits: Vec<Edit>,
}

/// What a message said before it was edited, the oldest first.
#[utoipa::path(get, path = "/api/chat/messages/{id}/edits", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    responses((status = 200, body = Edits)))]
pub(super) async fn edits(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MessageId>) -> Result<Json<Edits>> {
    store::messages::one(&desk.db, &viewer, id).await?;
    let edits = store::messages::edits(&desk.db, id).await?;
    Ok(Json(Edits { edits: edits.into_iter().map(|(text, at)| Edit { text, at }).collect() }))
}

/// Takes back what was sent: one's own within a day; in a group its owner and administrators at any time.
#[utoipa::path(post, path = "/api/chat/messages/{id}/recall", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    responses((status = 200, body = Message)))]
pub(super) async fn recall(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MessageId>) -> Result<Json<Message>> {
    Ok(Json(wire::message(&changing::recall(&desk, &viewer, id).await?)))
}

/// Deletes a message for the viewer alone.
#[utoipa::path(delete, path = "/api/chat/messages/{id}", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    responses((status = 204)))]
pub(super) async fn hide(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MessageId>) -> Result<StatusCode> {
    marks::hide(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back what the viewer deleted for themselves.
#[utoipa::path(post, path = "/api/chat/messages/{id}/restore", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    responses((status = 204)))]
pub(super) async fn restore(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MessageId>) -> Result<StatusCode> {
    marks::restore(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is forwarded, and where to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatForward)]
pub(super) struct ForwardWanted {
    message_ids: Vec<MessageId>,
    to: Vec<ConversationId>,
    /// Together, as one message.
    #[serde(default)]
    merged: bool,
    /// Written below.
    note: Option<String>,
    /// Drawn by the client; the same one is forwarded once.
    client_id: String,
}

/// Forwards messages into conversations of the viewer's; gives what was written there.
#[utoipa::path(post, path = "/api/chat/forward", tag = "chat", security(("session" = [])), request_body = ForwardWanted,
    responses((status = 200, body = Messages)))]
pub(super) async fn forward(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<ForwardWanted>) -> Result<Json<Messages>> {
    let ForwardWanted { message_ids, to, merged, note, client_id } = body;
    let messages = forward::forward(&desk, &viewer, Forward { messages: message_ids, to, merged, note, client_id }).await?;
    Ok(Json(Messages { messages: wire::messages(&messages) }))
}
