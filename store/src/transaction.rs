//! One write: what a use-case changes, and its audit entry, in one transaction.

use sqlx::SqlSafeStr;

use crate::StoreError;
use crate::audit::AuditDraft;
use crate::sql::{Bind, Bulk, Connection, Row, binds, bulk_chunks};

/// Is an open write. Dropped without [`WriteTx::commit`], it leaves no trace.
pub struct WriteTx {
    pub(crate) connection: Connection,
    drafts: Vec<AuditDraft>,
}

/// Says what a commit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Number of commits so far.
    pub generation: i64,
}

impl WriteTx {
    pub(crate) fn new(connection: Connection) -> Self {
        Self { connection, drafts: Vec::new() }
    }

    /// Adds an entry to the audit log. It takes its place at the commit, after all other rows are written:
    /// all writers lock the log last, so that they cannot wait for one another in a ring.
    pub fn audit(&mut self, draft: AuditDraft) {
        self.drafts.push(draft);
    }

    /// Writes the audit entries, counts the commit and commits.
    ///
    /// # Errors
    /// `DATABASE_LOCKED`, `DATABASE_FULL`, `DATABASE_FAILED`: then nothing of it is stored.
    pub async fn commit(mut self) -> Result<Committed, StoreError> {
        for draft in std::mem::take(&mut self.drafts) {
            self.append_audit(draft).await?;
        }
        let generation = self.take_numbers("generation", 1).await?;
        self.connection.commit().await?;
        Ok(Committed { generation })
    }

    /// Gives the write up.
    ///
    /// # Errors
    /// `DATABASE_FAILED` when the connection is broken; then the database has given it up by itself.
    pub async fn rollback(self) -> Result<(), StoreError> {
        self.connection.rollback().await
    }

    /// Takes `count` numbers of a counter under its row's lock, and returns the last of them.
    pub(crate) async fn take_numbers(&mut self, counter: &str, count: i64) -> Result<i64, StoreError> {
        let row = self
            .optional(
                "update counters set value = value + $2 where name = $1 returning value",
                binds![counter, count],
            )
            .await?;
        match row {
            Some(row) => row.cells().take(),
            None => Err(StoreError::NotFound { what: "counter", id: counter.to_owned() }),
        }
    }

    pub(crate) async fn execute(&mut self, sql: &'static str, binds: Vec<Bind>) -> Result<u64, StoreError> {
        self.connection.handle().execute(sql, binds).await
    }

    /// Executes a statement that must change exactly one row of what was read before.
    pub(crate) async fn execute_one(
        &mut self,
        sql: &'static str,
        binds: Vec<Bind>,
        what: &'static str,
        id: &(dyn std::fmt::Display + Sync),
    ) -> Result<(), StoreError> {
        match self.execute(sql, binds).await? {
            1 => Ok(()),
            _ => Err(StoreError::StateChanged { what, id: id.to_string() }),
        }
    }

    pub(crate) async fn rows(&mut self, sql: &'static str, binds: Vec<Bind>) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.connection
            .handle()
            .fetch_each(sql.into_sql_str(), binds, |row| {
                rows.push(row);
                Ok(())
            })
            .await?;
        Ok(rows)
    }

    pub(crate) async fn optional(
        &mut self,
        sql: &'static str,
        binds: Vec<Bind>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, binds).await?.into_iter().next())
    }

    /// Inserts many rows, whose binds stand one after the other, and returns the number of rows changed.
    pub(crate) async fn insert_many(&mut self, bulk: &Bulk, binds: Vec<Bind>) -> Result<u64, StoreError> {
        let width = bulk.columns.len().max(1);
        let mut binds = binds.into_iter();
        let mut changed = 0;
        for rows in bulk_chunks(binds.len() / width) {
            let text = bulk.text(self.connection.dialect(), rows);
            let chunk: Vec<Bind> = binds.by_ref().take(rows * width).collect();
            changed += self.connection.handle().execute(text, chunk).await?;
        }
        Ok(changed)
    }
}
