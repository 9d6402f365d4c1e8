//! H.264 (RFC 6184): where key frames begin, in single units, STAP-A and FU-A; the picture size from the SPS.

use super::KeyFrame;
use super::bits::Bits;
use crate::wire::Reader;

const IDR: u8 = 5;
const SPS: u8 = 7;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;

/// Units looked at in one aggregation packet.
const UNITS_MAX: usize = 16;
/// Bytes of an SPS that are looked at; the size stands well before.
const SPS_BYTES_MAX: usize = 64;
const SPS_CYCLE_MAX: u32 = 255;

/// Whether the packet begins a key frame: it brings an SPS, or starts an IDR slice.
pub fn key_frame(payload: &[u8]) -> Option<KeyFrame> {
    let kind = *payload.first()? & 0x1F;
    match kind {
        STAP_A => {
            let mut reader = Reader::new(payload.get(1..)?);
            let mut found = None;
            for _ in 0..UNITS_MAX {
                let Some(length) = reader.u16() else { break };
                let Some(unit) = reader.take(usize::from(length)) else { break };
                let key = unit_key_frame(unit);
                if key.is_some_and(|key| key.size.is_some()) {
                    return key;
                }
                found = found.or(key);
            }
            found
        }
        FU_A => {
            let header = *payload.get(1)?;
            let starts = header & 0x80 != 0;
            (starts && matches!(header & 0x1F, IDR | SPS)).then_some(KeyFrame { size: None })
        }
        _ => unit_key_frame(payload),
    }
}

fn unit_key_frame(unit: &[u8]) -> Option<KeyFrame> {
    match *unit.first()? & 0x1F {
        SPS => Some(KeyFrame { size: picture_size(unit.get(1..)?) }),
        // The first slice of a picture: first_mb_in_slice is zero, which is a single one bit.
        IDR => unit.get(1).is_none_or(|slice| slice & 0x80 != 0).then_some(KeyFrame { size: None }),
        _ => None,
    }
}

/// The cropped size that a sequence parameter set tells (ITU-T H.264 §7.3.2.1.1).
fn picture_size(sps: &[u8]) -> Option<(u16, u16)> {
    let mut clean = [0; SPS_BYTES_MAX];
    let length = strip_emulation(sps, &mut clean);
    let mut bits = Bits::new(clean.get(..length)?);
    let profile = bits.take(8)?;
    bits.skip(16)?;
    bits.golomb()?;
    let chroma = if has_chroma_fields(profile) { chroma_fields(&mut bits)? } else { 1 };
    bits.golomb()?;
    match bits.golomb()? {
        0 => {
            bits.golomb()?;
        }
        1 => {
            bits.skip(1)?;
            bits.signed_golomb()?;
            bits.signed_golomb()?;
            let count = bits.golomb().filter(|count| *count <= SPS_CYCLE_MAX)?;
            for _ in 0..count {
                bits.signed_golomb()?;
            }
        }
        _ => {}
    }
    bits.golomb()?;
    bits.skip(1)?;
    let width = bits.golomb()?.checked_add(1)?.checked_mul(16)?;
    let map_units = bits.golomb()?.checked_add(1)?.checked_mul(16)?;
    let frames_only = bits.bit()?;
    let field_factor = if frames_only { 1 } else { 2 };
    if !frames_only {
        bits.skip(1)?;
    }
    bits.skip(1)?;
    let height = map_units.checked_mul(field_factor)?;
    let (mut cropped_width, mut cropped_height) = (width, height);
    if bits.bit()? {
        let (unit_x, unit_y) = match chroma {
            1 => (2, 2 * field_factor),
            2 => (2, field_factor),
            _ => (1, field_factor),
        };
        let horizontal = bits.golomb()?.checked_add(bits.golomb()?)?.checked_mul(unit_x)?;
        let vertical = bits.golomb()?.checked_add(bits.golomb()?)?.checked_mul(unit_y)?;
        cropped_width = width.checked_sub(horizontal)?;
        cropped_height = height.checked_sub(vertical)?;
    }
    Some((u16::try_from(cropped_width).ok()?, u16::try_from(cropped_height).ok()?))
}

fn has_chroma_fields(profile: u32) -> bool {
    matches!(profile, 44 | 83 | 86 | 100 | 110 | 118 | 122 | 128 | 134 | 135 | 138 | 139 | 244)
}

fn chroma_fields(bits: &mut Bits<'_>) -> Option<u32> {
    let chroma = bits.golomb()?;
    if chroma == 3 {
        bits.skip(1)?;
    }
    bits.golomb()?;
    bits.golomb()?;
    bits.skip(1)?;
    if bits.bit()? {
        // Scaling matrices do not occur in real time; without parsing them the size stays unknown.
        return None;
    }
    Some(chroma)
}

/// Copies without the bytes that keep start codes from appearing; gives how many were copied.
fn strip_emulation(unit: &[u8], clean: &mut [u8; SPS_BYTES_MAX]) -> usize {
    let mut length = 0;
    let mut zeros = 0;
    for byte in unit {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        let Some(place) = clean.get_mut(length) else { break };
        *place = *byte;
        length += 1;
    }
    length
}
