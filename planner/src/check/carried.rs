//! What is carried over from earlier days, worked out again: its minutes, its ways, and when the day's routes begin.

use dozor_domain::{InspectorDay, Minutes, Route};
use jiff::civil::Date;

use super::law::line_of;
use super::times::Place;
use super::ways::Way;
use super::{Findings, ViolationCode};
use crate::PlannerPack;

/// Returns the minute from which somebody is free for the routes of a day. Who has something left does it first, and rests
/// on the way where the break falls due.
pub(super) fn begins(inspector: &InspectorDay, pack: &PlannerPack) -> i64 {
    let carried = &inspector.carried;
    let shift = i64::from(inspector.shift_start.0);
    let work: i64 = carried.tasks.iter().map(|one| i64::from(one.service.0)).sum();
    let ways: i64 = carried.tasks.iter().map(|one| i64::from(one.travel.0)).sum();
    let taken = work + ways + i64::from(carried.travel_back.0);
    let Some(rule) = pack.settings.pause.filter(|_| taken > 0) else { return shift + taken };
    let (at, over) = (i64::from(rule.at), i64::from(rule.at) + i64::from(rule.minutes));
    match shift {
        // Nobody begins while the others rest.
        shift if (at..over).contains(&shift) => over + taken,
        shift if shift < at && shift + taken >= at => shift + taken + over - at,
        shift => shift + taken,
    }
}

/// Checks the minutes of what is carried over: the pack's of each kind of event, and the ways between them and back.
pub(super) fn check_carried(route: &Route, pack: &PlannerPack, day: Date, found: &mut Findings) {
    let inspector = &route.inspector;
    let carried = &inspector.carried;
    let mut here = Place::base(inspector);
    for one in &carried.tasks {
        let line = line_of(&one.event_kind, pack, day);
        let minutes = line.and_then(|line| {
            line.service_minutes.get(&one.object_kind).or_else(|| line.service_minutes.get("other"))
        });
        if minutes.is_some_and(|minutes| *minutes != one.service.0) {
            let detail = format!("carried over: {} minutes, the pack says {minutes:?}", one.service.0);
            found.note(ViolationCode::Service, &inspector.key, &one.key, detail);
        }
        let there = Place::of_carried(one);
        check_way((here, there.unwrap_or(here)), one.travel, (inspector, &one.key), pack, found);
        here = there.unwrap_or(here);
    }
    check_way((here, Place::base(inspector)), carried.travel_back, (inspector, ""), pack, found);
    let (begins, ends) = (begins(inspector, pack), i64::from(inspector.shift_end.0));
    if !carried.tasks.is_empty() && begins > ends && !route.visits.is_empty() {
        let detail = format!("carried over until {begins}, the shift ends at {ends}");
        found.note(ViolationCode::Shift, &inspector.key, "", detail);
    }
}

fn check_way(
    (from, to): (Place<'_>, Place<'_>),
    travel: Minutes,
    (inspector, object): (&InspectorDay, &str),
    pack: &PlannerPack,
    found: &mut Findings,
) {
    let way = Way::between(from, to, inspector, pack);
    if !way.is_some_and(|way| way.accepts(travel.0)) {
        let detail = format!("carried over: {} minutes for the way {way:?}", travel.0);
        found.note(ViolationCode::Clock, &inspector.key, object, detail);
    }
}
