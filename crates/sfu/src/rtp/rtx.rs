//! Retransmission payloads (RFC 4588): the original sequence number in front of the original payload.

use super::{Elements, Fields, Header, write_header};
use crate::wire::{Reader, Writer};

/// Bytes that a retransmission is longer than its original.
pub const RTX_OVERHEAD: usize = 2;

/// What a retransmission carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RtxInner<'a> {
    /// The repeat of a packet. It may have been received already: browsers probe with repeats, so it goes
    /// through a [`super::SeenWindow`] before anything is forwarded.
    Repeat {
        /// Sequence number of the original on the media SSRC.
        sequence: u16,
        /// Payload of the original.
        payload: &'a [u8],
    },
    /// Padding only: a bandwidth probe without content.
    Probe,
}

/// Looks into a clear packet that arrived on a retransmission SSRC.
pub fn decapsulate<'a>(header: &Header, bytes: &'a [u8]) -> RtxInner<'a> {
    let mut reader = Reader::new(header.payload(bytes));
    match reader.u16() {
        Some(sequence) => RtxInner::Repeat { sequence, payload: reader.rest() },
        None => RtxInner::Probe,
    }
}

/// Writes a retransmission: `fields` are those of the retransmission stream. Gives the length, or `None` when
/// the buffer is too small.
pub fn write_rtx(buffer: &mut [u8], fields: &Fields, elements: &Elements<'_>, original_sequence: u16, payload: &[u8]) -> Option<usize> {
    let header = write_header(buffer, fields, elements)?;
    let mut writer = Writer::new(buffer.get_mut(header..)?);
    writer.u16(original_sequence)?;
    writer.put(payload)?;
    Some(header + writer.written())
}
