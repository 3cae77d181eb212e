//! Everything about a change of the day before anything is written: the new plan, the difference, and what it stands on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dozor_domain::{
    Carried, FieldFinding, Minutes, Plan, PlanState, Task, TaskEvent, TaskState, hex, sha256,
};
use dozor_planner::{Disturbance, PlannerPack, Replanned, Told, Work, check, replan, replan_in_full};
use dozor_store::{StoreError, StoredPlan, TaskFilter};

use super::ReplanCall;
use super::difference::{Difference, Key, Standing as Day, compare, key_of, speaking};
use super::handing::{expect_handed, handed};
use super::urgent::refused;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::plan_standing::Standing;
use crate::settlement::{Settlement, settle};

/// Each round takes out what its plan would have begun anew on a ground that has lapsed; after so many something is wrong.
const ROUNDS: usize = 8;

/// Is a change of the day, ready to be shown or applied.
pub(super) struct Prepared {
    /// The plan that counts.
    pub(super) before: StoredPlan,
    /// The plan that would take its place.
    pub(super) after: Plan,
    pub(super) now: Minutes,
    pub(super) begun: usize,
    /// What the planner was told: it makes the same plan of it again.
    pub(super) disturbance: Disturbance,
    pub(super) difference: Difference,
    /// What becomes of tasks, orders and signs that come back.
    pub(super) settlement: Settlement,
    /// What the new tasks stand on, once those have come back; none where the plan is not approved.
    pub(super) standing: Option<Standing>,
    /// Commits that were there before anything was read.
    pub(super) generation: i64,
}

/// Is the day as it was read.
struct Read {
    before: StoredPlan,
    tasks: Option<Vec<Task>>,
    urgent: Vec<Work>,
    dropped: BTreeSet<Key>,
    handed: BTreeMap<Key, String>,
    absent: BTreeSet<String>,
    /// What the inspectors have left of earlier days and the plan does not know.
    carried: BTreeMap<String, Carried>,
    now: Minutes,
}

impl Prepared {
    /// Names the difference and everything that it rests on.
    pub(super) fn digest(&self) -> Result<String, AppError> {
        let tasks = self.difference.ends.iter().map(|(task, reason)| (task.id, task.state.code(), *reason));
        let slots = self.difference.slots.iter().map(|(task, _)| (task.id, task.state.code()));
        let parts = (&self.after, tasks.collect::<Vec<_>>(), slots.collect::<Vec<_>>());
        let json = serde_json::to_vec(&parts)
            .map_err(|source| StoreError::Json { what: "change of a plan", source })?;
        Ok(hex(&sha256(&json)))
    }
}

impl Dozor {
    /// Plans the rest of a day anew and works out what that would do; reads only.
    pub(super) async fn prepare_replan(&self, call: &ReplanCall) -> Result<Prepared, AppError> {
        Self::expect_bounded(call)?;
        let generation = self.store.generation().await?;
        let read = self.read_day(call).await?;
        let standing = match &read.tasks {
            Some(_) => {
                let facts = Arc::new(self.standing_facts(&read.before.plan).await?);
                Some(self.standing(facts).await?)
            }
            None => None,
        };
        let mut lapsed: BTreeMap<Key, String> = BTreeMap::new();
        let urgent: BTreeSet<Key> = read.urgent.iter().map(work_key).collect();
        for _ in 0..ROUNDS {
            let (made, disturbance) = self.made(&read, call, &lapsed).await?;
            let tasks = read.tasks.as_deref();
            let day = Day { plan: &read.before.plan, tasks, urgent: &urgent, lapsed: &lapsed };
            let difference = compare(&day, &made.plan);
            let settlement = self.settled(&difference).await?;
            let standing = standing.clone().map(|standing| standing.after(&settlement));
            let found = new_lapses(&made.plan, &difference, standing.as_ref())?;
            if found.is_empty() {
                let (after, begun) = (made.plan, made.begun);
                let (before, now) = (read.before, read.now);
                return Ok(Prepared {
                    before,
                    after,
                    now,
                    begun,
                    disturbance,
                    difference,
                    settlement,
                    standing,
                    generation,
                });
            }
            lapsed.extend(found);
        }
        Err(AppError::PlanRefused {
            date: call.date.clone(),
            violations: "its grounds keep moving".to_owned(),
        })
    }

    async fn read_day(&self, call: &ReplanCall) -> Result<Read, AppError> {
        let date = self.day(&call.date)?.to_string();
        let stored = self.plan_in_force(&date).await?;
        let before = stored.ok_or_else(|| AppError::PlanNotFound { plan: call.date.clone() })?;
        let tasks = match before.state {
            PlanState::Approved { .. } => {
                let filter = TaskFilter { date: Some(date), ..TaskFilter::default() };
                Some(self.store.tasks(&filter).await?)
            }
            PlanState::Proposed => None,
        };
        let plan = &before.plan;
        let mut dropped = dropped(plan, &call.dropped)?;
        dropped.extend(tasks.iter().flatten().filter_map(put_off));
        let handed = handed(plan, &call.handed)?;
        let planned: BTreeSet<Key> = match &tasks {
            Some(tasks) => speaking(tasks).into_keys().collect(),
            None => plan.visits().map(|(_, visit)| key_of(visit)).collect(),
        };
        let urgent = self.urgent(&call.urgent, plan, &planned).await?;
        let absent = absent(plan, call)?;
        let carried = self.carried_since(plan).await?;
        // What was done by the last change of the day is not undone by one that looks back.
        let changed = plan.rest.as_ref().map(|rest| rest.now).unwrap_or_default();
        let now = self.replan_minute(call)?.max(changed);
        Ok(Read { tasks, urgent, dropped, handed, absent, carried, now, before })
    }

    /// Plans the rest of the day without what has lapsed, and has it checked.
    async fn made(
        &self,
        read: &Read,
        call: &ReplanCall,
        lapsed: &BTreeMap<Key, String>,
    ) -> Result<(Replanned, Disturbance), AppError> {
        let plan = read.before.plan.clone();
        let pack = self.planner_of(&plan).await?;
        let mut dropped = read.dropped.clone();
        dropped.extend(lapsed.keys().cloned());
        let told = read.tasks.as_deref().map(|tasks| told(&plan, tasks)).unwrap_or_default();
        let (absent, urgent, handed) = (read.absent.clone(), read.urgent.clone(), read.handed.clone());
        let carried = read.carried.clone();
        let disturbance = Disturbance { now: read.now, absent, dropped, urgent, handed, carried, told };
        let search = (call.seed, call.iterations);
        blocking("the rest of the day", move || {
            let made = replan(&plan, &pack, &disturbance, search)?;
            expect_handed(&made.plan, &disturbance)?;
            expect_sound(&made.plan, &pack)?;
            Ok((made, disturbance))
        })
        .await?
    }

    /// Says of the plan that would be kept what nobody waited for to whom the change was shown: its bound, and what would have to
    /// give way for what stays out. It is the same plan in all else.
    pub(super) async fn in_full(&self, prepared: &Prepared, call: &ReplanCall) -> Result<Plan, AppError> {
        let (before, shown) = (prepared.before.plan.clone(), prepared.after.id);
        let pack = self.planner_of(&before).await?;
        let (disturbance, search) = (prepared.disturbance.clone(), (call.seed, call.iterations));
        blocking("the plan of the rest of the day", move || {
            let made = replan_in_full(&before, &pack, &disturbance, search)?;
            expect_sound(&made.plan, &pack)?;
            if made.plan.id == shown {
                return Ok(made.plan);
            }
            let violations = format!("worked out again it is {} and not {shown}", made.plan.id);
            Err(AppError::PlanRefused { date: before.date, violations })
        })
        .await?
    }

    /// Works out what becomes of the tasks that come back, of their orders and signs.
    async fn settled(&self, difference: &Difference) -> Result<Settlement, AppError> {
        let tasks: Vec<Task> = difference.ends.iter().map(|(task, _)| task.clone()).collect();
        let back = |reason: &str| TaskEvent::Return { reason: reason.to_owned() };
        let ends = difference.ends.iter().map(|(_, reason)| (back(reason), FieldFinding::Nothing)).collect();
        let ties = self.ties(&tasks).await?;
        settle(tasks, ends, &ties, self.now())
    }
}

/// Has the checker look at a plan.
fn expect_sound(plan: &Plan, pack: &PlannerPack) -> Result<(), AppError> {
    let violations = check(plan, pack);
    if violations.is_empty() {
        return Ok(());
    }
    let text: Vec<String> = violations.iter().map(ToString::to_string).collect();
    Err(AppError::PlanRefused { date: plan.date.clone(), violations: text.join("; ") })
}

fn work_key(work: &Work) -> Key {
    (work.candidate.object, work.candidate.control_kind.clone())
}

/// Returns the work of a task that the head has put off: no change of its day brings it back.
fn put_off(task: &Task) -> Option<Key> {
    let is_it = matches!(task.state, TaskState::Deferred { .. });
    is_it.then(|| (task.object, task.control_kind.clone()))
}

/// Returns the work of the day on objects that need not be visited any more.
fn dropped(plan: &Plan, keys: &[String]) -> Result<BTreeSet<Key>, AppError> {
    let visits = plan.routes.iter().flat_map(|route| &route.visits).map(|visit| &visit.candidate);
    let all: Vec<_> = visits.chain(plan.left_out.iter().map(|out| &out.candidate)).collect();
    let mut dropped = BTreeSet::new();
    for key in keys {
        let of_it = all.iter().filter(|candidate| candidate.key == *key);
        let before = dropped.len();
        dropped.extend(of_it.map(|candidate| (candidate.object, candidate.control_kind.clone())));
        if dropped.len() == before {
            return Err(refused(key, "the day's plan does not have it"));
        }
    }
    Ok(dropped)
}

/// Returns who begins nothing more: those who are named, and those who were away before and are not back.
fn absent(plan: &Plan, call: &ReplanCall) -> Result<BTreeSet<String>, AppError> {
    let is_in_plan = |key: &&String| plan.routes.iter().any(|route| route.inspector.key == **key);
    if let Some(stranger) = call.absent.iter().chain(&call.back).find(|key| !is_in_plan(key)) {
        return Err(refused(stranger, "the day's plan has no inspector of this key"));
    }
    let mut away = plan.rest.as_ref().map(|rest| rest.away.clone()).unwrap_or_default();
    away.retain(|key| !call.back.contains(key));
    away.extend(call.absent.iter().cloned());
    Ok(away)
}

/// Says what the tasks tell of the plan's visits, where it is not what their hours say.
fn told(plan: &Plan, tasks: &[Task]) -> BTreeMap<Key, Told> {
    let speaking = speaking(tasks);
    let has_task: BTreeSet<Key> = tasks.iter().map(|task| (task.object, task.control_kind.clone())).collect();
    let visits = plan.visits().map(|(_, visit)| key_of(visit));
    visits
        .filter_map(|key| match speaking.get(&key).map(|task| &task.state) {
            // Somebody is on his way, is there or was; what came of it does not matter.
            Some(state) if !state.is_waiting() => Some((key, Told::Begun)),
            None if has_task.contains(&key) => Some((key, Told::Free)),
            Some(_) | None => None,
        })
        .collect()
}

/// Says which new tasks would stand on what no longer holds.
fn new_lapses(
    after: &Plan,
    difference: &Difference,
    standing: Option<&Standing>,
) -> Result<Vec<(Key, String)>, AppError> {
    let Some(standing) = standing else { return Ok(Vec::new()) };
    let mut lapses = Vec::new();
    for route in &after.routes {
        for visit in route.visits.iter().filter(|visit| difference.fresh.contains(&key_of(visit))) {
            if let Some(other) = standing.other_inspector(&route.inspector) {
                let problem =
                    format!("new work is not for him as the plan has him: {other}; name him as absent");
                return Err(refused(&route.inspector.key, &problem));
            }
            lapses.extend(standing.moved(visit).map(|text| (key_of(visit), text)));
        }
    }
    Ok(lapses)
}
