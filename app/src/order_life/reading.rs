//! An order with what hangs on it: its tasks, and what the law of its day asks for.

use dozor_domain::{Order, OrderEvent, OrderId, OrderNeeds, OrderStep, PlanState, Task};
use dozor_planner::order_needs;
use dozor_store::TaskFilter;

use super::error::OrderError;
use crate::dozor::Dozor;
use crate::error::AppError;

/// Is an order with its tasks.
#[derive(Clone, Debug)]
pub(crate) struct OrderWork {
    pub(crate) order: Order,
    /// All its tasks, in the order of the day.
    pub(crate) tasks: Vec<Task>,
    pub(crate) needs: OrderNeeds,
}

impl OrderWork {
    /// Returns the tasks with work still to be done.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.state.is_open())
    }
}

impl Dozor {
    /// Finds an order by its number as people write it, e.g. `2026/000017`.
    ///
    /// # Errors
    /// [`OrderError::Unknown`]; the store's.
    pub async fn order_of_number(&self, text: &str) -> Result<Order, AppError> {
        let unknown = || OrderError::Unknown { order: text.to_owned() };
        let (year, number) = Order::read_number(text).ok_or_else(unknown)?;
        Ok(self.store.order_of_number(year, number).await?.ok_or_else(unknown)?)
    }

    /// Returns an order with its tasks and needs.
    pub(crate) async fn order_work(&self, id: OrderId) -> Result<OrderWork, AppError> {
        let order = self.store.order(id).await?;
        let order = order.ok_or_else(|| OrderError::Unknown { order: id.to_string() })?;
        let filter = TaskFilter { plan: Some(order.plan), ..TaskFilter::default() };
        let mut tasks = self.store.tasks(&filter).await?;
        tasks.retain(|task| task.order == id);
        self.work_of(order, tasks)
    }

    /// Joins an order with its tasks.
    pub(crate) fn work_of(&self, order: Order, tasks: Vec<Task>) -> Result<OrderWork, AppError> {
        let day = self.day(&order.date)?;
        let grounds = tasks.iter().map(|task| &task.ground);
        let needs = order_needs(&self.methodology.planner, (&order.event_kind, day), grounds);
        Ok(OrderWork { order, tasks, needs })
    }

    /// Returns what happened to an order, from the checks that gave it its number on.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn order_history(&self, order: &Order) -> Result<Vec<OrderStep>, AppError> {
        let mut steps = self.store.order_steps(order.id).await?;
        if steps.first().is_some_and(|step| matches!(step.event, OrderEvent::Check { .. })) {
            return Ok(steps);
        }
        // The checks are a part of the approval of its plan, which has its own record.
        if let Some(PlanState::Approved { by, at }) =
            self.store.plan(order.plan).await?.map(|plan| plan.state)
        {
            steps.insert(0, OrderStep { event: OrderEvent::Check { checks: Vec::new() }, by, at });
        }
        Ok(steps)
    }
}
