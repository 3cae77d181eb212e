//! Law and people of one visit, read again from the pack's lines.

use dozor_domain::{Candidate, Ground, InspectorDay, Plan, RiskCategory, Route, Visit, VisitCause};
use jiff::civil::Date;

use super::{Findings, ViolationCode, pairs, programme, video};
use crate::{EventKind, GroundKind, Place, PlannerPack};

/// Checks one visit.
pub(super) fn check_visit(
    (plan, route): (&Plan, &Route),
    visit: &Visit,
    pack: &PlannerPack,
    day: Date,
    found: &mut Findings,
) {
    let (candidate, inspector) = (&visit.candidate, &route.inspector);
    if !serves(inspector, candidate) {
        let detail = format!("the territory {:?} is not the inspector's", candidate.territory);
        found.at(ViolationCode::Territory, route, visit, detail);
    }
    if !candidate.grounds.contains(&visit.ground) || !ground_holds(candidate, &visit.ground, pack, day) {
        found.at(ViolationCode::Ground, route, visit, format!("the ground {:?} does not hold", visit.ground));
    }
    let Some(line) = line_of(&visit.event_kind, pack, day) else {
        let detail = format!("the pack has no kind of event «{}» that day", visit.event_kind);
        found.at(ViolationCode::Law, route, visit, detail);
        return;
    };
    if let Some(skill) = lacking_skill(inspector, candidate, line) {
        found.at(ViolationCode::Skill, route, visit, format!("the skill «{skill}» is not the inspector's"));
    }
    if is_excluded(inspector, candidate, line) {
        let detail = "a conflict of interest, or the same inspector twice running".to_owned();
        found.at(ViolationCode::Excluded, route, visit, detail);
    }
    if line.place == Place::Desk || !is_lawful(line, candidate, &visit.ground, pack, day) {
        found.at(ViolationCode::Law, route, visit, format!("«{}» may not rest on this ground", line.code));
    }
    if let Some((lighter, _)) = lightest(candidate, pack, day)
        && lighter.lightness < line.lightness
    {
        found.at(ViolationCode::Lightest, route, visit, format!("«{}» is lawful and lighter", lighter.code));
    }
    let cause = match (is_mandatory(&visit.ground, pack), plan.is_urgent(candidate)) {
        (true, _) => VisitCause::Mandatory,
        (false, true) => VisitCause::Urgent,
        (false, false) => VisitCause::Worth,
    };
    if visit.cause != cause {
        found.at(ViolationCode::Cause, route, visit, format!("{:?} is not so", visit.cause));
    }
    // The worth of what two make is counted once.
    let worth = if pairs::assists(visit) { 0.0 } else { worth(candidate, &visit.ground, pack) };
    if (visit.value - worth).abs() > 0.000_6 {
        let detail = format!("valued {}, weights give {worth}", visit.value);
        found.at(ViolationCode::Value, route, visit, detail);
    }
}

pub(super) fn serves(inspector: &InspectorDay, candidate: &Candidate) -> bool {
    match &candidate.territory {
        _ if inspector.territories.is_empty() => true,
        Some(code) => inspector.territories.iter().any(|own| own == code),
        None => false,
    }
}

/// Returns the first skill that an inspector lacks for a kind of event at a candidate.
pub(super) fn lacking_skill<'a>(
    inspector: &InspectorDay,
    candidate: &'a Candidate,
    line: &'a EventKind,
) -> Option<&'a str> {
    let mut needed = line.skills.iter().chain(std::iter::once(&candidate.control_kind));
    needed.find(|skill| !inspector.skills.contains(*skill)).map(String::as_str)
}

/// Tells whether an inspector may not go for what he is to the object.
pub(super) fn is_excluded(inspector: &InspectorDay, candidate: &Candidate, line: &EventKind) -> bool {
    let last = [&candidate.last_inspector, &candidate.last_partner];
    let was_last = last.into_iter().flatten().any(|key| *key == inspector.key);
    let again = candidate.grounds.iter().any(|ground| matches!(ground, Ground::SecondVisit { .. }));
    let knows_owner = candidate.owners.iter().any(|owner| inspector.avoids_owners.contains(owner));
    let is_his = inspector.avoids.iter().any(|key| *key == candidate.key) || knows_owner;
    ((line.rotation || again) && was_last) || is_his
}

/// Tells whether an inspector may make a visit of a kind of event at a candidate.
pub(super) fn may_go(inspector: &InspectorDay, candidate: &Candidate, line: &EventKind) -> bool {
    serves(inspector, candidate)
        && lacking_skill(inspector, candidate, line).is_none()
        && !is_excluded(inspector, candidate, line)
}

pub(super) fn line_of<'a>(code: &str, pack: &'a PlannerPack, day: Date) -> Option<&'a EventKind> {
    pack.events.lines().iter().find(|line| {
        line.code == code && line.from.is_none_or(|from| day >= from) && line.to.is_none_or(|to| day < to)
    })
}

/// Returns the lightest lawful kind that makes visits, and the first of the candidate's grounds it may rest on.
pub(super) fn lightest<'a>(
    candidate: &'a Candidate,
    pack: &'a PlannerPack,
    day: Date,
) -> Option<(&'a EventKind, &'a Ground)> {
    let mut best: Option<(&EventKind, &Ground)> = None;
    for line in pack.events.lines() {
        let is_current = line_of(&line.code, pack, day).is_some_and(|current| std::ptr::eq(current, line));
        let has_time = video::minutes_of(line, candidate, day).is_some();
        if !is_current || !has_time || line.place == Place::Desk || line.lightness.is_none() {
            continue;
        }
        let ground = candidate.grounds.iter().find(|ground| is_lawful(line, candidate, ground, pack, day));
        let is_lighter = best.is_none_or(|(before, _)| {
            (line.lightness, line.code.as_str()) < (before.lightness, before.code.as_str())
        });
        if let Some(ground) = ground
            && is_lighter
        {
            best = Some((line, ground));
        }
    }
    best
}

fn is_lawful(
    line: &EventKind,
    candidate: &Candidate,
    ground: &Ground,
    pack: &PlannerPack,
    day: Date,
) -> bool {
    // Chance is no ground of an event with interaction, whatever the pack's line says.
    if line.interaction && matches!(ground, Ground::Drawn { .. } | Ground::SecondVisit { .. }) {
        return false;
    }
    let rests_on = kind_of(ground);
    let knows_kind = line.control_kinds.is_empty() || line.control_kinds.contains(&candidate.control_kind);
    let decided = candidate.category_decided || !line.needs_category_decided;
    let working = !line.interaction || pack.calendar.is_working(day);
    knows_kind
        && line.grounds.contains(&rests_on)
        && decided
        && working
        && programme::is_agreed(line, ground, day)
        && programme::has_its_turn(candidate, ground, pack, day)
        && programme::lets_in(line, candidate, day)
}

fn kind_of(ground: &Ground) -> GroundKind {
    match ground {
        Ground::Sign { confirmed, .. } if *confirmed => GroundKind::SignConfirmed,
        Ground::Sign { .. } => GroundKind::SignNeedsData,
        Ground::Frequency { .. } => GroundKind::OwnNorm,
        Ground::PrescriptionOverdue { .. } => GroundKind::PrescriptionOverdue,
        Ground::MandatoryVisit { .. } => GroundKind::MandatoryVisit,
        Ground::Planned { .. } => GroundKind::Planned,
        Ground::Indicator { .. } => GroundKind::Indicator,
        Ground::Drawn { .. } | Ground::SecondVisit { .. } => GroundKind::Chance,
    }
}

/// Tells whether work on a ground goes before everything else.
pub(super) fn is_mandatory(ground: &Ground, pack: &PlannerPack) -> bool {
    pack.settings.mandatory.iter().any(|kind| *kind == kind_of(ground))
}

pub(super) fn ground_holds(candidate: &Candidate, ground: &Ground, pack: &PlannerPack, day: Date) -> bool {
    match ground {
        Ground::Sign { .. } | Ground::Indicator { .. } | Ground::SecondVisit { .. } => true,
        Ground::PrescriptionOverdue { days } => *days > 0,
        Ground::MandatoryVisit { days, counted_from, every_days } => {
            programme::is_due(candidate, (*days, *counted_from, *every_days), pack, day)
        }
        Ground::Planned { from, to, .. } => *from <= day && day <= *to,
        Ground::Drawn { in_territory, in_all, .. } => *in_territory > 0 && in_territory <= in_all,
        Ground::Frequency { days_since, every_days } => {
            let category = if candidate.category_decided { candidate.category } else { RiskCategory::Low };
            let norms = pack.frequency.norms.iter().filter(|line| {
                (line.control_kinds.is_empty() || line.control_kinds.contains(&candidate.control_kind))
                    && line.category == category
                    && line.ground == GroundKind::OwnNorm
                    && line.from.is_none_or(|from| day >= from)
                    && line.to.is_none_or(|to| day < to)
            });
            let shortest = norms.map(|line| i64::from(line.every_days)).min();
            shortest == Some(*every_days) && days_since.is_none_or(|days| days >= *every_days)
        }
    }
}

/// Works the value of a visit out again.
pub(super) fn worth(candidate: &Candidate, ground: &Ground, pack: &PlannerPack) -> f64 {
    let weights = &pack.settings.weights;
    let base = weights.categories.get(&candidate.category).copied().unwrap_or_default();
    let share = Some(candidate.score / weights.full_score).filter(|share| share.is_finite());
    let share = share.unwrap_or_default().clamp(0.0, 1.0);
    let factor = match ground {
        Ground::Sign { confirmed, .. } if *confirmed => weights.sign_confirmed,
        Ground::Sign { .. } => weights.sign_needs_data,
        Ground::Frequency { .. } => weights.own_norm,
        Ground::PrescriptionOverdue { .. } => weights.prescription_overdue,
        Ground::MandatoryVisit { .. } => weights.mandatory_visit,
        Ground::Planned { .. } => weights.planned,
        Ground::Indicator { .. } => weights.indicator,
        Ground::Drawn { .. } | Ground::SecondVisit { .. } => return weights.drawn,
    };
    let worth = (base + base * weights.score * share) * factor;
    worth + worth * weights.lateness * late(ground, pack)
}

/// Measures again how late work on a ground is, from 0 to 1.
fn late(ground: &Ground, pack: &PlannerPack) -> f64 {
    let (over, full) = match ground {
        Ground::Frequency { days_since, every_days } => match days_since {
            Some(days) => (days.saturating_sub(*every_days), *every_days),
            None => return 1.0,
        },
        Ground::PrescriptionOverdue { days } => (*days, i64::from(pack.settings.weights.full_lateness_days)),
        Ground::MandatoryVisit { days, every_days, .. } => (days.saturating_sub(*every_days), *every_days),
        Ground::Sign { .. } | Ground::Planned { .. } | Ground::Indicator { .. } => return 0.0,
        Ground::Drawn { .. } | Ground::SecondVisit { .. } => return 0.0,
    };
    match over {
        ..=0 => 0.0,
        over if over >= full => 1.0,
        over => over as f64 / full as f64,
    }
}
