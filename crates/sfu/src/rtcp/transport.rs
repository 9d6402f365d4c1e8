//! Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01).
//! Reading goes status by status; writing chooses chunks so that common cases are shortest.

use crate::wire::{Reader, Writer};

/// Statuses in one feedback that are still believed; more would be an attack on our time.
pub const TRANSPORT_STATUSES_MAX: usize = 8_192;

const RUN_LENGTH_MAX: usize = 0x1FFF;
const ONE_BIT_SYMBOLS: usize = 14;
const TWO_BIT_SYMBOLS: usize = 7;

const MISSING: u8 = 0;
const SMALL_DELTA: u8 = 1;
const LARGE_DELTA: u8 = 2;

/// The fixed part of a feedback.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct TransportSummary {
    /// Who reports.
    pub sender: u32,
    /// A stream of the transport, without meaning.
    pub media: u32,
    /// Transport-wide sequence number of the first status.
    pub base_sequence: u16,
    /// Time that the deltas start from, in 64 ms, 24 bits, wrapping.
    pub reference_time: u32,
    /// Number of this feedback, wrapping.
    pub feedback_count: u8,
}

/// A feedback.
#[derive(Clone, Copy, Debug)]
pub struct TransportFeedback<'a> {
    /// The fixed part.
    pub summary: TransportSummary,
    status_count: usize,
    chunks: Reader<'a>,
    deltas: Reader<'a>,
}

impl<'a> TransportFeedback<'a> {
    pub(super) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        let sender = reader.u32()?;
        let media = reader.u32()?;
        let base_sequence = reader.u16()?;
        let status_count = usize::from(reader.u16()?);
        let reference_time = reader.u24()?;
        let feedback_count = reader.u8()?;
        if status_count > TRANSPORT_STATUSES_MAX {
            return None;
        }
        let chunks = reader;
        let mut covered = 0;
        while covered < status_count {
            covered += Chunk::read(&mut reader)?.symbol_count();
        }
        Some(TransportFeedback {
            summary: TransportSummary { sender, media, base_sequence, reference_time, feedback_count },
            status_count,
            chunks,
            deltas: reader,
        })
    }

    /// The statuses in order of sequence number. Ends early when deltas are missing.
    pub fn statuses(&self) -> TransportStatuses<'a> {
        TransportStatuses {
            chunks: self.chunks,
            deltas: self.deltas,
            remaining: self.status_count,
            sequence: self.summary.base_sequence,
            chunk: Chunk::Run { symbol: MISSING, count: 0 },
        }
    }
}

/// What became of one packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TransportStatus {
    /// Transport-wide sequence number.
    pub sequence: u16,
    /// Arrival after the packet before it, in 250 µs; `None` when it has not arrived.
    pub delta_ticks: Option<i16>,
}

/// The statuses of a feedback.
#[derive(Clone, Copy, Debug)]
pub struct TransportStatuses<'a> {
    chunks: Reader<'a>,
    deltas: Reader<'a>,
    remaining: usize,
    sequence: u16,
    chunk: Chunk,
}

impl Iterator for TransportStatuses<'_> {
    type Item = TransportStatus;

    fn next(&mut self) -> Option<TransportStatus> {
        if self.remaining == 0 {
            return None;
        }
        if self.chunk.symbol_count() == 0 {
            self.chunk = Chunk::read(&mut self.chunks)?;
        }
        let delta_ticks = match self.chunk.pop()? {
            MISSING => None,
            SMALL_DELTA => Some(i16::from(self.deltas.u8()?)),
            LARGE_DELTA => Some(self.deltas.u16()?.cast_signed()),
            _ => return None,
        };
        let status = TransportStatus { sequence: self.sequence, delta_ticks };
        self.sequence = self.sequence.wrapping_add(1);
        self.remaining -= 1;
        Some(status)
    }
}

#[derive(Clone, Copy, Debug)]
enum Chunk {
    Run {
        symbol: u8,
        count: usize,
    },
    /// Symbols of `width` bits, the next one in the highest of the lower 14 bits.
    Vector {
        bits: u16,
        width: u8,
        count: usize,
    },
}

impl Chunk {
    fn read(reader: &mut Reader<'_>) -> Option<Chunk> {
        let word = reader.u16()?;
        Some(if word & 0x8000 == 0 {
            Chunk::Run {
                symbol: match (word >> 13) & 3 {
                    0 => MISSING,
                    1 => SMALL_DELTA,
                    2 => LARGE_DELTA,
                    _ => return None,
                },
                count: usize::from(word & 0x1FFF),
            }
        } else if word & 0x4000 == 0 {
            Chunk::Vector { bits: word & 0x3FFF, width: 1, count: ONE_BIT_SYMBOLS }
        } else {
            Chunk::Vector { bits: word & 0x3FFF, width: 2, count: TWO_BIT_SYMBOLS }
        })
        // A run of nothing would let a few bytes keep us busy for long.
        .filter(|chunk| chunk.symbol_count() > 0)
    }

    fn symbol_count(&self) -> usize {
        match self {
            Chunk::Run { count, .. } | Chunk::Vector { count, .. } => *count,
        }
    }

    fn pop(&mut self) -> Option<u8> {
        match self {
            Chunk::Run { symbol, count } => {
                *count = count.checked_sub(1)?;
                Some(*symbol)
            }
            Chunk::Vector { bits, width, count } => {
                *count = count.checked_sub(1)?;
                let symbol = *bits >> (14 - *width);
                *bits = (*bits << *width) & 0x3FFF;
                u8::try_from(symbol).ok()
            }
        }
    }
}

/// Writes the body of a feedback after its header; `deltas` holds one entry per status.
pub(super) fn write_body(writer: &mut Writer<'_>, summary: &TransportSummary, deltas: &[Option<i16>]) -> Option<()> {
    writer.u32(summary.sender)?;
    writer.u32(summary.media)?;
    writer.u16(summary.base_sequence)?;
    writer.u16(u16::try_from(deltas.len()).ok()?)?;
    writer.u24(summary.reference_time & 0xFF_FFFF)?;
    writer.u8(summary.feedback_count)?;
    let mut rest = deltas;
    while !rest.is_empty() {
        let (word, used) = choose_chunk(rest);
        writer.u16(word)?;
        rest = rest.get(used..)?;
    }
    for delta in deltas.iter().flatten() {
        match u8::try_from(*delta) {
            Ok(small) => writer.u8(small)?,
            Err(_) => writer.u16(delta.cast_unsigned())?,
        }
    }
    Some(())
}

fn symbol(delta: Option<i16>) -> u8 {
    match delta {
        None => MISSING,
        Some(0..=255) => SMALL_DELTA,
        Some(_) => LARGE_DELTA,
    }
}

/// The next chunk and how many statuses it covers: a run when it covers at least what a vector would.
fn choose_chunk(rest: &[Option<i16>]) -> (u16, usize) {
    let first = rest.first().map_or(MISSING, |delta| symbol(*delta));
    let run = rest.iter().take(RUN_LENGTH_MAX).take_while(|delta| symbol(**delta) == first).count();
    let narrow = rest.iter().take(ONE_BIT_SYMBOLS).all(|delta| symbol(*delta) != LARGE_DELTA);
    let (width, capacity) = if narrow { (1, ONE_BIT_SYMBOLS) } else { (2, TWO_BIT_SYMBOLS) };
    let vector = capacity.min(rest.len());
    if run >= vector {
        let count = u16::try_from(run).unwrap_or(0);
        return ((u16::from(first) << 13) | count, run);
    }
    let mut word = if narrow { 0x8000 } else { 0xC000 };
    let mut shift = 14;
    for delta in rest.iter().take(vector) {
        shift -= width;
        word |= u16::from(symbol(*delta)) << shift;
    }
    (word, vector)
}
