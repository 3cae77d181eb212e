//! What the day of planning finds: every object with its category, signs, tasks, facts and order of work.

use std::collections::{BTreeSet, HashMap, HashSet};

use dozor_domain::{ObjectId, RiskCategory, SignState, TaskState, Timestamp};
use dozor_planner::{ObjectState, OpenSign};
use dozor_store::{MadeVisit, SignScope, TaskFilter, TaskScope};
use jiff::civil::Date;

use super::day_facts::{opening, overdue_days, whole};
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
        let mut last_visits = self.last_visits(date).await?;
        let day = self.day(date)?;
        let mut cases = self.cases((&loaded, &table), (day, as_of)).await?;
        let mut signs = self.open_signs().await?;
        let open = TaskFilter { scope: TaskScope::Open, ..TaskFilter::default() };
        let open = self.store.tasks(&open).await?.into_iter();
        let open_tasks: HashSet<(ObjectId, String)> =
            open.map(|task| (task.object, task.control_kind)).collect();
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
                    prescription_overdue_days: overdue_days(&table, row, facts),
                    task_open: open_tasks.contains(&key),
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

    /// Returns who made the last visit with a result of a day before `date`, by what the tasks know. No fact says so: the
    /// scores do not know who inspects.
    async fn last_visits(&self, date: &str) -> Result<HashMap<(ObjectId, String), MadeVisit>, AppError> {
        let made = self.store.made_visits(date).await?.into_iter();
        Ok(made.map(|visit| ((visit.object, visit.control_kind.clone()), visit)).collect())
    }

    /// Returns score and probability of the latest finished run: the order of work inside a category.
    async fn order_of_work(&self) -> Result<HashMap<(ObjectId, String), (f64, Option<f64>)>, AppError> {
        let Some(run) = self.store.latest_run().await? else { return Ok(HashMap::new()) };
        let heads = self.store.assessment_heads(run.header.id).await?.into_iter();
        Ok(heads.map(|head| ((head.object, head.control_kind), (head.score, head.probability))).collect())
    }
}
