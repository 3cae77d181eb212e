//! Approval of a plan: everything it stands on is asked again in the transaction that issues its orders and tasks.

use std::sync::Arc;

use dozor_domain::{Ground, PlanId, PlanState, SignEvent};
use dozor_planner::orders_and_tasks;
use dozor_store::{StoreError, StoredPlan};
use serde::Serialize;
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;

/// Is what somebody approves.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The plan.
    pub plan: PlanId,
    /// The approved plan of the day that he saw; none when the day had none.
    pub parent: Option<PlanId>,
    /// His name.
    pub by: String,
}

/// Says what an approval issued.
#[derive(Clone, Debug, Serialize)]
pub struct ApproveReport {
    /// The plan.
    pub plan: PlanId,
    /// Orders with their numbers.
    pub orders: Vec<String>,
    /// Tasks.
    pub tasks: usize,
}

impl Dozor {
    /// Approves a proposed plan: numbers its orders without gaps, issues its tasks, marks its signs as tasked; all
    /// or nothing. Compare-and-set on the plan that was the day's head when this one was made.
    ///
    /// # Errors
    /// [`AppError::OfficialEmpty`], [`AppError::PlanNotFound`], [`AppError::PlanAlreadyApproved`];
    /// [`AppError::PlanStale`] names what moved since it was made, [`AppError::PlanDayPast`] when its day is over; the
    /// store's.
    pub async fn approve_plan(&self, approval: Approval, actor: &str) -> Result<ApproveReport, AppError> {
        let id = approval.plan;
        let by = approval.by.trim();
        if by.is_empty() {
            return Err(AppError::OfficialEmpty);
        }
        let plan = self.approvable(&approval).await?.plan;
        let now = self.now();
        let planner = self.planner_of(&plan).await?;
        let (drafts, tasks) = orders_and_tasks(&plan, &planner, now)?;
        let pack = self.methodology.manifest.name.clone();
        let facts = Arc::new(self.standing_facts(&plan).await?);
        let mut tx = self.store.begin().await?;
        // SQLite has one writer, so nothing moves from here to the commit; on PostgreSQL signs and tasks are also
        // compared by the statements below.
        let standing = self.standing(facts).await?;
        if self.store.last_seq().await? != standing.up_to_seq() {
            return Err(moved_since(id, "records were delivered at this moment"));
        }
        standing.still_carries(&plan)?;
        tx.approve_plan(id, by, now).await.map_err(|fault| coded(id, fault))?;
        let mut orders = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let number = tx.next_order_number(&pack, draft.year).await?;
            orders.push(draft.numbered(number, now)?);
        }
        tx.insert_orders(&orders).await?;
        tx.insert_tasks(&tasks).await?;
        for task in &tasks {
            let Ground::Sign { sign, .. } = &task.ground else { continue };
            let gone = || AppError::SignNotFound { sign: sign.to_string() };
            let sign = standing.sign(*sign).ok_or_else(gone)?;
            let after = sign.clone().apply(SignEvent::Task)?;
            tx.change_sign(sign.id, &sign.state, &after.state).await?;
        }
        let numbers: Vec<String> = orders.iter().map(dozor_domain::Order::number_text).collect();
        let details = json!({ "orders": numbers, "tasks": tasks.len() });
        tx.audit(self.audit(actor, "approve_plan", &id.to_string(), &details));
        tx.commit().await?;
        Ok(ApproveReport { plan: id, orders: numbers, tasks: tasks.len() })
    }

    /// Returns the plan if it waits, is the one that was looked at, and its day is not over.
    async fn approvable(&self, approval: &Approval) -> Result<StoredPlan, AppError> {
        let name = approval.plan.to_string();
        let stored = self.store.plan(approval.plan).await?;
        let stored = stored.ok_or_else(|| AppError::PlanNotFound { plan: name.clone() })?;
        if let PlanState::Approved { .. } = stored.state {
            return Err(AppError::PlanAlreadyApproved { plan: name });
        }
        if approval.parent != stored.plan.parent {
            return Err(another_plan(approval.plan));
        }
        if self.day(&stored.plan.date)? < self.today().await? {
            return Err(AppError::PlanDayPast { date: stored.plan.date });
        }
        Ok(stored)
    }
}

fn another_plan(plan: PlanId) -> AppError {
    moved_since(plan, "another plan took the day")
}

fn moved_since(plan: PlanId, moved: &str) -> AppError {
    AppError::PlanStale { plan: plan.to_string(), moved: moved.to_owned() }
}

fn coded(plan: PlanId, fault: StoreError) -> AppError {
    match fault {
        StoreError::PlanReplaced { .. } => another_plan(plan),
        StoreError::StateChanged { .. } => AppError::PlanAlreadyApproved { plan: plan.to_string() },
        other => other.into(),
    }
}
