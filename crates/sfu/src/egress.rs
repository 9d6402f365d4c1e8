//! From the descriptors that wait for a subscriber to sealed messages: frames whole, equal sizes side
//! by side, nothing allocated. The order is audio, then what is sent again, then video. It decides
//! nothing about what a subscriber gets.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::codec::red;
use crate::down::{Descriptor, Down};
use crate::face::{DownId, PeerId, Sfu, Sink};
use crate::peer::Peer;
use crate::pool::{PACKET_BYTES_MAX, Parsed, Pool};
use crate::redundancy::Earlier;
use crate::rtp::{Elements, Fields, RTX_OVERHEAD, pad, write_header};
use crate::setup::Kind;
use crate::slab::Slab;
use crate::srtp::OVERHEAD_MAX;
use crate::stats::DropReason;
use crate::track::Track;
use crate::wire::low16;

/// Packets in one message.
pub(crate) const SEGMENTS_MAX: usize = 20;
/// A frame leaves this long after its first packet, complete or not.
const FRAME_WAIT: Duration = Duration::from_millis(2);
/// Voices of several people are gathered for this long.
const AUDIO_TICK: Duration = Duration::from_millis(3);
/// Padding that makes packets of a frame equal.
const VIDEO_PADDING_MAX: usize = 4;
/// Padding that makes packets of several voices equal.
const AUDIO_PADDING_MAX: usize = 48;
/// Packets waiting to be sent again; older ones are then of no use.
const RESENDS_MAX: usize = 512;
const AUDIO_QUEUED_MAX: usize = 256;
const ARENA_BYTES: usize = SEGMENTS_MAX * (PACKET_BYTES_MAX + 2 * OVERHEAD_MAX);
/// Bytes of padding in one probing packet; the count is one byte.
const PROBE_PADDING_BYTES: u8 = 255;
/// Probe packets built by one call, whatever the estimator asks for.
const PROBES_MAX: usize = 64;

/// What waits to leave to one peer.
#[derive(Debug, Default)]
pub(crate) struct Egress {
    pub(crate) audio: VecDeque<(DownId, Descriptor)>,
    pub(crate) audio_since: Option<Instant>,
    pub(crate) audio_downs: usize,
    /// Down tracks with a retransmission stream, and the one that carried the last probe.
    pub(crate) rtx_downs: usize,
    probes_on: Option<DownId>,
    resends: VecDeque<(DownId, Descriptor)>,
    plain_resends: VecDeque<(DownId, u16)>,
    /// Runs of complete packets at the front of down tracks, in order.
    ready: VecDeque<(DownId, usize)>,
    /// Down tracks with a frame that is not complete, and since when.
    open: VecDeque<(DownId, Instant)>,
    /// Video packets in the queues of all down tracks.
    pub(crate) queued: usize,
    /// When the pacer lets more video go.
    paced_until: Option<Instant>,
}

impl Egress {
    /// Takes an audio packet; the oldest gives way when there are too many.
    pub(crate) fn push_audio(&mut self, down: DownId, descriptor: Descriptor, now: Instant) -> bool {
        let full = self.audio.len() >= AUDIO_QUEUED_MAX;
        if full {
            self.audio.pop_front();
        }
        self.audio.push_back((down, descriptor));
        self.audio_since.get_or_insert(now);
        !full
    }

    /// Takes a packet that is to be sent again; the newest gives way when there are too many.
    pub(crate) fn push_resend(&mut self, down: DownId, descriptor: Descriptor, packets_max: usize) {
        if self.resends.len() < packets_max.min(RESENDS_MAX) {
            self.resends.push_back((down, descriptor));
        }
    }

    /// The same for a stream without retransmission SSRC, by its number.
    pub(crate) fn push_plain_resend(&mut self, down: DownId, sequence: u16) {
        if self.plain_resends.len() < RESENDS_MAX {
            self.plain_resends.push_back((down, sequence));
        }
    }

    /// Takes a video packet into the queue of its down track.
    pub(crate) fn push_video(&mut self, id: DownId, down: &mut Down, descriptor: Descriptor, marker: bool, now: Instant) {
        down.queue.push_back(descriptor);
        self.queued += 1;
        if marker {
            self.finish(id, down);
        } else if down.open_since.is_none() {
            down.open_since = Some(now);
            self.open.push_back((id, now));
        }
    }

    /// Empties the queue of a down track.
    pub(crate) fn clear(&mut self, down: &mut Down) {
        self.queued = self.queued.saturating_sub(down.queue.len());
        down.queue.clear();
        down.ready = 0;
        down.open_since = None;
    }

    fn finish(&mut self, id: DownId, down: &mut Down) {
        let fresh = down.queue.len() - down.ready;
        if fresh > 0 {
            down.ready = down.queue.len();
            self.ready.push_back((id, fresh));
        }
        down.open_since = None;
    }

    /// Frames that waited long enough count as complete.
    fn finish_old(&mut self, downs: &mut Slab<Down>, now: Instant) {
        while let Some((id, since)) = self.open.front().copied() {
            let down = downs.find_mut(id).filter(|down| down.open_since == Some(since));
            if down.is_some() && since + FRAME_WAIT > now {
                return;
            }
            self.open.pop_front();
            if let Some(down) = down {
                self.finish(id, down);
            }
        }
    }

    fn audio_due(&self) -> Option<Instant> {
        let wait = if self.audio_downs > 1 && self.audio.len() < SEGMENTS_MAX { AUDIO_TICK } else { Duration::ZERO };
        self.audio_since.map(|since| since + wait)
    }

    /// When something of this wants to leave.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let frame = self.open.front().map(|(_, since)| *since + FRAME_WAIT);
        let paced = self.paced_until.filter(|_| !self.ready.is_empty() || !self.resends.is_empty());
        [self.audio_due(), frame, paced].into_iter().flatten().min()
    }
}

/// How a packet leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Media,
    Again,
}

#[derive(Debug, Clone, Copy)]
struct Outgoing {
    down: DownId,
    descriptor: Descriptor,
    manner: Manner,
    /// Size before padding and sealing.
    size: usize,
}

/// Memory that every message is built in.
pub(crate) struct Arena {
    bytes: Box<[u8]>,
    list: Vec<Outgoing>,
}

impl Arena {
    pub(crate) fn new() -> Self {
        Arena { bytes: vec![0; ARENA_BYTES].into_boxed_slice(), list: Vec::with_capacity(SEGMENTS_MAX) }
    }
}

/// What building a message needs of the machine.
struct Outlet<'a, S> {
    peer_id: PeerId,
    peer: &'a mut Peer,
    downs: &'a mut Slab<Down>,
    tracks: &'a Slab<Track>,
    pool: &'a Pool,
    arena: &'a mut Arena,
    stats: &'a mut crate::stats::SfuStats,
    sink: &'a mut S,
    now: Instant,
}

impl Sfu {
    /// Sends what may leave to one peer now.
    pub(crate) fn send_media(&mut self, peer_id: PeerId, now: Instant, sink: &mut impl Sink) {
        let Some(peer) = self.peers.find_mut(peer_id) else {
            return;
        };
        if peer.keys.is_none() {
            return;
        }
        let mut outlet = Outlet {
            peer_id,
            peer,
            downs: &mut self.downs,
            tracks: &self.tracks,
            pool: &self.pool,
            arena: &mut self.arena,
            stats: &mut self.stats,
            sink,
            now,
        };
        outlet.send_audio();
        outlet.peer.egress.finish_old(outlet.downs, now);
        outlet.send_again();
        outlet.send_video();
        outlet.send_probes();
    }
}

impl<S: Sink> Outlet<'_, S> {
    fn send_audio(&mut self) {
        if self.peer.egress.audio_due().is_none_or(|due| due > self.now) {
            return;
        }
        self.peer.egress.audio_since = None;
        while !self.peer.egress.audio.is_empty() {
            while self.arena.list.len() < SEGMENTS_MAX
                && let Some((down, descriptor)) = self.peer.egress.audio.pop_front()
            {
                self.plan(down, descriptor, Manner::Media);
            }
            self.send_list(AUDIO_PADDING_MAX);
        }
    }

    fn send_again(&mut self) {
        while let Some((id, sequence)) = self.peer.egress.plain_resends.pop_front() {
            let Some(down) = self.downs.find_mut(id) else { continue };
            let Some(sealed) = down.sealed.find(sequence) else { continue };
            self.sink.send(self.peer_id, sealed, sealed.len());
            self.stats.sent_packets += 1;
            self.stats.sent_messages += 1;
            self.stats.sent_bytes += sealed.len() as u64;
            self.stats.retransmitted_packets += 1;
            down.retransmitted += 1;
        }
        while !self.peer.egress.resends.is_empty() && self.may_send() {
            while self.arena.list.len() < SEGMENTS_MAX
                && let Some((down, descriptor)) = self.peer.egress.resends.pop_front()
            {
                self.plan(down, descriptor, Manner::Again);
            }
            self.send_list(VIDEO_PADDING_MAX);
        }
    }

    fn send_video(&mut self) {
        while let Some((id, count)) = self.peer.egress.ready.front().copied() {
            if !self.may_send() {
                return;
            }
            let now_count = count.min(SEGMENTS_MAX);
            for _ in 0..now_count {
                let Some(down) = self.downs.find_mut(id).filter(|down| down.ready > 0) else { break };
                let Some(descriptor) = down.queue.pop_front() else { break };
                down.ready -= 1;
                self.peer.egress.queued = self.peer.egress.queued.saturating_sub(1);
                self.plan(id, descriptor, Manner::Media);
            }
            match self.peer.egress.ready.front_mut().filter(|_| count > now_count) {
                Some(front) => front.1 = count - now_count,
                None => {
                    self.peer.egress.ready.pop_front();
                }
            }
            self.send_list(VIDEO_PADDING_MAX);
        }
    }

    /// Whether the pacer lets another message go; else it says when to ask again.
    fn may_send(&mut self) -> bool {
        self.peer.egress.paced_until = self.peer.budget.paced_until(self.now);
        self.peer.egress.paced_until.is_none()
    }

    /// Adds a packet to the list unless it is gone.
    fn plan(&mut self, id: DownId, descriptor: Descriptor, manner: Manner) {
        let Some(down) = self.downs.find(id) else {
            return;
        };
        let Some((bytes, parsed)) = self.pool.find(descriptor.packet) else {
            self.drop_for(DropReason::Overwritten);
            return;
        };
        let stamps = Stamps::default();
        let elements = stamps.elements(down, parsed, bytes, manner);
        let extra = match manner {
            Manner::Again => RTX_OVERHEAD,
            Manner::Media => earlier_of(down, self.tracks, self.pool, &descriptor, parsed).bytes(),
        };
        let size = elements.header_bytes() + extra + usize::from(parsed.payload.length);
        if size + OVERHEAD_MAX + VIDEO_PADDING_MAX > PACKET_BYTES_MAX {
            self.drop_for(DropReason::Sealing);
            return;
        }
        self.arena.list.push(Outgoing { down: id, descriptor, manner, size });
    }

    fn drop_for(&mut self, reason: DropReason) {
        self.stats.drops.add(reason);
        self.peer.drops.add(reason);
    }

    /// Seals the list into as few messages as equal sizes allow.
    fn send_list(&mut self, padding_max: usize) {
        let mut start = 0;
        while start < self.arena.list.len() {
            let (count, target) = run_of(self.arena.list.get(start..).unwrap_or_default(), padding_max);
            self.send_run(start, count, target);
            start += count;
        }
        self.arena.list.clear();
    }

    fn send_run(&mut self, start: usize, count: usize, target: usize) {
        let segment = target + self.peer.keys.as_ref().map_or(0, |keys| keys.overhead);
        let mut written = 0;
        let mut packets = 0;
        for at in start..start + count {
            let Some(outgoing) = self.arena.list.get(at).copied() else { break };
            let last = at + 1 == start + count;
            let padded = if last { outgoing.size } else { target };
            match self.seal(&outgoing, written, padded) {
                Some(length) => {
                    written += length;
                    packets += 1;
                }
                None => self.drop_for(DropReason::Sealing),
            }
        }
        self.emit(written, segment, packets);
    }

    fn emit(&mut self, written: usize, segment: usize, packets: u64) {
        if packets == 0 {
            return;
        }
        let Some(message) = self.arena.bytes.get(..written) else {
            return;
        };
        self.stats.sent_packets += packets;
        self.stats.sent_bytes += written as u64;
        self.stats.sent_messages += 1;
        self.peer.sent.add(written, self.now);
        self.peer.budget.sent(written, self.now);
        self.sink.send(self.peer_id, message, segment.min(written));
    }

    /// Writes and seals one packet at an offset of the arena; gives its length.
    fn seal(&mut self, outgoing: &Outgoing, offset: usize, padded: usize) -> Option<usize> {
        let down = self.downs.find_mut(outgoing.down)?;
        let (bytes, parsed) = self.pool.find(outgoing.descriptor.packet)?;
        let payload = parsed.payload.of(bytes);
        let numbers = outgoing.descriptor.numbers;
        let again = outgoing.manner == Manner::Again;
        let earlier = if again { Earlier::default() } else { earlier_of(down, self.tracks, self.pool, &outgoing.descriptor, parsed) };
        let rtx_sequence = if again { down.next_rtx() } else { 0 };
        let stamps = Stamps::now(self.peer, down, padded, None, self.now);
        let elements = stamps.elements(down, parsed, bytes, outgoing.manner);
        let (stream, fields) = if again {
            let fields = Fields {
                marker: parsed.marker,
                payload_type: down.setup.rtx_payload_type?,
                sequence: rtx_sequence,
                timestamp: numbers.timestamp,
                ssrc: down.setup.rtx_ssrc?,
            };
            (down.rtx_stream?, fields)
        } else {
            let fields = Fields {
                marker: parsed.marker,
                payload_type: payload_type_of(down, parsed, !earlier.is_empty())?,
                sequence: low16(numbers.index),
                timestamp: numbers.timestamp,
                ssrc: down.setup.ssrc,
            };
            (down.stream?, fields)
        };
        let buffer = self.arena.bytes.get_mut(offset..)?;
        let mut at = write_header(buffer, &fields, &elements)?;
        if again {
            buffer.get_mut(at..at + RTX_OVERHEAD)?.copy_from_slice(&low16(numbers.index).to_be_bytes());
            at += RTX_OVERHEAD;
        }
        let content = if earlier.is_empty() {
            let place = buffer.get_mut(at..at + payload.len())?;
            place.copy_from_slice(payload);
            if let Some(vp8) = &parsed.vp8 {
                vp8.write(numbers.vp8, place);
            }
            payload.len()
        } else {
            red::write(buffer.get_mut(at..)?, down.setup.payload_type, earlier.iter(), payload)?
        };
        let unpadded = at + content;
        let length = pad(buffer, unpadded, u8::try_from(padded.saturating_sub(unpadded)).ok()?)?;
        let sealed = self.peer.keys.as_mut()?.sealer.seal_rtp(stream, buffer, length).ok()?;
        down.note_sent(again, low16(numbers.index), buffer.get(..sealed)?, content, self.now);
        if again {
            self.stats.retransmitted_packets += 1;
        }
        Some(sealed)
    }

    /// Padding on a retransmission stream, as much as the estimator wants for its probe.
    fn send_probes(&mut self) {
        let Some(id) = self.probing_down() else {
            return;
        };
        for _ in 0..PROBES_MAX {
            let Some(step) = self.peer.budget.poll_probe(self.now) else { return };
            let mut written = 0;
            let mut packets = 0;
            let mut segment = 0;
            while written < step.bytes && packets < SEGMENTS_MAX as u64 {
                let Some(sealed) = self.seal_probe(id, step.cluster, written) else { break };
                segment = segment.max(sealed);
                written += sealed;
                packets += 1;
            }
            if packets == 0 {
                return;
            }
            self.peer.budget.probe_sent(step.cluster, written, self.now);
            self.emit(written, segment, packets);
        }
    }

    /// The down track that probes are sent on, as long as it can carry them: looking for another one walks all.
    fn probing_down(&mut self) -> Option<DownId> {
        if self.peer.egress.rtx_downs == 0 {
            return None;
        }
        let can_probe = |id: &DownId| self.downs.find(*id).is_some_and(Down::can_probe);
        if self.peer.egress.probes_on.as_ref().is_none_or(|id| !can_probe(id)) {
            self.peer.egress.probes_on = self.peer.downs.iter().copied().find(can_probe);
        }
        self.peer.egress.probes_on
    }

    fn seal_probe(&mut self, id: DownId, cluster: u16, offset: usize) -> Option<usize> {
        let down = self.downs.find_mut(id)?;
        let sequence = down.next_rtx();
        let size = crate::rtp::FIXED_HEADER_BYTES + usize::from(PROBE_PADDING_BYTES);
        let stamps = Stamps::now(self.peer, down, size, Some(cluster), self.now);
        let elements = stamps.own_elements(down);
        let fields = Fields {
            marker: false,
            payload_type: down.setup.rtx_payload_type?,
            sequence,
            timestamp: down.numbers().last_timestamp(),
            ssrc: down.setup.rtx_ssrc?,
        };
        let buffer = self.arena.bytes.get_mut(offset..)?;
        let header = write_header(buffer, &fields, &elements)?;
        let length = pad(buffer, header, PROBE_PADDING_BYTES)?;
        self.peer.keys.as_mut()?.sealer.seal_rtp(down.rtx_stream?, buffer, length).ok()
    }
}

/// How many packets from the start make one message, and the size all but the last are padded to.
fn run_of(list: &[Outgoing], padding_max: usize) -> (usize, usize) {
    let (mut smallest, mut largest) = (usize::MAX, 0);
    for (at, outgoing) in list.iter().enumerate() {
        let (low, high) = (smallest.min(outgoing.size), largest.max(outgoing.size));
        if high - low > padding_max && at > 0 {
            // The last packet of a message may be shorter by any amount, never longer.
            let ends_run = outgoing.size < largest;
            return (if ends_run { at + 1 } else { at }, largest);
        }
        (smallest, largest) = (low, high);
    }
    // The last one is not padded, so it must not be what the others are measured by when it is alone.
    (list.len(), largest)
}

/// What a packet repeats of those before it.
fn earlier_of<'a>(down: &Down, tracks: &Slab<Track>, pool: &'a Pool, descriptor: &Descriptor, parsed: &Parsed) -> Earlier<'a> {
    match down.kind {
        Kind::Audio => tracks.find(down.track).map(|track| Earlier::of(down, track, pool, descriptor, parsed)).unwrap_or_default(),
        Kind::Video => Earlier::default(),
    }
}

/// What the subscriber knows the payload as; nothing when it cannot take it.
fn payload_type_of(down: &Down, parsed: &Parsed, wrapped: bool) -> Option<u8> {
    if parsed.opaque_red || wrapped { down.setup.red_payload_type } else { Some(down.setup.payload_type) }
}

/// The header extension values that are made at the moment of sending.
#[derive(Debug, Default)]
struct Stamps {
    transport_sequence: [u8; 2],
    send_time: [u8; 3],
}

impl Stamps {
    fn now(peer: &mut Peer, down: &Down, bytes: usize, probe: Option<u16>, now: Instant) -> Stamps {
        let mut stamps = Stamps::default();
        if down.setup.extensions.transport_cc.is_some() {
            stamps.transport_sequence = peer.budget.next_transport_sequence(bytes, probe, now).to_be_bytes();
        }
        if down.setup.extensions.abs_send_time.is_some() {
            stamps.send_time = peer.budget.send_time(now);
        }
        stamps
    }

    /// What every packet carries, whatever is in it.
    fn own_elements<'a>(&'a self, down: &'a Down) -> Elements<'a> {
        let ids = &down.setup.extensions;
        let mut elements = Elements::new();
        if let (Some(id), Some(mid), true) = (ids.mid, &down.setup.mid, down.announce_mid) {
            elements.push(id, mid.as_bytes());
        }
        if let Some(id) = ids.transport_cc {
            elements.push(id, &self.transport_sequence);
        }
        if let Some(id) = ids.abs_send_time {
            elements.push(id, &self.send_time);
        }
        elements
    }

    fn elements<'a>(&'a self, down: &'a Down, parsed: &'a Parsed, bytes: &'a [u8], manner: Manner) -> Elements<'a> {
        let mut elements = self.own_elements(down);
        if manner == Manner::Again {
            return elements;
        }
        let ids = &down.setup.extensions;
        match down.kind {
            Kind::Audio => {
                if let (Some(id), Some(level)) = (ids.audio_level, &parsed.audio_level) {
                    elements.push(id, std::slice::from_ref(level));
                }
            }
            Kind::Video => {
                if let (Some(id), Some(orientation)) = (ids.video_orientation, &parsed.video_orientation) {
                    elements.push(id, std::slice::from_ref(orientation));
                }
                if let (Some(id), true) = (ids.dependency_descriptor, parsed.dependency_descriptor.length > 0) {
                    elements.push(id, parsed.dependency_descriptor.of(bytes));
                }
                if let (Some(id), true) = (ids.playout_delay, parsed.playout_delay.length > 0) {
                    elements.push(id, parsed.playout_delay.of(bytes));
                }
            }
        }
        if let (Some(id), true) = (ids.abs_capture_time, parsed.abs_capture_time.length > 0) {
            elements.push(id, parsed.abs_capture_time.of(bytes));
        }
        elements
    }
}
