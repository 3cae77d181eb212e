//! Applying a change of the day: a new plan takes the place of the approved one, tasks come back or change their hour, new
//! ones get orders with their numbers; in one transaction, and only if it is the change that was shown.

use dozor_domain::{Ground, Plan, PlanId, PlanState, Route, SignEvent, Task, TaskEvent, Timestamp, Visit};
use dozor_planner::{OrderDraft, orders_and_tasks_of};
use dozor_store::{StoreError, WriteTx};
use serde::Serialize;
use serde_json::json;

use super::ReplanCall;
use super::difference::key_of;
use super::preparing::Prepared;
use super::urgent::refused;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;

/// So often a change is worked out anew when somebody else wrote meanwhile.
const ATTEMPTS: usize = 3;

/// Is a change of the day that somebody saw and wants.
#[derive(Clone, Debug)]
pub struct ReplanApply {
    /// What has happened, as it was said when the difference was shown.
    pub call: ReplanCall,
    /// The digest of the difference that was shown.
    pub digest: String,
    /// Why, in words: it stays on record.
    pub reason: String,
    /// Name of who applies it.
    pub by: String,
}

/// Says what applying did.
#[derive(Clone, Debug, Serialize)]
pub struct ReplanApplied {
    /// The plan that counts now.
    pub plan: PlanId,
    /// The one in whose place it stands.
    pub parent: PlanId,
    /// Numbers of the new orders.
    pub orders: Vec<String>,
    /// New tasks.
    pub tasks: usize,
    /// Tasks that came back.
    pub returned: usize,
    /// Tasks whose hour or place in the day changed.
    pub retimed: usize,
    /// Numbers of orders under which nothing is left to do.
    pub orders_revoked: Vec<String>,
}

/// Is what is issued anew.
struct Issued {
    plan: Plan,
    drafts: Vec<OrderDraft>,
    tasks: Vec<Task>,
}

impl Dozor {
    /// Applies a change of the day: the difference must be the one that was shown, and the approved plan still the one that
    /// it changes.
    ///
    /// # Errors
    /// [`AppError::ReplanStale`] when anything moved since; [`AppError::PlanNotApproved`], [`AppError::PlanDayPast`],
    /// [`AppError::CommentRequired`], [`AppError::OfficialEmpty`]; those of [`Dozor::replan`]; the gate's.
    pub async fn apply_replan(&self, apply: &ReplanApply, actor: &str) -> Result<ReplanApplied, AppError> {
        if apply.reason.trim().is_empty() {
            return Err(AppError::CommentRequired { verdict: "replanned" });
        }
        if apply.by.trim().is_empty() {
            return Err(AppError::OfficialEmpty);
        }
        if self.day(&apply.call.date)? < self.today().await? {
            return Err(AppError::PlanDayPast { date: apply.call.date.clone() });
        }
        let mut worked_out: Option<Plan> = None;
        for _ in 0..ATTEMPTS {
            let generation = self.store.generation().await?;
            let read = self.prepare_replan(&apply.call).await;
            // Read in the middle of what somebody else wrote: neither the day before nor the day after.
            if read.is_err() && self.store.generation().await? != generation {
                continue;
            }
            let prepared = read?;
            self.expect_shown(&prepared, apply)?;
            // The same plan has the same bound and prices: a second attempt is as quick as it was to show.
            let full = match worked_out.filter(|plan| plan.id == prepared.after.id) {
                Some(plan) => plan,
                None => self.in_full(&prepared, &apply.call).await?,
            };
            worked_out = Some(full.clone());
            // That takes a while, and visits begin meanwhile.
            self.expect_time_left(&prepared)?;
            let issued = self.issued(&prepared, full, apply.reason.trim()).await?;
            if let Some(applied) = self.write_replan(&prepared, issued, (apply.by.trim(), actor)).await? {
                return Ok(applied);
            }
        }
        Err(stale(&apply.call.date, "others were writing all the time"))
    }

    /// Compares what would be applied with what was shown.
    fn expect_shown(&self, prepared: &Prepared, apply: &ReplanApply) -> Result<(), AppError> {
        let plan = &prepared.before.plan;
        if prepared.before.state == PlanState::Proposed {
            return Err(AppError::PlanNotApproved { date: plan.date.clone() });
        }
        if prepared.digest()? != apply.digest {
            return Err(stale(&plan.date, "the difference is another one now"));
        }
        if prepared.difference.moves.is_empty() && prepared.difference.slots.is_empty() {
            return Err(refused(&plan.date, "nothing would change"));
        }
        Ok(())
    }

    /// Refuses a change of a visit for which somebody has left since the difference was shown, and one that should have
    /// begun by now.
    fn expect_time_left(&self, prepared: &Prepared) -> Result<(), AppError> {
        let (plan, difference) = (&prepared.before.plan, &prepared.difference);
        let is_today = self.clock_day()?.to_string() == plan.date;
        let minute = self.methodology.manifest.zone.minute_of(self.now()).filter(|_| is_today);
        let Some(minute) = minute else { return Ok(()) };
        let ended = difference.ends.iter().map(|(task, _)| task);
        let touched: Vec<&Task> = ended.chain(difference.slots.iter().map(|(task, _)| task)).collect();
        for route in &plan.routes {
            for visit in &route.visits {
                let left = route.departs(visit);
                let is_touched = touched.iter().any(|task| is_of(task, visit));
                if is_touched && left >= prepared.now && left < minute {
                    let key = &visit.candidate.key;
                    return Err(stale(&plan.date, &format!("somebody has left for {key} since")));
                }
            }
        }
        let mut fresh = prepared.after.routes.iter().flat_map(|route| &route.visits);
        match fresh.find(|visit| difference.fresh.contains(&key_of(visit)) && visit.start < minute) {
            Some(visit) => {
                Err(stale(&plan.date, &format!("{} should have begun by now", visit.candidate.key)))
            }
            None => Ok(()),
        }
    }

    /// Makes the plan that is stored, with the orders and tasks that are new: the gate is asked for each.
    async fn issued(&self, prepared: &Prepared, mut plan: Plan, reason: &str) -> Result<Issued, AppError> {
        let (pack, now) = (self.planner_of(&plan).await?, self.now());
        let fresh = prepared.difference.fresh.clone();
        if let Some(rest) = &mut plan.rest {
            reason.clone_into(&mut rest.reason);
        }
        blocking("the orders of the change", move || {
            let is_fresh = |_: &Route, visit: &Visit| fresh.contains(&key_of(visit));
            let (drafts, tasks) = orders_and_tasks_of(&plan, &pack, &is_fresh, now)?;
            Ok(Issued { plan, drafts, tasks })
        })
        .await?
    }

    /// Writes a change of the day; none when somebody wrote since it was worked out.
    async fn write_replan(
        &self,
        prepared: &Prepared,
        issued: Issued,
        (by, actor): (&str, &str),
    ) -> Result<Option<ReplanApplied>, AppError> {
        let Issued { plan, drafts, tasks } = issued;
        let (id, now) = (plan.id, self.now());
        let mut tx = self.store.begin().await?;
        // SQLite has one writer, so nothing moves from here to the commit; on PostgreSQL plan, tasks, orders and signs are
        // compared by the statements below as well.
        if self.store.generation().await? != prepared.generation {
            tx.rollback().await?;
            return Ok(None);
        }
        let coded = |fault| coded(&plan.date, fault);
        tx.insert_plan(&plan, now).await.map_err(coded)?;
        tx.approve_plan(id, by, now).await.map_err(coded)?;
        come_back(&mut tx, prepared, (actor, now)).await.map_err(|fault| restaled(&plan.date, fault))?;
        let mut orders = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let number = tx.next_order_number(&self.methodology.manifest.name, draft.year).await?;
            orders.push(draft.numbered(number, now)?);
        }
        tx.insert_orders(&orders).await?;
        tx.insert_tasks(&tasks).await.map_err(coded)?;
        carry_signs(&mut tx, prepared, &tasks).await.map_err(|fault| restaled(&plan.date, fault))?;
        let settled = prepared.settlement.report();
        let applied = ReplanApplied {
            plan: id,
            parent: prepared.before.plan.id,
            orders: orders.iter().map(dozor_domain::Order::number_text).collect(),
            tasks: tasks.len(),
            returned: settled.returned,
            retimed: prepared.difference.slots.len(),
            orders_revoked: settled.orders_revoked,
        };
        let returned: Vec<_> = prepared.settlement.tasks.iter().map(|(_, task)| task.id).collect();
        let details = json!({ "parent": applied.parent, "orders": applied.orders, "tasks": applied.tasks,
            "returned": returned, "retimed": applied.retimed, "orders_revoked": applied.orders_revoked });
        tx.audit(self.audit(actor, "apply_replan", &id.to_string(), &details));
        tx.commit().await?;
        Ok(Some(applied))
    }
}

/// Takes back what comes back, and gives the rest its new places.
async fn come_back(
    tx: &mut WriteTx,
    prepared: &Prepared,
    (actor, now): (&str, Timestamp),
) -> Result<(), AppError> {
    prepared.settlement.write(tx, actor).await?;
    for (task, slot) in &prepared.difference.slots {
        let after = task.clone().apply(TaskEvent::Reschedule { slot: *slot }, now)?;
        tx.reschedule_task(task, &after).await?;
    }
    Ok(())
}

/// Marks the signs that the new tasks carry.
async fn carry_signs(tx: &mut WriteTx, prepared: &Prepared, tasks: &[Task]) -> Result<(), AppError> {
    for task in tasks {
        let Ground::Sign { sign, .. } = &task.ground else { continue };
        let gone = || AppError::SignNotFound { sign: sign.to_string() };
        let known = prepared.standing.as_ref().and_then(|standing| standing.sign(*sign));
        let sign = known.ok_or_else(gone)?.clone();
        let (before, after) = (sign.state.clone(), sign.apply(SignEvent::Task)?);
        tx.change_sign(after.id, &before, &after.state).await?;
    }
    Ok(())
}

fn is_of(task: &Task, visit: &Visit) -> bool {
    task.object == visit.candidate.object && task.control_kind == visit.candidate.control_kind
}

fn stale(date: &str, moved: &str) -> AppError {
    AppError::ReplanStale { date: date.to_owned(), moved: moved.to_owned() }
}

fn restaled(date: &str, fault: AppError) -> AppError {
    match fault {
        AppError::Store(fault) => coded(date, fault),
        other => other,
    }
}

fn coded(date: &str, fault: StoreError) -> AppError {
    match fault {
        StoreError::PlanReplaced { .. } | StoreError::Constraint { .. } => {
            stale(date, "another plan took the day")
        }
        StoreError::StateChanged { what, .. } => stale(date, &format!("a {what} moved at this moment")),
        StoreError::TaskAlreadyOpen { .. } => stale(date, "a task was opened at this moment"),
        other => other.into(),
    }
}
