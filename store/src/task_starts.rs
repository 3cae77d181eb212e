//! Attempts to begin a visit: each is stored once, and none is ever changed.

use dozor_domain::{TaskStart, TaskStartId};

use crate::sources::enum_from_code;
use crate::sql::{Row, binds};
use crate::{Store, StoreError, WriteTx};

macro_rules! select_starts {
    ($tail:literal) => {
        concat!(
            "select id, task, inspector, date, started_at, received_at, outcome, refusals from task_starts ",
            $tail
        )
    };
}

fn start(row: &Row) -> Result<TaskStart, StoreError> {
    let mut cells = row.cells();
    Ok(TaskStart {
        id: cells.take()?,
        task: cells.take()?,
        inspector: cells.take()?,
        date: cells.take()?,
        started_at: cells.take()?,
        received_at: cells.take()?,
        outcome: cells.code("start of a task", enum_from_code)?,
        refusals: cells.json("start of a task")?,
    })
}

impl WriteTx {
    /// Stores an attempt to begin a visit.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when its id is taken.
    pub async fn insert_task_start(&mut self, start: &TaskStart) -> Result<(), StoreError> {
        let refusals = serde_json::to_string(&start.refusals)
            .map_err(|source| StoreError::Json { what: "start of a task", source })?;
        self.execute_one(
            "insert into task_starts (id, task, inspector, date, started_at, received_at, outcome, refusals)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            binds![
                start.id,
                start.task,
                &start.inspector,
                &start.date,
                start.started_at,
                start.received_at,
                start.outcome.code(),
                refusals,
            ],
            "start of a task",
            &start.id,
        )
        .await
    }
}

impl Store {
    /// Returns an attempt to begin a visit.
    ///
    /// # Errors
    /// As every read.
    pub async fn task_start(&self, id: TaskStartId) -> Result<Option<TaskStart>, StoreError> {
        self.find(select_starts!("where id = $1"), binds![id], start).await
    }

    /// Returns the attempts of the tasks of a day and later, the earliest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn task_starts_from(&self, date: &str) -> Result<Vec<TaskStart>, StoreError> {
        self.list(select_starts!("where date >= $1 order by received_at, id"), binds![date], start).await
    }

    /// Returns the attempts of a day's tasks, the earliest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn task_starts(&self, date: &str) -> Result<Vec<TaskStart>, StoreError> {
        self.list(select_starts!("where date = $1 order by received_at, id"), binds![date], start).await
    }
}
