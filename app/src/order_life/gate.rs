//! The gate asked again for an order's visits: categories, grounds, papers and who was there last, as they are now.

use dozor_domain::{Order, OrderId, OrderLack, RiskCategory};
use dozor_planner::{Moment, OrderCase, order_refusals, refusal_words};
use dozor_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use super::reading::OrderWork;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::grounds_now::RecordsNow;

/// A visit that the gate refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RefusedVisit {
    /// Key of the object in the registry.
    pub object_key: String,
    /// What it lacks, each with its articles.
    pub lacks: String,
}

/// Says what an order lacks before its work may start, and what the gate says of it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderCheck {
    /// The order.
    pub number: String,
    /// Its state.
    pub state: &'static str,
    /// Codes of what is missing, in the order in which it is had.
    pub missing: Vec<&'static str>,
    /// Visits that the gate refuses, as it would at the signature.
    pub refused: Vec<RefusedVisit>,
}

impl Dozor {
    /// Says what an order lacks, without changing anything.
    ///
    /// # Errors
    /// [`super::OrderError::Unknown`]; the store's.
    pub async fn check_order(&self, id: OrderId) -> Result<OrderCheck, AppError> {
        let work = self.order_work(id).await?;
        let records = self.records_under(&work).await?;
        let refused = self.refused_visits(&work, &records).await?;
        Ok(OrderCheck {
            number: work.order.number_text(),
            state: work.order.state.code(),
            missing: work.order.missing(work.needs).into_iter().map(OrderLack::code).collect(),
            refused,
        })
    }

    /// Reads what the open tasks of the order rest on, as known of its day.
    pub(super) async fn records_under(&self, work: &OrderWork) -> Result<RecordsNow, AppError> {
        self.records_now(work.open(), self.day(&work.order.date)?).await
    }

    /// Asks the gate as at the signature, for every open task.
    pub(super) async fn refused_visits(
        &self,
        work: &OrderWork,
        records: &RecordsNow,
    ) -> Result<Vec<RefusedVisit>, AppError> {
        let Order { plan, date, event_kind, .. } = &work.order;
        let asked = (Moment::Signing, self.day(date)?);
        let plan = self.store.plan(*plan).await?.map(|stored| stored.plan);
        let categories = self.active_categories().await?;
        let day = asked.1;
        let rotates = self.methodology.planner.events.on(event_kind, day).is_some_and(|line| line.rotation);
        let mut refused = Vec::new();
        for task in work.open() {
            let visits = plan.iter().flat_map(|plan| &plan.routes).flat_map(|route| &route.visits);
            let mut candidates = visits.map(|visit| &visit.candidate);
            let planned = candidates.find(|candidate| {
                candidate.object == task.object && candidate.control_kind == task.control_kind
            });
            let damaged = || StoreError::NotFound { what: "visit of the task", id: task.id.to_string() };
            let mut candidate = planned.ok_or_else(damaged)?.clone();
            let active = categories.get(&(task.object, task.control_kind.clone())).copied();
            candidate.category = active.unwrap_or(RiskCategory::Low);
            candidate.category_decided = active.is_some();
            if rotates {
                let last = self.last_visit_before(task).await?;
                candidate.last_partner = last.as_ref().and_then(|last| last.partner.clone());
                candidate.last_inspector = last.map(|last| last.inspector);
            }
            let now = self.ground_now(task, records, day).await?;
            // A visit that was reported counts in its own period by now: what it was planned with still says it.
            if let Some(facts) = now.facts.filter(|_| task.state.reported().is_none()) {
                candidate.case = facts;
            }
            let case = OrderCase {
                candidate: &candidate,
                ground: now.ground.as_ref(),
                ground_gone: now.is_gone,
                event: event_kind,
                inspector: &task.inspector,
                partner: task.partner.as_deref(),
                state: &work.order.state,
            };
            let lacks = order_refusals(&case, &self.methodology.planner, asked);
            if !lacks.is_empty() {
                let lacks = refusal_words(&lacks);
                refused.push(RefusedVisit { object_key: task.object_key.clone(), lacks });
            }
        }
        Ok(refused)
    }
}
