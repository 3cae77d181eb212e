//! Work of earlier days that an inspector still has: its order was extended, and it takes its time of each later day until
//! it is done.

use serde::{Deserialize, Serialize};

use crate::{Minutes, Position, TaskId};

/// Is one task of an earlier day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CarriedTask {
    /// The task.
    pub task: TaskId,
    /// Key of its object in the registry.
    pub key: String,
    /// Kind of its object.
    pub object_kind: String,
    /// Code of the kind of event.
    pub event_kind: String,
    /// Where it is; none where nobody knows: then no way to it is counted.
    pub position: Option<Position>,
    /// Minutes of work.
    pub service: Minutes,
    /// Minutes on the way from the one before, of the first one from the base.
    pub travel: Minutes,
}

/// Is what an inspector has to do of earlier days before the work of a day begins; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Carried {
    /// In the order in which they are done.
    pub tasks: Vec<CarriedTask>,
    /// Minutes on the way back to the base.
    pub travel_back: Minutes,
}

impl Carried {
    /// Tells whether nothing is left of earlier days.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Returns what it takes of the shift: work and ways.
    pub fn minutes(&self) -> Minutes {
        let each = self.tasks.iter().map(|one| one.service.0.saturating_add(one.travel.0));
        Minutes(each.fold(self.travel_back.0, u32::saturating_add))
    }
}
