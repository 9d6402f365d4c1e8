//! The rows of programs. Robots are fetched by the conversation that their viewer belongs to, bots by the organisation.

pub(super) mod bots;
pub(super) mod events;
pub(super) mod media;
pub(super) mod robots;
pub(super) mod seats;

use kernel::{Error, Result};

/// The value of that word, or a complaint: nobody of us wrote it.
fn read<T>(column: &str, word: &str, from_word: impl Fn(&str) -> Option<T>) -> Result<T> {
    from_word(word).ok_or_else(|| Error::internal(format!("open.{column}"), format!("no such word: {word}")))
}
