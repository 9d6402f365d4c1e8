//! The rows of conversations. What somebody sees is fetched through their membership, in the same statement; what is
//! fetched for everybody in a conversation says so in its name.

pub(super) mod append;
pub(super) mod conversations;
pub(super) mod cursors;
pub(super) mod dates;
pub(super) mod later;
pub(super) mod links;
pub(super) mod marks;
pub(super) mod members;
pub(super) mod messages;
pub(super) mod previews;
pub(super) mod programs;
pub(super) mod scheduled;
pub(super) mod search;
pub(super) mod settings;
pub(super) mod stickers;
pub(super) mod urgent;
pub(super) mod words;
pub(super) mod writing;

use kernel::db::{Ask, Db, Sql, Tx};
use kernel::{Error, Result};

/// Where something is read: as it stands, or within a change.
pub(super) enum From<'a> {
    Db(&'a Db),
    Tx(&'a mut Tx),
}

impl From<'_> {
    fn ask(&mut self, sql: &'static Sql) -> Ask<'_> {
        match self {
            From::Db(db) => db.read(sql),
            From::Tx(tx) => tx.ask(sql),
        }
    }
}

/// A word that nobody of us wrote.
fn strange(column: &str, word: &str) -> Error {
    Error::internal(format!("chat.{column}"), format!("no such word: {word}"))
}

/// The value of that word, or a complaint.
fn read<T>(column: &str, word: &str, from_word: impl Fn(&str) -> Option<T>) -> Result<T> {
    from_word(word).ok_or_else(|| strange(column, word))
}
