//! From a datagram of a peer to a parsed packet of a layer: opening, learning of SSRCs, repeats,
//! parsing of what forwarding needs. Strangers' bytes end here; nothing is believed before it is
//! authentic, and every table that a peer can fill is bounded.

use std::time::Instant;

use crate::codec;
use crate::codec::red::Blocks;
use crate::face::{PeerId, Sfu, TrackId};
use crate::peer::Peer;
use crate::pool::{Parsed, Pool, Span};
use crate::rtp::{Header, RtxInner, decapsulate};
use crate::setup::{CodecKind, ExtensionIds, Kind};
use crate::slab::Slab;
use crate::srtp::SrtpError;
use crate::stats::DropReason;
use crate::track::{Binding, Layer, Track};

/// RFC 5761: payload types 64 to 95 in the second byte mean RTCP.
const RTCP_TYPES: std::ops::RangeInclusive<u8> = 192..=223;

/// A packet that arrived, with repeats already unpacked.
struct Arrival {
    binding: Binding,
    header: Header,
    /// Extended sequence number of its own SSRC.
    wire_index: u64,
}

impl Sfu {
    pub(crate) fn take_datagram(&mut self, peer_id: PeerId, bytes: &mut [u8], now: Instant) {
        self.stats.received_packets += 1;
        self.stats.received_bytes += bytes.len() as u64;
        let taken = match bytes.get(1) {
            None => Err(DropReason::Malformed),
            Some(second) if RTCP_TYPES.contains(second) => self.take_rtcp(peer_id, bytes, now),
            Some(_) => self.take_rtp(peer_id, bytes, now),
        };
        if let Err(reason) = taken {
            self.drop_for(peer_id, reason);
        }
    }

    pub(crate) fn drop_for(&mut self, peer: PeerId, reason: DropReason) {
        self.stats.drops.add(reason);
        if let Some(peer) = self.peers.find_mut(peer) {
            peer.drops.add(reason);
        }
    }

    fn take_rtp(&mut self, peer_id: PeerId, bytes: &mut [u8], now: Instant) -> Result<(), DropReason> {
        let peer = self.peers.find_mut(peer_id).ok_or(DropReason::NoKeys)?;
        let keys = peer.keys.as_mut().ok_or(DropReason::NoKeys)?;
        let opened = keys.opener.open_rtp(bytes).map_err(reason_of)?;
        let clear = bytes.get(..opened.length).ok_or(DropReason::Malformed)?;
        let header = Header::parse(clear).map_err(|_| DropReason::Malformed)?;
        peer.received.add(bytes.len(), now);
        peer.note_arrival(&header, bytes, now);
        let binding = match peer.bindings.get(&header.ssrc) {
            Some(binding) => *binding,
            None => self.learn(peer_id, &header, opened.length, bytes)?,
        };
        let clear = bytes.get_mut(..opened.length).ok_or(DropReason::Malformed)?;
        let arrival = Arrival { binding, header, wire_index: opened.index };
        if binding.rtx { self.take_repeat(peer_id, &arrival, clear, now) } else { self.take_media(peer_id, &arrival, clear, now) }
    }

    /// Finds out what an unknown SSRC stands for, from the packet's own mid and rids.
    fn learn(&mut self, peer_id: PeerId, header: &Header, length: usize, bytes: &[u8]) -> Result<Binding, DropReason> {
        let peer = self.peers.find_mut(peer_id).ok_or(DropReason::NoKeys)?;
        let clear = bytes.get(..length).ok_or(DropReason::Malformed)?;
        let binding = find_binding(peer, &self.tracks, header, clear).ok_or(DropReason::UnknownSsrc)?;
        peer.bind(header.ssrc, binding, self.config.limits.ssrcs_per_peer_max)?;
        let track = self.tracks.find_mut(binding.track).ok_or(DropReason::UnknownSsrc)?;
        let layer = track.layers.get_mut(usize::from(binding.layer)).ok_or(DropReason::UnknownSsrc)?;
        let replaced = if binding.rtx {
            layer.rtx_ssrc.replace(header.ssrc)
        } else {
            let old = layer.ssrc;
            layer.rebind(header.ssrc);
            old
        };
        if let Some(old) = replaced.filter(|old| *old != header.ssrc) {
            peer.bindings.remove(&old);
        }
        Ok(binding)
    }

    /// A retransmission: its original takes its way once, whether lost before or repeated as a probe.
    fn take_repeat(&mut self, peer_id: PeerId, arrival: &Arrival, bytes: &mut [u8], now: Instant) -> Result<(), DropReason> {
        let track = self.tracks.find_mut(arrival.binding.track).ok_or(DropReason::UnknownSsrc)?;
        if track.setup.codec.rtx_payload_type != Some(arrival.header.payload_type) {
            return Err(DropReason::UnknownPayloadType);
        }
        let layer = track.layers.get(usize::from(arrival.binding.layer)).ok_or(DropReason::UnknownSsrc)?;
        let RtxInner::Repeat { sequence, .. } = decapsulate(&arrival.header, bytes) else {
            return Err(DropReason::Duplicate);
        };
        let index = layer.index_near(sequence).ok_or(DropReason::Duplicate)?;
        let mut payload = arrival.header.payload_range();
        payload.start += crate::rtp::RTX_OVERHEAD;
        if payload.is_empty() {
            return Err(DropReason::Duplicate);
        }
        self.take_original(peer_id, arrival, index, payload, bytes, now)
    }

    fn take_media(&mut self, peer_id: PeerId, arrival: &Arrival, bytes: &mut [u8], now: Instant) -> Result<(), DropReason> {
        let track = self.tracks.find_mut(arrival.binding.track).ok_or(DropReason::UnknownSsrc)?;
        let codec = track.setup.codec;
        let payload_type = arrival.header.payload_type;
        if payload_type != codec.payload_type && codec.red_payload_type != Some(payload_type) {
            return Err(DropReason::UnknownPayloadType);
        }
        let layer = track.layers.get_mut(usize::from(arrival.binding.layer)).ok_or(DropReason::UnknownSsrc)?;
        let index = layer.index_of(arrival.wire_index);
        // Padding probes the publisher's path and goes no further: it is no part of what the layer costs.
        let is_padding = arrival.header.payload_range().is_empty();
        let media_bytes = if is_padding { 0 } else { bytes.len() - arrival.header.padding_bytes() };
        layer.count(index, arrival.header.timestamp, codec.clock_rate_hz, media_bytes, now);
        if codec.red_payload_type == Some(payload_type) && !track.setup.encrypted {
            self.recover(peer_id, arrival, index, bytes, now);
        }
        self.take_original(peer_id, arrival, index, arrival.header.payload_range(), bytes, now)
    }

    /// Lost packets that a RED packet repeats take their way before it does, as if they had come.
    fn recover(&mut self, peer_id: PeerId, arrival: &Arrival, index: u64, bytes: &[u8], now: Instant) {
        let payload = arrival.header.payload_range();
        let Some(blocks) = bytes.get(payload.clone()).and_then(Blocks::parse) else {
            return;
        };
        for block in blocks.filter(|block| block.blocks_after > 0 && !block.payload.is_empty()) {
            let Some(track) = self.tracks.find_mut(arrival.binding.track) else { return };
            let Some(layer) = track.layers.get_mut(usize::from(arrival.binding.layer)) else { return };
            let timestamp = arrival.header.timestamp.wrapping_sub(block.timestamp_offset);
            let lost = index.saturating_sub(block.blocks_after as u64);
            let ours = block.payload_type == track.setup.codec.payload_type;
            if !ours || !layer.is_missing(lost) || !fits_between(layer, &self.pool, lost, timestamp) || !layer.admit(lost, now) {
                continue;
            }
            let payload = span(payload.start + block.at..payload.start + block.at + block.payload.len());
            let parsed = Parsed { index: lost, timestamp, layer: arrival.binding.layer, key_start: true, payload, ..Parsed::default() };
            self.stats.recovered_packets += 1;
            // What cannot be kept is as lost as before.
            let _ = self.pass_on(peer_id, arrival.binding, &parsed, bytes, now);
        }
    }

    /// A packet of a layer under its own index, by whichever way it came.
    fn take_original(
        &mut self,
        peer_id: PeerId,
        arrival: &Arrival,
        index: u64,
        payload: std::ops::Range<usize>,
        bytes: &mut [u8],
        now: Instant,
    ) -> Result<(), DropReason> {
        let ids = self.peers.find(peer_id).map(|peer| peer.extensions).unwrap_or_default();
        let track = self.tracks.find_mut(arrival.binding.track).ok_or(DropReason::UnknownSsrc)?;
        let layer = track.layers.get_mut(usize::from(arrival.binding.layer)).ok_or(DropReason::UnknownSsrc)?;
        if !layer.admit(index, now) {
            return Err(DropReason::Duplicate);
        }
        let parsed = parse(track, arrival, index, payload, &ids, bytes);
        self.pass_on(peer_id, arrival.binding, &parsed, bytes, now)
    }

    /// A packet that is new: it is kept, and forwarded.
    fn pass_on(&mut self, peer_id: PeerId, binding: Binding, parsed: &Parsed, bytes: &[u8], now: Instant) -> Result<(), DropReason> {
        let was_silent = !self.started(binding, parsed, now);
        let packet = self.pool.keep(bytes, *parsed, now).ok_or(DropReason::Malformed)?;
        let track = self.tracks.find_mut(binding.track).ok_or(DropReason::UnknownSsrc)?;
        if let Some(layer) = track.layers.get_mut(usize::from(binding.layer)) {
            layer.keep(parsed.index, packet);
        }
        if was_silent {
            self.events.push_back(crate::SfuEvent::TrackLive { track: binding.track });
        }
        self.touch(peer_id);
        self.forward(binding.track, packet, parsed, now);
        Ok(())
    }

    /// Notes what a packet says of its track and layer; false for the first packet of a track.
    fn started(&mut self, binding: Binding, parsed: &Parsed, now: Instant) -> bool {
        let Some(track) = self.tracks.find_mut(binding.track) else {
            return true;
        };
        if let Some(level) = parsed.audio_level
            && !track.muted
        {
            track.voice.hear(level, now);
        }
        let heard = std::mem::replace(&mut track.heard, true);
        let mut woke = false;
        if let Some(layer) = track.layers.get_mut(usize::from(binding.layer)) {
            if parsed.marker {
                layer.frames.add(1, now);
            }
            layer.last_packet = Some(now);
            woke = !std::mem::replace(&mut layer.live, true);
            if woke {
                // What it took before says nothing, and the silence since then even less.
                layer.rate = crate::measure::Rate::default();
            }
        }
        if woke {
            self.retarget_downs(binding.track, now);
        }
        heard
    }
}

impl Peer {
    fn note_arrival(&mut self, header: &Header, bytes: &[u8], now: Instant) {
        let Some(id) = self.extensions.transport_cc else {
            return;
        };
        if let Some([high, low]) = header.extension(bytes, id) {
            self.feedback.record(u16::from_be_bytes([*high, *low]), header.ssrc, now);
        }
    }
}

pub(crate) fn reason_of(error: SrtpError) -> DropReason {
    match error {
        SrtpError::Replayed => DropReason::Replayed,
        SrtpError::NotAuthentic => DropReason::Authentication,
        SrtpError::TooManyStreams => DropReason::TooManySsrcs,
        SrtpError::Rtp(_) | SrtpError::Malformed | SrtpError::Key | SrtpError::IndexReused | SrtpError::Misuse => DropReason::Malformed,
    }
}

/// By mid and rid, by mid alone, or, when the packet names nothing, by a payload type that only one
/// unbound track of the peer has.
fn find_binding(peer: &Peer, tracks: &Slab<Track>, header: &Header, bytes: &[u8]) -> Option<Binding> {
    let ids = &peer.extensions;
    let element = |id: Option<u8>| id.and_then(|id| header.extension(bytes, id)).filter(|value| !value.is_empty());
    let (rid, repaired) = (element(ids.rid), element(ids.repaired_rid));
    let is_rtx = |track: &Track| track.setup.codec.rtx_payload_type == Some(header.payload_type);
    let (id, track) = match element(ids.mid) {
        Some(mid) => of_peer(peer, tracks).find(|(_, track)| track.setup.mid.is_some_and(|own| own.as_bytes() == mid))?,
        None if rid.or(repaired).is_some() => {
            let name = rid.or(repaired)?;
            of_peer(peer, tracks).find(|(_, track)| track.layer_of_rid(name).is_some())?
        }
        None => only_unbound(peer, tracks, header.payload_type)?,
    };
    let rtx = is_rtx(track);
    let layer = match if rtx { repaired.or(rid) } else { rid } {
        Some(name) => track.layer_of_rid(name).or((!track.is_simulcast()).then_some(0))?,
        None if track.is_simulcast() => return None,
        None => 0,
    };
    Some(Binding { track: id, layer: u8::try_from(layer).ok()?, rtx })
}

fn of_peer<'a>(peer: &'a Peer, tracks: &'a Slab<Track>) -> impl Iterator<Item = (TrackId, &'a Track)> {
    peer.tracks.iter().filter_map(|id| Some((*id, tracks.find(*id)?)))
}

fn only_unbound<'a>(peer: &'a Peer, tracks: &'a Slab<Track>, payload_type: u8) -> Option<(TrackId, &'a Track)> {
    let fits = |(_, track): &(TrackId, &Track)| {
        let codec = &track.setup.codec;
        let free = track.layers.first().is_some_and(|layer| match codec.rtx_payload_type == Some(payload_type) {
            true => layer.rtx_ssrc.is_none() && layer.ssrc.is_some(),
            false => layer.ssrc.is_none(),
        });
        let named = [Some(codec.payload_type), codec.rtx_payload_type, codec.red_payload_type].contains(&Some(payload_type));
        !track.is_simulcast() && free && named
    };
    let mut candidates = of_peer(peer, tracks).filter(fits);
    let first = candidates.next()?;
    candidates.next().is_none().then_some(first)
}

fn parse(track: &Track, arrival: &Arrival, index: u64, payload: std::ops::Range<usize>, ids: &ExtensionIds, bytes: &[u8]) -> Parsed {
    let header = &arrival.header;
    let element = |id: Option<u8>| {
        let found = header.extensions().find(|(own, _)| Some(*own) == id);
        found.map(|(_, range)| span(range)).unwrap_or_default()
    };
    let first_byte = |span: Span| span.of(bytes).first().copied();
    let content = bytes.get(payload.clone()).unwrap_or_default();
    let kind = track.kind();
    let red = kind == Kind::Audio && track.setup.codec.red_payload_type == Some(header.payload_type);
    let payload = span(payload);
    let encrypted = track.setup.encrypted;
    let mut parsed = Parsed {
        index,
        timestamp: header.timestamp,
        layer: arrival.binding.layer,
        marker: header.marker,
        key_start: true,
        opaque_red: red && encrypted,
        payload: if red && !encrypted { red_primary(content, payload) } else { payload },
        ..Parsed::default()
    };
    match kind {
        Kind::Audio => parsed.audio_level = first_byte(element(ids.audio_level)),
        Kind::Video => {
            parsed.video_orientation = first_byte(element(ids.video_orientation));
            parsed.dependency_descriptor = element(ids.dependency_descriptor);
            parsed.playout_delay = element(ids.playout_delay);
            read_video(track.setup.codec.kind, content, element(ids.dependency_descriptor).of(bytes), &mut parsed);
        }
    }
    parsed.abs_capture_time = element(ids.abs_capture_time);
    parsed
}

fn span(range: std::ops::Range<usize>) -> Span {
    Span { start: u16::try_from(range.start).unwrap_or_default(), length: u16::try_from(range.len()).unwrap_or_default() }
}

/// Whether a repeated packet can be the one with this index, by the packets that are known beside it: RED tells
/// times, not numbers.
fn fits_between(layer: &Layer, pool: &Pool, index: u64, timestamp: u32) -> bool {
    let known = |index: u64| Some(pool.find(layer.kept(index)?)?.1.timestamp);
    let later = |than: u32, timestamp: u32| timestamp.wrapping_sub(than).cast_signed() > 0;
    known(index - 1).is_none_or(|before| later(before, timestamp)) && known(index + 1).is_none_or(|after| later(timestamp, after))
}

/// The newest block of a RED payload; its content lies at the end.
fn red_primary(content: &[u8], payload: Span) -> Span {
    let length = codec::red::Blocks::parse(content).and_then(codec::red::Blocks::primary).map_or(0, |block| block.payload.len());
    let length = u16::try_from(length).unwrap_or_default();
    Span { start: payload.start + payload.length.saturating_sub(length), length }
}

/// Where frames begin, and which of them are key frames.
fn read_video(kind: CodecKind, content: &[u8], descriptor: &[u8], parsed: &mut Parsed) {
    match kind {
        CodecKind::Vp8 => {
            parsed.vp8 = codec::vp8::Descriptor::parse(content);
            parsed.key_start = parsed.vp8.is_some_and(|vp8| vp8.key_frame(content).is_some());
        }
        CodecKind::H264 => parsed.key_start = codec::h264::key_frame(content).is_some(),
        CodecKind::Vp9 => parsed.key_start = codec::vp9::Descriptor::parse(content).is_some_and(|vp9| vp9.key_frame().is_some()),
        CodecKind::Av1 => {
            let by_extension = codec::av1::DependencyDescriptor::parse(descriptor);
            parsed.key_start =
                by_extension.map_or_else(|| codec::av1::key_frame(content).is_some(), |found| found.has_structure && found.begins_frame);
        }
        CodecKind::OtherVideo | CodecKind::Opus | CodecKind::OtherAudio => {}
    }
}
