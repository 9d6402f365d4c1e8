//! What bots hear of conversations.

use kernel::Result;
use kernel::bus::Bus;
use serde::Serialize;
use serde_json::json;

use super::model::{Bot, Event, EventKind};
use super::{EventId, acts, store, wire};
use crate::chat::{self, ConversationId, Posted};
use crate::desk::Desk;

/// What devices are told.
#[derive(Serialize)]
#[serde(tag = "type")]
pub(super) enum Told {
    /// A bot answers one person, later than they waited. It is kept nowhere.
    #[serde(rename = "open.answer")]
    Answer { conversation_id: ConversationId, bot: wire::Speaker, message: wire::Answer },
}

pub(super) fn listen(desk: &Desk, bus: &mut Bus) {
    let at = desk.clone();
    bus.listen(move |event: Posted| {
        let desk = at.clone();
        async move { posted(&desk, &event).await }
    });
}

/// Has every bot that is there and wants to know hear what was said.
async fn posted(desk: &Desk, event: &Posted) -> Result<()> {
    let bots = store::bots::in_conversation(&desk.db, event.conversation).await?;
    if bots.is_empty() {
        return Ok(());
    }
    let Some(heard) = chat::heard(desk, event).await? else { return Ok(()) };
    for bot in &bots {
        let Some(kind) = kind_for(bot, &heard) else { continue };
        let data = json!({ "conversation_id": event.conversation, "message": heard.message });
        // The same message is the same event, however often it is announced.
        let event = Event { id: EventId::of(event.message), kind, at: desk.now(), data };
        acts::delivering::queue(desk, bot, &event).await?;
    }
    Ok(())
}

/// What it is to a bot, if it is anything.
fn kind_for(bot: &Bot, heard: &chat::Heard) -> Option<EventKind> {
    if heard.members_changed {
        return bot.hears(EventKind::Member).then_some(EventKind::Member);
    }
    heard.sender?;
    let is_called = heard.text.to_lowercase().contains(&format!("@{}", bot.name.to_lowercase()));
    let kinds = [(is_called, EventKind::Mention), (true, EventKind::Message)];
    kinds.into_iter().find(|(is_it, kind)| *is_it && bot.hears(*kind)).map(|(_, kind)| kind)
}
