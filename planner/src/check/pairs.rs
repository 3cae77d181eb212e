//! Visits that two people make: both halves, their minutes, and whether two could meet where none is planned.

use std::collections::BTreeMap;

use dozor_domain::{Candidate, Forcing, Minutes, Opening, PairPart, Plan, QuotaKind, Route, Visit};
use jiff::civil::Date;

use super::drive::{DayRest, Pace, Stop, drive, reach, stops_of};
use super::quota::Tally;
use super::{Findings, ViolationCode, law};
use crate::{EventKind, PlannerPack};

/// Tells whether a visit is the half of who assists: it is counted on the other route.
pub(super) fn assists(visit: &Visit) -> bool {
    visit.partner.as_ref().is_some_and(|partner| partner.part == PairPart::Assists)
}

/// Checks that a kind of event that two make has both halves, and every other one nobody else.
pub(super) fn check_pairs(plan: &Plan, pack: &PlannerPack, day: Date, found: &mut Findings) {
    let mut people: BTreeMap<&str, Vec<&Route>> = BTreeMap::new();
    for route in &plan.routes {
        people.entry(route.inspector.key.as_str()).or_default().push(route);
    }
    for route in &plan.routes {
        for visit in &route.visits {
            let line = law::line_of(&visit.event_kind, pack, day);
            let needed = line.map_or(1, |line| line.inspectors);
            if let Some(detail) = problem_of((route, visit), needed, &people) {
                found.at(ViolationCode::Pair, route, visit, detail);
            }
        }
    }
}

fn problem_of(
    (route, visit): (&Route, &Visit),
    needed: u32,
    people: &BTreeMap<&str, Vec<&Route>>,
) -> Option<String> {
    let partner = match (&visit.partner, needed) {
        (None, 1) => return None,
        (None, _) => return Some(format!("made alone, the kind of event needs {needed}")),
        (Some(partner), 1) => return Some(format!("one is enough, and «{}» comes too", partner.inspector)),
        (Some(partner), _) => partner,
    };
    if partner.inspector == route.inspector.key {
        return Some("made by one person twice".to_owned());
    }
    let theirs = people.get(partner.inspector.as_str()).into_iter().flatten().flat_map(|route| &route.visits);
    let (object, kind) = (visit.candidate.object, &visit.candidate.control_kind);
    let halves: Vec<&Visit> = theirs
        .filter(|other| other.candidate.object == object && other.candidate.control_kind == *kind)
        .collect();
    let [other] = halves.as_slice() else {
        return Some(format!("«{}» has it {} times", partner.inspector, halves.len()));
    };
    let agrees = other
        .partner
        .as_ref()
        .is_some_and(|back| back.inspector == route.inspector.key && back.part != partner.part);
    if !agrees {
        return Some(format!("«{}» knows of another partner, or both do the same part", partner.inspector));
    }
    if (other.start, other.end) != (visit.start, visit.end) {
        let (start, end) = (other.start.0, other.end.0);
        return Some(format!(
            "from {} to {}, the other half from {start} to {end}",
            visit.start.0, visit.end.0
        ));
    }
    let same = other.candidate == visit.candidate
        && other.event_kind == visit.event_kind
        && other.ground == visit.ground
        && other.cause == visit.cause;
    (!same).then(|| "the other half is another visit".to_owned())
}

/// Fixes a stop at a minute: that is when the other one comes.
fn fixed(stop: Stop<'_>, start: i64) -> Option<Stop<'_>> {
    let start = Minutes(u32::try_from(start).ok()?);
    Some(Stop { opening: Some(Opening { opens: start, closes: start }), ..stop })
}

/// Tells whether two of some people could certainly meet at a stop if they did nothing else.
pub(super) fn could_meet<'a>(
    people: impl Iterator<Item = &'a Route> + Clone,
    stop: Stop<'a>,
    (pack, rest): (&PlannerPack, &DayRest),
) -> bool {
    let pace = (pack, Pace::Slow);
    let reaches = |route: &Route| reach(&route.inspector, rest.begins(route, pack), &[stop], pace);
    let mut starts: Vec<i64> = people.clone().filter_map(reaches).collect();
    starts.sort_unstable();
    starts.dedup();
    starts.into_iter().filter_map(|start| fixed(stop, start)).any(|stop| {
        let is_there = |route: &&Route| drive(&route.inspector, rest.begins(route, pack), &[stop], pace);
        people.clone().filter(is_there).nth(1).is_some()
    })
}

/// Is when somebody could begin work at a place of his route without anything giving way.
struct Window<'a> {
    route: &'a Route,
    from: i64,
    to: i64,
}

/// Returns two people who certainly could still make a visit together.
pub(super) fn could_still_meet<'a>(
    (candidate, line, stop): (&Candidate, &EventKind, Stop<'_>),
    (plan, tally): (&'a Plan, &Tally<'_>),
    (pack, rest): (&PlannerPack, &DayRest),
) -> Option<[&'a str; 2]> {
    let each = pack.settings.visits_per_inspector;
    let mut places: Vec<(&Route, usize, i64)> = Vec::new();
    let free = plan.routes.iter().filter(|route| rest.is_known(plan, route));
    let free = free.filter(|route| each.is_none_or(|most| route.visits.len() < most as usize));
    for route in free.filter(|route| law::may_go(&route.inspector, candidate, line)) {
        let stops = stops_of(route);
        for place in rest.begun(route)..=stops.len() {
            let way = [&stops[..place], &[rest.still(stop)]].concat();
            let start = reach(&route.inspector, rest.begins(route, pack), &way, (pack, Pace::Slow));
            places.extend(start.map(|start| (route, place, start)));
        }
    }
    let mut starts: Vec<i64> = places.iter().map(|(.., start)| *start).collect();
    starts.sort_unstable();
    starts.dedup();
    let holds = |route: &Route, place: usize, start: i64| {
        let Some(stop) = fixed(stop, start) else { return false };
        let mut stops = stops_of(route);
        stops.insert(place, stop);
        drive(&route.inspector, rest.begins(route, pack), &stops, (pack, Pace::Slow))
    };
    let windows = places.into_iter().filter_map(|(route, place, from)| {
        let later = &starts[starts.partition_point(|start| *start < from)..];
        // Who can begin later can begin at any common minute before.
        let count = later.partition_point(|start| holds(route, place, *start));
        let to = *later.get(count.checked_sub(1)?)?;
        Some(Window { route, from, to })
    });
    meeting(windows.collect(), |route| !tally.is_full(QuotaKind::Unit, &route.inspector.unit))
}

/// Returns two different people whose windows share a minute, one of whom can lead.
fn meeting<'a>(mut windows: Vec<Window<'a>>, leads: impl Fn(&Route) -> bool) -> Option<[&'a str; 2]> {
    windows.sort_by_key(|window| window.from);
    // For everybody before, the window that lasts longest.
    let mut before: BTreeMap<&str, (i64, bool)> = BTreeMap::new();
    for window in &windows {
        let (key, can_lead) = (window.route.inspector.key.as_str(), leads(window.route));
        let other = before
            .iter()
            .find(|(other, (to, leads))| **other != key && *to >= window.from && (can_lead || *leads));
        if let Some((other, _)) = other {
            return Some([*other, key]);
        }
        let last = before.entry(key).or_insert((window.to, can_lead));
        last.0 = last.0.max(window.to);
    }
    None
}

/// Says what is wrong with what would give way on two routes for a visit of two.
pub(super) fn forcing_problem(
    forcing: &Forcing,
    (candidate, line, stop): (&Candidate, &EventKind, Stop<'_>),
    (plan, tally): (&Plan, &Tally<'_>),
    (pack, rest): (&PlannerPack, &DayRest),
) -> Option<String> {
    let Some(second) = &forcing.second else { return Some("it needs two people".to_owned()) };
    let parts =
        [(&forcing.inspector, forcing.first, forcing.count), (&second.inspector, second.first, second.count)];
    let mut routes = Vec::new();
    for (key, first, count) in parts {
        let (first, count) = (first as usize, count as usize);
        let route = plan.routes.iter().find(|route| route.inspector.key == *key);
        let giving = route.and_then(|route| Some((route, first, route.visits.get(first..first + count)?)));
        let Some(part) = giving else { return Some("the route has no such visits".to_owned()) };
        routes.push(part);
    }
    let [(one, ..), (other, ..)] = routes.as_slice() else { return None };
    if one.inspector.key == other.inspector.key {
        return Some("one person is named twice".to_owned());
    }
    if routes.iter().any(|(route, ..)| !law::may_go(&route.inspector, candidate, line)) {
        return Some("the inspector may not do it".to_owned());
    }
    let starts: Option<Vec<i64>> =
        routes.iter().map(|part| start_in(*part, rest.still(stop), (pack, rest))).collect();
    let start = starts.and_then(|starts| starts.into_iter().max()).and_then(|start| fixed(stop, start));
    let holds = |stop: Stop<'_>| {
        routes.iter().all(|(route, first, giving)| {
            let mut stops = rest.stops(route);
            stops.splice(*first..first + giving.len(), [stop]);
            let is_told = rest.is_known(plan, route);
            !is_told || drive(&route.inspector, rest.begins(route, pack), &stops, (pack, Pace::Fast))
        })
    };
    if !start.is_some_and(holds) {
        return Some("they cannot meet in their place".to_owned());
    }
    let given: Vec<(&Route, &[Visit])> = routes.iter().map(|(route, _, giving)| (*route, *giving)).collect();
    let has_room = |unit: &&Route| tally.allows((candidate, &line.code), unit, &given);
    let allowed = [one, other].into_iter().any(has_room);
    (!allowed).then(|| "a quota would be exceeded".to_owned())
}

fn start_in(
    (route, first, _): (&Route, usize, &[Visit]),
    stop: Stop<'_>,
    (pack, rest): (&PlannerPack, &DayRest),
) -> Option<i64> {
    let mut stops = rest.stops(route);
    stops.truncate(first);
    stops.push(stop);
    reach(&route.inspector, rest.begins(route, pack), &stops, (pack, Pace::Fast))
}
