//! Extended reports (RFC 3611): the clock of a receiver that sends nothing itself, and the answer from which it
//! learns the round trip. Other blocks are passed over.

use crate::wire::Reader;

const REFERENCE_TIME: u8 = 4;
pub(super) const DELAY_SINCE: u8 = 5;

/// An extended report.
#[derive(Clone, Copy, Debug)]
pub struct ExtendedReport<'a> {
    /// Who reports.
    pub ssrc: u32,
    blocks: Reader<'a>,
}

/// What a receiver's clock is answered with.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ReferenceAnswer {
    /// Whose clock.
    pub ssrc: u32,
    /// Middle 32 bits of the NTP time it told.
    pub last_reference: u32,
    /// Time since then in 1/65536 s.
    pub delay_since: u32,
}

impl<'a> ExtendedReport<'a> {
    pub(super) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        Some(ExtendedReport { ssrc: reader.u32()?, blocks: reader })
    }

    /// The NTP time of its reference time block, if it has one.
    pub fn reference_time(&self) -> Option<u64> {
        let mut reader = self.blocks;
        loop {
            let [kind, _, high, low] = reader.array::<4>()?;
            let block = reader.take(usize::from(u16::from_be_bytes([high, low])) * 4)?;
            if kind == REFERENCE_TIME {
                return Reader::new(block).u64();
            }
        }
    }
}
