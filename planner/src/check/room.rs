//! Whether somebody certainly had room for a visit that stayed out.

use dozor_domain::{Candidate, Plan, QuotaKind, Route, Visit};

use super::carried::begins;
use super::drive::{DayRest, Pace, Stop, drive, stops_of};
use super::quota::Tally;
use super::times::Place;
use super::ways::Way;
use super::{law, pairs};
use crate::{EventKind, PlannerPack};

/// Returns the minutes between the end of a route and that of the shift.
pub(super) fn slack(route: &Route, pack: &PlannerPack) -> i64 {
    let inspector = &route.inspector;
    // A route without stops has the whole shift but for what is carried over, whatever it says about being back.
    let back = match route.visits.is_empty() {
        true => begins(inspector, pack),
        false => i64::from(route.back_at.0),
    };
    i64::from(inspector.shift_end.0) - back
}

/// Says who certainly could still make a visit.
pub(super) fn who_could(
    (candidate, line, stop): (&Candidate, &EventKind, Stop<'_>),
    (plan, tally): (&Plan, &Tally<'_>),
    slack: &[i64],
    (pack, rest): (&PlannerPack, &DayRest),
) -> Option<String> {
    if line.inspectors > 1 {
        let two = fits_two((candidate, line, stop), (plan, tally), (pack, rest));
        return two.map(|[one, other]| format!("«{one}» and «{other}» can meet"));
    }
    let one = fits_somewhere((candidate, line, stop), (plan, tally), slack, (pack, rest));
    one.map(|key| format!("it fits on «{key}»"))
}

/// Returns the inspector on whose route the candidate would certainly still fit.
fn fits_somewhere<'a>(
    (candidate, line, stop): (&Candidate, &EventKind, Stop<'_>),
    (plan, tally): (&'a Plan, &Tally<'_>),
    slack: &[i64],
    (pack, rest): (&PlannerPack, &DayRest),
) -> Option<&'a str> {
    if is_full(plan, pack) || tally.is_full_for(candidate, &line.code) {
        return None;
    }
    let has_room = |(route, slack): &(&Route, &i64)| {
        let limit = pack.settings.visits_per_inspector;
        // Where somebody waits for an opening, the end of the day does not tell how much room there is.
        let waits = has_openings(route, &stop);
        (waits || **slack >= stop.service) && limit.is_none_or(|most| route.visits.len() < most as usize)
    };
    let routes =
        plan.routes.iter().zip(slack).filter(|(route, _)| rest.is_known(plan, route)).filter(has_room);
    routes
        .filter(|(route, _)| law::may_go(&route.inspector, candidate, line))
        .filter(|(route, _)| !tally.is_full(QuotaKind::Unit, &route.inspector.unit))
        .find(|(route, slack)| fits_on(route, stop, **slack, (pack, rest)))
        .map(|(route, _)| route.inspector.key.as_str())
}

fn is_full(plan: &Plan, pack: &PlannerPack) -> bool {
    let visits = plan.routes.iter().flat_map(|route| &route.visits);
    let planned = visits.filter(|visit| !pairs::assists(visit)).count();
    pack.settings.daily_capacity.is_some_and(|most| planned >= most as usize)
}

/// Returns two inspectors who certainly could still make a visit together.
fn fits_two<'a>(
    (candidate, line, stop): (&Candidate, &EventKind, Stop<'_>),
    (plan, tally): (&'a Plan, &Tally<'_>),
    (pack, rest): (&PlannerPack, &DayRest),
) -> Option<[&'a str; 2]> {
    if is_full(plan, pack) || tally.is_full_for(candidate, &line.code) {
        return None;
    }
    pairs::could_still_meet((candidate, line, stop), (plan, tally), (pack, rest))
}

fn has_openings(route: &Route, stop: &Stop<'_>) -> bool {
    let waits = |visit: &Visit| visit.candidate.opening.is_some() || visit.partner.is_some();
    stop.opening.is_some() || route.visits.iter().any(waits)
}

fn fits_on(route: &Route, stop: Stop<'_>, slack: i64, (pack, rest): (&PlannerPack, &DayRest)) -> bool {
    if has_openings(route, &stop) {
        return drives_with(route, stop, (pack, rest));
    }
    // Without openings the end of the day tells whether it can fit; only then is it driven, from the hour it is and with
    // the break.
    let is_plain = rest.now == 0 && pack.settings.pause.is_none();
    has_gap(route, stop, slack, pack) && (is_plain || drives_with(route, stop, (pack, rest)))
}

fn drives_with(route: &Route, stop: Stop<'_>, (pack, rest): (&PlannerPack, &DayRest)) -> bool {
    let stops = stops_of(route);
    // What has begun is behind whoever takes something new.
    (rest.begun(route)..=stops.len()).any(|place| {
        let mut with = stops.clone();
        with.insert(place, rest.still(stop));
        drive(&route.inspector, rest.begins(route, pack), &with, (pack, Pace::Slow))
    })
}

fn has_gap(route: &Route, stop: Stop<'_>, slack: i64, pack: &PlannerPack) -> bool {
    let inspector = &route.inspector;
    let (place, service) = (stop.at(inspector), stop.service);
    let stops = route.visits.iter().filter_map(|visit| Place::of_visit(visit, inspector));
    let base = Place::base(inspector);
    let places: Vec<Place<'_>> = std::iter::once(base).chain(stops).chain(std::iter::once(base)).collect();
    places.windows(2).any(|pair| {
        let [from, to] = pair else { return false };
        let way = |one: Place<'_>, other: Place<'_>| Way::between(one, other, inspector, pack);
        let (Some(there), Some(on), Some(now)) = (way(*from, place), way(place, *to), way(*from, *to)) else {
            return false;
        };
        let now = if route.visits.is_empty() { 0 } else { now.at_least() };
        there.at_most() + on.at_most() - now + service <= slack
    })
}
