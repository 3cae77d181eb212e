//! Where a task stands.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::TaskEvent;
use crate::{PaperFault, RegisterNumber, Timestamp};

/// Is the act that says why an event could not be held: its number and day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImpossibilityAct {
    number: String,
    on: Date,
}

impl ImpossibilityAct {
    /// Builds a reference to an act.
    ///
    /// # Errors
    /// [`PaperFault::Number`].
    pub fn new(number: &str, on: Date) -> Result<Self, PaperFault> {
        // Numbers of papers are written alike, whoever gives them.
        let number = RegisterNumber::new(number, on)?.number().to_owned();
        Ok(Self { number, on })
    }
    /// Returns the number.
    pub fn number(&self) -> &str {
        &self.number
    }
    /// Returns its day.
    pub fn on(&self) -> Date {
        self.on
    }
}

/// Is where a task stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum TaskState {
    /// Made from a plan.
    Generated,
    /// With a unit.
    InUnit,
    /// With an inspector.
    Assigned,
    /// The inspector took it.
    Accepted,
    /// The inspector is on his way.
    EnRoute {
        /// Since when.
        since: Timestamp,
    },
    /// The inspector is there.
    OnSite {
        /// Since when.
        since: Timestamp,
    },
    /// The inspector said what he found; the record is awaited.
    Reported {
        /// Code of the result, one of those that the kind of event knows.
        outcome: String,
        /// When, as he captured it.
        at: Timestamp,
    },
    /// The head has read the report; the record is awaited.
    CheckedByHead {
        /// Code of the result.
        outcome: String,
        /// When it was reported.
        at: Timestamp,
        /// Who has read it.
        by: String,
    },
    /// What was found is among the records.
    Closed {
        /// The day of the event that closed it, `YYYY-MM-DD`.
        event_on: String,
    },
    /// Nobody went: the object is free for another plan.
    Returned {
        /// Why.
        reason: String,
    },
    /// Called off.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// Put off: the object is free from that day on.
    Deferred {
        /// The first day on which it may be planned again.
        until: Date,
        /// Why.
        reason: String,
    },
    /// The inspector went in vain: the object is free for another attempt.
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

impl TaskState {
    /// Returns the code of the state.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::InUnit => "in_unit",
            Self::Assigned => "assigned",
            Self::Accepted => "accepted",
            Self::EnRoute { .. } => "en_route",
            Self::OnSite { .. } => "on_site",
            Self::Reported { .. } => "reported",
            Self::CheckedByHead { .. } => "checked_by_head",
            Self::Closed { .. } => "closed",
            Self::Returned { .. } => "returned",
            Self::Cancelled { .. } => "cancelled",
            Self::Deferred { .. } => "deferred",
            Self::NoAccess { .. } => "no_access",
            Self::Impossible { .. } => "impossible",
        }
    }

    /// Returns why it came back, was called off or put off.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Returned { reason } | Self::Cancelled { reason } | Self::Deferred { reason, .. } => {
                Some(reason)
            }
            Self::Generated
            | Self::InUnit
            | Self::Assigned
            | Self::Accepted
            | Self::EnRoute { .. }
            | Self::OnSite { .. }
            | Self::Reported { .. }
            | Self::CheckedByHead { .. }
            | Self::Closed { .. }
            | Self::NoAccess { .. }
            | Self::Impossible { .. } => None,
        }
    }

    /// Returns the result that was reported and has no record yet.
    pub fn reported(&self) -> Option<&str> {
        if let Self::Reported { outcome, .. } | Self::CheckedByHead { outcome, .. } = self {
            return Some(outcome);
        }
        None
    }

    /// Tells whether work is still to be done, or its record is awaited.
    pub fn is_open(&self) -> bool {
        self.is_waiting() || self.is_on_the_way() || self.has_begun()
    }
    /// Tells whether nobody has left for it yet.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Generated | Self::InUnit | Self::Assigned | Self::Accepted)
    }
    /// Tells whether somebody has left for it and is not there yet.
    pub fn is_on_the_way(&self) -> bool {
        matches!(self, Self::EnRoute { .. })
    }
    /// Tells whether somebody is at it, or was.
    pub fn has_begun(&self) -> bool {
        matches!(self, Self::OnSite { .. } | Self::Reported { .. } | Self::CheckedByHead { .. })
    }
    /// Tells whether somebody was there and could not do the work.
    pub fn was_in_vain(&self) -> bool {
        matches!(self, Self::NoAccess { .. } | Self::Impossible { .. })
    }

    /// Tells whether it keeps its object out of plans: it is put off, and the day has not come.
    pub fn keeps_waiting(&self, today: Date) -> bool {
        matches!(self, Self::Deferred { until, .. } if *until > today)
    }

    /// Returns the state after an event that the table has let through.
    pub(super) fn after(&self, event: TaskEvent) -> Self {
        match event {
            TaskEvent::SendToUnit => Self::InUnit,
            TaskEvent::Assign => Self::Assigned,
            TaskEvent::Accept => Self::Accepted,
            TaskEvent::Depart { since } => Self::EnRoute { since },
            TaskEvent::Reschedule { .. } => self.clone(),
            TaskEvent::Start { since } => Self::OnSite { since },
            TaskEvent::Report { outcome, at } => Self::Reported { outcome, at },
            TaskEvent::Check { by } => {
                let Self::Reported { outcome, at } = self else { return self.clone() };
                Self::CheckedByHead { outcome: outcome.clone(), at: *at, by }
            }
            TaskEvent::Close { event_on } => Self::Closed { event_on },
            TaskEvent::Return { reason } => Self::Returned { reason },
            // Put off and called off count alike: neither done nor left undone.
            TaskEvent::Cancel { reason } | TaskEvent::Lift { reason } => Self::Cancelled { reason },
            TaskEvent::Defer { until, reason } => Self::Deferred { until, reason },
            TaskEvent::NoAccess { attempt, at } => Self::NoAccess { attempt, at },
            TaskEvent::Impossible { act } => Self::Impossible { act },
        }
    }
}
