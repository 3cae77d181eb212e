//! Times and ways of one route, worked out again.

use dozor_domain::{InspectorDay, Position, Route, TravelMode};
use jiff::civil::Date;

use super::carried::begins;
use super::law::line_of;
use super::pause::{served, within};
use super::times::{Place, imported};
use super::video::minutes_of;
use super::{Findings, ViolationCode};
use crate::PlannerPack;

/// Distances of two formulas differ by less than this share of a minute.
const TOLERANCE: f64 = 1e-4;

/// Is a way in minutes before rounding: none = one stop, no way at all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    minutes: f64,
    metres: f64,
}

impl Way {
    /// Asks the imported travel times, else measures.
    pub(super) fn between(
        from: Place<'_>,
        to: Place<'_>,
        inspector: &InspectorDay,
        pack: &PlannerPack,
    ) -> Option<Self> {
        let mode = inspector.mode;
        match imported(&from, &to, mode, pack) {
            // No time at all is one stop; all else takes the mode's extra minutes, however near.
            Some(0.0) => Some(Self { minutes: 0.0, metres: 0.0 }),
            Some(minutes) => {
                let travel = pack.settings.travel.get(&mode)?;
                let minutes = minutes / travel.season_speed + travel.extra_minutes;
                Some(Self { minutes, metres: f64::INFINITY })
            }
            None => Self::measured(from.position, to.position, mode, pack),
        }
    }

    /// Measures by the arctangent form of the great circle, which no other module uses.
    fn measured(from: Position, to: Position, mode: TravelMode, pack: &PlannerPack) -> Option<Self> {
        let travel = pack.settings.travel.get(&mode)?;
        let (one, two) = (from.lat.to_radians(), to.lat.to_radians());
        let turn = (to.lon - from.lon).to_radians();
        let across = two.cos() * turn.sin();
        let along = one.cos() * two.sin() - one.sin() * two.cos() * turn.cos();
        let inward = one.sin() * two.sin() + one.cos() * two.cos() * turn.cos();
        let metres = 6_371_000.0 * across.hypot(along).atan2(inward);
        let minutes = metres * travel.detour / 1000.0 / travel.kmh * 60.0 + travel.extra_minutes;
        Some(Self { minutes, metres })
    }

    /// Tells whether whole minutes are right for this way: rounded up, and none for places within a metre.
    pub(super) fn accepts(&self, whole: u32) -> bool {
        let whole = f64::from(whole);
        if self.metres < 0.999 {
            return whole == 0.0;
        }
        let rounded_up = whole >= self.minutes - TOLERANCE && whole < self.minutes + 1.0 + TOLERANCE;
        rounded_up || (self.metres <= 1.001 && whole == 0.0)
    }

    /// Returns whole minutes that are certainly enough.
    pub(super) fn at_most(&self) -> i64 {
        if self.metres < 0.999 { 0 } else { (self.minutes + TOLERANCE).ceil() as i64 }
    }

    /// Returns whole minutes that are certainly needed.
    pub(super) fn at_least(&self) -> i64 {
        if self.metres <= 1.001 { 0 } else { (self.minutes - TOLERANCE).ceil() as i64 }
    }
}

/// Checks one route: each time follows from the one before, service and shift hold.
pub(super) fn check_route(route: &Route, pack: &PlannerPack, day: Date, found: &mut Findings) {
    let inspector = &route.inspector;
    let mut here = Place::base(inspector);
    // Who visits nobody has left the base at no time.
    let free = begins(inspector, pack).unsigned_abs();
    let mut clock = if route.visits.is_empty() { u64::from(inspector.shift_start.0) } else { free };
    for (place, visit) in route.visits.iter().enumerate() {
        let Some(place_of_visit) = Place::of_visit(visit, inspector) else {
            found.at(ViolationCode::Position, route, visit, "visited without a position".to_owned());
            continue;
        };
        match Way::between(here, place_of_visit, inspector, pack) {
            Some(way) if way.accepts(visit.travel.0) => {}
            way => {
                let detail = format!("{} minutes for the way {way:?}", visit.travel.0);
                found.at(ViolationCode::Clock, route, visit, detail);
            }
        }
        let arrive = u64::from(visit.arrive.0);
        let rested = within(route.pause, clock, arrive);
        if arrive < clock + u64::from(visit.travel.0) + rested || visit.start < visit.arrive {
            let detail = format!("left at {clock}, arrives {}, starts {}", visit.arrive.0, visit.start.0);
            found.at(ViolationCode::Clock, route, visit, detail);
        }
        if let Some(opening) = visit.candidate.opening
            && (visit.start < opening.opens || visit.start > opening.closes)
        {
            let detail =
                format!("starts {}, open {} to {}", visit.start.0, opening.opens.0, opening.closes.0);
            found.at(ViolationCode::Window, route, visit, detail);
        }
        let minutes =
            line_of(&visit.event_kind, pack, day).and_then(|line| minutes_of(line, &visit.candidate, day));
        let spent = served(route, place);
        if minutes.is_none() || spent != minutes {
            let detail = format!("serves {spent:?} minutes, the pack says {minutes:?}");
            found.at(ViolationCode::Service, route, visit, detail);
        }
        clock = u64::from(visit.end.0);
        here = place_of_visit;
    }
    check_return(route, pack, (here, clock), found);
}

fn check_return(route: &Route, pack: &PlannerPack, (here, clock): (Place<'_>, u64), found: &mut Findings) {
    let inspector = &route.inspector;
    let key = &inspector.key;
    let back = route.travel_back.0;
    let way_is_right = match Way::between(here, Place::base(inspector), inspector, pack) {
        Some(way) => {
            if route.visits.is_empty() {
                back == 0
            } else {
                way.accepts(back)
            }
        }
        None => false,
    };
    if !way_is_right {
        found.note(ViolationCode::Clock, key, "", format!("{back} minutes for the way back"));
    }
    let back_at = u64::from(route.back_at.0);
    if back_at != clock + u64::from(back) + within(route.pause, clock, back_at) {
        found.note(ViolationCode::Clock, key, "", format!("left at {clock}, back at {}", route.back_at.0));
    }
    if route.back_at > inspector.shift_end && !route.visits.is_empty() {
        let detail = format!("back at {}, the shift ends at {}", route.back_at.0, inspector.shift_end.0);
        found.note(ViolationCode::Shift, key, "", detail);
    }
    if let Some(most) = pack.settings.visits_per_inspector
        && route.visits.len() > most as usize
    {
        let detail = format!("{} visits, {most} are an inspector's limit", route.visits.len());
        found.note(ViolationCode::Capacity, key, "", detail);
    }
}
