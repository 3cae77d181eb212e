//! `year`: the visits that norms ask for in a quarter or a year beside what the staff can do, before it begins, and what
//! some inspectors more or fewer would change. It is worked out from what is stored and stores nothing.

mod answer;
mod basis;
mod other_work;

use std::collections::HashMap;
use std::sync::Arc;

use dozor_domain::{ObjectId, Timestamp};
use dozor_facts::FactsTable;
use dozor_planner::{
    CategoryStanding, PlannerError, PlannerPack, YearObject, YearPlan, YearRequest, change_staff, check_year,
    plan_year, year_report,
};
use jiff::ToSpan;
use jiff::civil::Date;

pub use self::answer::{YearAnswer, YearChange, YearRow};
pub use self::basis::{TravelBasis, YearBasis};
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::held_events::{OwnEvents, held_events};
use crate::loading::Loaded;
use crate::methodology::LoadedMethodology;
use crate::planning::whole;
use crate::progress::Progress;

/// More people than any what-if is asked about.
const MOST_MORE: u32 = 1_000;

/// Is what a long-range plan is asked for.
#[derive(Clone, Debug)]
pub struct YearCall {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub to: String,
    /// Inspectors more than there are; fewer below zero.
    pub more_inspectors: i32,
    /// Per cent of all minutes kept for other work; none = the pack's share of draws and what other work
    /// took on the last planned days.
    pub reserve_percent: Option<u32>,
    /// Whether each visit is listed beside the figures.
    pub lists_visits: bool,
}

/// Is everything that a plan is made from.
struct Inputs {
    loaded: Arc<Loaded>,
    table: FactsTable,
    standings: HashMap<(ObjectId, String), CategoryStanding>,
    own: OwnEvents,
    today: Date,
    as_of: Timestamp,
}

impl Dozor {
    /// Plans a period and, where asked, the same with another number of inspectors.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`], [`AppError::YearInvalid`], [`AppError::CalendarEnds`], [`AppError::NoInspectors`];
    /// `PLANNER_PLAN_UNSOUND` where the independent check finds anything.
    pub async fn year(&self, call: &YearCall, progress: &dyn Progress) -> Result<YearAnswer, AppError> {
        let (from, to) = self.period_of(call)?;
        // What is known today, or was when a past period began.
        let as_of = self.instant(&call.from)?.min(self.instant_of_today().await?);
        let staff = self.attested(as_of, from).await?;
        let basis = self.year_basis(call.reserve_percent, &staff).await?;
        let inputs = self.year_inputs(as_of, progress).await?;
        progress.stage("long-range plan", None);
        let methodology = Arc::clone(&self.methodology);
        let (more, lists_visits) = (call.more_inspectors, call.lists_visits);
        let planned = blocking("the long-range plan", move || {
            let request = YearRequest {
                from,
                to,
                objects: objects(&inputs, &methodology),
                staff,
                travel_minutes: basis.travel_minutes,
                reserve_permille: basis.reserve_permille,
            };
            let pack = &methodology.planner;
            let plan = checked_year(&request, pack)?;
            let report = year_report(&plan, &request);
            let rows = lists_visits.then(|| answer::rows(&plan, &request, &inputs.loaded.objects));
            let changed = match more {
                0 => None,
                more => {
                    let (staff, changes) = change_staff(&request, &plan, more);
                    let inspectors = staff.len();
                    let changed = YearRequest { staff, ..request.clone() };
                    let report = year_report(&checked_year(&changed, pack)?, &changed);
                    Some(YearChange { more, inspectors, changes, report })
                }
            };
            let inspectors = request.staff.len();
            let rows = rows.unwrap_or_default();
            Ok::<_, AppError>(YearAnswer { as_of: inputs.as_of, basis, inspectors, report, changed, rows })
        });
        planned.await?
    }

    /// Reads and checks what is asked.
    fn period_of(&self, call: &YearCall) -> Result<(Date, Date), AppError> {
        let (from, to) = (self.day(&call.from)?, self.day(&call.to)?);
        let invalid = |problem: &str| AppError::YearInvalid { problem: problem.to_owned() };
        if to < from || from.until(to).is_ok_and(|span| span.get_days() >= 800) {
            return Err(invalid("it ends before it begins, or is longer than 800 days"));
        }
        if call.more_inspectors.unsigned_abs() > MOST_MORE {
            return Err(invalid("more than 1000 inspectors are added or taken away"));
        }
        if call.reserve_percent.is_some_and(|percent| percent > 100) {
            return Err(invalid("more than 100 per cent of the time is set aside"));
        }
        let calendar = &self.methodology.manifest.calendar;
        if let Some(day) = [from, to].into_iter().find(|day| !calendar.covers(*day)) {
            return Err(AppError::CalendarEnds { date: day.to_string() });
        }
        Ok((from, to))
    }

    async fn year_inputs(&self, as_of: Timestamp, progress: &dyn Progress) -> Result<Inputs, AppError> {
        let facts = &self.methodology.planner.settings.facts;
        let last_event: Vec<&str> = facts.last_event.as_deref().into_iter().collect();
        let (loaded, table) = self.compute_part(&last_event, as_of, progress).await?;
        let zone = &self.methodology.manifest.zone;
        let invalid = || AppError::DateInvalid { text: as_of.to_string() };
        let today = zone.day_of(as_of).ok_or_else(invalid)?;
        let rows = self.store.active_assignments().await?.into_iter();
        let standings = rows.map(|row| {
            let on = row.decided_at.and_then(|at| zone.day_of(at));
            let standing = CategoryStanding::Decided { category: row.assignment.category, on };
            ((row.assignment.object, row.assignment.control_kind), standing)
        });
        let own = self.own_events().await?;
        Ok(Inputs { loaded, table, standings: standings.collect(), own, today, as_of })
    }
}

/// Makes a plan and lets the independent check look at it before anybody else does.
fn checked_year(request: &YearRequest<'_>, pack: &PlannerPack) -> Result<YearPlan, PlannerError> {
    let plan = plan_year(request, pack)?;
    let violations = check_year(&plan, request, pack);
    match violations.first() {
        None => Ok(plan),
        Some(first) => {
            let date = format!("{} to {}", request.from, request.to);
            Err(PlannerError::Unsound { date, count: violations.len(), first: first.to_string() })
        }
    }
}

/// Returns every object under every control kind.
fn objects<'a>(inputs: &'a Inputs, methodology: &'a LoadedMethodology) -> Vec<YearObject<'a>> {
    let last_event = methodology.planner.settings.facts.last_event.as_deref();
    let held = held_events(&inputs.loaded, methodology, (inputs.as_of, &inputs.own));
    let mut objects = Vec::new();
    for row in 0..inputs.table.len() {
        let index = inputs.loaded.objects.index_of(inputs.table.object_id(row));
        let Some(index) = index else { continue };
        let Some(object) = inputs.loaded.objects.rows().get(index as usize) else { continue };
        let ago = whole(&inputs.table, row, last_event).map(|days| i32::try_from(days).unwrap_or(i32::MAX));
        for control in methodology.manifest.control_kinds_of(&object.kind) {
            let key = (object.id, control.code.clone());
            let standing = inputs.standings.get(&key).copied().unwrap_or(CategoryStanding::Proposed);
            objects.push(YearObject {
                object: object.id,
                control_kind: &control.code,
                object_kind: &object.kind,
                territory: object.territory.as_deref(),
                standing,
                last_event: ago.map(|days| inputs.today.saturating_sub(days.days())),
                held: held.get(&index).cloned().unwrap_or_default(),
                is_placed: object.position.is_some(),
            });
        }
    }
    objects
}
