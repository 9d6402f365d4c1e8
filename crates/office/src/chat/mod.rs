//! Messages: conversations of two, of a group, of a department and of everybody; what is written there, who has read it,
//! and calls about it. This file is its face; everything else is private.
//!
//! Messages are numbered in their conversation, and every change raises its count of changes: a device that has
//! everything up to one asks for what follows. What is said on the socket is a hint that saves the asking. Who has read
//! what is one number for each member, never a row for each message.

mod acts;
mod card;
mod crier;
mod data;
mod errands;
mod errors;
mod events;
mod follow;
mod gathering;
mod gist;
mod jobs;
mod model;
mod notices;
mod previews;
mod rolls;
mod routes;
mod rules;
mod store;
mod subject;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use kernel::db::{GroupWriter, Migration};
use kernel::limit;

use crate::OfficeParts;
use crate::features::Feature;
use crate::notify::push::Subscribed;
use crate::org::MemberId;
use crate::pace::Pace;
use crate::realtime::Hub;

pub(crate) use acts::demo::{DemoConversation, DemoKind, fill as fill_demo};
pub(crate) use acts::indexing::prepare;
pub(crate) use acts::programs::{
    Enclosed, Heard, Place, Post, Said, heard, history_for, listen_to, pick_up, place, place_for, place_of_message, post_as, recall_as,
    said_before, save_program, update_as,
};
pub(crate) use card::{Block, Button, Card, Colour, Field, Header, Link, Style, is_link};
pub(crate) use errands::{run, run_due};
pub(crate) use events::Posted;
pub(crate) use model::{Kind, Program, ProgramKind};
pub(crate) use subject::CONVERSATION;
pub(crate) use wire::Message as MessageWire;

use crier::{Crier, News};
use errands::Errands;
use errors::Refused;
use previews::Previews;
use rolls::Rolls;
use store::append::{NewMessage, Sent};

limit!(MEMBERS_MAX: "chat.members", 2_000, "people", "How many people a group may have.");
limit!(CONVERSATIONS_MAX: "chat.conversations", 1_000, "conversations", "How many conversations one person may be in before they can start no more.");
limit!(TEXT_CHARS_MAX: "chat.text", 8_000, "characters", "How long a message may be.");
limit!(REMOVED_TOGETHER: "chat.removed_together", 1_000, "messages", "How many messages of a dissolved group are removed together, while whoever writes elsewhere waits.");
limit!(EDIT_HOURS: "chat.edit_hours", 24, "hours", "How long one may edit or recall what one has sent.");
limit!(EDITS_MAX: "chat.edits", 50, "texts", "How many earlier texts of an edited message are kept; the oldest go first.");
limit!(REACTIONS_MAX: "chat.reactions", 20, "emoji", "How many different reactions one message may have.");
limit!(PINS_MAX: "chat.pins", 100, "messages", "How many messages may be pinned in one conversation.");
limit!(LATER_MAX: "chat.later", 500, "messages", "How many messages one person may keep for later.");
limit!(FORWARDED_MAX: "chat.forwarded", 100, "messages", "How many messages may be forwarded at once.");
limit!(MERGED_CHARS_MAX: "chat.merged", 100_000, "characters", "How much text may be forwarded together as one message.");
limit!(FORWARDED_FILES_MAX: "chat.forwarded_files", 200, "files", "How many files may be forwarded with one message.");
limit!(VOICE_SECONDS_MAX: "chat.voice_s", 300, "seconds", "How long a voice message may be.");
limit!(STICKERS_MAX: "chat.stickers", 200, "pictures", "How many stickers one person may have.");
limit!(STICKER_BYTES_MAX: "chat.sticker_bytes", 1_048_576, "bytes", "How large a sticker may be.");
limit!(FORWARD_TO_MAX: "chat.forward_to", 20, "conversations", "Into how many conversations one may forward at once.");
limit!(REMIND_MINUTES: "chat.remind_minutes", 5, "minutes", "How long after reminding those who have not read a message one may do so again.");
limit!(NOTICES_MAX: "chat.notices", 500, "notices", "How many people get a notice of one message at most, be it a mention or a reminder.");
limit!(PROGRAM_TEXT_CHARS_MAX: "chat.program_text", 40_000, "characters", "How long a message of a program may be.");
limit!(RUNG_MAX: "chat.rung", 300, "people", "Up to how many people a call from a conversation rings; in larger ones there is the card alone.");
limit!(SENT_BURST: "chat.sent_burst", 30, "messages", "How many messages one person may send at once.");
limit!(SENT_PER_SECOND: "chat.sent_per_second", 5, "messages", "How many messages a second one person may send for long.");
limit!(TYPING_PER_SECOND: "chat.typing_per_second", 2, "times", "How often a second one person may say that they are writing.");
limit!(REQUESTS_MAX: "chat.requests", 200, "people", "How many people may wait to be let into one group.");
limit!(SCHEDULED_MAX: "chat.scheduled", 100, "messages", "How many messages of one person may wait to be sent later.");
limit!(SCHEDULED_DAYS: "chat.scheduled_days", 366, "days", "How far ahead a message may be scheduled, or urgent.");
limit!(URGENT_PEOPLE_MAX: "chat.urgent_people", 500, "people", "Of how many people one may want a message confirmed.");
limit!(URGENT_OPEN_MAX: "chat.urgent_open", 20, "messages", "How many messages of one person may wait to be confirmed.");
limit!(URGENT_ROUNDS_MAX: "chat.urgent_rounds", 12, "times", "How often those who have not confirmed a message are told of it.");
limit!(HANDED_MAX: "chat.handed_over", 100, "groups", "How many groups of one person an administrator may hand over at once.");
limit!(PUSHED_MAX: "chat.pushed", 500, "people", "Up to how many people a message is pushed to; where it would be more, only to those it calls.");

kernel::id! {
    /// One conversation.
    pub(crate) struct ConversationId;
}
kernel::id! {
    /// Somebody who asks to be let into a conversation.
    pub(crate) struct RequestId;
}
kernel::id! {
    /// One message that is to be sent later.
    pub(crate) struct ScheduledId;
}
kernel::id! {
    /// One message that is to be confirmed.
    pub(crate) struct UrgentId;
}
kernel::id! {
    /// One sticker of somebody's.
    pub(crate) struct StickerId;
}
kernel::id! {
    /// One message.
    pub(crate) struct MessageId;
}
kernel::id! {
    /// Whoever writes without being a person.
    pub(crate) struct ProgramId;
}

pub(crate) const FEATURE: Feature = Feature {
    name: "chat",
    routes: routes::routes,
    migrations: &[
        Migration { capability: "chat", number: 1, text: include_str!("migrations/0001_chat.sql") },
        Migration { capability: "chat", number: 2, text: include_str!("migrations/0002_files.sql") },
        Migration { capability: "chat", number: 3, text: include_str!("migrations/0003_extras.sql") },
        Migration { capability: "chat", number: 4, text: include_str!("migrations/0004_previews.sql") },
        Migration { capability: "chat", number: 5, text: include_str!("migrations/0005_programs.sql") },
        Migration { capability: "chat", number: 6, text: include_str!("migrations/0006_words.sql") },
        Migration { capability: "chat", number: 7, text: include_str!("migrations/0007_stickers.sql") },
    ],
    listens: events::listen,
    jobs: jobs::jobs,
    follows: None,
    notices: notices::KINDS,
    subjects: subject::KINDS,
};

/// What messages keep in memory.
#[derive(Debug)]
pub(crate) struct Chat {
    /// Who belongs where.
    rolls: Arc<Rolls>,
    /// The way to whoever tells devices.
    crier: Crier,
    /// What is left to do about new messages.
    errands: Errands,
    /// Where links are left that are to be looked up.
    links: previews::Slot,
    /// Links that are to be looked up.
    previews: Previews,
    /// Where messages of all conversations wait to be written together.
    writer: GroupWriter<NewMessage, Sent>,
    /// The same for how far people have read.
    cursors: GroupWriter<store::cursors::Read, ()>,
    /// How fast one person may send, and say that they are writing.
    sending: Pace<MemberId>,
    typing: Pace<MemberId>,
}

impl Chat {
    pub(crate) fn new(parts: &OfficeParts, hub: &Hub, subscribed: Arc<Subscribed>) -> Self {
        let rolls = Arc::new(Rolls::default());
        let (links, previews) = Previews::new();
        let (slot, errands) = Errands::new(subscribed, links.clone());
        let crier = Crier::start(parts.db.clone(), hub.clone(), parts.clock.clone(), Arc::clone(&rolls), slot);
        let writer = store::append::writer(&parts.db, &parts.chance, &crier);
        let cursors = store::cursors::writer(&parts.db);
        let per_second = |limit| Duration::from_secs(1) / u32::try_from(parts.limits.of(limit)).unwrap_or(u32::MAX).max(1);
        let sending = Pace::new(&parts.clock, parts.limits.of(&SENT_BURST), per_second(&SENT_PER_SECOND));
        let typing = Pace::new(&parts.clock, parts.limits.of(&TYPING_PER_SECOND), per_second(&TYPING_PER_SECOND));
        Self { rolls, crier, errands, links, previews, writer, cursors, sending, typing }
    }

    /// Counts a message of somebody's, and refuses it when there were too many within a short time.
    fn may_send(&self, member: MemberId) -> Result<(), Refused> {
        self.sending.pass(&member).map_err(|wait| Refused::TooOften(wait.as_secs() + 1))
    }

    /// The same for saying that somebody is writing.
    fn may_type(&self, member: MemberId) -> Result<(), Refused> {
        self.typing.pass(&member).map_err(|wait| Refused::TooOften(wait.as_secs() + 1))
    }

    /// Has devices told what was committed. A hint that is lost with the program is made up for when they return and ask
    /// for what they have missed, so it takes the short way to the socket and is no announcement on the bus.
    async fn tell(&self, news: Vec<News>) {
        for news in &news {
            if let News::Conversation(id) | News::Gone(id, _) = news {
                self.rolls.forget(*id);
            }
        }
        for news in news {
            self.crier.cry(news).await;
        }
    }
}
