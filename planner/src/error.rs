//! The errors of this crate, each with a code, a cause and an action.

use dozor_domain::{Coded, ErrorInfo, InvalidTransition};
use thiserror::Error;

/// Codes of this crate.
pub const PLANNER_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "PLANNER_FILE_MISSING",
        cause: "the pack has no events.toml, frequency.toml or planner.toml",
        action: "add the file that the message names; packs/moscow shows a whole one",
    },
    ErrorInfo {
        code: "PLANNER_TOML",
        cause: "a planner file of the pack is not TOML of the expected form: a key is unknown, missing or of another type",
        action: "correct the key that the message names",
    },
    ErrorInfo {
        code: "PLANNER_PACK",
        cause: "the planner files of the pack contradict themselves or pack.toml",
        action: "correct the line that the message names",
    },
    ErrorInfo {
        code: "PLANNER_INPUT",
        cause: "a candidate or an inspector was handed over twice, or with a value that cannot be planned with",
        action: "look at the source of the staff or object record that the message names",
    },
    ErrorInfo {
        code: "PLANNER_PLAN_UNSOUND",
        cause: "the independent check found the plan breaking a constraint",
        action: "make a new plan of that day; report the plan's id, this is a defect of the planner",
    },
    ErrorInfo {
        code: "PLANNER_TRANSITION",
        cause: "a task or an order was asked to do what its state does not allow",
        action: "reload the task or order and look at its state",
    },
    ErrorInfo {
        code: "PLANNER_BENCHMARK_FILE",
        cause: "the benchmark file is not of the format that the command expects",
        action: "correct the line that the message names; docs/benchmarks/planner.md describes both formats",
    },
    ErrorInfo {
        code: "PLANNER_ANSWER_UNSOUND",
        cause: "the independent check found the answer to a benchmark breaking a constraint",
        action: "report the file and the seed, this is a defect of the solver",
    },
    ErrorInfo {
        code: "PLANNER_GATE_REFUSED",
        cause: "a visit of the plan may not be started by law: the message names what is lacking, with the articles",
        action: "supply what is lacking, or plan the day anew without the visit",
    },
];

/// Says what went wrong in planning.
#[derive(Debug, Error)]
pub enum PlannerError {
    /// A file of the pack is not there.
    #[error("looking for {file} in the pack")]
    FileMissing {
        /// Name of the file.
        file: &'static str,
    },
    /// A file of the pack does not parse.
    #[error("reading {file}")]
    Toml {
        /// Name of the file.
        file: &'static str,
        /// Line and key.
        #[source]
        source: toml::de::Error,
    },
    /// A file of the pack parses and cannot be meant.
    #[error("checking {file}: {problem}")]
    Pack {
        /// Name of the file.
        file: &'static str,
        /// What contradicts what.
        problem: String,
    },
    /// What was handed over cannot be planned with.
    #[error("planning {date}: {problem}")]
    Input {
        /// The day.
        date: String,
        /// What is wrong with which record.
        problem: String,
    },
    /// The independent check found something.
    #[error("checking the plan of {date}: {count} violations, first: {first}")]
    Unsound {
        /// The day.
        date: String,
        /// How many.
        count: usize,
        /// The first in words.
        first: String,
    },
    /// A benchmark file is not of its format.
    #[error("reading line {line} of the benchmark: {problem}")]
    Benchmark {
        /// Line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The independent check of a benchmark's answer found something.
    #[error("checking the answer: {count} violations, first: {first}")]
    Answer {
        /// How many.
        count: usize,
        /// The first in words.
        first: String,
    },
    /// The gate does not let a visit pass.
    #[error("asking the gate for «{event}» at «{object}»: {lacks}")]
    Refused {
        /// Key of the object.
        object: String,
        /// Code of the kind of event.
        event: String,
        /// What is lacking, with the articles.
        lacks: String,
    },
    /// A task or order did not take an event.
    #[error("issuing the tasks of {date}")]
    Transition {
        /// The day.
        date: String,
        /// What was refused.
        #[source]
        source: InvalidTransition,
    },
}

impl Coded for PlannerError {
    fn info(&self) -> &'static ErrorInfo {
        match self {
            Self::FileMissing { .. } => &PLANNER_ERRORS[0],
            Self::Toml { .. } => &PLANNER_ERRORS[1],
            Self::Pack { .. } => &PLANNER_ERRORS[2],
            Self::Input { .. } => &PLANNER_ERRORS[3],
            Self::Unsound { .. } => &PLANNER_ERRORS[4],
            Self::Transition { .. } => &PLANNER_ERRORS[5],
            Self::Benchmark { .. } => &PLANNER_ERRORS[6],
            Self::Answer { .. } => &PLANNER_ERRORS[7],
            Self::Refused { .. } => &PLANNER_ERRORS[8],
        }
    }
}
