//! Who belongs to which conversation, kept in memory for as long as nobody comes or goes: each message asks for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::Result;
use kernel::db::Db;

use super::{ConversationId, store};
use crate::org::MemberId;

/// Conversations kept in memory.
const ROLLS_MAX: usize = 10_000;

/// Everybody in one conversation, each with the last message that does not exist for them.
pub(super) type Roll = Arc<[(MemberId, i64)]>;

/// The rolls that are known.
#[derive(Debug, Default)]
pub(super) struct Rolls(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Counts the changes, so that a roll read before one is not kept after it.
    forgotten: u64,
    rolls: HashMap<ConversationId, Roll>,
}

impl Rolls {
    /// Everybody in that conversation.
    pub(super) async fn of(&self, db: &Db, id: ConversationId) -> Result<Roll> {
        let forgotten = match self.with(|known| known.rolls.get(&id).cloned().ok_or(known.forgotten)) {
            Ok(roll) => return Ok(roll),
            Err(forgotten) => forgotten,
        };
        let roll: Roll = store::members::roll(db, id).await?.into();
        self.with(|known| {
            if known.forgotten == forgotten {
                if known.rolls.len() >= ROLLS_MAX {
                    known.rolls.clear();
                }
                known.rolls.insert(id, Arc::clone(&roll));
            }
        });
        Ok(roll)
    }

    /// Somebody came or went.
    pub(super) fn forget(&self, id: ConversationId) {
        self.with(|known| {
            known.forgotten += 1;
            known.rolls.remove(&id);
        });
    }

    fn with<R>(&self, act: impl FnOnce(&mut Known) -> R) -> R {
        // The map is whole between any two statements, so a panic elsewhere cannot spoil it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
