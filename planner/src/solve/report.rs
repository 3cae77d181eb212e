//! From the search's numbers to a domain plan: whole-minute times, values, and a true reason for everything that
//! stayed out.

use std::collections::BTreeMap;

use dozor_domain::{LeftOut, LeftOutReason, Minutes, Plan, PlanId, Route, Visit, sha256};

use super::PlanRequest;
use super::instance::{Barrier, Instance, Person};
use super::search::Found;
use crate::PlannerSettings;
use crate::value::{from_mills, to_mills, visit_value};

/// Makes the plan.
pub(crate) fn plan(
    request: &PlanRequest,
    settings: &PlannerSettings,
    instance: &Instance<'_>,
    found: &Found,
) -> Plan {
    let routes: Vec<Route> =
        (0..instance.people.len()).map(|person| route(instance, found, person)).collect();
    let left_out = left_out(request, settings, instance, found, &routes);
    let date = request.date.to_string();
    Plan {
        id: plan_id(request, &date, found.iterations, &routes, &left_out),
        parent: request.parent,
        date,
        seed: request.seed,
        iterations: found.iterations,
        value: from_mills(found.best.value),
        routes,
        left_out,
    }
}

fn route(instance: &Instance<'_>, found: &Found, person: usize) -> Route {
    let inspector = instance.staff[person];
    let Person { base, pace, .. } = instance.people[person];
    let mut here = base;
    let mut clock = inspector.shift_start.0;
    let mut visits = Vec::new();
    for item in &found.best.lines[person].stops {
        let item = &instance.items[*item as usize];
        let work = instance.work[item.work as usize];
        let travel = pace.minutes(&here, &item.spot).unsigned_abs();
        let arrive = clock + travel;
        clock = arrive + work.service.0;
        here = item.spot;
        visits.push(Visit {
            candidate: work.candidate.clone(),
            event_kind: work.event_kind.clone(),
            ground: work.ground.clone(),
            arrive: Minutes(arrive),
            start: Minutes(arrive),
            end: Minutes(clock),
            travel: Minutes(travel),
            value: from_mills(item.value),
        });
    }
    let travel_back = if visits.is_empty() { 0 } else { pace.minutes(&here, &base).unsigned_abs() };
    Route {
        inspector: inspector.clone(),
        visits,
        travel_back: Minutes(travel_back),
        back_at: Minutes(clock + travel_back),
    }
}

fn left_out(
    request: &PlanRequest,
    settings: &PlannerSettings,
    instance: &Instance<'_>,
    found: &Found,
    routes: &[Route],
) -> Vec<LeftOut> {
    let mut least: BTreeMap<Option<&str>, i64> = BTreeMap::new();
    for visit in routes.iter().flat_map(|route| &route.visits) {
        let mills = to_mills(visit.value);
        let territory = visit.candidate.territory.as_deref();
        least.entry(territory).and_modify(|value| *value = mills.min(*value)).or_insert(mills);
    }
    let mut out: Vec<(i64, LeftOut)> = Vec::new();
    for (index, barrier) in &instance.barred {
        let work = instance.work[*index as usize];
        let reason = match barrier {
            Barrier::NoPosition => LeftOutReason::NoPosition,
            Barrier::NoInspectorInTerritory => LeftOutReason::NoInspectorInTerritory,
            Barrier::NoInspectorWithSkill(skill) => {
                LeftOutReason::NoInspectorWithSkill { skill: skill.clone() }
            }
            Barrier::TooFar => LeftOutReason::TooFar,
        };
        out.push((to_mills(work.value), LeftOut { candidate: work.candidate.clone(), reason }));
    }
    for (_, item) in (0_u32..).zip(&instance.items).filter(|(index, _)| found.best.is_free(*index)) {
        let candidate = instance.work[item.work as usize].candidate.clone();
        let least_planned = least.get(&candidate.territory.as_deref()).copied().map(from_mills);
        let reason = LeftOutReason::NoTimeLeft { value: from_mills(item.value), least_planned };
        out.push((item.value, LeftOut { candidate, reason }));
    }
    for refused in &request.selection.left_out {
        let ground = refused.candidate.grounds.first();
        let value = ground.map_or(0.0, |ground| visit_value(&refused.candidate, ground, settings));
        out.push((to_mills(value), refused.clone()));
    }
    out.sort_by(|(value, a), (other, b)| {
        let (a, b) = (&a.candidate, &b.candidate);
        other
            .cmp(value)
            .then_with(|| (&a.key, &a.control_kind, a.object).cmp(&(&b.key, &b.control_kind, b.object)))
    });
    out.into_iter().map(|(_, out)| out).collect()
}

/// Derives the id from the day, the parent, the seed, the count of iterations and everything in the plan.
fn plan_id(
    request: &PlanRequest,
    date: &str,
    iterations: u64,
    routes: &[Route],
    left_out: &[LeftOut],
) -> PlanId {
    // JSON of plain structs with finite numbers cannot fail; an empty text would only make two plans share an id
    // that differ in nothing else, and compare-and-set would still tell them apart by parent.
    let content = serde_json::to_vec(&(routes, left_out)).unwrap_or_default();
    let parent = request.parent.map(|parent| *parent.as_bytes()).unwrap_or_default();
    PlanId::derive(&[
        b"plan",
        date.as_bytes(),
        &parent,
        &request.seed.to_le_bytes(),
        &iterations.to_le_bytes(),
        &sha256(&content),
    ])
}
