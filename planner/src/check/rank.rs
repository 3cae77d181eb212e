//! What must be done stays out for nothing that counts less: what a law demands neither for a draw nor for what the head
//! wants today, and all of that for nothing voluntary.

use std::ops::Range;

use dozor_domain::{Candidate, Ground, LeftOutReason, Plan, Route, Visit};
use jiff::civil::Date;

use super::carried::begins;
use super::drive::{DayRest, Pace, Stop, drive, stops_of};
use super::quota::Tally;
use super::{Findings, ViolationCode, all_candidates, law, pairs, video};
use crate::{EventKind, PlannerPack};

/// Is what work counts as: the higher never gives way to the lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Voluntary,
    /// Drawn by chance, or asked for by the head as urgent.
    Wanted,
    Demanded,
}

fn standing((candidate, ground): (&Candidate, &Ground), (plan, pack): (&Plan, &PlannerPack)) -> Standing {
    match (law::is_mandatory(ground, pack), ground) {
        (true, Ground::Drawn { .. } | Ground::SecondVisit { .. }) => Standing::Wanted,
        (true, _) => Standing::Demanded,
        (false, _) if plan.is_urgent(candidate) => Standing::Wanted,
        (false, _) => Standing::Voluntary,
    }
}

/// Tells whether work must be done, by what its ground is or by what the head has asked for.
pub(super) fn must_be_done(work: (&Candidate, &Ground), (plan, pack): (&Plan, &PlannerPack)) -> bool {
    standing(work, (plan, pack)) > Standing::Voluntary
}

/// Checks that nothing urgent has vanished from a plan.
pub(super) fn check_urgent(plan: &Plan, found: &mut Findings) {
    for (object, kind) in plan.rest.iter().flat_map(|rest| &rest.urgent) {
        let is_it = |candidate: &Candidate| candidate.object == *object && candidate.control_kind == *kind;
        if !all_candidates(plan).any(is_it) {
            let detail = format!("«{object}» under «{kind}» is urgent, in no route and not left out");
            found.note(ViolationCode::Completeness, "", "", detail);
        }
    }
}

/// Is work that stayed out and why, with its kind of event and its ground.
pub(super) type Asked<'a> = ((&'a Candidate, &'a LeftOutReason), (&'a EventKind, &'a Ground));

/// Says where work that must be done and stayed out would have fitted in the place of visits that stand below it, or what
/// that stands below is said to stand against it.
pub(super) fn kept_out_by_less(
    ((candidate, reason), (line, ground)): Asked<'_>,
    (plan, tally): (&Plan, &Tally<'_>),
    (pack, day): (&PlannerPack, Date),
    rest: &DayRest,
) -> Option<String> {
    let is_whole = plan.rest.is_none() && *rest == DayRest::default();
    // The rest of a day says who was ahead of his hours only where something is urgent.
    let is_known = is_whole || plan.rest.as_ref().is_some_and(|rest| !rest.urgent.is_empty());
    // Work for two that must be done is placed before everything else.
    if !is_known || line.inspectors > 1 {
        return None;
    }
    let own = standing((candidate, ground), (plan, pack));
    if let (true, LeftOutReason::MandatoryConflict { with, .. }, Standing::Demanded) = (is_whole, reason, own)
        && let Some(other) = with.iter().find(|key| !is_demanded(key, plan, (pack, day)))
    {
        return Some(format!("no law demands «{other}», which is to stand against it"));
    }
    let stop = rest.still(video::stop_of(line, candidate, day)?);
    let free = plan.routes.iter().filter(|route| rest.is_known(plan, route));
    for route in free.filter(|route| law::may_go(&route.inspector, candidate, line)) {
        let stops = rest.stops(route);
        for run in lower_runs(route, own, (plan, pack), rest) {
            let Some(giving) = route.visits.get(run.clone()) else { continue };
            let mut instead = stops.clone();
            instead.splice(run, [stop]);
            let given = counted(giving, route, plan);
            let given: Vec<(&Route, &[Visit])> =
                given.iter().map(|(route, visit)| (*route, std::slice::from_ref(*visit))).collect();
            if drive(&route.inspector, rest.begins(route, pack), &instead, (pack, Pace::Slow))
                && tally.allows((candidate, &line.code), route, &given)
                && others_hold(giving, (plan, pack))
            {
                let names: Vec<&str> = giving.iter().map(|visit| visit.candidate.key.as_str()).collect();
                let names = names.join(", ");
                return Some(format!("it goes before {names} on «{}»", route.inspector.key));
            }
        }
    }
    None
}

/// Returns the longest runs of visits of a route that stand below and have not begun.
fn lower_runs(
    route: &Route,
    own: Standing,
    (plan, pack): (&Plan, &PlannerPack),
    rest: &DayRest,
) -> Vec<Range<usize>> {
    // In the rest of a day what two have agreed on gives way to nothing.
    let may_give = |visit: &Visit| visit.partner.is_none() || plan.rest.is_none();
    let is_lower =
        |visit: &Visit| may_give(visit) && standing((&visit.candidate, &visit.ground), (plan, pack)) < own;
    let mut runs = Vec::new();
    let mut first = None;
    for (place, visit) in route.visits.iter().enumerate().skip(rest.begun(route)) {
        match (is_lower(visit), first) {
            (true, None) => first = Some(place),
            (false, Some(from)) => {
                runs.push(from..place);
                first = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    runs.extend(first.map(|from| from..route.visits.len()));
    runs
}

/// Returns the other half of a visit that two make, with its route.
fn other_half<'a>(visit: &Visit, plan: &'a Plan) -> Option<(&'a Route, usize)> {
    let partner = visit.partner.as_ref()?;
    let route = plan.routes.iter().find(|route| route.inspector.key == partner.inspector)?;
    let place = route.visits.iter().position(|other| other.candidate == visit.candidate)?;
    Some((route, place))
}

/// Returns where some visits of a route count: of those that two make the one who leads has it.
fn counted<'a>(visits: &'a [Visit], route: &'a Route, plan: &'a Plan) -> Vec<(&'a Route, &'a Visit)> {
    let leads = |visit: &Visit| {
        let (route, place) = other_half(visit, plan).filter(|_| pairs::assists(visit))?;
        Some((route, route.visits.get(place)?))
    };
    visits.iter().map(|visit| leads(visit).unwrap_or((route, visit))).collect()
}

/// Tells whether those who were to come to some visits too are certainly back in time without them: by tables a way may be
/// longer than over a third place.
fn others_hold(giving: &[Visit], (plan, pack): (&Plan, &PlannerPack)) -> bool {
    let gone: Vec<(&Route, usize)> = giving.iter().filter_map(|visit| other_half(visit, plan)).collect();
    gone.iter().all(|(route, _)| {
        let is_gone =
            |at: usize| gone.iter().any(|(other, place)| std::ptr::eq(*other, *route) && *place == at);
        let stops = stops_of(route).into_iter().enumerate().filter(|(at, _)| !is_gone(*at));
        let stops: Vec<Stop<'_>> = stops.map(|(_, stop)| stop).collect();
        pack.settings.times.of(route.inspector.mode).is_none()
            || drive(&route.inspector, begins(&route.inspector, pack), &stops, (pack, Pace::Slow))
    })
}

/// Tells whether a law demands some work of the plan at an object.
fn is_demanded(key: &str, plan: &Plan, (pack, day): (&PlannerPack, Date)) -> bool {
    let demanded = |candidate: &Candidate, ground: &Ground| {
        standing((candidate, ground), (plan, pack)) == Standing::Demanded
    };
    let visits = plan.routes.iter().flat_map(|route| &route.visits);
    let is_planned = visits
        .filter(|visit| visit.candidate.key == key)
        .any(|visit| demanded(&visit.candidate, &visit.ground));
    let mut out = plan.left_out.iter().map(|out| &out.candidate).filter(|candidate| candidate.key == key);
    is_planned
        || out.any(|candidate| {
            law::lightest(candidate, pack, day).is_some_and(|(_, ground)| demanded(candidate, ground))
        })
}
