//! Passwords at rest and at the door: argon2id, never on the threads that answer, and so many tries.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::{
    self, Decimal, Ident, Output, ParamsString, PasswordHash, PasswordHasher, PasswordVerifier as _, Salt, SaltString,
};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use kernel::chance::Chance;
use kernel::clock::Clock;
use kernel::limits::Limits;
use kernel::metrics::{Counter, Metrics};
use kernel::{Error, Result, limit};
use tokio::sync::Semaphore;

use super::errors::Refused;
use crate::PasswordCost;
use crate::pace::Pace;

limit!(HASHES_AT_ONCE: "org.password_hashes", 4, "hashes", "How many passwords are hashed at once; each takes 19 MiB while it lasts.");
limit!(TRIES: "org.sign_in_tries", 20, "tries", "How many times one account may be tried from one address before it must wait.");
limit!(TRY_AGAIN_S: "org.sign_in_again_s", 10, "seconds", "How long it takes until one more try is given back.");
limit!(TRIES_PER_ADDRESS: "org.sign_in_tries_per_address", 200, "tries", "How many sign-ins one address may try, of all accounts, before it must wait.");

/// Hashes and compares.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    cost: PasswordCost,
    turns: Arc<Semaphore>,
    memory: Arc<Memory>,
    chance: Chance,
    /// Every comparison, right or wrong: a try at an unknown account must cost one as well.
    compared: Counter,
    /// The hash of nothing anybody knows: an unknown account takes as long as a known one.
    decoy: Arc<str>,
}

impl Passwords {
    pub(crate) fn new(cost: PasswordCost, chance: &Chance, limits: &Limits, metrics: &Metrics) -> Self {
        let decoy = chance.token();
        let memory = Arc::<Memory>::default();
        let decoy = memory.with(|hasher| hash_now(hasher, cost, decoy.secret(), &salt(chance))).unwrap_or_default();
        let turns = Arc::new(Semaphore::new(limits.count(&HASHES_AT_ONCE).max(1)));
        let compared = metrics.counter("org_passwords_compared", "Passwords compared with a hash, whether or not there is such an account");
        Self { cost, turns, memory, chance: chance.clone(), compared, decoy: decoy.into() }
    }

    /// The text to keep in place of a password.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let (cost, salt, password) = (self.cost, salt(&self.chance), password.to_owned());
        self.in_turn(move |hasher| hash_now(hasher, cost, &password, &salt)).await?
    }

    /// Whether the password is the one that was kept. Without a hash it takes as long and is no.
    pub(crate) async fn is_right(&self, password: &str, kept: Option<&str>) -> Result<bool> {
        self.compared.inc();
        let known = kept.is_some();
        let kept = kept.unwrap_or(&self.decoy).to_owned();
        let password = password.to_owned();
        let right = self.in_turn(move |hasher| {
            let Ok(kept) = PasswordHash::new(&kept) else {
                return false;
            };
            hasher.verify_password(password.as_bytes(), &kept).is_ok()
        });
        Ok(right.await? && known)
    }

    async fn in_turn<R: Send + 'static>(&self, work: impl FnOnce(&Hasher) -> R + Send + 'static) -> Result<R> {
        let failed = |e| Error::internal("hashing a password", e);
        let turn = self.turns.acquire().await.map_err(|e| failed(e.into()))?;
        let memory = Arc::clone(&self.memory);
        let done = tokio::task::spawn_blocking(move || memory.with(work)).await;
        drop(turn);
        done.map_err(|e: tokio::task::JoinError| failed(Box::<dyn std::error::Error + Send + Sync>::from(e)))
    }
}

/// What is worked in, kept from one password to the next: as much as there are turns. Given back after each, such pieces
/// would stay with the allocator anyway, and with as many of its arenas as there are threads.
#[derive(Debug, Default)]
struct Memory(Mutex<Vec<Vec<Block>>>);

impl Memory {
    fn with<R>(&self, work: impl FnOnce(&Hasher) -> R) -> R {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let blocks = kept().pop().unwrap_or_default();
        let hasher = Hasher(RefCell::new(blocks));
        let done = work(&hasher);
        kept().push(hasher.0.into_inner());
        done
    }
}

/// Argon2 in memory that is there already.
struct Hasher(RefCell<Vec<Block>>);

impl PasswordHasher for Hasher {
    type Params = Params;

    fn hash_password_customized<'a>(
        &self,
        password: &[u8],
        algorithm: Option<Ident<'a>>,
        version: Option<Decimal>,
        params: Params,
        salt: impl Into<Salt<'a>>,
    ) -> password_hash::Result<PasswordHash<'a>> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?.unwrap_or_default();
        let version = version.map(Version::try_from).transpose()?.unwrap_or_default();
        let salt = salt.into();
        let mut bytes = [0; Salt::MAX_LENGTH];
        let salt_bytes = salt.decode_b64(&mut bytes)?;
        let argon2 = Argon2::new(algorithm, version, params.clone());
        let mut blocks = self.0.borrow_mut();
        blocks.resize(params.block_count(), Block::default());
        let hash = Output::init_with(params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN), |out| {
            Ok(argon2.hash_password_into_with_memory(password, salt_bytes, out, blocks.as_mut_slice())?)
        })?;
        let params = ParamsString::try_from(&params)?;
        Ok(PasswordHash { algorithm: algorithm.ident(), version: Some(version.into()), params, salt: Some(salt), hash: Some(hash) })
    }
}

/// A first password that can be read out: letters and digits that are not mistaken for others.
pub(crate) fn draw(chance: &Chance) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    const CHARS: usize = 12;
    let draw = || {
        let at = chance.below(LETTERS.len() as u64);
        let letter = usize::try_from(at).ok().and_then(|at| LETTERS.get(at));
        char::from(letter.copied().unwrap_or(b'a'))
    };
    std::iter::repeat_with(draw).take(CHARS).collect()
}

fn salt(chance: &Chance) -> [u8; 16] {
    let mut salt = [0; 16];
    chance.fill(&mut salt);
    salt
}

fn hash_now(hasher: &Hasher, cost: PasswordCost, password: &str, salt: &[u8]) -> Result<String> {
    let failed = |e: &dyn std::fmt::Display| Error::internal("hashing a password", e.to_string());
    let params = match cost {
        PasswordCost::Full => Params::default(),
        PasswordCost::Least => Params::new(Params::MIN_M_COST, 1, 1, None).map_err(|e| failed(&e))?,
    };
    let salt = SaltString::encode_b64(salt).map_err(|e| failed(&e))?;
    let hash = hasher.hash_password_customized(password.as_bytes(), None, None, params, &salt).map_err(|e| failed(&e))?;
    Ok(hash.to_string())
}

/// Lets so many tries through and no more.
#[derive(Debug)]
pub(crate) struct Gate {
    by_account: Pace<(String, String)>,
    by_address: Pace<String>,
}

impl Gate {
    pub(crate) fn new(clock: &Clock, limits: &Limits) -> Self {
        let again = limits.seconds(&TRY_AGAIN_S).max(Duration::from_secs(1));
        Self {
            by_account: Pace::new(clock, limits.of(&TRIES), again),
            by_address: Pace::new(clock, limits.of(&TRIES_PER_ADDRESS), again),
        }
    }

    /// Counts one try, and refuses it when there were too many.
    pub(crate) fn pass(&self, account: &str, address: &str) -> Result<(), Refused> {
        let too_often = |wait: Duration| Refused::SignInTooOften { retry_after_s: wait.as_secs() + 1 };
        let address = address.to_owned();
        self.by_address.pass(&address).map_err(too_often)?;
        self.by_account.pass(&(account.to_owned(), address)).map_err(too_often)
    }
}

#[cfg(test)]
mod tests {
    use kernel::clock::{FakeClock, Time};

    use super::*;

    #[test]
    fn tries_run_out_and_come_back() {
        let fake = FakeClock::starting_at(Time::from_ms(1_795_000_000_000));
        let gate = Gate::new(&Clock::Fake(fake.clone()), &Limits::default());
        for _ in 0..TRIES.default {
            assert_eq!(gate.pass("li.na", "10.0.0.1"), Ok(()));
        }
        assert!(gate.pass("li.na", "10.0.0.1").is_err());
        assert_eq!(gate.pass("li.na", "10.0.0.2"), Ok(()), "another address");
        assert_eq!(gate.pass("wang.wei", "10.0.0.1"), Ok(()), "another account");
        fake.advance(Duration::from_secs(TRY_AGAIN_S.default));
        assert_eq!(gate.pass("li.na", "10.0.0.1"), Ok(()));
    }

    /// The library's own way, with memory of its own, is the judge; what an earlier password left behind changes nothing.
    #[test]
    fn memory_that_was_used_before_gives_the_same_hash() {
        let memory = Memory::default();
        let salt = SaltString::encode_b64(&[7; 16]).expect("a salt");
        for password in ["first", "second", "first"] {
            let ours = memory.with(|hasher| hash_now(hasher, PasswordCost::Full, password, &[7; 16])).expect("a hash");
            assert_eq!(ours, Argon2::default().hash_password(password.as_bytes(), &salt).expect("a hash").to_string());
        }
        assert_eq!(memory.0.lock().expect("whole").len(), 1, "one after another need one piece");
    }

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let limits = Limits::default();
        let passwords = Passwords::new(PasswordCost::Least, &Chance::seeded(1), &limits, &Metrics::new());
        let kept = passwords.hash("correct horse").await.expect("a hash");
        assert!(kept.starts_with("$argon2id$"));
        assert!(passwords.is_right("correct horse", Some(&kept)).await.expect("compared"));
        assert!(!passwords.is_right("correct mule", Some(&kept)).await.expect("compared"));
        assert!(!passwords.is_right("correct horse", None).await.expect("compared"));
    }
}
