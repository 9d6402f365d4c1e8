//! What people send.

use std::collections::BTreeSet;

use kernel::{Error, Result};

use super::super::data::{self, Data};
use super::super::errors::Refused;
use super::super::gist::Gist;
use super::super::model::{Message, MessageKind, Quote};
use super::super::store::From;
use super::super::store::append::{NewMessage, Sent};
use super::super::{ConversationId, MessageId, TEXT_CHARS_MAX, rules, store};
use super::carrying::{self, Carried};
use crate::desk::Desk;
use crate::org::MemberId;
use crate::viewer::Viewer;

/// A question to vote on.
pub(crate) struct NewPoll {
    pub(crate) question: String,
    pub(crate) options: Vec<String>,
    pub(crate) multiple: bool,
    pub(crate) anonymous: bool,
}

/// What somebody writes.
pub(crate) struct Draft {
    pub(crate) client_id: String,
    pub(crate) text: String,
    pub(crate) mentions: Vec<MemberId>,
    pub(crate) mentions_all: bool,
    pub(crate) reply_to: Option<MessageId>,
    pub(crate) thread_root: Option<i64>,
    pub(crate) poll: Option<NewPoll>,
    /// What it is besides its text.
    pub(crate) carried: Option<Carried>,
}

/// Sends what somebody writes on one of their devices, unless they have sent too much within a short time.
pub(crate) async fn send_at_a_pace(desk: &Desk, viewer: &Viewer, id: ConversationId, draft: Draft) -> Result<(Message, bool)> {
    if let Some(again) = sent_with_files(desk, viewer, &draft).await? {
        return Ok((again, false));
    }
    let message = prepare(desk, viewer, id, draft).await?;
    desk.chat.may_send(viewer.member)?;
    write(desk, viewer, message).await
}

/// Sends a message, once however often it is asked for; says whether it was this time.
pub(crate) async fn send(desk: &Desk, viewer: &Viewer, id: ConversationId, draft: Draft) -> Result<(Message, bool)> {
    if let Some(again) = sent_with_files(desk, viewer, &draft).await? {
        return Ok((again, false));
    }
    let message = prepare(desk, viewer, id, draft).await?;
    write(desk, viewer, message).await
}

/// What was sent under the same id with files, which wait no longer to be sent.
async fn sent_with_files(desk: &Desk, viewer: &Viewer, draft: &Draft) -> Result<Option<Message>> {
    match draft.carried {
        Some(Carried::Files(_) | Carried::Voice { .. } | Carried::Sticker(_)) => {
            find_again(desk, viewer, &rules::client_id(&draft.client_id)?).await
        }
        Some(Carried::Location { .. } | Carried::Contact(_) | Carried::Subject(..)) | None => Ok(None),
    }
}

/// What somebody writes, as it would be written into the conversation now. Whether they may is looked at when it is
/// written; before, only for what brings something along or cannot be sent.
pub(super) async fn prepare(desk: &Desk, viewer: &Viewer, id: ConversationId, draft: Draft) -> Result<NewMessage> {
    if draft.carried.is_some() {
        store::conversations::seen(From::Db(&desk.db), viewer, id).await?;
    }
    let composed = compose(desk, viewer, id, draft).await;
    if composed.is_err() {
        // To a stranger there is no such conversation, whatever else is wrong.
        store::conversations::seen(From::Db(&desk.db), viewer, id).await?;
    }
    composed
}

async fn compose(desk: &Desk, viewer: &Viewer, id: ConversationId, draft: Draft) -> Result<NewMessage> {
    let client_id = rules::client_id(&draft.client_id)?;
    let (kind, text, data) = match (draft.poll, draft.carried) {
        (_, Some(carried)) => carrying::prepare(desk, viewer, id, &draft.text, carried).await?,
        (None, None) => (MessageKind::Text, rules::text(&draft.text, desk.limits.of(&TEXT_CHARS_MAX))?, None),
        (Some(poll), None) => {
            let (question, options) = rules::poll(&poll.question, &poll.options)?;
            let poll = data::Poll { question, options, multiple: poll.multiple, anonymous: poll.anonymous, closed_at: None };
            (MessageKind::Poll, String::new(), Some(Data::Poll(poll)))
        }
    };
    let now = desk.now();
    Ok(NewMessage {
        id: MessageId::draw(&desk.chance, now),
        conversation: id,
        sender: Some(viewer.member),
        program: None,
        client_id,
        kind,
        text,
        data,
        mentions: who_is_called(desk, id, draft.mentions).await?,
        mentions_all: draft.mentions_all,
        quote: quoted(desk, viewer, id, draft.reply_to).await?,
        thread_root: thread(desk, viewer, id, draft.thread_root).await?,
        sent_at: now,
    })
}

/// What was sent before under that id, of a message that brings files: they are not copied twice.
pub(super) async fn sent_before(desk: &Desk, viewer: &Viewer, data: Option<&Data>, client_id: &str) -> Result<Option<Message>> {
    match data.is_some_and(|data| !data.files().is_empty()) {
        true => find_again(desk, viewer, client_id).await,
        false => Ok(None),
    }
}

async fn find_again(desk: &Desk, viewer: &Viewer, client_id: &str) -> Result<Option<Message>> {
    let known = store::messages::of_clients(From::Db(&desk.db), &[(viewer.member, client_id)]).await?;
    match known.first() {
        Some((.., id)) => store::messages::one(&desk.db, viewer, *id).await.map(|(_, message)| Some(message)),
        None => Ok(None),
    }
}

/// Writes a message together with those of others.
pub(crate) async fn write(desk: &Desk, viewer: &Viewer, message: NewMessage) -> Result<(Message, bool)> {
    match desk.chat.writer.write(message).await? {
        Sent::New { message, .. } => Ok((Message::clone(&message), true)),
        Sent::Again(id) => store::messages::one(&desk.db, viewer, id).await.map(|(_, message)| (message, false)),
        Sent::Refused(refused) => Err(refused.into()),
    }
}

/// Those of these people who are in the conversation; nobody else can be called there.
pub(crate) async fn who_is_called(desk: &Desk, id: ConversationId, members: Vec<MemberId>) -> Result<Vec<MemberId>> {
    if members.is_empty() {
        return Ok(members);
    }
    let roll = desk.chat.rolls.of(&desk.db, id).await?;
    let mut known = BTreeSet::new();
    let called =
        members.into_iter().filter(|member| roll.binary_search_by_key(member, |(there, _)| *there).is_ok() && known.insert(*member));
    Ok(called.collect())
}

/// The message that is answered, which must be in the same conversation.
async fn quoted(desk: &Desk, viewer: &Viewer, conversation: ConversationId, id: Option<MessageId>) -> Result<Option<Quote>> {
    let Some(id) = id else { return Ok(None) };
    let (other, message) = store::messages::one(&desk.db, viewer, id).await?;
    if other.conversation.id != conversation {
        return Err(Error::not_found());
    }
    if message.recalled_at.is_some() {
        return Err(Refused::Recalled.into());
    }
    Ok(Some(Quote {
        id,
        seq: message.seq,
        sender: message.sender,
        program: message.program.as_ref().map(|program| program.name.clone()),
        text: rules::quote(&message.text),
        gist: Gist::of(message.kind, message.data.as_ref()),
    }))
}

/// The message whose thread is continued. Threads have no threads: an answer within one belongs to the same.
async fn thread(desk: &Desk, viewer: &Viewer, id: ConversationId, root: Option<i64>) -> Result<Option<i64>> {
    let Some(root) = root else { return Ok(None) };
    let message = store::messages::at(&desk.db, viewer, id, root).await?;
    Ok(Some(message.thread_root.unwrap_or(message.seq)))
}
