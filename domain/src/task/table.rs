//! The table of a task's life: which event each state takes, and whose hand it needs.

use super::{TaskEventKind, TaskState};
use crate::Permission;

/// Says who brings an event about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskHand {
    /// Approval, a change of the day, the records: no person takes such a step by itself.
    Program,
    /// Whoever makes the visit, for himself alone.
    Inspector,
    /// Whoever answers for the day.
    Head,
}

impl TaskHand {
    /// Returns what a person must be allowed to do; none where no person takes such a step.
    pub fn permission(self) -> Option<Permission> {
        match self {
            Self::Program => None,
            Self::Inspector => Some(Permission::WorkTasks),
            Self::Head => Some(Permission::ApprovePlans),
        }
    }
}

impl TaskEventKind {
    /// Returns who takes such a step by himself.
    pub fn hand(self) -> TaskHand {
        match self {
            Self::SendToUnit | Self::Assign | Self::Reschedule | Self::Close => TaskHand::Program,
            Self::Accept | Self::Depart | Self::Start | Self::Report | Self::NoAccess | Self::Impossible => {
                TaskHand::Inspector
            }
            Self::Check | Self::Return | Self::Cancel | Self::Defer | Self::Lift => TaskHand::Head,
        }
    }
}

impl TaskState {
    /// Tells whether the table has an arrow for an event from here. What has ended takes nothing, but that a task which was put
    /// off need not wait any longer.
    pub fn takes(&self, event: TaskEventKind) -> bool {
        match event {
            TaskEventKind::SendToUnit => matches!(self, Self::Generated),
            TaskEventKind::Assign => matches!(self, Self::InUnit),
            TaskEventKind::Accept => matches!(self, Self::Assigned),
            TaskEventKind::Depart => matches!(self, Self::Assigned | Self::Accepted),
            // Nobody is sent back from a door because he pressed no button on the way.
            TaskEventKind::Start => matches!(self, Self::Assigned | Self::Accepted | Self::EnRoute { .. }),
            TaskEventKind::Report => matches!(self, Self::OnSite { .. }),
            TaskEventKind::NoAccess | TaskEventKind::Impossible => {
                matches!(self, Self::Assigned | Self::Accepted | Self::EnRoute { .. } | Self::OnSite { .. })
            }
            TaskEventKind::Check => matches!(self, Self::Reported { .. }),
            TaskEventKind::Reschedule | TaskEventKind::Defer => self.is_waiting(),
            TaskEventKind::Lift => matches!(self, Self::Deferred { .. }),
            TaskEventKind::Close | TaskEventKind::Return | TaskEventKind::Cancel => self.is_open(),
        }
    }

    /// Tells whether a person may take a step from here by himself: whoever is there ends his visit first, and what was
    /// reported is called off by nobody, though it may come back where no record comes.
    pub fn offers(&self, event: TaskEventKind) -> bool {
        let is_held = match event {
            TaskEventKind::Return => matches!(self, Self::OnSite { .. }),
            TaskEventKind::Cancel => self.has_begun(),
            _ => event.hand() == TaskHand::Program,
        };
        self.takes(event) && !is_held
    }

    /// Returns the steps that a person of one hand may take from here, the next one of the usual way first.
    pub fn next_steps(&self, hand: TaskHand) -> Vec<TaskEventKind> {
        let all = TaskEventKind::ALL.into_iter();
        all.filter(|event| event.hand() == hand && self.offers(*event)).collect()
    }
}
