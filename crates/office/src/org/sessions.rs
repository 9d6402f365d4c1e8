//! Who holds which session, remembered for a moment: every request asks for it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kernel::clock::Time;

use super::{AccountId, MemberId, OrganisationId, SessionId};

/// How long what was read is believed. What this program itself changes is seen at once; what another one changes in the
/// same database, such as a password reset from the command line, only afterwards.
const BELIEVED_FOR: Duration = Duration::from_secs(5);
/// Sessions remembered.
const SESSIONS_MAX: usize = 20_000;

/// The member whom a session's token stands for.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Signed {
    pub(super) id: SessionId,
    pub(super) account_id: AccountId,
    pub(super) member_id: MemberId,
    pub(super) organisation_id: OrganisationId,
    pub(super) role: String,
    pub(super) last_seen_at: Time,
    pub(super) expires_at: Time,
}

/// The sessions that were asked for lately, by the hashes of their tokens.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Counts the changes, so that what was read before one is not remembered after it.
    forgotten: u64,
    sessions: HashMap<Vec<u8>, (Signed, Time)>,
}

/// How many changes there had been when something was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked(u64);

impl Sessions {
    /// Whom that token stands for, if it was asked for lately; otherwise what an answer is remembered with.
    pub(super) fn of(&self, token_hash: &[u8], now: Time) -> Result<Signed, Asked> {
        self.with(|known| match known.sessions.get(token_hash) {
            Some((signed, read_at)) if now.since(*read_at) < BELIEVED_FOR => Ok(signed.clone()),
            _ => Err(Asked(known.forgotten)),
        })
    }

    /// Remembers what was read.
    pub(super) fn remember(&self, asked: Asked, token_hash: Vec<u8>, signed: Signed, now: Time) {
        self.with(|known| {
            if known.forgotten != asked.0 {
                return;
            }
            if known.sessions.len() >= SESSIONS_MAX {
                known.sessions.clear();
            }
            known.sessions.insert(token_hash, (signed, now));
        });
    }

    /// Notes that the device was in use.
    pub(super) fn seen(&self, token_hash: &[u8], now: Time) {
        self.with(|known| {
            if let Some((signed, _)) = known.sessions.get_mut(token_hash) {
                signed.last_seen_at = now;
            }
        });
    }

    /// Somebody was signed out, or may do more or less than before.
    pub(super) fn forget(&self) {
        self.with(|known| {
            known.forgotten += 1;
            known.sessions.clear();
        });
    }

    fn with<R>(&self, act: impl FnOnce(&mut Known) -> R) -> R {
        // The map is whole between any two statements, so a panic elsewhere cannot spoil it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use kernel::chance::Chance;

    use super::*;

    fn signed() -> Signed {
        let (chance, now) = (Chance::seeded(1), Time::from_ms(0));
        Signed {
            id: SessionId::draw(&chance, now),
            account_id: AccountId::draw(&chance, now),
            member_id: MemberId::draw(&chance, now),
            organisation_id: OrganisationId::draw(&chance, now),
            role: "member".to_owned(),
            last_seen_at: Time::from_ms(0),
            expires_at: Time::from_ms(i64::MAX),
        }
    }

    #[test]
    fn what_is_read_while_something_changes_is_not_remembered() {
        let (known, now) = (Sessions::default(), Time::from_ms(0));
        let before = known.of(b"t", now).expect_err("nothing is known yet");
        known.forget();
        known.remember(before, b"t".to_vec(), signed(), now);
        let after = known.of(b"t", now).expect_err("it is asked again");
        known.remember(after, b"t".to_vec(), signed(), now);
        assert_eq!(known.of(b"t", now).expect("it is known"), signed());
    }

    #[test]
    fn it_is_believed_for_a_moment_only() {
        let (known, now) = (Sessions::default(), Time::from_ms(0));
        let asked = known.of(b"t", now).expect_err("nothing is known yet");
        known.remember(asked, b"t".to_vec(), signed(), now);
        assert!(known.of(b"t", Time::from_ms(4_999)).is_ok());
        assert!(known.of(b"t", Time::from_ms(5_000)).is_err());
    }
}
