//! What people keep to themselves about messages, how far they have read, and who has not.

use std::time::Duration;

use kernel::{Error, Result};

use super::super::crier::News;
use super::super::errors::Refused;
use super::super::model::{Level, Member, Message, Waiting};
use super::super::store::From;
use super::super::store::cursors::Read;
use super::super::{ConversationId, MessageId, NOTICES_MAX, REMIND_MINUTES, notices, store};
use super::settings;
use crate::desk::Desk;
use crate::notify;
use crate::org::MemberId;
use crate::viewer::Viewer;

/// Moves the viewer's cursor forward; gives where it is and what still waits. What they were told of the conversation is
/// seen with it.
pub(crate) async fn read(desk: &Desk, viewer: &Viewer, id: ConversationId, seq: i64) -> Result<(i64, Waiting)> {
    let before = store::conversations::seen(From::Db(&desk.db), viewer, id).await?.mine;
    let mut read_seq = before.read_seq;
    if seq > before.read_seq || before.marked_unread {
        desk.chat.cursors.write(Read { conversation: id, member: viewer.member, seq }).await?;
        read_seq = store::conversations::seen(From::Db(&desk.db), viewer, id).await?.mine.read_seq;
        let shows_readers = settings::of(desk, viewer.organisation).await?.read_lists;
        let news = match shows_readers && read_seq > before.read_seq {
            true => News::Read(id, viewer.member, read_seq),
            false => News::Mine(id, viewer.member),
        };
        desk.chat.tell(vec![news]).await;
    }
    let subject = notices::subject(id);
    if notify::is_waiting(desk, viewer.member, &subject).await? {
        let mut tx = desk.db.begin().await?;
        notify::saw(&mut tx, desk, viewer.member, &subject).await?;
        tx.commit().await?;
    }
    Ok((read_seq, store::conversations::waiting_in(&desk.db, viewer, id).await?))
}

/// What waits for the viewer everywhere, as far as they want to hear of it: of muted conversations only what calls them,
/// or nothing.
pub(crate) async fn waiting(desk: &Desk, viewer: &Viewer) -> Result<Waiting> {
    let mut sum = Waiting::default();
    for row in store::conversations::waiting_in_all(&desk.db, viewer).await? {
        let Waiting { unread, mentions } = row.waiting();
        let (unread, mentions) = match row.level()? {
            Level::All => (unread.max(i64::from(row.marked_unread)), mentions),
            Level::Mentions => (mentions, mentions),
            Level::None => (0, 0),
        };
        sum.unread += unread;
        sum.mentions += mentions;
    }
    Ok(sum)
}

/// Deletes a message for the viewer alone.
pub(crate) async fn hide(desk: &Desk, viewer: &Viewer, id: MessageId) -> Result<()> {
    let (seen, _) = store::messages::one(&desk.db, viewer, id).await?;
    let mut tx = desk.db.begin().await?;
    store::marks::hide(&mut tx, viewer.member, id).await?;
    tx.commit().await?;
    desk.chat.tell(vec![News::Mine(seen.conversation.id, viewer.member)]).await;
    Ok(())
}

/// Brings back what the viewer deleted for themselves.
pub(crate) async fn restore(desk: &Desk, viewer: &Viewer, id: MessageId) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    let conversation = store::marks::unhide(&mut tx, viewer, id).await?.ok_or_else(Error::not_found)?;
    tx.commit().await?;
    desk.chat.tell(vec![News::Mine(conversation, viewer.member)]).await;
    Ok(())
}

/// Who has read a message and who has not: those who were there when it was sent. Its sender's business alone.
pub(crate) async fn readers(desk: &Desk, viewer: &Viewer, id: MessageId) -> Result<(Vec<MemberId>, Vec<MemberId>)> {
    let message = own(desk, viewer, id).await?;
    if !settings::of(desk, viewer.organisation).await?.read_lists {
        return Err(Refused::ReadListsOff.into());
    }
    let members = store::members::all(From::Db(&desk.db), message.conversation).await?;
    let counted = members.into_iter().filter(|member| member.joined_seq < message.seq && member.id != viewer.member);
    let (read, unread): (Vec<_>, Vec<_>) = counted.partition(|member| member.read_seq >= message.seq);
    let ids = |members: Vec<Member>| members.into_iter().map(|member| member.id).collect();
    Ok((ids(read), ids(unread)))
}

pub(super) async fn own(desk: &Desk, viewer: &Viewer, id: MessageId) -> Result<Message> {
    let (_, message) = store::messages::one(&desk.db, viewer, id).await?;
    match message.sender == Some(viewer.member) {
        true => Ok(message),
        false => Err(Error::not_found()),
    }
}

/// Reminds those who have not read a message; says how many.
pub(crate) async fn remind(desk: &Desk, viewer: &Viewer, id: MessageId) -> Result<usize> {
    let message = own(desk, viewer, id).await?;
    if message.recalled_at.is_some() {
        return Err(Refused::Recalled.into());
    }
    let (_, mut unread) = readers(desk, viewer, id).await?;
    unread.truncate(desk.limits.count(&NOTICES_MAX));
    let (seen, _) = store::messages::one(&desk.db, viewer, id).await?;
    let pause = Duration::from_secs(desk.limits.of(&REMIND_MINUTES).saturating_mul(60));
    let mut tx = desk.db.begin().await?;
    if !store::writing::reminded(&mut tx, &message, desk.now() - pause, desk.now()).await? {
        return Err(Refused::TooSoon(pause.as_secs()).into());
    }
    notices::reminded(&mut tx, desk, viewer, &seen.conversation, &message, &unread).await?;
    tx.commit().await?;
    Ok(unread.len())
}
