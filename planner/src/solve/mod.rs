//! The day's routes: which candidates are visited by whom, in which order and when, so that the value of the visits
//! is greatest. The search itself is `routing`; here a day becomes its problem and what it found becomes a plan.

mod bound;
mod carried;
mod classes;
mod clock;
mod instance;
mod outlook;
mod quotas;
mod replan;
mod report;
mod settle;
mod so_far;
mod table_ways;
mod used;
mod video_ways;
mod ways;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use dozor_domain::{InspectorDay, LeftOut, Plan, PlanId};
use jiff::civil::Date;

use crate::routing::{
    Aim, Dutiful, Found, Problem, Pulse, SearchSettings, Watch, conflicts, conflicts_of_pairs, rearrange,
    search, search_with_pairs,
};
use crate::{PlannerError, PlannerPack, PlannerSettings, Selection, Work};
use instance::Instance;
pub(crate) use instance::rank;
use report::Detail;
use settle::settled;
pub(crate) use so_far::SoFar;
use table_ways::TableWays;
use video_ways::VideoWays;
use ways::{DayRoads, DayWays};

pub use carried::{LeftWork, carried};
pub use replan::{Disturbance, Move, Replanned, Told, replan, replan_in_full};

/// Is what is planned: one day, its work and its people.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRequest {
    /// The day.
    pub date: Date,
    /// The plan of that day that the new one replaces.
    pub parent: Option<PlanId>,
    /// Work and what stays out before planning.
    pub selection: Selection,
    /// People on duty.
    pub inspectors: Vec<InspectorDay>,
    /// Seed of the search.
    pub seed: u64,
    /// Most iterations.
    pub iterations: u64,
}

impl PlanRequest {
    /// Tells whether some ways are looked up in imported tables.
    fn is_by_table(&self, pack: &PlannerPack) -> bool {
        pack.settings.times.concern(&self.inspectors)
    }

    /// Tells whether some visits would be by video.
    fn has_video(&self) -> bool {
        self.selection.work.iter().any(|work| work.by_video)
    }
}

/// Is how far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Iterations done.
    pub done: u64,
    /// Iterations asked for.
    pub of: u64,
}

/// Watches a search for the caller. The temperature falls over the pack's number of iterations, however many are asked
/// for: a run that is stopped early is the beginning of a longer one, and its own count replays it.
struct Watched<'a> {
    aim: Aim,
    ask: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
}

impl Watch for Watched<'_> {
    fn known(&self) -> Option<Aim> {
        Some(self.aim)
    }

    fn aim(&mut self, _pulse: Pulse) -> Aim {
        self.aim
    }

    fn go_on(&mut self, pulse: Pulse) -> ControlFlow<()> {
        if pulse.done >= self.aim.stop {
            return ControlFlow::Break(());
        }
        (self.ask)(Progress { done: pulse.done, of: self.aim.stop })
    }
}

/// Plans a day. `watch` is called before the first iteration and then over and over; when it breaks, the plan is the
/// best so far, and its iteration count replays it.
///
/// # Errors
/// [`PlannerError::Input`] when a candidate (object and control kind) or an inspector comes twice, a position or score is
/// no finite number, an inspector's mode of travel is not in `planner.toml`, or his attestation is over.
pub fn solve(
    request: &PlanRequest,
    pack: &PlannerPack,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Plan, PlannerError> {
    // A day without tables and visits by video is searched by code that does not know of any: its innermost call stays
    // what it was.
    match (request.is_by_table(pack), request.has_video()) {
        (true, true) => solve_by::<VideoWays<TableWays>>(request, pack, watch),
        (true, false) => solve_by::<TableWays>(request, pack, watch),
        (false, true) => solve_by::<VideoWays<DayWays>>(request, pack, watch),
        (false, false) => solve_by::<DayWays>(request, pack, watch),
    }
}

fn solve_by<W: DayRoads>(
    request: &PlanRequest,
    pack: &PlannerPack,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Plan, PlannerError> {
    let settings = &pack.settings;
    let mut instance = checked::<W>(request, settings, &SoFar::default())?;
    let aim = Aim { cooling: settings.search.iterations, stop: request.iterations };
    let mut watch = Watched { aim, ask: watch };
    let search_settings = search_settings(settings);
    let problem = &mut instance.problem;
    let mut found = if problem.pairs().is_empty() {
        search(problem, &search_settings, request.seed, &mut watch)
    } else {
        search_with_pairs(problem, &search_settings, request.seed, &mut watch)
    };
    found.routes = rearrange(problem, &search_settings, request.seed, found.routes);
    found.routes = settled(&mut instance, found.routes, settings);
    let found = dutiful(&instance.problem, &search_settings, request.seed, found);
    Ok(report::plan(request, pack, &instance, (&found, Detail::Full)))
}

/// Returns how the search goes about a day: with the pack's price of travel, per minute in thousandths of value.
fn search_settings(settings: &PlannerSettings) -> SearchSettings {
    let way_price = settings.weights.travel.map(|hour| hour * 1000.0 / 60.0);
    SearchSettings { way_price, ..SearchSettings::many_crews() }
}

/// Adds to what was found the mandatory work that found no place, with what stands against it.
fn dutiful<W: DayRoads>(problem: &Problem<W>, settings: &SearchSettings, seed: u64, found: Found) -> Dutiful {
    let mut conflicts = conflicts(problem, settings, seed, &found.routes);
    conflicts.extend(conflicts_of_pairs(problem, settings, seed));
    conflicts.sort_by_key(|conflict| conflict.item);
    Dutiful { found, conflicts }
}

/// Puts the day into numbers, sorted so that the order of the inputs leaves no trace.
fn checked<'a, W: DayRoads>(
    request: &'a PlanRequest,
    settings: &PlannerSettings,
    so_far: &SoFar,
) -> Result<Instance<'a, W>, PlannerError> {
    let settings = settings.on(request.date);
    let mut work: Vec<&Work> = request.selection.work.iter().collect();
    work.sort_by(|a, b| work_key(a).cmp(&work_key(b)));
    let mut staff: Vec<&InspectorDay> = request.inspectors.iter().collect();
    staff.sort_by(|a, b| a.key.cmp(&b.key));
    if let Some(problem) = problem_of(&work, (&request.selection.left_out, request.date), &staff, &settings) {
        return Err(PlannerError::Input { date: request.date.to_string(), problem });
    }
    Ok(Instance::new(work, staff, &settings, so_far))
}

fn work_key(work: &Work) -> (&str, &str, &dozor_domain::ObjectId) {
    (&work.candidate.key, &work.candidate.control_kind, &work.candidate.object)
}

fn problem_of(
    work: &[&Work],
    (left_out, day): (&[LeftOut], Date),
    staff: &[&InspectorDay],
    settings: &PlannerSettings,
) -> Option<String> {
    let mut seen = BTreeSet::new();
    let candidates = work.iter().map(|work| &work.candidate);
    for candidate in candidates.chain(left_out.iter().map(|out| &out.candidate)) {
        if !seen.insert((candidate.object, &candidate.control_kind)) {
            return Some(format!("the object «{}» comes twice under one control kind", candidate.key));
        }
        // A plan is stored as JSON, which knows no infinity: it could be written and not read back.
        if !candidate.score.is_finite() || candidate.probability.is_some_and(|p| !p.is_finite()) {
            return Some(format!("the object «{}» has a score that is no finite number", candidate.key));
        }
        if candidate.position.is_some_and(|at| !(at.lat.is_finite() && at.lon.is_finite())) {
            return Some(format!("the object «{}» stands at no finite position", candidate.key));
        }
    }
    // Thousandths of all values must add up in 64 bits.
    if let Some(work) = work.iter().find(|work| !(0.0..=1e9).contains(&work.value)) {
        return Some(format!("the object «{}» has the value {}", work.candidate.key, work.value));
    }
    for (position, inspector) in staff.iter().enumerate() {
        if staff[..position].last().is_some_and(|before| before.key == inspector.key) {
            return Some(format!("the inspector «{}» comes twice", inspector.key));
        }
        if !(inspector.base.lat.is_finite() && inspector.base.lon.is_finite()) {
            return Some(format!("the inspector «{}» starts at no finite position", inspector.key));
        }
        if !inspector.is_attested_on(day) {
            return Some(format!("the attestation of the inspector «{}» is over", inspector.key));
        }
        if !settings.travel.contains_key(&inspector.mode) {
            let (key, mode) = (&inspector.key, inspector.mode.code());
            return Some(format!(
                "the inspector «{key}» goes by «{mode}», which [travel] does not have this day"
            ));
        }
    }
    None
}
