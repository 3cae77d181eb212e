//! Drives a route once more from its start: whether all stops are reached while they are open, and the base in time.

use std::collections::BTreeSet;

use dozor_domain::{InspectorDay, Minutes, Opening, Position, Route, Visit};

use super::ways::Way;
use crate::PlannerPack;

/// Is one stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    pub(super) position: Position,
    /// Minutes of service.
    pub(super) service: i64,
    pub(super) opening: Option<Opening>,
}

/// Says how ways are rounded where two formulas may differ in the last minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Certainly no longer: who drives through so is certainly in time.
    Slow,
    /// Certainly no shorter: who does not drive through so is certainly late.
    Fast,
}

/// Returns the stops of a route as it stands.
pub(super) fn stops_of(route: &Route) -> Vec<Stop> {
    let stops = route.visits.iter().filter_map(|visit| {
        let candidate = &visit.candidate;
        let service = i64::from(visit.end.0) - i64::from(visit.start.0);
        Some(Stop { position: candidate.position?, service, opening: candidate.opening })
    });
    stops.collect()
}

/// Is what of a day is over when its plan is checked; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayRest {
    /// Minutes after local midnight: nothing new begins before.
    pub now: u32,
    /// Keys of the inspectors who begin nothing more.
    pub away: BTreeSet<String>,
}

impl DayRest {
    /// Tells whether somebody begins nothing more: he is away, or has finished.
    pub(super) fn is_over(&self, route: &Route) -> bool {
        let finished = route.visits.last().is_some_and(|last| self.has_begun(last) && last.end.0 < self.now);
        finished || self.away.contains(&route.inspector.key)
    }

    fn has_begun(&self, visit: &Visit) -> bool {
        u64::from(visit.arrive.0) < u64::from(visit.travel.0) + u64::from(self.now)
    }

    /// Returns the minute in which a route begins or has begun.
    pub(super) fn begins(&self, route: &Route) -> i64 {
        let shift = route.inspector.shift_start.0;
        let begun = route.visits.first().is_some_and(|visit| self.has_begun(visit));
        i64::from(if begun { shift } else { shift.max(self.now) })
    }

    /// Returns a new stop as it may still be made.
    pub(super) fn still(&self, stop: Stop) -> Stop {
        if self.now == 0 {
            return stop;
        }
        let closes = stop.opening.map_or(Minutes(u32::MAX), |opening| opening.closes);
        let opens = stop.opening.map_or(self.now, |opening| opening.opens.0.max(self.now));
        Stop { opening: Some(Opening { opens: Minutes(opens), closes }), ..stop }
    }
}

/// Tells whether an inspector who begins at a minute can make the stops in this order within the shift.
pub(super) fn drive(
    inspector: &InspectorDay,
    begins: i64,
    stops: &[Stop],
    (pack, pace): (&PlannerPack, Pace),
) -> bool {
    let minutes = |from: Position, to: Position| {
        let way = Way::between(from, to, inspector, pack)?;
        Some(if pace == Pace::Slow { way.at_most() } else { way.at_least() })
    };
    let mut here = inspector.base;
    let mut clock = begins;
    for stop in stops {
        let Some(way) = minutes(here, stop.position) else { return false };
        let mut start = clock + way;
        if let Some(opening) = stop.opening {
            start = start.max(i64::from(opening.opens.0));
            if start > i64::from(opening.closes.0) {
                return false;
            }
        }
        clock = start + stop.service;
        here = stop.position;
    }
    minutes(here, inspector.base).is_some_and(|way| clock + way <= i64::from(inspector.shift_end.0))
}
