//! One parse of a header gives the offsets of everything in it; the bytes stay where they are.

use std::ops::Range;

use thiserror::Error;

use crate::wire::Reader;

/// Header extension elements remembered per packet; browsers send at most seven.
pub const EXTENSIONS_MAX: usize = 16;

const FIXED_BYTES: usize = 12;
const PROFILE_ONE_BYTE: u16 = 0xBEDE;
/// The upper twelve bits name the two-byte form, the lower four are the application's.
const PROFILE_TWO_BYTE: u16 = 0x1000;

/// Why a datagram is not an RTP packet.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum RtpError {
    /// The datagram ends within its header, or is longer than any datagram.
    #[error("an RTP packet of impossible length")]
    Length,
    /// Not version 2.
    #[error("not RTP version 2")]
    Version,
    /// An extension element reaches beyond the extension block.
    #[error("a broken RTP header extension")]
    Extension,
    /// The padding count is zero or larger than what follows the header.
    #[error("broken RTP padding")]
    Padding,
}

/// What SRTP needs to know of a packet before its payload is clear.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Prefix {
    /// Sequence number as on the wire.
    pub sequence: u16,
    /// Synchronisation source.
    pub ssrc: u32,
    /// Bytes before the payload, extensions included.
    pub header_bytes: usize,
}

/// Reads only the parts of a header that SRTP leaves clear and needs.
///
/// # Errors
/// When the datagram is too short for the header it announces, or is no RTP.
pub fn prefix(bytes: &[u8]) -> Result<Prefix, RtpError> {
    let fixed = bytes.first_chunk::<FIXED_BYTES>().ok_or(RtpError::Length)?;
    let [first, _, s0, s1, _, _, _, _, c0, c1, c2, c3] = *fixed;
    if first >> 6 != 2 {
        return Err(RtpError::Version);
    }
    let mut header_bytes = FIXED_BYTES + usize::from(first & 0x0F) * 4;
    if first & 0x10 != 0 {
        let words = bytes.get(header_bytes + 2..header_bytes + 4).and_then(|length| length.first_chunk::<2>()).ok_or(RtpError::Length)?;
        header_bytes += 4 + usize::from(u16::from_be_bytes(*words)) * 4;
    }
    if header_bytes > bytes.len() {
        return Err(RtpError::Length);
    }
    Ok(Prefix { sequence: u16::from_be_bytes([s0, s1]), ssrc: u32::from_be_bytes([c0, c1, c2, c3]), header_bytes })
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Element {
    id: u8,
    length: u8,
    offset: u16,
}

/// A parsed clear header: fields and offsets, without the bytes, so that it can be stored beside them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// Last packet of a frame, or first of a talk spurt.
    pub marker: bool,
    /// Payload type, 7 bits.
    pub payload_type: u8,
    /// Sequence number as on the wire.
    pub sequence: u16,
    /// Media time as on the wire.
    pub timestamp: u32,
    /// Synchronisation source.
    pub ssrc: u32,
    payload_start: u16,
    payload_end: u16,
    padding: u8,
    element_count: u8,
    elements: [Element; EXTENSIONS_MAX],
}

impl Header {
    /// Parses the header of a clear (decrypted) packet, padding included.
    ///
    /// # Errors
    /// When the bytes are no RTP packet.
    pub fn parse(bytes: &[u8]) -> Result<Header, RtpError> {
        let total = u16::try_from(bytes.len()).map_err(|_| RtpError::Length)?;
        let Prefix { sequence, ssrc, header_bytes } = prefix(bytes)?;
        let mut fixed = Reader::new(bytes);
        let first = fixed.u8().ok_or(RtpError::Length)?;
        let second = fixed.u8().ok_or(RtpError::Length)?;
        fixed.u16().ok_or(RtpError::Length)?;
        let timestamp = fixed.u32().ok_or(RtpError::Length)?;
        let payload_start = u16::try_from(header_bytes).map_err(|_| RtpError::Length)?;
        let padding = if first & 0x20 == 0 { 0 } else { bytes.last().copied().unwrap_or(0) };
        let payload_end = total.checked_sub(u16::from(padding)).filter(|end| *end >= payload_start).ok_or(RtpError::Padding)?;
        if first & 0x20 != 0 && padding == 0 {
            return Err(RtpError::Padding);
        }
        let mut header = Header {
            marker: second & 0x80 != 0,
            payload_type: second & 0x7F,
            sequence,
            timestamp,
            ssrc,
            payload_start,
            payload_end,
            padding,
            element_count: 0,
            elements: [Element::default(); EXTENSIONS_MAX],
        };
        if first & 0x10 != 0 {
            let start = FIXED_BYTES + usize::from(first & 0x0F) * 4;
            header.scan_extensions(bytes, start)?;
        }
        Ok(header)
    }

    /// Where the payload lies, padding excluded.
    pub fn payload_range(&self) -> Range<usize> {
        usize::from(self.payload_start)..usize::from(self.payload_end)
    }

    /// The payload within the bytes that were parsed; empty for other bytes.
    pub fn payload<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.payload_range()).unwrap_or_default()
    }

    /// Bytes before the payload.
    pub fn header_bytes(&self) -> usize {
        usize::from(self.payload_start)
    }

    /// Bytes of padding after the payload.
    pub fn padding_bytes(&self) -> usize {
        usize::from(self.padding)
    }

    /// The value of an extension element, within the bytes that were parsed.
    pub fn extension<'a>(&self, bytes: &'a [u8], id: u8) -> Option<&'a [u8]> {
        let (_, range) = self.extensions().find(|(element, _)| *element == id)?;
        bytes.get(range)
    }

    /// All extension elements: id and place of the value.
    pub fn extensions(&self) -> impl Iterator<Item = (u8, Range<usize>)> + '_ {
        self.elements.iter().take(usize::from(self.element_count)).map(|element| {
            let start = usize::from(element.offset);
            (element.id, start..start + usize::from(element.length))
        })
    }

    fn scan_extensions(&mut self, bytes: &[u8], start: usize) -> Result<(), RtpError> {
        let block = bytes.get(start..self.header_bytes()).ok_or(RtpError::Length)?;
        let mut reader = Reader::new(block);
        let profile = reader.u16().ok_or(RtpError::Length)?;
        reader.u16().ok_or(RtpError::Length)?;
        let two_bytes = profile & 0xFFF0 == PROFILE_TWO_BYTE;
        if profile != PROFILE_ONE_BYTE && !two_bytes {
            return Ok(());
        }
        while let Some(first) = reader.u8() {
            let (id, length) = if first == 0 {
                continue;
            } else if two_bytes {
                (first, reader.u8().ok_or(RtpError::Extension)?)
            } else {
                (first >> 4, (first & 0x0F) + 1)
            };
            if !two_bytes && id == 15 {
                // RFC 8285 §4.2: everything after this id is to be ignored.
                return Ok(());
            }
            let offset = self.header_bytes() - reader.rest().len();
            reader.take(usize::from(length)).ok_or(RtpError::Extension)?;
            if id == 0 {
                continue;
            }
            let Some(slot) = self.elements.get_mut(usize::from(self.element_count)) else {
                return Ok(());
            };
            *slot = Element { id, length, offset: u16::try_from(offset).map_err(|_| RtpError::Length)? };
            self.element_count += 1;
        }
        Ok(())
    }
}
