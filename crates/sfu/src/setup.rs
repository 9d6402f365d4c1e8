//! What the caller tells the machine: rooms, peers, tracks, down tracks and their wishes, as plain
//! values. No wire syntax; whoever negotiated them has already checked them.

use std::fmt;

pub use crate::srtp::Profile as SrtpProfile;

/// Limits of one machine, all of them per worker.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Rooms at one time.
    pub rooms_max: usize,
    /// Peers (transports) at one time, all rooms together.
    pub peers_max: usize,
    /// Tracks at one time, all rooms together.
    pub tracks_max: usize,
    /// Down tracks at one time, all rooms together.
    pub downs_max: usize,
    /// Packets kept for forwarding and retransmission; the oldest is overwritten.
    pub packets_max: usize,
    /// SSRCs one peer may make known, bound or not.
    pub ssrcs_per_peer_max: usize,
    /// Packets waiting for one subscriber before video is dropped.
    pub queued_packets_per_peer_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            rooms_max: 4_096,
            peers_max: 8_192,
            tracks_max: 16_384,
            downs_max: 262_144,
            packets_max: 32_768,
            ssrcs_per_peer_max: 256,
            queued_packets_per_peer_max: 2_048,
        }
    }
}

/// What a machine is made with.
#[derive(Debug, Clone, Default)]
pub struct SfuConfig {
    /// Upper bounds.
    pub limits: Limits,
    /// Where SSRCs, first sequence numbers and first timestamps come from.
    pub seed: u64,
}

/// What a room is made with.
#[derive(Debug, Clone, Default)]
pub struct RoomSetup {
    /// Forward only this many of the loudest microphones; the others look like silence to their
    /// subscribers. `None` forwards all.
    pub loudest_max: Option<usize>,
}

/// What a peer, that is one transport of a participant, is made with.
#[derive(Debug, Clone, Copy)]
pub struct PeerSetup {
    /// Where the bandwidth estimate towards the peer starts.
    pub start_bitrate_bps: u32,
    /// The most that is ever sent to the peer.
    pub max_bitrate_bps: u32,
}

impl Default for PeerSetup {
    fn default() -> Self {
        PeerSetup { start_bitrate_bps: 1_000_000, max_bitrate_bps: 50_000_000 }
    }
}

/// A short ASCII name of the wire (a mid of up to 16 bytes, a rid of up to 16), kept in place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ShortName {
    bytes: [u8; ShortName::BYTES_MAX],
    length: u8,
}

impl ShortName {
    /// The longest name that an extension element of one byte of header can carry.
    pub const BYTES_MAX: usize = 16;

    /// The name, or nothing when it is empty, too long or not printable ASCII.
    pub fn new(name: &str) -> Option<Self> {
        Self::from_bytes(name.as_bytes())
    }

    /// The same for bytes from the wire.
    pub fn from_bytes(name: &[u8]) -> Option<Self> {
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        let mut bytes = [0; Self::BYTES_MAX];
        bytes.get_mut(..name.len())?.copy_from_slice(name);
        Some(ShortName { bytes, length: u8::try_from(name.len()).ok()? })
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Debug for ShortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

/// The name of a media section.
pub type Mid = ShortName;
/// The name of a simulcast layer.
pub type Rid = ShortName;

/// Audio or video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
}

/// What a track shows or sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A camera.
    Camera,
    /// A microphone.
    Microphone,
    /// A shared screen.
    ScreenShare,
    /// The sound of a shared screen.
    ScreenShareAudio,
}

impl Source {
    /// Whether it is sound or pictures.
    pub fn kind(self) -> Kind {
        match self {
            Source::Camera | Source::ScreenShare => Kind::Video,
            Source::Microphone | Source::ScreenShareAudio => Kind::Audio,
        }
    }
}

/// The codecs that the machine tells apart; any other passes through as one opaque stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodecKind {
    /// Opus, possibly wrapped in RED.
    Opus,
    /// Any other audio codec.
    OtherAudio,
    /// VP8.
    Vp8,
    /// H.264.
    H264,
    /// VP9, forwarded as a single stream.
    Vp9,
    /// AV1, forwarded as a single stream.
    Av1,
    /// Any other video codec.
    OtherVideo,
}

/// The payload types a publisher sends a track with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodecSetup {
    /// Which codec.
    pub kind: CodecKind,
    /// Its payload type.
    pub payload_type: u8,
    /// Ticks of its timestamp per second.
    pub clock_rate_hz: u32,
    /// The payload type of its retransmissions.
    pub rtx_payload_type: Option<u8>,
    /// The payload type of RED around it (audio).
    pub red_payload_type: Option<u8>,
}

/// The ids that one side gave to the RTP header extensions (1..=255), `None` when not negotiated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExtensionIds {
    /// `urn:ietf:params:rtp-hdrext:sdes:mid`
    pub mid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id`
    pub rid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id`
    pub repaired_rid: Option<u8>,
    /// `http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01`
    pub transport_cc: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time`
    pub abs_send_time: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time`
    pub abs_capture_time: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:ssrc-audio-level`
    pub audio_level: Option<u8>,
    /// `urn:3gpp:video-orientation`
    pub video_orientation: Option<u8>,
    /// `https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension`
    pub dependency_descriptor: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/playout-delay`
    pub playout_delay: Option<u8>,
}

/// One simulcast layer, or the only stream of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LayerSetup {
    /// Its rid, when layers are told apart by rid.
    pub rid: Option<Rid>,
    /// Its SSRC, when the publisher announced it.
    pub ssrc: Option<u32>,
    /// The SSRC of its retransmissions, when announced.
    pub rtx_ssrc: Option<u32>,
    /// Width in pixels; 0 when unknown.
    pub width: u16,
    /// Height in pixels; 0 when unknown.
    pub height: u16,
    /// Frames per second; 0 when unknown.
    pub fps: u8,
    /// Announced bitrate; 0 when unknown. The measured one wins as soon as there is one.
    pub bitrate_bps: u32,
}

/// What a track is made with.
#[derive(Debug, Clone)]
pub struct TrackSetup {
    /// What it shows or sounds; it decides audio or video and the priority.
    pub source: Source,
    /// The media section it arrives in.
    pub mid: Option<Mid>,
    /// Its codec and payload types.
    pub codec: CodecSetup,
    /// Layers from low to high; exactly one without simulcast.
    pub layers: Vec<LayerSetup>,
    /// The ids of the publisher. All sections of a peer share one meaning of each id.
    pub extensions: ExtensionIds,
    /// Whether the publisher answers NACK.
    pub nack: bool,
    /// Whether payloads are encrypted end to end: nothing but the clear descriptor is then read,
    /// and RED is neither made nor taken apart.
    pub encrypted: bool,
}

/// What a down track, one track towards one subscriber, is made with.
#[derive(Debug, Clone)]
pub struct DownSetup {
    /// The media section it is sent in.
    pub mid: Option<Mid>,
    /// The SSRC it is sent with; take it from [`crate::Sfu::new_ssrc`], or use again the one of a
    /// removed down track of the same peer (its sequence numbers then continue).
    pub ssrc: u32,
    /// The SSRC of retransmissions and of probing.
    pub rtx_ssrc: Option<u32>,
    /// The payload type of the codec at the subscriber.
    pub payload_type: u8,
    /// The payload type of retransmissions.
    pub rtx_payload_type: Option<u8>,
    /// The payload type of RED, when the subscriber takes it.
    pub red_payload_type: Option<u8>,
    /// The ids of the subscriber.
    pub extensions: ExtensionIds,
    /// The canonical name; the same for all tracks of one participant.
    pub cname: String,
    /// Whether the subscriber sends NACK.
    pub nack: bool,
}

/// What a subscriber wants of a down track. All of it may change at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DownSettings {
    /// Nothing is forwarded while set.
    pub paused: bool,
    /// Nothing is sent yet, but soon: layers run and a key frame is asked for, so that it is here by then.
    pub held: bool,
    /// The highest layer wanted, counted from the lowest = 0. `u8::MAX` wants the best there is.
    pub max_layer: u8,
    /// The size it is shown at (width, height); the smallest layer that covers it is enough.
    /// Wins over `max_layer` when given.
    pub size: Option<(u16, u16)>,
    /// Frames per second that are enough.
    pub max_fps: Option<u8>,
    /// Higher comes first among tracks of one source.
    pub priority: u8,
    /// Whether congestion may stop it altogether; else its lowest layer is always sent.
    pub allow_pause: bool,
}

impl Default for DownSettings {
    fn default() -> Self {
        DownSettings { paused: false, held: false, max_layer: u8::MAX, size: None, max_fps: None, priority: 0, allow_pause: false }
    }
}

/// The raw keys that a DTLS handshake exported.
#[derive(Clone)]
pub struct SrtpKeys {
    /// How packets are protected.
    pub profile: SrtpProfile,
    /// What we seal with.
    pub local_key: Vec<u8>,
    /// Its salt.
    pub local_salt: Vec<u8>,
    /// What the peer seals with.
    pub remote_key: Vec<u8>,
    /// Its salt.
    pub remote_salt: Vec<u8>,
}

impl fmt::Debug for SrtpKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrtpKeys").field("profile", &self.profile).finish_non_exhaustive()
    }
}
