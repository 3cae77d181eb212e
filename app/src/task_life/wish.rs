//! What people ask for: a step as they said it, read once into the event of the state machine.

use dozor_domain::{ImpossibilityAct, Task, TaskEvent, TaskEventKind, Timestamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::TaskError;
use crate::error::AppError;
use crate::planning::read_date;

/// Is the result for which there is a step of its own.
const NO_ACCESS: &str = "no_access";

/// A step of a task's life. The first five are the inspector's, for himself; the others the head's.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum TaskWish {
    /// Take the task.
    Accept,
    /// Leave for it.
    Depart,
    /// Say what was found. The task ends with the record of the visit, not with this.
    Report {
        /// Code of a result that the kind of event knows.
        outcome: String,
    },
    /// Nobody opened, or nothing could be seen: the object is free for another attempt.
    NoAccess,
    /// The event could not be held, and an act says so.
    Impossible {
        /// Number of the act.
        act: String,
        /// Its day.
        #[schema(format = Date)]
        on: String,
    },
    /// The report was read.
    Check,
    /// Take the task back: its object is free for another plan.
    Return {
        /// Why.
        reason: String,
    },
    /// Put it off: nobody plans the object before that day.
    Defer {
        /// The first day on which it may be planned again.
        #[schema(format = Date)]
        until: String,
        /// Why.
        reason: String,
    },
    /// Let a task that was put off wait no longer: it is called off, and its object may be planned from today on.
    Lift {
        /// Why.
        reason: String,
    },
    /// Call it off.
    Cancel {
        /// Why.
        reason: String,
    },
}

/// Is what a step is read with.
pub(super) struct Desk<'a> {
    pub(super) task: &'a Task,
    /// Codes of the results that the kind of event knows on its day.
    pub(super) results: &'a [String],
    pub(super) today: Date,
    /// When it was captured.
    pub(super) at: Timestamp,
    /// Login of who acts.
    pub(super) login: &'a str,
    /// How many attempts in a row were in vain before.
    pub(super) in_vain: u32,
}

fn reason(text: &str, what: &'static str) -> Result<String, AppError> {
    match text.trim() {
        "" => Err(AppError::CommentRequired { verdict: what }),
        text => Ok(text.to_owned()),
    }
}

/// Returns which results may be reported.
pub(crate) fn reportable(results: &[String]) -> impl Iterator<Item = &String> {
    results.iter().filter(|code| *code != NO_ACCESS)
}

impl TaskWish {
    /// Returns which step it is.
    pub fn kind(&self) -> TaskEventKind {
        match self {
            Self::Accept => TaskEventKind::Accept,
            Self::Depart => TaskEventKind::Depart,
            Self::Report { .. } => TaskEventKind::Report,
            Self::NoAccess => TaskEventKind::NoAccess,
            Self::Impossible { .. } => TaskEventKind::Impossible,
            Self::Check => TaskEventKind::Check,
            Self::Return { .. } => TaskEventKind::Return,
            Self::Defer { .. } => TaskEventKind::Defer,
            Self::Lift { .. } => TaskEventKind::Lift,
            Self::Cancel { .. } => TaskEventKind::Cancel,
        }
    }

    /// Reads what was said.
    pub(super) fn event(&self, desk: &Desk<'_>) -> Result<TaskEvent, AppError> {
        let at = desk.at;
        Ok(match self {
            Self::Accept => TaskEvent::Accept,
            Self::Depart => TaskEvent::Depart { since: at },
            Self::Report { outcome } => TaskEvent::Report { outcome: desk.outcome(outcome)?, at },
            Self::NoAccess => TaskEvent::NoAccess { attempt: desk.in_vain.saturating_add(1), at },
            Self::Impossible { act, on } => TaskEvent::Impossible { act: desk.act(act, on)? },
            Self::Check => TaskEvent::Check { by: desk.login.to_owned() },
            Self::Return { reason: why } => TaskEvent::Return { reason: reason(why, "returned")? },
            Self::Defer { until, reason: why } => {
                TaskEvent::Defer { until: desk.until(until)?, reason: reason(why, "deferred")? }
            }
            Self::Lift { reason: why } => TaskEvent::Lift { reason: reason(why, "lifted")? },
            Self::Cancel { reason: why } => TaskEvent::Cancel { reason: reason(why, "cancelled")? },
        })
    }
}

impl Desk<'_> {
    fn outcome(&self, outcome: &str) -> Result<String, TaskError> {
        let known: Vec<&str> = reportable(self.results).map(String::as_str).collect();
        match known.contains(&outcome) {
            true => Ok(outcome.to_owned()),
            false => Err(TaskError::Outcome { outcome: outcome.to_owned(), known: known.join(", ") }),
        }
    }

    fn act(&self, number: &str, on: &str) -> Result<ImpossibilityAct, AppError> {
        let on = read_date(on)?;
        if on > self.today {
            return Err(TaskError::Act { problem: "its day has not come" }.into());
        }
        let malformed = |_| TaskError::Act { problem: "its number is empty, too long or of several lines" };
        Ok(ImpossibilityAct::new(number, on).map_err(malformed)?)
    }

    fn until(&self, text: &str) -> Result<Date, AppError> {
        let until = read_date(text)?;
        match until > self.today && text > self.task.date.as_str() {
            true => Ok(until),
            false => Err(TaskError::Deferral { date: self.task.date.clone(), until: text.to_owned() }.into()),
        }
    }
}
