//! The day's routes: which candidates are visited by whom, in which order and when, so that the value of the
//! visits is greatest. Construction by value per minute, then ruin and recreate under annealing.

mod construct;
mod finish;
mod instance;
mod neighbours;
mod report;
mod search;
mod state;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use dozor_domain::{InspectorDay, LeftOut, Plan, PlanId};
use jiff::civil::Date;

use crate::{PlannerError, PlannerSettings, Selection, Work};
use instance::Instance;

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

/// Is how far a search has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Iterations done.
    pub done: u64,
    /// Iterations asked for.
    pub of: u64,
    /// Value of the best plan so far.
    pub value: f64,
    /// Its visits.
    pub visits: usize,
}

/// Plans a day. `watch` is called before the first iteration and then every 64; when it breaks, the plan is the
/// best so far, and its iteration count replays it.
///
/// # Errors
/// [`PlannerError::Input`] when a candidate (object and control kind) or an inspector comes twice, a position or score is
/// no finite number, or an inspector's mode of travel is not in `planner.toml`.
pub fn solve(
    request: &PlanRequest,
    settings: &PlannerSettings,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Plan, PlannerError> {
    let mut work: Vec<&Work> = request.selection.work.iter().collect();
    work.sort_by(|a, b| work_key(a).cmp(&work_key(b)));
    let mut staff: Vec<&InspectorDay> = request.inspectors.iter().collect();
    staff.sort_by(|a, b| a.key.cmp(&b.key));
    if let Some(problem) = problem_of(&work, &request.selection.left_out, &staff, settings) {
        return Err(PlannerError::Input { date: request.date.to_string(), problem });
    }
    let instance = Instance::new(work, staff, settings);
    let found = search::search(&instance, settings, request.seed, request.iterations, watch);
    Ok(report::plan(request, settings, &instance, &found))
}

fn work_key(work: &Work) -> (&str, &str, &dozor_domain::ObjectId) {
    (&work.candidate.key, &work.candidate.control_kind, &work.candidate.object)
}

fn problem_of(
    work: &[&Work],
    left_out: &[LeftOut],
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
        if !settings.travel.contains_key(&inspector.mode) {
            return Some(format!("[travel] of planner.toml has no line for {:?}", inspector.mode));
        }
    }
    None
}
