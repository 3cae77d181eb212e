//! Whether what is said of the work that stayed out is so: what would have to give way, and when its turn comes.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{Candidate, Forcing, LeftOut, LeftOutReason, Plan, QuotaKind, Visit, VisitCause};
use jiff::civil::Date;

use super::drive::{DayRest, Pace, Stop, drive};
use super::quota::Tally;
use super::{Findings, ViolationCode, awaited, law, pairs, video};
use crate::{EventKind, PlannerPack};

/// Checks the outlook of everything that stayed out.
pub(super) fn check_outlook(
    (plan, tally): (&Plan, &Tally<'_>),
    pack: &PlannerPack,
    (day, rest): (Date, &DayRest),
    found: &mut Findings,
) {
    let mut lines = Lines::of(plan);
    let mut turns: BTreeMap<usize, Option<String>> = BTreeMap::new();
    for out in &plan.left_out {
        let key = &out.candidate.key;
        let wants_time = matches!(
            out.reason,
            LeftOutReason::NoTimeLeft { .. }
                | LeftOutReason::Quota { .. }
                | LeftOutReason::MandatoryConflict { .. }
        );
        match &out.forcing {
            Some(forcing) if wants_time => {
                if let Some(problem) = problem_of(forcing, out, (plan, tally), pack, (day, rest)) {
                    found.note(ViolationCode::Outlook, &forcing.inspector, key, problem);
                }
            }
            Some(forcing) => {
                let detail = "no giving way would help".to_owned();
                found.note(ViolationCode::Outlook, &forcing.inspector, key, detail);
            }
            None => {}
        }
        if !wants_time {
            if let Some(problem) = awaited::problem(out, pack, day) {
                found.note(ViolationCode::Outlook, "", key, problem);
            }
            continue;
        }
        let days = lines.turn_of(out, plan);
        let expected =
            days.and_then(|days| turns.entry(days).or_insert_with(|| turn(days, pack, day)).clone());
        if out.expected != expected {
            let detail = format!("expected {:?}, its turn comes {expected:?}", out.expected);
            found.note(ViolationCode::Outlook, "", key, detail);
        }
    }
}

/// Is who waits where, read again: by territory, those who go first and the others.
struct Lines<'a> {
    /// Mandatory work that stays out, by territory.
    first: BTreeMap<Option<&'a str>, usize>,
    /// Those before in the list, by territory: mandatory ones and the others.
    before: BTreeMap<Option<&'a str>, [usize; 2]>,
    /// Those up to and with the last one asked for that each quota keeps out.
    kept_out: BTreeMap<(QuotaKind, &'a str), usize>,
    /// Visits of today and the territories that they are made in, for each territory that was asked for.
    pace: BTreeMap<Option<&'a str>, (usize, Vec<Option<&'a str>>)>,
}

impl<'a> Lines<'a> {
    fn of(plan: &'a Plan) -> Self {
        let mut first = BTreeMap::new();
        for out in plan.left_out.iter().filter(|out| place_in_line(out) == Some(0)) {
            *first.entry(out.candidate.territory.as_deref()).or_insert(0) += 1;
        }
        Self { first, before: BTreeMap::new(), kept_out: BTreeMap::new(), pace: BTreeMap::new() }
    }

    /// Returns after how many working days the turn of the next in the list comes; none where nobody can say.
    fn turn_of(&mut self, out: &'a LeftOut, plan: &'a Plan) -> Option<usize> {
        let line = place_in_line(out)?;
        let here = out.candidate.territory.as_deref();
        let (a_day, territories) = self.pace.entry(here).or_insert_with(|| pace(here, plan));
        let ahead = |of: &Option<&str>| {
            let earlier = self.before.get(of).copied().unwrap_or_default()[line];
            earlier + if line == 1 { self.first.get(of).copied().unwrap_or(0) } else { 0 }
        };
        let ahead: usize = territories.iter().map(ahead).sum();
        let turn = ahead.checked_div(*a_day).map(|turns| turns + 1);
        self.before.entry(here).or_default()[line] += 1;
        let LeftOutReason::Quota { of, code, most } = &out.reason else { return turn };
        let place = self.kept_out.entry((*of, code)).or_insert(0);
        *place += 1;
        // Of ten a day the tenth comes on the first day and the eleventh on the second; of none a day nobody comes.
        let by_quota = (*most > 0).then(|| place.div_ceil(*most as usize))?;
        turn.map(|turn| turn.max(by_quota))
    }
}

/// Returns 0 for mandatory work that time would bring, 1 for other work that it would.
fn place_in_line(out: &LeftOut) -> Option<usize> {
    match &out.reason {
        LeftOutReason::MandatoryConflict { with, .. } if !with.is_empty() => Some(0),
        LeftOutReason::NoTimeLeft { .. } | LeftOutReason::Quota { .. } => Some(1),
        _ => None,
    }
}

/// Counts the visits of a territory; where there is none, all of those who may go there, with where they are.
fn pace<'a>(here: Option<&'a str>, plan: &'a Plan) -> (usize, Vec<Option<&'a str>>) {
    let all = || plan.routes.iter().flat_map(|route| route.visits.iter().map(move |visit| (route, visit)));
    let visits = || all().filter(|(_, visit)| !pairs::assists(visit));
    let own = visits().filter(|(_, visit)| visit.candidate.territory.as_deref() == here).count();
    if own > 0 {
        return (own, vec![here]);
    }
    let may = |codes: &BTreeSet<String>| codes.is_empty() || here.is_some_and(|code| codes.contains(code));
    let theirs: Vec<Option<&str>> = visits()
        .filter(|(route, _)| may(&route.inspector.territories))
        .map(|(_, visit)| visit.candidate.territory.as_deref())
        .collect();
    let places: BTreeSet<Option<&str>> = theirs.iter().copied().chain([here]).collect();
    (theirs.len(), places.into_iter().collect())
}

fn problem_of(
    forcing: &Forcing,
    out: &LeftOut,
    (plan, tally): (&Plan, &Tally<'_>),
    pack: &PlannerPack,
    (day, rest): (Date, &DayRest),
) -> Option<String> {
    let candidate = &out.candidate;
    let giving = match given(forcing, plan) {
        Ok(giving) => giving,
        Err(problem) => return Some(problem),
    };
    if giving.iter().any(|visit| visit.cause != VisitCause::Worth) {
        return Some("mandatory and urgent work gives way to nothing".to_owned());
    }
    if giving.iter().any(|visit| visit.partner.is_some()) {
        return Some("what two people have agreed on gives way to nothing".to_owned());
    }
    // What began before is behind whoever takes something else.
    if giving.iter().any(|visit| visit.start.0 < rest.now) {
        return Some("what has begun gives way to nothing".to_owned());
    }
    let second = forcing.second.iter().map(|second| &second.inspector);
    if std::iter::once(&forcing.inspector).chain(second).any(|key| rest.away.contains(key)) {
        return Some("who is away takes nothing more".to_owned());
    }
    let loss: f64 = giving.iter().map(|visit| visit.value).sum();
    if (loss - forcing.loss).abs() > 0.000_6 {
        return Some(format!("the visits are worth {loss}, not {}", forcing.loss));
    }
    let lightest = law::lightest(candidate, pack, day);
    let work = lightest.and_then(|(line, _)| Some((line, video::stop_of(line, candidate, day)?)));
    let Some((line, stop)) = work else { return Some("it could not be visited at all".to_owned()) };
    if line.inspectors > 1 {
        return pairs::forcing_problem(forcing, (candidate, line, stop), (plan, tally), (pack, rest));
    }
    alone_problem(forcing, (candidate, line, stop), (plan, tally), (pack, rest))
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
    (candidate, line, stop): (&Candidate, &EventKind, Stop<'_>),
    (plan, tally): (&Plan, &Tally<'_>),
    (pack, rest): (&PlannerPack, &DayRest),
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
    let mut stops = rest.stops(route);
    stops.splice(first..first + count, [rest.still(stop)]);
    // Of whoever was ahead of his hours they do not say where he is.
    let is_told = rest.is_known(plan, route);
    (is_told && !drive(inspector, rest.begins(route, pack), &stops, (pack, Pace::Fast)))
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
