//! Steps that people take with tasks: each is stored once, and none is ever changed.

use dozor_domain::{TaskId, TaskStep, TaskStepId};

use crate::sources::enum_from_code;
use crate::sql::{Row, binds};
use crate::{Store, StoreError, WriteTx};

macro_rules! select_steps {
    ($tail:literal) => {
        concat!(
            "select id, task, date, person, event, captured_at, received_at, outcome from task_steps ",
            $tail
        )
    };
}

fn step(row: &Row) -> Result<TaskStep, StoreError> {
    let mut cells = row.cells();
    Ok(TaskStep {
        id: cells.take()?,
        task: cells.take()?,
        date: cells.take()?,
        by: cells.take()?,
        event: cells.json("step of a task")?,
        captured_at: cells.take()?,
        received_at: cells.take()?,
        outcome: cells.code("step of a task", enum_from_code)?,
    })
}

impl WriteTx {
    /// Stores a step.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when its id is taken.
    pub async fn insert_task_step(&mut self, step: &TaskStep) -> Result<(), StoreError> {
        let event = serde_json::to_string(&step.event)
            .map_err(|source| StoreError::Json { what: "step of a task", source })?;
        self.execute_one(
            "insert into task_steps (id, task, date, person, event, captured_at, received_at, outcome)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            binds![
                step.id,
                step.task,
                &step.date,
                &step.by,
                event,
                step.captured_at,
                step.received_at,
                step.outcome.code(),
            ],
            "step of a task",
            &step.id,
        )
        .await
    }
}

impl Store {
    /// Returns a step.
    ///
    /// # Errors
    /// As every read.
    pub async fn task_step(&self, id: TaskStepId) -> Result<Option<TaskStep>, StoreError> {
        self.find(select_steps!("where id = $1"), binds![id], step).await
    }

    /// Returns the steps of a task, the earliest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn steps_of_task(&self, task: TaskId) -> Result<Vec<TaskStep>, StoreError> {
        self.list(select_steps!("where task = $1 order by received_at, id"), binds![task], step).await
    }

    /// Returns the steps of the tasks of a day and later, the earliest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn task_steps_from(&self, date: &str) -> Result<Vec<TaskStep>, StoreError> {
        self.list(select_steps!("where date >= $1 order by received_at, id"), binds![date], step).await
    }

    /// Returns the steps of a day's tasks, the earliest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn task_steps(&self, date: &str) -> Result<Vec<TaskStep>, StoreError> {
        self.list(select_steps!("where date = $1 order by received_at, id"), binds![date], step).await
    }
}
