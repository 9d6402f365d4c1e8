//! Tells devices what has become of a conversation, in the order in which it was committed: one task for all of them, so
//! that nobody hears the second message before the first. What it loses, a device finds by asking.

use std::sync::Arc;

use kernel::Result;
use kernel::clock::Clock;
use kernel::db::Db;
use tokio::sync::mpsc;

use super::errands::Slot;
use super::events::Told;
use super::gathering::Gathering;
use super::model::Message;
use super::rolls::Rolls;
use super::{ConversationId, MessageId, UrgentId, store, wire};
use crate::org::MemberId;
use crate::realtime::Hub;

/// News that may wait to be told; beyond that their bringers wait.
const NEWS_MAX: usize = 1_024;

/// Something to tell.
#[derive(Clone, Debug)]
pub(super) enum News {
    /// A new message.
    Sent(Arc<Message>),
    /// A message is not what it was.
    Changed(ConversationId, MessageId),
    /// The conversation itself is not what it was.
    Conversation(ConversationId),
    /// What it is to one member is not what it was.
    Mine(ConversationId, MemberId),
    /// These people are no longer in it.
    Gone(ConversationId, Vec<MemberId>),
    /// Somebody has read up to there.
    Read(ConversationId, MemberId, i64),
    /// These people are told of a message that is to be confirmed.
    Urgent(UrgentId, Vec<MemberId>),
    /// Somebody is writing.
    Typing(ConversationId, MemberId),
}

/// The way to whoever tells; copies lead to the same.
#[derive(Clone, Debug)]
pub(super) struct Crier(mpsc::Sender<News>);

impl Crier {
    /// Starts the task that tells; it ends with the last way to it.
    pub(super) fn start(db: Db, hub: Hub, clock: Clock, rolls: Arc<Rolls>, slot: Slot) -> Crier {
        let (bring, waiting) = mpsc::channel(NEWS_MAX);
        tokio::spawn(tell_all(Street { db, hub, rolls, slot }, clock, waiting));
        Crier(bring)
    }

    /// Has it told.
    pub(super) async fn cry(&self, news: News) {
        // It ends with the program only, and then there is nobody left to tell.
        let _ = self.0.send(news).await;
    }
}

/// Where everybody is.
struct Street {
    db: Db,
    hub: Hub,
    rolls: Arc<Rolls>,
    slot: Slot,
}

async fn tell_all(street: Street, clock: Clock, mut waiting: mpsc::Receiver<News>) {
    let mut gathering = Gathering::default();
    loop {
        let due = gathering.next_due();
        let news = tokio::select! {
            biased;
            news = waiting.recv() => match news {
                Some(news) => Some(news),
                None => return,
            },
            () = async { match due {
                Some(due) => clock.wait_until(due).await,
                None => std::future::pending().await,
            }} => None,
        };
        let told = match news {
            Some(News::Read(conversation, member, seq)) => {
                gathering.handle_read(conversation, member, seq, clock.now());
                Ok(())
            }
            Some(news) => street.tell(news).await,
            None => Ok(()),
        };
        if let Err(error) = told {
            tracing::warn!(%error, "devices were not told of a change in a conversation");
        }
        for (conversation, cursors) in gathering.poll(clock.now()) {
            if let Err(error) = street.tell_everybody(conversation, &Told::Read { conversation_id: conversation, cursors }).await {
                tracing::warn!(%error, "devices were not told how far people have read");
            }
        }
    }
}

impl Street {
    async fn tell(&self, news: News) -> Result<()> {
        match news {
            News::Sent(message) => {
                // First, so that whoever has been told finds it noted.
                self.slot.note(&message, &self.rolls.of(&self.db, message.conversation).await?);
                self.tell_of_message(&message, &[]).await
            }
            News::Changed(conversation, id) => {
                let Some(message) = store::messages::for_everybody(&self.db, conversation, id).await? else { return Ok(()) };
                let hidden = store::marks::who_hid(&self.db, id).await?;
                self.tell_of_message(&message, &hidden).await
            }
            News::Conversation(conversation_id) => self.tell_everybody(conversation_id, &Told::Conversation { conversation_id }).await,
            News::Mine(conversation_id, member) => {
                self.hub.tell_member(member, &Told::Conversation { conversation_id });
                Ok(())
            }
            News::Gone(conversation_id, members) => {
                self.hub.tell_members(members, &Told::Gone { conversation_id });
                Ok(())
            }
            News::Urgent(id, members) => self.tell_of_urgent(id, members).await,
            // Reading is gathered by the loop.
            News::Read(..) => Ok(()),
            News::Typing(conversation_id, member_id) => {
                let roll = self.rolls.of(&self.db, conversation_id).await?;
                let others = roll.iter().map(|(member, _)| *member).filter(|member| *member != member_id);
                self.hub.tell_members(others, &Told::Typing { conversation_id, member_id });
                Ok(())
            }
        }
    }

    /// What the message answers is left out: not everybody may see it.
    async fn tell_of_urgent(&self, id: UrgentId, members: Vec<MemberId>) -> Result<()> {
        let Some(urgent) = store::urgent::for_everybody(store::From::Db(&self.db), id).await? else { return Ok(()) };
        let message = store::messages::for_everybody(&self.db, urgent.conversation, urgent.message).await?;
        let mut message = message.as_ref().map(wire::message);
        if let Some(message) = &mut message {
            message.hide_quote();
        }
        self.hub.tell_members(members, &Told::Urgent { urgent: Box::new(wire::urgent(urgent, message)) });
        Ok(())
    }

    async fn tell_everybody(&self, conversation: ConversationId, told: &Told) -> Result<()> {
        let roll = self.rolls.of(&self.db, conversation).await?;
        self.hub.tell_members(roll.iter().map(|(member, _)| *member), told);
        Ok(())
    }

    /// Whoever may not see a message hears nothing of it, and whoever may not see the one it answers does not hear that.
    async fn tell_of_message(&self, message: &Message, but: &[MemberId]) -> Result<()> {
        let roll = self.rolls.of(&self.db, message.conversation).await?;
        let quoted = message.quote.as_ref().map_or(i64::MAX, |quote| quote.seq);
        let sees = |from_seq: i64, member: &MemberId| from_seq < message.seq && !but.contains(member);
        let whole = roll.iter().filter(|(member, from_seq)| sees(*from_seq, member) && *from_seq < quoted);
        self.hub.tell_members(whole.map(|(member, _)| *member), &Told::Message { message: Box::new(wire::message(message)) });
        let mut bare = roll.iter().filter(|(member, from_seq)| sees(*from_seq, member) && *from_seq >= quoted).peekable();
        if bare.peek().is_some() {
            let mut told = wire::message(message);
            told.hide_quote();
            self.hub.tell_members(bare.map(|(member, _)| *member), &Told::Message { message: Box::new(told) });
        }
        Ok(())
    }
}
