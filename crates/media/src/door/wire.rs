//! The control face's values as LiveKit's protobuf messages, and back where a request carries them.
//!
//! Pure conversion; it decides nothing.

use livekit_protocol as proto;
use livekit_protocol::participant_info;

use crate::control::{Layer, LeaveReason, MediaKind, Participant, ParticipantKind, ParticipantState, Permission, Room, Track, TrackSource};

const MS_PER_S: i64 = 1_000;

/// A room.
pub(super) fn room(room: &Room) -> proto::Room {
    proto::Room {
        sid: room.sid.clone(),
        name: room.name.clone(),
        metadata: room.metadata.clone(),
        creation_time: room.created_at_ms.div_euclid(MS_PER_S),
        creation_time_ms: room.created_at_ms,
        empty_timeout: room.empty_timeout_s,
        departure_timeout: room.departure_timeout_s,
        max_participants: room.max_participants,
        num_participants: room.num_participants,
        num_publishers: room.num_publishers,
        active_recording: room.active_recording,
        ..proto::Room::default()
    }
}

/// A participant with its tracks.
pub(super) fn participant(participant: &Participant) -> proto::ParticipantInfo {
    proto::ParticipantInfo {
        sid: participant.sid.clone(),
        identity: participant.identity.clone(),
        state: state(participant.state).into(),
        tracks: participant.tracks.iter().map(track).collect(),
        metadata: participant.metadata.clone(),
        joined_at: participant.joined_at_ms.div_euclid(MS_PER_S),
        joined_at_ms: participant.joined_at_ms,
        name: participant.name.clone(),
        version: participant.version,
        permission: Some(permission_out(&participant.permission)),
        region: String::new(),
        is_publisher: participant.is_publisher,
        kind: kind(participant.kind).into(),
        attributes: participant.attributes.clone().into_iter().collect(),
        disconnect_reason: participant.disconnect_reason.map_or(0, |reason| leave_reason(reason).into()),
        kind_details: participant.kind_details.iter().filter_map(|name| kind_detail(name)).collect(),
        data_tracks: Vec::new(),
        client_protocol: participant.client_protocol,
        capabilities: participant.capabilities.clone(),
    }
}

/// A track.
#[expect(deprecated, reason = "older clients read the deprecated fields, so the wire still carries them")]
pub(super) fn track(track: &Track) -> proto::TrackInfo {
    let kind = match track.kind {
        MediaKind::Audio => proto::TrackType::Audio,
        MediaKind::Video => proto::TrackType::Video,
    };
    proto::TrackInfo {
        sid: track.sid.clone(),
        r#type: kind.into(),
        name: track.name.clone(),
        muted: track.muted,
        width: track.width,
        height: track.height,
        simulcast: track.simulcast,
        source: source(track.source).into(),
        layers: track.layers.iter().map(layer).collect(),
        mime_type: track.mime_type.clone(),
        mid: track.mid.clone(),
        disable_red: track.disable_red,
        encryption: track.encryption,
        stream: track.stream.clone(),
        audio_features: track.audio_features.clone(),
        ..proto::TrackInfo::default()
    }
}

/// The permissions of a request.
#[expect(deprecated, reason = "older server SDKs still send the deprecated fields")]
pub(super) fn permission(given: &proto::ParticipantPermission) -> Permission {
    Permission {
        can_subscribe: given.can_subscribe,
        can_publish: given.can_publish,
        can_publish_data: given.can_publish_data,
        can_publish_sources: given.can_publish_sources().map(source_in).collect(),
        hidden: given.hidden,
        recorder: given.recorder,
        can_update_metadata: given.can_update_metadata,
        agent: given.agent,
        can_subscribe_metrics: given.can_subscribe_metrics,
        can_manage_agent_session: given.can_manage_agent_session,
    }
}

#[expect(deprecated, reason = "older clients read the deprecated fields, so the wire still carries them")]
fn permission_out(permission: &Permission) -> proto::ParticipantPermission {
    let sources = permission.can_publish_sources.iter();
    proto::ParticipantPermission {
        can_subscribe: permission.can_subscribe,
        can_publish: permission.can_publish,
        can_publish_data: permission.can_publish_data,
        can_publish_sources: sources.map(|wanted| source(*wanted).into()).collect(),
        hidden: permission.hidden,
        recorder: permission.recorder,
        can_update_metadata: permission.can_update_metadata,
        agent: permission.agent,
        can_subscribe_metrics: permission.can_subscribe_metrics,
        can_manage_agent_session: permission.can_manage_agent_session,
    }
}

fn layer(layer: &Layer) -> proto::VideoLayer {
    proto::VideoLayer {
        quality: i32::from(layer.quality),
        width: layer.width,
        height: layer.height,
        bitrate: layer.bitrate_bps,
        spatial_layer: i32::from(layer.quality),
        rid: layer.rid.clone(),
        ..proto::VideoLayer::default()
    }
}

fn state(state: ParticipantState) -> participant_info::State {
    match state {
        ParticipantState::Joining => participant_info::State::Joining,
        ParticipantState::Joined => participant_info::State::Joined,
        ParticipantState::Active => participant_info::State::Active,
        ParticipantState::Disconnected => participant_info::State::Disconnected,
    }
}

fn kind(kind: ParticipantKind) -> participant_info::Kind {
    match kind {
        ParticipantKind::Standard => participant_info::Kind::Standard,
        ParticipantKind::Ingress => participant_info::Kind::Ingress,
        ParticipantKind::Egress => participant_info::Kind::Egress,
        ParticipantKind::Sip => participant_info::Kind::Sip,
        ParticipantKind::Agent => participant_info::Kind::Agent,
        ParticipantKind::Connector => participant_info::Kind::Connector,
        ParticipantKind::Bridge => participant_info::Kind::Bridge,
    }
}

fn kind_detail(name: &str) -> Option<i32> {
    participant_info::KindDetail::from_str_name(&name.to_ascii_uppercase()).map(i32::from)
}

fn source(source: TrackSource) -> proto::TrackSource {
    match source {
        TrackSource::Unknown => proto::TrackSource::Unknown,
        TrackSource::Camera => proto::TrackSource::Camera,
        TrackSource::Microphone => proto::TrackSource::Microphone,
        TrackSource::ScreenShare => proto::TrackSource::ScreenShare,
        TrackSource::ScreenShareAudio => proto::TrackSource::ScreenShareAudio,
    }
}

fn source_in(source: proto::TrackSource) -> TrackSource {
    match source {
        proto::TrackSource::Unknown => TrackSource::Unknown,
        proto::TrackSource::Camera => TrackSource::Camera,
        proto::TrackSource::Microphone => TrackSource::Microphone,
        proto::TrackSource::ScreenShare => TrackSource::ScreenShare,
        proto::TrackSource::ScreenShareAudio => TrackSource::ScreenShareAudio,
    }
}

fn leave_reason(reason: LeaveReason) -> proto::DisconnectReason {
    match reason {
        LeaveReason::Unknown => proto::DisconnectReason::UnknownReason,
        LeaveReason::ClientInitiated => proto::DisconnectReason::ClientInitiated,
        LeaveReason::DuplicateIdentity => proto::DisconnectReason::DuplicateIdentity,
        LeaveReason::ServerShutdown => proto::DisconnectReason::ServerShutdown,
        LeaveReason::ParticipantRemoved => proto::DisconnectReason::ParticipantRemoved,
        LeaveReason::RoomDeleted => proto::DisconnectReason::RoomDeleted,
        LeaveReason::StateMismatch => proto::DisconnectReason::StateMismatch,
        LeaveReason::JoinFailure => proto::DisconnectReason::JoinFailure,
        LeaveReason::SignalClose => proto::DisconnectReason::SignalClose,
        LeaveReason::RoomClosed => proto::DisconnectReason::RoomClosed,
        LeaveReason::ConnectionTimeout => proto::DisconnectReason::ConnectionTimeout,
    }
}
