//! What people do in conversations. Each act fetches through its viewer, asks `rules`, commits, and has devices told.

pub(super) mod calls;
pub(super) mod carrying;
pub(super) mod changing;
pub(super) mod clearing;
pub(super) mod conversations;
pub(super) mod demo;
pub(super) mod files;
pub(super) mod finding;
pub(super) mod forward;
pub(super) mod handing;
pub(super) mod indexing;
pub(super) mod joining;
pub(super) mod later;
pub(super) mod marks;
pub(super) mod members;
pub(super) mod passing_on;
pub(super) mod programs;
pub(super) mod scheduled;
pub(super) mod searching;
pub(super) mod sending;
pub(super) mod settings;
pub(super) mod stickers;
pub(super) mod translating;
pub(super) mod urgent;

use std::collections::BTreeMap;

use kernel::Result;
use kernel::db::Tx;

use super::crier::News;
use super::data::{Data, Event, System};
use super::errors::Refused;
use super::model::MessageKind;
use super::store::append::{NewMessage, append};
use super::{ConversationId, MessageId};
use crate::desk::Desk;
use crate::org::{self, MemberId, OrganisationId, PersonCard};

/// What was done in a conversation, as the office itself says it there.
struct Done {
    event: Event,
    /// Nobody when the directory changed.
    by: Option<MemberId>,
    whom: Vec<MemberId>,
    text: String,
}

impl Done {
    fn by(member: MemberId, event: Event) -> Done {
        Done { event, by: Some(member), whom: Vec::new(), text: String::new() }
    }

    fn to(self, whom: impl IntoIterator<Item = MemberId>) -> Done {
        Done { whom: whom.into_iter().collect(), ..self }
    }

    fn saying(self, text: &str) -> Done {
        Done { text: text.to_owned(), ..self }
    }
}

/// Writes down in a conversation what was done there, as a part of the change; gives what devices are to hear.
async fn say(tx: &mut Tx, desk: &Desk, conversation: ConversationId, done: Done) -> Result<Vec<News>> {
    let now = desk.now();
    let id = MessageId::draw(&desk.chance, now);
    let Done { event, by, whom, text } = done;
    let message = NewMessage {
        id,
        conversation,
        sender: None,
        program: None,
        client_id: id.to_string(),
        kind: MessageKind::System,
        text: String::new(),
        data: Some(Data::System(System { event, actor_id: by, member_ids: whom, text })),
        mentions: Vec::new(),
        mentions_all: false,
        quote: None,
        thread_root: None,
        sent_at: now,
    };
    let sent = append(tx, &desk.chance, &[message]).await?;
    Ok(sent.iter().flat_map(|sent| sent.news()).collect())
}

/// Colleagues who are not disabled: each once, and all of them or nobody.
async fn colleagues(desk: &Desk, organisation: OrganisationId, members: &[MemberId]) -> Result<BTreeMap<MemberId, PersonCard>> {
    let cards = org::cards(desk, organisation, members.iter().copied()).await?;
    match members.iter().all(|member| cards.get(member).is_some_and(|card| !card.is_disabled)) {
        true => Ok(cards),
        false => Err(Refused::UnknownMember.into()),
    }
}
