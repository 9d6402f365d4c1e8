//! Feedback on single streams: lost packets, wanted key frames, receiver-side estimates.

use crate::wire::Reader;

/// A generic NACK (RFC 4585).
#[derive(Clone, Copy, Debug)]
pub struct Nack<'a> {
    /// Who asks.
    pub sender: u32,
    /// The stream with the gap.
    pub media: u32,
    entries: Reader<'a>,
}

impl<'a> Nack<'a> {
    pub(super) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        Some(Nack { sender: reader.u32()?, media: reader.u32()?, entries: reader })
    }

    /// The missing sequence numbers, at most 17 for each four bytes of the packet.
    pub fn sequences(&self) -> NackSequences<'a> {
        NackSequences { entries: self.entries, base: 0, bits: 0 }
    }
}

/// Missing sequence numbers in the order of the packet.
#[derive(Clone, Copy, Debug)]
pub struct NackSequences<'a> {
    entries: Reader<'a>,
    base: u16,
    /// Bit n stands for `base + 1 + n`.
    bits: u16,
}

impl Iterator for NackSequences<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        if self.bits == 0 {
            self.base = self.entries.u16()?;
            self.bits = self.entries.u16()?;
            return Some(self.base);
        }
        let offset = self.bits.trailing_zeros();
        self.bits &= self.bits - 1;
        let offset = u16::try_from(offset).ok()?;
        Some(self.base.wrapping_add(1).wrapping_add(offset))
    }
}

/// A PLI: a picture cannot be decoded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyFrameRequest {
    /// Who asks.
    pub sender: u32,
    /// The stream.
    pub media: u32,
}

impl KeyFrameRequest {
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        Some(KeyFrameRequest { sender: reader.u32()?, media: reader.u32()? })
    }
}

/// A FIR (RFC 5104).
#[derive(Clone, Copy, Debug)]
pub struct FullIntraRequest<'a> {
    /// Who asks.
    pub sender: u32,
    /// The streams, with a number that only grows for a new request.
    pub entries: FirEntries<'a>,
}

impl<'a> FullIntraRequest<'a> {
    pub(super) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        let sender = reader.u32()?;
        reader.u32()?;
        Some(FullIntraRequest { sender, entries: FirEntries { reader } })
    }
}

/// The entries of a FIR: SSRC and request number.
#[derive(Clone, Copy, Debug)]
pub struct FirEntries<'a> {
    reader: Reader<'a>,
}

impl Iterator for FirEntries<'_> {
    type Item = (u32, u8);

    fn next(&mut self) -> Option<(u32, u8)> {
        let ssrc = self.reader.u32()?;
        let [number, _, _, _] = self.reader.array::<4>()?;
        Some((ssrc, number))
    }
}

/// A receiver's own estimate of what it can take.
#[derive(Clone, Copy, Debug)]
pub struct Remb<'a> {
    /// The estimate for all the streams together.
    pub bitrate_bps: u64,
    ssrcs: &'a [u8],
}

impl<'a> Remb<'a> {
    pub(super) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        reader.u64()?;
        if reader.array::<4>()? != *b"REMB" {
            return None;
        }
        let count = reader.u8()?;
        let packed = reader.u24()?;
        let exponent = packed >> 18;
        let mantissa = u64::from(packed & 0x3_FFFF);
        Some(Remb { bitrate_bps: mantissa.saturating_mul(1 << exponent), ssrcs: reader.take(usize::from(count) * 4)? })
    }

    /// The streams the estimate is for.
    pub fn ssrcs(&self) -> impl Iterator<Item = u32> + 'a {
        let mut reader = Reader::new(self.ssrcs);
        std::iter::from_fn(move || reader.u32())
    }
}
