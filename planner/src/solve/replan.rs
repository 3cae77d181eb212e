//! Planning again during the day: somebody is away, an order is urgent, there is no access. What has begun stays as it
//! is, and of the rest only what must move moves.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{
    Candidate, Carried, InspectorDay, LeftOut, LeftOutReason, Minutes, ObjectId, Plan, PlanRest, Route, Visit,
};
use jiff::civil::Date;

use super::instance::{Instance, rank};
use super::report::{self, Detail};
use super::so_far::{Key, SoFar, ahead, begun, closed, closes_more, key_of, met};
use super::table_ways::TableWays;
use super::video_ways::VideoWays;
use super::ways::{DayRoads, DayWays};
use super::{PlanRequest, checked, dutiful};
use crate::business_hours::{Standing, keep_within};
use crate::routing::{
    Aim, Dutiful, Found, SearchSettings, complete, dismiss_broken, force_duties, force_over_limits,
    place_again, rearrange, repair,
};
use crate::select::{inspectors, not_again, work_of};
use crate::{PlannerError, PlannerPack, Selection, Work};

/// Is what has happened since a plan was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Disturbance {
    /// The minute after local midnight: whoever has left for a visit by then makes it.
    pub now: Minutes,
    /// Keys of the inspectors who begin nothing more.
    pub absent: BTreeSet<String>,
    /// Work that is not to be planned any more, by object and control kind: no access, a withdrawn sign.
    pub dropped: BTreeSet<(ObjectId, String)>,
    /// New work; for the rest of the day it goes before everything that is not mandatory and has not begun.
    pub urgent: Vec<Work>,
    /// Work that goes to one inspector and to nobody else, by his key: the head hands it over.
    pub handed: BTreeMap<(ObjectId, String), String>,
    /// Work of earlier days that was carried over to this one since the plan was made, by inspector key: all that he has
    /// left. Whoever has set out already keeps what his plan knew.
    pub carried: BTreeMap<String, Carried>,
    /// What the people say of visits, where it is not what their hours say.
    pub told: BTreeMap<(ObjectId, String), Told>,
}

/// Is what is known of a visit better than from its hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Somebody is at it already.
    Begun,
    /// Nobody goes: its task came back.
    Free,
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
/// that it has already; by imported travel times, also where the way back from a visit that has begun is longer than the
/// one over visits that fall away, and too long.
pub fn replan(
    plan: &Plan,
    pack: &PlannerPack,
    disturbance: &Disturbance,
    search: (u64, u64),
) -> Result<Replanned, PlannerError> {
    replan_with((plan, pack), disturbance, search, Detail::Quick)
}

/// Plans the rest of a day as [`replan`] does, and says of the same plan what nobody should wait for to whom it is shown: its
/// bound, and what would have to give way for what stays out.
///
/// # Errors
/// As [`replan`].
pub fn replan_in_full(
    plan: &Plan,
    pack: &PlannerPack,
    disturbance: &Disturbance,
    search: (u64, u64),
) -> Result<Replanned, PlannerError> {
    replan_with((plan, pack), disturbance, search, Detail::Afterwards)
}

fn replan_with(
    (plan, pack): (&Plan, &PlannerPack),
    disturbance: &Disturbance,
    (seed, iterations): (u64, u64),
    detail: Detail,
) -> Result<Replanned, PlannerError> {
    let day: Date = plan.date.parse().map_err(|_| input(plan, "the plan's date is no day".to_owned()))?;
    if let Some(key) = disturbance.absent.iter().find(|key| route_of(plan, key).is_none()) {
        return Err(input(plan, format!("the inspector «{key}» has no route")));
    }
    let (begun, met) = (begun(plan, disturbance), met(plan, disturbance));
    let urgent = still_urgent(plan, disturbance, |key| begun.contains_key(key) || met.contains_key(key));
    let (now, is_closed) = (disturbance.now.0, closed(plan, disturbance));
    let mut so_far = SoFar { now, is_closed, begun, met, urgent };
    let inspectors = plan.routes.iter().map(|route| inspector_now(route, disturbance, &so_far)).collect();
    let selection = selection(plan, pack, disturbance, (day, &so_far));
    let (date, parent) = (day, Some(plan.id));
    let request = PlanRequest { date, parent, selection, inspectors, seed, iterations };
    let attempt = |so_far: &SoFar| {
        let asked = (&request, so_far);
        match (request.is_by_table(pack), request.has_video()) {
            (true, true) => replan_by::<VideoWays<TableWays>>((plan, pack), asked, detail),
            (true, false) => replan_by::<TableWays>((plan, pack), asked, detail),
            (false, true) => replan_by::<VideoWays<DayWays>>((plan, pack), asked, detail),
            (false, false) => replan_by::<DayWays>((plan, pack), asked, detail),
        }
    };
    let mut after = attempt(&so_far)?;
    // Who had set out for a visit of two that is not made, and finds nothing else to do, has finished: so the reasons say.
    while closes_more(plan, &mut so_far.is_closed, &closed(&after, disturbance)) {
        after = attempt(&so_far)?;
    }
    let (now, away) = (disturbance.now, disturbance.absent.clone());
    let (urgent, ahead) = (so_far.urgent.clone(), ahead(plan, disturbance));
    after.rest = Some(PlanRest { now, away, reason: String::new(), urgent, ahead });
    let moves = moves(plan, &after);
    let together = so_far.met.values().filter(|met| met.has_begun()).count();
    Ok(Replanned { plan: after, moves, begun: so_far.begun.len() + together })
}

/// Returns an inspector with all that he has left of earlier days, where it grew before he set out for anything of this one.
fn inspector_now(route: &Route, disturbance: &Disturbance, so_far: &SoFar) -> InspectorDay {
    let planned = &route.inspector;
    let has_set_out = route.visits.iter().any(|visit| {
        let key = key_of(&visit.candidate);
        so_far.begun.contains_key(&key) || so_far.met.get(&key).is_some_and(|met| met.has_begun())
    });
    match disturbance.carried.get(&planned.key) {
        Some(carried) if !has_set_out => InspectorDay { carried: carried.clone(), ..planned.clone() },
        Some(_) | None => planned.clone(),
    }
}

fn replan_by<W: DayRoads>(
    (plan, pack): (&Plan, &PlannerPack),
    (request, so_far): (&PlanRequest, &SoFar),
    detail: Detail,
) -> Result<Plan, PlannerError> {
    let mut instance = checked::<W>(request, &pack.settings, so_far)?;
    let answer = repaired(plan, &mut instance, &so_far.urgent, request);
    if !W::IS_DIRECT_SHORTEST {
        let is_kept = |item: &u32| answer.found.routes.iter().flatten().any(|one| one == item);
        if let Some(lost) = instance.begun.keys().find(|item| !is_kept(item)) {
            let key = &instance.work_of(*lost).candidate.key;
            let problem = format!(
                "the visit to «{key}» has begun, and without those after it nobody is back from it in time"
            );
            return Err(input(plan, problem));
        }
    }
    Ok(report::plan(request, pack, &instance, (&answer, detail)))
}

fn input(plan: &Plan, problem: String) -> PlannerError {
    PlannerError::Input { date: plan.date.clone(), problem }
}

fn route_of<'a>(plan: &'a Plan, key: &str) -> Option<&'a Route> {
    plan.routes.iter().find(|route| route.inspector.key == key)
}

/// Returns what is urgent: what was before, unless it is taken out of the day, and what is now.
fn still_urgent(plan: &Plan, disturbance: &Disturbance, stands: impl Fn(&Key) -> bool) -> BTreeSet<Key> {
    let before = plan.rest.iter().flat_map(|rest| &rest.urgent);
    let kept = before.filter(|key| !disturbance.dropped.contains(*key) || stands(key)).cloned();
    kept.chain(disturbance.urgent.iter().map(|work| key_of(&work.candidate))).collect()
}

/// Returns the work of the day: what is planned, what stayed out, and what is urgent.
fn selection(
    plan: &Plan,
    pack: &PlannerPack,
    disturbance: &Disturbance,
    (day, so_far): (Date, &SoFar),
) -> Selection {
    let mut selection = Selection { work: disturbance.urgent.clone(), left_out: Vec::new() };
    let urgent: BTreeSet<Key> = disturbance.urgent.iter().map(|work| key_of(&work.candidate)).collect();
    for (route, visit) in plan.visits() {
        let key = key_of(&visit.candidate);
        let stands = so_far.begun.contains_key(&key) || so_far.met.contains_key(&key);
        if disturbance.dropped.contains(&key) && !stands {
            selection.left_out.push(LeftOut::new(visit.candidate.clone(), LeftOutReason::SetAside));
        } else {
            let mut work = planned((route, visit), pack, day);
            if let Some(to) = disturbance.handed.get(&key).filter(|_| !stands) {
                let others = plan.routes.iter().map(|route| &route.inspector.key).filter(|key| *key != to);
                work.not_again.extend(others.cloned());
            }
            selection.work.push(work);
        }
    }
    // Urgent work is new, and stays out no longer.
    for out in plan.left_out.iter().filter(|out| !urgent.contains(&key_of(&out.candidate))) {
        match &out.reason {
            LeftOutReason::TaskOpen
            | LeftOutReason::MandatoryTaskOpen { .. }
            | LeftOutReason::SetAside
            | LeftOutReason::Appointed { .. }
            | LeftOutReason::Deferred { .. }
            | LeftOutReason::NoLawfulEvent { .. } => selection.left_out.push(out.clone()),
            _ if disturbance.dropped.contains(&key_of(&out.candidate)) => {
                selection.left_out.push(LeftOut::new(out.candidate.clone(), LeftOutReason::SetAside));
            }
            _ => match work_of(out.candidate.clone(), pack, day) {
                Ok(work) => selection.work.push(work),
                Err(refused) => selection.left_out.push(*refused),
            },
        }
    }
    let planned: BTreeSet<Key> = plan.visits().map(|(_, visit)| key_of(&visit.candidate)).collect();
    keep_within(&mut selection, pack, day, |work| {
        let key = key_of(&work.candidate);
        let standing = match so_far.begun.contains_key(&key) || so_far.met.contains_key(&key) {
            true => Standing::Begun,
            false if planned.contains(&key) => Standing::Planned,
            false => Standing::New,
        };
        (rank(work, &pack.settings, so_far), standing)
    });
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
        by_video: visit.by_video,
        inspectors: inspectors(&visit.event_kind, pack, day),
        skills,
        value: visit.value,
        not_again: not_again(&visit.candidate, &visit.event_kind, pack, day),
    }
}

/// Repairs the routes, fills the room that is left, and names what stands against mandatory work that found none.
fn repaired<W: DayRoads>(
    plan: &Plan,
    instance: &mut Instance<'_, W>,
    urgent: &BTreeSet<Key>,
    request: &PlanRequest,
) -> Dutiful {
    let numbers = 0..instance.items.len() as u32;
    let items: BTreeMap<(ObjectId, &str), u32> = numbers
        .filter(|item| !instance.is_assist(*item))
        .map(|item| (&instance.work_of(item).candidate, item))
        .map(|(candidate, item)| ((candidate.object, candidate.control_kind.as_str()), item))
        .collect();
    let item =
        |candidate: &Candidate| items.get(&(candidate.object, candidate.control_kind.as_str())).copied();
    // The item of who assists comes behind that of who leads.
    let half = |visit: &Visit| Some(item(&visit.candidate)? + u32::from(!visit.counts()));
    let stands = |item: &u32| instance.pair_of(*item).is_none_or(|pair| pair.appointed.is_some());
    let visits = |route: &Route| route.visits.iter().filter_map(half).filter(stands).collect();
    let mut earlier: Vec<Vec<u32>> = plan.routes.iter().map(visits).collect();
    let planned = plan.visits().map(|(_, visit)| &visit.candidate);
    let has_urgent = !urgent.is_empty();
    let urgent = urgent.iter().filter_map(|(object, kind)| items.get(&(*object, kind.as_str())).copied());
    let of_two = |item: &u32| instance.pair_of(*item).is_some();
    let pairs: Vec<u32> = planned.filter_map(item).chain(urgent.clone()).filter(of_two).collect();
    let wanted: Vec<u32> = urgent.filter(|item| !of_two(item)).collect();
    let (problem, settings) = (&mut instance.problem, SearchSettings::many_crews());
    let run = (request.seed, request.iterations);
    let mut repaired = repair(problem, &settings, &earlier, &wanted, run);
    // An appointment that no route holds any more is none; then what it kept free is free.
    while dismiss_broken(problem, &mut repaired.routes) {
        let stands = |item: &u32| problem.pair_of(*item).is_none_or(|pair| pair.appointed.is_some());
        earlier.iter_mut().for_each(|route| route.retain(stands));
        repaired = repair(problem, &settings, &earlier, &wanted, run);
    }
    let mut routes = force_duties(problem, repaired.routes);
    if has_urgent {
        routes = force_over_limits(problem, routes);
    }
    routes = rearrange(problem, &settings, request.seed, routes);
    routes = if problem.pairs().is_empty() {
        complete(problem, &routes)
    } else {
        let again = (0..problem.pairs().len()).filter(|at| pairs.contains(&problem.pairs()[*at].lead));
        let again: Vec<usize> = again.collect();
        let placed = place_again(problem, routes, &again);
        // What gave way on both routes may have freed a quota.
        let forced = force_duties(problem, placed);
        place_again(problem, forced, &[])
    };
    let aim = Aim { cooling: request.iterations, stop: request.iterations };
    let profit = problem.worth(routes.iter().flatten());
    dutiful(problem, &settings, request.seed, Found { routes, profit, aim })
}

/// Compares two plans of a day visit by visit; one that two people make stands on two routes.
fn moves(before: &Plan, after: &Plan) -> Vec<Move> {
    let places = |plan: &Plan| -> BTreeMap<(Key, bool), (String, String, Minutes)> {
        let visits =
            plan.routes.iter().flat_map(|route| route.visits.iter().map(move |visit| (route, visit)));
        let place = |(route, visit): (&Route, &Visit)| {
            let place = (visit.candidate.key.clone(), route.inspector.key.clone(), visit.start);
            ((key_of(&visit.candidate), visit.counts()), place)
        };
        visits.map(place).collect()
    };
    let (before, after) = (places(before), places(after));
    let keys: BTreeSet<&(Key, bool)> = before.keys().chain(after.keys()).collect();
    let moves = keys.into_iter().filter_map(|key| {
        let (from, to) = (before.get(key), after.get(key));
        let (name, ..) = from.or(to)?;
        let place = |place: &(String, String, Minutes)| (place.1.clone(), place.2);
        (from != to).then(|| Move {
            object: key.0.0,
            key: name.clone(),
            control_kind: key.0.1.clone(),
            from: from.map(place),
            to: to.map(place),
        })
    });
    moves.collect()
}
