//! Bots, as administrators set them up.

use kernel::Result;
use kernel::chance::Token;
use kernel::db::Tx;
use serde_json::json;

use super::super::errors::Refused;
use super::super::model::{Bot, Command, EventKind};
use super::super::{BOTS_MAX, COMMANDS_MAX, rules, signatures, store};
use super::{delivering, media};
use crate::chat::{self, ProgramId};
use crate::desk::Desk;
use crate::org::{self, Role};
use crate::viewer::{Viewer, forbidden};

/// How tokens of bots begin, so that they are known when they are found where they should not be.
pub(crate) const TOKEN_BEGIN: &str = "hb_";

/// What is decided about a bot; what is not, stays.
#[derive(Default)]
pub(crate) struct BotChange {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) avatar: Option<String>,
    /// Empty when it hears by its socket.
    pub(crate) callback_url: Option<String>,
    pub(crate) events: Option<Vec<EventKind>>,
    pub(crate) commands: Option<Vec<Command>>,
    pub(crate) is_on: Option<bool>,
}

/// A bot with what is shown once.
pub(crate) struct ShownBot {
    pub(crate) bot: Bot,
    pub(crate) token: Option<String>,
    pub(crate) secret: Option<String>,
}

/// Whether the viewer sets bots up.
pub(crate) fn may_change(viewer: &Viewer) -> bool {
    match viewer.role {
        Role::Owner | Role::Admin => true,
        Role::Member => false,
    }
}

fn must_change(viewer: &Viewer) -> Result<()> {
    if may_change(viewer) { Ok(()) } else { Err(forbidden()) }
}

/// Sets a bot up.
pub(crate) async fn create(desk: &Desk, viewer: &Viewer, wanted: BotChange) -> Result<ShownBot> {
    must_change(viewer)?;
    let token = new_token(desk);
    let now = desk.now();
    let blank = Bot {
        id: ProgramId::draw(&desk.chance, now),
        organisation: viewer.organisation,
        name: String::new(),
        description: String::new(),
        avatar: String::new(),
        token_end: rules::token_end(&token),
        callback_url: String::new(),
        secret: signatures::secret(desk.chance.token().secret()),
        events: vec![EventKind::Mention, EventKind::Action],
        commands: Vec::new(),
        is_on: true,
        failures: 0,
        stopped_at: None,
        created_by: viewer.member,
        created_at: now,
        last_used_at: None,
    };
    let wanted = BotChange { name: Some(wanted.name.unwrap_or_default()), ..wanted };
    let bot = changed(desk, blank, wanted)?;
    let max = desk.limits.of(&BOTS_MAX);
    let mut tx = desk.db.begin().await?;
    store::bots::create(&mut tx, &bot, Token::shown(token.as_str()).hash()).await?;
    if store::bots::count(&mut tx, viewer.organisation).await? > max {
        return Err(Refused::TooMany(max).into());
    }
    record(&mut tx, desk, viewer, "open.bot_created", &bot).await?;
    tx.commit().await?;
    let secret = Some(bot.secret.clone());
    Ok(ShownBot { bot, token: Some(token), secret })
}

fn new_token(desk: &Desk) -> String {
    format!("{TOKEN_BEGIN}{}", desk.chance.token().secret())
}

/// Writes an act down, and what the bot is called from now on.
async fn record(tx: &mut Tx, desk: &Desk, viewer: &Viewer, action: &'static str, bot: &Bot) -> Result<()> {
    chat::save_program(tx, viewer.organisation, &bot.program()).await?;
    let details = json!({ "is_on": bot.is_on, "is_called": bot.is_called() });
    org::record(tx, desk, viewer.into(), action, &bot.name, details).await
}

/// The bot with the change made.
fn changed(desk: &Desk, mut bot: Bot, change: BotChange) -> Result<Bot> {
    if let Some(name) = change.name {
        bot.name = rules::name(&name)?;
    }
    if let Some(description) = change.description {
        bot.description = rules::description(&description)?;
    }
    if let Some(avatar) = change.avatar {
        bot.avatar = rules::avatar(&avatar)?;
    }
    if let Some(url) = change.callback_url {
        let url = url.trim().to_owned();
        if !url.is_empty() && (!desk.outgoing.is_callable(&url) || !chat::is_link(&url)) {
            return Err(Refused::Field("callback_url").into());
        }
        bot.callback_url = url;
    }
    if let Some(mut events) = change.events {
        events.retain(|kind| *kind != EventKind::Command);
        events.sort_by_key(|kind| kind.word());
        events.dedup();
        bot.events = events;
    }
    if let Some(commands) = change.commands {
        bot.commands = rules::commands(commands, desk.limits.of(&COMMANDS_MAX))?;
    }
    bot.is_on = change.is_on.unwrap_or(bot.is_on);
    Ok(bot)
}

/// Changes a bot. One that was given up is called again.
pub(crate) async fn change(desk: &Desk, viewer: &Viewer, id: ProgramId, change: BotChange) -> Result<ShownBot> {
    must_change(viewer)?;
    let before = store::bots::one(&desk.db, viewer, id).await?;
    let begins_anew = change.callback_url.is_some() || change.is_on == Some(true);
    let mut bot = changed(desk, before, change)?;
    if begins_anew {
        (bot.failures, bot.stopped_at) = (0, None);
    }
    let mut tx = desk.db.begin().await?;
    store::bots::save(&mut tx, &bot).await?;
    record(&mut tx, desk, viewer, "open.bot_changed", &bot).await?;
    tx.commit().await?;
    if begins_anew && bot.is_on && bot.is_called() {
        delivering::plan(desk, id, std::time::Duration::ZERO).await?;
    }
    // Whoever listens by a socket that is no longer theirs goes.
    desk.open.ears.whisper(id);
    Ok(ShownBot { bot, token: None, secret: None })
}

/// Gives a bot another token and another secret; those before are worth nothing from then on.
pub(crate) async fn rotate(desk: &Desk, viewer: &Viewer, id: ProgramId) -> Result<ShownBot> {
    must_change(viewer)?;
    let mut bot = store::bots::one(&desk.db, viewer, id).await?;
    let token = new_token(desk);
    bot.token_end = rules::token_end(&token);
    bot.secret = signatures::secret(desk.chance.token().secret());
    let mut tx = desk.db.begin().await?;
    store::bots::set_token(&mut tx, &bot, Token::shown(token.as_str()).hash()).await?;
    record(&mut tx, desk, viewer, "open.bot_rotated", &bot).await?;
    tx.commit().await?;
    desk.open.ears.cut(id);
    let secret = Some(bot.secret.clone());
    Ok(ShownBot { bot, token: Some(token), secret })
}

/// Removes a bot. What it has said stays, under its name.
pub(crate) async fn remove(desk: &Desk, viewer: &Viewer, id: ProgramId) -> Result<()> {
    must_change(viewer)?;
    let bot = store::bots::one(&desk.db, viewer, id).await?;
    let mut tx = desk.db.begin().await?;
    store::bots::remove(&mut tx, id).await?;
    media::forget_all(&mut tx, desk, id).await?;
    record(&mut tx, desk, viewer, "open.bot_removed", &bot).await?;
    tx.commit().await?;
    desk.open.ears.cut(id);
    Ok(())
}
