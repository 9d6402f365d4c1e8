//! Figures about peers, tracks and drops, cheap enough to be asked for once a second. They are
//! copies; nothing here decides anything.

use std::time::Duration;

/// Why a packet was not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum DropReason {
    /// No such peer, or it has no keys yet.
    NoKeys,
    /// Not RTP or RTCP, or cut short.
    Malformed,
    /// It did not authenticate.
    Authentication,
    /// Its index was seen before or is too old.
    Replayed,
    /// Its SSRC belongs to no track.
    UnknownSsrc,
    /// The peer has made as many SSRCs known as it may.
    TooManySsrcs,
    /// Its payload type is not the negotiated one.
    UnknownPayloadType,
    /// A retransmission of what had already arrived, or padding.
    Duplicate,
    /// The track is muted.
    Muted,
    /// It came too late to be put in order for a down track.
    TooLate,
    /// The subscriber's queue was full.
    QueueFull,
    /// The packet had been overwritten before it could be sent.
    Overwritten,
    /// It could not be sealed.
    Sealing,
}

impl DropReason {
    /// All reasons, in order.
    pub const ALL: [DropReason; 13] = [
        DropReason::NoKeys,
        DropReason::Malformed,
        DropReason::Authentication,
        DropReason::Replayed,
        DropReason::UnknownSsrc,
        DropReason::TooManySsrcs,
        DropReason::UnknownPayloadType,
        DropReason::Duplicate,
        DropReason::Muted,
        DropReason::TooLate,
        DropReason::QueueFull,
        DropReason::Overwritten,
        DropReason::Sealing,
    ];

    /// A name for metrics.
    pub fn name(self) -> &'static str {
        match self {
            DropReason::NoKeys => "no_keys",
            DropReason::Malformed => "malformed",
            DropReason::Authentication => "authentication",
            DropReason::Replayed => "replayed",
            DropReason::UnknownSsrc => "unknown_ssrc",
            DropReason::TooManySsrcs => "too_many_ssrcs",
            DropReason::UnknownPayloadType => "unknown_payload_type",
            DropReason::Duplicate => "duplicate",
            DropReason::Muted => "muted",
            DropReason::TooLate => "too_late",
            DropReason::QueueFull => "queue_full",
            DropReason::Overwritten => "overwritten",
            DropReason::Sealing => "sealing",
        }
    }
}

/// Drops by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drops([u64; DropReason::ALL.len()]);

impl Drops {
    /// How many were dropped for this reason.
    pub fn count(&self, reason: DropReason) -> u64 {
        self.0.get(reason as usize).copied().unwrap_or_default()
    }

    /// Every reason with its count.
    pub fn iter(&self) -> impl Iterator<Item = (DropReason, u64)> + '_ {
        DropReason::ALL.into_iter().map(|reason| (reason, self.count(reason)))
    }

    pub(crate) fn add(&mut self, reason: DropReason) {
        if let Some(count) = self.0.get_mut(reason as usize) {
            *count += 1;
        }
    }
}

/// The whole machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SfuStats {
    /// Rooms now.
    pub rooms: usize,
    /// Peers now.
    pub peers: usize,
    /// Tracks now.
    pub tracks: usize,
    /// Down tracks now.
    pub downs: usize,
    /// Datagrams received.
    pub received_packets: u64,
    /// Bytes received.
    pub received_bytes: u64,
    /// Datagrams sent, retransmissions and probes included.
    pub sent_packets: u64,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Messages handed to the sink; packets divided by messages is the mean run.
    pub sent_messages: u64,
    /// Packets sent again for a NACK.
    pub retransmitted_packets: u64,
    /// Lost audio packets found in the redundancy of later ones.
    pub recovered_packets: u64,
    /// Key frames asked of publishers.
    pub key_frame_requests: u64,
    /// What was not used, and why.
    pub drops: Drops,
}

/// One peer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PeerStats {
    /// What arrives from the peer.
    pub received_bps: u64,
    /// What is sent to the peer.
    pub sent_bps: u64,
    /// What the path towards the peer is believed to carry.
    pub estimate_bps: u64,
    /// The round trip, once known.
    pub rtt: Option<Duration>,
    /// The share of packets lost from the peer to us in the last seconds, 0 to 1.
    pub loss_up: f32,
    /// The share of packets lost from us to the peer in the last seconds, 0 to 1.
    pub loss_down: f32,
    /// Connection quality as a score between 1 and 4.5.
    pub score: f32,
    /// Packets waiting to be sent to the peer.
    pub queued_packets: usize,
    /// Datagrams of the peer that were not used, and why.
    pub drops: Drops,
}

/// One layer of a track as it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LayerStats {
    /// Its SSRC, once known.
    pub ssrc: Option<u32>,
    /// Whether packets arrived lately.
    pub live: bool,
    /// Its bitrate.
    pub bitrate_bps: u64,
    /// Packets received.
    pub packets: u64,
    /// Packets that never arrived, as far as is known.
    pub packets_lost: u64,
    /// Interarrival jitter in ticks of the codec's clock.
    pub jitter_ticks: u32,
    /// Frames per second.
    pub fps: f32,
}

/// One track as it arrives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrackStats {
    /// Layers from low to high.
    pub layers: Vec<LayerStats>,
    /// Subscribers.
    pub downs: usize,
    /// Key frames asked for.
    pub key_frame_requests: u64,
}

/// One down track as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DownStats {
    /// The layer that is sent, `None` while nothing is.
    pub layer: Option<u8>,
    /// The layer that the allocator aims at, `None` when stopped.
    pub target_layer: Option<u8>,
    /// Whether congestion stopped it.
    pub paused_by_congestion: bool,
    /// Packets sent, without retransmissions.
    pub packets: u64,
    /// Bytes of payload sent, without retransmissions.
    pub payload_bytes: u64,
    /// What is sent.
    pub bitrate_bps: u64,
    /// Packets sent again.
    pub retransmitted_packets: u64,
    /// The share the subscriber lost according to its last report, 0 to 1.
    pub loss: f32,
}
