//! The field's queues: issued orders whose work is left, and visits whose result is awaited.

use std::collections::HashMap;

use dozor_domain::{OrderId, OrderStepKind, Task, TaskState};
use jiff::civil::Date;

use super::super::terms::Waiting;
use super::{Due, DueWhat, Ground, Queue, QueueKind};
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::settlement::IN_VAIN;

impl Dozor {
    /// Returns the orders that inspectors have and under which a visit is neither made nor reported, against their last days.
    pub(super) fn orders_queue(&self, ground: &Ground<'_>) -> Result<Option<Queue>, AppError> {
        let mut left: HashMap<OrderId, Vec<&Task>> = HashMap::new();
        let open = |task: &&Task| task.state.is_open() && task.state.reported().is_none();
        for task in ground.trails.tasks.iter().filter(open) {
            left.entry(task.order).or_default().push(task);
        }
        let mut waiting = Vec::new();
        for order in ground.trails.orders.iter().filter(|order| order.state.is_issued()) {
            let (Some(left), Some(due)) = (left.get(&order.id), order.last_day()) else { continue };
            let (number, inspector) = (order.number_text(), order.inspector.clone());
            let planned = self.day(&order.date)?;
            let what = DueWhat::Order { number, inspector, planned, left: left.len() };
            // An order of one visit is about its object.
            let object = if let [task] = left.as_slice() { Some(task.object) } else { None };
            waiting.push(Waiting { what: Due { object, what }, due });
        }
        let zone = &self.methodology.manifest.zone;
        let steps = ground.trails.order_steps.values().flatten();
        let executed = steps.filter(|step| step.event.kind() == OrderStepKind::Execute);
        let done = executed.filter_map(|step| zone.day_of(step.at)).collect();
        Ok(Some(Queue::by_last_day(QueueKind::Orders, waiting, done)))
    }

    /// Returns the visits of past days without a result. Of an extended order the last day counts.
    pub(super) fn results_queue(&self, ground: &Ground<'_>) -> Result<Option<Queue>, AppError> {
        let extended = ground.trails.extended();
        let zone = &self.methodology.manifest.zone;
        let mut waiting = Vec::new();
        for task in ground.trails.tasks.iter().filter(|task| task.state.is_open()) {
            let planned = self.day(&task.date)?;
            let last = extended.get(&task.order).copied().unwrap_or(planned);
            let is_past = planned < ground.today && (last < ground.today || task.state.reported().is_some());
            if !is_past {
                continue;
            }
            let due = self.waited_until(task, &extended)?.unwrap_or(last);
            let what = DueWhat::Visit { inspector: task.inspector.clone(), planned };
            waiting.push(Waiting { what: Due { object: Some(task.object), what }, due });
        }
        waiting.sort_by(|a, b| inspector(&a.what).cmp(inspector(&b.what)));
        let ended = ground.trails.tasks.iter().filter(|task| has_result(task));
        let done: Vec<Date> = ended.filter_map(|task| zone.day_of(task.changed_at)).collect();
        Ok(Some(Queue::by_last_day(QueueKind::Results, waiting, done)))
    }
}

fn inspector(due: &Due) -> &str {
    if let DueWhat::Visit { inspector, .. } = &due.what { inspector } else { "" }
}

/// Tells whether a record of the visit has come.
fn has_result(task: &Task) -> bool {
    match &task.state {
        TaskState::Closed { .. } => true,
        TaskState::Returned { reason } => reason == IN_VAIN,
        TaskState::Generated
        | TaskState::InUnit
        | TaskState::Assigned
        | TaskState::Accepted
        | TaskState::EnRoute { .. }
        | TaskState::OnSite { .. }
        | TaskState::Reported { .. }
        | TaskState::CheckedByHead { .. }
        | TaskState::Cancelled { .. }
        | TaskState::Deferred { .. }
        | TaskState::NoAccess { .. }
        | TaskState::Impossible { .. } => false,
    }
}
