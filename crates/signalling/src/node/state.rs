//! What a node remembers of rooms and of the participants in them. Plain values and the questions
//! one may ask of them; nothing here sends or decides for others.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use livekit_protocol as proto;
use sfu::{DownId, PeerId, TrackId};
use transport::sdp::Offer;
use transport::{ChannelId, IceCredentials, Peer, Protocol};

use super::slots::Slots;
use super::trace::Stations;
use super::{ConnectionId, MemberKey, RoomKey};
use crate::control::{LeaveReason, MediaKind, Participant, Room};
use crate::limits::DATA_WAITING_BYTES_MAX;
use crate::token::Claims;

/// A room.
pub(crate) struct RoomState {
    pub(crate) info: Room,
    pub(crate) sync_streams: bool,
    pub(crate) media: sfu::RoomId,
    pub(crate) members: Vec<MemberKey>,
    /// When it ends because nobody is in it.
    pub(crate) ends_at: Option<Instant>,
    /// When the counts are told next, if they changed.
    pub(crate) counts_due: Option<Instant>,
    /// Members of a crowd whose change the others will be told of together.
    pub(crate) changed: Vec<MemberKey>,
    /// When changes were told last.
    pub(crate) changes_told: Option<Instant>,
    /// Those who left lately, for members that missed it.
    pub(crate) departed: VecDeque<(Instant, proto::ParticipantInfo)>,
    /// Random bytes that mark frames made by the server.
    pub(crate) trailer: Vec<u8>,
    /// Of server data, so that a repeat is not sent twice.
    pub(crate) nonces: VecDeque<Vec<u8>>,
    /// Reliable packets of the last moments, for those who are joining.
    pub(crate) replay: VecDeque<Replay>,
}

/// A reliable packet that somebody may have missed.
pub(crate) struct Replay {
    pub(crate) at: Instant,
    pub(crate) sender: Option<MemberKey>,
    pub(crate) receivers: Vec<String>,
    pub(crate) bytes: Arc<[u8]>,
}

/// A participant and everything that is its own.
pub(crate) struct Member {
    pub(crate) info: Participant,
    pub(crate) room: RoomKey,
    pub(crate) claims: Claims,
    pub(crate) client: proto::ClientInfo,
    pub(crate) settings: proto::ConnectionSettings,
    pub(crate) signal: Signal,
    pub(crate) link: Link,
    pub(crate) publishing: Publishing,
    pub(crate) subscribing: Subscribing,
    pub(crate) data: Data,
    pub(crate) timers: Timers,
    pub(crate) quality: Option<(sfu::ConnectionQuality, f32)>,
    pub(crate) stations: Stations,
    pub(crate) touched: bool,
}

/// Its signal connection.
pub(crate) struct Signal {
    pub(crate) connection: Option<ConnectionId>,
    /// It speaks JSON.
    pub(crate) text: bool,
    pub(crate) heard_at: Instant,
    pub(crate) lost_at: Option<Instant>,
    pub(crate) malformed: u32,
    /// A test hook: what to do with the next resume.
    pub(crate) drop_on_resume: Option<DropOnResume>,
}

/// A test hook of the protocol.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DropOnResume {
    AfterFirstMessage,
    BeforeAnyMessage,
}

/// Its transport.
pub(crate) struct Link {
    pub(crate) media: PeerId,
    pub(crate) peer: Option<Box<Peer>>,
    pub(crate) credentials: IceCredentials,
    pub(crate) remote_ufrag: String,
    pub(crate) connected: bool,
    pub(crate) silent_since: Option<Instant>,
    pub(crate) addresses: Vec<(SocketAddr, Protocol)>,
    pub(crate) candidates: Vec<String>,
    pub(crate) session_id: u64,
    pub(crate) session_version: u64,
    /// The last description it sent.
    pub(crate) offer: Option<Offer>,
}

/// What it publishes.
#[derive(Default)]
pub(crate) struct Publishing {
    pub(crate) pending: Vec<Pending>,
    pub(crate) queued: Vec<proto::AddTrackRequest>,
    pub(crate) tracks: Vec<Published>,
    /// Who may subscribe; `None` means everybody.
    pub(crate) audience: Option<proto::SubscriptionPermission>,
    /// Sections it sends in, as answered.
    pub(crate) sections: HashMap<String, Received>,
}

/// A track that was announced but has no section yet.
pub(crate) struct Pending {
    pub(crate) cids: Vec<String>,
    pub(crate) kind: MediaKind,
    pub(crate) info: proto::TrackInfo,
    /// The section it was found in.
    pub(crate) mid: Option<String>,
}

/// A live track.
pub(crate) struct Published {
    pub(crate) info: proto::TrackInfo,
    pub(crate) kind: MediaKind,
    pub(crate) cids: Vec<String>,
    pub(crate) mid: String,
    pub(crate) media: TrackId,
    /// The quality of each layer from low to high.
    pub(crate) qualities: Vec<i32>,
    pub(crate) codec: Received,
    pub(crate) subscribed_told: bool,
}

/// What was agreed on for a section that the client sends in.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) codec: sfu::CodecSetup,
    pub(crate) mime: String,
    /// The parameters of the codec, for finding the like in other descriptions.
    pub(crate) fmtp: String,
    pub(crate) extensions: sfu::ExtensionIds,
    pub(crate) nack: bool,
}

/// What it receives.
#[derive(Default)]
pub(crate) struct Subscribing {
    /// Explicit wishes by track.
    pub(crate) wishes: HashMap<String, bool>,
    pub(crate) settings: HashMap<String, proto::UpdateTrackSettings>,
    /// Tracks that it shall receive.
    pub(crate) wanted: BTreeSet<String>,
    pub(crate) downs: BTreeMap<String, DownId>,
    /// Pictures that wait until the client has taken the answer they are in.
    pub(crate) starting: Vec<(Instant, String)>,
    pub(crate) slots: Slots,
}

/// Its data channels.
#[derive(Default)]
pub(crate) struct Data {
    pub(crate) reliable: Option<ChannelId>,
    pub(crate) lossy: Option<ChannelId>,
    pub(crate) track: Option<ChannelId>,
    pub(crate) last_sequence: u32,
    waiting: VecDeque<Arc<[u8]>>,
    waiting_bytes: usize,
}

impl Data {
    /// Keeps a reliable packet until the channel takes it; `false` when that is too much.
    pub(crate) fn keep(&mut self, bytes: Arc<[u8]>) -> bool {
        if self.waiting_bytes + bytes.len() > DATA_WAITING_BYTES_MAX {
            return false;
        }
        self.waiting_bytes += bytes.len();
        self.waiting.push_back(bytes);
        true
    }

    pub(crate) fn first_waiting(&self) -> Option<Arc<[u8]>> {
        self.waiting.front().cloned()
    }

    pub(crate) fn drop_first(&mut self) {
        if let Some(bytes) = self.waiting.pop_front() {
            self.waiting_bytes -= bytes.len();
        }
    }

    pub(crate) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }
}

/// When something is due.
pub(crate) struct Timers {
    /// Being connected.
    pub(crate) active_by: Option<Instant>,
    pub(crate) refresh_at: Instant,
    /// Asking for sections.
    pub(crate) need_at: Option<Instant>,
    /// Asking again, when no offer came.
    pub(crate) need_again_at: Option<Instant>,
    /// Going for good.
    pub(crate) removed_at: Option<(Instant, LeaveReason)>,
    /// Ending a pretended speech.
    pub(crate) speech_ends_at: Option<Instant>,
    /// What the index of wakes has.
    pub(crate) indexed: Option<Instant>,
}

impl Member {
    pub(crate) fn is_hidden(&self) -> bool {
        self.info.permission.hidden
    }

    pub(crate) fn is_firefox(&self) -> bool {
        self.client.browser.eq_ignore_ascii_case("firefox")
    }

    pub(crate) fn track(&self, sid: &str) -> Option<&Published> {
        self.publishing.tracks.iter().find(|track| track.info.sid == sid)
    }

    pub(crate) fn track_mut(&mut self, sid: &str) -> Option<&mut Published> {
        self.publishing.tracks.iter_mut().find(|track| track.info.sid == sid)
    }

    /// The participant as others see it, with its tracks.
    pub(crate) fn wire(&self) -> proto::ParticipantInfo {
        let tracks = self.publishing.tracks.iter().map(|track| track.info.clone()).collect();
        crate::wire::participant(&self.info, tracks)
    }

    /// The same as a plain value.
    pub(crate) fn plain(&self) -> Participant {
        let tracks = self.publishing.tracks.iter().map(|t| crate::wire::track(&t.info)).collect();
        Participant { tracks, ..self.info.clone() }
    }

    /// Whether this publisher lets that subscriber have a track.
    pub(crate) fn admits(&self, subscriber: &Member, track: &str) -> bool {
        let audience = self.publishing.audience.as_ref();
        admits(audience, &subscriber.info.identity, &subscriber.info.sid, track)
    }
}

/// Whether an audience has somebody in it; without one everybody is welcome.
pub(crate) fn admits(audience: Option<&proto::SubscriptionPermission>, identity: &str, sid: &str, track: &str) -> bool {
    let Some(audience) = audience.filter(|audience| !audience.all_participants) else {
        return true;
    };
    audience.track_permissions.iter().any(|allowed| {
        let meant =
            if allowed.participant_identity.is_empty() { allowed.participant_sid == sid } else { allowed.participant_identity == identity };
        meant && (allowed.all_tracks || allowed.track_sids.iter().any(|known| known == track))
    })
}
