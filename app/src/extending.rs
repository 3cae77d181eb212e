//! What the extension of an order means for the days after its own: its work is still to be done, on each of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dozor_domain::{Carried, InspectorDay, Minutes, Order, OrderId, Plan, Task, TaskId};
use dozor_planner::{LeftWork, PlannerPack, carried};
use dozor_store::{OrderFilter, TaskFilter, TaskScope};
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Returns the extended orders.
    pub(crate) async fn extended_orders(&self) -> Result<Vec<Order>, AppError> {
        let filter = OrderFilter { state: Some("extended"), ..OrderFilter::default() };
        Ok(self.store.orders(&filter).await?)
    }

    /// Returns the last days of extended orders.
    pub(crate) async fn last_days_extended(&self) -> Result<HashMap<OrderId, Date>, AppError> {
        let orders = self.extended_orders().await?.into_iter();
        Ok(orders.filter_map(|order| Some((order.id, order.last_day()?))).collect())
    }

    /// Returns the tasks of earlier days whose orders were extended to a day or beyond it and whose work is left: of one
    /// inspector, where one is named, by day and place.
    pub(crate) async fn carried_to(&self, day: Date, inspector: Option<&str>) -> Result<Vec<Task>, AppError> {
        let last_days = self.last_days_extended().await?;
        if last_days.is_empty() {
            return Ok(Vec::new());
        }
        let filter = TaskFilter {
            inspector: inspector.map(str::to_owned),
            scope: TaskScope::Open,
            ..TaskFilter::default()
        };
        let mut tasks = self.store.tasks(&filter).await?;
        let date = day.to_string();
        // Of what was reported only the record is awaited.
        tasks.retain(|task| {
            let is_extended = last_days.get(&task.order).is_some_and(|last| day <= *last);
            is_extended && task.date < date && task.state.reported().is_none()
        });
        Ok(tasks)
    }

    /// Gives each of those on duty what he has left of earlier days: it takes its time of his shift. What two make together
    /// takes that of both.
    pub(crate) async fn carry_over(
        &self,
        inspectors: &mut [InspectorDay],
        day: Date,
        pack: &PlannerPack,
    ) -> Result<(), AppError> {
        let mut tasks = self.carried_to(day, None).await?;
        tasks.sort_by(|a, b| (&a.date, a.position, a.id).cmp(&(&b.date, b.position, b.id)));
        for inspector in inspectors {
            let mut left = Vec::new();
            for task in tasks.iter().filter(|task| task.is_of(&inspector.key)) {
                left.push(self.left_work(task).await?);
            }
            if !left.is_empty() {
                inspector.carried = carried(left, inspector, day, pack);
            }
        }
        Ok(())
    }

    /// Returns what each inspector of a plan has left of earlier days, by key, where that is more than the plan knows: an order
    /// was extended since.
    pub(crate) async fn carried_since(&self, plan: &Plan) -> Result<BTreeMap<String, Carried>, AppError> {
        let (day, pack) = (self.day(&plan.date)?, self.planner_of(plan).await?);
        let planned = plan.routes.iter().map(|route| &route.inspector);
        let idle = |one: &InspectorDay| InspectorDay { carried: Carried::default(), ..one.clone() };
        let mut now: Vec<InspectorDay> = planned.clone().map(idle).collect();
        self.carry_over(&mut now, day, &pack).await?;
        let grown = now.into_iter().zip(planned).filter(|(now, planned)| {
            let known: BTreeSet<TaskId> = planned.carried.tasks.iter().map(|one| one.task).collect();
            now.carried.tasks.iter().any(|one| !known.contains(&one.task))
        });
        Ok(grown.map(|(now, _)| (now.key, now.carried)).collect())
    }

    async fn left_work(&self, task: &Task) -> Result<LeftWork, AppError> {
        let object = self.store.object(task.object).await?;
        let (object_kind, position) = object.map(|one| (one.kind, one.position)).unwrap_or_default();
        Ok(LeftWork {
            task: task.id,
            key: task.object_key.clone(),
            object_kind,
            event_kind: task.event_kind.clone(),
            position,
            planned: Minutes(task.end.0.saturating_sub(task.start.0)),
        })
    }
}
