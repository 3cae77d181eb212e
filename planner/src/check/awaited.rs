//! Whether what waits for no turn is expected when what keeps it out is over: days counted again one by one, law read again
//! from the pack's lines. A plan that says no day, as plans of before did, says nothing wrong.

use dozor_domain::{Candidate, Ground, LeftOut, LeftOutReason, day_number};
use jiff::civil::Date;

use super::law;
use crate::PlannerPack;

/// Says what is wrong with the day on which something is expected that waits for no turn.
pub(super) fn problem(out: &LeftOut, pack: &PlannerPack, today: Date) -> Option<String> {
    let said = out.expected.as_deref()?;
    let Ok(day) = said.parse::<Date>() else { return Some(format!("«{said}» is no day")) };
    let is_so = match &out.reason {
        LeftOutReason::NoLawfulEvent { lacks } => {
            return law_problem((&out.candidate, lacks), pack, (today, day));
        }
        LeftOutReason::Deferred { until } => {
            until.parse().is_ok_and(|until| first_from(until, pack) == Some(day))
        }
        LeftOutReason::Appointed { on } => *on == day,
        LeftOutReason::MandatoryTaskOpen { until } => {
            until.tomorrow().is_ok_and(|free| first_from(free, pack) == Some(day))
        }
        // The plan does not hold the task: its day may be this one, and none before.
        LeftOutReason::TaskOpen => return (day < today).then(|| "the day of the task is over".to_owned()),
        LeftOutReason::NoTimeLeft { .. }
        | LeftOutReason::Quota { .. }
        | LeftOutReason::MandatoryConflict { .. }
        | LeftOutReason::NoPosition
        | LeftOutReason::NoInspectorInTerritory
        | LeftOutReason::NoInspectorWithSkill { .. }
        | LeftOutReason::InspectorsExcluded
        | LeftOutReason::NoSecondInspector
        | LeftOutReason::NeverOpen
        | LeftOutReason::TooFar
        | LeftOutReason::SetAside => return Some(format!("nobody can say that it comes on {day}")),
    };
    (!is_so || day <= today).then(|| format!("what keeps it out is not over on {day}"))
}

/// Says what is wrong with the day from which law lets something in.
fn law_problem(
    (candidate, lacks): (&Candidate, &str),
    pack: &PlannerPack,
    (today, day): (Date, Date),
) -> Option<String> {
    if day <= today || !pack.calendar.is_working(day) || !pack.calendar.covers(day) {
        return Some(format!("{day} is no working day after the plan's"));
    }
    let is_lawful = |on: Date| law::lightest(&aged(candidate, pack, (today, on)), pack, on).is_some();
    if !is_lawful(day) {
        return Some(format!("no kind of event is lawful on {day} either"));
    }
    let mut before = day;
    loop {
        before = before.yesterday().ok()?;
        if pack.calendar.is_working(before) {
            break;
        }
    }
    // Hours that a business has no more today it has not before another year.
    let is_hours = lacks == "business_hours" && before.year() == today.year();
    if lacks == "business_hours" && day.year() == today.year() {
        return Some(format!("on {day} its business has no more hours than today"));
    }
    (before > today && !is_hours && is_lawful(before))
        .then(|| format!("it would be lawful on {before} already"))
}

/// Returns a candidate as it will be on a later day: with the grounds that will still be some.
fn aged(candidate: &Candidate, pack: &PlannerPack, (today, day): (Date, Date)) -> Candidate {
    let mut aged = candidate.clone();
    let more = day_number(day) - day_number(today);
    for ground in &mut aged.grounds {
        match ground {
            Ground::PrescriptionOverdue { days } => *days += more,
            Ground::MandatoryVisit { days, .. } => *days += more,
            Ground::Frequency { days_since: Some(days), .. } => *days += more,
            Ground::Frequency { days_since: None, .. }
            | Ground::Sign { .. }
            | Ground::Planned { .. }
            | Ground::Indicator { .. }
            | Ground::Drawn { .. }
            | Ground::SecondVisit { .. } => {}
        }
    }
    let is_of_today = |ground: &Ground| matches!(ground, Ground::Drawn { .. } | Ground::SecondVisit { .. });
    let as_known = aged.clone();
    aged.grounds.retain(|ground| !is_of_today(ground) && law::ground_holds(&as_known, ground, pack, day));
    if let Some(business) = aged.case.business.as_mut().filter(|_| day.year() != today.year()) {
        business.used_hours = 0;
    }
    aged
}

/// Returns the first working day from a day on, within the years that the calendar knows.
fn first_from(day: Date, pack: &PlannerPack) -> Option<Date> {
    let mut day = day;
    while pack.calendar.covers(day) {
        if pack.calendar.is_working(day) {
            return Some(day);
        }
        day = day.tomorrow().ok()?;
    }
    None
}
