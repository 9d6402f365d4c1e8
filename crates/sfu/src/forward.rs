//! Fan-out: one packet of a track to the queues of its subscribers, and the key frames that have to be
//! asked for on the way. It copies no payload and seals nothing.

use std::time::{Duration, Instant};

use crate::down::{Descriptor, Down};
use crate::face::{DownId, PeerId, Sfu, TrackId};
use crate::feedback::RESENDS_WITHIN;
use crate::peer::Peer;
use crate::pool::{PacketRef, Parsed, Pool};
use crate::setup::Kind;
use crate::slab::Slab;
use crate::stats::DropReason;
use crate::track::Layer;

/// Video that would leave later than this is dropped up to the next key frame: nobody talks over a delay.
const BACKLOG_MAX: Duration = Duration::from_millis(1_000);

/// Reads a little of each down track before they are gone through one by one: their memory then comes all at once,
/// which is what many streams would otherwise be waiting for.
fn warm(downs: &Slab<Down>, ids: &[DownId]) {
    let touched = ids.iter().filter_map(|id| downs.find(*id)).fold(0_u64, |sum, down| sum.wrapping_add(down.touch()));
    std::hint::black_box(touched);
}

/// Packets that may have overtaken the start of their key frame.
const OVERTAKERS_MAX: u64 = 512;

/// Puts a packet where it waits to leave; false when there was no room.
fn queue(peer: &mut Peer, id: DownId, down: &mut Down, descriptor: Descriptor, marker: bool, queued_max: usize, now: Instant) -> bool {
    if down.kind == Kind::Audio {
        return peer.egress.push_audio(id, descriptor, now);
    }
    if peer.egress.queued >= peer.budget.packets_within(BACKLOG_MAX).min(queued_max) {
        peer.egress.clear(down);
        down.interrupt();
        return false;
    }
    peer.egress.push_video(id, down, descriptor, marker, now);
    true
}

/// When the start of a key frame came late, what follows it is here already and was not wanted then.
#[expect(clippy::too_many_arguments, reason = "pieces of one machine, borrowed apart")]
fn catch_up(
    peer: &mut Peer,
    id: DownId,
    down: &mut Down,
    layers: &[Layer],
    start: &Parsed,
    pool: &Pool,
    queued_max: usize,
    now: Instant,
) -> bool {
    let Some(layer) = layers.get(usize::from(start.layer)) else {
        return true;
    };
    let newest = layer.seen.newest().unwrap_or_default().min(start.index + OVERTAKERS_MAX);
    for index in start.index + 1..=newest {
        let Some(packet) = layer.kept(index) else { continue };
        let Some((_, parsed)) = pool.find(packet) else { continue };
        let Some(numbers) = down.accept(parsed, layers, true, now).numbers else { continue };
        if !queue(peer, id, down, Descriptor { packet, numbers }, parsed.marker, queued_max, now) {
            return false;
        }
    }
    true
}

/// Begins a layer with its newest key frame, all of which is here, and goes on with all that followed it; whether
/// there was room. Nothing when there is no such key frame.
#[expect(clippy::too_many_arguments, reason = "pieces of one machine, borrowed apart")]
fn begin_layer(
    peer: &mut Peer,
    id: DownId,
    down: &mut Down,
    layers: &[Layer],
    layer: u8,
    pool: &Pool,
    queued_max: usize,
    now: Instant,
) -> Option<bool> {
    let (packet, began) = layers.get(usize::from(layer))?.fresh_key_frame(now)?;
    let (_, start) = pool.find(packet)?;
    let before = down.current();
    if before.is_none() && down.sent_since(began) {
        return None;
    }
    let numbers = down.begin(start, layers, now)?;
    if before.is_some() {
        // What still waits of the layer before would only delay it.
        peer.egress.clear(down);
    }
    let fits = queue(peer, id, down, Descriptor { packet, numbers }, start.marker, queued_max, now);
    Some(fits && catch_up(peer, id, down, layers, start, pool, queued_max, now))
}

impl Sfu {
    /// Queues a packet for all who are to get it.
    pub(crate) fn forward(&mut self, track_id: TrackId, packet: PacketRef, parsed: &Parsed, now: Instant) {
        let Some(track) = self.tracks.find_mut(track_id) else {
            return;
        };
        let completes = track.kind() == Kind::Video
            && track.layers.get_mut(usize::from(parsed.layer)).is_some_and(|layer| layer.completes_key_frame(parsed, &self.pool, now));
        if track.muted {
            let publisher = track.peer;
            self.drop_for(publisher, DropReason::Muted);
            return;
        }
        warm(&self.downs, &track.downs);
        let mut wanted = None;
        let mut full = false;
        for id in &track.downs {
            let Some(down) = self.downs.find_mut(*id) else { continue };
            let Some(peer) = self.peers.find_mut(down.subscriber) else { continue };
            if peer.keys.is_none() {
                // Nothing can be sent yet; a key frame that is asked for now would come too early, and the
                // next one not before the throttle allows.
                down.interrupt();
                continue;
            }
            let queued_max = self.config.limits.queued_packets_per_peer_max;
            if completes && down.waits_for(parsed.layer) {
                // The layer before is sent until now: a key frame of which packets are missing shows nothing.
                let begun = begin_layer(peer, *id, down, &track.layers, parsed.layer, &self.pool, queued_max, now);
                full |= begun == Some(false);
            } else {
                let before = down.current();
                let verdict = down.accept(parsed, &track.layers, track.voice.forwarded, now);
                wanted = wanted.max(verdict.key_frame_of);
                if verdict.late {
                    self.stats.drops.add(DropReason::TooLate);
                }
                let Some(numbers) = verdict.numbers else { continue };
                full |= !queue(peer, *id, down, Descriptor { packet, numbers }, parsed.marker, queued_max, now);
                if down.awaited(parsed) {
                    peer.egress.push_resend(*id, Descriptor { packet, numbers }, peer.budget.packets_within(RESENDS_WITHIN));
                }
                if down.current() != before && down.kind == Kind::Video {
                    full |= !catch_up(peer, *id, down, &track.layers, parsed, &self.pool, queued_max, now);
                }
            }
            if !std::mem::replace(&mut peer.dirty, true) {
                self.dirty.push(down.subscriber);
            }
        }
        if full {
            self.stats.drops.add(DropReason::QueueFull);
        }
        if let Some(layer) = wanted {
            self.want_key_frame(track_id, layer, false);
        }
    }

    /// Notes that a layer's key frame is wanted; the publisher is asked as soon as the throttle allows, which is
    /// sooner for somebody who has no picture yet.
    pub(crate) fn want_key_frame(&mut self, track_id: TrackId, layer: u8, at_once: bool) {
        let Some(track) = self.tracks.find_mut(track_id) else {
            return;
        };
        track.want_key_frame(layer, at_once);
        let publisher = track.peer;
        self.touch(publisher);
    }

    /// Begins what a down track waits for with a key frame that is here, or asks for one.
    pub(crate) fn start_picture(&mut self, id: DownId, now: Instant) {
        let Some(down) = self.downs.find(id) else {
            return;
        };
        let Some(target) = down.awaits_key_frame() else {
            return;
        };
        let ready = self.peers.find(down.subscriber).is_some_and(|peer| peer.keys.is_some()) && !down.settings.held;
        let (track, shows) = (down.track, down.current().is_some());
        if !ready {
            self.ask_early(id);
        } else if !self.begin_with_what_is_here(id, target, now) {
            self.want_key_frame(track, target, !shows);
        }
    }

    /// Asks once before a subscriber can take it: what comes is kept, and the picture begins with it.
    fn ask_early(&mut self, id: DownId) {
        let Some(down) = self.downs.find_mut(id).filter(|down| !down.asked_early) else {
            return;
        };
        down.asked_early = true;
        let (track, target) = (down.track, down.target());
        if let Some(target) = target {
            self.want_key_frame(track, target, true);
        }
    }

    /// The same for everything a peer is sent.
    pub(crate) fn start_pictures(&mut self, peer: PeerId, now: Instant) {
        let downs = self.peers.find(peer).map(|peer| peer.downs.clone()).unwrap_or_default();
        downs.into_iter().for_each(|down| self.start_picture(down, now));
    }

    /// Without a picture, goes back to a key frame of a moment ago and catches up; a lower layer will do until the
    /// target comes. Whether the target was begun.
    fn begin_with_what_is_here(&mut self, id: DownId, target: u8, now: Instant) -> bool {
        let Some(down) = self.downs.find_mut(id) else {
            return false;
        };
        let Some(track) = self.tracks.find(down.track).filter(|track| !track.muted) else {
            return false;
        };
        let subscriber = down.subscriber;
        let Some(peer) = self.peers.find_mut(subscriber) else {
            return false;
        };
        let queued_max = self.config.limits.queued_packets_per_peer_max;
        if down.current().is_some() {
            return false;
        }
        let begun =
            (0..=target).rev().find(|layer| begin_layer(peer, id, down, &track.layers, *layer, &self.pool, queued_max, now).is_some());
        if begun.is_some() {
            self.touch(subscriber);
        }
        begun == Some(target)
    }
}
