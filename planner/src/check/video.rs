//! How visits are held, read again from the pack's lines: by video, from the base of who makes them, or on the spot.

use dozor_domain::{Candidate, Route, Visit};
use jiff::civil::Date;

use super::drive::Stop;
use super::times::Place;
use super::{Findings, ViolationCode, law};
use crate::{EventKind, Place as Held, PlannerPack};

/// Tells whether a kind of event is held by video at a candidate: it always is, or it may be at such an object and the
/// person agreed to that for the day.
pub(super) fn is_by_video(line: &EventKind, candidate: &Candidate, day: Date) -> bool {
    match line.place {
        Held::Video => true,
        Held::Desk => false,
        Held::Route => {
            let agreed = candidate.appointment.as_ref();
            agreed.is_some_and(|agreed| agreed.by_video && agreed.on == day)
                && (line.video_minutes.contains_key(&candidate.object_kind)
                    || line.video_minutes.contains_key("other"))
        }
    }
}

/// Returns the minutes that a kind of event takes at a candidate, as it is held; none where the pack does not say.
pub(super) fn minutes_of(line: &EventKind, candidate: &Candidate, day: Date) -> Option<u32> {
    let minutes = match (line.place, is_by_video(line, candidate, day)) {
        (Held::Route, true) => &line.video_minutes,
        (Held::Route | Held::Video | Held::Desk, _) => &line.service_minutes,
    };
    minutes.get(&candidate.object_kind).or_else(|| minutes.get("other")).copied()
}

/// Returns the stop that a kind of event would be at a candidate; none where nobody knows where that is.
pub(super) fn stop_of<'a>(line: &EventKind, candidate: &'a Candidate, day: Date) -> Option<Stop<'a>> {
    let place = match is_by_video(line, candidate, day) {
        true => None,
        false => Some(Place::of(candidate)?),
    };
    let service = minutes_of(line, candidate, day).map_or(0, i64::from);
    Some(Stop { place, service, opening: candidate.opening })
}

/// Checks that a visit is held as it may be.
pub(super) fn check_visit(route: &Route, visit: &Visit, pack: &PlannerPack, day: Date, found: &mut Findings) {
    let Some(line) = law::line_of(&visit.event_kind, pack, day) else { return };
    if visit.by_video != is_by_video(line, &visit.candidate, day) {
        let agreed = visit.candidate.appointment;
        let detail = format!(
            "by video: {}, «{}» is held at {:?}, agreed {agreed:?}",
            visit.by_video, line.code, line.place
        );
        found.at(ViolationCode::Video, route, visit, detail);
    }
}
