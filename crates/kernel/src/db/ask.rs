//! A statement with its parameters, on its way to whichever engine runs.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnection, PgPool, PgRow, PgTypeInfo};
use sqlx::sqlite::{SqliteArguments, SqliteArgumentsBuffer, SqliteConnection, SqlitePool, SqliteRow, SqliteTypeInfo};
use sqlx::{Arguments as _, Encode, FromRow, Postgres, Sqlite, Type};
use uuid::Uuid;

use super::statement::Sql;
use crate::error::{Error, Result};

/// What can be bound to a parameter on both engines.
pub trait Param: Send + 'static + Encode<'static, Sqlite> + Type<Sqlite> + Encode<'static, Postgres> + Type<Postgres> {}

impl<T> Param for T where T: Send + 'static + Encode<'static, Sqlite> + Type<Sqlite> + Encode<'static, Postgres> + Type<Postgres> {}

/// What can be read from a row of both engines; derive `sqlx::FromRow`.
pub trait Record: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}

impl<T> Record for T where T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}

/// A statement being filled in. Nothing happens before `one`, `optional`, `all` or `run`.
#[must_use = "a statement does nothing until it is run"]
pub struct Ask<'c> {
    sql: &'static Sql,
    to: To<'c>,
    broken: Option<BoxDynError>,
}

enum To<'c> {
    SqlitePool(&'c SqlitePool, SqliteArguments),
    SqliteConnection(&'c mut SqliteConnection, SqliteArguments),
    PostgresPool(&'c PgPool, PgArguments),
    PostgresConnection(&'c mut PgConnection, PgArguments),
}

/// Runs the same call of sqlx on whichever of the four is at hand.
macro_rules! on_each {
    ($ask:expr, $build:ident, $call:ident) => {{
        if let Some(error) = $ask.broken {
            return Err(Error::internal($ask.sql.place(), error));
        }
        match $ask.to {
            To::SqlitePool(to, with) => sqlx::$build($ask.sql.sqlite(), with).$call(to).await,
            To::SqliteConnection(to, with) => sqlx::$build($ask.sql.sqlite(), with).$call(to).await,
            To::PostgresPool(to, with) => sqlx::$build($ask.sql.postgres(), with).$call(to).await,
            To::PostgresConnection(to, with) => sqlx::$build($ask.sql.postgres(), with).$call(to).await,
        }
    }};
}

impl<'c> Ask<'c> {
    pub(super) fn sqlite_pool(pool: &'c SqlitePool, sql: &'static Sql) -> Self {
        Self::to(To::SqlitePool(pool, SqliteArguments::default()), sql)
    }

    pub(super) fn sqlite_connection(to: &'c mut SqliteConnection, sql: &'static Sql) -> Self {
        Self::to(To::SqliteConnection(to, SqliteArguments::default()), sql)
    }

    pub(super) fn postgres_pool(pool: &'c PgPool, sql: &'static Sql) -> Self {
        Self::to(To::PostgresPool(pool, PgArguments::default()), sql)
    }

    pub(super) fn postgres_connection(to: &'c mut PgConnection, sql: &'static Sql) -> Self {
        Self::to(To::PostgresConnection(to, PgArguments::default()), sql)
    }

    fn to(to: To<'c>, sql: &'static Sql) -> Self {
        Self { sql, to, broken: None }
    }

    /// Fills the next `$n`.
    pub fn bind(mut self, value: impl Param) -> Self {
        let bound = match &mut self.to {
            To::SqlitePool(_, with) | To::SqliteConnection(_, with) => sqlx::Arguments::add(with, value),
            To::PostgresPool(_, with) | To::PostgresConnection(_, with) => with.add(value),
        };
        if let Err(error) = bound {
            self.broken.get_or_insert(error);
        }
        self
    }

    /// The one row that must be there.
    pub async fn one<R: Record>(self) -> Result<R> {
        Ok(on_each!(self, query_as_with, fetch_one)?)
    }

    /// The row, if there is one.
    pub async fn optional<R: Record>(self) -> Result<Option<R>> {
        Ok(on_each!(self, query_as_with, fetch_optional)?)
    }

    /// Every row. The statement itself must say how many at most.
    pub async fn all<R: Record>(self) -> Result<Vec<R>> {
        Ok(on_each!(self, query_as_with, fetch_all)?)
    }

    /// Runs it and says how many rows it touched.
    pub async fn run(self) -> Result<u64> {
        if let Some(error) = self.broken {
            return Err(Error::internal(self.sql.place(), error));
        }
        let sqlite = self.sql.sqlite();
        let postgres = self.sql.postgres();
        Ok(match self.to {
            To::SqlitePool(to, with) => sqlx::query_with(sqlite, with).execute(to).await?.rows_affected(),
            To::SqliteConnection(to, with) => sqlx::query_with(sqlite, with).execute(to).await?.rows_affected(),
            To::PostgresPool(to, with) => sqlx::query_with(postgres, with).execute(to).await?.rows_affected(),
            To::PostgresConnection(to, with) => sqlx::query_with(postgres, with).execute(to).await?.rows_affected(),
        })
    }
}

/// A list of ids for `= ANY($1)`: an array on PostgreSQL, JSON on SQLite.
#[derive(Clone, Debug, Default)]
pub struct Ids(Vec<Uuid>);

impl FromIterator<Uuid> for Ids {
    fn from_iter<I: IntoIterator<Item = Uuid>>(ids: I) -> Self {
        Self(ids.into_iter().collect())
    }
}

impl Type<Sqlite> for Ids {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for Ids {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        let hex: Vec<String> = self.0.iter().map(|id| id.simple().to_string()).collect();
        let text = serde_json::to_string(&hex)?;
        <String as Encode<'_, Sqlite>>::encode(text, buffer)
    }
}

impl Type<Postgres> for Ids {
    fn type_info() -> PgTypeInfo {
        <Vec<Uuid> as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Ids {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <Vec<Uuid> as Encode<'_, Postgres>>::encode_by_ref(&self.0, buffer)
    }
}
