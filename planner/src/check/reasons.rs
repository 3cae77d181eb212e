//! Whether the reasons for staying out are true of this plan.

use dozor_domain::{Candidate, ConflictProof, Ground, LeftOut, LeftOutReason, Plan, Route};
use jiff::civil::Date;

use super::drive::{DayRest, Pace, Stop, drive};
use super::quota::Tally;
use super::room::{slack, who_could};
use super::{Findings, ViolationCode, certain, hours, law, pairs, rank, video};
use crate::{EventKind, PlannerPack};

/// Checks order and reasons of everything that stayed out.
pub(super) fn check_left_out(
    (plan, tally): (&Plan, &Tally<'_>),
    pack: &PlannerPack,
    (day, rest): (Date, &DayRest),
    found: &mut Findings,
) {
    let slack: Vec<i64> = plan.routes.iter().map(|route| slack(route, pack)).collect();
    for out in &plan.left_out {
        if let Some(problem) = problem(out, (plan, tally), &slack, pack, (day, rest)) {
            found.note(ViolationCode::Reason, "", &out.candidate.key, problem);
        }
    }
    check_order(plan, pack, day, found);
}

fn problem(
    out: &LeftOut,
    (plan, tally): (&Plan, &Tally<'_>),
    slack: &[i64],
    pack: &PlannerPack,
    (day, rest): (Date, &DayRest),
) -> Option<String> {
    let candidate = &out.candidate;
    let lawful = law::lightest(candidate, pack, day);
    let said = |text: &str| Some(format!("said {:?}, but {text}", out.reason));
    if let Some(fault) = by_other_work(out, lawful, plan, (pack, day)) {
        return fault.and_then(said);
    }
    match lawful_work(&out.reason, lawful, day) {
        Ok(work) => problem_of_work((out, work), (plan, tally), slack, pack, (day, rest)),
        Err(fault) => fault.and_then(|text| said(&text)),
    }
}

/// Says what is wrong with a reason for which lawful work stayed out.
fn problem_of_work(
    (out, (line, ground)): (&LeftOut, (&EventKind, &Ground)),
    (plan, tally): (&Plan, &Tally<'_>),
    slack: &[i64],
    pack: &PlannerPack,
    (day, rest): (Date, &DayRest),
) -> Option<String> {
    let candidate = &out.candidate;
    let said = |text: &str| Some(format!("said {:?}, but {text}", out.reason));
    let so = |is_so: bool| if is_so { None } else { said("that is not so") };
    let Some(stop) = video::stop_of(line, candidate, day) else {
        return if out.reason == LeftOutReason::NoPosition { None } else { said("it has no position") };
    };
    let working = plan.routes.iter().filter(|route| !rest.is_over(route));
    let mut there = working.filter(|route| law::serves(&route.inspector, candidate));
    let mut skilled =
        there.clone().filter(|route| law::lacking_skill(&route.inspector, candidate, line).is_none());
    let mut able = skilled.clone().filter(|route| !law::is_excluded(&route.inspector, candidate, line));
    let fits = || {
        let who = who_could((candidate, line, stop), (plan, tally), slack, (pack, rest));
        who.and_then(|text| said(&text))
    };
    match &out.reason {
        LeftOutReason::NoPosition => said("it has one, or needs none"),
        LeftOutReason::NoInspectorInTerritory => there.next().and_then(|_| said("somebody serves it")),
        LeftOutReason::NoInspectorWithSkill { skill } => {
            let needed = line.skills.contains(skill) || *skill == candidate.control_kind;
            let nobody_there = there.next().is_none();
            so(skilled.next().is_none() && !nobody_there && needed)
        }
        LeftOutReason::InspectorsExcluded => so(skilled.next().is_some() && able.next().is_none()),
        LeftOutReason::NoSecondInspector => {
            so(line.inspectors > 1 && able.next().is_some() && able.next().is_none())
        }
        LeftOutReason::NeverOpen => so(candidate.opening.is_some_and(|hours| hours.opens.0 > hours.closes.0)),
        LeftOutReason::TooFar => {
            far_problem(able, rest.still(stop), line.inspectors, (pack, rest)).and_then(said)
        }
        LeftOutReason::Quota { of, code, most } => {
            let units: Vec<&str> = able.map(|route| route.inspector.unit.as_str()).collect();
            let is_hidden = *most > 0 && law::is_mandatory(ground, pack);
            let asked = ((candidate, &out.reason), (line, ground));
            match !is_hidden && tally.keeps_out((candidate, &line.code), (*of, code, *most), &units) {
                false => said("that is not so"),
                true if rank::must_be_done((candidate, ground), (plan, pack)) => {
                    rank::kept_out_by_less(asked, (plan, tally), (pack, day), rest)
                        .and_then(|text| said(&text))
                }
                true => None,
            }
        }
        LeftOutReason::MandatoryConflict { with, .. } => {
            conflict_problem(((out, with), (line, ground)), (plan, tally), pack, (day, rest))
                .map_or_else(fits, |text| said(&text))
        }
        LeftOutReason::NoTimeLeft { value, least_planned } => {
            time_problem(candidate, ground, (*value, *least_planned), (plan, pack))
                .map_or_else(fits, |text| said(&text))
        }
        LeftOutReason::TaskOpen
        | LeftOutReason::MandatoryTaskOpen { .. }
        | LeftOutReason::SetAside
        | LeftOutReason::Appointed { .. }
        | LeftOutReason::Deferred { .. }
        | LeftOutReason::NoLawfulEvent { .. } => None,
    }
}

/// Returns the lawful work that stayed out for a reason of the day; else what is wrong with a reason that asks for none.
fn lawful_work<'p>(
    reason: &LeftOutReason,
    lawful: Option<(&'p EventKind, &'p Ground)>,
    day: Date,
) -> Result<(&'p EventKind, &'p Ground), Option<String>> {
    match (reason, lawful) {
        (
            LeftOutReason::TaskOpen
            | LeftOutReason::MandatoryTaskOpen { .. }
            | LeftOutReason::SetAside
            | LeftOutReason::Appointed { .. },
            _,
        )
        | (LeftOutReason::NoLawfulEvent { .. }, None) => Err(None),
        (LeftOutReason::Deferred { until }, _) if waits(until, day) => Err(None),
        (LeftOutReason::Deferred { .. }, _) => Err(Some("its day has come".to_owned())),
        (LeftOutReason::NoLawfulEvent { .. }, Some((line, _))) => {
            Err(Some(format!("«{}» is lawful", line.code)))
        }
        (_, None) => Err(Some("no kind of event is lawful".to_owned())),
        (_, Some(lawful)) => Ok(lawful),
    }
}

/// Judges a reason that rests on other work at the object or of its business; none where the reason is another, and nothing in
/// it where it is so.
fn by_other_work(
    out: &LeftOut,
    lawful: Option<(&EventKind, &Ground)>,
    plan: &Plan,
    (pack, day): (&PlannerPack, Date),
) -> Option<Option<&'static str>> {
    let candidate = &out.candidate;
    match (&out.reason, lawful) {
        (LeftOutReason::MandatoryTaskOpen { .. }, _) => {
            Some((!has_duty(candidate, pack)).then_some("nothing of it is mandatory"))
        }
        (LeftOutReason::NoLawfulEvent { lacks }, Some((line, _)))
            if lacks == "business_hours" && hours::keeps_out(plan, (candidate, line), pack, day) =>
        {
            Some(None)
        }
        _ => None,
    }
}

/// Tells whether a ground of a candidate is mandatory.
fn has_duty(candidate: &Candidate, pack: &PlannerPack) -> bool {
    candidate.grounds.iter().any(|ground| law::is_mandatory(ground, pack))
}

/// Tells whether the day until which something was put off has not come.
fn waits(until: &str, day: Date) -> bool {
    until.parse::<Date>().is_ok_and(|until| until > day)
}

/// Says why those who may go are not too far away.
fn far_problem<'a>(
    able: impl Iterator<Item = &'a Route> + Clone,
    stop: Stop<'a>,
    inspectors: u32,
    (pack, rest): (&PlannerPack, &DayRest),
) -> Option<&'static str> {
    if inspectors > 1 {
        let near = pairs::could_meet(able.clone(), stop, (pack, rest));
        return (near || able.clone().nth(1).is_none()).then_some("two could meet there and be back");
    }
    let reaches =
        |route: &Route| drive(&route.inspector, rest.begins(route, pack), &[stop], (pack, Pace::Slow));
    let near = able.clone().any(reaches);
    (near || able.clone().next().is_none()).then_some("somebody could go there and be back")
}

/// Says what is wrong with a conflict of mandatory work.
fn conflict_problem(
    ((out, with), (line, ground)): ((&LeftOut, &[String]), (&EventKind, &Ground)),
    (plan, tally): (&Plan, &Tally<'_>),
    pack: &PlannerPack,
    (day, rest): (Date, &DayRest),
) -> Option<String> {
    if !rank::must_be_done((&out.candidate, ground), (plan, pack)) {
        return Some("it is neither mandatory nor urgent".to_owned());
    }
    let known = |key: &String| standing_keys(plan, pack, day).any(|other| other == key);
    if let Some(foreign) = with.iter().find(|key| !known(key)) {
        return Some(format!("«{foreign}» is neither planned nor must it be done"));
    }
    let settings = &pack.settings;
    let quotas = &settings.quotas;
    let mut lines = quotas.event_kind.values().chain(quotas.territory.values()).chain(quotas.unit.values());
    let limited = settings.daily_capacity.is_some()
        || settings.visits_per_inspector.is_some()
        || lines.any(|most| *most == 0);
    if with.is_empty() && !limited {
        return Some("somebody could do it within a shift".to_owned());
    }
    let is_certain =
        matches!(out.reason, LeftOutReason::MandatoryConflict { proof: ConflictProof::Exact, .. });
    // Of the rest of a day the plan does not say who was free for what when.
    let is_whole = plan.rest.is_none() && *rest == DayRest::default();
    if is_certain && is_whole && certain::is_refuted(plan, (out, with), (pack, day)) {
        return Some("all of them can be made together".to_owned());
    }
    let asked = ((&out.candidate, &out.reason), (line, ground));
    rank::kept_out_by_less(asked, (plan, tally), (pack, day), rest)
}

/// Says what is wrong with the values of work that found no time.
fn time_problem(
    candidate: &Candidate,
    ground: &Ground,
    (value, least_planned): (f64, Option<f64>),
    (plan, pack): (&Plan, &PlannerPack),
) -> Option<String> {
    if rank::must_be_done((candidate, ground), (plan, pack)) {
        return Some("it must be done: what stands against it must be named".to_owned());
    }
    let worth = law::worth(candidate, ground, pack);
    if (value - worth).abs() > 0.000_6 {
        return Some(format!("weights give {worth}"));
    }
    (least_planned != least_in(plan, candidate, pack))
        .then(|| "another visit is the least valuable planned there".to_owned())
}

/// Returns the keys of what may stand against work that must be done: what is planned (in a plan of a day that has begun
/// also visits that have begun), and what must be done and is not.
fn standing_keys<'a>(plan: &'a Plan, pack: &'a PlannerPack, day: Date) -> impl Iterator<Item = &'a String> {
    let visits = plan.routes.iter().flat_map(|route| &route.visits);
    let out = plan.left_out.iter().map(|out| &out.candidate).filter(move |candidate| {
        law::lightest(candidate, pack, day)
            .is_some_and(|(_, ground)| rank::must_be_done((candidate, ground), (plan, pack)))
    });
    visits.map(|visit| &visit.candidate.key).chain(out.map(|candidate| &candidate.key))
}

fn least_in(plan: &Plan, candidate: &Candidate, pack: &PlannerPack) -> Option<f64> {
    let visits = plan.routes.iter().flat_map(|route| &route.visits);
    visits
        .filter(|visit| visit.candidate.territory == candidate.territory && !pairs::assists(visit))
        .filter(|visit| !rank::must_be_done((&visit.candidate, &visit.ground), (plan, pack)))
        .map(|visit| visit.value)
        .min_by(f64::total_cmp)
}

fn check_order(plan: &Plan, pack: &PlannerPack, day: Date, found: &mut Findings) {
    let worth = |out: &LeftOut| {
        let candidate = &out.candidate;
        let refused = matches!(
            out.reason,
            LeftOutReason::TaskOpen
                | LeftOutReason::MandatoryTaskOpen { .. }
                | LeftOutReason::SetAside
                | LeftOutReason::Appointed { .. }
                | LeftOutReason::Deferred { .. }
                | LeftOutReason::NoLawfulEvent { .. }
        );
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
