//! Whether visits keep the hours of their kind of object and what was agreed with the person, read again.

use dozor_domain::{Candidate, LeftOutReason, Opening, Plan};
use jiff::civil::Date;

use super::{Findings, ViolationCode, all_candidates};
use crate::PlannerPack;

/// Checks hours and appointments of all candidates.
pub(super) fn check_hours(plan: &Plan, pack: &PlannerPack, day: Date, found: &mut Findings) {
    for candidate in all_candidates(plan) {
        if let Some(problem) = problem(candidate, pack, day) {
            found.note(ViolationCode::Window, "", &candidate.key, problem);
        }
    }
    for visit in plan.routes.iter().flat_map(|route| &route.visits) {
        let other = visit.candidate.appointment.map(|appointment| appointment.on).filter(|on| *on != day);
        if let Some(on) = other {
            let detail = format!("visited on {day}, agreed for {on}");
            found.note(ViolationCode::Window, "", &visit.candidate.key, detail);
        }
    }
    for out in &plan.left_out {
        let agreed = out.candidate.appointment.map(|appointment| appointment.on).filter(|on| *on != day);
        let is_told = match &out.reason {
            LeftOutReason::Appointed { on } => agreed == Some(*on),
            LeftOutReason::TaskOpen
            | LeftOutReason::MandatoryTaskOpen { .. }
            | LeftOutReason::Deferred { .. }
            | LeftOutReason::SetAside => true,
            LeftOutReason::NoLawfulEvent { .. }
            | LeftOutReason::NoPosition
            | LeftOutReason::NoInspectorInTerritory
            | LeftOutReason::NoInspectorWithSkill { .. }
            | LeftOutReason::InspectorsExcluded
            | LeftOutReason::NoSecondInspector
            | LeftOutReason::NeverOpen
            | LeftOutReason::TooFar
            | LeftOutReason::NoTimeLeft { .. }
            | LeftOutReason::Quota { .. }
            | LeftOutReason::MandatoryConflict { .. } => agreed.is_none(),
        };
        if !is_told {
            let detail = format!("said {:?}, agreed for {agreed:?}", out.reason);
            found.note(ViolationCode::Reason, "", &out.candidate.key, detail);
        }
    }
}

fn problem(candidate: &Candidate, pack: &PlannerPack, day: Date) -> Option<String> {
    if let Some(agreed) = candidate.appointment.filter(|agreed| agreed.on == day) {
        let kept = candidate.opening == Some(agreed.hours);
        return (!kept).then(|| format!("agreed for {:?}, open {:?}", agreed.hours, candidate.opening));
    }
    let lines = &pack.settings.openings;
    let line =
        lines.iter().find(|line| line.object_kinds.iter().any(|kind| *kind == candidate.object_kind))?;
    let Some(Opening { opens, closes }) = candidate.opening else {
        return Some(format!("open at any hour, «{}» is not", candidate.object_kind));
    };
    // What the records of the object say counts before its kind; an attempt at another hour only narrows the hours.
    let is_by_kind = pack.settings.facts.opens.is_none() || pack.settings.facts.closes.is_none();
    let within = line.opens <= opens.0 && closes.0 <= line.closes;
    (is_by_kind && !within)
        .then(|| format!("open {} to {}, its kind {} to {}", opens.0, closes.0, line.opens, line.closes))
}
