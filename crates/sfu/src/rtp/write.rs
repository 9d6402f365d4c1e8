//! Writes outgoing headers into the caller's buffer, in the one-byte extension form where it fits.

use crate::wire::Writer;

/// Bytes of a header without extensions.
pub const FIXED_HEADER_BYTES: usize = 12;

/// Extension elements of one outgoing packet; more are left out.
const ELEMENTS_MAX: usize = 8;

/// The fields of an outgoing header.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Fields {
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
}

/// The extension elements of one outgoing packet, with the receiver's ids.
#[derive(Clone, Copy, Debug)]
pub struct Elements<'a> {
    list: [(u8, &'a [u8]); ELEMENTS_MAX],
    count: usize,
}

impl Default for Elements<'_> {
    fn default() -> Self {
        Elements { list: [(0, &[]); ELEMENTS_MAX], count: 0 }
    }
}

impl<'a> Elements<'a> {
    /// No elements.
    pub fn new() -> Self {
        Elements::default()
    }

    /// Adds an element. An id of zero, a value over 255 bytes or a full list is ignored: extensions are
    /// advice, and a packet without one is better than no packet.
    pub fn push(&mut self, id: u8, value: &'a [u8]) {
        if id == 0 || value.len() > usize::from(u8::MAX) {
            return;
        }
        if let Some(slot) = self.list.get_mut(self.count) {
            *slot = (id, value);
            self.count += 1;
        }
    }

    /// Bytes of a header with these elements, as [`write_header`] writes it.
    pub fn header_bytes(&self) -> usize {
        if self.count == 0 {
            return FIXED_HEADER_BYTES;
        }
        let element = if self.needs_two_bytes() { 2 } else { 1 };
        let body: usize = self.iter().map(|(_, value)| element + value.len()).sum();
        FIXED_HEADER_BYTES + 4 + body.next_multiple_of(4)
    }

    fn iter(&self) -> impl Iterator<Item = (u8, &'a [u8])> + '_ {
        self.list.iter().take(self.count).copied()
    }

    fn needs_two_bytes(&self) -> bool {
        self.iter().any(|(id, value)| id > 14 || value.is_empty() || value.len() > 16)
    }
}

/// Writes a header with its extensions; gives its length, or `None` when the buffer is too small.
pub fn write_header(buffer: &mut [u8], fields: &Fields, elements: &Elements<'_>) -> Option<usize> {
    let mut writer = Writer::new(buffer);
    let extended = elements.count > 0;
    writer.u8(if extended { 0x90 } else { 0x80 })?;
    writer.u8((u8::from(fields.marker) << 7) | (fields.payload_type & 0x7F))?;
    writer.u16(fields.sequence)?;
    writer.u32(fields.timestamp)?;
    writer.u32(fields.ssrc)?;
    if !extended {
        return Some(writer.written());
    }
    let two_bytes = elements.needs_two_bytes();
    writer.u16(if two_bytes { 0x1000 } else { 0xBEDE })?;
    let length_at = writer.written();
    writer.u16(0)?;
    let start = writer.written();
    for (id, value) in elements.iter() {
        let length = u8::try_from(value.len()).ok()?;
        if two_bytes {
            writer.put(&[id, length])?;
        } else {
            writer.u8((id << 4) | length.saturating_sub(1))?;
        }
        writer.put(value)?;
    }
    let body = writer.written() - start;
    let words = body.div_ceil(4);
    writer.zeros(words * 4 - body)?;
    writer.patch(length_at, &u16::try_from(words).ok()?.to_be_bytes())?;
    Some(writer.written())
}

/// Writes a whole packet; gives its length, or `None` when the buffer is too small.
pub fn write_packet(buffer: &mut [u8], fields: &Fields, elements: &Elements<'_>, payload: &[u8]) -> Option<usize> {
    let header = write_header(buffer, fields, elements)?;
    let mut writer = Writer::new(buffer.get_mut(header..)?);
    writer.put(payload)?;
    Some(header + writer.written())
}

/// Adds `count` bytes of padding to a written, unpadded packet of `length` bytes and gives its new length;
/// `None` when the buffer is too small. Zero bytes of padding leave the packet as it is.
pub fn pad(buffer: &mut [u8], length: usize, count: u8) -> Option<usize> {
    if count == 0 {
        return Some(length);
    }
    let end = length.checked_add(usize::from(count))?;
    let padding = buffer.get_mut(length..end)?;
    padding.fill(0);
    *padding.last_mut()? = count;
    *buffer.first_mut()? |= 0x20;
    Some(end)
}
