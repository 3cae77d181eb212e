//! The independent check of a plan: every constraint a second time, with arithmetic and a reading of the pack's
//! lines of its own. It calls nothing of the search, of `select` or of the gate; where they disagree, one is wrong.

mod agreed;
mod attested;
mod awaited;
mod carried;
mod certain;
mod drive;
mod hours;
mod law;
mod load;
mod outlook;
mod pairs;
mod pause;
mod programme;
mod quota;
mod rank;
mod reasons;
mod room;
mod season;
mod stops;
mod times;
mod video;
mod ways;
mod year;
mod year_book;
mod year_law;
mod year_reasons;
mod year_staff;

pub use drive::DayRest;
pub use year::check_year;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use dozor_domain::{Candidate, InspectorDay, Plan, Route, Visit};
use jiff::civil::Date;

use crate::PlannerPack;

/// Is which constraint is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViolationCode {
    /// The plan's date is no day.
    Date,
    /// An object is in the plan twice under one control kind.
    Twice,
    /// An inspector has two routes, or routes are not in order.
    Routes,
    /// What stayed out is not in order.
    LeftOutOrder,
    /// A sum or a value is not what its parts say.
    Value,
    /// More visits than a day or an inspector may have.
    Capacity,
    /// More visits of a kind of event, in a territory or by a unit than a day may have.
    Quota,
    /// A time of day does not follow from the one before, or travel is shorter than the way.
    Clock,
    /// Outside the shift, or not back in time.
    Shift,
    /// The break is missing, too early, too late, too short or worked through.
    Pause,
    /// The inspector does not serve the territory.
    Territory,
    /// The inspector lacks a skill.
    Skill,
    /// The inspector's attestation was over before the day.
    Attestation,
    /// The inspector has a conflict of interest, or was there last and the kind of event rotates.
    Excluded,
    /// A kind of event that two make has not both halves, or one that one makes has two.
    Pair,
    /// A visit without a position.
    Position,
    /// Work begins when the object is not open.
    Window,
    /// A visit is said to be mandatory and is not, or the other way round.
    Cause,
    /// What would have to give way, or when the turn comes, is not so.
    Outlook,
    /// The time of service is not the kind's.
    Service,
    /// Held by video where the kind of event is not, or the person did not agree to it; or the other way round.
    Video,
    /// Tasks at one place are two stops and could be one.
    Stop,
    /// The load of somebody is not what his visits say.
    Load,
    /// The kind of event is not lawful on this ground, for this object, on this day.
    Law,
    /// A lighter lawful kind exists.
    Lightest,
    /// The ground is not one of the candidate's, or does not hold.
    Ground,
    /// The reason for staying out is not true.
    Reason,
    /// The imported travel times are not those of the plan, or its count of ways by them is wrong.
    TravelTimes,
    /// A candidate or an inspector is missing, foreign or changed.
    Completeness,
}

/// Is one broken constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub code: ViolationCode,
    /// Key of the inspector whose route it is in, empty outside routes.
    pub inspector: String,
    /// Key of the object, empty where it is about a whole route or plan.
    pub object: String,
    /// What is wrong, with numbers.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.code, self.detail)?;
        if !self.object.is_empty() {
            write!(f, " (object «{}»)", self.object)?;
        }
        if !self.inspector.is_empty() {
            write!(f, " (inspector «{}»)", self.inspector)?;
        }
        Ok(())
    }
}

/// Checks a plan by itself: routes, law, values and the reasons for what stayed out. Returns all violations. A plan of the
/// rest of a day says itself what was over.
pub fn check(plan: &Plan, pack: &PlannerPack) -> Vec<Violation> {
    let rest = plan.rest.as_ref();
    let rest = rest.map(|rest| DayRest { now: rest.now.0, away: rest.away.clone() });
    check_rest(plan, pack, &rest.unwrap_or_default())
}

/// Checks a plan of a day of which a part is over: what stayed out is compared with what can still be done.
pub fn check_rest(plan: &Plan, pack: &PlannerPack, rest: &DayRest) -> Vec<Violation> {
    let mut found = Findings::default();
    let Ok(day) = plan.date.parse::<Date>() else {
        found.note(ViolationCode::Date, "", "", format!("«{}» is no day", plan.date));
        return found.all;
    };
    let pack = &*season::of_day(pack, day);
    whole(plan, pack, &mut found);
    times::check_times(plan, pack, &mut found);
    let tally = quota::Tally::of(plan, pack);
    quota::check_quotas(&tally, &mut found);
    agreed::check_hours(plan, pack, day, &mut found);
    pairs::check_pairs(plan, pack, day, &mut found);
    hours::check_hours(plan, pack, day, &mut found);
    for route in &plan.routes {
        attested::check_route(route, day, &mut found);
        ways::check_route(route, pack, day, &mut found);
        carried::check_carried(route, pack, day, &mut found);
        pause::check_pause(route, pack, &mut found);
        load::check_load(route, &mut found);
        for visit in &route.visits {
            law::check_visit((plan, route), visit, pack, day, &mut found);
            video::check_visit(route, visit, pack, day, &mut found);
        }
    }
    rank::check_urgent(plan, &mut found);
    reasons::check_left_out((plan, &tally), pack, (day, rest), &mut found);
    if plan.rest.is_none() && *rest == DayRest::default() {
        stops::check_stops(plan, pack, day, &mut found);
    }
    outlook::check_outlook((plan, &tally), pack, (day, rest), &mut found);
    found.all
}

/// Checks that a plan holds exactly these candidates and inspectors, unchanged. Returns all violations.
pub fn check_complete(plan: &Plan, candidates: &[&Candidate], inspectors: &[InspectorDay]) -> Vec<Violation> {
    let mut found = Findings::default();
    let key = |candidate: &Candidate| (candidate.object, candidate.control_kind.clone());
    let given: BTreeMap<_, _> = candidates.iter().map(|candidate| (key(candidate), *candidate)).collect();
    let mut missing = given.clone();
    for candidate in all_candidates(plan) {
        missing.remove(&key(candidate));
        if given.get(&key(candidate)).is_none_or(|original| *original != candidate) {
            found.note(
                ViolationCode::Completeness,
                "",
                &candidate.key,
                "not as it was handed over".to_owned(),
            );
        }
    }
    for candidate in missing.into_values() {
        found.note(
            ViolationCode::Completeness,
            "",
            &candidate.key,
            "in no route and not left out".to_owned(),
        );
    }
    let mut people: BTreeMap<&str, &InspectorDay> =
        inspectors.iter().map(|inspector| (inspector.key.as_str(), inspector)).collect();
    for route in &plan.routes {
        if people.remove(route.inspector.key.as_str()) != Some(&route.inspector) {
            let detail = "the inspector is not as handed over".to_owned();
            found.note(ViolationCode::Completeness, &route.inspector.key, "", detail);
        }
    }
    for key in people.into_keys() {
        found.note(ViolationCode::Completeness, key, "", "the inspector has no route".to_owned());
    }
    found.all
}

fn all_candidates(plan: &Plan) -> impl Iterator<Item = &Candidate> {
    let visited = plan.routes.iter().flat_map(|route| &route.visits).map(|visit| &visit.candidate);
    visited.chain(plan.left_out.iter().map(|out| &out.candidate))
}

/// Checks what concerns the plan as a whole: nothing twice, order, sums, limits.
fn whole(plan: &Plan, pack: &PlannerPack, found: &mut Findings) {
    let mut seen = BTreeSet::new();
    let counted = |visit: &&Visit| !pairs::assists(visit);
    let visited = plan.routes.iter().flat_map(|route| &route.visits).filter(counted);
    let out = plan.left_out.iter().map(|out| &out.candidate);
    for candidate in visited.clone().map(|visit| &visit.candidate).chain(out) {
        if !seen.insert((candidate.object, candidate.control_kind.as_str())) {
            found.note(ViolationCode::Twice, "", &candidate.key, "in the plan twice".to_owned());
        }
    }
    for pair in plan.routes.windows(2) {
        if let [one, next] = pair
            && one.inspector.key >= next.inspector.key
        {
            let detail = "routes are not in the order of their inspectors' keys".to_owned();
            found.note(ViolationCode::Routes, &next.inspector.key, "", detail);
        }
    }
    let sum: f64 = plan.routes.iter().flat_map(|route| &route.visits).map(|visit| visit.value).sum();
    let visits = visited.count();
    // Values are thousandths: sums may differ by rounding of the last bits only.
    if !plan.value.is_finite() || (sum - plan.value).abs() > 1e-6 * (1.0 + sum.abs()) {
        found.note(
            ViolationCode::Value,
            "",
            "",
            format!("the visits add up to {sum}, the plan says {}", plan.value),
        );
    }
    if let Some(bound) = plan.bound
        && (bound.is_nan() || bound < plan.value - 1e-6)
    {
        let detail = format!("worth {}, and nothing could be worth more than {bound}", plan.value);
        found.note(ViolationCode::Value, "", "", detail);
    }
    if let Some(most) = pack.settings.daily_capacity
        && visits > most as usize
    {
        found.note(ViolationCode::Capacity, "", "", format!("{visits} visits, {most} are the day's limit"));
    }
}

/// Collects violations.
#[derive(Default)]
struct Findings {
    all: Vec<Violation>,
}

impl Findings {
    fn note(&mut self, code: ViolationCode, inspector: &str, object: &str, detail: String) {
        let (inspector, object) = (inspector.to_owned(), object.to_owned());
        self.all.push(Violation { code, inspector, object, detail });
    }

    fn at(&mut self, code: ViolationCode, route: &Route, visit: &Visit, detail: String) {
        self.note(code, &route.inspector.key, &visit.candidate.key, detail);
    }
}
