//! One transport: its keys, the SSRCs that lead to what it publishes, the streams it is sent and what
//! waits to leave. It must not know other peers.

use std::time::{Duration, Instant};

use crate::down::Down;
use crate::egress::Egress;
use crate::face::{DownId, RoomId, SfuError, TrackId};
use crate::measure::{Rate, bits};
use crate::quality::Opinion;
use crate::rewrite::Continuation;
use crate::setup::{ExtensionIds, Kind, PeerSetup, SrtpKeys};
use crate::srtp::{Opener, Sealer};
use crate::ssrcs::SsrcMap;
use crate::stats::{DropReason, Drops, PeerStats};
use crate::track::Binding;

/// SSRCs that a peer was ever sent and that stay reserved.
const OWN_SSRCS_MAX: usize = 4_096;

/// What one of our SSRCs towards a peer stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sending {
    /// The media of a down track.
    Media(DownId),
    /// The retransmissions of a down track, of which nothing is asked.
    Rtx,
    /// Nothing now; its numbers go on when it is used again.
    Retired(Continuation),
    /// The same for retransmissions.
    RetiredRtx(u64),
}

/// What opens and seals.
pub(crate) struct Keys {
    pub(crate) opener: Opener,
    pub(crate) sealer: Sealer,
    pub(crate) overhead: usize,
}

/// A peer, seen from outside only by its id.
pub struct Peer {
    pub(crate) room: RoomId,
    pub(crate) keys: Option<Keys>,
    pub(crate) tracks: Vec<TrackId>,
    pub(crate) downs: Vec<DownId>,
    /// What the peer's extension ids mean, over all its sections.
    pub(crate) extensions: ExtensionIds,
    pub(crate) bindings: SsrcMap<Binding>,
    pub(crate) sendings: SsrcMap<Sending>,
    /// Who we are in feedback.
    pub(crate) report_ssrc: u32,
    pub(crate) egress: Egress,
    pub(crate) feedback: crate::feedback::Feedback,
    pub(crate) budget: crate::budget::Budget,
    pub(crate) received: Rate,
    pub(crate) sent: Rate,
    pub(crate) rtt: Option<Duration>,
    pub(crate) opinion: Opinion,
    pub(crate) drops: Drops,
    /// The next beat, when slow work is done.
    pub(crate) beat: Instant,
    pub(crate) beats: u32,
    /// The wake-up that is registered for this peer.
    pub(crate) wake: Option<Instant>,
    /// Whether it is in the list of peers with something to send.
    pub(crate) dirty: bool,
    /// Whether reports are to leave with the next batch.
    pub(crate) reports_due: bool,
}

impl Peer {
    pub(crate) fn new(room: RoomId, setup: &PeerSetup, report_ssrc: u32, beat: Instant, now: Instant) -> Self {
        Peer {
            room,
            keys: None,
            tracks: Vec::new(),
            downs: Vec::new(),
            extensions: ExtensionIds::default(),
            bindings: SsrcMap::default(),
            sendings: SsrcMap::default(),
            report_ssrc,
            egress: Egress::default(),
            feedback: crate::feedback::Feedback::default(),
            budget: crate::budget::Budget::new(setup, now),
            received: Rate::default(),
            sent: Rate::default(),
            rtt: None,
            opinion: Opinion::default(),
            drops: Drops::default(),
            beat,
            beats: 0,
            wake: None,
            dirty: false,
            reports_due: false,
        }
    }

    pub(crate) fn set_keys(&mut self, keys: &SrtpKeys) -> Result<(), SfuError> {
        let wrong = |_| SfuError::Keys;
        let opener = Opener::new(keys.profile, &keys.remote_key, &keys.remote_salt).map_err(wrong)?;
        let sealer = Sealer::new(keys.profile, &keys.local_key, &keys.local_salt).map_err(wrong)?;
        self.keys = Some(Keys { opener, sealer, overhead: keys.profile.rtp_overhead() });
        Ok(())
    }

    pub(crate) fn is_ssrc_taken(&self, ssrc: u32) -> bool {
        ssrc == self.report_ssrc || self.sendings.contains_key(&ssrc)
    }

    /// Whether a down track may use these SSRCs: unknown or retired ones of the same kind.
    pub(crate) fn may_send(&self, ssrc: u32, rtx_ssrc: Option<u32>) -> Result<(), SfuError> {
        let media = matches!(self.sendings.get(&ssrc), None | Some(Sending::Retired(_)));
        let rtx = rtx_ssrc.is_none_or(|rtx| matches!(self.sendings.get(&rtx), None | Some(Sending::RetiredRtx(_))));
        if !media || !rtx || rtx_ssrc == Some(ssrc) || ssrc == self.report_ssrc || rtx_ssrc == Some(self.report_ssrc) {
            return Err(SfuError::Unusable);
        }
        if self.sendings.len() + 2 > OWN_SSRCS_MAX {
            return Err(SfuError::Full);
        }
        Ok(())
    }

    pub(crate) fn add_down(&mut self, id: DownId, kind: Kind, ssrc: u32, rtx_ssrc: Option<u32>) {
        self.downs.push(id);
        self.sendings.insert(ssrc, Sending::Media(id));
        if let Some(rtx) = rtx_ssrc {
            self.sendings.insert(rtx, Sending::Rtx);
        }
        self.egress.audio_downs += usize::from(kind == Kind::Audio);
        self.egress.rtx_downs += usize::from(rtx_ssrc.is_some());
    }

    /// Forgets a down track but not the numbers it used.
    pub(crate) fn remove_down(&mut self, id: DownId, down: &Down) {
        self.downs.retain(|other| *other != id);
        self.sendings.insert(down.setup.ssrc, Sending::Retired(down.numbers()));
        if let Some(rtx) = down.setup.rtx_ssrc {
            self.sendings.insert(rtx, Sending::RetiredRtx(down.rtx_next));
        }
        self.egress.audio_downs -= usize::from(down.kind == Kind::Audio);
        self.egress.rtx_downs -= usize::from(down.setup.rtx_ssrc.is_some());
    }

    /// Takes the ids of a section into the meaning that all sections share.
    pub(crate) fn learn_extensions(&mut self, ids: &ExtensionIds) {
        let own = &mut self.extensions;
        own.mid = ids.mid.or(own.mid);
        own.rid = ids.rid.or(own.rid);
        own.repaired_rid = ids.repaired_rid.or(own.repaired_rid);
        own.transport_cc = ids.transport_cc.or(own.transport_cc);
        own.abs_send_time = ids.abs_send_time.or(own.abs_send_time);
        own.abs_capture_time = ids.abs_capture_time.or(own.abs_capture_time);
        own.audio_level = ids.audio_level.or(own.audio_level);
        own.video_orientation = ids.video_orientation.or(own.video_orientation);
        own.dependency_descriptor = ids.dependency_descriptor.or(own.dependency_descriptor);
        own.playout_delay = ids.playout_delay.or(own.playout_delay);
    }

    pub(crate) fn bind(&mut self, ssrc: u32, binding: Binding, ssrcs_max: usize) -> Result<(), DropReason> {
        if self.bindings.len() >= ssrcs_max && !self.bindings.contains_key(&ssrc) {
            return Err(DropReason::TooManySsrcs);
        }
        self.bindings.insert(ssrc, binding);
        Ok(())
    }

    pub(crate) fn stats(&self, now: Instant) -> PeerStats {
        PeerStats {
            received_bps: bits(self.received.per_second(now)),
            sent_bps: bits(self.sent.per_second(now)),
            estimate_bps: self.budget.estimate_bps(),
            rtt: self.rtt,
            loss_up: self.opinion.loss_up,
            loss_down: self.opinion.loss_down,
            score: self.opinion.score,
            queued_packets: self.egress.queued,
            drops: self.drops,
        }
    }
}
