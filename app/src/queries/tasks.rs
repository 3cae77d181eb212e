//! An inspector's own day: his tasks in route order, each with why.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use dozor_domain as domain;
use dozor_domain::{PlanId, PlanState, Task};
use dozor_store::{StoredPlan, TaskFilter, TaskScope, User};
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::codes::{OrderStateCode, RiskCategory, TaskStateCode, TaskStepCode};
use super::common::{Ground, Localized, Position, TerritoryRef};
use super::plans::{Inspector, Joined, Pause, VisitPartner, location_of};
use super::task_starts::{StartRefusal, refusals};
use crate::error::AppError;
use crate::second_looks::is_sent_by_chance;
use crate::task_life::reportable;

/// One task of the day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskItem {
    pub id: String,
    /// Place in the route, from 1.
    pub number: u32,
    /// The earlier day for which it was planned, where its order was extended: place and hours are those of that day.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_for: Option<String>,
    /// 32 hexadecimal digits.
    pub object_id: String,
    /// Key in the registry.
    pub object_key: String,
    /// Address.
    pub object_title: String,
    pub object_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryRef>,
    pub control_kind: String,
    pub category: RiskCategory,
    pub event_kind: String,
    pub ground: Ground,
    pub why: Localized,
    /// Minutes after local midnight.
    pub arrive: u32,
    /// Minutes after local midnight.
    pub start: u32,
    /// Minutes after local midnight.
    pub end: u32,
    /// Minutes on the way from the previous stop.
    pub travel: u32,
    /// None where nobody goes there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Position>,
    /// Whether it is made by video, from the inspector's base.
    pub by_video: bool,
    /// Who else makes the visit; none where one is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<VisitPartner>,
    pub order_number: String,
    pub order_state: OrderStateCode,
    pub state: TaskStateCode,
    /// Why it could not begin when that was last tried; empty when it could, or was not.
    pub start_refusals: Vec<StartRefusal>,
    /// Steps that he may take now, the next of the usual way first.
    pub next: Vec<TaskStepCode>,
    /// What he may report.
    pub results: Vec<TaskResult>,
    /// What he has reported, while its record is awaited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported: Option<Localized>,
}

/// A result that may be reported.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskResult {
    pub code: String,
    pub title: Localized,
}

/// A task that is no longer to be done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EndedTask {
    pub object_id: String,
    /// Key in the registry.
    pub object_key: String,
    /// Address.
    pub object_title: String,
    pub state: TaskStateCode,
    /// Why it came back: `in_vain`, `no_result`, `unrecorded`, or the head's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Whether that day has a plan yet; tasks exist only when approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayPlanState {
    None,
    Proposed,
    Approved,
}

/// An inspector's day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskDay {
    #[schema(format = Date)]
    pub date: String,
    /// Whether the pack's calendar has it as a working day.
    pub working_day: bool,
    pub inspector: Inspector,
    /// In route order.
    pub tasks: Vec<TaskItem>,
    /// Tasks of the day that are no longer to be done.
    pub ended: Vec<EndedTask>,
    /// Minutes after local midnight; none without tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_at: Option<u32>,
    /// The break; none without one, or without tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    #[schema(inline)]
    pub plan_state: DayPlanState,
}

/// Is what an inspector has to do on a day.
struct OwnTasks {
    tasks: Vec<TaskItem>,
    /// When he is back from all of it.
    back_at: Option<u32>,
    pause: Option<Pause>,
}

impl Queries {
    /// Returns the names of the staff by key, as known now.
    pub(super) async fn staff_names(&self) -> Result<HashMap<String, String>, AppError> {
        match self.dozor.inspectors(self.dozor.now()).await {
            Ok(staff) => Ok(staff.into_iter().map(|one| (one.key, one.name)).collect()),
            Err(AppError::NoInspectors { .. }) => Ok(HashMap::new()),
            Err(other) => Err(other),
        }
    }

    /// Returns a user's own day; today when no day is named. Nobody sees another's.
    ///
    /// # Errors
    /// [`AppError::StaffNotFound`], [`AppError::DateInvalid`]; the store's.
    pub async fn task_day(&self, user: &User, date: Option<&str>) -> Result<TaskDay, AppError> {
        let date = match date {
            Some(text) => self.dozor.day(text)?,
            None => self.dozor.today().await?,
        }
        .to_string();
        let nobody = || AppError::StaffNotFound { login: user.login.clone() };
        let key = user.staff.clone().ok_or_else(nobody)?;
        let plan = self.dozor.plan_in_force(&date).await?;
        let route =
            plan.iter().flat_map(|stored| &stored.plan.routes).find(|route| route.inspector.key == key);
        let inspector = match route {
            Some(route) => Inspector::from(&route.inspector),
            None => {
                let staff = self.dozor.inspectors(self.dozor.instant(&date)?).await?;
                Inspector::from(staff.iter().find(|one| one.key == key).ok_or_else(nobody)?)
            }
        };
        let issuing = plan.as_ref().filter(|stored| stored.state != PlanState::Proposed);
        let OwnTasks { tasks, back_at, pause } = self.own_tasks(&date, &key, issuing).await?;
        let ended = self.ended_tasks(&date, &key).await?;
        let has_none = ended.is_empty() && tasks.iter().all(|task| task.planned_for.is_some());
        Ok(TaskDay {
            working_day: self.dozor.methodology.manifest.calendar.is_working(self.dozor.day(&date)?),
            inspector,
            back_at,
            pause,
            plan_state: match plan.as_ref().map(|stored| &stored.state) {
                None => DayPlanState::None,
                Some(PlanState::Proposed) if has_none => DayPlanState::Proposed,
                Some(PlanState::Proposed | PlanState::Approved { .. }) => DayPlanState::Approved,
            },
            tasks,
            ended,
            date,
        })
    }

    /// Returns an inspector's tasks of a day that are no longer to be done, in route order.
    async fn ended_tasks(&self, date: &str, inspector: &str) -> Result<Vec<EndedTask>, AppError> {
        let filter = TaskFilter {
            date: Some(date.to_owned()),
            inspector: Some(inspector.to_owned()),
            ..TaskFilter::default()
        };
        let mut tasks = self.dozor.store().tasks(&filter).await?;
        tasks.retain(|task| !task.state.is_open());
        tasks.sort_by_key(|task| (task.position, task.id));
        let register = self.register().await?;
        let title = |task: &Task| register.object(task.object).map(|one| one.title.clone());
        let view = |task: &Task| EndedTask {
            object_id: task.object.to_string(),
            object_key: task.object_key.clone(),
            object_title: title(task).unwrap_or_else(|| task.object_key.clone()),
            state: TaskStateCode::from(&task.state),
            reason: task.state.reason().map(str::to_owned),
        };
        Ok(tasks.iter().map(view).collect())
    }

    /// Returns an inspector's open tasks, also those of earlier days whose orders were extended, each as the plan that counts
    /// has it, or else the plan that issued it.
    async fn own_tasks(
        &self,
        date: &str,
        inspector: &str,
        issuing: Option<&StoredPlan>,
    ) -> Result<OwnTasks, AppError> {
        let store = self.dozor.store();
        let filter = TaskFilter {
            date: Some(date.to_owned()),
            inspector: Some(inspector.to_owned()),
            scope: TaskScope::Open,
            ..TaskFilter::default()
        };
        let mut tasks = store.tasks(&filter).await?;
        // The place of a task is one in the route of who leads.
        tasks.sort_by_key(|task| (task.start, task.position, task.id));
        // What should have been done before comes first.
        tasks.splice(..0, self.dozor.carried_to(self.dozor.day(date)?, Some(inspector)).await?);
        let register = self.register().await?;
        let mut plans: BTreeMap<PlanId, (OwnPart, Joined<'_>)> = BTreeMap::new();
        let carries = |task: &Task| {
            issuing.filter(|stored| task.date == date && visit_of(task, &stored.plan).is_some())
        };
        for task in &tasks {
            if let Entry::Vacant(place) = plans.entry(carries(task).map_or(task.plan, |one| one.plan.id)) {
                let own = own_part(&self.stored_plan(*place.key()).await?, inspector);
                let joined = self.joined(&register, &own.plan, register.run().map(|run| run.id)).await?;
                place.insert((own, joined));
            }
        }
        // The last attempt speaks; a visit that has begun since has nothing that keeps it.
        let mut tried = BTreeMap::new();
        for day in tasks.iter().map(|task| task.date.as_str()).collect::<BTreeSet<_>>() {
            tried.extend(store.task_starts(day).await?.into_iter().map(|start| (start.task, start)));
        }
        let mut items = Vec::with_capacity(tasks.len());
        for task in &tasks {
            // A task of which a part is missing is a damaged database: it is said, never left out of the day.
            let damaged =
                |what: &'static str| dozor_store::StoreError::NotFound { what, id: task.id.to_string() };
            let order = store.order(task.order).await?.ok_or_else(|| damaged("order of the task"))?;
            let id = carries(task).map_or(task.plan, |one| one.plan.id);
            let (own, joined) = plans.get(&id).ok_or_else(|| damaged("plan of the task"))?;
            let item = task_view(task, &order, own, joined);
            let item = item.ok_or_else(|| damaged("visit of the task"))?;
            let start_refusals = tried.get(&task.id).map(refusals).unwrap_or_default();
            let known = self.dozor.results_of(task)?;
            let result = |code: &String| TaskResult { code: code.clone(), title: self.result_words(code) };
            let results = reportable(&known).map(result).collect();
            let reported = task.state.reported().map(|code| self.result_words(code));
            let planned_for = (task.date != date).then(|| task.date.clone());
            items.push(TaskItem { start_refusals, results, reported, planned_for, ..item });
        }
        let of_day = || plans.values().filter(|(own, _)| own.plan.date == date);
        let routes = || of_day().flat_map(|(own, _)| &own.plan.routes);
        Ok(OwnTasks {
            tasks: items,
            back_at: routes().map(|route| route.back_at.0).max(),
            pause: routes().find_map(|route| route.pause).map(Pause::from),
        })
    }
}

/// Is a plan with one inspector's route only, so that nothing is looked up for the others, and everybody's name by key.
struct OwnPart {
    plan: domain::Plan,
    names: HashMap<String, String>,
}

fn own_part(stored: &StoredPlan, inspector: &str) -> OwnPart {
    let mut plan = stored.plan.clone();
    let people = plan.routes.iter().map(|route| &route.inspector);
    let names = people.map(|one| (one.key.clone(), one.name.clone())).collect();
    plan.routes.retain(|route| route.inspector.key == inspector);
    plan.left_out = Vec::new();
    OwnPart { plan, names }
}

/// Returns the visit of a task in the route of who leads it.
fn visit_of<'p>(task: &Task, plan: &'p domain::Plan) -> Option<&'p domain::Visit> {
    let route = plan.routes.iter().find(|route| route.inspector.key == task.inspector)?;
    route.visits.iter().find(|visit| {
        visit.candidate.object == task.object && visit.candidate.control_kind == task.control_kind
    })
}

fn task_view(task: &Task, order: &domain::Order, own: &OwnPart, joined: &Joined<'_>) -> Option<TaskItem> {
    let visits = own.plan.routes.iter().flat_map(|route| (1_u32..).zip(&route.visits));
    let is_it = |(_, visit): &(u32, &domain::Visit)| {
        visit.candidate.object == task.object && visit.candidate.control_kind == task.control_kind
    };
    let (number, visit) = visits.into_iter().find(is_it)?;
    let candidate = &visit.candidate;
    let key = (task.object, task.control_kind.clone());
    Some(TaskItem {
        id: task.id.to_string(),
        number,
        planned_for: None,
        object_id: task.object.to_string(),
        object_key: task.object_key.clone(),
        object_title: joined.register.object(task.object).map(|one| one.title.clone()).unwrap_or_default(),
        object_kind: candidate.object_kind.clone(),
        territory: joined.register.territory(candidate.territory.as_deref()),
        control_kind: task.control_kind.clone(),
        category: candidate.category.into(),
        event_kind: task.event_kind.clone(),
        ground: Ground::to_who_is_sent(&task.ground),
        // What a first visit found stands among the reasons of the category.
        why: match is_sent_by_chance(&task.ground) {
            true => Localized::default(),
            false => joined.why.get(&key).cloned().unwrap_or_default(),
        },
        arrive: visit.arrive.0,
        start: task.start.0,
        end: task.end.0,
        travel: visit.travel.0,
        location: location_of(visit),
        by_video: visit.by_video,
        partner: VisitPartner::of(visit, |key| own.names.get(key).cloned()),
        order_number: order.number_text(),
        order_state: OrderStateCode::from(&order.state),
        state: TaskStateCode::from(&task.state),
        start_refusals: Vec::new(),
        next: task.state.next_steps(domain::TaskHand::Inspector).into_iter().map(Into::into).collect(),
        results: Vec::new(),
        reported: None,
    })
}
