//! What may be asked of a node and what it tells: plain values without protobuf, so that the shell,
//! what is built on it and a test double can all speak them. Nothing here knows how a command is carried.

use std::collections::BTreeMap;

/// What kind of client a participant is; it comes from the token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ParticipantKind {
    /// A person with a browser or an app.
    #[default]
    Standard,
    /// A stream brought in from outside.
    Ingress,
    /// A recorder or restreamer.
    Egress,
    /// A telephone.
    Sip,
    /// A program that takes part.
    Agent,
    /// A bridge to another service.
    Connector,
    /// A bridge to a device.
    Bridge,
}

/// Where a track's media comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TrackSource {
    /// Not said.
    #[default]
    Unknown,
    /// A camera.
    Camera,
    /// A microphone.
    Microphone,
    /// A shared screen or window.
    ScreenShare,
    /// The sound of a shared screen.
    ScreenShareAudio,
}

/// Sound or picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// Sound.
    Audio,
    /// Picture.
    Video,
}

/// What a participant may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// May receive media and data.
    pub can_subscribe: bool,
    /// May send media.
    pub can_publish: bool,
    /// May send data packets.
    pub can_publish_data: bool,
    /// The only sources that may be published; empty means all.
    pub can_publish_sources: Vec<TrackSource>,
    /// Nobody else sees this participant.
    pub hidden: bool,
    /// It is a recorder (deprecated on the wire, still mirrored).
    pub recorder: bool,
    /// May change its own name, metadata and attributes.
    pub can_update_metadata: bool,
    /// It is an agent worker (deprecated on the wire, still mirrored).
    pub agent: bool,
    /// Receives metric packets.
    pub can_subscribe_metrics: bool,
    /// May manage agent sessions.
    pub can_manage_agent_session: bool,
}

impl Default for Permission {
    fn default() -> Permission {
        Permission {
            can_subscribe: true,
            can_publish: true,
            can_publish_data: true,
            can_publish_sources: Vec::new(),
            hidden: false,
            recorder: false,
            can_update_metadata: false,
            agent: false,
            can_subscribe_metrics: false,
            can_manage_agent_session: false,
        }
    }
}

impl Permission {
    /// Whether a track of this source may be published.
    #[must_use]
    pub fn may_publish(&self, source: TrackSource) -> bool {
        let listed = self.can_publish_sources.is_empty() || self.can_publish_sources.contains(&source);
        self.can_publish && listed
    }
}

/// Settings of a room. A zero, an empty text or `false` means "the default" when a room is created
/// and "unchanged" when it exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomOptions {
    /// How long a room that nobody ever joined lives, in seconds.
    pub empty_timeout_s: u32,
    /// How long a room lives after the last participant left, in seconds.
    pub departure_timeout_s: u32,
    /// The most visible participants at a time.
    pub max_participants: u32,
    /// Free text that every client sees.
    pub metadata: String,
    /// Tracks of one participant share a stream, so that lips match.
    pub sync_streams: bool,
}

/// A room as others see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// `RM_…`, new for each incarnation of the name.
    pub sid: String,
    /// The name that tokens carry.
    pub name: String,
    /// Free text that every client sees.
    pub metadata: String,
    /// When it began, in milliseconds UTC.
    pub created_at_ms: i64,
    /// See [`RoomOptions::empty_timeout_s`].
    pub empty_timeout_s: u32,
    /// See [`RoomOptions::departure_timeout_s`].
    pub departure_timeout_s: u32,
    /// Zero means no bound but the node's.
    pub max_participants: u32,
    /// Visible participants.
    pub num_participants: u32,
    /// Visible participants that publish.
    pub num_publishers: u32,
    /// A recorder is in the room.
    pub active_recording: bool,
}

/// How far a participant has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParticipantState {
    /// Its token was accepted.
    #[default]
    Joining,
    /// It has been told about the room.
    Joined,
    /// Its transport is connected.
    Active,
    /// It is gone.
    Disconnected,
}

/// A participant as others see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Participant {
    /// `PA_…`, new for each session.
    pub sid: String,
    /// Who it is, over sessions.
    pub identity: String,
    /// Display name.
    pub name: String,
    /// Free text.
    pub metadata: String,
    /// Free texts by key.
    pub attributes: BTreeMap<String, String>,
    /// What kind of client it is.
    pub kind: ParticipantKind,
    /// Lower-case names of finer kinds.
    pub kind_details: Vec<String>,
    /// How far it has come.
    pub state: ParticipantState,
    /// When it joined, in milliseconds UTC.
    pub joined_at_ms: i64,
    /// Grows with every change.
    pub version: u32,
    /// What it may do.
    pub permission: Permission,
    /// It has published something.
    pub is_publisher: bool,
    /// Its live tracks.
    pub tracks: Vec<Track>,
    /// What its SDK understands from other clients.
    pub client_protocol: i32,
    /// What its SDK can do, by the wire's numbers.
    pub capabilities: Vec<i32>,
    /// Why it left, once it is disconnected.
    pub disconnect_reason: Option<LeaveReason>,
}

/// One layer of a published picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// 0 low, 1 medium, 2 high.
    pub quality: u8,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// In bits per second.
    pub bitrate_bps: u32,
    /// The simulcast name of it, where there is one.
    pub rid: String,
}

/// A published track as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// `TR_…`.
    pub sid: String,
    /// Sound or picture.
    pub kind: MediaKind,
    /// The publisher's name for it.
    pub name: String,
    /// Where it comes from.
    pub source: TrackSource,
    /// Whether it is muted.
    pub muted: bool,
    /// In pixels; zero for sound.
    pub width: u32,
    /// In pixels; zero for sound.
    pub height: u32,
    /// Such as `video/VP8`.
    pub mime_type: String,
    /// Which stream of the participant it belongs to.
    pub stream: String,
    /// It has more than one simulcast layer.
    pub simulcast: bool,
    /// 0 none, 1 GCM, 2 custom: as on the wire.
    pub encryption: i32,
    /// The section of the publisher's SDP.
    pub mid: String,
    /// Low to high.
    pub layers: Vec<Layer>,
    /// By the wire's numbers.
    pub audio_features: Vec<i32>,
    /// No redundant coding for this sound.
    pub disable_red: bool,
}

/// Why somebody is, or was, sent away. The wire's disconnect reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeaveReason {
    /// Nothing is known.
    Unknown,
    /// The client left.
    ClientInitiated,
    /// The same identity joined again.
    DuplicateIdentity,
    /// The server stops.
    ServerShutdown,
    /// Removed by a command.
    ParticipantRemoved,
    /// The room was deleted.
    RoomDeleted,
    /// Client and server disagree about the session.
    StateMismatch,
    /// Its transport never came up.
    JoinFailure,
    /// Signalling was lost without a transport.
    SignalClose,
    /// The room ended.
    RoomClosed,
    /// The transport was lost.
    ConnectionTimeout,
}

/// Reliable or lossy delivery of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataKind {
    /// Ordered and repeated until it arrives.
    Reliable,
    /// Sent once.
    Lossy,
}

/// What [`Command::SendData`] sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataMessage {
    /// The bytes.
    pub payload: Vec<u8>,
    /// How to deliver.
    pub kind: DataKind,
    /// The topic, if any.
    pub topic: Option<String>,
    /// Receivers by identity; with `destination_sids` empty as well, everybody.
    pub destination_identities: Vec<String>,
    /// Receivers by session id.
    pub destination_sids: Vec<String>,
    /// Empty, or 16 bytes by which a repeat is recognised.
    pub nonce: Vec<u8>,
}

/// What [`Command::UpdateParticipant`] changes; `None` leaves as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParticipantChange {
    /// A new display name.
    pub name: Option<String>,
    /// New metadata.
    pub metadata: Option<String>,
    /// Merged into the attributes; an empty value removes the key.
    pub attributes: BTreeMap<String, String>,
    /// Replaces all permissions.
    pub permission: Option<Permission>,
}

/// Something asked of a node from inside the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Creates the room, or applies the options that say something to the existing one.
    CreateRoom {
        /// The room's name.
        name: String,
        /// Its settings.
        options: RoomOptions,
    },
    /// Lists rooms; with no names, all.
    ListRooms {
        /// Only these.
        names: Vec<String>,
    },
    /// Ends a room for everybody.
    DeleteRoom {
        /// The room's name.
        name: String,
    },
    /// Lists visible participants.
    ListParticipants {
        /// The room's name.
        room: String,
    },
    /// One participant.
    GetParticipant {
        /// The room's name.
        room: String,
        /// Whose.
        identity: String,
    },
    /// Sends a participant away.
    RemoveParticipant {
        /// The room's name.
        room: String,
        /// Whose.
        identity: String,
    },
    /// Mutes a track, or unmutes it where the node allows that.
    MuteTrack {
        /// The room's name.
        room: String,
        /// Whose.
        identity: String,
        /// Which track.
        track_sid: String,
        /// The wished state.
        muted: bool,
    },
    /// Changes name, metadata, attributes or permissions.
    UpdateParticipant {
        /// The room's name.
        room: String,
        /// Whose.
        identity: String,
        /// What changes.
        change: ParticipantChange,
    },
    /// Subscribes a participant to tracks, or away from them.
    UpdateSubscriptions {
        /// The room's name.
        room: String,
        /// Whose subscriptions.
        identity: String,
        /// Which tracks.
        track_sids: Vec<String>,
        /// The wished state.
        subscribe: bool,
    },
    /// Sends a data packet from the server.
    SendData {
        /// The room's name.
        room: String,
        /// What to whom.
        message: DataMessage,
    },
    /// Replaces the room's metadata.
    UpdateRoomMetadata {
        /// The room's name.
        room: String,
        /// The new text.
        metadata: String,
    },
    /// Tells everybody that the server stops; new joins are refused from now on.
    Shutdown {
        /// Clients are told to come back by themselves (a restart) rather than to end.
        reconnect: bool,
    },
}

impl Command {
    /// The room a command is about; `None` concerns every worker.
    #[must_use]
    pub fn room(&self) -> Option<&str> {
        match self {
            Command::CreateRoom { name, .. } | Command::DeleteRoom { name } => Some(name),
            Command::ListParticipants { room }
            | Command::GetParticipant { room, .. }
            | Command::RemoveParticipant { room, .. }
            | Command::MuteTrack { room, .. }
            | Command::UpdateParticipant { room, .. }
            | Command::UpdateSubscriptions { room, .. }
            | Command::SendData { room, .. }
            | Command::UpdateRoomMetadata { room, .. } => Some(room),
            Command::ListRooms { .. } | Command::Shutdown { .. } => None,
        }
    }
}

/// The answer to a [`Command`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Done, nothing to show.
    Done,
    /// The room after the command.
    Room(Room),
    /// The rooms asked for.
    Rooms(Vec<Room>),
    /// The participant after the command.
    Participant(Participant),
    /// The participants asked for.
    Participants(Vec<Participant>),
    /// The track after the command.
    Track(Track),
    /// It could not be done.
    Refused(Refusal),
}

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such room.
    #[error("requested room does not exist")]
    RoomNotFound,
    /// No such participant.
    #[error("participant does not exist")]
    ParticipantNotFound,
    /// No such track.
    #[error("track not found")]
    TrackNotFound,
    /// Only the publisher may unmute.
    #[error("remote unmute not enabled")]
    UnmuteNotAllowed,
    /// An argument is malformed or too large.
    #[error("{0}")]
    Invalid(String),
    /// A named limit of the node is reached.
    #[error("{0}")]
    Exhausted(String),
    /// The node stops or is unreachable.
    #[error("server is shutting down")]
    Unavailable,
}

/// Something that happened in a node, for webhooks and for what is built on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeEvent {
    /// When, in milliseconds UTC.
    pub at_ms: i64,
    /// The room as it is after the event.
    pub room: Room,
    /// What happened.
    pub what: Happening,
}

/// The kinds of [`NodeEvent`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The room began.
    RoomStarted,
    /// The room is over.
    RoomFinished,
    /// Metadata or settings changed.
    RoomUpdated,
    /// A participant's transport is connected.
    ParticipantJoined(Participant),
    /// Name, metadata, attributes or permissions changed.
    ParticipantUpdated(Participant),
    /// It is gone after it had been connected.
    ParticipantLeft(Participant),
    /// It is gone and never was connected.
    ParticipantConnectionAborted(Participant),
    /// A track is live for others.
    TrackPublished(Participant, Track),
    /// A track ended.
    TrackUnpublished(Participant, Track),
}
