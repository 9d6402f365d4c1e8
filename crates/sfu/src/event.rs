//! What the machine tells its caller, as plain values with typed ids. It must not carry media.

use crate::{DownId, PeerId, RoomId, TrackId};

/// Something the caller may want to tell people about.
#[derive(Debug, Clone, PartialEq)]
pub enum SfuEvent {
    /// Who speaks has changed; only the changes are listed.
    Speakers {
        /// Where.
        room: RoomId,
        /// Those whose state changed, those who fell silent included.
        changes: Vec<SpeakerChange>,
    },
    /// The connection of a peer has another quality now.
    Quality {
        /// Whose.
        peer: PeerId,
        /// In words.
        quality: ConnectionQuality,
        /// As a mean opinion score between 1 and 4.5.
        score: f32,
    },
    /// The layers that anybody wants of a track have changed.
    LayersWanted {
        /// Which track.
        track: TrackId,
        /// For every layer from low to high whether it is wanted.
        wanted: Vec<bool>,
    },
    /// The first packet of a track has arrived.
    TrackLive {
        /// Which track.
        track: TrackId,
    },
    /// Congestion stopped a down track, or let it run again.
    StreamState {
        /// Which down track.
        down: DownId,
        /// Whether it is stopped.
        paused: bool,
    },
}

/// A microphone whose level or activity changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeakerChange {
    /// The track that is heard.
    pub track: TrackId,
    /// The peer that publishes it.
    pub peer: PeerId,
    /// Loudness, 0 (silent) to 1.
    pub level: f32,
    /// Whether it counts as speaking.
    pub active: bool,
}

/// The quality of a connection in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectionQuality {
    /// No media arrives although some should.
    Lost,
    /// Hard to follow.
    Poor,
    /// Usable.
    Good,
    /// Nothing to complain about.
    Excellent,
}
