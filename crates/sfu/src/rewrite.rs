//! Continuous sequence numbers, timestamps and VP8 picture ids for one down track, across layers and
//! dropped packets. A history of offsets puts late packets where they belong and finds the source of
//! a packet that is asked for again. It must never give one sequence number to two packets.

use std::time::Instant;

use crate::codec::vp8;
use crate::pool::Parsed;
use crate::rtp::SeenWindow;

/// Offsets remembered; one is used up by each layer switch and each run of dropped packets.
const SEGMENTS_MAX: usize = 64;

/// What the subscriber sees instead of the publisher's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rewritten {
    /// Extended; the wire carries the low 16 bits.
    pub(crate) index: u64,
    pub(crate) timestamp: u32,
    pub(crate) vp8: vp8::Numbers,
}

/// A run of packets of one layer with the same offsets.
#[derive(Debug, Clone, Copy)]
struct Segment {
    layer: u8,
    /// First and last source index of the run.
    first: u64,
    last: u64,
    /// Added to the source's, wrapping.
    index_offset: u64,
    timestamp_offset: u32,
    vp8_offset: vp8::Numbers,
}

impl Segment {
    fn apply(&self, parsed: &Parsed) -> Rewritten {
        let vp8 = numbers_of(parsed);
        Rewritten {
            index: parsed.index.wrapping_add(self.index_offset),
            timestamp: parsed.timestamp.wrapping_add(self.timestamp_offset),
            vp8: vp8::Numbers {
                picture_id: vp8.picture_id.wrapping_add(self.vp8_offset.picture_id),
                tl0_index: vp8.tl0_index.wrapping_add(self.vp8_offset.tl0_index),
                key_index: vp8.key_index.wrapping_add(self.vp8_offset.key_index),
            },
        }
    }
}

/// The numbers a stream has used; they outlive the down track, because its SSRC may be used again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Continuation {
    next_index: u64,
    last_timestamp: u32,
    last_vp8: vp8::Numbers,
    /// When the last packet was taken. The receiver's clock runs on while nothing is sent.
    pub(crate) last_taken: Option<Instant>,
}

impl Continuation {
    /// A stream that starts; the sequence number leaves room before its first wrap.
    pub(crate) fn fresh(chance: u64) -> Self {
        let [a, b, c, d, e, f, g, h] = chance.to_be_bytes();
        Continuation {
            next_index: u64::from(u16::from_be_bytes([a & 0x3F, b])) + 1,
            last_timestamp: u32::from_be_bytes([c, d, e, f]),
            last_vp8: vp8::Numbers { picture_id: u16::from_be_bytes([g & 0x7F, h]), tl0_index: h, key_index: g & 0x1F },
            last_taken: None,
        }
    }

    pub(crate) fn last_timestamp(&self) -> u32 {
        self.last_timestamp
    }
}

/// The rewriting state of one down track.
#[derive(Debug)]
pub(crate) struct Rewriter {
    segments: Vec<Segment>,
    /// Where the next segment is written once the list is full.
    oldest: usize,
    current: Option<Segment>,
    /// A dropped picture shifts the ids of those after it.
    dropped_picture: Option<u16>,
    used: SeenWindow<16>,
    numbers: Continuation,
}

impl Rewriter {
    pub(crate) fn new(numbers: Continuation) -> Self {
        Rewriter {
            segments: Vec::with_capacity(SEGMENTS_MAX),
            oldest: 0,
            current: None,
            dropped_picture: None,
            used: SeenWindow::default(),
            numbers,
        }
    }

    /// Reads something of every part that a packet needs.
    #[inline]
    pub(crate) fn touch(&self) -> u64 {
        self.numbers.next_index.wrapping_add(self.current.map_or(0, |segment| segment.first)).wrapping_add(self.used.newest().unwrap_or(0))
    }

    pub(crate) fn numbers(&self) -> Continuation {
        self.numbers
    }

    /// The layer that was sent last.
    pub(crate) fn layer(&self) -> Option<u8> {
        self.current.map(|segment| segment.layer)
    }

    /// Whether the packet is so far from the one before it that its source must have started over.
    pub(crate) fn is_far(&self, parsed: &Parsed, jump_max: u64) -> bool {
        self.current.is_some_and(|segment| segment.layer == parsed.layer && parsed.index > segment.last.saturating_add(jump_max))
    }

    /// Whether the packet belongs to a run that ended with a switch.
    pub(crate) fn was_sent_before(&self, parsed: &Parsed) -> bool {
        self.segment_of(parsed).is_some()
    }

    /// The offset that timestamps of the current layer get.
    pub(crate) fn timestamp_offset(&self) -> Option<u32> {
        self.current.map(|segment| segment.timestamp_offset)
    }

    /// From this packet on the stream continues with its layer, at `timestamp`.
    pub(crate) fn switch(&mut self, parsed: &Parsed, timestamp: u32) {
        self.close();
        let (last, vp8) = (self.numbers.last_vp8, numbers_of(parsed));
        self.dropped_picture = None;
        self.current = Some(Segment {
            layer: parsed.layer,
            first: parsed.index,
            last: parsed.index,
            index_offset: self.numbers.next_index.wrapping_sub(parsed.index),
            timestamp_offset: timestamp.wrapping_sub(parsed.timestamp),
            vp8_offset: vp8::Numbers {
                picture_id: last.picture_id.wrapping_add(1).wrapping_sub(vp8.picture_id),
                tl0_index: last.tl0_index.wrapping_add(1).wrapping_sub(vp8.tl0_index),
                key_index: last.key_index.wrapping_add(1).wrapping_sub(vp8.key_index),
            },
        });
    }

    /// The numbers of a packet that is to be sent, once per packet. Nothing when its place is taken or
    /// forgotten.
    pub(crate) fn take(&mut self, parsed: &Parsed) -> Option<Rewritten> {
        let current = self.current.as_mut()?;
        let rewritten = if current.layer == parsed.layer && parsed.index >= current.first {
            current.last = current.last.max(parsed.index);
            current.apply(parsed)
        } else {
            self.segment_of(parsed)?.apply(parsed)
        };
        if !self.used.insert(rewritten.index) {
            return None;
        }
        if rewritten.index >= self.numbers.next_index {
            self.numbers.next_index = rewritten.index + 1;
            self.numbers.last_timestamp = rewritten.timestamp;
            if parsed.vp8.is_some() {
                self.numbers.last_vp8 = rewritten.vp8;
            }
        }
        Some(rewritten)
    }

    /// A packet of the current layer that is not to be sent: those after it close the gap. A late
    /// packet keeps its gap, because its place was already left free.
    pub(crate) fn skip(&mut self, parsed: &Parsed) {
        let Some(current) = self.current else {
            return;
        };
        if current.layer != parsed.layer || parsed.index <= current.last {
            return;
        }
        // Packets missing before the dropped one keep their places.
        let mut next = current;
        self.current = Some(Segment { last: parsed.index - 1, ..current });
        self.close();
        next.first = parsed.index + 1;
        next.last = parsed.index;
        next.index_offset = current.index_offset.wrapping_sub(1);
        if let Some(picture) = parsed.vp8.and_then(|vp8| vp8.picture_id())
            && self.dropped_picture != Some(picture)
        {
            next.vp8_offset.picture_id = next.vp8_offset.picture_id.wrapping_sub(1);
            self.dropped_picture = Some(picture);
        }
        self.current = Some(next);
    }

    /// The layer and source index of a packet that was sent.
    pub(crate) fn source_of(&self, sequence: u16) -> Option<(u8, u64)> {
        let newest = self.numbers.next_index.checked_sub(1)?;
        let [.., high, low] = newest.to_be_bytes();
        let back = u16::from_be_bytes([high, low]).wrapping_sub(sequence);
        let index = newest.checked_sub(u64::from(back))?;
        let holds = |segment: &&Segment| {
            let source = index.wrapping_sub(segment.index_offset);
            segment.first <= source && source <= segment.last
        };
        let found = self.current.iter().find(holds).or_else(|| self.segments.iter().find(holds))?;
        Some((found.layer, index.wrapping_sub(found.index_offset)))
    }

    /// The numbers of a packet that is sent again under another SSRC.
    pub(crate) fn again(&self, parsed: &Parsed) -> Option<Rewritten> {
        self.segment_of(parsed).map(|segment| segment.apply(parsed))
    }

    fn segment_of(&self, parsed: &Parsed) -> Option<&Segment> {
        let holds = |segment: &&Segment| segment.layer == parsed.layer && segment.first <= parsed.index && parsed.index <= segment.last;
        self.current.iter().find(holds).or_else(|| self.segments.iter().find(holds))
    }

    fn close(&mut self) {
        let Some(segment) = self.current.take() else {
            return;
        };
        if segment.last < segment.first {
            return;
        }
        if self.segments.len() < SEGMENTS_MAX {
            self.segments.push(segment);
        } else if let Some(place) = self.segments.get_mut(self.oldest) {
            *place = segment;
            self.oldest = (self.oldest + 1) % SEGMENTS_MAX;
        }
    }
}

/// The numbers as the publisher wrote them.
fn numbers_of(parsed: &Parsed) -> vp8::Numbers {
    parsed.vp8.map_or_else(vp8::Numbers::default, |vp8| vp8.numbers())
}
