//! From the search's numbers to a domain plan: whole-minute times, values, and a true reason for everything that
//! stayed out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use dozor_domain::{
    ConflictProof, LeftOut, LeftOutReason, Load, Minutes, PairPart, Partner, Plan, PlanId, Route,
    TravelTimesUsed, Visit, VisitCause, sha256,
};

use super::PlanRequest;
use super::bound::bound;
use super::clock::Served;
use super::instance::{Barrier, Instance};
use super::outlook::{expect, forcings};
use super::quotas::full_quota;
use super::used::times_used;
use super::ways::DayRoads;
use crate::routing::{Conflict, Dutiful, Proof};
use crate::value::{from_mills, to_mills, visit_value};
use crate::{PlannerPack, PlannerSettings};

/// Says how much is worked out about what stayed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Everything: also what would have to give way, and the bound.
    Full,
    /// What a plan must have.
    Quick,
    /// Everything, under the id that the plan had when it was shown without.
    Afterwards,
}

/// Makes the plan.
pub(crate) fn plan<W: DayRoads>(
    request: &PlanRequest,
    pack: &PlannerPack,
    instance: &Instance<'_, W>,
    (answer, detail): (&Dutiful, Detail),
) -> Plan {
    let found = &answer.found;
    let crews = 0..instance.staff.len();
    let routes: Vec<Route> =
        crews.map(|crew| route(instance, &found.routes[crew], crew, &pack.settings)).collect();
    let mut left_out = left_out(request, &pack.settings, instance, (answer, detail), &routes);
    expect(&mut left_out, &routes, request.date, pack);
    let date = request.date.to_string();
    let iterations = found.aim.stop;
    let travel_times = times_used(instance, &found.routes, &pack.settings);
    Plan {
        id: plan_id(request, (&date, iterations), (&routes, &named(&left_out, detail)), &travel_times),
        parent: request.parent,
        date,
        seed: request.seed,
        iterations,
        value: from_mills(instance.problem.worth(found.routes.iter().flatten())),
        bound: (detail != Detail::Quick).then(|| from_mills(bound(instance))),
        routes,
        left_out,
        rest: None,
        travel_times,
    }
}

fn route<W: DayRoads>(
    instance: &Instance<'_, W>,
    items: &[u32],
    crew: usize,
    settings: &PlannerSettings,
) -> Route {
    let (inspector, problem, day) = (instance.staff[crew].clone(), &instance.problem, &instance.clock);
    // Plans of packs that do not weigh it say nothing of it.
    let has_load = settings.weights.balance > 0.0;
    if items.is_empty() {
        // Who visits nobody has left the base at no time.
        let (visits, back_at) = (Vec::new(), inspector.shift_start);
        let load = has_load.then(Load::default);
        return Route { inspector, visits, travel_back: Minutes(0), back_at, pause: None, load };
    }
    let crew = &problem.crews[crew];
    let begun = crew.start.unsigned_abs();
    let (mut here, mut clock) = (crew.base, begun);
    let (mut visits, mut served) = (Vec::new(), Vec::new());
    for (item, start) in items.iter().zip(problem.times(crew, items)) {
        let work = instance.work_of(*item);
        let travel = problem.ways.way(crew.profile, here, *item).unsigned_abs();
        let start = instance.begun.get(item).copied().unwrap_or(start.unsigned_abs());
        let arrive = clock + travel;
        clock = start + work.service.0;
        here = *item;
        let visit = Served { start, end: clock };
        served.push(visit);
        visits.push(Visit {
            candidate: work.candidate.clone(),
            event_kind: work.event_kind.clone(),
            ground: work.ground.clone(),
            arrive: Minutes(day.arrival(arrive, begun)),
            start: Minutes(day.start(start)),
            end: Minutes(day.end(visit)),
            travel: Minutes(travel),
            value: if instance.is_assist(*item) { 0.0 } else { from_mills(to_mills(work.value)) },
            partner: partner(instance, *item),
            by_video: work.by_video,
            cause: instance.cause(*item),
        });
    }
    let travel_back = problem.ways.way(crew.profile, here, crew.base).unsigned_abs();
    let back = clock + travel_back;
    let service = items.iter().map(|item| instance.work_of(*item).service.0).sum();
    let travel = visits.iter().map(|visit| visit.travel.0).sum::<u32>() + travel_back;
    let load = Load { service: Minutes(service), travel: Minutes(travel) };
    Route {
        inspector,
        visits,
        travel_back: Minutes(travel_back),
        back_at: Minutes(day.arrival(back, begun)),
        pause: day.pause(&served, (begun, back)),
        load: has_load.then_some(load),
    }
}

/// Returns who else makes the visit of an item.
fn partner<W: DayRoads>(instance: &Instance<'_, W>, item: u32) -> Option<Partner> {
    let pair = instance.pair_of(item)?;
    let [leads, assists] = pair.appointed?.crews;
    let (other, part) =
        if item == pair.lead { (assists, PairPart::Leads) } else { (leads, PairPart::Assists) };
    Some(Partner { inspector: instance.staff[other as usize].key.clone(), part })
}

fn left_out<W: DayRoads>(
    request: &PlanRequest,
    settings: &PlannerSettings,
    instance: &Instance<'_, W>,
    answer: (&Dutiful, Detail),
    routes: &[Route],
) -> Vec<LeftOut> {
    let barred = instance.barred.iter().map(|(index, barrier)| {
        let work = instance.work[*index as usize];
        (to_mills(work.value), LeftOut::new(work.candidate.clone(), barred(barrier)))
    });
    let refused = request.selection.left_out.iter().map(|refused| {
        let ground = refused.candidate.grounds.first();
        let value = ground.map_or(0.0, |ground| visit_value(&refused.candidate, ground, settings));
        (to_mills(value), refused.clone())
    });
    let mut out: Vec<(i64, LeftOut)> = barred.chain(refused).collect();
    out.extend(without_time(instance, answer, routes));
    out.sort_by(|(value, a), (other, b)| {
        let (a, b) = (&a.candidate, &b.candidate);
        other
            .cmp(value)
            .then_with(|| (&a.key, &a.control_kind, a.object).cmp(&(&b.key, &b.control_kind, b.object)))
    });
    out.into_iter().map(|(_, out)| out).collect()
}

fn barred(barrier: &Barrier) -> LeftOutReason {
    match barrier {
        Barrier::NoPosition => LeftOutReason::NoPosition,
        Barrier::NoInspectorInTerritory => LeftOutReason::NoInspectorInTerritory,
        Barrier::NoInspectorWithSkill(skill) => LeftOutReason::NoInspectorWithSkill { skill: skill.clone() },
        Barrier::InspectorsExcluded => LeftOutReason::InspectorsExcluded,
        Barrier::NoSecondInspector => LeftOutReason::NoSecondInspector,
        Barrier::NeverOpen => LeftOutReason::NeverOpen,
        Barrier::TooFar => LeftOutReason::TooFar,
    }
}

/// Returns what somebody could have done, had there been time.
fn without_time<W: DayRoads>(
    instance: &Instance<'_, W>,
    (answer, detail): (&Dutiful, Detail),
    routes: &[Route],
) -> Vec<(i64, LeftOut)> {
    // Mandatory and urgent work goes first whatever it is worth: no reason why something worth more stays out.
    let voluntary = |visit: &&Visit| visit.cause == VisitCause::Worth && visit.counts();
    let mut least: BTreeMap<Option<&str>, i64> = BTreeMap::new();
    for visit in routes.iter().flat_map(|route| &route.visits).filter(voluntary) {
        let mills = to_mills(visit.value);
        let territory = visit.candidate.territory.as_deref();
        least.entry(territory).and_modify(|value| *value = mills.min(*value)).or_insert(mills);
    }
    let mut is_planned = vec![false; instance.items.len()];
    answer.found.routes.iter().flatten().for_each(|item| is_planned[*item as usize] = true);
    let free: Vec<u32> =
        (0..instance.items.len() as u32).filter(|item| !is_planned[*item as usize]).collect();
    let free: Vec<u32> = free.into_iter().filter(|item| !instance.is_assist(*item)).collect();
    let conflicts: BTreeMap<u32, &Conflict> =
        answer.conflicts.iter().map(|conflict| (conflict.item, conflict)).collect();
    let forcings = match detail {
        Detail::Full | Detail::Afterwards => forcings(instance, &answer.found.routes, &free),
        Detail::Quick => vec![None; free.len()],
    };
    let counts = instance.problem.counts(&answer.found.routes);
    let outs = free.iter().zip(forcings).map(|(item, forcing)| {
        let work = instance.work_of(*item);
        let value = to_mills(work.value);
        let quota = full_quota(instance, &counts, *item);
        let reason = match (conflicts.get(item), quota) {
            // Nothing stands against it but a quota of none.
            (Some(_), Some(quota @ LeftOutReason::Quota { most: 0, .. })) | (None, Some(quota)) => quota,
            // Nothing that counts as much, but the quota is used up where nothing could give way for it.
            (Some(conflict), Some(quota))
                if conflict.with.is_empty() && instance.cause(*item) == VisitCause::Urgent =>
            {
                quota
            }
            (Some(conflict), _) => {
                let key = |other: &u32| instance.work_of(*other).candidate.key.clone();
                let mut with: Vec<String> = conflict.with.iter().map(key).collect();
                // The halves of a visit that two make are one visit.
                with.dedup();
                let proof = match conflict.proof {
                    Proof::Exact => ConflictProof::Exact,
                    Proof::Search => ConflictProof::Search,
                };
                LeftOutReason::MandatoryConflict { with, proof }
            }
            (None, None) => {
                let least = least.get(&work.candidate.territory.as_deref());
                LeftOutReason::NoTimeLeft {
                    value: from_mills(value),
                    least_planned: least.copied().map(from_mills),
                }
            }
        };
        (value, LeftOut { forcing, ..LeftOut::new(work.candidate.clone(), reason) })
    });
    outs.collect()
}

/// Returns what stayed out as the id names it: where the plan was shown before its prices were known, without them.
fn named(left_out: &[LeftOut], detail: Detail) -> Cow<'_, [LeftOut]> {
    let bare = |out: &LeftOut| LeftOut { forcing: None, ..out.clone() };
    match detail {
        Detail::Full | Detail::Quick => Cow::Borrowed(left_out),
        Detail::Afterwards => left_out.iter().map(bare).collect(),
    }
}

/// Derives the id from the day, the parent, the seed, the count of iterations and everything in the plan.
fn plan_id(
    request: &PlanRequest,
    (date, iterations): (&str, u64),
    content: (&[Route], &[LeftOut]),
    travel_times: &[TravelTimesUsed],
) -> PlanId {
    // JSON of plain structs with finite numbers cannot fail; an empty text would only make two plans share an id
    // that differ in nothing else, and compare-and-set would still tell them apart by parent.
    let content = serde_json::to_vec(&content).unwrap_or_default();
    let parent = request.parent.map(|parent| *parent.as_bytes()).unwrap_or_default();
    let (seed, iterations, content) =
        (request.seed.to_le_bytes(), iterations.to_le_bytes(), sha256(&content));
    let mut parts: Vec<&[u8]> = vec![b"plan", date.as_bytes(), &parent, &seed, &iterations, &content];
    // Two plans with the same routes by other tables are two plans.
    parts.extend(travel_times.iter().map(|used| used.table.as_bytes()));
    PlanId::derive(&parts)
}
