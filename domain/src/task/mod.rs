//! Tasks: a piece of work that goes to a unit, then to an inspector, and ends by what the records say. Which event each state
//! takes, and who may bring it about, is one table: `table.rs`.

mod event;
mod state;
mod step;
mod table;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::{Ground, InvalidTransition, Minutes, ObjectId, OrderId, PlanId, TaskId, Timestamp};

pub use event::{TaskEvent, TaskEventKind, TaskSlot};
pub use state::{ImpossibilityAct, TaskState};
pub use step::{StepOutcome, TaskStep};
pub use table::TaskHand;

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

impl Task {
    /// Returns its place in the inspector's day.
    pub fn slot(&self) -> TaskSlot {
        TaskSlot { position: self.position, start: self.start, end: self.end }
    }

    /// Tells whether somebody makes the visit: he has the task, or goes along.
    pub fn is_of(&self, inspector: &str) -> bool {
        self.inspector == inspector || self.partner.as_deref() == Some(inspector)
    }

    /// Applies an event at an instant.
    ///
    /// # Errors
    /// [`InvalidTransition`] where the table of states has no such arrow.
    pub fn apply(self, event: TaskEvent, at: Timestamp) -> Result<Self, InvalidTransition> {
        let kind = event.kind();
        if !self.state.takes(kind) {
            return Err(InvalidTransition { entity: "task", state: self.state.code(), event: kind.code() });
        }
        if let TaskEvent::Reschedule { slot } = event {
            let TaskSlot { position, start, end } = slot;
            return Ok(Self { position, start, end, changed_at: at, ..self });
        }
        Ok(Self { state: self.state.after(event), changed_at: at, ..self })
    }
}
