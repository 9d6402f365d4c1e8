//! AV1: the aggregation header of the payload and the dependency descriptor, as far as layers and key frames
//! need them.

use super::KeyFrame;
use super::bits::Bits;

/// Templates a descriptor may define; the format has room for no more.
pub const TEMPLATES_MAX: usize = 64;

/// Whether the packet begins a new coded video sequence (the N bit of the aggregation header).
pub fn key_frame(payload: &[u8]) -> Option<KeyFrame> {
    let aggregation = *payload.first()?;
    let continues = aggregation & 0x80 != 0;
    let new_sequence = aggregation & 0x08 != 0;
    (new_sequence && !continues).then_some(KeyFrame { size: None })
}

/// The part of a dependency descriptor that every packet carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DependencyDescriptor {
    /// First packet of a frame.
    pub begins_frame: bool,
    /// Last packet of a frame.
    pub ends_frame: bool,
    /// Which template the frame is of.
    pub template_id: u8,
    /// Frame number, wrapping.
    pub frame_number: u16,
    /// Whether a template structure is attached, as key frames do.
    pub has_structure: bool,
}

impl DependencyDescriptor {
    /// Parses the value of the header extension.
    pub fn parse(extension: &[u8]) -> Option<DependencyDescriptor> {
        let [flags, n0, n1] = *extension.first_chunk::<3>()?;
        let extended = extension.get(3);
        Some(DependencyDescriptor {
            begins_frame: flags & 0x80 != 0,
            ends_frame: flags & 0x40 != 0,
            template_id: flags & 0x3F,
            frame_number: u16::from_be_bytes([n0, n1]),
            has_structure: extended.is_some_and(|flags| flags & 0x80 != 0),
        })
    }

    /// Writes another frame number into a copy of the extension.
    pub fn write_frame_number(extension: &mut [u8], number: u16) {
        if let Some(place) = extension.get_mut(1..3) {
            place.copy_from_slice(&number.to_be_bytes());
        }
    }
}

/// Layers of the templates that a key frame's descriptor defines.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Templates {
    offset: u8,
    count: u8,
    /// Spatial and temporal layer of each.
    layers: [(u8, u8); TEMPLATES_MAX],
}

impl Templates {
    /// Parses the structure in a header extension that has one.
    pub fn parse(extension: &[u8]) -> Option<Templates> {
        if !DependencyDescriptor::parse(extension)?.has_structure {
            return None;
        }
        // The five flags of the extended part come before the structure.
        let mut bits = Bits::new(extension.get(3..)?);
        bits.skip(5)?;
        let offset = u8::try_from(bits.take(6)?).ok()?;
        bits.skip(5)?;
        let mut templates = Templates { offset, count: 0, layers: [(0, 0); TEMPLATES_MAX] };
        let (mut spatial, mut temporal) = (0u8, 0u8);
        for place in &mut templates.layers {
            *place = (spatial, temporal);
            templates.count += 1;
            match bits.take(2)? {
                0 => {}
                1 => temporal = temporal.checked_add(1)?,
                2 => {
                    spatial = spatial.checked_add(1)?;
                    temporal = 0;
                }
                _ => return Some(templates),
            }
        }
        None
    }

    /// Spatial and temporal layer of a frame, by its template.
    pub fn layer(&self, template_id: u8) -> Option<(u8, u8)> {
        let at = (template_id.wrapping_sub(self.offset)) & 0x3F;
        let known = at < self.count;
        self.layers.get(usize::from(at)).copied().filter(|_| known)
    }
}
