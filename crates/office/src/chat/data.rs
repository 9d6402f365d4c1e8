//! What a message carries besides its text, in the one shape it has at rest and on the wire.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::card::Card;
use super::model::MessageKind;
use crate::meetings::MeetingId;
use crate::org::MemberId;

/// What was done in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatSystemEvent)]
pub(super) enum Event {
    Created,
    MembersAdded,
    /// Somebody came in by the link of the group.
    JoinedByLink,
    MemberLeft,
    MemberRemoved,
    Renamed,
    Announced,
    OwnerChanged,
    RoleChanged,
    Pinned,
    MutedAll,
    UnmutedAll,
}

/// The office itself says what was done, by whom and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatSystem)]
pub(super) struct System {
    pub(super) event: Event,
    /// Absent when nobody did it: the directory changed.
    pub(super) actor_id: Option<MemberId>,
    pub(super) member_ids: Vec<MemberId>,
    /// The new title, announcement or role.
    pub(super) text: String,
}

/// What is asked, without the votes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Poll {
    pub(super) question: String,
    pub(super) options: Vec<String>,
    pub(super) multiple: bool,
    pub(super) anonymous: bool,
    pub(super) closed_at: Option<i64>,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatCallState)]
pub(super) enum CallState {
    Running,
    Ended,
}

/// A meeting called from the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatCall)]
pub(super) struct Call {
    pub(super) meeting_id: MeetingId,
    /// By which one enters.
    pub(super) number: String,
    pub(super) title: String,
    pub(super) audio_only: bool,
    pub(super) state: CallState,
    /// Milliseconds UTC.
    pub(super) started_at: i64,
    /// Milliseconds UTC.
    pub(super) ended_at: Option<i64>,
    /// Who is inside; after the end, who was.
    pub(super) participants: Vec<MemberId>,
    /// Who was rung and did not come.
    pub(super) missed: Vec<MemberId>,
}

/// One of the messages that were forwarded together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatMergedMessage)]
pub(super) struct MergedMessage {
    pub(super) sender_name: String,
    /// Milliseconds UTC.
    pub(super) sent_at: i64,
    pub(super) text: String,
}

/// Messages forwarded together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatMerged)]
pub(super) struct Merged {
    /// Where they were written.
    pub(super) title: String,
    pub(super) messages: Vec<MergedMessage>,
}

/// By the kind of its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Data {
    System(System),
    Poll(Poll),
    Call(Call),
    Merged(Merged),
    Card(Card),
}

impl Data {
    /// As it is kept.
    pub(super) fn to_json(&self) -> Value {
        let written = match self {
            Data::System(data) => serde_json::to_value(data),
            Data::Poll(data) => serde_json::to_value(data),
            Data::Call(data) => serde_json::to_value(data),
            Data::Merged(data) => serde_json::to_value(data),
            Data::Card(data) => serde_json::to_value(data),
        };
        // Texts, numbers and lists can always be written.
        written.unwrap_or_default()
    }

    /// From what is kept; nothing when somebody else wrote there.
    pub(super) fn from_json(kind: MessageKind, json: Value) -> Option<Data> {
        match kind {
            MessageKind::Text => None,
            MessageKind::System => serde_json::from_value(json).map(Data::System).ok(),
            MessageKind::Poll => serde_json::from_value(json).map(Data::Poll).ok(),
            MessageKind::Call => serde_json::from_value(json).map(Data::Call).ok(),
            MessageKind::Merged => serde_json::from_value(json).map(Data::Merged).ok(),
            MessageKind::Card => serde_json::from_value(json).map(Data::Card).ok(),
        }
    }
}
