//! Periods, plans and consents of law, read again: whether a mandatory visit is due, whether a cap leaves room for one
//! more event, who has agreed to it, and whether anybody is let in.

use dozor_domain::{AgreedPaper, Candidate, CountedFrom, Dwelling, Ground, RiskCategory, day_number};
use jiff::civil::Date;

use super::video::minutes_of;
use crate::{CapGroup, EventKind, GroundKind, PlannerPack, Prosecutor};

/// Tells whether a mandatory visit is as due as its ground says.
pub(super) fn is_due(
    candidate: &Candidate,
    (days, counted_from, every_days): (i64, CountedFrom, i64),
    pack: &PlannerPack,
    day: Date,
) -> bool {
    let lines = pack.frequency.norms.iter().filter(|line| {
        line.ground == GroundKind::MandatoryVisit
            && line.category == category_of(candidate)
            && is_meant(&line.control_kinds, candidate)
            && stands(line.from, line.to, day)
    });
    let shortest = lines.map(|line| i64::from(line.every_days)).min();
    let (visit, decision) = (candidate.case.last_mandatory_visit, candidate.case.decided_on);
    let from = match counted_from {
        CountedFrom::LastVisit => visit,
        CountedFrom::Decision => decision,
    };
    let is_later = from >= visit.max(decision);
    let waited = from.map(|from| day_number(day) - day_number(from));
    shortest == Some(every_days) && is_later && waited == Some(days) && days >= every_days
}

/// Tells whether those have agreed to an event on a ground who must, by the day of the event.
pub(super) fn is_agreed(line: &EventKind, ground: &Ground, day: Date) -> bool {
    let by_then = |paper: &AgreedPaper| paper.event_kind == line.code && paper.on <= day;
    match ground {
        Ground::Planned { paper, from, to } => by_then(paper) && *from <= day && day <= *to,
        Ground::MandatoryVisit { .. } => true,
        Ground::Indicator { approval, .. } => {
            line.prosecutor == Prosecutor::Never || approval.as_ref().is_some_and(by_then)
        }
        Ground::Sign { .. }
        | Ground::Frequency { .. }
        | Ground::PrescriptionOverdue { .. }
        | Ground::Drawn { .. }
        | Ground::SecondVisit { .. } => line.prosecutor != Prosecutor::Unplanned,
    }
}

/// Tells whether the caps of frequency leave room for one more event on a ground.
pub(super) fn has_its_turn(candidate: &Candidate, ground: &Ground, pack: &PlannerPack, day: Date) -> bool {
    let group = match ground {
        Ground::MandatoryVisit { .. } => CapGroup::MandatoryVisit,
        Ground::Planned { .. } => CapGroup::Planned,
        Ground::Sign { .. }
        | Ground::Frequency { .. }
        | Ground::PrescriptionOverdue { .. }
        | Ground::Indicator { .. }
        | Ground::Drawn { .. }
        | Ground::SecondVisit { .. } => return true,
    };
    let category = category_of(candidate);
    let is_forbidden = pack.frequency.moratoria.iter().any(|line| {
        line.forbids == group && line.from <= day && day < line.to && !line.except.contains(&category)
    });
    let line_of = |group: CapGroup| {
        pack.frequency.caps.iter().find(|line| {
            line.group == group
                && line.category == category
                && is_meant(&line.control_kinds, candidate)
                && stands(line.from, line.to, day)
        })
    };
    let Some(own) = line_of(group).filter(|_| !is_forbidden) else { return false };
    let other = own.instead_of.and_then(line_of);
    let mut lines = std::iter::once(own).chain(other);
    lines.all(|line| has_room(candidate, (line.group, line.one_in_years), day))
}

/// Tells whether the period in which the last event of a group lies is over.
fn has_room(candidate: &Candidate, (group, years): (CapGroup, u32), day: Date) -> bool {
    let case = &candidate.case;
    let held = match group {
        CapGroup::Planned => case.last_planned,
        CapGroup::MandatoryVisit => case.last_mandatory_visit,
    };
    let Some(held) = held.filter(|held| *held <= day) else { return true };
    let decided = case.decided_on.filter(|on| candidate.category_decided && *on <= held);
    let mut ends = decided.unwrap_or(held);
    while ends <= held {
        match years_later(ends, years) {
            Some(later) => ends = later,
            None => return false,
        }
    }
    ends <= day
}

/// Returns the same day so many years later; the 29th of February becomes the 28th.
fn years_later(day: Date, years: u32) -> Option<Date> {
    let year = day.year().checked_add(i16::try_from(years).ok()?)?;
    let same = Date::new(year, day.month(), day.day()).ok();
    same.or_else(|| Date::new(year, 2, 28).ok())
}

/// Tells whether an event may be held at such a place, within the hours that its business has left.
pub(super) fn lets_in(line: &EventKind, candidate: &Candidate, day: Date) -> bool {
    let is_open = match candidate.case.dwelling {
        None => true,
        Some(Dwelling::NoConsent) => false,
        Some(Dwelling::Consent) => line.interaction,
    };
    let hours = minutes_of(line, candidate, day).map_or(0, |minutes| u64::from(minutes).div_ceil(60));
    let is_within = candidate.case.business.is_none_or(|business| {
        line.hours_a_year.get(&business.size).is_none_or(|most| {
            business.used_hours < *most && u64::from(business.used_hours) + hours <= u64::from(*most)
        })
    });
    is_open && is_within
}

fn category_of(candidate: &Candidate) -> RiskCategory {
    if candidate.category_decided { candidate.category } else { RiskCategory::Low }
}

fn is_meant(control_kinds: &std::collections::BTreeSet<String>, candidate: &Candidate) -> bool {
    control_kinds.is_empty() || control_kinds.iter().any(|code| *code == candidate.control_kind)
}

fn stands(from: Option<Date>, to: Option<Date>, day: Date) -> bool {
    from.is_none_or(|from| day >= from) && to.is_none_or(|to| day < to)
}
