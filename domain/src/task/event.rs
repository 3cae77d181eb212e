//! What may happen to a task.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ImpossibilityAct;
use crate::{Minutes, Timestamp};

/// Is the place of a task in an inspector's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskSlot {
    /// From 1.
    pub position: u32,
    /// Planned start, minutes after local midnight.
    pub start: Minutes,
    /// Planned end.
    pub end: Minutes,
}

/// Is what may happen to a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TaskEvent {
    /// Goes to its unit.
    SendToUnit,
    /// Goes to its inspector.
    Assign,
    /// The inspector takes it.
    Accept,
    /// The inspector leaves for it.
    Depart {
        /// When, as he captured it.
        since: Timestamp,
    },
    /// The rest of the day was planned anew: its place in the inspector's day changes, and nothing else.
    Reschedule {
        /// Where it stands now.
        slot: TaskSlot,
    },
    /// The inspector begins.
    Start {
        /// When, as he captured it.
        since: Timestamp,
    },
    /// The inspector says what he found.
    Report {
        /// Code of the result.
        outcome: String,
        /// When, as he captured it.
        at: Timestamp,
    },
    /// The head has read the report.
    Check {
        /// Who.
        by: String,
    },
    /// An event at the object came with the records.
    Close {
        /// Its day, `YYYY-MM-DD`.
        event_on: String,
    },
    /// The day passed without a visit, or the inspector cannot go.
    Return {
        /// Why.
        reason: String,
    },
    /// Somebody calls it off.
    Cancel {
        /// Why.
        reason: String,
    },
    /// Somebody puts it off.
    Defer {
        /// The first day on which it may be planned again.
        until: Date,
        /// Why.
        reason: String,
    },
    /// It need not wait any longer for the day until which it was put off: its object is free at once.
    Lift {
        /// Why.
        reason: String,
    },
    /// Nobody let the inspector in, or nothing could be seen.
    NoAccess {
        /// How many attempts in a row were in vain, with this one.
        attempt: u32,
        /// When, as he captured it.
        at: Timestamp,
    },
    /// The event could not be held, and an act says so.
    Impossible {
        /// The act.
        act: ImpossibilityAct,
    },
}

/// Is an event without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskEventKind {
    /// Goes to its unit.
    SendToUnit,
    /// Goes to its inspector.
    Assign,
    /// The inspector takes it.
    Accept,
    /// The inspector leaves for it.
    Depart,
    /// Gets another place in the day.
    Reschedule,
    /// The inspector begins.
    Start,
    /// The inspector says what he found.
    Report,
    /// The head has read the report.
    Check,
    /// An event came with the records.
    Close,
    /// Comes back.
    Return,
    /// Is called off.
    Cancel,
    /// Is put off.
    Defer,
    /// Waits no longer.
    Lift,
    /// Nobody let the inspector in.
    NoAccess,
    /// Could not be held.
    Impossible,
}

impl TaskEventKind {
    /// All of them, in the order in which people are offered them.
    pub const ALL: [Self; 15] = [
        Self::SendToUnit,
        Self::Assign,
        Self::Accept,
        Self::Depart,
        Self::Start,
        Self::Report,
        Self::NoAccess,
        Self::Impossible,
        Self::Check,
        Self::Reschedule,
        Self::Defer,
        Self::Lift,
        Self::Return,
        Self::Cancel,
        Self::Close,
    ];

    /// Returns the code of the event.
    pub fn code(self) -> &'static str {
        match self {
            Self::SendToUnit => "send_to_unit",
            Self::Assign => "assign",
            Self::Accept => "accept",
            Self::Depart => "depart",
            Self::Reschedule => "reschedule",
            Self::Start => "start",
            Self::Report => "report",
            Self::Check => "check",
            Self::Close => "close",
            Self::Return => "return",
            Self::Cancel => "cancel",
            Self::Defer => "defer",
            Self::Lift => "lift",
            Self::NoAccess => "no_access",
            Self::Impossible => "impossible",
        }
    }
}

impl TaskEvent {
    /// Returns which event it is.
    pub fn kind(&self) -> TaskEventKind {
        match self {
            Self::SendToUnit => TaskEventKind::SendToUnit,
            Self::Assign => TaskEventKind::Assign,
            Self::Accept => TaskEventKind::Accept,
            Self::Depart { .. } => TaskEventKind::Depart,
            Self::Reschedule { .. } => TaskEventKind::Reschedule,
            Self::Start { .. } => TaskEventKind::Start,
            Self::Report { .. } => TaskEventKind::Report,
            Self::Check { .. } => TaskEventKind::Check,
            Self::Close { .. } => TaskEventKind::Close,
            Self::Return { .. } => TaskEventKind::Return,
            Self::Cancel { .. } => TaskEventKind::Cancel,
            Self::Defer { .. } => TaskEventKind::Defer,
            Self::Lift { .. } => TaskEventKind::Lift,
            Self::NoAccess { .. } => TaskEventKind::NoAccess,
            Self::Impossible { .. } => TaskEventKind::Impossible,
        }
    }
}
