//! What a person said of a task: once, by an id made where it was captured.

use serde::{Deserialize, Serialize};

use super::TaskEvent;
use crate::{TaskId, TaskStepId, Timestamp};

/// Is what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// The task has moved.
    Done,
    /// The task was open, and stood where such a step leads nowhere; the head is told.
    NotAllowed,
    /// The task had ended or been taken away by then; the head is told.
    NotOpen,
}

impl StepOutcome {
    /// Returns the stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotAllowed => "not_allowed",
            Self::NotOpen => "not_open",
        }
    }
}

/// Is one step that a person took or wanted to take. It is kept whatever came of it, and never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStep {
    /// Made where it was captured: the same id again is the same step.
    pub id: TaskStepId,
    /// The task.
    pub task: TaskId,
    /// The day of the task, `YYYY-MM-DD`.
    pub date: String,
    /// Login of the person.
    pub by: String,
    /// What he said.
    pub event: TaskEvent,
    /// When, by the device that captured it.
    pub captured_at: Timestamp,
    /// When it arrived.
    pub received_at: Timestamp,
    /// What came of it.
    pub outcome: StepOutcome,
}
