//! The gate asked again for an order's visits: categories, grounds, papers, who was there last and how long the order lasts, as
//! they are now.

use dozor_domain::{Order, OrderId, OrderLack, RiskCategory, Task};
use dozor_planner::{Manner, Moment, OrderCase, order_days, order_refusals, refusal_words};
use dozor_store::StoreError;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::reading::OrderWork;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::grounds_now::RecordsNow;
use crate::last_visits::LastVisits;

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

/// Is what the gate is asked of an order's visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The day for which it is asked.
    pub(super) day: Date,
    /// Working days that the order lasts, by its day and its last one.
    pub(super) working_days: u32,
    /// Whether it is asked about what has begun too.
    pub(super) of: Visits,
}

/// Is which visits of an order are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visits {
    /// All that are open.
    Open,
    /// Those that nobody has begun: of the others the gate was asked at their start.
    NotBegun,
}

impl Visits {
    fn has(self, task: &Task) -> bool {
        match self {
            Self::Open => task.state.is_open(),
            Self::NotBegun => task.state.is_open() && !task.state.has_begun(),
        }
    }
}

/// Holds what the gate is told of the visits of an order, read once for all of them.
#[derive(Default)]
pub(super) struct OrderRecords {
    pub(super) now: RecordsNow,
    /// Who was where last; none where the kind of event does not rotate, and nobody asks.
    last: Option<LastVisits>,
}

impl Dozor {
    /// Says what is asked when an order is signed: its own day, until its last one.
    pub(super) fn asked_at_signing(&self, order: &Order) -> Result<Asked, AppError> {
        let day = self.day(&order.date)?;
        let last = order.last_day().unwrap_or(day);
        let working_days = order_days(&self.methodology.planner, (day, last));
        Ok(Asked { day, working_days, of: Visits::Open })
    }

    /// Says what is asked when an order is extended: the first working day that this adds for what nobody has begun.
    pub(super) fn asked_at_extension(
        &self,
        order: &Order,
        (today, until): (Date, Date),
    ) -> Result<Asked, AppError> {
        let first = self.day(&order.date)?;
        let after = today.max(first).tomorrow().unwrap_or(until);
        let day = self.methodology.manifest.calendar.next_working(after).unwrap_or(until).min(until);
        let working_days = order_days(&self.methodology.planner, (first, until));
        Ok(Asked { day, working_days, of: Visits::NotBegun })
    }

    /// Says what an order lacks, without changing anything.
    ///
    /// # Errors
    /// [`super::OrderError::Unknown`]; the store's.
    pub async fn check_order(&self, id: OrderId) -> Result<OrderCheck, AppError> {
        let work = self.order_work(id).await?;
        let asked = self.asked_at_signing(&work.order)?;
        let records = self.records_under(&work, asked).await?;
        let refused = self.refused_visits(&work, &records, asked).await?;
        Ok(OrderCheck {
            number: work.order.number_text(),
            state: work.order.state.code(),
            missing: work.order.missing(work.needs).into_iter().map(OrderLack::code).collect(),
            refused,
        })
    }

    /// Reads what the tasks of the order rest on, as known of the day that is asked for.
    pub(super) async fn records_under(
        &self,
        work: &OrderWork,
        asked: Asked,
    ) -> Result<OrderRecords, AppError> {
        let now = self.records_now(work.tasks.iter().filter(|task| asked.of.has(task)), asked.day).await?;
        let line = self.methodology.planner.events.on(&work.order.event_kind, asked.day);
        let last = match line.is_some_and(|line| line.rotation) {
            true => Some(self.last_visits(asked.day).await?),
            false => None,
        };
        Ok(OrderRecords { now, last })
    }

    /// Asks the gate as at the signature, for every task that is asked about.
    pub(super) async fn refused_visits(
        &self,
        work: &OrderWork,
        records: &OrderRecords,
        asked: Asked,
    ) -> Result<Vec<RefusedVisit>, AppError> {
        let Order { plan, event_kind, .. } = &work.order;
        let day = asked.day;
        let plan = self.store.plan(*plan).await?.map(|stored| stored.plan);
        let categories = self.active_categories().await?;
        let mut refused = Vec::new();
        for task in work.tasks.iter().filter(|task| asked.of.has(task)) {
            let mut visits = plan.iter().flat_map(|plan| &plan.routes).flat_map(|route| &route.visits);
            let planned = visits.find(|visit| {
                visit.candidate.object == task.object && visit.candidate.control_kind == task.control_kind
            });
            let damaged = || StoreError::NotFound { what: "visit of the task", id: task.id.to_string() };
            let planned = planned.ok_or_else(damaged)?;
            let mut candidate = planned.candidate.clone();
            let key = (task.object, task.control_kind.clone());
            let active = categories.get(&key).copied();
            candidate.category = active.unwrap_or(RiskCategory::Low);
            candidate.category_decided = active.is_some();
            if let Some(last) = &records.last {
                let last = last.get(&key);
                candidate.last_partner = last.and_then(|last| last.partner.clone());
                candidate.last_inspector = last.map(|last| last.inspector.clone());
            }
            let now = self.ground_now(task, &records.now, day).await?;
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
                working_days: asked.working_days,
                manner: Manner::of(planned),
            };
            let lacks = order_refusals(&case, &self.methodology.planner, (Moment::Signing, day));
            if !lacks.is_empty() {
                let lacks = refusal_words(&lacks);
                refused.push(RefusedVisit { object_key: task.object_key.clone(), lacks });
            }
        }
        Ok(refused)
    }
}
