//! Bots, as people set them up and let them in.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::acts::bots::{self, BotChange};
use super::super::acts::seats;
use super::super::model::Command;
use super::super::store;
use super::super::wire::{self, Bot, EventKind};
use crate::chat::{ConversationId, ProgramId};
use crate::desk::Desk;
use crate::http::{Json, Path};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// Some bots.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenBots)]
pub(super) struct Bots {
    bots: Vec<Bot>,
    /// Whether the viewer may set up, change and remove them.
    may_change: bool,
}

/// The bots of the organisation. Owners and administrators see their settings too.
#[utoipa::path(get, path = "/api/open/bots", tag = "open", security(("session" = [])), responses((status = 200, body = Bots)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<Bots>> {
    let may_change = bots::may_change(&viewer);
    let found = store::bots::all(&desk.db, &viewer).await?;
    Ok(Json(Bots { bots: found.into_iter().map(|bot| wire::bot(bot, may_change)).collect(), may_change }))
}

/// A bot to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenNewBot)]
pub(super) struct BotWanted {
    name: String,
    description: Option<String>,
    /// An emoji.
    avatar: Option<String>,
    /// Where it is called; when it is absent the bot hears by its socket.
    callback_url: Option<String>,
    /// What it hears of; mentions and actions when it is absent. Commands are always heard.
    events: Option<Vec<EventKind>>,
    commands: Option<Vec<Command>>,
}

fn kinds(kinds: Option<Vec<EventKind>>) -> Option<Vec<super::super::model::EventKind>> {
    kinds.map(|kinds| kinds.into_iter().map(Into::into).collect())
}

/// Sets a bot up. Its token and its secret are in this answer only.
#[utoipa::path(post, path = "/api/open/bots", tag = "open", security(("session" = [])), request_body = BotWanted,
    responses((status = 201, body = Bot)))]
pub(super) async fn create(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<BotWanted>) -> Result<(StatusCode, Json<Bot>)> {
    let BotWanted { name, description, avatar, callback_url, events, commands } = body;
    let events = kinds(events);
    let wanted = BotChange { name: Some(name), description, avatar, callback_url, events, commands, is_on: None };
    Ok((StatusCode::CREATED, Json(wire::shown_bot(bots::create(&desk, &viewer, wanted).await?))))
}

/// What changes about a bot; the rest stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenBotChange)]
pub(super) struct BotChanged {
    name: Option<String>,
    description: Option<String>,
    avatar: Option<String>,
    /// Empty: it hears by its socket.
    callback_url: Option<String>,
    events: Option<Vec<EventKind>>,
    commands: Option<Vec<Command>>,
    is_on: Option<bool>,
}

/// Changes a bot. One that was given up is called again when its address is set or it is switched on.
#[utoipa::path(patch, path = "/api/open/bots/{id}", tag = "open", security(("session" = [])), params(("id" = ProgramId, Path)),
    request_body = BotChanged, responses((status = 200, body = Bot)))]
pub(super) async fn change(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ProgramId>,
    Json(body): Json<BotChanged>,
) -> Result<Json<Bot>> {
    let BotChanged { name, description, avatar, callback_url, events, commands, is_on } = body;
    let events = kinds(events);
    let change = BotChange { name, description, avatar, callback_url, events, commands, is_on };
    Ok(Json(wire::shown_bot(bots::change(&desk, &viewer, id, change).await?)))
}

/// Removes a bot. What it has said stays.
#[utoipa::path(delete, path = "/api/open/bots/{id}", tag = "open", security(("session" = [])), params(("id" = ProgramId, Path)),
    responses((status = 204)))]
pub(super) async fn remove(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ProgramId>) -> Result<StatusCode> {
    bots::remove(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a bot another token and another secret; those before are worth nothing from then on.
#[utoipa::path(post, path = "/api/open/bots/{id}/rotate", tag = "open", security(("session" = [])), params(("id" = ProgramId, Path)),
    responses((status = 200, body = Bot)))]
pub(super) async fn rotate(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ProgramId>) -> Result<Json<Bot>> {
    Ok(Json(wire::shown_bot(bots::rotate(&desk, &viewer, id).await?)))
}

/// A bot in a conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenSeatedBot)]
struct Seated {
    bot: Bot,
    added_by: MemberId,
    added_at: Time,
    /// It hears everything that is said, not only what calls it.
    hears_all: bool,
}

/// The bots of a conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenSeatedBots)]
pub(super) struct SeatedBots {
    bots: Vec<Seated>,
    /// Whether the viewer may let bots in and send them away.
    may_change: bool,
}

/// The bots in a conversation.
#[utoipa::path(get, path = "/api/open/conversations/{id}/bots", tag = "open", security(("session" = [])), params(("id" = ConversationId, Path)),
    responses((status = 200, body = SeatedBots)))]
pub(super) async fn seated(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ConversationId>) -> Result<Json<SeatedBots>> {
    let (found, may_change) = seats::of_conversation(&desk, &viewer, id).await?;
    let bots = found.into_iter().map(|(bot, seat)| Seated {
        hears_all: bot.hears(super::super::model::EventKind::Message),
        bot: wire::bot(bot, false),
        added_by: seat.added_by,
        added_at: seat.added_at,
    });
    Ok(Json(SeatedBots { bots: bots.collect(), may_change }))
}

/// Lets a bot into a conversation. It reads what is written from then on.
#[utoipa::path(put, path = "/api/open/conversations/{id}/bots/{bot_id}", tag = "open", security(("session" = [])),
    params(("id" = ConversationId, Path), ("bot_id" = ProgramId, Path)), responses((status = 204)))]
pub(super) async fn add(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path((id, bot)): Path<(ConversationId, ProgramId)>,
) -> Result<StatusCode> {
    seats::add(&desk, &viewer, id, bot).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a bot away.
#[utoipa::path(delete, path = "/api/open/conversations/{id}/bots/{bot_id}", tag = "open", security(("session" = [])),
    params(("id" = ConversationId, Path), ("bot_id" = ProgramId, Path)), responses((status = 204)))]
pub(super) async fn take_out(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path((id, bot)): Path<(ConversationId, ProgramId)>,
) -> Result<StatusCode> {
    seats::remove(&desk, &viewer, id, bot).await?;
    Ok(StatusCode::NO_CONTENT)
}
