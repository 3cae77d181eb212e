//! What the day of planning finds: every object with its category, signs, tasks, facts and order of work.

use std::collections::{BTreeSet, HashMap};

use dozor_domain::{ObjectId, RiskCategory, SignState, TaskState, Timestamp};
use dozor_planner::{GroundKind, ObjectState, OpenSign, OpenWork};
use dozor_store::{SignScope, TaskFilter, TaskScope};
use jiff::civil::Date;

use super::day_facts::{opening, whole};
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::progress::Progress;

impl Dozor {
    /// Returns every object under every control kind as the day of planning finds it.
    pub(crate) async fn object_states(
        &self,
        as_of: Timestamp,
        date: &str,
        progress: &dyn Progress,
    ) -> Result<Vec<ObjectState>, AppError> {
        let facts = &self.methodology.planner.settings.facts;
        let (loaded, table) = self.compute_part(&facts.named(), as_of, progress).await?;
        let active = self.active_categories().await?;
        let work = self.order_of_work().await?;
        let day = self.day(date)?;
        let mut last_visits = self.last_visits(day).await?;
        let mut cases = self.cases((&loaded, &table), (day, as_of)).await?;
        let overdue = self.overdue_prescriptions((&loaded, &table), as_of).await?;
        let mut signs = self.open_signs().await?;
        let mut open_work = self.open_work(day).await?;
        let deferred = self.deferred_from(day).await?;
        let mut states = Vec::new();
        for row in 0..table.len() {
            let Some(index) = loaded.objects.index_of(table.object_id(row)) else { continue };
            let object = &loaded.objects.rows()[index as usize];
            for control in self.methodology.manifest.control_kinds_of(&object.kind) {
                let key = (object.id, control.code.clone());
                let category = active.get(&key).copied();
                let last = last_visits.remove(&key);
                let (score, probability) = work.get(&key).copied().unwrap_or_default();
                states.push(ObjectState {
                    object: object.id,
                    key: object.key.clone(),
                    object_kind: object.kind.clone(),
                    control_kind: control.code.clone(),
                    category: category.unwrap_or(RiskCategory::Low),
                    category_decided: category.is_some(),
                    signs: signs.remove(&key).unwrap_or_default(),
                    days_since_last_event: whole(&table, row, facts.last_event.as_deref()),
                    prescription_overdue_days: overdue.get(&object.id).copied().unwrap_or(0),
                    task_open: open_work.remove(&key),
                    deferred_until: deferred.get(&key).copied(),
                    position: object.position,
                    opening: opening(&table, row, facts),
                    appointment: None,
                    territory: object.territory.clone(),
                    score,
                    probability,
                    last_partner: last.as_ref().and_then(|last| last.partner.clone()),
                    last_inspector: last.map(|last| last.inspector),
                    owners: BTreeSet::new(),
                    drawn: None,
                    case: cases.remove(&key).unwrap_or_default(),
                });
            }
        }
        self.at_another_hour(&mut states, date).await?;
        let known = (&loaded.objects, loaded.up_to_seq);
        let agreed = self.agreed_visits(known, (day, as_of)).await?;
        for state in &mut states {
            state.appointment = agreed.of(state.object, &state.control_kind);
        }
        Ok(states)
    }

    /// Returns the signs that a visit may rest on, or that wait for the desk.
    async fn open_signs(&self) -> Result<HashMap<(ObjectId, String), Vec<OpenSign>>, AppError> {
        let mut signs: HashMap<(ObjectId, String), Vec<OpenSign>> = HashMap::new();
        for sign in self.store.signs(SignScope::Open).await? {
            let verdict = match &sign.state {
                SignState::Detected => None,
                SignState::Desk { verdict, .. } => Some(*verdict),
                SignState::Tasked { .. } | SignState::Field { .. } | SignState::Expired => continue,
            };
            let open = OpenSign { sign: sign.id, rule: sign.rule, priority: sign.priority, verdict };
            signs.entry((sign.object, sign.control_kind)).or_default().push(open);
        }
        Ok(signs)
    }

    /// Returns what open tasks are there for on a day, by object and control kind.
    async fn open_work(&self, day: Date) -> Result<HashMap<(ObjectId, String), OpenWork>, AppError> {
        let open = TaskFilter { scope: TaskScope::Open, ..TaskFilter::default() };
        let extended = self.last_days_extended().await?;
        let mut work: HashMap<(ObjectId, String), OpenWork> = HashMap::new();
        for task in self.store.tasks(&open).await? {
            // Where the calendar ends nobody waits longer than the day of the visit.
            let until = match self.waited_until(&task, &extended)? {
                Some(last) => last,
                None => self.day(&task.date)?,
            };
            let known = work.entry((task.object, task.control_kind)).or_default();
            known.grounds.insert(GroundKind::of(&task.ground));
            let last = match extended.get(&task.order) {
                Some(last) => *last,
                None => self.day(&task.date)?,
            };
            let on = Some(last).filter(|last| *last >= day);
            known.on = known.on.into_iter().chain(on).min();
            known.until = known.until.max(until);
        }
        Ok(work)
    }

    /// Returns what is put off on a day, each with the first day on which it may be planned again.
    pub(crate) async fn deferred_from(
        &self,
        day: Date,
    ) -> Result<HashMap<(ObjectId, String), Date>, AppError> {
        let mut deferred = HashMap::new();
        for task in self.store.deferred_tasks().await? {
            let TaskState::Deferred { until, .. } = task.state else { continue };
            if until > day {
                let known = deferred.entry((task.object, task.control_kind)).or_insert(until);
                *known = until.max(*known);
            }
        }
        Ok(deferred)
    }

    pub(crate) async fn active_categories(
        &self,
    ) -> Result<HashMap<(ObjectId, String), RiskCategory>, AppError> {
        let rows = self.store.active_assignments().await?.into_iter();
        Ok(rows
            .map(|row| ((row.assignment.object, row.assignment.control_kind), row.assignment.category))
            .collect())
    }

    /// Returns score and probability of the latest finished run: the order of work inside a category.
    async fn order_of_work(&self) -> Result<HashMap<(ObjectId, String), (f64, Option<f64>)>, AppError> {
        let Some(run) = self.store.latest_run().await? else { return Ok(HashMap::new()) };
        let heads = self.store.assessment_heads(run.header.id).await?.into_iter();
        Ok(heads.map(|head| ((head.object, head.control_kind), (head.score, head.probability))).collect())
    }
}
