//! What bots answer when they are asked, at once or later. Both our own words and Slack's are understood.

use kernel::chance::Token;
use kernel::{Error, Result};
use serde_json::Value;

use super::super::errors::Refused;
use super::super::model::{Bot, Response};
use super::super::vendors::{What, slack};
use super::super::{RESPONSE_MINUTES, RESPONSES_MAX, events, store, wire};
use crate::chat::{self, Card, Post, Said};
use crate::desk::Desk;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Everybody in the conversation sees it; otherwise only whoever asked.
    pub(crate) is_for_all: bool,
    /// It takes the place of the card that was pressed.
    pub(crate) replaces: bool,
    pub(crate) said: Option<Said>,
    /// A few words that pass by.
    pub(crate) toast: Option<String>,
}

/// Characters of words that pass by.
const TOAST_CHARS_MAX: usize = 200;

/// Reads an answer; nothing when it says nothing, or nothing that we understand.
pub(crate) fn read(body: &Value) -> Answer {
    let word = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_set = |key: &str| body.get(key).and_then(Value::as_bool).unwrap_or(false);
    let card = body.get("card").and_then(|card| serde_json::from_value::<Card>(card.clone()).ok()).and_then(Card::tidied);
    let said = match card {
        Some(card) => Some(Said::Card(Box::new(card))),
        None => match slack::translate(body, slack::Dialect::Mattermost).map(|posted| posted.what) {
            Ok(What::Said(said)) => Some(said),
            Ok(What::Picture { .. } | What::Uploaded { .. }) | Err(_) => None,
        },
    };
    let toast: String = word("toast").chars().filter(|letter| !letter.is_control()).take(TOAST_CHARS_MAX).collect();
    Answer {
        is_for_all: word("response_type") == "in_channel",
        replaces: is_set("replace_original"),
        said,
        toast: Some(toast).filter(|toast| !toast.is_empty()),
    }
}

/// Opens an address at which the bot may answer for a while.
pub(crate) async fn open(desk: &Desk, base_url: &str, response: &Response) -> Result<String> {
    let token = desk.chance.token();
    let now = desk.now();
    let minutes = u32::try_from(desk.limits.of(&RESPONSE_MINUTES)).unwrap_or(u32::MAX);
    let until = now + std::time::Duration::from_secs(60).saturating_mul(minutes);
    store::seats::open_response(&desk.db, token.hash(), response, now, until).await?;
    Ok(format!("{base_url}/api/open/responses/{}", token.secret()))
}

/// Takes a late answer.
pub(crate) async fn later(desk: &Desk, token: &str, body: &Value) -> Result<()> {
    let most = i64::try_from(desk.limits.of(&RESPONSES_MAX)).unwrap_or(i64::MAX);
    let used = store::seats::use_response(&desk.db, Token::shown(token).hash(), most, desk.now()).await?;
    let response = used.ok_or(Refused::Answered)?;
    let bot = store::bots::for_calling(&desk.db, response.bot).await?.filter(|bot| bot.is_on).ok_or(Refused::Token)?;
    let answer = read(body);
    if let Some(said) = settle(desk, &bot, &response, answer, None).await? {
        let told = events::Told::Answer { conversation_id: response.conversation, bot: wire::speaker(&bot), message: wire::answer(said) };
        desk.hub.tell_member(response.member, &told);
    }
    Ok(())
}

/// Does what an answer asks for; gives what is left for whoever asked alone.
pub(crate) async fn settle(desk: &Desk, bot: &Bot, response: &Response, answer: Answer, client_id: Option<String>) -> Result<Option<Said>> {
    let Some(said) = answer.said else { return Ok(None) };
    let Some(seat) = store::seats::one(&desk.db, bot.id, response.conversation).await? else { return Err(Error::not_found()) };
    if let Some(message) = response.message.filter(|_| answer.replaces) {
        chat::update_as(desk, bot.id, message, said, None).await?;
        return Ok(None);
    }
    if !answer.is_for_all {
        return Ok(Some(said));
    }
    let post = Post {
        conversation: response.conversation,
        client_id,
        said,
        enclosed: None,
        mentions: Vec::new(),
        mentions_all: false,
        reply_to: None,
        behalf: Some(seat.added_by),
    };
    chat::post_as(desk, &bot.program(), post).await?;
    Ok(None)
}
