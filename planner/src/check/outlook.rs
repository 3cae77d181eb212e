//! Whether what is said of the work that stayed out is so: what would have to give way, and when its turn comes.

use std::collections::BTreeMap;

use dozor_domain::{Forcing, LeftOut, LeftOutReason, Plan, VisitCause};
use jiff::civil::Date;

use super::drive::{Pace, Stop, drive, stops_of};
use super::quota::Tally;
use super::{Findings, ViolationCode, law};
use crate::PlannerPack;

/// Checks the outlook of everything that stayed out.
pub(super) fn check_outlook(
    (plan, tally): (&Plan, &Tally<'_>),
    pack: &PlannerPack,
    day: Date,
    found: &mut Findings,
) {
    let mut before: BTreeMap<&Option<String>, usize> = BTreeMap::new();
    let mut a_day: BTreeMap<&Option<String>, usize> = BTreeMap::new();
    for visit in plan.routes.iter().flat_map(|route| &route.visits) {
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
    let (first, count) = (forcing.first as usize, forcing.count as usize);
    let Some(route) = plan.routes.iter().find(|route| route.inspector.key == forcing.inspector) else {
        return Some("nobody of that key is on duty".to_owned());
    };
    let Some(giving) = route.visits.get(first..first + count).filter(|giving| !giving.is_empty()) else {
        return Some("the route has no such visits".to_owned());
    };
    if giving.iter().any(|visit| visit.cause == VisitCause::Mandatory) {
        return Some("mandatory work gives way to nothing".to_owned());
    }
    let loss: f64 = giving.iter().map(|visit| visit.value).sum();
    if (loss - forcing.loss).abs() > 0.000_6 {
        return Some(format!("the visits are worth {loss}, not {}", forcing.loss));
    }
    let (Some((line, _)), Some(position)) = (law::lightest(candidate, pack, day), candidate.position) else {
        return Some("it could not be visited at all".to_owned());
    };
    let inspector = &route.inspector;
    if !law::may_go(inspector, candidate, line) {
        return Some("the inspector may not do it".to_owned());
    }
    if !tally.allows((candidate, &line.code), (route, giving)) {
        return Some("a quota would be exceeded".to_owned());
    }
    let minutes = line.service_minutes.get(&candidate.object_kind).or(line.service_minutes.get("other"));
    let service = minutes.copied().map_or(0, i64::from);
    let mut stops = stops_of(route);
    stops.splice(first..first + count, [Stop { position, service, opening: candidate.opening }]);
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
