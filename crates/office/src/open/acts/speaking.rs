//! What bots do of themselves: write, change, take back, read what was written since they came.

use std::time::Duration;

use kernel::chance::Token;
use kernel::{Error, Result};

use super::super::errors::Refused;
use super::super::model::{Bot, MediaKind, Seat};
use super::super::quotas::Quota;
use super::super::{BOT_PER_MINUTE, store};
use super::media::{self, Upload};
use crate::chat::{self, ConversationId, Enclosed, MessageId, MessageWire, Place, Post, Said};
use crate::desk::Desk;
use crate::drive::ATTACHED_MAX;
use crate::http::Part;
use crate::org::MemberId;

const MINUTE: Duration = Duration::from_secs(60);
/// That a bot was here is noted again after this long.
const NOTED_AGAIN: Duration = Duration::from_secs(60);

/// The bot of that token, if it may come now.
pub(crate) async fn admit(desk: &Desk, token: &str) -> Result<Bot> {
    let found = store::bots::by_token(&desk.db, Token::shown(token).hash()).await?;
    let bot = found.filter(|bot| bot.is_on).ok_or(Refused::Token)?;
    let now = desk.now();
    let quota = Quota { count: desk.limits.count(&BOT_PER_MINUTE), within: MINUTE };
    desk.open.quotas.step(bot.id, &[quota], None, now).map_err(|wait| Refused::TooFast(wait.as_secs().max(1)))?;
    if bot.last_used_at.is_none_or(|at| at + NOTED_AGAIN <= now) {
        store::bots::used(&desk.db, bot.id, now).await?;
    }
    Ok(bot)
}

/// Where a bot is, as long as that is there.
pub(crate) async fn places(desk: &Desk, bot: &Bot) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    for seat in store::seats::of_bot(&desk.db, bot.id).await? {
        places.extend(chat::place_for(desk, seat.conversation).await?);
    }
    Ok(places)
}

async fn seat(desk: &Desk, bot: &Bot, id: ConversationId) -> Result<Seat> {
    store::seats::one(&desk.db, bot.id, id).await?.ok_or_else(Error::not_found)
}

/// Something a bot writes.
pub(crate) struct Wanted {
    pub(crate) client_id: Option<String>,
    pub(crate) said: Said,
    /// What was uploaded before, by what names it.
    pub(crate) files: Vec<String>,
    pub(crate) mentions: Vec<MemberId>,
    pub(crate) mentions_all: bool,
    pub(crate) reply_to: Option<MessageId>,
}

/// Writes what a bot says where it is; says whether it is new.
pub(crate) async fn post(desk: &Desk, bot: &Bot, id: ConversationId, wanted: Wanted) -> Result<(MessageWire, bool)> {
    let seat = seat(desk, bot, id).await?;
    let Wanted { client_id, said, files, mentions, mentions_all, reply_to } = wanted;
    let enclosed = match files.is_empty() {
        true => None,
        false => {
            if let Some(client_id) = &client_id
                && let Some(again) = chat::said_before(desk, bot.id, id, client_id).await?
            {
                return Ok((again, false));
            }
            Some((enclose(desk, bot, id, &files).await?, bot.created_by))
        }
    };
    let post = Post { conversation: id, client_id, said, enclosed, mentions, mentions_all, reply_to, behalf: Some(seat.added_by) };
    chat::post_as(desk, &bot.program(), post).await
}

/// Has a file wait for a while, to go with what the bot writes.
pub(crate) async fn upload(desk: &Desk, bot: &Bot, part: Part) -> Result<media::Waiting> {
    let Part { name, media_type, bytes } = part;
    let upload = Upload { kind: MediaKind::File, name: &name, declared_type: &media_type, bytes, speech: None };
    media::upload(desk, bot.into(), upload).await
}

async fn enclose(desk: &Desk, bot: &Bot, id: ConversationId, files: &[String]) -> Result<Enclosed> {
    let max = desk.limits.of(&ATTACHED_MAX);
    if u64::try_from(files.len()).unwrap_or(u64::MAX) > max {
        return Err(Refused::TooMany(max).into());
    }
    let mut found = Vec::with_capacity(files.len());
    for token in files {
        found.push(media::find(desk, bot.id, token).await?.ok_or(Refused::Field("files"))?);
    }
    Ok(media::enclose(desk, bot.into(), id, &found).await?.ok_or(Refused::Field("files"))?)
}

/// Replaces what a bot has said. It may do so wherever it still is.
pub(crate) async fn update(desk: &Desk, bot: &Bot, id: MessageId, said: Said, mentions: Option<Vec<MemberId>>) -> Result<MessageWire> {
    still_there(desk, bot, id).await?;
    chat::update_as(desk, bot.id, id, said, mentions).await
}

/// Takes back what a bot has said.
pub(crate) async fn recall(desk: &Desk, bot: &Bot, id: MessageId) -> Result<()> {
    still_there(desk, bot, id).await?;
    chat::recall_as(desk, bot.id, id).await
}

async fn still_there(desk: &Desk, bot: &Bot, id: MessageId) -> Result<()> {
    let place = chat::place_of_message(desk, bot.id, id).await?;
    seat(desk, bot, place).await.map(|_| ())
}

/// What was written where a bot is, after that number; and whether there is more.
pub(crate) async fn history(desk: &Desk, bot: &Bot, id: ConversationId, after: i64, limit: i64) -> Result<(Vec<MessageWire>, bool)> {
    let seat = seat(desk, bot, id).await?;
    chat::history_for(desk, id, after.max(seat.from_seq), limit).await
}
