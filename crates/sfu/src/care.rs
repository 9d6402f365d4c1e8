//! What happens because time passes: who is looked at when, the slow beat of each peer, the windows of
//! the speakers. One heap of wake-ups, one entry per peer that counts; nothing is walked per packet.

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use crate::face::{PeerId, Sfu, Sink};
use crate::speakers;

/// Liveness of layers, the estimate and wanted layers are looked at this often.
pub(crate) const BEAT: Duration = Duration::from_millis(250);
/// A peer is not looked at again sooner than this, whatever asks for it.
const REST: Duration = Duration::from_micros(250);
/// The same for the estimator, which may want to probe while it must not.
const ESTIMATOR_REST: Duration = Duration::from_millis(10);
/// Reports and quality come on every this many beats.
const BEATS_PER_REPORT: u32 = 4;

impl Sfu {
    /// Puts a peer on the list of those that [`Sfu::transmit`] looks at.
    pub(crate) fn touch(&mut self, peer_id: PeerId) {
        if let Some(peer) = self.peers.find_mut(peer_id)
            && !std::mem::replace(&mut peer.dirty, true)
        {
            self.dirty.push(peer_id);
        }
    }

    /// Wakes those whose time has come.
    pub(crate) fn do_what_is_due(&mut self, now: Instant) {
        while let Some(Reverse((at, id))) = self.wakes.peek().copied() {
            if at > now {
                break;
            }
            self.wakes.pop();
            let Some(peer) = self.peers.find_mut(id).filter(|peer| peer.wake == Some(at)) else { continue };
            peer.wake = None;
            let beats = peer.beat <= now;
            self.touch(id);
            if beats {
                self.beat(id, now);
            }
        }
        if self.speakers_at.is_some_and(|at| at <= now) {
            self.update_speakers(now);
            self.speakers_at = Some(now + speakers::WINDOW);
        }
    }

    /// When the next of these is due; at once when peers wait for [`Sfu::transmit`].
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        if !self.dirty.is_empty() {
            return self.latest;
        }
        let wake = self.wakes.peek().map(|Reverse((at, _))| *at);
        wake.into_iter().chain(self.speakers_at).min()
    }

    fn beat(&mut self, id: PeerId, now: Instant) {
        let Some(peer) = self.peers.find_mut(id) else {
            return;
        };
        peer.beat = (peer.beat + BEAT).max(now);
        peer.beats = peer.beats.wrapping_add(1);
        let reports = peer.beats % BEATS_PER_REPORT == 0;
        peer.reports_due |= reports;
        peer.budget.tick(now);
        let tracks = peer.tracks.clone();
        for track_id in tracks {
            self.lower_wanted(track_id, now);
            if self.tracks.find_mut(track_id).is_some_and(|track| track.update_liveness(now)) {
                self.retarget_downs(track_id, now);
            }
        }
        self.limit_frame_rates(id, now);
        self.allocate(id, now);
        if reports {
            self.update_quality(id, now);
        }
    }

    fn limit_frame_rates(&mut self, id: PeerId, now: Instant) {
        let Some(peer) = self.peers.find(id) else {
            return;
        };
        for id in &peer.downs {
            let Some(down) = self.downs.find_mut(*id) else { continue };
            let Some(layer) = down.current() else { continue };
            let source = self.tracks.find(down.track).and_then(|track| track.layers.get(usize::from(layer)));
            let fps = source.map_or(0.0, |layer| layer.frames.per_second(now));
            down.limit_fps(fps);
        }
    }

    /// Serves every peer that something happened to.
    pub(crate) fn serve_all(&mut self, now: Instant, sink: &mut impl Sink) {
        let mut list = std::mem::take(&mut self.dirty);
        for id in list.drain(..) {
            self.serve(id, now, sink);
        }
        // What became dirty meanwhile is served by the next call.
        list.append(&mut self.dirty);
        self.dirty = list;
    }

    fn serve(&mut self, id: PeerId, now: Instant, sink: &mut impl Sink) {
        let Some(peer) = self.peers.find_mut(id) else {
            return;
        };
        peer.dirty = false;
        let reports_due = std::mem::take(&mut peer.reports_due);
        self.send_media(id, now, sink);
        self.send_feedback(id, now, sink);
        if reports_due {
            self.send_reports(id, now, sink);
        }
        let Some(next) = self.next_of(id, now) else {
            return;
        };
        let next = next.max(now + REST);
        if let Some(peer) = self.peers.find_mut(id)
            && peer.wake.is_none_or(|wake| wake > next)
        {
            peer.wake = Some(next);
            self.wakes.push(Reverse((next, id)));
        }
    }

    /// When a peer next wants to be looked at.
    fn next_of(&self, id: PeerId, now: Instant) -> Option<Instant> {
        let peer = self.peers.find(id)?;
        let mut next = peer.beat;
        let mut sooner = |at: Option<Instant>| next = at.map_or(next, |at| next.min(at));
        sooner(peer.egress.poll_timeout());
        sooner(peer.feedback.poll_timeout());
        sooner(peer.budget.poll_timeout().map(|at| at.max(now + ESTIMATOR_REST)));
        for track in peer.tracks.iter().filter_map(|track| self.tracks.find(*track)) {
            sooner(track.key_frame_due());
            for layer in &track.layers {
                sooner(layer.gaps.as_ref().and_then(|gaps| gaps.poll_timeout()));
            }
        }
        Some(next)
    }
}
