//! Between our plain values and LiveKit's protobuf types. Nothing is decided here.

use livekit_protocol as proto;
use proto::signal_response::Message;

use crate::control::{LeaveReason, MediaKind, Participant, ParticipantKind, ParticipantState, Permission, Room, Track, TrackSource};

/// The protocol we speak; see the reference before raising it, clients behave by it.
pub(crate) const PROTOCOL: i32 = 17;
/// The version we show; clients behave by it, too.
pub(crate) const SERVER_VERSION: &str = "1.13.5";

pub(crate) fn server_info(node_id: &str) -> proto::ServerInfo {
    proto::ServerInfo {
        edition: proto::server_info::Edition::Standard as i32,
        version: SERVER_VERSION.to_owned(),
        protocol: PROTOCOL,
        node_id: node_id.to_owned(),
        ..proto::ServerInfo::default()
    }
}

pub(crate) fn codec(mime: &str) -> proto::Codec {
    proto::Codec { mime: mime.to_owned(), fmtp_line: String::new() }
}

pub(crate) fn room(room: &Room, codecs: &[&str]) -> proto::Room {
    proto::Room {
        sid: room.sid.clone(),
        name: room.name.clone(),
        empty_timeout: room.empty_timeout_s,
        departure_timeout: room.departure_timeout_s,
        max_participants: room.max_participants,
        creation_time: room.created_at_ms.div_euclid(1000),
        creation_time_ms: room.created_at_ms,
        enabled_codecs: codecs.iter().map(|mime| codec(mime)).collect(),
        metadata: room.metadata.clone(),
        num_participants: room.num_participants,
        num_publishers: room.num_publishers,
        active_recording: room.active_recording,
        ..proto::Room::default()
    }
}

#[expect(deprecated, reason = "old clients read the deprecated fields")]
pub(crate) fn permission(permission: &Permission) -> proto::ParticipantPermission {
    proto::ParticipantPermission {
        can_subscribe: permission.can_subscribe,
        can_publish: permission.can_publish,
        can_publish_data: permission.can_publish_data,
        can_publish_sources: permission.can_publish_sources.iter().map(|s| source(*s)).collect(),
        hidden: permission.hidden,
        recorder: permission.recorder,
        can_update_metadata: permission.can_update_metadata,
        agent: permission.agent,
        can_subscribe_metrics: permission.can_subscribe_metrics,
        can_manage_agent_session: permission.can_manage_agent_session,
    }
}

pub(crate) fn source(source: TrackSource) -> i32 {
    match source {
        TrackSource::Unknown => 0,
        TrackSource::Camera => 1,
        TrackSource::Microphone => 2,
        TrackSource::ScreenShare => 3,
        TrackSource::ScreenShareAudio => 4,
    }
}

pub(crate) fn source_from(number: i32) -> TrackSource {
    match number {
        1 => TrackSource::Camera,
        2 => TrackSource::Microphone,
        3 => TrackSource::ScreenShare,
        4 => TrackSource::ScreenShareAudio,
        _ => TrackSource::Unknown,
    }
}

pub(crate) fn kind(kind: ParticipantKind) -> i32 {
    match kind {
        ParticipantKind::Standard => 0,
        ParticipantKind::Ingress => 1,
        ParticipantKind::Egress => 2,
        ParticipantKind::Sip => 3,
        ParticipantKind::Agent => 4,
        ParticipantKind::Connector => 7,
        ParticipantKind::Bridge => 8,
    }
}

/// The number of a finer kind; names come from tokens in lower case.
fn kind_detail(name: &str) -> Option<i32> {
    let name = name.to_ascii_uppercase();
    proto::participant_info::KindDetail::from_str_name(&name).map(|detail| detail as i32)
}

pub(crate) fn reason(reason: LeaveReason) -> i32 {
    match reason {
        LeaveReason::Unknown => 0,
        LeaveReason::ClientInitiated => 1,
        LeaveReason::DuplicateIdentity => 2,
        LeaveReason::ServerShutdown => 3,
        LeaveReason::ParticipantRemoved => 4,
        LeaveReason::RoomDeleted => 5,
        LeaveReason::StateMismatch => 6,
        LeaveReason::JoinFailure => 7,
        LeaveReason::SignalClose => 9,
        LeaveReason::RoomClosed => 10,
        LeaveReason::ConnectionTimeout => 14,
    }
}

fn state(state: ParticipantState) -> i32 {
    match state {
        ParticipantState::Joining => 0,
        ParticipantState::Joined => 1,
        ParticipantState::Active => 2,
        ParticipantState::Disconnected => 3,
    }
}

/// A participant with its tracks, which exist as protobuf already.
pub(crate) fn participant(from: &Participant, tracks: Vec<proto::TrackInfo>) -> proto::ParticipantInfo {
    proto::ParticipantInfo {
        sid: from.sid.clone(),
        identity: from.identity.clone(),
        state: state(from.state),
        tracks,
        metadata: from.metadata.clone(),
        joined_at: from.joined_at_ms.div_euclid(1000),
        joined_at_ms: from.joined_at_ms,
        name: from.name.clone(),
        version: from.version,
        permission: Some(permission(&from.permission)),
        region: String::new(),
        is_publisher: from.is_publisher,
        kind: kind(from.kind),
        attributes: from.attributes.clone().into_iter().collect(),
        disconnect_reason: from.disconnect_reason.map_or(0, reason),
        kind_details: from.kind_details.iter().filter_map(|name| kind_detail(name)).collect(),
        data_tracks: Vec::new(),
        client_protocol: from.client_protocol,
        capabilities: from.capabilities.clone(),
    }
}

/// A track for events and for the server's own API.
#[expect(deprecated, reason = "layers of the first codec are kept where old clients look")]
pub(crate) fn track(info: &proto::TrackInfo) -> Track {
    let layer = |layer: &proto::VideoLayer| crate::control::Layer {
        quality: u8::try_from(layer.quality).unwrap_or(0),
        width: layer.width,
        height: layer.height,
        bitrate_bps: layer.bitrate,
        rid: layer.rid.clone(),
    };
    Track {
        sid: info.sid.clone(),
        kind: if info.r#type == 0 { MediaKind::Audio } else { MediaKind::Video },
        name: info.name.clone(),
        source: source_from(info.source),
        muted: info.muted,
        width: info.width,
        height: info.height,
        mime_type: info.mime_type.clone(),
        stream: info.stream.clone(),
        simulcast: info.simulcast,
        encryption: info.encryption,
        mid: info.mid.clone(),
        layers: info.layers.iter().map(layer).collect(),
        audio_features: info.audio_features.clone(),
        disable_red: info.disable_red,
    }
}

/// What a client is told to do when it is sent away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Stay away.
    Disconnect,
    /// Keep the connection and come back to signalling.
    Resume,
    /// Start anew.
    Reconnect,
}

pub(crate) fn leave(why: LeaveReason, action: Action) -> Message {
    let (action, can_reconnect) = match action {
        Action::Disconnect => (0, false),
        Action::Resume => (1, true),
        Action::Reconnect => (2, true),
    };
    Message::Leave(proto::LeaveRequest { can_reconnect, reason: reason(why), action, regions: None })
}
