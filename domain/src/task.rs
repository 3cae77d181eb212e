//! Tasks: a piece of work that goes to a unit, then to an inspector.

use serde::{Deserialize, Serialize};

use crate::{Ground, InvalidTransition, Minutes, ObjectId, OrderId, PlanId, TaskId, Timestamp};

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
}

/// Is what may happen to a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskEvent {
    /// Goes to its unit.
    SendToUnit,
    /// Goes to its inspector.
    Assign,
    /// The inspector takes it.
    Accept,
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
}

/// Is one task; one is open per object and ground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Id derived from plan, object and ground.
    pub id: TaskId,
    /// The plan it comes from.
    pub plan: PlanId,
    /// The order it is carried out under.
    pub order: OrderId,
    /// The object.
    pub object: ObjectId,
    /// The registry's key, for people.
    pub object_key: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// Code of the kind of event.
    pub event_kind: String,
    /// Why.
    pub ground: Ground,
    /// Code of the unit.
    pub unit: String,
    /// Key of the inspector.
    pub inspector: String,
    /// Key of the second inspector, where two make the visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Place in the inspector's day, from 1.
    pub position: u32,
    /// Planned start, minutes after local midnight.
    pub start: Minutes,
    /// Planned end.
    pub end: Minutes,
    /// Where it stands.
    pub state: TaskState,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl TaskState {
    /// Returns the code of the state.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::InUnit => "in_unit",
            Self::Assigned => "assigned",
            Self::Accepted => "accepted",
            Self::Closed { .. } => "closed",
            Self::Returned { .. } => "returned",
            Self::Cancelled { .. } => "cancelled",
        }
    }
    /// Returns why it came back or was called off.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Returned { reason } | Self::Cancelled { reason } => Some(reason),
            Self::Generated | Self::InUnit | Self::Assigned | Self::Accepted | Self::Closed { .. } => None,
        }
    }
    /// Tells whether work is still to be done.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Generated | Self::InUnit | Self::Assigned | Self::Accepted)
    }
}

impl Task {
    /// Applies an event at an instant.
    ///
    /// # Errors
    /// [`InvalidTransition`] where DOMAIN.md's table of states has no such arrow.
    pub fn apply(self, event: TaskEvent, at: Timestamp) -> Result<Self, InvalidTransition> {
        let state = match (&self.state, event) {
            (TaskState::Generated, TaskEvent::SendToUnit) => TaskState::InUnit,
            (TaskState::InUnit, TaskEvent::Assign) => TaskState::Assigned,
            (TaskState::Assigned, TaskEvent::Accept) => TaskState::Accepted,
            (open, TaskEvent::Close { event_on }) if open.is_open() => TaskState::Closed { event_on },
            (open, TaskEvent::Return { reason }) if open.is_open() => TaskState::Returned { reason },
            (open, TaskEvent::Cancel { reason }) if open.is_open() => TaskState::Cancelled { reason },
            (state, event) => {
                return Err(InvalidTransition {
                    entity: "task",
                    state: state.code(),
                    event: match event {
                        TaskEvent::SendToUnit => "send to unit",
                        TaskEvent::Assign => "assign",
                        TaskEvent::Accept => "accept",
                        TaskEvent::Close { .. } => "close",
                        TaskEvent::Return { .. } => "return",
                        TaskEvent::Cancel { .. } => "cancel",
                    },
                });
            }
        };
        Ok(Self { state, changed_at: at, ..self })
    }
}
