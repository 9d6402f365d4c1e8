//! Messages that are forwarded: one by one, or together as one message that tells who wrote what.

use kernel::Result;

use super::super::data::{Data, Merged, MergedMessage};
use super::super::errors::Refused;
use super::super::model::{Kind, Message, MessageKind, Seen};
use super::super::store::From;
use super::super::store::append::NewMessage;
use super::super::subject::CONVERSATION;
use super::super::{
    ConversationId, FORWARD_TO_MAX, FORWARDED_FILES_MAX, FORWARDED_MAX, MERGED_CHARS_MAX, MessageId, TEXT_CHARS_MAX, rules, store,
};
use super::carrying;
use super::sending::{sent_before, write};
use crate::desk::Desk;
use crate::drive;
use crate::org;
use crate::viewer::Viewer;

/// What is forwarded, and where to.
pub(crate) struct Forward {
    pub(crate) messages: Vec<MessageId>,
    pub(crate) to: Vec<ConversationId>,
    /// Together, as one message.
    pub(crate) merged: bool,
    pub(crate) note: Option<String>,
    pub(crate) client_id: String,
}

/// What is written anew into a conversation.
struct Copy {
    kind: MessageKind,
    text: String,
    data: Option<Data>,
}

/// Forwards messages the viewer sees into conversations they belong to; gives what was written there. Asking again with
/// the same client's id writes nothing twice.
pub(crate) async fn forward(desk: &Desk, viewer: &Viewer, wanted: Forward) -> Result<Vec<Message>> {
    let client_id = rules::client_id(&wanted.client_id)?;
    refuse_too_many(desk, &wanted)?;
    desk.chat.may_send(viewer.member)?;
    let note = wanted.note.as_deref().filter(|note| !note.trim().is_empty());
    let note = note.map(|note| rules::text(note, desk.limits.of(&TEXT_CHARS_MAX))).transpose()?;
    let (source, messages) = originals(desk, viewer, &wanted.messages).await?;
    let mut copies = match wanted.merged {
        true => vec![merged(desk, viewer, &source, &messages).await?],
        false => messages.iter().map(copy).collect::<Result<Vec<_>, Refused>>()?,
    };
    copies.extend(note.map(|text| Copy { kind: MessageKind::Text, text, data: None }));
    for id in &wanted.to {
        store::conversations::seen(From::Db(&desk.db), viewer, *id).await?;
    }
    let mut written = Vec::new();
    for (place, id) in wanted.to.iter().enumerate() {
        for (number, copy) in copies.iter().enumerate() {
            let now = desk.now();
            let client_id = format!("{client_id}/{place}/{number}");
            if let Some(again) = sent_before(desk, viewer, copy.data.as_ref(), &client_id).await? {
                written.push(again);
                continue;
            }
            let data = brought_along(desk, viewer, *id, copy.data.clone()).await?;
            let message = NewMessage {
                id: MessageId::draw(&desk.chance, now),
                conversation: *id,
                sender: Some(viewer.member),
                program: None,
                client_id,
                kind: copy.kind,
                text: copy.text.clone(),
                data,
                mentions: Vec::new(),
                mentions_all: false,
                quote: None,
                thread_root: None,
                sent_at: now,
            };
            written.push(write(desk, viewer, message).await?.0);
        }
    }
    Ok(written)
}

/// The same with files of its own, which are copied into the conversation it goes to. Whoever does not see a subject
/// passes nothing on.
async fn brought_along(desk: &Desk, viewer: &Viewer, to: ConversationId, data: Option<Data>) -> Result<Option<Data>> {
    let Some(mut data) = data else { return Ok(None) };
    if let Data::Subject(subject) = &data {
        let again = carrying::subject(desk, viewer, to, &subject.kind, subject.id).await;
        return again.map(|subject| Some(Data::Subject(subject)));
    }
    if data.files().is_empty() {
        return Ok(Some(data));
    }
    let max = desk.limits.of(&FORWARDED_FILES_MAX);
    let copies = drive::for_sending(desk, viewer, (CONVERSATION, to.uuid()), &data.file_ids(), max).await?;
    for (file, copy) in data.files_mut().into_iter().zip(copies) {
        *file = copy;
    }
    Ok(Some(data))
}

fn refuse_too_many(desk: &Desk, wanted: &Forward) -> Result<(), Refused> {
    let (messages_max, to_max) = (desk.limits.of(&FORWARDED_MAX), desk.limits.of(&FORWARD_TO_MAX));
    let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    match () {
        () if wanted.messages.is_empty() => Err(Refused::Field("message_ids")),
        () if wanted.to.is_empty() => Err(Refused::Field("to")),
        () if count(wanted.messages.len()) > messages_max => Err(Refused::TooMany(messages_max)),
        () if count(wanted.to.len()) > to_max => Err(Refused::TooMany(to_max)),
        () => Ok(()),
    }
}

/// The messages in the order in which they were written, and where the first of them was.
async fn originals(desk: &Desk, viewer: &Viewer, ids: &[MessageId]) -> Result<(Seen, Vec<Message>)> {
    let mut messages = store::messages::some(&desk.db, viewer, ids.iter().copied()).await?;
    messages.sort_by_key(|message| (message.conversation, message.seq));
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let first = messages.first().filter(|_| messages.len() == wanted.len()).ok_or(Refused::NotFound)?;
    if messages.iter().any(|message| message.recalled_at.is_some()) {
        return Err(Refused::Recalled.into());
    }
    let seen = store::conversations::seen(From::Db(&desk.db), viewer, first.conversation).await?;
    Ok((seen, messages))
}

/// One message, said anew. A poll is forwarded as what it asked: its votes are the conversation's own.
fn copy(message: &Message) -> Result<Copy, Refused> {
    match (message.kind, &message.data) {
        (MessageKind::Text, _) => Ok(Copy { kind: MessageKind::Text, text: message.text.clone(), data: None }),
        (MessageKind::Merged, Some(data)) => Ok(Copy { kind: MessageKind::Merged, text: String::new(), data: Some(data.clone()) }),
        (MessageKind::Poll, Some(Data::Poll(_))) => Ok(Copy { kind: MessageKind::Text, text: words(message), data: None }),
        // Nobody presses a button of a copy: its program has not written it.
        (MessageKind::Card, Some(Data::Card(card))) => {
            Ok(Copy { kind: MessageKind::Card, text: message.text.clone(), data: Some(Data::Card(card.clone().inert())) })
        }
        (
            MessageKind::Files
            | MessageKind::Voice
            | MessageKind::Location
            | MessageKind::Contact
            | MessageKind::Sticker
            | MessageKind::Subject,
            Some(data),
        ) => Ok(Copy { kind: message.kind, text: message.text.clone(), data: Some(data.clone()) }),
        (
            MessageKind::System
            | MessageKind::Call
            | MessageKind::Poll
            | MessageKind::Merged
            | MessageKind::Card
            | MessageKind::Files
            | MessageKind::Voice
            | MessageKind::Location
            | MessageKind::Contact
            | MessageKind::Sticker
            | MessageKind::Subject,
            _,
        ) => Err(Refused::NotForwarded),
    }
}

/// What a message says, as a text.
fn words(message: &Message) -> String {
    match &message.data {
        Some(Data::Poll(poll)) => {
            let options: Vec<String> = poll.options.iter().map(|option| format!("- {option}")).collect();
            format!("{}\n{}", poll.question, options.join("\n"))
        }
        Some(data @ (Data::Merged(_) | Data::Card(_) | Data::Location(_) | Data::Contact(_))) => rules::searchable("", Some(data)),
        // What it is called is for those who may see it.
        Some(Data::System(_) | Data::Call(_) | Data::Files(_) | Data::Voice(_) | Data::Sticker(_) | Data::Subject(_)) | None => {
            message.text.clone()
        }
    }
}

async fn merged(desk: &Desk, viewer: &Viewer, source: &Seen, messages: &[Message]) -> Result<Copy> {
    if messages.iter().any(|message| matches!(message.kind, MessageKind::System | MessageKind::Call)) {
        return Err(Refused::NotForwarded.into());
    }
    let senders = messages.iter().filter_map(|message| message.sender);
    let people = org::cards(desk, viewer.organisation, senders).await?;
    let name = |message: &Message| {
        let person = message.sender.and_then(|sender| people.get(&sender)).map(|card| card.name.clone());
        person.or_else(|| message.program.as_ref().map(|program| program.name.clone())).unwrap_or_default()
    };
    let title = match source.conversation.kind {
        Kind::Direct => rules::title_of(&two(desk, viewer, source).await?),
        Kind::Group | Kind::Department | Kind::Everyone => source.conversation.title.clone(),
    };
    let files = |message: &Message| message.data.iter().flat_map(|data| data.files().into_iter().cloned()).collect();
    let told = messages.iter().map(|message| MergedMessage {
        sender_name: name(message),
        sent_at: message.sent_at.as_ms(),
        text: words(message),
        files: files(message),
    });
    let told: Vec<MergedMessage> = told.collect();
    let max = desk.limits.of(&MERGED_CHARS_MAX);
    let chars: usize = told.iter().map(|message| message.text.chars().count()).sum();
    if u64::try_from(chars).unwrap_or(u64::MAX) > max {
        return Err(Refused::TooLong(max).into());
    }
    let data = Data::Merged(Merged { title, messages: told });
    Ok(Copy { kind: MessageKind::Merged, text: String::new(), data: Some(data) })
}

/// The names of those who talk with each other.
async fn two(desk: &Desk, viewer: &Viewer, source: &Seen) -> Result<Vec<String>> {
    let members = store::members::all(From::Db(&desk.db), source.conversation.id).await?;
    let people = org::cards(desk, viewer.organisation, members.iter().map(|member| member.id)).await?;
    Ok(people.into_values().map(|card| card.name).collect())
}
