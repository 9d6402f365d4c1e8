//! What conversations announce, what devices are told of them, and what they hear of the organisation and of meetings.

use kernel::bus::{Bus, Event};
use serde::{Deserialize, Serialize};

use super::{ConversationId, MessageId, acts, follow, notices, wire};
use crate::desk::Desk;
use crate::drive;
use crate::meetings;
use crate::org::{self, MemberId};

/// A message calls people by name.
#[derive(Serialize, Deserialize)]
pub(super) struct Mentioned {
    pub(super) conversation: ConversationId,
    pub(super) message: MessageId,
    pub(super) members: Vec<MemberId>,
}

impl Event for Mentioned {
    const NAME: &'static str = "chat.mentioned";
}

/// Something was written where programs listen.
#[derive(Serialize, Deserialize)]
pub(crate) struct Posted {
    pub(crate) conversation: ConversationId,
    pub(crate) message: MessageId,
}

impl Event for Posted {
    const NAME: &'static str = "chat.posted";
}

/// What devices are told.
#[derive(Serialize)]
#[serde(tag = "type")]
pub(super) enum Told {
    #[serde(rename = "chat.message")]
    Message { message: Box<wire::Message> },
    #[serde(rename = "chat.conversation")]
    Conversation { conversation_id: ConversationId },
    #[serde(rename = "chat.gone")]
    Gone { conversation_id: ConversationId },
    #[serde(rename = "chat.read")]
    Read { conversation_id: ConversationId, cursors: Vec<(MemberId, i64)> },
    #[serde(rename = "chat.urgent")]
    Urgent { urgent: Box<wire::Urgent> },
    #[serde(rename = "chat.typing")]
    Typing { conversation_id: ConversationId, member_id: MemberId },
}

pub(super) fn listen(desk: &Desk, bus: &mut Bus) {
    let at = desk.clone();
    bus.listen(move |event: Mentioned| {
        let desk = at.clone();
        async move { notices::mentioned(&desk, event).await }
    });
    let at = desk.clone();
    bus.listen(move |event: org::Changed| {
        let desk = at.clone();
        async move { follow::directory(&desk, event.organisation).await }
    });
    let at = desk.clone();
    bus.listen(move |event: meetings::MeetingChanged| {
        let desk = at.clone();
        async move { acts::calls::follow(&desk, event.meeting_id).await }
    });
    let at = desk.clone();
    bus.listen(move |event: drive::Looked| {
        let desk = at.clone();
        async move { acts::files::follow(&desk, &event.hash).await }
    });
    let at = desk.clone();
    bus.listen(move |event: meetings::Called| {
        let desk = at.clone();
        async move { acts::calls::called(&desk, event).await }
    });
    // Whoever was rung and did not come is shown on the card.
    let at = desk.clone();
    bus.listen(move |event: meetings::CallEnded| {
        let desk = at.clone();
        async move { acts::calls::follow(&desk, event.meeting_id).await }
    });
}
