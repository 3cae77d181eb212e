//! Planning again during the day: somebody is away, an order is urgent, there is no access. What has begun stays as it
//! is, and of the rest only what must move moves.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{Candidate, InspectorDay, LeftOut, LeftOutReason, Minutes, ObjectId, Plan, Route, Visit};
use jiff::civil::Date;

use super::instance::{Begun, Instance, SoFar};
use super::report::{self, Detail};
use super::{PlanRequest, checked};
use crate::routing::{Aim, Dutiful, Found, SearchSettings, complete, conflicts, force_duties, repair};
use crate::select::{not_again, work_of};
use crate::{PlannerError, PlannerPack, Selection, Work};

/// An object under one control kind.
type Key = (ObjectId, String);

/// Is what has happened since a plan was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Disturbance {
    /// The minute after local midnight: whoever has left for a visit by then makes it.
    pub now: Minutes,
    /// Keys of the inspectors who begin nothing more.
    pub absent: BTreeSet<String>,
    /// Visits that need not be made any more, by object and control kind: no access, a withdrawn sign.
    pub dropped: BTreeSet<(ObjectId, String)>,
    /// New work; it goes before everything that has not begun when its ground is mandatory in the pack.
    pub urgent: Vec<Work>,
}

/// Is one visit that changed hands or time, was dropped, or is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The object.
    pub object: ObjectId,
    /// Its key.
    pub key: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// Key of the inspector and start of service before; none = it was not planned.
    pub from: Option<(String, Minutes)>,
    /// The same after; none = it is no longer planned.
    pub to: Option<(String, Minutes)>,
}

/// Is a plan for the rest of a day beside the one that it would replace. Nothing is applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Replanned {
    /// The new plan of the whole day; its parent is the one before.
    pub plan: Plan,
    /// What differs, by object and control kind.
    pub moves: Vec<Move>,
    /// Visits that have begun.
    pub begun: usize,
}

/// Plans the rest of a day anew. The same plan, disturbance, seed and number of iterations give the same answer.
///
/// # Errors
/// [`PlannerError::Input`] for a date that is none, an inspector whom the plan does not have, or urgent work on an object
/// that it has already.
pub fn replan(
    plan: &Plan,
    pack: &PlannerPack,
    disturbance: &Disturbance,
    (seed, iterations): (u64, u64),
) -> Result<Replanned, PlannerError> {
    let day: Date = plan.date.parse().map_err(|_| input(plan, "the plan's date is no day".to_owned()))?;
    if let Some(key) = disturbance.absent.iter().find(|key| route_of(plan, key).is_none()) {
        return Err(input(plan, format!("the inspector «{key}» has no route")));
    }
    let begun = begun(plan, disturbance);
    let so_far = SoFar { now: disturbance.now.0, is_closed: closed(plan, disturbance), begun };
    let inspectors: Vec<InspectorDay> = plan.routes.iter().map(|route| route.inspector.clone()).collect();
    let selection = selection(plan, pack, disturbance, (day, &so_far));
    let (date, parent) = (day, Some(plan.id));
    let request = PlanRequest { date, parent, selection, inspectors, seed, iterations };
    let instance = checked(&request, &pack.settings, &so_far)?;
    let answer = repaired(plan, &instance, disturbance, &request);
    let after = report::plan(&request, pack, &instance, (&answer, Detail::Quick));
    let moves = moves(plan, &after);
    Ok(Replanned { plan: after, moves, begun: so_far.begun.len() })
}

fn input(plan: &Plan, problem: String) -> PlannerError {
    PlannerError::Input { date: plan.date.clone(), problem }
}

fn route_of<'a>(plan: &'a Plan, key: &str) -> Option<&'a Route> {
    plan.routes.iter().find(|route| route.inspector.key == key)
}

fn key_of(candidate: &Candidate) -> Key {
    (candidate.object, candidate.control_kind.clone())
}

/// Tells whether somebody has left for a visit: leaving is when the way to it began.
fn has_begun(route: &Route, visit: &Visit, now: Minutes) -> bool {
    route.departs(visit) < now
}

/// Returns the visits that have begun.
fn begun(plan: &Plan, disturbance: &Disturbance) -> BTreeMap<Key, Begun> {
    let routes = (0_u32..).zip(&plan.routes);
    let visits = routes.flat_map(|(crew, route)| route.visits.iter().map(move |visit| (crew, route, visit)));
    visits
        .filter(|(_, route, visit)| has_begun(route, visit, disturbance.now))
        .map(|(crew, _, visit)| {
            (key_of(&visit.candidate), Begun { crew, arrive: visit.arrive.0, start: visit.start.0 })
        })
        .collect()
}

/// Tells for each of the staff whether he takes nothing more: he is away, or on his way home.
fn closed(plan: &Plan, disturbance: &Disturbance) -> Vec<bool> {
    let now = disturbance.now;
    let is_over =
        |route: &Route| route.visits.last().is_some_and(|last| has_begun(route, last, now) && last.end < now);
    plan.routes
        .iter()
        .map(|route| disturbance.absent.contains(&route.inspector.key) || is_over(route))
        .collect()
}

/// Returns the work of the day: what is planned, what stayed out, and what is urgent.
fn selection(
    plan: &Plan,
    pack: &PlannerPack,
    disturbance: &Disturbance,
    (day, so_far): (Date, &SoFar),
) -> Selection {
    let mut selection = Selection { work: disturbance.urgent.clone(), left_out: Vec::new() };
    let visits = plan.routes.iter().flat_map(|route| route.visits.iter().map(move |visit| (route, visit)));
    for (route, visit) in visits {
        let key = key_of(&visit.candidate);
        if disturbance.dropped.contains(&key) && !so_far.begun.contains_key(&key) {
            // Its task goes on by itself: another attempt, or an act that it is impossible.
            selection.left_out.push(LeftOut::new(visit.candidate.clone(), LeftOutReason::TaskOpen));
        } else {
            selection.work.push(planned((route, visit), pack, day));
        }
    }
    for out in &plan.left_out {
        match &out.reason {
            LeftOutReason::TaskOpen | LeftOutReason::NoLawfulEvent { .. } => {
                selection.left_out.push(LeftOut::new(out.candidate.clone(), out.reason.clone()));
            }
            _ => match work_of(out.candidate.clone(), pack, day) {
                Ok(work) => selection.work.push(work),
                Err(refused) => selection.left_out.push(*refused),
            },
        }
    }
    selection
}

fn planned((route, visit): (&Route, &Visit), pack: &PlannerPack, day: Date) -> Work {
    let line = pack.events.on(&visit.event_kind, day);
    let mut skills = line.map(|line| line.skills.clone()).unwrap_or_default();
    skills.insert(visit.candidate.control_kind.clone());
    Work {
        candidate: visit.candidate.clone(),
        event_kind: visit.event_kind.clone(),
        ground: visit.ground.clone(),
        service: route.service(visit),
        skills,
        value: visit.value,
        not_again: not_again(&visit.candidate, &visit.event_kind, pack, day),
    }
}

/// Repairs the routes, fills the room that is left, and names what stands against mandatory work that found none.
fn repaired(
    plan: &Plan,
    instance: &Instance<'_>,
    disturbance: &Disturbance,
    request: &PlanRequest,
) -> Dutiful {
    let numbers = 0..instance.items.len() as u32;
    let items: BTreeMap<(ObjectId, &str), u32> = numbers
        .map(|item| (&instance.work_of(item).candidate, item))
        .map(|(candidate, item)| ((candidate.object, candidate.control_kind.as_str()), item))
        .collect();
    let item =
        |candidate: &Candidate| items.get(&(candidate.object, candidate.control_kind.as_str())).copied();
    let visits = |route: &Route| route.visits.iter().filter_map(|visit| item(&visit.candidate)).collect();
    let earlier: Vec<Vec<u32>> = plan.routes.iter().map(visits).collect();
    let wanted: Vec<u32> = disturbance.urgent.iter().filter_map(|work| item(&work.candidate)).collect();
    let (problem, settings) = (&instance.problem, SearchSettings::many_crews());
    let run = (request.seed, request.iterations);
    let repaired = repair(problem, &settings, &earlier, &wanted, run);
    let routes = complete(problem, &force_duties(problem, repaired.routes));
    let aim = Aim { cooling: request.iterations, stop: request.iterations };
    let profit = problem.worth(routes.iter().flatten());
    let conflicts = conflicts(problem, &settings, request.seed, &routes);
    Dutiful { found: Found { routes, profit, aim }, conflicts }
}

/// Compares two plans of a day visit by visit.
fn moves(before: &Plan, after: &Plan) -> Vec<Move> {
    let places = |plan: &Plan| -> BTreeMap<Key, (String, String, Minutes)> {
        let visits =
            plan.routes.iter().flat_map(|route| route.visits.iter().map(move |visit| (route, visit)));
        let place = |(route, visit): (&Route, &Visit)| {
            let place = (visit.candidate.key.clone(), route.inspector.key.clone(), visit.start);
            (key_of(&visit.candidate), place)
        };
        visits.map(place).collect()
    };
    let (before, after) = (places(before), places(after));
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let moves = keys.into_iter().filter_map(|key| {
        let (from, to) = (before.get(key), after.get(key));
        let (name, ..) = from.or(to)?;
        let place = |place: &(String, String, Minutes)| (place.1.clone(), place.2);
        (from != to).then(|| Move {
            object: key.0,
            key: name.clone(),
            control_kind: key.1.clone(),
            from: from.map(place),
            to: to.map(place),
        })
    });
    moves.collect()
}
