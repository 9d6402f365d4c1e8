//! People talk to bots: they give commands, press buttons and choose. Whoever does waits a moment for the answer, and the
//! bot may answer later.

use kernel::Result;
use serde_json::{Value, json};

use super::super::errors::Refused;
use super::super::model::{Bot, Command, Event, EventKind, Response};
use super::super::{ANSWER_SECONDS, EventId, store};
use super::answers::{self, Answer};
use super::delivering::{call, queue};
use crate::chat::{self, ConversationId, MessageId, ProgramKind, Said};
use crate::desk::Desk;
use crate::org;
use crate::viewer::Viewer;

/// Characters after a command.
const TEXT_CHARS_MAX: usize = 4_000;

/// The commands of the bots in a conversation of the viewer's.
pub(crate) async fn commands(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<Vec<(Bot, Command)>> {
    chat::place(desk, viewer, id).await?;
    let bots = store::bots::in_conversation(&desk.db, id).await?;
    let all = bots.into_iter().flat_map(|bot| bot.commands.clone().into_iter().map(move |command| (bot.clone(), command)));
    Ok(all.collect())
}

/// A command as it is given.
pub(crate) struct Given {
    pub(crate) command: String,
    pub(crate) text: String,
    pub(crate) client_id: String,
}

/// Gives a bot a command; gives what it answers to the viewer alone.
pub(crate) async fn command(desk: &Desk, viewer: &Viewer, base_url: &str, id: ConversationId, given: Given) -> Result<Option<Said>> {
    let place = chat::place(desk, viewer, id).await?;
    let name = given.command.trim().to_lowercase();
    let bots = store::bots::in_conversation(&desk.db, id).await?;
    let is_it = |bot: &&Bot| bot.commands.iter().any(|command| command.command == name);
    let bot = bots.iter().find(is_it).ok_or(Refused::NoCommand)?;
    if given.text.chars().count() > TEXT_CHARS_MAX {
        return Err(Refused::Field("text").into());
    }
    if given.client_id.is_empty() || given.client_id.chars().count() > 40 {
        return Err(Refused::Field("client_id").into());
    }
    let response = Response { bot: bot.id, conversation: id, member: viewer.member, message: None };
    let data = json!({
        "command": name, "text": given.text, "conversation_id": id, "conversation_title": place.title,
        "member": person(desk, viewer).await?, "response_url": answers::open(desk, base_url, &response).await?,
    });
    let answer = ask(desk, bot, EventKind::Command, data).await?.ok_or(Refused::NoAnswer)?;
    // The same command of the same person is answered for all to see once.
    let client_id = format!("command/{}/{}", viewer.member.uuid().simple(), given.client_id);
    answers::settle(desk, bot, &response, answer, client_id.get(..64).map(str::to_owned)).await
}

async fn person(desk: &Desk, viewer: &Viewer) -> Result<Value> {
    let people = org::cards(desk, viewer.organisation, [viewer.member]).await?;
    let name = people.get(&viewer.member).map(|card| card.name.clone()).unwrap_or_default();
    Ok(json!({ "id": viewer.member, "name": name }))
}

/// Presses a button of a bot's card, or chooses from it; gives a few words that pass by, if the bot says some.
pub(crate) async fn press(
    desk: &Desk,
    viewer: &Viewer,
    base_url: &str,
    id: MessageId,
    (action, value): (&str, Option<&str>),
) -> Result<Option<String>> {
    let picked = chat::pick_up(desk, viewer, id).await?;
    let bot = match picked.program.kind {
        ProgramKind::Bot => store::bots::for_calling(&desk.db, picked.program.id).await?.filter(|bot| bot.is_on),
        ProgramKind::Robot => None,
    };
    let bot = bot.ok_or(Refused::NoAnswer)?;
    if !picked.card.offers(action, value) {
        return Err(Refused::Field("action").into());
    }
    let response = Response { bot: bot.id, conversation: picked.conversation, member: viewer.member, message: Some(id) };
    let data = json!({
        "action": action, "value": value, "message_id": id, "conversation_id": picked.conversation,
        "member": person(desk, viewer).await?, "response_url": answers::open(desk, base_url, &response).await?,
    });
    let Some(mut answer) = ask(desk, &bot, EventKind::Action, data).await? else {
        return Err(Refused::NoAnswer.into());
    };
    // What is said to a press takes the place of the card, unless it says otherwise.
    answer.replaces |= !answer.is_for_all;
    let toast = answer.toast.take();
    answers::settle(desk, &bot, &response, answer, None).await?;
    Ok(toast)
}

/// Asks a bot at its address or by its socket. Nothing when it cannot be reached; an empty answer when it takes its time.
async fn ask(desk: &Desk, bot: &Bot, kind: EventKind, data: Value) -> Result<Option<Answer>> {
    let now = desk.now();
    let event = Event { id: EventId::draw(&desk.chance, now), kind, at: now, data };
    let within = desk.limits.seconds(&ANSWER_SECONDS);
    if bot.is_called() {
        if bot.stopped_at.is_some() {
            return Ok(None);
        }
        let answered = call(desk, bot, &event, within).await.filter(|answer| answer.status.is_success());
        // An answer that is no JSON says that it was heard.
        return Ok(answered.map(|answer| answers::read(&serde_json::from_slice(&answer.body).unwrap_or_default())));
    }
    if !desk.open.ears.is_open(bot.id) {
        return Ok(None);
    }
    let answered = desk.open.ears.expect(event.id);
    queue(desk, bot, &event).await?;
    let answer = tokio::select! {
        answer = answered.arrives() => answer,
        () = desk.clock.wait_until(now + within) => Value::Null,
    };
    Ok(Some(answers::read(&answer)))
}
