//! What befalls a message after it was sent: it is edited, recalled, reacted to, pinned, voted on, closed.

use kernel::Result;
use kernel::bus::announce;
use kernel::db::Tx;

use super::super::crier::News;
use super::super::data::{Data, Event, Poll};
use super::super::errors::Refused;
use super::super::events::Mentioned;
use super::super::model::{Message, MessageKind};
use super::super::{EDIT_HOURS, MessageId, PINS_MAX, REACTIONS_MAX, TEXT_CHARS_MAX, notices, rules, store};
use super::sending::who_is_called;
use super::{Done, say};
use crate::desk::Desk;
use crate::drive;
use crate::notify;
use crate::org::MemberId;
use crate::viewer::Viewer;

/// A change of one message, under way: whoever else changes its conversation waits.
pub(super) struct Changing {
    pub(super) tx: Tx,
    pub(super) news: Vec<News>,
}

impl Changing {
    /// Begins it, unless the message was recalled.
    pub(super) async fn begin(desk: &Desk, message: &Message) -> Result<Changing> {
        let mut tx = desk.db.begin().await?;
        let change = store::conversations::touch(&mut tx, message.conversation).await?;
        if !store::writing::stamp(&mut tx, message, change).await? {
            return Err(Refused::Recalled.into());
        }
        Ok(Changing { tx, news: vec![News::Changed(message.conversation, message.id)] })
    }

    /// Takes away what the message says, here and wherever somebody was told of it.
    pub(super) async fn take_back(&mut self, desk: &Desk, message: &Message, by: Option<MemberId>) -> Result<()> {
        store::writing::recall(&mut self.tx, message, by, desk.now()).await?;
        notify::forget(&mut self.tx, desk, &notices::link(message.conversation, message.seq)).await
    }

    /// Commits it and has devices told.
    pub(super) async fn finish(self, desk: &Desk) -> Result<()> {
        self.tx.commit().await?;
        desk.chat.tell(self.news).await;
        Ok(())
    }
}

/// The message as the viewer sees it afterwards.
async fn now(desk: &Desk, viewer: &Viewer, id: MessageId) -> Result<Message> {
    store::messages::one(&desk.db, viewer, id).await.map(|(_, message)| message)
}

/// Replaces one's own text, or what one has said about files. Those who are called only now are told; those who were called stay called unless others are
/// named.
pub(crate) async fn edit(desk: &Desk, viewer: &Viewer, id: MessageId, text: &str, mentions: Option<Vec<MemberId>>) -> Result<Message> {
    let (_, before) = store::messages::one(&desk.db, viewer, id).await?;
    let may_be_empty = match before.kind {
        MessageKind::Text => false,
        MessageKind::Files => true,
        MessageKind::System
        | MessageKind::Poll
        | MessageKind::Call
        | MessageKind::Merged
        | MessageKind::Card
        | MessageKind::Voice
        | MessageKind::Location
        | MessageKind::Contact
        | MessageKind::Sticker
        | MessageKind::Subject => return Err(Refused::NotAllowed.into()),
    };
    if before.sender != Some(viewer.member) {
        return Err(Refused::NotAllowed.into());
    }
    rules::in_time(before.sent_at, desk.limits.of(&EDIT_HOURS), desk.now())?;
    let text = match may_be_empty && text.trim().is_empty() {
        true => String::new(),
        false => rules::text(text, desk.limits.of(&TEXT_CHARS_MAX))?,
    };
    let mentions = match mentions {
        Some(members) => who_is_called(desk, before.conversation, members).await?,
        None => before.mentions.clone(),
    };
    let called: Vec<MemberId> =
        mentions.iter().copied().filter(|member| !before.mentions.contains(member) && *member != viewer.member).collect();
    let mut changing = Changing::begin(desk, &before).await?;
    let after = Message { text, mentions, ..before.clone() };
    store::writing::edit(&mut changing.tx, desk, &before, &after, desk.now()).await?;
    if !called.is_empty() {
        let event = Mentioned { conversation: before.conversation, message: id, members: called };
        announce(&mut changing.tx, &event, &desk.chance, desk.now()).await?;
    }
    changing.finish(desk).await?;
    desk.chat.links.note(&after);
    now(desk, viewer, id).await
}

/// Takes back what was sent: one's own for a while, and in a group its owner and administrators at any time. Doing so
/// twice changes nothing.
pub(crate) async fn recall(desk: &Desk, viewer: &Viewer, id: MessageId) -> Result<Message> {
    let (seen, message) = store::messages::one(&desk.db, viewer, id).await?;
    if message.recalled_at.is_some() {
        return Ok(message);
    }
    rules::may_recall(&seen, &message, viewer.member, desk.limits.of(&EDIT_HOURS), desk.now())?;
    let mut changing = Changing::begin(desk, &message).await?;
    changing.take_back(desk, &message, Some(viewer.member)).await?;
    if let Some(urgent) = message.urgent {
        store::urgent::end(&mut changing.tx, urgent.id, desk.now()).await?;
    }
    if message.data.as_ref().is_some_and(|data| !data.files().is_empty()) {
        drive::forget_attached(&mut changing.tx, desk, id.uuid(), desk.now()).await?;
    }
    if let Some(root) = message.thread_root {
        let counted = store::writing::count_reply(&mut changing.tx, message.conversation, root, -1).await?;
        changing.news.extend(counted.map(|root| News::Changed(message.conversation, root)));
    }
    changing.finish(desk).await?;
    now(desk, viewer, id).await
}

/// Adds a reaction of the viewer's, or takes it back.
pub(crate) async fn react(desk: &Desk, viewer: &Viewer, id: MessageId, emoji: &str, wanted: bool) -> Result<()> {
    let (_, message) = store::messages::one(&desk.db, viewer, id).await?;
    let emoji = rules::emoji(emoji)?;
    let mut changing = Changing::begin(desk, &message).await?;
    let changed = match wanted {
        false => store::marks::unreact(&mut changing.tx, id, &emoji, viewer.member).await?,
        true => {
            let max = desk.limits.of(&REACTIONS_MAX);
            let there = store::marks::emojis(&mut changing.tx, id).await?;
            if !there.contains(&emoji) && u64::try_from(there.len()).unwrap_or(u64::MAX) >= max {
                return Err(Refused::TooMany(max).into());
            }
            store::marks::react(&mut changing.tx, id, &emoji, viewer.member, desk.now()).await?
        }
    };
    match changed {
        true => changing.finish(desk).await,
        false => Ok(()),
    }
}

/// Pins a message for everybody, or takes the pin away.
pub(crate) async fn pin(desk: &Desk, viewer: &Viewer, id: MessageId, wanted: bool) -> Result<()> {
    let (seen, message) = store::messages::one(&desk.db, viewer, id).await?;
    rules::must(&seen, |rules| rules.pin)?;
    let mut changing = Changing::begin(desk, &message).await?;
    let max = desk.limits.of(&PINS_MAX);
    let pinned = wanted.then(|| (viewer.member, desk.now()));
    if !store::writing::pin(&mut changing.tx, &message, pinned).await? {
        return Ok(());
    }
    if wanted {
        if store::writing::count_pins(&mut changing.tx, message.conversation).await? > max {
            return Err(Refused::TooMany(max).into());
        }
        let done = Done::by(viewer.member, Event::Pinned).saying(&rules::quote(&message.text));
        let said = say(&mut changing.tx, desk, message.conversation, done).await?;
        changing.news.extend(said);
    }
    changing.finish(desk).await
}

/// A poll that still takes votes, within its change.
async fn open_poll(tx: &mut Tx, message: &Message) -> Result<Poll> {
    match store::writing::data(tx, message).await? {
        Some(Data::Poll(poll)) if poll.closed_at.is_none() => Ok(poll),
        Some(Data::Poll(_)) => Err(Refused::PollClosed.into()),
        Some(
            Data::System(_)
            | Data::Call(_)
            | Data::Merged(_)
            | Data::Card(_)
            | Data::Files(_)
            | Data::Voice(_)
            | Data::Location(_)
            | Data::Contact(_)
            | Data::Sticker(_)
            | Data::Subject(_),
        )
        | None => Err(Refused::NotAllowed.into()),
    }
}

/// Votes in a poll; what was chosen before is forgotten.
pub(crate) async fn vote(desk: &Desk, viewer: &Viewer, id: MessageId, options: &[i64]) -> Result<Message> {
    let (_, message) = store::messages::one(&desk.db, viewer, id).await?;
    let mut changing = Changing::begin(desk, &message).await?;
    let poll = open_poll(&mut changing.tx, &message).await?;
    let choices = rules::votes(poll.options.len(), poll.multiple, options)?;
    store::marks::vote(&mut changing.tx, id, viewer.member, &choices).await?;
    changing.finish(desk).await?;
    now(desk, viewer, id).await
}

/// Ends a poll. Whoever asks the question does.
pub(crate) async fn close(desk: &Desk, viewer: &Viewer, id: MessageId) -> Result<Message> {
    let (_, message) = store::messages::one(&desk.db, viewer, id).await?;
    if message.sender != Some(viewer.member) {
        return Err(Refused::NotAllowed.into());
    }
    let mut changing = Changing::begin(desk, &message).await?;
    let poll = open_poll(&mut changing.tx, &message).await?;
    let closed = Poll { closed_at: Some(desk.now().as_ms()), ..poll };
    store::writing::set_data(&mut changing.tx, &message, &Data::Poll(closed)).await?;
    changing.finish(desk).await?;
    now(desk, viewer, id).await
}
