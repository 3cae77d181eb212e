//! `task …`: the life of tasks after approval, one command a step.

use clap::{Args, Subcommand};

use super::DataDir;

/// A task and who acts on it.
#[derive(Debug, Args)]
pub(crate) struct TaskArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Id of the task, as `dozor task list` prints it.
    #[arg(long, value_name = "ID")]
    pub(crate) task: String,
    /// Login of the person: an inspector takes the steps of his own tasks, the head those of all.
    #[arg(long, value_name = "LOGIN")]
    pub(crate) by: String,
    /// Id of the step, made where it was captured: the same id again is the same step; else a new one.
    #[arg(long, value_name = "UUID")]
    pub(crate) id: Option<String>,
    /// When it was captured (RFC 3339), if that was without a network; else now.
    #[arg(long, value_name = "INSTANT")]
    pub(crate) at: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TaskCommand {
    /// List the tasks of a day and where each stands, with what led nowhere and reports without a record.
    List {
        #[command(flatten)]
        data: DataDir,
        /// The day; else today.
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
    },
    /// Show one task and what people said of it.
    Show {
        #[command(flatten)]
        data: DataDir,
        /// Id of the task, as `dozor task list` prints it.
        #[arg(long, value_name = "ID")]
        task: String,
    },
    /// The inspector takes it.
    Accept(TaskArgs),
    /// The inspector leaves for it.
    Depart(TaskArgs),
    /// The inspector begins: the gate is asked for the day of the start.
    Start(TaskArgs),
    /// The inspector says what he found; the task ends with the record of the visit.
    Report {
        #[command(flatten)]
        task: TaskArgs,
        /// Code of a result that the kind of event knows, e.g. violation, none.
        #[arg(long, value_name = "CODE")]
        outcome: String,
    },
    /// Nobody let the inspector in: the object is free for another attempt.
    NoAccess(TaskArgs),
    /// The event could not be held, and an act says so.
    Impossible {
        #[command(flatten)]
        task: TaskArgs,
        /// Number of the act.
        #[arg(long, value_name = "NUMBER")]
        act: String,
        /// Day of the act.
        #[arg(long, value_name = "DATE")]
        on: String,
    },
    /// The head has read the report.
    Check(TaskArgs),
    /// Take the task back: its object is free for another plan.
    Return {
        #[command(flatten)]
        task: TaskArgs,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Put it off: nobody plans the object before that day.
    Defer {
        #[command(flatten)]
        task: TaskArgs,
        /// The first day on which it may be planned again.
        #[arg(long, value_name = "DATE")]
        until: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Let a task that was put off wait no longer: its object may be planned from today on.
    Lift {
        #[command(flatten)]
        task: TaskArgs,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Call it off.
    Cancel {
        #[command(flatten)]
        task: TaskArgs,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}
