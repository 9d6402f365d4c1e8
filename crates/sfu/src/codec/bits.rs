//! Reads single bits and Exp-Golomb codes; a read past the end is `None`.

#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Bits { bytes, at: 0 }
    }

    pub(super) fn bit(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte & (0x80 >> (self.at % 8)) != 0;
        self.at += 1;
        Some(bit)
    }

    /// At most 32 bits, highest first.
    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0u32, |value, _| Some((value << 1) | u32::from(self.bit()?)))
    }

    pub(super) fn skip(&mut self, count: u32) -> Option<()> {
        self.take(count).map(|_| ())
    }

    /// An unsigned Exp-Golomb code of at most 32 bits.
    pub(super) fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        let rest = self.take(zeros)?;
        ((1u32 << zeros) - 1).checked_add(rest)
    }

    /// A signed Exp-Golomb code.
    pub(super) fn signed_golomb(&mut self) -> Option<i32> {
        let code = i64::from(self.golomb()?);
        i32::try_from(if code % 2 == 0 { -(code / 2) } else { code.div_euclid(2) + 1 }).ok()
    }
}
