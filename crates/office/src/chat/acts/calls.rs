//! Calls about a conversation: its people are rung, and a message shows what has become of the meeting.

use kernel::{Error, Result};

use super::super::crier::News;
use super::super::data::{Call, CallState, Data};
use super::super::errors::Refused;
use super::super::model::{Kind, Message, MessageKind, Seen};
use super::super::store::From;
use super::super::store::append::{NewMessage, Sent, append};
use super::super::subject::CONVERSATION;
use super::super::{ConversationId, MessageId, RUNG_MAX, rules, store};
use crate::desk::Desk;
use crate::meetings::{self, About, Meeting, MeetingId, Standing};
use crate::org::{self, MemberId};
use crate::viewer::Viewer;

/// Calls everybody in a conversation together, or has the viewer join those who were; says whether the meeting is a new one.
pub(crate) async fn call(
    desk: &Desk,
    viewer: &Viewer,
    base_url: &str,
    id: ConversationId,
    audio_only: bool,
) -> Result<(Meeting, Message, bool)> {
    let seen = store::conversations::seen(From::Db(&desk.db), viewer, id).await?;
    let Seen { conversation, mine } = &seen;
    rules::may_write(conversation.kind, (conversation.rules.muted_all, conversation.rules.at_all), mine.role, false)?;
    let roll = desk.chat.rolls.of(&desk.db, id).await?;
    let people = org::cards(desk, viewer.organisation, roll.iter().map(|(member, _)| *member)).await?;
    let others = people.values().filter(|card| !card.is_disabled && card.id != viewer.member).map(|card| card.id);
    let mut rung: Vec<MemberId> = others.collect();
    if conversation.kind == Kind::Direct && rung.is_empty() {
        return Err(Refused::UnknownMember.into());
    }
    if rung.len() > desk.limits.count(&RUNG_MAX) {
        rung.clear();
    }
    let title = match conversation.kind {
        Kind::Direct => rules::title_of(&people.values().map(|card| card.name.clone()).collect::<Vec<_>>()),
        Kind::Group | Kind::Department | Kind::Everyone => conversation.title.clone(),
    };
    let about = About { kind: CONVERSATION, id: id.uuid(), title: &title, people: rung };
    let (meeting, is_new) = meetings::call(desk, viewer, base_url, about, audio_only).await?;
    let message = show(desk, viewer.member, id, meeting.id, audio_only).await?.ok_or_else(Error::not_found)?;
    // Also for whoever has deleted it for themselves.
    let message = store::messages::for_everybody(&desk.db, id, message).await?.ok_or_else(Error::not_found)?;
    Ok((meeting, message, is_new))
}

/// Shows a meeting about a conversation there, however people were called into it.
pub(crate) async fn called(desk: &Desk, event: meetings::Called) -> Result<()> {
    let (kind, thing) = event.about;
    let Ok(id) = thing.to_string().parse::<ConversationId>() else { return Ok(()) };
    if kind != CONVERSATION {
        return Ok(());
    }
    match show(desk, event.by, id, event.meeting_id, event.audio_only).await {
        // The conversation has gone meanwhile, or its rules have changed.
        Err(error) if error.refusal().is_some() => Ok(()),
        shown => shown.map(|_| ()),
    }
}

/// The message that shows a meeting, written when there is none; nothing when the meeting has gone.
async fn show(desk: &Desk, by: MemberId, id: ConversationId, meeting: MeetingId, audio_only: bool) -> Result<Option<MessageId>> {
    if let Some((_, shown)) = store::marks::shows_call(&desk.db, meeting).await? {
        return Ok(Some(shown));
    }
    let Some(standing) = meetings::standing(desk, meeting).await? else { return Ok(None) };
    let written = match write(desk, by, id, meeting, &standing, audio_only).await? {
        Some(written) => written,
        // Somebody else was faster.
        None => return Ok(store::marks::shows_call(&desk.db, meeting).await?.map(|(_, shown)| shown)),
    };
    // What was announced of the meeting before there was a message to show it.
    follow(desk, meeting).await?;
    Ok(Some(written))
}

/// Writes the message that shows a meeting; nothing when another one does.
async fn write(
    desk: &Desk,
    by: MemberId,
    id: ConversationId,
    meeting: MeetingId,
    standing: &Standing,
    audio_only: bool,
) -> Result<Option<MessageId>> {
    let now = desk.now();
    let call = Call {
        meeting_id: meeting,
        number: standing.number.clone(),
        title: standing.title.clone(),
        audio_only,
        state: CallState::Running,
        started_at: now.as_ms(),
        ended_at: None,
        participants: Vec::new(),
        missed: Vec::new(),
    };
    let message = NewMessage {
        id: MessageId::draw(&desk.chance, now),
        conversation: id,
        sender: Some(by),
        program: None,
        client_id: meeting.to_string(),
        kind: MessageKind::Call,
        text: String::new(),
        data: Some(Data::Call(call)),
        mentions: Vec::new(),
        mentions_all: false,
        quote: None,
        thread_root: None,
        sent_at: now,
    };
    let written = message.id;
    let mut tx = desk.db.begin().await?;
    let sent = append(&mut tx, &desk.chance, &[message]).await?;
    if let Some(Sent::Refused(refused)) = sent.first() {
        return Err((*refused).into());
    }
    if !matches!(sent.first(), Some(Sent::New { .. })) || !store::marks::show_call(&mut tx, meeting, written).await? {
        return Ok(None);
    }
    tx.commit().await?;
    desk.chat.tell(sent.iter().flat_map(Sent::news).collect()).await;
    Ok(Some(written))
}

/// Brings the message that shows a meeting in line with it. Meetings that nobody shows pass by.
pub(crate) async fn follow(desk: &Desk, meeting: MeetingId) -> Result<()> {
    let Some((conversation, id)) = store::marks::shows_call(&desk.db, meeting).await? else { return Ok(()) };
    let Some(message) = store::messages::for_everybody(&desk.db, conversation, id).await? else { return Ok(()) };
    let Some(Data::Call(before)) = &message.data else { return Ok(()) };
    let Some(standing) = meetings::standing(desk, meeting).await? else { return Ok(()) };
    let after = Call {
        state: if standing.is_over { CallState::Ended } else { CallState::Running },
        started_at: standing.started_at.unwrap_or(before.started_at),
        ended_at: standing.ended_at.filter(|_| standing.is_over),
        participants: if standing.is_over { standing.came } else { standing.inside },
        missed: standing.missed,
        ..before.clone()
    };
    if after == *before {
        return Ok(());
    }
    let mut tx = desk.db.begin().await?;
    let change = store::conversations::touch(&mut tx, conversation).await?;
    if !store::writing::stamp(&mut tx, &message, change).await? {
        return Ok(());
    }
    store::writing::set_data(&mut tx, &message, &Data::Call(after)).await?;
    tx.commit().await?;
    desk.chat.tell(vec![News::Changed(conversation, id)]).await;
    Ok(())
}
