//! Where ids, credentials and secrets come from: a cipher stream from the seed the node is given.
//! The seed must be secret in production and may be fixed in tests.

use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore as _, SeedableRng as _};

/// Letters of ids; none that people mistake for another.
const ID_LETTERS: &[u8; 57] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Letters of ICE user name fragments, five bits each.
const FIVE_BITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Letters of an id behind its prefix.
const ID_LETTERS_COUNT: usize = 12;
/// Letters of an ICE password: 150 bits.
const PASSWORD_LETTERS: usize = 30;
/// Letters of a ufrag that name the worker (15 bits), the place (25 bits), and nothing.
const UFRAG_WORKER_LETTERS: usize = 3;
const UFRAG_PLACE_LETTERS: usize = 5;
const UFRAG_RANDOM_LETTERS: usize = 8;

/// The stream.
pub(crate) struct Chance {
    stream: ChaCha12Rng,
}

impl Chance {
    pub(crate) fn new(seed: [u8; 32]) -> Chance {
        Chance { stream: ChaCha12Rng::from_seed(seed) }
    }

    pub(crate) fn next_u64(&mut self) -> u64 {
        self.stream.next_u64()
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.stream.fill_bytes(&mut bytes);
        bytes
    }

    fn byte(&mut self) -> u8 {
        let [byte] = self.bytes::<1>();
        byte
    }

    /// An id such as `PA_…`.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        let mut id = String::with_capacity(prefix.len() + ID_LETTERS_COUNT);
        id.push_str(prefix);
        while id.len() < prefix.len() + ID_LETTERS_COUNT {
            let draw = usize::from(self.byte() & 63);
            if let Some(letter) = ID_LETTERS.get(draw) {
                id.push(char::from(*letter));
            }
        }
        id
    }

    pub(crate) fn password(&mut self) -> String {
        (0..PASSWORD_LETTERS).map(|_| five_bits(u32::from(self.byte()))).collect()
    }

    /// A user name fragment that tells [`ufrag_owner`] where the peer lives.
    pub(crate) fn ufrag(&mut self, worker: u16, place: u32) -> String {
        let mut ufrag = String::with_capacity(16);
        push_number(&mut ufrag, u32::from(worker), UFRAG_WORKER_LETTERS);
        push_number(&mut ufrag, place, UFRAG_PLACE_LETTERS);
        for _ in 0..UFRAG_RANDOM_LETTERS {
            ufrag.push(five_bits(u32::from(self.byte())));
        }
        ufrag
    }
}

/// The worker and the place that a ufrag of ours names.
pub(crate) fn ufrag_owner(ufrag: &str) -> Option<(u16, u32)> {
    let letters = ufrag.as_bytes();
    if letters.len() != UFRAG_WORKER_LETTERS + UFRAG_PLACE_LETTERS + UFRAG_RANDOM_LETTERS {
        return None;
    }
    let (worker, rest) = letters.split_at_checked(UFRAG_WORKER_LETTERS)?;
    let (place, _) = rest.split_at_checked(UFRAG_PLACE_LETTERS)?;
    Some((u16::try_from(number(worker)?).ok()?, number(place)?))
}

fn five_bits(value: u32) -> char {
    FIVE_BITS.get((value & 31) as usize).map_or('a', |letter| char::from(*letter))
}

fn push_number(text: &mut String, value: u32, letters: usize) {
    for shift in (0..letters).rev() {
        text.push(five_bits(value >> (5 * shift)));
    }
}

fn number(letters: &[u8]) -> Option<u32> {
    letters.iter().try_fold(0u32, |sum, letter| {
        let digit = FIVE_BITS.iter().position(|known| known == letter)?;
        Some((sum << 5) | u32::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ufrag_names_its_worker_and_place() {
        let mut chance = Chance::new([7; 32]);
        for (worker, place) in [(0, 0), (1, 31), (32_767, 33_554_431)] {
            let ufrag = chance.ufrag(worker, place);
            assert_eq!(ufrag_owner(&ufrag), Some((worker, place)), "{ufrag}");
        }
        for stranger in ["", "abcd", "aaaaaaaaAAAAAAAA0", "!!!!!!!!!!!!!!!!"] {
            assert_eq!(ufrag_owner(stranger), None);
        }
    }

    #[test]
    fn ids_have_their_prefix_and_length() {
        let mut chance = Chance::new([7; 32]);
        let id = chance.id("PA_");
        assert!(id.starts_with("PA_") && id.len() == 15, "{id}");
        assert_ne!(id, chance.id("PA_"));
    }
}
