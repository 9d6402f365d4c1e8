//! VP9 (RFC 9628): the payload descriptor, as far as layers and key frames need it.

use super::KeyFrame;
use crate::wire::Reader;

const REFERENCES_MAX: usize = 3;

/// A parsed payload descriptor.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Descriptor {
    /// Bytes before the VP9 payload itself.
    pub length: usize,
    /// Picture number, 7 or 15 bits.
    pub picture_id: Option<u16>,
    /// Whether the picture refers to earlier pictures.
    pub is_inter_picture: bool,
    /// Whether this packet begins a layer frame.
    pub begins_frame: bool,
    /// Whether this packet ends a layer frame.
    pub ends_frame: bool,
    /// Whether no higher spatial layer of the picture refers to this one.
    pub is_not_reference_above: bool,
    /// Temporal layer.
    pub temporal_layer: u8,
    /// Whether one may switch up to this temporal layer here.
    pub is_switching_point: bool,
    /// Spatial layer.
    pub spatial_layer: u8,
    /// Whether the layer refers to the spatial layer below.
    pub is_inter_layer: bool,
    /// Number of the last picture of the lowest temporal layer.
    pub tl0_index: Option<u8>,
    /// Size of the highest spatial layer, where told.
    pub size: Option<(u16, u16)>,
}

impl Descriptor {
    /// Parses the start of a payload; `None` when it is too short or contradicts itself.
    pub fn parse(payload: &[u8]) -> Option<Descriptor> {
        let mut reader = Reader::new(payload);
        let flags = reader.u8()?;
        let flexible = flags & 0x10 != 0;
        let mut descriptor = Descriptor {
            is_inter_picture: flags & 0x40 != 0,
            begins_frame: flags & 0x08 != 0,
            ends_frame: flags & 0x04 != 0,
            is_not_reference_above: flags & 0x01 != 0,
            ..Descriptor::default()
        };
        if flags & 0x80 != 0 {
            let high = reader.u8()?;
            let mut picture_id = u16::from(high & 0x7F);
            if high & 0x80 != 0 {
                picture_id = (picture_id << 8) | u16::from(reader.u8()?);
            }
            descriptor.picture_id = Some(picture_id);
        }
        if flags & 0x20 != 0 {
            let layers = reader.u8()?;
            descriptor.temporal_layer = layers >> 5;
            descriptor.is_switching_point = layers & 0x10 != 0;
            descriptor.spatial_layer = (layers >> 1) & 0x07;
            descriptor.is_inter_layer = layers & 0x01 != 0;
            if !flexible {
                descriptor.tl0_index = Some(reader.u8()?);
            }
        }
        if flexible && descriptor.is_inter_picture {
            let mut more = true;
            for _ in 0..REFERENCES_MAX {
                if !more {
                    break;
                }
                more = reader.u8()? & 1 != 0;
            }
            if more {
                return None;
            }
        }
        if flags & 0x02 != 0 {
            descriptor.size = scalability(&mut reader)?;
        }
        descriptor.length = payload.len() - reader.rest().len();
        Some(descriptor)
    }

    /// Whether the packet begins a key picture (its lowest spatial layer).
    pub fn key_frame(&self) -> Option<KeyFrame> {
        let is_key = self.begins_frame && !self.is_inter_picture && self.spatial_layer == 0 && !self.is_inter_layer;
        is_key.then_some(KeyFrame { size: self.size })
    }
}

/// Reads the scalability structure and gives the largest size in it.
fn scalability(reader: &mut Reader<'_>) -> Option<Option<(u16, u16)>> {
    let flags = reader.u8()?;
    let mut size = None;
    if flags & 0x10 != 0 {
        for _ in 0..=flags >> 5 {
            size = size.max(Some((reader.u16()?, reader.u16()?)));
        }
    }
    if flags & 0x08 != 0 {
        for _ in 0..reader.u8()? {
            let references = (reader.u8()? >> 2) & 0x03;
            reader.take(usize::from(references))?;
        }
    }
    Some(size)
}
