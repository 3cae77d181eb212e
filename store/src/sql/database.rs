//! Pools and connections of either database, and the four things done with a statement: execute it, take all
//! rows, take at most one row, walk over the rows as they come.

use std::time::Duration;

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{
    Connection as _, PgConnection, Postgres, SqlSafeStr, SqlStr, Sqlite, SqliteConnection, Transaction,
};

use tokio::sync::mpsc::Sender;

use super::bind::{Bind, to_postgres, to_sqlite};
use super::row::Row;
use crate::location::Location;
use crate::{StoreError, error::failed};

/// How long a statement waits for another writer before the caller is told that the database is locked.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// How soon a database that is being made is asked again.
const CONNECT_AGAIN: Duration = Duration::from_millis(50);
/// How long a use-case queues for the one writer of this process: longer than any turn of 1,000 rows takes.
const QUEUE_WAIT: Duration = Duration::from_secs(60);
/// How long a server may take to answer at all.
const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// Readers beside the writer: pages, map and a job read at the same time.
const READERS: u32 = 4;
/// Rows that SQLite's thread may be ahead of us: large enough that both sides stay busy during a load.
const ROWS_AHEAD: usize = 2_048;
/// Rows that are decoded together: enough to share out among threads, few enough to stay small.
const BATCH_ROWS: usize = 4_096;
/// More than all statements of this crate, bulk sizes included.
const STATEMENTS_KEPT: usize = 512;

/// Says which of the two SQL dialects a text is for, where they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Holds the pools.
#[derive(Debug)]
pub(crate) enum Database {
    /// One writer connection, and readers that refuse to write.
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    /// Writers, and readers in read-only sessions.
    Postgres { writers: PgPool, readers: PgPool },
}

/// Is an open transaction of the writer.
pub(crate) enum Connection {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Is whatever a statement can be run on.
pub(crate) enum Handle<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// Opens the writer. A database that another program is just making is locked without the usual wait while its journal
/// is switched: asked again until the wait is over.
async fn connect_writer(
    location: &Location,
    options: &SqliteConnectOptions,
) -> Result<SqlitePool, StoreError> {
    let mut waited = Duration::ZERO;
    loop {
        let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(QUEUE_WAIT);
        let opened = pool.connect_with(options.clone()).await;
        match opened.map_err(|source| unreachable(location, source)) {
            Err(StoreError::Locked { .. }) if waited < BUSY_WAIT => {
                tokio::time::sleep(CONNECT_AGAIN).await;
                waited += CONNECT_AGAIN;
            }
            other => return other,
        }
    }
}

impl Database {
    pub(crate) async fn connect(location: &Location, create: bool) -> Result<Self, StoreError> {
        match location {
            Location::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(create)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(BUSY_WAIT)
                    .statement_cache_capacity(STATEMENTS_KEPT)
                    .row_buffer_size(ROWS_AHEAD)
                    // 64 MiB of pages: the random keys of a bulk load stay in memory.
                    .pragma("cache_size", "-65536")
                    // A checkpoint every 32 MiB instead of 4: fewer fsyncs during a load.
                    .pragma("wal_autocheckpoint", "8192")
                    .pragma("temp_store", "memory");
                let writer = connect_writer(location, &options).await?;
                let readers = SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(
                    options
                        .create_if_missing(false)
                        .pragma("cache_size", "-16384")
                        .pragma("query_only", "on"),
                );
                Ok(Self::Sqlite { writer, readers })
            }
            Location::Postgres(url) => {
                let options: PgConnectOptions =
                    url.expose().parse().map_err(|source| unreachable(location, source))?;
                let wait = BUSY_WAIT.as_millis().to_string();
                let options = options
                    .statement_cache_capacity(STATEMENTS_KEPT)
                    .options([("lock_timeout", wait.as_str())]);
                probe(&options).await.map_err(|source| unreachable(location, source))?;
                let writers = PgPoolOptions::new()
                    .max_connections(READERS)
                    .acquire_timeout(QUEUE_WAIT)
                    .connect_with(options.clone())
                    .await
                    .map_err(|source| unreachable(location, source))?;
                let readers = PgPoolOptions::new()
                    .max_connections(READERS)
                    .connect_lazy_with(options.options([("default_transaction_read_only", "on")]));
                Ok(Self::Postgres { writers, readers })
            }
        }
    }

    pub(crate) async fn begin(&self) -> Result<Connection, StoreError> {
        let fault = |source| failed("begin", source);
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                Connection::Sqlite(writer.begin_with("begin immediate").await.map_err(fault)?)
            }
            Self::Postgres { writers, .. } => Connection::Postgres(writers.begin().await.map_err(fault)?),
        })
    }

    pub(crate) async fn fetch_all(
        &self,
        sql: impl SqlSafeStr,
        binds: Vec<Bind>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.fetch_each(sql, binds, |row| {
            rows.push(row);
            Ok(())
        })
        .await?;
        Ok(rows)
    }

    pub(crate) async fn fetch_optional(
        &self,
        sql: impl SqlSafeStr,
        binds: Vec<Bind>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(sql, binds).await?.into_iter().next())
    }

    /// Walks over the rows on a read-only connection.
    pub(crate) async fn fetch_each(
        &self,
        sql: impl SqlSafeStr,
        binds: Vec<Bind>,
        each: impl FnMut(Row) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let sql = sql.into_sql_str();
        let fault = |source| failed("connect to read", source);
        match self {
            Self::Sqlite { readers, .. } => {
                let mut connection = readers.acquire().await.map_err(fault)?;
                Handle::Sqlite(&mut connection).fetch_each(sql, binds, each).await
            }
            Self::Postgres { readers, .. } => {
                let mut connection = readers.acquire().await.map_err(fault)?;
                Handle::Postgres(&mut connection).fetch_each(sql, binds, each).await
            }
        }
    }

    /// Sends the rows of an answer in batches; ends early when nobody takes them any more.
    pub(crate) async fn fetch_batches(
        &self,
        sql: &'static str,
        binds: Vec<Bind>,
        batches: Sender<Vec<Row>>,
    ) -> Result<(), StoreError> {
        let sql = sql.into_sql_str();
        let fault = |source| failed("connect to read", source);
        match self {
            Self::Sqlite { readers, .. } => {
                let mut connection = readers.acquire().await.map_err(fault)?;
                Handle::Sqlite(&mut connection).fetch_batches(sql, binds, batches).await
            }
            Self::Postgres { readers, .. } => {
                let mut connection = readers.acquire().await.map_err(fault)?;
                Handle::Postgres(&mut connection).fetch_batches(sql, binds, batches).await
            }
        }
    }

    /// Closes all connections; SQLite then folds its log into the file.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { writers, readers } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }
}

impl Connection {
    pub(crate) fn handle(&mut self) -> Handle<'_> {
        match self {
            Self::Sqlite(transaction) => Handle::Sqlite(transaction),
            Self::Postgres(transaction) => Handle::Postgres(transaction),
        }
    }
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
        .map_err(|source| failed("commit", source))
    }
    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.rollback().await,
            Self::Postgres(transaction) => transaction.rollback().await,
        }
        .map_err(|source| failed("rollback", source))
    }
}

impl Handle<'_> {
    /// Runs a script of several statements without binds.
    pub(crate) async fn script(self, sql: &'static str) -> Result<(), StoreError> {
        let script = sqlx::raw_sql(sql);
        match self {
            Self::Sqlite(connection) => script.execute(connection).await.map(|_| ()),
            Self::Postgres(connection) => script.execute(connection).await.map(|_| ()),
        }
        .map_err(|source| failed(sql, source))
    }

    /// Runs a statement and returns the number of rows it changed.
    pub(crate) async fn execute(self, sql: impl SqlSafeStr, binds: Vec<Bind>) -> Result<u64, StoreError> {
        let sql = sql.into_sql_str();
        check_binds(sql.as_str(), binds.len())?;
        let label = label(&sql);
        let outcome = match self {
            Self::Sqlite(connection) => match to_sqlite(binds) {
                Ok(arguments) => sqlx::query_with(sql, arguments)
                    .execute(connection)
                    .await
                    .map(|done| done.rows_affected()),
                Err(fault) => Err(fault),
            },
            Self::Postgres(connection) => match to_postgres(binds) {
                Ok(arguments) => sqlx::query_with(sql, arguments)
                    .execute(connection)
                    .await
                    .map(|done| done.rows_affected()),
                Err(fault) => Err(fault),
            },
        };
        outcome.map_err(|source| failed(&label, source))
    }

    /// Walks over the rows of an answer as they come.
    pub(crate) async fn fetch_each(
        self,
        sql: SqlStr,
        binds: Vec<Bind>,
        mut each: impl FnMut(Row) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let label = label(&sql);
        let mut rows = self.stream(sql, binds)?;
        while let Some(row) = rows.try_next().await.map_err(|source| failed(&label, source))? {
            each(row)?;
        }
        Ok(())
    }

    async fn fetch_batches(
        self,
        sql: SqlStr,
        binds: Vec<Bind>,
        batches: Sender<Vec<Row>>,
    ) -> Result<(), StoreError> {
        let label = label(&sql);
        let mut rows = self.stream(sql, binds)?;
        let mut batch = Vec::with_capacity(BATCH_ROWS);
        while let Some(row) = rows.try_next().await.map_err(|source| failed(&label, source))? {
            batch.push(row);
            if batch.len() == BATCH_ROWS {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH_ROWS));
                if batches.send(full).await.is_err() {
                    return Ok(());
                }
            }
        }
        // Whoever stopped listening has an error of its own to tell.
        let _ = batches.send(batch).await;
        Ok(())
    }
}

impl<'c> Handle<'c> {
    fn stream(
        self,
        sql: SqlStr,
        binds: Vec<Bind>,
    ) -> Result<BoxStream<'c, Result<Row, sqlx::Error>>, StoreError> {
        check_binds(sql.as_str(), binds.len())?;
        let fault = |source| failed("bind", source);
        Ok(match self {
            Self::Sqlite(connection) => {
                let arguments = to_sqlite(binds).map_err(fault)?;
                sqlx::query_with(sql, arguments).fetch(connection).map_ok(Row::Sqlite).boxed()
            }
            Self::Postgres(connection) => {
                let arguments = to_postgres(binds).map_err(fault)?;
                sqlx::query_with(sql, arguments).fetch(connection).map_ok(Row::Postgres).boxed()
            }
        })
    }
}

/// Connects once: a pool would go on trying a server that is not there until its time runs out.
async fn probe(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    match tokio::time::timeout(CONNECT_WAIT, PgConnection::connect_with(options)).await {
        Ok(connection) => connection?.close().await,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

fn label(sql: &SqlStr) -> String {
    sql.as_str().split_whitespace().take(8).collect::<Vec<_>>().join(" ")
}

/// Compares the highest `$n` of a text (or the number of bare `?`) with the number of binds: SQLite would
/// silently take a missing one as null.
fn check_binds(sql: &str, given: usize) -> Result<(), StoreError> {
    let bytes = sql.as_bytes();
    let (mut highest, mut bare) = (0_usize, 0_usize);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'$' => {
                let digits = bytes.iter().skip(at + 1).take_while(|byte| byte.is_ascii_digit());
                let number = digits.fold(0_usize, |sum, digit| sum * 10 + usize::from(digit - b'0'));
                highest = highest.max(number);
            }
            b'?' => bare += 1,
            _ => {}
        }
    }
    let expected = highest.max(bare);
    if expected == given {
        Ok(())
    } else {
        Err(StoreError::Binds { statement: sql.chars().take(80).collect(), expected, given })
    }
}

fn unreachable(location: &Location, source: sqlx::Error) -> StoreError {
    match failed("connect", source) {
        StoreError::Failed { source, .. } if is_no_database(&source) => {
            StoreError::NotSqlite { location: location.to_string(), source }
        }
        StoreError::Failed { source, .. } => {
            StoreError::Unreachable { location: location.to_string(), source }
        }
        other => other,
    }
}

/// Tells SQLite's answer to a file that is something else (`SQLITE_NOTADB`).
fn is_no_database(source: &sqlx::Error) -> bool {
    source.as_database_error().is_some_and(|said| said.code().as_deref() == Some("26"))
}

#[cfg(test)]
mod tests {
    use super::check_binds;

    #[test]
    fn a_missing_or_superfluous_bind_is_an_error() {
        assert!(check_binds("select $1, $2, $1", 2).is_ok());
        assert!(check_binds("select $1, $12", 12).is_ok());
        assert!(check_binds("select $1, $2", 1).is_err());
        assert!(check_binds("select 1", 1).is_err());
        assert!(check_binds("values (?,?)", 1).is_err());
    }
}
