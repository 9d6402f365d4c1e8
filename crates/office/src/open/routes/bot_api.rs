//! What bots call with their tokens.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use kernel::clock::Time;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::MEDIA_BYTES_MAX;
use super::super::acts::media::Waiting;
use super::super::acts::speaking::{self, Wanted};
use super::super::errors::Refused;
use super::super::model;
use super::super::socket::{self, Line};
use super::super::wire::{self, Bot};
use crate::chat::{Card, ConversationId, MessageId, MessageWire, Said};
use crate::desk::Desk;
use crate::http::{Json, Part, Path, Query, Raw, malformed};
use crate::org::MemberId;

/// Messages on one page, when the asker does not say.
const PAGE_DEFAULT: i64 = 50;
const PAGE_MAX: i64 = 100;

/// The bot behind a request.
pub(super) struct Itself(model::Bot);

impl FromRequestParts<Desk> for Itself {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Error> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let token = header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        speaking::admit(desk, token.ok_or(Refused::Token)?).await.map(Itself)
    }
}

/// The bot itself.
#[utoipa::path(get, path = "/api/open/bot/me", tag = "open", security(("bot" = [])), responses((status = 200, body = Bot)))]
pub(super) async fn me(Itself(bot): Itself) -> Json<Bot> {
    Json(wire::bot(bot, true))
}

/// A conversation a bot is in.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenConversation)]
struct Conversation {
    id: ConversationId,
    title: String,
    member_count: i64,
    last_seq: i64,
}

/// The conversations a bot is in.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenConversations)]
pub(super) struct Conversations {
    conversations: Vec<Conversation>,
}

/// Where the bot is.
#[utoipa::path(get, path = "/api/open/bot/conversations", tag = "open", security(("bot" = [])),
    responses((status = 200, body = Conversations)))]
pub(super) async fn conversations(State(desk): State<Desk>, Itself(bot): Itself) -> Result<Json<Conversations>> {
    let places = speaking::places(&desk, &bot).await?;
    let conversations = places.into_iter().map(|place| Conversation {
        id: place.id,
        title: place.title,
        member_count: place.member_count,
        last_seq: place.last_seq,
    });
    Ok(Json(Conversations { conversations: conversations.collect() }))
}

/// Which messages are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// Those after that number; from the beginning when it is absent.
    after: Option<i64>,
    /// 50 when nothing is said, 100 at most.
    limit: Option<i64>,
}

/// Messages in their order.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenHistory)]
pub(super) struct History {
    messages: Vec<MessageWire>,
    has_after: bool,
}

/// What was written since the bot was let in.
#[utoipa::path(get, path = "/api/open/bot/conversations/{id}/messages", tag = "open", security(("bot" = [])),
    params(("id" = ConversationId, Path), HistoryQuery), responses((status = 200, body = History)))]
pub(super) async fn history(
    State(desk): State<Desk>,
    Itself(bot): Itself,
    Path(id): Path<ConversationId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<History>> {
    let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let (messages, has_after) = speaking::history(&desk, &bot, id, query.after.unwrap_or(0), limit).await?;
    Ok(Json(History { messages, has_after }))
}

/// What the file of an upload is called, where no form says it.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadQuery {
    name: Option<String>,
}

/// A file that waits to go with a message.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenFile)]
pub(super) struct Uploaded {
    /// What the bot calls it in `files`; nobody else can.
    id: String,
    name: String,
    size: i64,
    media_type: String,
    /// Until then it can be sent.
    expires_at: Time,
}

/// Uploads a file, as the field `file` of a form or as the body itself with `name` in the address. It counts against whoever
/// made the bot.
#[utoipa::path(post, path = "/api/open/bot/files", tag = "open", security(("bot" = [])), params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 201, body = Uploaded)))]
pub(super) async fn upload(
    State(desk): State<Desk>,
    Itself(bot): Itself,
    Query(query): Query<UploadQuery>,
    raw: Raw,
) -> Result<(StatusCode, Json<Uploaded>)> {
    let max = desk.limits.count(&MEDIA_BYTES_MAX);
    let mut part = match raw.is_form() {
        true => raw.part("file", max).await?.ok_or(Refused::Field("file"))?,
        false => Part { media_type: raw.content_type.clone(), bytes: raw.bytes(max).await?, name: String::new() },
    };
    part.name = query.name.unwrap_or(part.name);
    let Waiting { token, file, until, .. } = speaking::upload(&desk, &bot, part).await?;
    let uploaded = Uploaded { id: token, name: file.name, size: file.size, media_type: file.media_type, expires_at: until };
    Ok((StatusCode::CREATED, Json(uploaded)))
}

/// What a bot writes: a text or a card, or files with a text or without.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenNewMessage)]
pub(super) struct MessageWanted {
    /// Drawn by the bot; the same one is written once.
    client_id: Option<String>,
    /// Markdown.
    text: Option<String>,
    card: Option<Card>,
    /// What was uploaded before, by the ids that were answered then. Each message gets files of its own.
    #[serde(default)]
    files: Vec<String>,
    /// The message that is answered.
    reply_to: Option<MessageId>,
    /// Who is called by name. Only those in the conversation are.
    #[serde(default)]
    mentions: Vec<MemberId>,
    /// Calls everybody, where whoever let the bot in may do so.
    #[serde(default)]
    mentions_all: bool,
}

/// A text or a card. A card that would have to be cut is refused, so that its bot knows.
fn said(text: Option<String>, card: Option<Card>) -> Result<Said> {
    match (text, card) {
        (Some(text), None) => Ok(Said::Text(text)),
        (None, Some(card)) => {
            let tidied = card.clone().tidied().map(|tidied| Card { summary: card.summary.clone(), ..tidied });
            if tidied.as_ref() == Some(&card) { Ok(Said::Card(Box::new(card))) } else { Err(Refused::Field("card").into()) }
        }
        (Some(_), Some(_)) | (None, None) => Err(Refused::Field("text").into()),
    }
}

/// Writes a message as the bot.
#[utoipa::path(post, path = "/api/open/bot/conversations/{id}/messages", tag = "open", security(("bot" = [])),
    params(("id" = ConversationId, Path)), request_body = MessageWanted,
    responses((status = 201, body = MessageWire), (status = 200, description = "It had been written before; as it stands now.", body = MessageWire)))]
pub(super) async fn post(
    State(desk): State<Desk>,
    Itself(bot): Itself,
    Path(id): Path<ConversationId>,
    Json(body): Json<MessageWanted>,
) -> Result<(StatusCode, Json<MessageWire>)> {
    let MessageWanted { client_id, text, card, files, reply_to, mentions, mentions_all } = body;
    let said = match (files.is_empty(), &card) {
        (true, _) => said(text, card)?,
        (false, None) => Said::Text(text.unwrap_or_default()),
        (false, Some(_)) => return Err(Refused::Field("card").into()),
    };
    let wanted = Wanted { client_id, said, files, mentions, mentions_all, reply_to };
    let (message, is_new) = speaking::post(&desk, &bot, id, wanted).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(message)))
}

/// What takes the place of a message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenMessageChange)]
pub(super) struct MessageChange {
    text: Option<String>,
    card: Option<Card>,
    /// Who is called now; those who were, when it is absent.
    mentions: Option<Vec<MemberId>>,
}

/// Replaces a message of the bot's, in its place.
#[utoipa::path(patch, path = "/api/open/bot/messages/{id}", tag = "open", security(("bot" = [])), params(("id" = MessageId, Path)),
    request_body = MessageChange, responses((status = 200, body = MessageWire)))]
pub(super) async fn update(
    State(desk): State<Desk>,
    Itself(bot): Itself,
    Path(id): Path<MessageId>,
    Json(body): Json<MessageChange>,
) -> Result<Json<MessageWire>> {
    let MessageChange { text, card, mentions } = body;
    Ok(Json(speaking::update(&desk, &bot, id, said(text, card)?, mentions).await?))
}

/// Takes a message of the bot's back.
#[utoipa::path(delete, path = "/api/open/bot/messages/{id}", tag = "open", security(("bot" = [])), params(("id" = MessageId, Path)),
    responses((status = 204)))]
pub(super) async fn recall(State(desk): State<Desk>, Itself(bot): Itself, Path(id): Path<MessageId>) -> Result<StatusCode> {
    speaking::recall(&desk, &bot, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The socket by which a bot hears. Each text is an event `{id, type, at, data}`; the bot says `{"ack": id}` when it has
/// it, and may answer a command or a button with `{"ack": id, "response": {…}}`. What it does not take is sent again.
#[utoipa::path(get, path = "/api/open/bot/events", tag = "open", security(("bot" = [])),
    responses((status = 101, description = "The socket is open.")))]
pub(super) async fn events(
    State(desk): State<Desk>,
    Itself(bot): Itself,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if bot.is_called() {
        return Error::from(Refused::IsCalled).into_response();
    }
    let Ok(upgrade) = upgrade else { return malformed("WebSocket").into_response() };
    let line = Line::open(&desk, &bot);
    upgrade.max_message_size(socket::MESSAGE_BYTES_MAX).on_upgrade(move |stream| line.serve(stream))
}
