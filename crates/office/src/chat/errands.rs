//! What follows from a message once everybody has been told of it: pushes to those who have no page open, and its link. The crier only
//! notes who could be meant; the rest is done outside it, one message after another, so that telling stays quick.

use std::sync::Arc;

use kernel::Result;
use tokio::sync::{Mutex, mpsc};

use super::model::{Conversation, Kind, Level, Message, MessageKind};
use super::rolls::Roll;
use super::{PUSHED_MAX, notices, previews, store};
use crate::desk::Desk;
use crate::notify::push::{self, Push, Subscribed, Urgency};
use crate::org::{self, MemberId};

/// Messages that may wait for it. Beyond that nothing is pushed of them.
const ERRANDS_MAX: usize = 1_024;
/// What a push of a message is called where notices are.
const MESSAGE: &str = "chat.message";

/// A message, and who could be pushed to.
#[derive(Debug)]
struct Errand {
    message: Arc<Message>,
    members: Vec<MemberId>,
}

/// Where the crier leaves what is to be done; copies lead to the same place.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    errands: mpsc::Sender<Errand>,
    subscribed: Arc<Subscribed>,
    links: previews::Slot,
}

/// What waits to be done.
#[derive(Debug)]
pub(super) struct Errands(Mutex<mpsc::Receiver<Errand>>);

impl Errands {
    pub(super) fn new(subscribed: Arc<Subscribed>, links: previews::Slot) -> (Slot, Errands) {
        let (errands, waiting) = mpsc::channel(ERRANDS_MAX);
        (Slot { errands, subscribed, links }, Errands(Mutex::new(waiting)))
    }
}

impl Slot {
    /// Notes a new message. It never waits.
    pub(super) fn note(&self, message: &Arc<Message>, roll: &Roll) {
        self.links.note(message);
        let is_pushed = match message.kind {
            // A call rings by itself, and what the office says concerns nobody in particular.
            MessageKind::Call | MessageKind::System => false,
            MessageKind::Text
            | MessageKind::Poll
            | MessageKind::Merged
            | MessageKind::Card
            | MessageKind::Files
            | MessageKind::Voice
            | MessageKind::Location
            | MessageKind::Contact
            | MessageKind::Sticker
            | MessageKind::Subject => true,
        };
        if !is_pushed {
            return;
        }
        let others = roll.iter().filter(|(member, from_seq)| Some(*member) != message.sender && *from_seq < message.seq);
        let members: Vec<MemberId> = others.map(|(member, _)| *member).filter(|member| self.subscribed.may_include(*member)).collect();
        if members.is_empty() {
            return;
        }
        if self.errands.try_send(Errand { message: Arc::clone(message), members }).is_err() {
            tracing::debug!("a message is not pushed, because too many wait for it");
        }
    }
}

/// Does what waits, for as long as it is polled.
pub(crate) async fn run(desk: &Desk) {
    let pushing = async {
        let mut waiting = desk.chat.errands.0.lock().await;
        while let Some(errand) = waiting.recv().await {
            finish(desk, errand).await;
        }
    };
    // A page that takes its time keeps no push waiting.
    tokio::join!(pushing, previews::run(desk));
}

/// Does what waits now; says how much it was.
pub(crate) async fn run_due(desk: &Desk) -> usize {
    let mut waiting = desk.chat.errands.0.lock().await;
    let mut done = previews::run_due(desk).await;
    while let Ok(errand) = waiting.try_recv() {
        finish(desk, errand).await;
        done += 1;
    }
    done
}

async fn finish(desk: &Desk, errand: Errand) {
    if let Err(error) = push_message(desk, errand).await {
        tracing::warn!(%error, "a message was not pushed");
    }
}

/// Pushes a message to those who want every one of that conversation, and to those who are called by name; as it says
/// now, and not at all once it was recalled.
async fn push_message(desk: &Desk, Errand { message, members }: Errand) -> Result<()> {
    let current = store::messages::for_everybody(&desk.db, message.conversation, message.id).await?;
    let Some(message) = current.filter(|message| message.recalled_at.is_none()) else { return Ok(()) };
    let wanting = store::members::listening(&desk.db, message.conversation, &members, message.seq).await?;
    let Some(conversation) = store::conversations::for_everybody(&desk.db, message.conversation).await? else { return Ok(()) };
    let is_called = |member: &MemberId| message.mentions_all || message.mentions.contains(member);
    let wanting = wanting.into_iter().filter(|(_, level)| *level != Level::None);
    let (called, others): (Vec<_>, Vec<_>) = wanting.partition(|(member, _)| is_called(member));
    let others: Vec<MemberId> = others.into_iter().filter(|(_, level)| *level == Level::All).map(|(member, _)| member).collect();
    let others = if others.len() > desk.limits.count(&PUSHED_MAX) { Vec::new() } else { others };
    let called: Vec<MemberId> = called.into_iter().map(|(member, _)| member).take(desk.limits.count(&super::NOTICES_MAX)).collect();
    let push = written(desk, &conversation, &message).await?;
    push::offer(desk, conversation.organisation, others, &push).await?;
    push::offer(desk, conversation.organisation, called, &Push { kind: notices::MENTIONED.to_owned(), ..push }).await
}

async fn written(desk: &Desk, conversation: &Conversation, message: &Message) -> Result<Push> {
    let sender = org::cards(desk, conversation.organisation, message.sender).await?.into_values().next();
    let program = message.program.as_ref().map(|program| program.name.clone());
    let actor = sender.map(|card| card.name).or(program).unwrap_or_default();
    Ok(Push {
        kind: MESSAGE.to_owned(),
        title: match conversation.kind {
            Kind::Direct => actor.clone(),
            Kind::Group | Kind::Department | Kind::Everyone => conversation.title.clone(),
        },
        body: message.text.clone(),
        link: notices::link(conversation.id, message.seq),
        tag: notices::subject(conversation.id),
        actor,
        context: Some(message.kind.word().to_owned()),
        urgency: Urgency::Normal,
        worth: None,
    })
}
