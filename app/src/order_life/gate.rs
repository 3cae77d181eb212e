//! The gate asked again for an order's visits: categories, prescriptions and papers as they are now.

use std::collections::HashMap;

use dozor_domain::{Ground, ObjectId, Order, OrderId, OrderLack, RiskCategory};
use dozor_planner::{Moment, OrderCase, order_refusals, refusal_words};
use dozor_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use super::reading::OrderWork;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::planning::overdue_days;
use crate::progress::Silent;

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

/// Holds the days by which prescriptions are overdue now.
pub(super) type Overdue = HashMap<ObjectId, i64>;

impl Dozor {
    /// Says what an order lacks, without changing anything.
    ///
    /// # Errors
    /// [`super::OrderError::Unknown`]; the store's.
    pub async fn check_order(&self, id: OrderId) -> Result<OrderCheck, AppError> {
        let work = self.order_work(id).await?;
        let overdue = self.overdue_now(&work).await?;
        let refused = self.refused_visits(&work, &overdue).await?;
        Ok(OrderCheck {
            number: work.order.number_text(),
            state: work.order.state.code(),
            missing: work.order.missing(work.needs).into_iter().map(OrderLack::code).collect(),
            refused,
        })
    }

    /// Returns by how many days prescriptions are overdue, where a task of the order rests on one.
    pub(super) async fn overdue_now(&self, work: &OrderWork) -> Result<Overdue, AppError> {
        let rests = |ground: &Ground| matches!(ground, Ground::PrescriptionOverdue { .. });
        let facts = &self.methodology.planner.settings.facts;
        if !work.open().any(|task| rests(&task.ground)) {
            return Ok(Overdue::new());
        }
        let as_of = self.instant(&work.order.date)?;
        let named = [&facts.prescription_overdue, &facts.last_result];
        let named: Vec<&str> = named.into_iter().flatten().map(String::as_str).collect();
        let (_, table) = self.compute_part(&named, as_of, &Silent).await?;
        let days = |row| (table.object_id(row), overdue_days(&table, row, facts));
        Ok((0..table.len()).map(days).collect())
    }

    /// Asks the gate as at the signature, for every open task.
    pub(super) async fn refused_visits(
        &self,
        work: &OrderWork,
        overdue: &Overdue,
    ) -> Result<Vec<RefusedVisit>, AppError> {
        let Order { plan, date, event_kind, .. } = &work.order;
        let asked = (Moment::Signing, self.day(date)?);
        let plan = self.store.plan(*plan).await?.map(|stored| stored.plan);
        let categories = self.active_categories().await?;
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
            let ground = match &task.ground {
                Ground::PrescriptionOverdue { .. } => {
                    Ground::PrescriptionOverdue { days: overdue.get(&task.object).copied().unwrap_or(0) }
                }
                other => other.clone(),
            };
            if self.asks_of_case(&ground) {
                let key = (task.object, task.control_kind.as_str());
                candidate.case = self.known_case(key, self.day(date)?).await?.case.facts;
            }
            let case = OrderCase {
                candidate: &candidate,
                ground: &ground,
                event: event_kind,
                inspector: &task.inspector,
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
