//! Sequence numbers that do not wrap, and the window of what was seen.

/// Extends 16-bit sequence numbers to 64 bits. The first one lands in the second cycle, so that stragglers
/// from before it still have a number.
#[derive(Clone, Copy, Debug, Default)]
pub struct SequenceUnwrapper {
    newest: Option<u64>,
}

impl SequenceUnwrapper {
    /// The extended number nearest to the newest one seen; moves the newest forward.
    pub fn unwrap(&mut self, sequence: u16) -> u64 {
        let extended = self.peek(sequence);
        self.newest = Some(self.newest.map_or(extended, |newest| newest.max(extended)));
        extended
    }

    /// The same without moving, for numbers not trusted yet.
    pub fn peek(&self, sequence: u16) -> u64 {
        nearest(self.newest, u64::from(sequence), 1 << 16)
    }

    /// The newest extended number.
    pub fn newest(&self) -> Option<u64> {
        self.newest
    }
}

/// The number congruent to `low` modulo `cycle` that is nearest to `newest`.
fn nearest(newest: Option<u64>, low: u64, cycle: u64) -> u64 {
    let Some(newest) = newest else {
        return cycle + low;
    };
    let guess = (newest & !(cycle - 1)) | low;
    if guess + cycle / 2 < newest {
        guess + cycle
    } else if guess > newest + cycle / 2 && guess >= cycle {
        guess - cycle
    } else {
        guess
    }
}

/// Remembers the last `WORDS` × 64 numbers of a stream, so that nothing is taken twice. Checking and
/// remembering are apart, for numbers that are only believed after authentication.
#[derive(Clone, Copy, Debug)]
pub struct SeenWindow<const WORDS: usize> {
    newest: Option<u64>,
    /// A ring of bits: number `n` has bit `n % (WORDS * 64)`.
    bits: [u64; WORDS],
}

impl<const WORDS: usize> Default for SeenWindow<WORDS> {
    fn default() -> Self {
        SeenWindow { newest: None, bits: [0; WORDS] }
    }
}

impl<const WORDS: usize> SeenWindow<WORDS> {
    const SPAN: u64 = WORDS as u64 * 64;

    /// Whether the number is new; one older than the window counts as seen.
    pub fn is_fresh(&self, number: u64) -> bool {
        let Some(newest) = self.newest else {
            return true;
        };
        if number > newest {
            return true;
        }
        newest - number < Self::SPAN && self.word(number) & Self::bit(number) == 0
    }

    /// Remembers the number; says whether it was new.
    pub fn insert(&mut self, number: u64) -> bool {
        if !self.is_fresh(number) {
            return false;
        }
        match self.newest {
            Some(newest) if number > newest => self.clear_between(newest, number),
            _ => {}
        }
        self.newest = Some(self.newest.map_or(number, |newest| newest.max(number)));
        if let Some(word) = self.bits.get_mut(Self::index(number)) {
            *word |= Self::bit(number);
        }
        true
    }

    /// The newest number remembered.
    pub fn newest(&self) -> Option<u64> {
        self.newest
    }

    fn clear_between(&mut self, newest: u64, number: u64) {
        if number - newest >= Self::SPAN {
            self.bits = [0; WORDS];
            return;
        }
        for stale in newest + 1..=number {
            if let Some(word) = self.bits.get_mut(Self::index(stale)) {
                *word &= !Self::bit(stale);
            }
        }
    }

    fn word(&self, number: u64) -> u64 {
        self.bits.get(Self::index(number)).copied().unwrap_or(0)
    }

    fn index(number: u64) -> usize {
        ((number / 64) % WORDS as u64) as usize
    }

    fn bit(number: u64) -> u64 {
        1 << (number % 64)
    }
}
