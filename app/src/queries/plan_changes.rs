//! What the pages change about plans: a new one, an approval, tasks that are taken back.

use dozor_domain::{Minutes, PlanId, PlanState};
use dozor_store::User;

use super::Queries;
use super::codes::PlanStateCode;
use super::common::whole;
use super::plan_views::{PlanApproval, PlanApproved, PlanSummary, PlanWish, TaskReturnWish, TasksReturned};
use crate::approving::Approval;
use crate::error::AppError;
use crate::planning::{PlanCall, SearchLimit};
use crate::progress::Silent;
use crate::settling::TaskReturn;

impl Queries {
    /// Plans a day anew, e.g. when decisions moved what its waiting plan stands on.
    ///
    /// # Errors
    /// [`AppError::PlanDayPast`]; those of [`crate::Dozor::plan`].
    pub async fn plan_again(&self, body: PlanWish, by: &User) -> Result<PlanSummary, AppError> {
        let date = self.dozor.day(&body.date)?;
        if date < self.dozor.today().await? {
            return Err(AppError::PlanDayPast { date: date.to_string() });
        }
        let call = PlanCall {
            date: date.to_string(),
            seed: body.seed.map_or(1, u64::from),
            iterations: None,
            limit: SearchLimit::default(),
        };
        let report = self.dozor.plan(&call, &by.login, &Silent).await?.report;
        let state = if report.approved { PlanStateCode::Approved } else { PlanStateCode::Proposed };
        Ok(PlanSummary {
            id: report.plan.to_string(),
            date: report.date,
            state,
            visits: whole(report.visits),
            left_out: whole(report.left_out.values().sum::<usize>()),
            inspectors: whole(report.inspectors),
        })
    }

    /// Takes back the open tasks of a day, of one inspector or of all.
    ///
    /// # Errors
    /// Those of [`crate::Dozor::return_tasks`].
    pub async fn return_tasks(&self, body: TaskReturnWish, by: &User) -> Result<TasksReturned, AppError> {
        let call = TaskReturn {
            date: body.date,
            inspector: body.inspector,
            from: body.from.map(Minutes),
            reason: body.reason,
        };
        let report = self.dozor.return_tasks(&call, &by.login).await?;
        Ok(TasksReturned { tasks: whole(report.returned), orders_revoked: report.orders_revoked })
    }

    /// Approves the plan that was looked at.
    ///
    /// # Errors
    /// Those of [`crate::Dozor::approve_plan`].
    pub async fn approve_plan(
        &self,
        id: PlanId,
        body: PlanApproval,
        by: &User,
    ) -> Result<PlanApproved, AppError> {
        let named = body.expected_parent_id.as_deref();
        let unread = || AppError::PlanNotFound { plan: named.unwrap_or_default().to_owned() };
        let parent = named.map(|text| PlanId::parse(text).ok_or_else(unread)).transpose()?;
        let approval = Approval { plan: id, parent, by: by.name.clone() };
        let report = self.dozor.approve_plan(approval, &by.login).await?;
        let approved_at = match self.stored_plan(id).await?.state {
            PlanState::Approved { at, .. } => at,
            PlanState::Proposed => self.dozor.now(),
        };
        Ok(PlanApproved {
            plan_id: id.to_string(),
            tasks: whole(report.tasks),
            orders: whole(report.orders.len()),
            first_order_number: report.orders.iter().min().cloned(),
            last_order_number: report.orders.iter().max().cloned(),
            approved_by: by.name.clone(),
            approved_at: approved_at.to_string(),
        })
    }
}
