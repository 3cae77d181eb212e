//! Plans of days: the head of each day, routes with reasons, what stayed out, and approval.

use std::collections::{BTreeSet, HashMap};

use dozor_domain as domain;
use dozor_domain::{ObjectId, PlanId, PlanState, RunId};
use dozor_store::{PlanHead, StoredPlan, TaskFilter, User};

use super::codes::PlanStateCode;
use super::common::{Ground, Localized, Position, whole};
use super::left_out::counted;
use super::paging::PageCall;
pub use super::plan_views::{
    CarriedOver, CheckReport, Forcing, Inspector, LeftOut, LeftOutCall, LeftOutCount, LeftOutPage,
    LeftOutReason, Pause, Plan, PlanApproval, PlanApproved, PlanList, PlanRest, PlanSummary, PlanWish, Route,
    TaskReturnWish, TasksReturned, Visit, VisitPartner,
};
use super::{Queries, RegisterIndex};
use crate::dozor::blocking;
use crate::error::AppError;
use crate::second_looks::is_sent_by_chance;

/// Names what the checker looks at; it finds all of them or nothing is stored.
const CHECKS: [&str; 20] = [
    "twice",
    "routes",
    "value",
    "capacity",
    "quota",
    "clock",
    "shift",
    "pause",
    "window",
    "territory",
    "skill",
    "excluded",
    "service",
    "video",
    "law",
    "lightest",
    "ground",
    "cause",
    "reason",
    "outlook",
];

/// What the pages of a plan join to its visits.
pub(super) struct Joined<'a> {
    pub(super) register: &'a RegisterIndex,
    /// Sentences by object and kind of control.
    pub(super) why: HashMap<(ObjectId, String), Localized>,
    /// Numbers of orders and states of tasks by object and kind of control.
    issued: HashMap<(ObjectId, String), (String, domain::TaskState)>,
}

impl From<&domain::InspectorDay> for Inspector {
    fn from(one: &domain::InspectorDay) -> Self {
        Self {
            key: one.key.clone(),
            name: one.name.clone(),
            unit: one.unit.clone(),
            mode: one.mode.into(),
            shift_start: one.shift_start.0,
            shift_end: one.shift_end.0,
            base: one.base.into(),
            skills: one.skills.iter().cloned().collect(),
        }
    }
}

impl CarriedOver {
    /// Says what is left of earlier days; none where nothing is.
    fn of(carried: &domain::Carried) -> Option<Self> {
        let (tasks, minutes) = (whole(carried.tasks.len()), carried.minutes().0);
        (!carried.is_empty()).then_some(Self { tasks, minutes })
    }
}

impl From<domain::Pause> for Pause {
    fn from(one: domain::Pause) -> Self {
        Self { start: one.start.0, end: one.end.0 }
    }
}

/// Says who reads a plan beside the route that he reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// He is sent on it.
    Sent,
    /// Others are.
    Other,
}

fn visit_view(visit: &domain::Visit, routes: &[domain::Route], joined: &Joined<'_>, reader: Reader) -> Visit {
    let is_blind = reader == Reader::Sent && is_sent_by_chance(&visit.ground);
    let name = |key: &str| {
        let route = routes.iter().find(|route| route.inspector.key == key)?;
        Some(route.inspector.name.clone())
    };
    let candidate = &visit.candidate;
    let key = (candidate.object, candidate.control_kind.clone());
    Visit {
        object_id: candidate.object.to_string(),
        object_key: candidate.key.clone(),
        object_title: joined
            .register
            .object(candidate.object)
            .map(|one| one.title.clone())
            .unwrap_or_default(),
        object_kind: candidate.object_kind.clone(),
        territory: joined.register.territory(candidate.territory.as_deref()),
        control_kind: candidate.control_kind.clone(),
        category: candidate.category.into(),
        event_kind: visit.event_kind.clone(),
        ground: match reader {
            Reader::Sent => Ground::to_who_is_sent(&visit.ground),
            Reader::Other => Ground::from(&visit.ground),
        },
        why: joined.why.get(&key).filter(|_| !is_blind).cloned().unwrap_or_default(),
        arrive: visit.arrive.0,
        start: visit.start.0,
        end: visit.end.0,
        travel: visit.travel.0,
        location: location_of(visit),
        by_video: visit.by_video,
        value: visit.value,
        mandatory: visit.cause == domain::VisitCause::Mandatory,
        urgent: visit.cause == domain::VisitCause::Urgent,
        partner: VisitPartner::of(visit, name),
        order_number: joined.issued.get(&key).map(|(number, _)| number.clone()),
        task_state: joined.issued.get(&key).map(|(_, state)| state.into()),
        task_reason: joined.issued.get(&key).and_then(|(_, state)| state.reason().map(str::to_owned)),
    }
}

/// Returns where somebody goes for a visit: nowhere where it is made by video.
pub(super) fn location_of(visit: &domain::Visit) -> Option<Position> {
    visit.candidate.position.filter(|_| !visit.by_video).map(Position::from)
}

fn route_view(route: &domain::Route, routes: &[domain::Route], joined: &Joined<'_>, user: &User) -> Route {
    let reader = match user.staff.as_ref() == Some(&route.inspector.key) {
        true => Reader::Sent,
        false => Reader::Other,
    };
    Route {
        inspector: Inspector::from(&route.inspector),
        carried: CarriedOver::of(&route.inspector.carried),
        visits: route.visits.iter().map(|visit| visit_view(visit, routes, joined, reader)).collect(),
        travel_back: route.travel_back.0,
        back_at: route.back_at.0,
        pause: route.pause.map(Pause::from),
    }
}

/// Keeps one plan of each day: the approved one where there is one, else the newest.
pub(super) fn heads_of_days(mut all: Vec<PlanHead>) -> Vec<PlanHead> {
    all.sort_by(|a, b| {
        let waits = |head: &PlanHead| head.state == PlanState::Proposed;
        b.date.cmp(&a.date).then_with(|| waits(a).cmp(&waits(b)))
    });
    let mut days = BTreeSet::new();
    all.into_iter().filter(|head| days.insert(head.date.clone())).collect()
}

impl Queries {
    /// Returns the current plan of each day, newest day first.
    ///
    /// # Errors
    /// [`AppError::CursorInvalid`]; the store's.
    pub async fn plans(&self, page: &PageCall) -> Result<PlanList, AppError> {
        /// Plans of several years.
        const NEWEST: i64 = 5_000;
        let all = self.dozor.store().plans(None, NEWEST).await?;
        let heads = heads_of_days(self.dozor.made_in_time(all).await?);
        let (rows, next_cursor) = page.cut(heads, |head| head.id.to_string())?;
        let mut items = Vec::with_capacity(rows.len());
        for head in rows {
            let inspectors = self.stored_plan(head.id).await?.plan.routes.len();
            items.push(PlanSummary {
                id: head.id.to_string(),
                date: head.date,
                state: PlanStateCode::from(&head.state),
                visits: whole(head.visits),
                left_out: whole(head.left_out),
                inspectors: whole(inspectors),
            });
        }
        Ok(PlanList { items, next_cursor })
    }

    pub(super) async fn stored_plan(&self, id: PlanId) -> Result<StoredPlan, AppError> {
        let stored = self.dozor.store().plan(id).await?;
        stored.ok_or_else(|| AppError::PlanNotFound { plan: id.to_string() })
    }

    /// Joins to a plan what its pages show besides: sentences, and order numbers once it is approved.
    pub(super) async fn joined<'a>(
        &self,
        register: &'a RegisterIndex,
        plan: &domain::Plan,
        run: Option<RunId>,
    ) -> Result<Joined<'a>, AppError> {
        let store = self.dozor.store();
        let (mut why, mut issued) = (HashMap::new(), HashMap::new());
        if let Some(run) = run {
            for visit in plan.routes.iter().flat_map(|route| &route.visits) {
                let candidate = &visit.candidate;
                let sentence = self.why(run, candidate.object, &candidate.control_kind).await?;
                why.insert((candidate.object, candidate.control_kind.clone()), sentence);
            }
        }
        // By the day and not by the plan: what a change of the day left alone keeps the order of the plan before.
        let date = || Some(plan.date.clone());
        let filter = dozor_store::OrderFilter { date: date(), ..Default::default() };
        let numbers: HashMap<_, _> =
            store.orders(&filter).await?.into_iter().map(|order| (order.id, order.number_text())).collect();
        let mut tasks = store.tasks(&TaskFilter { date: date(), ..TaskFilter::default() }).await?;
        tasks.sort_by_key(|task| (task.state.is_open(), task.changed_at, task.id));
        for task in tasks {
            if let Some(number) = numbers.get(&task.order) {
                issued.insert((task.object, task.control_kind), (number.clone(), task.state));
            }
        }
        Ok(Joined { register, why, issued })
    }

    /// Returns the newest plan of a day that was over when it was made: nobody went by it, and its page says so.
    async fn plan_made_later(&self, date: &str) -> Result<StoredPlan, AppError> {
        match self.dozor.store().plans(Some(date), 1).await?.first() {
            Some(head) => self.stored_plan(head.id).await,
            None => Err(AppError::PlanNotFound { plan: date.to_owned() }),
        }
    }

    /// Returns the approved plan of a day, else the newest that waits, else one that was made later, checked anew. Visits on
    /// which chance sends the caller say no more than that.
    ///
    /// # Errors
    /// [`AppError::PlanNotFound`]; the store's.
    pub async fn plan_of_day(&self, date: &str, user: &User) -> Result<Plan, AppError> {
        let day = self.dozor.day(date)?;
        let calendar = &self.dozor.methodology.manifest.calendar;
        let in_force = self.dozor.plan_in_force(date).await?;
        let made_later = in_force.is_none();
        let stored = match in_force {
            Some(stored) => stored,
            None => self.plan_made_later(date).await?,
        };
        let register = self.register().await?;
        let joined = self.joined(&register, &stored.plan, register.run().map(|run| run.id)).await?;
        let mut routes: Vec<Route> = stored
            .plan
            .routes
            .iter()
            .map(|route| route_view(route, &stored.plan.routes, &joined, user))
            .collect();
        routes.sort_by(|a, b| {
            (&a.inspector.unit, &a.inspector.name, &a.inspector.key).cmp(&(
                &b.inspector.unit,
                &b.inspector.name,
                &b.inspector.key,
            ))
        });
        let (approved_by, approved_at) = match &stored.state {
            PlanState::Proposed => (None, None),
            PlanState::Approved { by, at } => (Some(by.clone()), Some(at.to_string())),
        };
        let state = PlanStateCode::from(&stored.state);
        let plan = stored.plan;
        Ok(Plan {
            id: plan.id.to_string(),
            parent_id: plan.parent.map(|id| id.to_string()),
            date: plan.date.clone(),
            working_day: calendar.is_working(day),
            next_working_day: calendar.plus_working_days(day, 1).map(|day| day.to_string()),
            state,
            made_later,
            approved_by,
            approved_at,
            seed: plan.seed.to_string(),
            iterations: whole(plan.iterations),
            value: plan.value,
            bound: plan.bound,
            routes,
            left_out: counted(&plan.left_out),
            lost_starts: self.lost_starts(&plan).await?,
            rest: super::plan_views::PlanRest::of(&plan),
            check: self.checked(plan).await?,
        })
    }

    async fn checked(&self, plan: domain::Plan) -> Result<CheckReport, AppError> {
        let pack = self.dozor.planner_of(&plan).await?;
        let found = blocking("the check of a plan", move || dozor_planner::check(&plan, &pack)).await?;
        Ok(CheckReport {
            passed: found.is_empty(),
            checks: CHECKS.iter().map(|&check| check.to_owned()).collect(),
            problems: found.iter().map(ToString::to_string).collect(),
        })
    }
}
