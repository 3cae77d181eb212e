//! Hours of small businesses, added up again over the visits of a day, person by person.

use dozor_domain::{Candidate, LeftOut, LeftOutReason, Plan};
use jiff::civil::Date;

use super::{Findings, ViolationCode, law, pairs, video};
use crate::{EventKind, PlannerPack};

/// Checks that no visit of a limited kind takes its business above its hours of the year together with the others of its day.
pub(super) fn check_hours(plan: &Plan, pack: &PlannerPack, day: Date, found: &mut Findings) {
    for route in &plan.routes {
        for visit in route.visits.iter().filter(|visit| !pairs::assists(visit)) {
            let candidate = &visit.candidate;
            let Some(line) = law::line_of(&visit.event_kind, pack, day) else { continue };
            let own = hours(line, candidate, day);
            let all = |person| in_visits(plan, (candidate, person), pack, day);
            if own > 0
                && persons(candidate)
                    .into_iter()
                    .any(|person| exceeds((candidate, line), all(person) - own, day))
            {
                let detail = "with the other visits of the day its business has too many hours".to_owned();
                found.at(ViolationCode::Law, route, visit, detail);
            }
        }
    }
}

/// Tells whether work that stays out would take its business above its hours together with what the day has of it, planned or
/// wanted.
pub(super) fn keeps_out(
    plan: &Plan,
    (candidate, line): (&Candidate, &EventKind),
    pack: &PlannerPack,
    day: Date,
) -> bool {
    persons(candidate).into_iter().any(|person| {
        let wanted = plan.left_out.iter().filter(|out| !lacks_hours(out));
        let wanted = wanted.filter(|out| is_of(&out.candidate, (candidate, person)));
        let wanted = wanted
            .filter_map(|out| Some(hours(law::lightest(&out.candidate, pack, day)?.0, &out.candidate, day)));
        let others = in_visits(plan, (candidate, person), pack, day) + wanted.sum::<u64>();
        exceeds((candidate, line), others, day)
    })
}

/// Tells whether the hours of a business are named as what work lacks.
fn lacks_hours(out: &LeftOut) -> bool {
    matches!(&out.reason, LeftOutReason::NoLawfulEvent { lacks } if lacks == "business_hours")
}

/// Returns who holds a candidate, as far as the plan knows; none = nobody is known, and the object stands for him.
fn persons(candidate: &Candidate) -> Vec<Option<&str>> {
    let known: Vec<Option<&str>> = candidate.owners.iter().map(|owner| Some(owner.as_str())).collect();
    if known.is_empty() { vec![None] } else { known }
}

fn is_of(other: &Candidate, (candidate, person): (&Candidate, Option<&str>)) -> bool {
    match person {
        Some(person) => other.owners.contains(person),
        None => other.object == candidate.object,
    }
}

/// Adds up the hours that the visits of a day take of one person, those of the candidate among them.
fn in_visits(plan: &Plan, whose: (&Candidate, Option<&str>), pack: &PlannerPack, day: Date) -> u64 {
    let visits = plan.routes.iter().flat_map(|route| &route.visits).filter(|visit| !pairs::assists(visit));
    let its = visits.filter(|visit| is_of(&visit.candidate, whose));
    its.filter_map(|visit| Some(hours(law::line_of(&visit.event_kind, pack, day)?, &visit.candidate, day)))
        .sum()
}

/// Returns the begun hours of an event of a kind at a candidate; none for a kind or a business without a limit.
fn hours(line: &EventKind, candidate: &Candidate, day: Date) -> u64 {
    let is_limited = candidate.case.business.is_some_and(|one| line.hours_a_year.contains_key(&one.size));
    let minutes = video::minutes_of(line, candidate, day);
    if is_limited { minutes.map_or(0, |minutes| u64::from(minutes).div_ceil(60)) } else { 0 }
}

/// Tells whether other hours of the day take a business above its limit; what it has had alone is the gate's to say.
fn exceeds((candidate, line): (&Candidate, &EventKind), others: u64, day: Date) -> bool {
    candidate.case.business.is_some_and(|business| {
        let most = line.hours_a_year.get(&business.size).map(|most| u64::from(*most));
        let all = u64::from(business.used_hours) + others + hours(line, candidate, day);
        others > 0 && most.is_some_and(|most| all > most)
    })
}
