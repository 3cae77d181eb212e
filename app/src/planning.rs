//! `plan`: active categories, desk verdicts and facts become candidates; the planner makes an immutable plan, the
//! independent checker must find nothing. Approval is `approving.rs`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use dozor_domain::{
    Candidate, LeftOutReason, Minutes, ObjectId, Opening, Plan, PlanId, PlanState, RiskCategory, SignState,
    TaskState, Timestamp, TravelTimesUsed, Zone,
};
use dozor_facts::FactsTable;
use dozor_planner::{
    Attempt, ObjectState, OpenSign, PlanRequest, PlannerFacts, check, check_complete, select, solve,
};
use dozor_store::{EndedVisit, MadeVisit, PlanHead, SignScope, StoredPlan, TaskFilter, TaskScope};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;

use crate::day_listing::PlannedDay;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::progress::Progress;
use crate::settlement::IN_VAIN;
use crate::staff::{Duty, OffDuty};

/// Is what a plan is asked for.
#[derive(Clone, Debug)]
pub struct PlanCall {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Seed of the search.
    pub seed: u64,
    /// Iterations; none = the pack's number.
    pub iterations: Option<u64>,
    /// Ends the search before its iterations are done.
    pub limit: SearchLimit,
}

/// Says when a search has taken long enough. The edge gives it: nothing here looks at a clock.
#[derive(Clone)]
pub struct SearchLimit(Arc<dyn Fn() -> bool + Send + Sync>);

impl SearchLimit {
    /// Wraps a question that the search asks over and over, first when it starts: is the time up?
    pub fn new(is_up: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(is_up))
    }
}

impl Default for SearchLimit {
    fn default() -> Self {
        Self::new(|| false)
    }
}

impl std::fmt::Debug for SearchLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchLimit")
    }
}

/// Says what a plan holds.
#[derive(Clone, Debug, Serialize)]
pub struct PlanReport {
    /// The plan.
    pub plan: PlanId,
    /// The day.
    pub date: String,
    /// Whether it was stored before this call.
    pub known: bool,
    /// Whether it is approved: then it stands, and nothing was searched.
    pub approved: bool,
    /// Whether the day was over when the plan was made: it holds what was known later, and is not shown as that day's plan.
    pub made_later: bool,
    /// Inspectors on duty.
    pub inspectors: usize,
    /// Those who are not although the day is theirs.
    pub off_duty: Vec<OffDuty>,
    /// Visits planned.
    pub visits: usize,
    /// Sum of their values.
    pub value: f64,
    /// What no plan of the day could exceed.
    pub bound: Option<f64>,
    /// Iterations done.
    pub iterations: u64,
    /// SHA-256 of the whole plan as JSON: the same inputs give the same plan, byte for byte.
    pub content: String,
    /// Visits by category code.
    pub visits_by_category: BTreeMap<String, usize>,
    /// Candidates left out, by reason code.
    pub left_out: BTreeMap<String, usize>,
    /// Imported travel times by mode, with how many ways they had; empty where all ways are the great circle's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub travel_times: Vec<TravelTimesUsed>,
}

impl Dozor {
    /// Reads a civil day.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`].
    pub fn day(&self, text: &str) -> Result<Date, AppError> {
        read_date(text)
    }

    /// Plans a day and stores the plan as proposed. A day whose plan is approved keeps it: its tasks fill the shifts
    /// of those who carry them, so another plan of the day would send them to two places at once.
    ///
    /// # Errors
    /// [`AppError::DayOff`], [`AppError::NoInspectors`], [`AppError::PlanRefused`] when the checker finds anything.
    pub async fn plan(
        &self,
        call: &PlanCall,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<PlannedDay, AppError> {
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
        let Duty { on: inspectors, off } = self.on_duty(date).await?;
        let mut states = self.object_states(as_of, &date.to_string(), progress).await?;
        self.name_owners(&mut states, &inspectors, (date, as_of)).await?;
        self.draw_second_visits(&mut states, date).await?;
        self.draw_reserve(&mut states, date, inspectors.len()).await?;
        progress.stage("plan", None);
        let pack = self.planner_now().await?;
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
            let mut watch = |_| match (limit.0)() {
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

    /// Leaves out plans that were made when their day was over: they hold what was known later, and nobody went by them.
    pub(crate) async fn made_in_time(&self, mut heads: Vec<PlanHead>) -> Result<Vec<PlanHead>, AppError> {
        let today = self.today().await?;
        heads.retain(|head| {
            let is_over = self.day(&head.date).is_ok_and(|day| day < today);
            let was_over = self.end_of_day(&head.date).is_ok_and(|end| head.created_at >= end);
            !(head.state == PlanState::Proposed && is_over && was_over)
        });
        Ok(heads)
    }

    /// Returns the plan that counts on a day: the approved one, else the newest that waits and was made in time.
    pub(crate) async fn plan_in_force(&self, date: &str) -> Result<Option<StoredPlan>, AppError> {
        /// Nobody plans one day more often.
        const NEWEST: i64 = 1_000;
        if let Some(approved) = self.store.approved_plan(date).await? {
            return Ok(Some(approved));
        }
        match self.made_in_time(self.store.plans(Some(date), NEWEST).await?).await?.first() {
            Some(head) => Ok(self.store.plan(head.id).await?),
            None => Ok(None),
        }
    }

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
        self.keep_appointments(&mut states, known, (day, as_of)).await?;
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

    /// Moves the next attempt at a closed door to the other half of a day, as the pack's rule says.
    async fn at_another_hour(&self, states: &mut [ObjectState], date: &str) -> Result<(), AppError> {
        let settings = &self.methodology.planner.settings;
        let Some(rule) = settings.attempts else { return Ok(()) };
        let (day, calendar) = (self.day(date)?, &self.methodology.manifest.calendar);
        let mut vain = HashMap::new();
        for ended in self.store.ended_visits(date).await? {
            // A result ends the row of attempts; a task that the head took back was none.
            let start = tried_at(&ended, &self.methodology.manifest.zone);
            let key = (ended.object, ended.control_kind);
            match start {
                Some(start) => vain.insert(key, (ended.date, start)),
                None if matches!(ended.state, TaskState::Closed { .. }) => vain.remove(&key),
                None => continue,
            };
        }
        for state in states {
            let Some((on, start)) = vain.get(&(state.object, state.control_kind.clone())) else { continue };
            let attempt = Attempt { on: self.day(on)?, start: *start };
            let opening = state.opening.or_else(|| settings.opening_of(&state.object_kind));
            state.opening = rule.next_opening(attempt, (day, calendar), (opening, settings.default_shift()));
        }
        Ok(())
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

/// Returns the minute at which somebody went in vain, as he said himself, else as it was planned; none where nobody did.
fn tried_at(ended: &EndedVisit, zone: &Zone) -> Option<Minutes> {
    if let TaskState::NoAccess { at, .. } = ended.state {
        return Some(zone.minute_of(at).unwrap_or(ended.start));
    }
    let is_back = matches!(&ended.state, TaskState::Returned { reason } if reason == IN_VAIN);
    is_back.then_some(ended.start)
}

/// Reads a civil day, written `YYYY-MM-DD` only: plans are found by that text.
pub(crate) fn read_date(text: &str) -> Result<Date, AppError> {
    let day = text.parse().ok().filter(|day: &Date| day.to_string() == text);
    day.ok_or_else(|| AppError::DateInvalid { text: text.to_owned() })
}

pub(crate) fn whole(table: &FactsTable, row: usize, fact: Option<&str>) -> Option<i64> {
    let number = table.float(row, table.column(fact?)?)?;
    // Days of a pack's history fit f64 exactly; the cast saturates on anything else.
    Some(number as i64)
}

/// Returns by how many days a prescription is overdue while nobody has looked. A visit with a result after the end of the
/// term is its follow-up: what that found goes to a case or to the register, and asks for no visit of every next day.
pub(crate) fn overdue_days(table: &FactsTable, row: usize, facts: &PlannerFacts) -> i64 {
    let overdue = whole(table, row, facts.prescription_overdue.as_deref()).unwrap_or(0);
    let followed_up = whole(table, row, facts.last_result.as_deref()).is_some_and(|days| days < overdue);
    if followed_up { 0 } else { overdue }
}

/// Reads when work may begin at an object; none where the records do not say both.
fn opening(table: &FactsTable, row: usize, facts: &PlannerFacts) -> Option<Opening> {
    let minutes =
        |fact: &Option<String>| u32::try_from(whole(table, row, fact.as_deref())?).ok().map(Minutes);
    Some(Opening { opens: minutes(&facts.opens)?, closes: minutes(&facts.closes)? })
}

/// Returns the code of a reason, as the API and the counts name it.
pub fn left_out_code(reason: &LeftOutReason) -> &'static str {
    match reason {
        LeftOutReason::NoLawfulEvent { .. } => "no_lawful_event",
        LeftOutReason::NoPosition => "no_position",
        LeftOutReason::NoInspectorInTerritory => "no_inspector_in_territory",
        LeftOutReason::NoInspectorWithSkill { .. } => "no_inspector_with_skill",
        LeftOutReason::InspectorsExcluded => "inspectors_excluded",
        LeftOutReason::NoSecondInspector => "no_second_inspector",
        LeftOutReason::NeverOpen => "never_open",
        LeftOutReason::TooFar => "too_far",
        LeftOutReason::NoTimeLeft { .. } => "no_time_left",
        LeftOutReason::Quota { .. } => "quota",
        LeftOutReason::MandatoryConflict { .. } => "mandatory_conflict",
        LeftOutReason::TaskOpen => "task_open",
        LeftOutReason::Appointed { .. } => "appointed",
        LeftOutReason::Deferred { .. } => "deferred",
        LeftOutReason::SetAside => "set_aside",
    }
}

fn report_of(plan: &Plan, known: bool, inspectors: usize) -> PlanReport {
    let mut visits_by_category = BTreeMap::new();
    for (_, visit) in plan.visits() {
        *visits_by_category.entry(visit.candidate.category.code().to_owned()).or_insert(0) += 1;
    }
    let mut left_out = BTreeMap::new();
    for left in &plan.left_out {
        *left_out.entry(left_out_code(&left.reason).to_owned()).or_insert(0) += 1;
    }
    PlanReport {
        plan: plan.id,
        date: plan.date.clone(),
        known,
        approved: false,
        made_later: false,
        inspectors,
        off_duty: Vec::new(),
        visits: plan.visits().count(),
        value: plan.value,
        bound: plan.bound,
        iterations: plan.iterations,
        content: crate::pack::hex(&dozor_domain::sha256(json!(plan).to_string().as_bytes())),
        visits_by_category,
        left_out,
        travel_times: plan.travel_times.clone(),
    }
}
