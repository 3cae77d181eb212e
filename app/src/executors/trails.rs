//! What became of orders and tasks, step by step: read once for stages, ratings and terms.

use std::collections::HashMap;

use dozor_domain::{
    Order, OrderEvent, OrderId, OrderStep, PlanId, PlanState, StartOutcome, StepOutcome, Task, TaskEvent,
    TaskId, TaskStep, Timestamp,
};
use dozor_store::{OrderFilter, TaskFilter};
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

/// Is the orders and tasks of a day and later, with what happened to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Trails {
    pub(super) tasks: Vec<Task>,
    pub(super) orders: Vec<Order>,
    pub(super) order_steps: HashMap<OrderId, Vec<OrderStep>>,
    /// Those that moved their task, the earliest first.
    pub(super) task_steps: HashMap<TaskId, Vec<TaskStep>>,
    /// When the visit of a task began.
    pub(super) begun: HashMap<TaskId, Timestamp>,
    /// When plans were approved: their orders were made and their tasks assigned then.
    pub(super) approved: HashMap<PlanId, Timestamp>,
}

impl Dozor {
    /// Reads the orders and tasks of days from `first` on.
    pub(super) async fn trails(&self, first: Date) -> Result<Trails, AppError> {
        let first = first.to_string();
        let mut tasks = self.store.tasks(&TaskFilter::default()).await?;
        tasks.retain(|task| task.date >= first);
        let mut orders = self.store.orders(&OrderFilter::default()).await?;
        orders.retain(|order| order.date >= first);
        let mut found = Trails { tasks, orders, ..Trails::default() };
        for (order, step) in self.store.order_steps_from(&first).await? {
            found.order_steps.entry(order).or_default().push(step);
        }
        for step in self.store.task_steps_from(&first).await? {
            if step.outcome == StepOutcome::Done {
                found.task_steps.entry(step.task).or_default().push(step);
            }
        }
        for start in self.store.task_starts_from(&first).await? {
            if start.outcome == StartOutcome::Begun {
                found.begun.entry(start.task).or_insert(start.started_at);
            }
        }
        for plan in self.store.plans(None, i64::MAX).await? {
            if let PlanState::Approved { at, .. } = plan.state {
                found.approved.insert(plan.id, at);
            }
        }
        Ok(found)
    }
}

impl Trails {
    /// Returns the last days of the orders that were extended, also of those that are over by now.
    pub(super) fn extended(&self) -> HashMap<OrderId, Date> {
        let last = |steps: &[OrderStep]| {
            steps.iter().rev().find_map(|step| match &step.event {
                OrderEvent::Extend { until, .. } => Some(*until),
                _ => None,
            })
        };
        self.order_steps.iter().filter_map(|(order, steps)| Some((*order, last(steps)?))).collect()
    }

    /// Returns when a person took a step with a task, as he captured it: the first of that kind.
    pub(super) fn step(&self, task: TaskId, is_it: impl Fn(&TaskEvent) -> bool) -> Option<Timestamp> {
        let steps = self.task_steps.get(&task)?;
        steps.iter().find(|step| is_it(&step.event)).map(|step| step.captured_at)
    }
}
