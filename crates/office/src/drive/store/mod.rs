//! The rows of files. What somebody sees is decided in `seen`; what is fetched here without a viewer says so.

pub(super) mod blobs;
pub(super) mod entries;
pub(super) mod links;
pub(super) mod listing;
pub(super) mod search;
pub(super) mod settings;
pub(super) mod spaces;
pub(super) mod subtree;
pub(super) mod uploads;
pub(super) mod versions;

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

/// The value of that word, or a complaint that nobody of us wrote it.
fn read<T>(column: &str, word: &str, from_word: impl Fn(&str) -> Option<T>) -> Result<T> {
    from_word(word).ok_or_else(|| Error::internal(format!("drive.{column}"), format!("no such word: {word}")))
}
