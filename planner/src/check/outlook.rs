//! Whether what is said of the work that stayed out is so: what would have to give way, and when its turn comes.

use std::collections::BTreeMap;

use dozor_domain::{Candidate, Forcing, LeftOut, LeftOutReason, Plan, Visit, VisitCause};
use jiff::civil::Date;

use super::drive::{Pace, Stop, drive, stops_of};
use super::quota::Tally;
use super::{Findings, ViolationCode, law, pairs};
use crate::{EventKind, PlannerPack};

/// Checks the outlook of everything that stayed out.
pub(super) fn check_outlook(
    (plan, tally): (&Plan, &Tally<'_>),
    pack: &PlannerPack,
    day: Date,
    found: &mut Findings,
) {
    let mut before: BTreeMap<&Option<String>, usize> = BTreeMap::new();
    let mut a_day: BTreeMap<&Option<String>, usize> = BTreeMap::new();
    for visit in plan.routes.iter().flat_map(|route| &route.visits).filter(|visit| !pairs::assists(visit)) {
        *a_day.entry(&visit.candidate.territory).or_default() += 1;
    }
    let mut turns: BTreeMap<usize, Option<String>> = BTreeMap::new();
    for out in &plan.left_out {
        let key = &out.candidate.key;
        let has_turn = matches!(out.reason, LeftOutReason::NoTimeLeft { .. } | LeftOutReason::Quota { .. });
        let wants_time = has_turn || matches!(out.reason, LeftOutReason::MandatoryConflict { .. });
        match &out.forcing {
            Some(forcing) if wants_time => {
                if let Some(problem) = problem_of(forcing, out, (plan, tally), pack, day) {
                    found.note(ViolationCode::Outlook, &forcing.inspector, key, problem);
                }
            }
            Some(forcing) => {
                let detail = "no giving way would help".to_owned();
                found.note(ViolationCode::Outlook, &forcing.inspector, key, detail);
            }
            None => {}
        }
        let mut expected = None;
        if has_turn {
            let waiting = before.entry(&out.candidate.territory).or_default();
            let a_day = a_day.get(&out.candidate.territory).copied().unwrap_or(0);
            if let Some(days) = waiting.checked_div(a_day) {
                expected = turns.entry(days + 1).or_insert_with(|| turn(days + 1, pack, day)).clone();
            }
            *waiting += 1;
        }
        if out.expected != expected {
            let detail = format!("expected {:?}, its turn comes {expected:?}", out.expected);
            found.note(ViolationCode::Outlook, "", key, detail);
        }
    }
}

fn problem_of(
    forcing: &Forcing,
    out: &LeftOut,
    (plan, tally): (&Plan, &Tally<'_>),
    pack: &PlannerPack,
    day: Date,
) -> Option<String> {
    let candidate = &out.candidate;
    let giving = match given(forcing, plan) {
        Ok(giving) => giving,
        Err(problem) => return Some(problem),
    };
    if giving.iter().any(|visit| visit.cause == VisitCause::Mandatory) {
        return Some("mandatory work gives way to nothing".to_owned());
    }
    if giving.iter().any(|visit| visit.partner.is_some()) {
        return Some("what two people have agreed on gives way to nothing".to_owned());
    }
    let loss: f64 = giving.iter().map(|visit| visit.value).sum();
    if (loss - forcing.loss).abs() > 0.000_6 {
        return Some(format!("the visits are worth {loss}, not {}", forcing.loss));
    }
    let (Some((line, _)), Some(position)) = (law::lightest(candidate, pack, day), candidate.position) else {
        return Some("it could not be visited at all".to_owned());
    };
    let minutes = line.service_minutes.get(&candidate.object_kind).or(line.service_minutes.get("other"));
    let service = minutes.copied().map_or(0, i64::from);
    let stop = Stop { position, service, opening: candidate.opening };
    if line.inspectors > 1 {
        return pairs::forcing_problem(forcing, (candidate, line, stop), (plan, tally), pack);
    }
    alone_problem(forcing, (candidate, line, stop), (plan, tally), pack)
}

/// Returns the visits that would give way, of one route or two.
fn given<'a>(forcing: &Forcing, plan: &'a Plan) -> Result<Vec<&'a Visit>, String> {
    let second = forcing.second.iter().map(|second| (&second.inspector, second.first, second.count));
    let mut all = Vec::new();
    for (key, first, count) in
        std::iter::once((&forcing.inspector, forcing.first, forcing.count)).chain(second)
    {
        let Some(route) = plan.routes.iter().find(|route| route.inspector.key == *key) else {
            return Err("nobody of that key is on duty".to_owned());
        };
        let visits = route.visits.get(first as usize..first as usize + count as usize);
        all.extend(visits.ok_or_else(|| "the route has no such visits".to_owned())?);
    }
    if all.is_empty() { Err("the route has no such visits".to_owned()) } else { Ok(all) }
}

/// Says what is wrong with what would give way on one route.
fn alone_problem(
    forcing: &Forcing,
    (candidate, line, stop): (&Candidate, &EventKind, Stop),
    (plan, tally): (&Plan, &Tally<'_>),
    pack: &PlannerPack,
) -> Option<String> {
    let route = plan.routes.iter().find(|route| route.inspector.key == forcing.inspector)?;
    let inspector = &route.inspector;
    let (first, count) = (forcing.first as usize, forcing.count as usize);
    if forcing.second.is_some() {
        return Some("one person is enough".to_owned());
    }
    if !law::may_go(inspector, candidate, line) {
        return Some("the inspector may not do it".to_owned());
    }
    let giving = route.visits.get(first..first + count).unwrap_or_default();
    if !tally.allows((candidate, &line.code), route, &[(route, giving)]) {
        return Some("a quota would be exceeded".to_owned());
    }
    let mut stops = stops_of(route);
    stops.splice(first..first + count, [stop]);
    let begins = i64::from(inspector.shift_start.0);
    (!drive(inspector, begins, &stops, (pack, Pace::Fast)))
        .then(|| "it does not fit in their place".to_owned())
}

/// Counts working days from a day on; none where the calendar's years end.
fn turn(mut left: usize, pack: &PlannerPack, day: Date) -> Option<String> {
    let mut date = day;
    while left > 0 {
        date = date.tomorrow().ok()?;
        if pack.calendar.is_working(date) {
            if !pack.calendar.covers(date) {
                return None;
            }
            left -= 1;
        }
    }
    Some(date.to_string())
}
