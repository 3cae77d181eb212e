//! The break of a route: between which minutes it may begin, and that nothing else happens meanwhile.

use dozor_domain::{Pause, Route};

use super::carried::begins;
use super::{Findings, ViolationCode};
use crate::{PauseRule, PlannerPack};

/// Returns the minutes of a break that lie between two minutes of the day.
pub(super) fn within(pause: Option<Pause>, from: u64, to: u64) -> u64 {
    pause.map_or(0, |pause| {
        let (start, end) = (u64::from(pause.start.0).max(from), u64::from(pause.end.0).min(to));
        end.saturating_sub(start)
    })
}

/// Returns the minutes of work of the visit at a place of a route.
pub(super) fn served(route: &Route, place: usize) -> Option<u32> {
    let visit = route.visits.get(place)?;
    let rested = within(route.pause, u64::from(visit.start.0), u64::from(visit.end.0));
    visit.end.0.checked_sub(visit.start.0)?.checked_sub(u32::try_from(rested).ok()?)
}

/// Checks the break of a route, or that none is needed.
pub(super) fn check_pause(route: &Route, pack: &PlannerPack, found: &mut Findings) {
    let problem = match (route.pause, pack.settings.pause) {
        (Some(_), None) => Some("a break that the pack does not know".to_owned()),
        (Some(pause), Some(rule)) => wrong((route, pause), rule, pack),
        (None, Some(rule)) => missing(route, rule),
        (None, None) => None,
    };
    if let Some(detail) = problem {
        found.note(ViolationCode::Pause, &route.inspector.key, "", detail);
    }
}

fn wrong((route, pause): (&Route, Pause), rule: PauseRule, pack: &PlannerPack) -> Option<String> {
    let said = format!("a break from {} to {}", pause.start.0, pause.end.0);
    if u64::from(pause.start.0) + u64::from(rule.minutes) != u64::from(pause.end.0) {
        return Some(format!("{said}, it takes {} minutes", rule.minutes));
    }
    if pause.start.0 < rule.at || pause.start.0 > rule.latest {
        return Some(format!("{said}, it begins between {} and {}", rule.at, rule.latest));
    }
    if i64::from(pause.start.0) < begins(&route.inspector, pack) || pause.end > route.back_at {
        return Some(format!("{said}, back at {}", route.back_at.0));
    }
    let cut = route.visits.iter().find(|visit| {
        let shared = within(Some(pause), u64::from(visit.start.0), u64::from(visit.end.0));
        let alone = u64::from(visit.end.0).saturating_sub(shared);
        let is_whole = shared == u64::from(rule.minutes) && visit.start.0 < rule.at;
        // Only what would keep the break waiting too long is interrupted.
        shared > 0 && !(is_whole && alone > u64::from(rule.latest))
    });
    cut.map(|visit| format!("{said} during the visit from {} to {}", visit.start.0, visit.end.0))
}

/// Says why a route needs a break: it is under way before it falls due and after.
fn missing(route: &Route, rule: PauseRule) -> Option<String> {
    let first = route.visits.first()?;
    let begins_later =
        u64::from(first.arrive.0) >= u64::from(rule.at) + u64::from(rule.minutes) + u64::from(first.travel.0);
    let is_over = route.back_at.0 <= rule.at;
    (!begins_later && !is_over).then(|| format!("no break, back at {}", route.back_at.0))
}
