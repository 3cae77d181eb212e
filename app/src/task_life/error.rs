//! Why a step of a task is refused.

use dozor_domain::{Coded, ErrorInfo};
use thiserror::Error;

/// Codes of tasks.
pub const TASK_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "TASK_STEP_ID_TAKEN",
        cause: "the id belongs to another step, of this task or another one, or of another person",
        action: "make a new id for each step where it is captured",
    },
    ErrorInfo {
        code: "TASK_RESULT",
        cause: "the kind of event has no such result, or it has a step of its own",
        action: "report one of the results that the message names; a closed door is the step `no_access`",
    },
    ErrorInfo {
        code: "TASK_ACT",
        cause: "an act has a number in one line of 1 to 100 characters, and a day that has come",
        action: "correct the number or the day of the act",
    },
    ErrorInfo {
        code: "TASK_DEFERRAL",
        cause: "a task is put off to a day after today and after its own",
        action: "choose a later day; what is to be done today under another inspector is handed over",
    },
];

/// Says why a step of a task is refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TaskError {
    /// The id belongs to another step.
    #[error("storing the step {id}")]
    StepIdTaken {
        /// The id.
        id: String,
    },
    /// The kind of event has no such result.
    #[error("reporting «{outcome}»: the kind of event knows {known}")]
    Outcome {
        /// What was reported.
        outcome: String,
        /// What could be.
        known: String,
    },
    /// The act is not of its form.
    #[error("entering an act of impossibility: {problem}")]
    Act {
        /// What is wrong.
        problem: &'static str,
    },
    /// It cannot be put off until then.
    #[error("putting a task of {date} off until {until}")]
    Deferral {
        /// The day of the task.
        date: String,
        /// The day asked for.
        until: String,
    },
}

impl Coded for TaskError {
    fn info(&self) -> &'static ErrorInfo {
        let code = match self {
            Self::StepIdTaken { .. } => "TASK_STEP_ID_TAKEN",
            Self::Outcome { .. } => "TASK_RESULT",
            Self::Act { .. } => "TASK_ACT",
            Self::Deferral { .. } => "TASK_DEFERRAL",
        };
        TASK_ERRORS.iter().find(|info| info.code == code).unwrap_or(&TASK_ERRORS[0])
    }
}
