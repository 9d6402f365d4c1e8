//! Which bots are in which conversation.

use kernel::{Error, Result};
use serde_json::json;

use super::super::errors::Refused;
use super::super::model::{Bot, Seat};
use super::super::{SEATS_MAX, store};
use super::robots::place_to_change;
use crate::chat::{self, ConversationId, ProgramId};
use crate::desk::Desk;
use crate::org;
use crate::viewer::Viewer;

/// The bots of a conversation of the viewer's, and whether they may send them away.
pub(crate) async fn of_conversation(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<(Vec<(Bot, Seat)>, bool)> {
    let place = chat::place(desk, viewer, id).await?;
    let seats = store::seats::in_conversation(&desk.db, id).await?;
    let bots = store::bots::some(&desk.db, &seats.iter().map(|seat| seat.bot).collect::<Vec<_>>()).await?;
    let seated = seats.into_iter().filter_map(|seat| bots.iter().find(|bot| bot.id == seat.bot).map(|bot| (bot.clone(), seat)));
    Ok((seated.collect(), place.may_change))
}

/// Lets a bot of the organisation's in. What was written before does not exist for it. Doing so twice changes nothing.
pub(crate) async fn add(desk: &Desk, viewer: &Viewer, id: ConversationId, bot: ProgramId) -> Result<()> {
    let place = place_to_change(desk, viewer, id).await?;
    let bot = store::bots::one(&desk.db, viewer, bot).await?;
    let max = desk.limits.of(&SEATS_MAX);
    let seat = Seat { bot: bot.id, conversation: id, added_by: viewer.member, added_at: desk.now(), from_seq: place.last_seq };
    let mut tx = desk.db.begin().await?;
    if !store::seats::add(&mut tx, &seat).await? {
        return Ok(());
    }
    if store::seats::count(&mut tx, id).await? > max {
        return Err(Refused::TooMany(max).into());
    }
    chat::listen_to(&mut tx, id, true).await?;
    org::record(&mut tx, desk, viewer.into(), "open.bot_added", &bot.name, json!({ "conversation": place.title })).await?;
    tx.commit().await
}

/// Sends a bot away.
pub(crate) async fn remove(desk: &Desk, viewer: &Viewer, id: ConversationId, bot: ProgramId) -> Result<()> {
    let place = place_to_change(desk, viewer, id).await?;
    let bot = store::bots::one(&desk.db, viewer, bot).await?;
    let mut tx = desk.db.begin().await?;
    if !store::seats::remove(&mut tx, bot.id, id).await? {
        return Err(Error::not_found());
    }
    let is_last = store::seats::count(&mut tx, id).await? == 0;
    if is_last {
        chat::listen_to(&mut tx, id, false).await?;
    }
    org::record(&mut tx, desk, viewer.into(), "open.bot_taken_out", &bot.name, json!({ "conversation": place.title })).await?;
    tx.commit().await
}
