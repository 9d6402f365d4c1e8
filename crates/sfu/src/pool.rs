//! The packets that are being forwarded or may be asked for again. One ring for the whole machine:
//! the oldest packet is overwritten, and a reference to an overwritten packet finds nothing. It knows
//! no peers and no queues, so nothing ever has to be given back.

use std::time::{Duration, Instant};

use crate::codec::vp8;

/// Bytes of one place; a datagram of an Ethernet path fits.
pub(crate) const PACKET_BYTES_MAX: usize = 1_536;
/// The pool grows rather than overwrite a packet younger than this, until it has its full size.
const RETENTION: Duration = Duration::from_millis(1_500);
const CHUNK_PACKETS: usize = 256;

/// A packet of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PacketRef {
    place: u32,
    generation: u32,
}

/// A piece of a packet's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: u16,
    pub(crate) length: u16,
}

impl Span {
    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        let start = usize::from(self.start);
        bytes.get(start..start + usize::from(self.length)).unwrap_or_default()
    }
}

/// What was parsed once on arrival.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Parsed {
    /// Extended sequence number of the layer.
    pub(crate) index: u64,
    pub(crate) timestamp: u32,
    pub(crate) layer: u8,
    pub(crate) marker: bool,
    /// First packet of a key frame (video), or any packet (audio).
    pub(crate) key_start: bool,
    /// Whether the payload is RED that must not be looked into; else RED was taken apart on arrival.
    pub(crate) opaque_red: bool,
    pub(crate) payload: Span,
    pub(crate) audio_level: Option<u8>,
    pub(crate) video_orientation: Option<u8>,
    pub(crate) abs_capture_time: Span,
    pub(crate) dependency_descriptor: Span,
    pub(crate) playout_delay: Span,
    pub(crate) vp8: Option<vp8::Descriptor>,
}

struct Place {
    generation: u32,
    length: u16,
    arrived: Option<Instant>,
    parsed: Parsed,
}

/// The ring.
pub(crate) struct Pool {
    chunks: Vec<Box<[u8]>>,
    places: Vec<Place>,
    next: usize,
    packets_max: usize,
}

impl Pool {
    pub(crate) fn new(packets_max: usize) -> Self {
        Pool { chunks: Vec::new(), places: Vec::new(), next: 0, packets_max: packets_max.max(CHUNK_PACKETS) }
    }

    /// Keeps a copy of a packet. Nothing when it is longer than a place.
    pub(crate) fn keep(&mut self, bytes: &[u8], parsed: Parsed, now: Instant) -> Option<PacketRef> {
        let length = u16::try_from(bytes.len()).ok().filter(|_| bytes.len() <= PACKET_BYTES_MAX)?;
        self.turn(now);
        let at = self.next;
        let (chunk, start) = (at / CHUNK_PACKETS, (at % CHUNK_PACKETS) * PACKET_BYTES_MAX);
        self.chunks.get_mut(chunk)?.get_mut(start..start + bytes.len())?.copy_from_slice(bytes);
        let place = self.places.get_mut(at)?;
        place.generation = place.generation.wrapping_add(1);
        place.length = length;
        place.arrived = Some(now);
        place.parsed = parsed;
        self.next += 1;
        Some(PacketRef { place: u32::try_from(at).ok()?, generation: place.generation })
    }

    /// The bytes and what was parsed of them, unless overwritten meanwhile.
    #[inline]
    pub(crate) fn find(&self, packet: PacketRef) -> Option<(&[u8], &Parsed)> {
        let at = packet.place as usize;
        let place = self.places.get(at)?;
        if place.generation != packet.generation {
            return None;
        }
        let start = (at % CHUNK_PACKETS) * PACKET_BYTES_MAX;
        let bytes = self.chunks.get(at / CHUNK_PACKETS)?.get(start..start + usize::from(place.length))?;
        Some((bytes, &place.parsed))
    }

    /// At the end of the ring: grow while its oldest packet is still young, else start over.
    fn turn(&mut self, now: Instant) {
        if self.next < self.places.len() {
            return;
        }
        let oldest = self.places.first().and_then(|place| place.arrived);
        let young = oldest.is_none_or(|at| now.saturating_duration_since(at) < RETENTION);
        if !young || self.places.len() + CHUNK_PACKETS > self.packets_max {
            self.next = 0;
            return;
        }
        self.chunks.push(vec![0; CHUNK_PACKETS * PACKET_BYTES_MAX].into_boxed_slice());
        let empty = || Place { generation: 0, length: 0, arrived: None, parsed: Parsed::default() };
        self.places.extend(std::iter::repeat_with(empty).take(CHUNK_PACKETS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::start;

    #[test]
    fn an_overwritten_packet_finds_nothing() {
        let mut pool = Pool::new(CHUNK_PACKETS);
        let now = start();
        let first = pool.keep(b"first", Parsed::default(), now).expect("fits");
        assert_eq!(pool.find(first).map(|(bytes, _)| bytes), Some(&b"first"[..]));
        for _ in 0..CHUNK_PACKETS {
            pool.keep(b"other", Parsed::default(), now);
        }
        assert!(pool.find(first).is_none());
        assert!(pool.keep(&[0; PACKET_BYTES_MAX + 1], Parsed::default(), now).is_none());
    }

    #[test]
    fn it_grows_only_while_packets_are_young() {
        let mut pool = Pool::new(4 * CHUNK_PACKETS);
        let now = start();
        for _ in 0..=CHUNK_PACKETS {
            pool.keep(b"x", Parsed::default(), now);
        }
        assert_eq!(pool.places.len(), 2 * CHUNK_PACKETS);
        for _ in 0..CHUNK_PACKETS {
            pool.keep(b"x", Parsed::default(), now + 2 * RETENTION);
        }
        assert_eq!(pool.places.len(), 2 * CHUNK_PACKETS);
    }
}
