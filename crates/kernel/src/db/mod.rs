//! The database: SQLite in a file, or PostgreSQL by its address, with one SQL text for both.
//!
//! Only this folder knows which of them runs. A statement is written in what they share, with
//! [`sql!`](crate::sql), which also enters it in [`STATEMENTS`]: a test prepares every one of them
//! on both engines. Only an index of words is each engine's own, and its few statements are written
//! once for each. On SQLite there is one writer, opened with `BEGIN IMMEDIATE`, and a pool of
//! readers that cannot write; on PostgreSQL one pool serves both. A transaction must never be held
//! across a wait for anything but the database: it holds the only writer.

mod ask;
mod group;
mod migrate;
mod statement;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Postgres, SqlSafeStr as _, Sqlite, Transaction};
use tokio::sync::Notify;

pub use ask::{Ask, Ids, Param, Record};
pub use group::{GroupWriter, WriteGroup};
pub use migrate::Migration;
pub use statement::{STATEMENTS, Sql};

use crate::error::{Error, Result};

const SQLITE_READERS_MAX: u32 = 8;
const POSTGRES_CONNECTIONS_MAX: u32 = 16;
/// Pages that wait in SQLite's write-ahead log before they are copied into the file. What many small changes touch again and
/// again is then copied once for all of them, and the wait for the disk that goes with it comes as seldom.
const SQLITE_WAL_PAGES: &str = "8000";
/// How long a request waits for a connection before it is told that the database is busy.
const CONNECTION_WAIT: Duration = Duration::from_secs(10);

/// Which database to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A file, created when it is missing.
    Sqlite {
        /// Where it is.
        file: PathBuf,
        /// Whether a commit waits for the disk. Only tests can do without.
        durable: bool,
    },
    /// A server.
    Postgres {
        /// `postgres://…`, as libpq writes it.
        url: String,
        /// The schema to work in, created when it is missing; the server's default when absent.
        schema: Option<String>,
    },
}

impl Address {
    /// The database in that file, with commits that survive a power cut.
    pub fn file(file: &Path) -> Self {
        Address::Sqlite { file: file.to_owned(), durable: true }
    }
}

/// The open database; copies share it.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    committed: Arc<Notify>,
    enqueued: Arc<Notify>,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres(PgPool),
}

impl Db {
    /// Opens the database at that address.
    pub async fn open(address: &Address) -> Result<Self> {
        let engine = match address {
            Address::Sqlite { file, durable } => open_sqlite(file, *durable).await?,
            Address::Postgres { url, schema } => open_postgres(url, schema.as_deref()).await?,
        };
        Ok(Self { engine, committed: Arc::new(Notify::new()), enqueued: Arc::new(Notify::new()) })
    }

    /// Asks something that changes nothing.
    pub fn read(&self, sql: &'static Sql) -> Ask<'_> {
        match &self.engine {
            Engine::Sqlite { read, .. } => Ask::sqlite_pool(read, sql),
            Engine::Postgres(pool) => Ask::postgres_pool(pool, sql),
        }
    }

    /// Changes something with a single statement.
    pub fn write(&self, sql: &'static Sql) -> Ask<'_> {
        match &self.engine {
            Engine::Sqlite { write, .. } => Ask::sqlite_pool(write, sql),
            Engine::Postgres(pool) => Ask::postgres_pool(pool, sql),
        }
    }

    /// Begins a change of several statements. Dropping it takes everything back.
    pub async fn begin(&self) -> Result<Tx> {
        let transaction = match &self.engine {
            Engine::Sqlite { write, .. } => Open::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Engine::Postgres(pool) => Open::Postgres(pool.begin().await?),
        };
        Ok(Tx {
            open: transaction,
            committed: Arc::clone(&self.committed),
            enqueued: Arc::clone(&self.enqueued),
            has_jobs: false,
            afterwards: Afterwards::default(),
        })
    }

    /// Returns after the next commit of a [`Tx`] by this program, or at once if one was missed.
    pub async fn committed(&self) {
        self.committed.notified().await;
    }

    /// Returns after the next commit by this program that takes a job in, or at once if one was missed.
    pub(crate) async fn enqueued(&self) {
        self.enqueued.notified().await;
    }

    /// Whether the database answers.
    pub async fn is_well(&self) -> bool {
        let answer: Result<(i64,)> = self.read(crate::sql!("SELECT CAST(1 AS BIGINT)")).one().await;
        answer.is_ok()
    }

    /// Prepares every registered statement and names those the engine refuses.
    pub async fn check(&self) -> Result<Vec<String>> {
        let mut refused = Vec::new();
        for sql in STATEMENTS {
            let prepared = match &self.engine {
                Engine::Sqlite { write, .. } => {
                    let mut connection = write.acquire().await?;
                    connection.prepare(sql.sqlite().into_sql_str()).await.map(drop)
                }
                Engine::Postgres(pool) => {
                    let mut connection = pool.acquire().await?;
                    connection.prepare(sql.postgres().into_sql_str()).await.map(drop)
                }
            };
            if let Err(error) = prepared {
                refused.push(format!("{}: {error}", sql.place()));
            }
        }
        Ok(refused)
    }

    /// Closes every connection, after which nothing is left in SQLite's write-ahead log.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

/// SQLite takes a transaction back by itself when the disk is full, and sqlx, whose own roll-back then fails, believes
/// ever after that it is inside one. Such a writer is replaced before it is used again.
async fn open_sqlite(file: &Path, durable: bool) -> Result<Engine> {
    let synchronous = match durable {
        true => SqliteSynchronous::Full,
        false => SqliteSynchronous::Off,
    };
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(CONNECTION_WAIT);
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECTION_WAIT)
        .before_acquire(|writer, _| Box::pin(std::future::ready(Ok(!writer.is_in_transaction()))))
        .connect_with(options.clone().create_if_missing(true).pragma("wal_autocheckpoint", SQLITE_WAL_PAGES))
        .await?;
    let read = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS_MAX)
        .acquire_timeout(CONNECTION_WAIT)
        .connect_lazy_with(options.read_only(true).pragma("query_only", "on"));
    Ok(Engine::Sqlite { read, write })
}

async fn open_postgres(url: &str, schema: Option<&str>) -> Result<Engine> {
    let mut options = PgConnectOptions::from_str(url)?;
    let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS_MAX).acquire_timeout(CONNECTION_WAIT);
    if let Some(schema) = schema {
        let plain = schema.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !plain {
            return Err(Error::internal("opening the database", "a schema's name is a plain word"));
        }
        let mut first = sqlx::ConnectOptions::connect(&options).await?;
        let create = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
        first.execute(AssertSqlSafe(create)).await?;
        first.close().await?;
        options = options.options([("search_path", schema)]);
    }
    Ok(Engine::Postgres(pool.connect_with(options).await?))
}

/// A change under way.
#[derive(Debug)]
pub struct Tx {
    open: Open,
    committed: Arc<Notify>,
    enqueued: Arc<Notify>,
    has_jobs: bool,
    afterwards: Afterwards,
}

/// What is done as soon as a change is made.
#[derive(Default)]
struct Afterwards(Vec<Box<dyn FnOnce() + Send + Sync>>);

impl fmt::Debug for Afterwards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} acts", self.0.len())
    }
}

#[derive(Debug)]
enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Asks or changes something within the transaction.
    pub fn ask(&mut self, sql: &'static Sql) -> Ask<'_> {
        match &mut self.open {
            Open::Sqlite(tx) => Ask::sqlite_connection(tx, sql),
            Open::Postgres(tx) => Ask::postgres_connection(tx, sql),
        }
    }

    /// Has something done in memory as soon as the change is made, before whoever made it goes on; not at all when it is
    /// taken back.
    pub fn then(&mut self, act: impl FnOnce() + Send + Sync + 'static) {
        self.afterwards.0.push(Box::new(act));
    }

    /// Notes that a job is taken in, so that the commit wakes whoever does jobs.
    pub(crate) fn takes_jobs_in(&mut self) {
        self.has_jobs = true;
    }

    /// Makes it so, and wakes whoever carries announcements and, where there are any, does jobs.
    pub async fn commit(self) -> Result<()> {
        match self.open {
            Open::Sqlite(tx) => tx.commit().await?,
            Open::Postgres(tx) => tx.commit().await?,
        }
        for act in self.afterwards.0 {
            act();
        }
        self.committed.notify_one();
        if self.has_jobs {
            self.enqueued.notify_one();
        }
        Ok(())
    }
}
