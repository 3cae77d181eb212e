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
    /// The inspector is there.
    OnSite {
        /// Since when.
        since: Timestamp,
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

/// Is the place of a task in an inspector's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskSlot {
    /// From 1.
    pub position: u32,
    /// Planned start, minutes after local midnight.
    pub start: Minutes,
    /// Planned end.
    pub end: Minutes,
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
            Self::OnSite { .. } => "on_site",
            Self::Closed { .. } => "closed",
            Self::Returned { .. } => "returned",
            Self::Cancelled { .. } => "cancelled",
        }
    }
    /// Returns why it came back or was called off.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Returned { reason } | Self::Cancelled { reason } => Some(reason),
            Self::Generated
            | Self::InUnit
            | Self::Assigned
            | Self::Accepted
            | Self::OnSite { .. }
            | Self::Closed { .. } => None,
        }
    }
    /// Tells whether work is still to be done.
    pub fn is_open(&self) -> bool {
        self.is_waiting() || self.has_begun()
    }
    /// Tells whether nobody has begun it yet.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Generated | Self::InUnit | Self::Assigned | Self::Accepted)
    }
    /// Tells whether somebody is at it.
    pub fn has_begun(&self) -> bool {
        matches!(self, Self::OnSite { .. })
    }
}

impl Task {
    /// Returns its place in the inspector's day.
    pub fn slot(&self) -> TaskSlot {
        TaskSlot { position: self.position, start: self.start, end: self.end }
    }

    /// Applies an event at an instant.
    ///
    /// # Errors
    /// [`InvalidTransition`] where DOMAIN.md's table of states has no such arrow.
    pub fn apply(self, event: TaskEvent, at: Timestamp) -> Result<Self, InvalidTransition> {
        let state = match (&self.state, event) {
            (waiting, TaskEvent::Reschedule { slot }) if waiting.is_waiting() => {
                let TaskSlot { position, start, end } = slot;
                return Ok(Self { position, start, end, changed_at: at, ..self });
            }
            (TaskState::Assigned | TaskState::Accepted, TaskEvent::Start { since }) => {
                TaskState::OnSite { since }
            }
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
                        TaskEvent::Reschedule { .. } => "reschedule",
                        TaskEvent::Start { .. } => "start",
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

#[cfg(test)]
mod tests {
    use super::*;

    fn task(state: TaskState) -> Task {
        Task {
            id: TaskId::from_bytes([1; 16]),
            plan: PlanId::from_bytes([2; 16]),
            order: OrderId::from_bytes([3; 16]),
            object: ObjectId::from_bytes([4; 16]),
            object_key: "77-1".to_owned(),
            control_kind: "land".to_owned(),
            event_kind: "field_survey".to_owned(),
            ground: Ground::PrescriptionOverdue { days: 3 },
            unit: "unit".to_owned(),
            inspector: "i-1".to_owned(),
            partner: None,
            date: "2026-11-20".to_owned(),
            position: 2,
            start: Minutes(600),
            end: Minutes(630),
            state,
            changed_at: Timestamp::from_micros(0),
        }
    }

    #[test]
    fn who_is_there_is_sent_nowhere_else_and_may_still_end_in_any_way() {
        let since = Timestamp::from_micros(5);
        let at = Timestamp::from_micros(9);
        let begun = task(TaskState::Assigned).apply(TaskEvent::Start { since }, at).unwrap();
        assert_eq!((&begun.state, begun.changed_at), (&TaskState::OnSite { since }, at));
        assert!(begun.state.is_open() && !begun.state.is_waiting());
        let slot = TaskSlot { position: 1, start: Minutes(700), end: Minutes(730) };
        assert!(begun.clone().apply(TaskEvent::Reschedule { slot }, at).is_err());
        assert!(begun.clone().apply(TaskEvent::Start { since }, at).is_err(), "once");
        let closed = TaskEvent::Close { event_on: "2026-11-20".to_owned() };
        assert!(!begun.apply(closed, at).unwrap().state.is_open());
    }

    #[test]
    fn a_new_place_in_the_day_changes_nothing_else_and_what_came_back_has_none() {
        let at = Timestamp::from_micros(9);
        let slot = TaskSlot { position: 1, start: Minutes(700), end: Minutes(730) };
        let before = task(TaskState::Accepted);
        let after = before.clone().apply(TaskEvent::Reschedule { slot }, at).unwrap();
        assert_eq!(after.slot(), slot);
        let back = Task {
            position: 2,
            start: Minutes(600),
            end: Minutes(630),
            changed_at: before.changed_at,
            ..after
        };
        assert_eq!(back, before);
        let returned = task(TaskState::Returned { reason: "ill".to_owned() });
        assert!(returned.clone().apply(TaskEvent::Reschedule { slot }, at).is_err());
        assert!(returned.apply(TaskEvent::Start { since: at }, at).is_err());
        assert!(task(TaskState::Generated).apply(TaskEvent::Start { since: at }, at).is_err());
    }
}
