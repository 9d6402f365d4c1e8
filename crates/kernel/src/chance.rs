//! Chance as an argument: seeded by the operating system in the program, by a number in tests.
//!
//! Everything unguessable or merely unique is drawn here: ids, tokens, digits.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_core::{OsRng, RngCore, SeedableRng, TryRngCore as _};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock::Time;

/// Bytes of chance in a token.
pub const TOKEN_BYTES: usize = 32;

/// A generator shared by all its copies.
#[derive(Clone)]
pub struct Chance(Arc<Mutex<Generator>>);

struct Generator {
    rng: ChaCha20Rng,
    last_id_ms: i64,
    last_id_step: u16,
}

impl Chance {
    /// A generator that nobody can foresee.
    ///
    /// # Panics
    /// When the operating system has no chance to give, in which case nothing here would be safe.
    pub fn from_os() -> Self {
        let mut seed = [0; 32];
        OsRng.try_fill_bytes(&mut seed).expect("the operating system gives random bytes");
        Self::from_seed(seed)
    }

    /// A generator that repeats itself, for tests.
    pub fn seeded(seed: u64) -> Self {
        let mut bytes = [0; 32];
        let (head, _) = bytes.split_at_mut(8);
        head.copy_from_slice(&seed.to_le_bytes());
        Self::from_seed(bytes)
    }

    fn from_seed(seed: [u8; 32]) -> Self {
        Self(Arc::new(Mutex::new(Generator { rng: ChaCha20Rng::from_seed(seed), last_id_ms: 0, last_id_step: 0 })))
    }

    /// Fills `bytes` with chance.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.with(|generator| generator.rng.fill_bytes(bytes));
    }

    /// A number in `0..bound`, each equally likely. `bound` must not be zero.
    pub fn below(&self, bound: u64) -> u64 {
        assert!(bound > 0, "a choice needs something to choose from");
        let fair = u64::MAX - u64::MAX % bound;
        self.with(|generator| {
            loop {
                let drawn = generator.rng.next_u64();
                if drawn < fair {
                    return drawn % bound;
                }
            }
        })
    }

    /// A fresh secret of 256 bits.
    pub fn token(&self) -> Token {
        let mut bytes = [0; TOKEN_BYTES];
        self.fill(&mut bytes);
        Token(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// A fresh id that sorts after every id drawn before it (UUIDv7).
    pub fn uuid(&self, now: Time) -> Uuid {
        self.with(|generator| generator.uuid(now))
    }

    fn with<R>(&self, draw: impl FnOnce(&mut Generator) -> R) -> R {
        // A panic while drawing leaves a generator that is as good as before.
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

impl Generator {
    /// RFC 9562 §6.2, method 1: the twelve bits after the time count the ids of one millisecond.
    fn uuid(&mut self, now: Time) -> Uuid {
        const STEP_MAX: u16 = 0x0fff;
        if now.as_ms() > self.last_id_ms {
            self.last_id_ms = now.as_ms();
            self.last_id_step = 0;
        } else if self.last_id_step < STEP_MAX {
            self.last_id_step += 1;
        } else {
            self.last_id_ms += 1;
            self.last_id_step = 0;
        }
        let mut low = [0; 8];
        self.rng.fill_bytes(&mut low);
        let time = u128::try_from(self.last_id_ms).unwrap_or(0) & 0xffff_ffff_ffff;
        let tail = u128::from(u64::from_be_bytes(low) >> 2);
        Uuid::from_u128(time << 80 | 0x7 << 76 | u128::from(self.last_id_step) << 64 | 0b10 << 62 | tail)
    }
}

/// A secret that its holder shows; only its hash is worth keeping.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes what a stranger showed; it is compared by hash only, so any text will do.
    pub fn shown(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, to be handed to its holder.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// What the database keeps in its place.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_in_the_order_they_were_drawn() {
        let chance = Chance::seeded(1);
        let still = Time::from_ms(1_795_000_000_000);
        let drawn: Vec<Uuid> = (0..10_000).map(|_| chance.uuid(still)).collect();
        assert!(drawn.is_sorted_by(|a, b| a < b));
        assert_eq!(drawn[0].get_version_num(), 7);
        assert_eq!(drawn[0].get_variant(), uuid::Variant::RFC4122);
    }

    #[test]
    fn the_same_seed_repeats_and_a_token_hides_itself() {
        let token = Chance::seeded(7).token();
        assert_eq!(token, Chance::seeded(7).token());
        assert_ne!(token, Chance::seeded(8).token());
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert_eq!(token.secret().len(), 43);
    }
}
