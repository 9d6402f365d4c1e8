//! VP8 (RFC 7741): the payload descriptor, and writing other numbers into it. Which numbers a subscriber sees is
//! not its business.

use super::KeyFrame;
use crate::wire::Reader;

/// Where a number stands in the payload, and the number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Placed<T> {
    at: usize,
    value: T,
}

/// A parsed payload descriptor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Descriptor {
    /// Bytes before the VP8 payload itself.
    pub length: usize,
    /// Whether this packet begins a frame.
    pub begins_frame: bool,
    /// Whether no other frame refers to this one.
    pub is_discardable: bool,
    /// Temporal layer, zero the lowest.
    pub temporal_layer: Option<u8>,
    /// Whether the frame refers only to the lowest temporal layer: one may switch up here.
    pub is_layer_sync: bool,
    picture_id: Option<Placed<u16>>,
    picture_id_wide: bool,
    tl0: Option<Placed<u8>>,
    key_index: Option<Placed<u8>>,
}

impl Descriptor {
    /// Parses the start of a payload; `None` when it is too short.
    pub fn parse(payload: &[u8]) -> Option<Descriptor> {
        let mut reader = Reader::new(payload);
        let first = reader.u8()?;
        let extended = first & 0x80 != 0;
        let flags = if extended { reader.u8()? } else { 0 };
        let mut descriptor = Descriptor {
            length: 0,
            begins_frame: first & 0x17 == 0x10,
            is_discardable: first & 0x20 != 0,
            temporal_layer: None,
            is_layer_sync: false,
            picture_id: None,
            picture_id_wide: false,
            tl0: None,
            key_index: None,
        };
        let at = |reader: &Reader<'_>| payload.len() - reader.rest().len();
        if flags & 0x80 != 0 {
            let place = at(&reader);
            let high = reader.u8()?;
            descriptor.picture_id_wide = high & 0x80 != 0;
            let mut value = u16::from(high & 0x7F);
            if descriptor.picture_id_wide {
                value = (value << 8) | u16::from(reader.u8()?);
            }
            descriptor.picture_id = Some(Placed { at: place, value });
        }
        if flags & 0x40 != 0 {
            descriptor.tl0 = Some(Placed { at: at(&reader), value: reader.u8()? });
        }
        if flags & 0x30 != 0 {
            let place = at(&reader);
            let byte = reader.u8()?;
            if flags & 0x20 != 0 {
                descriptor.temporal_layer = Some(byte >> 6);
                descriptor.is_layer_sync = byte & 0x20 != 0;
            }
            if flags & 0x10 != 0 {
                descriptor.key_index = Some(Placed { at: place, value: byte & 0x1F });
            }
        }
        descriptor.length = at(&reader);
        Some(descriptor)
    }

    /// The picture number, 7 or 15 bits.
    pub fn picture_id(&self) -> Option<u16> {
        self.picture_id.map(|placed| placed.value)
    }

    /// Number of the last frame of the lowest temporal layer.
    pub fn tl0_index(&self) -> Option<u8> {
        self.tl0.map(|placed| placed.value)
    }

    /// The numbers as they are written; zero for those that are not.
    pub fn numbers(&self) -> Numbers {
        Numbers {
            picture_id: self.picture_id().unwrap_or_default(),
            tl0_index: self.tl0_index().unwrap_or_default(),
            key_index: self.key_index.map_or(0, |placed| placed.value),
        }
    }

    /// Whether the packet begins a key frame, and of which size.
    pub fn key_frame(&self, payload: &[u8]) -> Option<KeyFrame> {
        let mut reader = Reader::new(payload.get(self.length..)?);
        let [tag, _, _] = reader.array::<3>()?;
        if !self.begins_frame || tag & 1 != 0 {
            return None;
        }
        let size = reader.array::<7>().and_then(|[a, b, c, w0, w1, h0, h1]| {
            let width = u16::from_le_bytes([w0, w1]) & 0x3FFF;
            let height = u16::from_le_bytes([h0, h1]) & 0x3FFF;
            ([a, b, c] == [0x9D, 0x01, 0x2A]).then_some((width, height))
        });
        Some(KeyFrame { size })
    }

    /// Writes other numbers into a copy of the payload that was parsed; lengths stay.
    pub fn write(&self, numbers: Numbers, payload: &mut [u8]) {
        if let Some(place) = self.picture_id {
            let [high, low] = (numbers.picture_id & 0x7FFF).to_be_bytes();
            if self.picture_id_wide {
                put(payload, place.at, 0x80 | high, 0);
                put(payload, place.at + 1, low, 0);
            } else {
                put(payload, place.at, low & 0x7F, 0);
            }
        }
        if let Some(place) = self.tl0 {
            put(payload, place.at, numbers.tl0_index, 0);
        }
        if let Some(place) = self.key_index {
            put(payload, place.at, numbers.key_index & 0x1F, 0xE0);
        }
    }
}

fn put(payload: &mut [u8], at: usize, value: u8, keep: u8) {
    if let Some(byte) = payload.get_mut(at) {
        *byte = (*byte & keep) | value;
    }
}

/// The numbers a subscriber sees.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Numbers {
    /// Picture number, 15 bits.
    pub picture_id: u16,
    /// Number of the last frame of the lowest temporal layer.
    pub tl0_index: u8,
    /// Number of the last key frame, 5 bits.
    pub key_index: u8,
}
