//! Makes a day's plan: what is known goes to the planner, what comes back to the checker, and a plan that passes is kept.

use std::ops::ControlFlow;

use dozor_domain::{Candidate, Plan};
use dozor_planner::{PlanRequest, check, check_complete, select, solve};
use serde_json::json;

use super::call::{MOST_ITERATIONS, PlanCall};
use super::report::{PlanReport, report_of};
use crate::day_listing::PlannedDay;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::progress::Progress;
use crate::staff::Duty;

impl Dozor {
    /// Plans a day and stores the plan as proposed. A day whose plan is approved keeps it: its tasks fill the shifts
    /// of those who carry them, so another plan of the day would send them to two places at once.
    ///
    /// # Errors
    /// [`AppError::DayOff`], [`AppError::NoInspectors`], [`AppError::IterationsTooMany`], [`AppError::PlanRefused`] when the checker finds anything.
    pub async fn plan(
        &self,
        call: &PlanCall,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<PlannedDay, AppError> {
        if let Some(iterations) = call.iterations.filter(|asked| *asked > MOST_ITERATIONS) {
            let (date, most) = (call.date.clone(), MOST_ITERATIONS);
            return Err(AppError::IterationsTooMany { date, iterations, most });
        }
        self.under_lease("plan", self.plan_under_lease(call, actor, progress)).await
    }

    async fn plan_under_lease(
        &self,
        call: &PlanCall,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<PlannedDay, AppError> {
        let date = self.day(&call.date)?;
        if !self.methodology.manifest.calendar.covers(date) {
            return Err(AppError::CalendarEnds { date: date.to_string() });
        }
        let as_of = self.instant(&date.to_string())?;
        if let Some(approved) = self.store.approved_plan(&date.to_string()).await? {
            let on_duty = approved.plan.routes.len();
            let report = PlanReport { approved: true, ..report_of(&approved.plan, true, on_duty) };
            return Ok(PlannedDay::of(&approved.plan, report));
        }
        let Duty { on: mut inspectors, off } = self.on_duty(date).await?;
        let pack = self.planner_now().await?;
        self.carry_over(&mut inspectors, date, &pack).await?;
        let mut states = self.object_states(as_of, &date.to_string(), progress).await?;
        self.name_owners(&mut states, &inspectors, (date, as_of)).await?;
        self.draw_second_visits(&mut states, date).await?;
        self.draw_reserve(&mut states, date, inspectors.len()).await?;
        progress.stage("plan", None);
        let (seed, iterations, limit) = (call.seed, call.iterations, call.limit.clone());
        let (on_duty, count) = (inspectors.clone(), inspectors.len());
        let plan = blocking("the plan", move || -> Result<Plan, AppError> {
            let pack = &pack;
            let selection = select(&states, pack, date);
            let candidates: Vec<Candidate> = selection
                .work
                .iter()
                .map(|work| work.candidate.clone())
                .chain(selection.left_out.iter().map(|left| left.candidate.clone()))
                .collect();
            let iterations = iterations.unwrap_or(pack.settings.search.iterations);
            let request =
                PlanRequest { date, parent: None, selection, inspectors: on_duty.clone(), seed, iterations };
            let mut watch = |_| match limit.is_up() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            };
            let plan = solve(&request, pack, &mut watch)?;
            let mut violations = check(&plan, pack);
            violations.extend(check_complete(&plan, &candidates.iter().collect::<Vec<_>>(), &on_duty));
            if violations.is_empty() {
                return Ok(plan);
            }
            let text: Vec<String> = violations.iter().map(ToString::to_string).collect();
            Err(AppError::PlanRefused { date: date.to_string(), violations: text.join("; ") })
        })
        .await??;
        let known = self.store.plan(plan.id).await?.is_some();
        let made_later = date < self.today().await?;
        let report = PlanReport { off_duty: off, made_later, ..report_of(&plan, known, count) };
        if !known {
            self.keep_plan(&plan, report.visits, actor).await?;
        }
        Ok(PlannedDay::of(&plan, report))
    }

    async fn keep_plan(&self, plan: &Plan, visits: usize, actor: &str) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.insert_plan(plan, self.now()).await?;
        let details = json!({ "date": plan.date, "seed": plan.seed, "iterations": plan.iterations,
            "visits": visits, "left_out": plan.left_out.len() });
        tx.audit(self.audit(actor, "plan", &plan.id.to_string(), &details));
        tx.commit().await?;
        Ok(())
    }
}
