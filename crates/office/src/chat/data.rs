//! What a message carries besides its text, in the one shape it has at rest and on the wire.

use kernel::uuid::Uuid;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::card::Card;
use super::model::MessageKind;
use crate::drive::{EntryId, FileCard};
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) files: Vec<FileCard>,
}

/// Messages forwarded together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatMerged)]
pub(super) struct Merged {
    /// Where they were written.
    pub(super) title: String,
    pub(super) messages: Vec<MergedMessage>,
}

/// Files, in the order in which they were chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatFiles)]
pub(super) struct Files {
    pub(super) files: Vec<FileCard>,
}

/// Somebody's voice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatVoice)]
pub(super) struct Voice {
    pub(super) file: FileCard,
    pub(super) duration_ms: i64,
    /// How loud it is, from 0 to 255, evenly over its length.
    pub(super) waveform: Vec<i64>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatLocation)]
pub(super) struct Location {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    pub(super) title: String,
    pub(super) address: String,
}

/// A colleague, as they were when their card was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatContact)]
pub(super) struct Contact {
    pub(super) member_id: MemberId,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) department: String,
    pub(super) avatar_url: Option<String>,
}

/// A small picture that says it all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatStickerSent)]
pub(super) struct Sticker {
    pub(super) sticker: FileCard,
}

/// A thing of some capability, as a card. What readers see of it is looked up for each of them: to strangers there is
/// no such thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Subject {
    /// `capability.thing`.
    pub(super) kind: String,
    pub(super) id: Uuid,
    /// What it was called when it was sent. It is found by that, and never shown.
    pub(super) title: String,
}

/// By the kind of its message.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data {
    System(System),
    Poll(Poll),
    Call(Call),
    Merged(Merged),
    Card(Card),
    Files(Files),
    Voice(Voice),
    Location(Location),
    Contact(Contact),
    Sticker(Sticker),
    Subject(Subject),
}

impl Data {
    /// The files that go with the message.
    pub(super) fn files(&self) -> Vec<&FileCard> {
        match self {
            Data::Files(data) => data.files.iter().collect(),
            Data::Voice(data) => vec![&data.file],
            Data::Sticker(data) => vec![&data.sticker],
            Data::Merged(data) => data.messages.iter().flat_map(|message| &message.files).collect(),
            Data::System(_) | Data::Poll(_) | Data::Call(_) | Data::Card(_) | Data::Location(_) | Data::Contact(_) | Data::Subject(_) => {
                Vec::new()
            }
        }
    }

    /// The same files, to be replaced by others.
    pub(super) fn files_mut(&mut self) -> Vec<&mut FileCard> {
        match self {
            Data::Files(data) => data.files.iter_mut().collect(),
            Data::Voice(data) => vec![&mut data.file],
            Data::Sticker(data) => vec![&mut data.sticker],
            Data::Merged(data) => data.messages.iter_mut().flat_map(|message| &mut message.files).collect(),
            Data::System(_) | Data::Poll(_) | Data::Call(_) | Data::Card(_) | Data::Location(_) | Data::Contact(_) | Data::Subject(_) => {
                Vec::new()
            }
        }
    }

    /// Their ids.
    pub(super) fn file_ids(&self) -> Vec<EntryId> {
        self.files().iter().map(|file| file.id).collect()
    }

    /// As it is kept.
    pub(super) fn to_json(&self) -> Value {
        let written = match self {
            Data::System(data) => serde_json::to_value(data),
            Data::Poll(data) => serde_json::to_value(data),
            Data::Call(data) => serde_json::to_value(data),
            Data::Merged(data) => serde_json::to_value(data),
            Data::Card(data) => serde_json::to_value(data),
            Data::Files(data) => serde_json::to_value(data),
            Data::Voice(data) => serde_json::to_value(data),
            Data::Location(data) => serde_json::to_value(data),
            Data::Contact(data) => serde_json::to_value(data),
            Data::Sticker(data) => serde_json::to_value(data),
            Data::Subject(data) => serde_json::to_value(data),
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
            MessageKind::Files => serde_json::from_value(json).map(Data::Files).ok(),
            MessageKind::Voice => serde_json::from_value(json).map(Data::Voice).ok(),
            MessageKind::Location => serde_json::from_value(json).map(Data::Location).ok(),
            MessageKind::Contact => serde_json::from_value(json).map(Data::Contact).ok(),
            MessageKind::Sticker => serde_json::from_value(json).map(Data::Sticker).ok(),
            MessageKind::Subject => serde_json::from_value(json).map(Data::Subject).ok(),
        }
    }
}
