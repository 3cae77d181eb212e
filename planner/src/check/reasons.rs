//! Whether the reasons for staying out are true of this plan.

use dozor_domain::{Candidate, InspectorDay, LeftOut, LeftOutReason, Plan, Position, Route};
use jiff::civil::Date;

use super::ways::Way;
use super::{Findings, ViolationCode, law};
use crate::{EventKind, PlannerPack};

/// Checks order and reasons of everything that stayed out.
pub(super) fn check_left_out(plan: &Plan, pack: &PlannerPack, day: Date, found: &mut Findings) {
    let slack: Vec<i64> = plan.routes.iter().map(slack).collect();
    for out in &plan.left_out {
        if let Some(problem) = problem(out, plan, &slack, pack, day) {
            found.note(ViolationCode::Reason, "", &out.candidate.key, problem);
        }
    }
    check_order(plan, pack, day, found);
}

fn slack(route: &Route) -> i64 {
    let inspector = &route.inspector;
    // A route without stops has the whole shift, whatever it says about being back.
    let back = if route.visits.is_empty() { inspector.shift_start } else { route.back_at };
    i64::from(inspector.shift_end.0) - i64::from(back.0)
}

fn problem(out: &LeftOut, plan: &Plan, slack: &[i64], pack: &PlannerPack, day: Date) -> Option<String> {
    let candidate = &out.candidate;
    let lawful = law::lightest(candidate, pack, day);
    let said = |text: &str| Some(format!("said {:?}, but {text}", out.reason));
    let (line, ground) = match (&out.reason, lawful) {
        (LeftOutReason::TaskOpen, _) | (LeftOutReason::NoLawfulEvent { .. }, None) => return None,
        (LeftOutReason::NoLawfulEvent { .. }, Some((line, _))) => {
            return said(&format!("«{}» is lawful", line.code));
        }
        (_, None) => return said("no kind of event is lawful"),
        (_, Some(lawful)) => lawful,
    };
    let Some(position) = candidate.position else {
        return if out.reason == LeftOutReason::NoPosition { None } else { said("it has no position") };
    };
    let mut there = plan.routes.iter().filter(|route| law::serves(&route.inspector, candidate));
    let mut able =
        there.clone().filter(|route| law::lacking_skill(&route.inspector, candidate, line).is_none());
    let service = service(line, candidate);
    match &out.reason {
        LeftOutReason::NoPosition => said("it has one"),
        LeftOutReason::NoInspectorInTerritory => there.next().and_then(|_| said("somebody serves it")),
        LeftOutReason::NoInspectorWithSkill { skill } => {
            let needed = line.skills.contains(skill) || *skill == candidate.control_kind;
            let nobody_there = there.next().is_none();
            if able.next().is_some() || nobody_there || !needed { said("that is not so") } else { None }
        }
        LeftOutReason::TooFar => {
            let near = able.clone().any(|route| fits_alone(&route.inspector, position, service, pack));
            if near || able.next().is_none() { said("somebody could go there and be back") } else { None }
        }
        LeftOutReason::NoTimeLeft { value, least_planned } => {
            let worth = law::worth(candidate, ground, pack);
            if (value - worth).abs() > 0.000_6 {
                return said(&format!("weights give {worth}"));
            }
            if *least_planned != least_in(plan, candidate) {
                return said("another visit is the least valuable planned there");
            }
            fits_somewhere(candidate, line, plan, slack, pack)
                .and_then(|key| said(&format!("it fits on «{key}»")))
        }
        LeftOutReason::TaskOpen | LeftOutReason::NoLawfulEvent { .. } => None,
    }
}

fn service(line: &EventKind, candidate: &Candidate) -> i64 {
    let minutes = line.service_minutes.get(&candidate.object_kind).or(line.service_minutes.get("other"));
    minutes.copied().map_or(0, i64::from)
}

fn fits_alone(inspector: &InspectorDay, position: Position, service: i64, pack: &PlannerPack) -> bool {
    let shift = i64::from(inspector.shift_end.0) - i64::from(inspector.shift_start.0);
    Way::between(inspector.base, position, inspector, pack)
        .is_some_and(|way| 2 * way.at_most() + service <= shift)
}

fn least_in(plan: &Plan, candidate: &Candidate) -> Option<f64> {
    let visits = plan.routes.iter().flat_map(|route| &route.visits);
    visits
        .filter(|visit| visit.candidate.territory == candidate.territory)
        .map(|visit| visit.value)
        .min_by(f64::total_cmp)
}

/// Returns the inspector on whose route the candidate would certainly still fit.
fn fits_somewhere<'a>(
    candidate: &Candidate,
    line: &EventKind,
    plan: &'a Plan,
    slack: &[i64],
    pack: &PlannerPack,
) -> Option<&'a str> {
    let service = service(line, candidate);
    let position = candidate.position?;
    let planned: usize = plan.routes.iter().map(|route| route.visits.len()).sum();
    if pack.settings.daily_capacity.is_some_and(|most| planned >= most as usize) {
        return None;
    }
    let has_room = |(route, slack): &(&Route, &i64)| {
        let limit = pack.settings.visits_per_inspector;
        **slack >= service && limit.is_none_or(|most| route.visits.len() < most as usize)
    };
    let routes = plan.routes.iter().zip(slack).filter(has_room);
    routes
        .filter(|(route, _)| {
            let inspector = &route.inspector;
            law::serves(inspector, candidate) && law::lacking_skill(inspector, candidate, line).is_none()
        })
        .find(|(route, slack)| fits_on(route, position, service, **slack, pack))
        .map(|(route, _)| route.inspector.key.as_str())
}

fn fits_on(route: &Route, position: Position, service: i64, slack: i64, pack: &PlannerPack) -> bool {
    let inspector = &route.inspector;
    let stops = route.visits.iter().filter_map(|visit| visit.candidate.position);
    let places: Vec<Position> =
        std::iter::once(inspector.base).chain(stops).chain(std::iter::once(inspector.base)).collect();
    places.windows(2).any(|pair| {
        let [from, to] = pair else { return false };
        let way = |one: Position, other: Position| Way::between(one, other, inspector, pack);
        let (Some(there), Some(on), Some(now)) = (way(*from, position), way(position, *to), way(*from, *to))
        else {
            return false;
        };
        let now = if route.visits.is_empty() { 0 } else { now.at_least() };
        there.at_most() + on.at_most() - now + service <= slack
    })
}

fn check_order(plan: &Plan, pack: &PlannerPack, day: Date, found: &mut Findings) {
    let worth = |out: &LeftOut| {
        let candidate = &out.candidate;
        let refused = matches!(out.reason, LeftOutReason::TaskOpen | LeftOutReason::NoLawfulEvent { .. });
        let ground = match law::lightest(candidate, pack, day) {
            Some((_, ground)) if !refused => Some(ground),
            _ => candidate.grounds.first(),
        };
        ground.map_or(0.0, |ground| law::worth(candidate, ground, pack))
    };
    let values: Vec<f64> = plan.left_out.iter().map(worth).collect();
    for (pair, values) in plan.left_out.windows(2).zip(values.windows(2)) {
        let ([one, next], [value, after]) = (pair, values) else { continue };
        let falls = *value > after - 0.001_1;
        let same = (value - after).abs() < 1e-9;
        if !falls || (same && one.candidate.key > next.candidate.key) {
            let detail = "what stayed out is not by value, then key".to_owned();
            found.note(ViolationCode::LeftOutOrder, "", &next.candidate.key, detail);
        }
    }
}
