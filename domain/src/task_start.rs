//! What an inspector said of beginning a visit: once, by an id made where it was captured.

use serde::{Deserialize, Serialize};

use crate::{TaskId, TaskStartId, Timestamp};

/// Is what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartOutcome {
    /// The visit has begun.
    Begun,
    /// The gate did not let it begin; the head is told.
    Refused,
    /// Its task had ended or been taken away by then; the head is told.
    NotOpen,
    /// Somebody had begun it before: the other of two, or the same from another device.
    AlreadyBegun,
}

impl StartOutcome {
    /// Returns the stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Refused => "refused",
            Self::NotOpen => "not_open",
            Self::AlreadyBegun => "already_begun",
        }
    }
}

/// Is one thing that was lacking, with the articles that ask for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRefusal {
    /// Code of what was lacking.
    pub code: String,
    /// The articles.
    pub articles: Vec<String>,
}

/// Is one attempt to begin a visit. It is kept whatever came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStart {
    /// Made where it was captured: the same id again is the same attempt.
    pub id: TaskStartId,
    /// The task.
    pub task: TaskId,
    /// Key of the inspector.
    pub inspector: String,
    /// The day of the task, `YYYY-MM-DD`.
    pub date: String,
    /// When he began, by the device that captured it.
    pub started_at: Timestamp,
    /// When it arrived.
    pub received_at: Timestamp,
    /// What came of it.
    pub outcome: StartOutcome,
    /// What was lacking.
    pub refusals: Vec<StartRefusal>,
}
