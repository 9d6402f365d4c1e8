//! Conversations for the demonstration: written long ago, and read by everybody.

use std::time::Duration;

use kernel::Result;
use kernel::db::Tx;

use super::super::model::{Conversation, Kind, MessageKind, Role};
use super::super::store::append::{NewMessage, append};
use super::super::store::cursors::{self, Read};
use super::super::store::members::Coming;
use super::super::{MessageId, follow, store};
use super::conversations::{blank, key_of_two};
use crate::desk::Desk;
use crate::org::{self, MemberId, OrganisationId};

/// What people have said to each other.
pub(crate) struct DemoConversation<'a> {
    pub(crate) kind: DemoKind<'a>,
    /// The first of a group owns it. Of everybody nobody need be named.
    pub(crate) members: Vec<MemberId>,
    /// Who said what how many minutes ago, the oldest first.
    pub(crate) lines: Vec<(MemberId, u64, &'a str)>,
}

/// What brought them together.
#[derive(Clone, Copy)]
pub(crate) enum DemoKind<'a> {
    Direct,
    Group(&'a str),
    Everyone,
}

/// Writes a conversation down as a part of filling the office.
pub(crate) async fn fill(tx: &mut Tx, desk: &Desk, organisation: OrganisationId, demo: &DemoConversation<'_>) -> Result<()> {
    let (kind, title, key, coming) = beginning(tx, organisation, demo).await?;
    let ago = |minutes: u64| desk.now() - Duration::from_secs(minutes * 60);
    let created_at = demo.lines.first().map_or(desk.now(), |(_, minutes, _)| ago(*minutes));
    let conversation = Conversation { created_at, ..blank(desk, organisation, kind, title) };
    store::conversations::create(tx, &conversation, key.as_deref()).await?;
    store::members::add(tx, conversation.id, &coming, created_at).await?;
    let line = |(sender, minutes, text): &(MemberId, u64, &str)| {
        let id = MessageId::draw(&desk.chance, ago(*minutes));
        NewMessage {
            id,
            conversation: conversation.id,
            sender: Some(*sender),
            program: None,
            client_id: id.to_string(),
            kind: MessageKind::Text,
            text: (*text).to_owned(),
            data: None,
            mentions: Vec::new(),
            mentions_all: false,
            quote: None,
            thread_root: None,
            sent_at: ago(*minutes),
        }
    };
    let messages: Vec<NewMessage> = demo.lines.iter().map(line).collect();
    append(tx, &desk.chance, &messages).await?;
    let last = i64::try_from(messages.len()).unwrap_or(i64::MAX);
    let reads: Vec<Read> = coming.iter().map(|coming| Read { conversation: conversation.id, member: coming.member, seq: last }).collect();
    cursors::forward(tx, &reads).await
}

/// What it is called, what makes it the only one, and who is in it.
async fn beginning(
    tx: &mut Tx,
    organisation: OrganisationId,
    demo: &DemoConversation<'_>,
) -> Result<(Kind, String, Option<String>, Vec<Coming>)> {
    let coming = |role: fn(usize) -> Role| {
        let members = demo.members.iter().enumerate();
        members.map(|(place, member)| Coming { member: *member, role: role(place) }).collect()
    };
    Ok(match demo.kind {
        DemoKind::Direct => {
            let key = demo.members.first().zip(demo.members.last()).map(|(one, other)| key_of_two(*one, *other));
            (Kind::Direct, String::new(), key, coming(|_| Role::Member))
        }
        DemoKind::Group(title) => {
            (Kind::Group, title.to_owned(), None, coming(|place| if place == 0 { Role::Owner } else { Role::Member }))
        }
        DemoKind::Everyone => {
            let (name, people) = org::organisation_roll(tx, organisation).await?;
            let coming = people.into_iter().map(|(member, role)| Coming { member, role: follow::role_here(role) });
            (Kind::Everyone, name, Some(follow::EVERYBODY.to_owned()), coming.collect())
        }
    })
}
