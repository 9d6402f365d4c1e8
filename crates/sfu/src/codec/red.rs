//! RED (RFC 2198): redundant audio. Walks the blocks of a packet, and writes packets that repeat those before them.

use crate::wire::{Reader, Writer};

/// Blocks read from one packet; browsers send two or three.
pub const BLOCKS_MAX: usize = 8;
/// Larger packets are not repeated: they are music, and would not fit the 10 bits of a length for long.
pub const REDUNDANT_BYTES_MAX: usize = 400;

/// The distance that 14 bits can tell.
const OFFSET_MAX: u32 = (1 << 14) - 1;

/// One block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Block<'a> {
    /// Payload type of the content.
    pub payload_type: u8,
    /// How much earlier than the packet the content begins, in ticks; zero for the primary.
    pub timestamp_offset: u32,
    /// How many blocks follow it in the same packet: the last but one repeats the packet before.
    pub blocks_after: usize,
    /// Where the content begins in the payload.
    pub at: usize,
    /// The content.
    pub payload: &'a [u8],
}

/// The blocks of a payload, the primary last.
#[derive(Clone, Copy, Debug)]
pub struct Blocks<'a> {
    headers: Reader<'a>,
    content: Reader<'a>,
    length: usize,
    remaining: usize,
}

impl<'a> Blocks<'a> {
    /// Checks the headers of a payload; `None` when it is no RED.
    pub fn parse(payload: &'a [u8]) -> Option<Blocks<'a>> {
        let headers = Reader::new(payload);
        let mut reader = headers;
        let mut redundant_bytes = 0;
        for count in 1..=BLOCKS_MAX {
            if reader.u8()? & 0x80 == 0 {
                let fits = reader.rest().len() >= redundant_bytes;
                return fits.then_some(Blocks { headers, content: reader, length: payload.len(), remaining: count });
            }
            redundant_bytes += usize::try_from(reader.u24()? & 0x3FF).ok()?;
        }
        None
    }

    /// The primary block alone.
    pub fn primary(self) -> Option<Block<'a>> {
        self.last()
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        self.remaining = self.remaining.checked_sub(1)?;
        let payload_type = self.headers.u8()? & 0x7F;
        let (blocks_after, at) = (self.remaining, self.length - self.content.rest().len());
        if self.remaining == 0 {
            return Some(Block { payload_type, timestamp_offset: 0, blocks_after, at, payload: self.content.rest() });
        }
        let packed = self.headers.u24()?;
        let length = usize::try_from(packed & 0x3FF).ok()?;
        Some(Block { payload_type, timestamp_offset: packed >> 10, blocks_after, at, payload: self.content.take(length)? })
    }
}

/// Whether an earlier packet is worth repeating, and can be: its distance in ticks and its length fit their fields.
pub fn is_repeatable(timestamp_offset: u32, length: usize) -> bool {
    (1..=OFFSET_MAX).contains(&timestamp_offset) && (1..=REDUNDANT_BYTES_MAX).contains(&length)
}

/// Bytes that RED adds to a packet that repeats these many earlier ones, without their contents.
pub fn header_bytes(earlier: usize) -> usize {
    1 + 4 * earlier
}

/// Writes a payload into the front of `buffer`: earlier packets with their distances, the oldest first, then the
/// packet itself. Gives the length, or `None` when the buffer is too small. All of them satisfy [`is_repeatable`].
pub fn write<'a>(
    buffer: &mut [u8],
    payload_type: u8,
    earlier: impl Iterator<Item = (u32, &'a [u8])> + Clone,
    primary: &[u8],
) -> Option<usize> {
    let payload_type = payload_type & 0x7F;
    let mut writer = Writer::new(buffer);
    for (offset, content) in earlier.clone() {
        debug_assert!(is_repeatable(offset, content.len()), "checked by whoever chose it");
        writer.u8(0x80 | payload_type)?;
        writer.u24((offset << 10) | u32::try_from(content.len()).ok()?)?;
    }
    writer.u8(payload_type)?;
    for (_, content) in earlier {
        writer.put(content)?;
    }
    writer.put(primary)?;
    Some(writer.written())
}
