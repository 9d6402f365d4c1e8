//! Tables, by numbered steps that each capability brings along.
//!
//! A step is one text in PostgreSQL's words; for SQLite the types are mapped and every table is
//! made `STRICT`. A step that ran is never changed: its text is kept as a hash and compared.

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};

use super::{Db, Open, Tx};
use crate::clock::Time;
use crate::error::{Error, Result};
use crate::sql;

/// One step of one capability.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Whose tables they are.
    pub capability: &'static str,
    /// The place in that capability's own count, from 1.
    pub number: i64,
    /// The statements, without any `;` inside a literal.
    pub text: &'static str,
}

/// The kernel's own tables.
const KERNEL: &[Migration] = &[
    Migration { capability: "kernel", number: 1, text: include_str!("../../migrations/0001_kernel.sql") },
    Migration { capability: "kernel", number: 2, text: include_str!("../../migrations/0002_mail.sql") },
];

/// Any number will do, as long as every program of ours takes the same one.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_xact_lock(20261122)";

impl Db {
    /// Runs every step that has not run yet, all of them or none.
    pub async fn migrate(&self, migrations: &[Migration], now: Time) -> Result<()> {
        let mut tx = self.begin().await?;
        if let Open::Postgres(tx) = &mut tx.open {
            tx.execute(POSTGRES_LOCK).await?;
        }
        tx.execute_text(LEDGER).await?;
        for migration in KERNEL.iter().chain(migrations) {
            tx.step(migration, now).await?;
        }
        tx.commit().await
    }
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS kernel_migrations (
    capability TEXT NOT NULL,
    number BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    applied_at BIGINT NOT NULL,
    PRIMARY KEY (capability, number)
);";

impl Tx {
    async fn step(&mut self, step: &Migration, now: Time) -> Result<()> {
        let hash = Sha256::digest(step.text.as_bytes()).to_vec();
        let applied: Option<(Vec<u8>,)> = self
            .ask(sql!("SELECT hash FROM kernel_migrations WHERE capability = $1 AND number = $2"))
            .bind(step.capability)
            .bind(step.number)
            .optional()
            .await?;
        match applied {
            Some((applied,)) if applied == hash => return Ok(()),
            Some(_) => {
                let step = format!("{} step {}", step.capability, step.number);
                return Err(Error::internal(step, "this step ran with another text; add a new one"));
            }
            None => self.execute_text(step.text).await?,
        }
        self.ask(sql!("INSERT INTO kernel_migrations (capability, number, hash, applied_at) VALUES ($1, $2, $3, $4)"))
            .bind(step.capability)
            .bind(step.number)
            .bind(hash)
            .bind(now)
            .run()
            .await?;
        Ok(())
    }

    async fn execute_text(&mut self, text: &'static str) -> Result<()> {
        match &mut self.open {
            Open::Sqlite(tx) => {
                let text = AssertSqlSafe(for_sqlite(&section(text, "sqlite"))).into_sql_str();
                sqlx::raw_sql(text).execute(&mut **tx).await?;
            }
            Open::Postgres(tx) => {
                let text = AssertSqlSafe(section(text, "postgres")).into_sql_str();
                sqlx::raw_sql(text).execute(&mut **tx).await?;
            }
        }
        Ok(())
    }
}

/// What one engine is to do: all that stands outside the sections of the other. A section begins with `--- sqlite` or
/// `--- postgres` on a line of its own and ends with the next one, or with `--- both`.
fn section(text: &str, engine: &str) -> String {
    let mut is_meant = true;
    let mut ours = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.trim_end().strip_prefix("--- ") {
            Some(section) => is_meant = section == engine || section == "both",
            None if is_meant => ours.push_str(line),
            None => {}
        }
    }
    ours
}

fn for_sqlite(text: &str) -> String {
    let mut mapped = String::with_capacity(text.len());
    for statement in text.split_inclusive(';') {
        let words = map_types(statement);
        match words.rsplit_once(");") {
            Some((table, rest)) if words.contains("CREATE TABLE") => {
                mapped.push_str(table);
                mapped.push_str(") STRICT;");
                mapped.push_str(rest);
            }
            _ => mapped.push_str(&words),
        }
    }
    mapped
}

fn map_types(statement: &str) -> String {
    let mut mapped = String::with_capacity(statement.len());
    let mut rest = statement;
    while !rest.is_empty() {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(end);
        mapped.push_str(match head {
            "UUID" | "BYTEA" => "BLOB",
            "JSONB" => "TEXT",
            "BIGINT" | "BOOLEAN" => "INTEGER",
            other => other,
        });
        let gap = tail.find(word).unwrap_or(tail.len());
        let (between, next) = tail.split_at(gap);
        mapped.push_str(between);
        rest = next;
    }
    mapped
}

#[cfg(test)]
mod tests {
    use super::{for_sqlite, section};

    #[test]
    fn each_engine_does_its_own_sections() {
        let text = "CREATE 1;\n--- sqlite\nCREATE 2;\n--- postgres\nCREATE 3;\n--- both\nCREATE 4;";
        assert_eq!(section(text, "sqlite"), "CREATE 1;\nCREATE 2;\nCREATE 4;");
        assert_eq!(section(text, "postgres"), "CREATE 1;\nCREATE 3;\nCREATE 4;");
    }

    #[test]
    fn types_are_mapped_by_whole_words_and_tables_are_strict() {
        let text = "CREATE TABLE a (id UUID PRIMARY KEY, uuid_kind TEXT, body JSONB, at BIGINT);\n\
                    CREATE INDEX a_at ON a (at);";
        let mapped = "CREATE TABLE a (id BLOB PRIMARY KEY, uuid_kind TEXT, body TEXT, at INTEGER) STRICT;\n\
                      CREATE INDEX a_at ON a (at);";
        assert_eq!(for_sqlite(text), mapped);
    }
}
