//! Several tasks at one address are one stop: two stops at one place that could certainly be one are a fault.

use dozor_domain::{InspectorDay, Plan, Position, Route, Visit};
use jiff::civil::Date;

use super::carried::begins;
use super::drive::{Pace, Stop, drive, stops_of};
use super::{Findings, ViolationCode, law};
use crate::PlannerPack;

/// Is consecutive visits of a route at one place.
#[derive(Clone, Copy)]
struct Group<'a> {
    route: &'a Route,
    first: usize,
    visits: &'a [Visit],
    at: Position,
}

impl Group<'_> {
    fn end(&self) -> usize {
        self.first + self.visits.len()
    }
}

/// Checks the plan of a whole day: in the rest of one only what must move moves.
pub(super) fn check_stops(plan: &Plan, pack: &PlannerPack, day: Date, found: &mut Findings) {
    let mut groups: Vec<Group<'_>> = plan.routes.iter().flat_map(groups_of).collect();
    let order = |one: &Position, other: &Position| {
        one.lat.total_cmp(&other.lat).then_with(|| one.lon.total_cmp(&other.lon))
    };
    groups.sort_by(|one, other| order(&one.at, &other.at));
    for place in groups.chunk_by(|one, other| one.at == other.at) {
        let apart = |from: &&Group<'_>| {
            place.iter().any(|to| !is_same(from, to) && could_join(from, to, (pack, day)))
        };
        let Some(group) = place.iter().find(apart) else { continue };
        let Some(visit) = group.visits.first() else { continue };
        let detail = "another stop of the plan is at the same place and has room for it".to_owned();
        found.at(ViolationCode::Stop, group.route, visit, detail);
    }
}

fn groups_of(route: &Route) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    let mut first = 0;
    // Nobody stops anywhere for a visit by video.
    let place = |visit: &Visit| visit.candidate.position.filter(|_| !visit.by_video);
    for visits in route.visits.chunk_by(|one, next| place(one) == place(next)) {
        let at = visits.first().and_then(place);
        groups.extend(at.map(|at| Group { route, first, visits, at }));
        first += visits.len();
    }
    groups
}

fn is_same(one: &Group<'_>, other: &Group<'_>) -> bool {
    one.route.inspector.key == other.route.inspector.key && one.first == other.first
}

/// Tells whether all visits of a group could certainly be made right after or right before another one's.
fn could_join(from: &Group<'_>, to: &Group<'_>, (pack, day): (&PlannerPack, Date)) -> bool {
    let (own, other) = (&from.route.inspector, &to.route.inspector);
    let is_one_route = own.key == other.key;
    let limit = pack.settings.visits_per_inspector;
    let is_allowed = is_one_route
        || (own.unit == other.unit || pack.settings.quotas.unit.is_empty())
            && limit.is_none_or(|most| to.route.visits.len() + from.visits.len() <= most as usize);
    let may_go = |visit: &Visit| {
        let line = law::line_of(&visit.event_kind, pack, day);
        visit.partner.is_none() && line.is_some_and(|line| law::may_go(other, &visit.candidate, line))
    };
    // By tables a way through a third place may be shorter: that all fit does not say that each does as it is added.
    let by_distance = [own.mode, other.mode].iter().all(|mode| pack.settings.times.of(*mode).is_none());
    let is_certain = from.visits.len() == 1 || by_distance;
    if !is_allowed || !is_certain || !from.visits.iter().all(may_go) {
        return false;
    }
    let (here, there) = (stops_of(from.route), stops_of(to.route));
    if here.len() != from.route.visits.len() || there.len() != to.route.visits.len() {
        return false;
    }
    let moving = &here[from.first..from.end()];
    let rest = [&here[..from.first], &here[from.end()..]].concat();
    let holds = |inspector: &InspectorDay, stops: &[Stop<'_>]| {
        drive(inspector, begins(inspector, pack), stops, (pack, Pace::Slow))
    };
    if is_one_route {
        let shifted = if from.first < to.first { from.visits.len() } else { 0 };
        let places = [to.end() - shifted, to.first - shifted];
        return places.into_iter().any(|place| holds(other, &with(&rest, moving, place)));
    }
    let is_left = rest.is_empty() || holds(own, &rest);
    is_left && [to.end(), to.first].into_iter().any(|place| holds(other, &with(&there, moving, place)))
}

fn with<'a>(stops: &[Stop<'a>], moving: &[Stop<'a>], place: usize) -> Vec<Stop<'a>> {
    [&stops[..place], moving, &stops[place..]].concat()
}
