//! Drives a route once more from its start: whether all stops are reached while they are open, and the base in time.

use std::collections::BTreeSet;

use dozor_domain::{InspectorDay, Minutes, Opening, Plan, Route, Visit};

use super::carried::begins;
use super::pause::{served, within};
use super::times::Place;
use super::ways::Way;
use crate::{PauseRule, PlannerPack};

/// Is one stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop<'a> {
    /// None = by video: at the base of whoever makes it.
    pub(super) place: Option<Place<'a>>,
    /// Minutes of service.
    pub(super) service: i64,
    pub(super) opening: Option<Opening>,
}

impl<'a> Stop<'a> {
    /// Returns where somebody is who makes it.
    pub(super) fn at(&self, inspector: &'a InspectorDay) -> Place<'a> {
        self.place.unwrap_or_else(|| Place::base(inspector))
    }
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
pub(super) fn stops_of(route: &Route) -> Vec<Stop<'_>> {
    let stops = route.visits.iter().enumerate().filter_map(|(number, visit)| {
        let candidate = &visit.candidate;
        let place = if visit.by_video { None } else { Some(Place::of(candidate)?) };
        let service = served(route, number).map_or(0, i64::from);
        // What two have agreed on begins at that minute and no other.
        let agreed = visit.partner.as_ref().map(|_| Opening { opens: visit.start, closes: visit.start });
        Some(Stop { place, service, opening: agreed.or(candidate.opening) })
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
        let finished = route.visits.last().is_some_and(|last| last.end.0 < self.now)
            && self.has_begun(route, route.visits.len() - 1);
        finished || self.away.contains(&route.inspector.key)
    }

    /// Tells whether a route could still take something as far as its hours say: whoever was ahead of them stands elsewhere
    /// than they do.
    pub(super) fn is_known(&self, plan: &Plan, route: &Route) -> bool {
        let is_ahead = plan.rest.as_ref().is_some_and(|rest| rest.ahead.contains(&route.inspector.key));
        !is_ahead && !self.is_over(route)
    }

    /// Tells whether somebody has set out for the visit at a place of a route. Before it he may have rested: where he
    /// stood, or on the way.
    fn has_begun(&self, route: &Route, place: usize) -> bool {
        let Some(visit) = route.visits.get(place) else { return false };
        let free = match place.checked_sub(1).and_then(|before| route.visits.get(before)) {
            Some(before) => before.end.0,
            None => route.inspector.shift_start.0,
        };
        let (travel, arrive) = (u64::from(visit.travel.0), u64::from(visit.arrive.0));
        // Of the minutes before the arrival the way takes the last ones; a break among them comes on top.
        let mut departs = arrive.saturating_sub(travel);
        if let Some(pause) = route.pause {
            let is_between = pause.start.0 >= free && pause.end <= visit.arrive;
            let is_on_the_way = u64::from(pause.end.0) > departs;
            if is_between && is_on_the_way {
                departs = departs.saturating_sub(within(route.pause, u64::from(free), arrive));
            }
        }
        departs < u64::from(self.now)
    }

    /// Returns how many visits of a route have begun.
    pub(super) fn begun(&self, route: &Route) -> usize {
        (0..route.visits.len()).filter(|place| self.has_begun(route, *place)).count()
    }

    /// Returns the minute in which a route begins or has begun.
    pub(super) fn begins(&self, route: &Route, pack: &PlannerPack) -> i64 {
        let free = begins(&route.inspector, pack);
        let begun = self.has_begun(route, 0);
        if begun { free } else { free.max(i64::from(self.now)) }
    }

    /// Returns the stops of a route as they may still be made: what has begun begins no earlier than it did, and all else
    /// not before now.
    pub(super) fn stops<'a>(&self, route: &'a Route) -> Vec<Stop<'a>> {
        if self.now == 0 {
            return stops_of(route);
        }
        let begun = self.begun(route);
        let began = |visit: &Visit| Opening { opens: visit.start, closes: Minutes(u32::MAX) };
        let stops = stops_of(route).into_iter().zip(&route.visits).enumerate();
        let stops = stops.map(|(place, (stop, visit))| match place < begun {
            true => Stop { opening: Some(began(visit)), ..stop },
            false => self.still(stop),
        });
        stops.collect()
    }

    /// Returns a new stop as it may still be made.
    pub(super) fn still<'a>(&self, stop: Stop<'a>) -> Stop<'a> {
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
    stops: &[Stop<'_>],
    (pack, pace): (&PlannerPack, Pace),
) -> bool {
    let Some(mut at) = run(inspector, begins, stops, (pack, pace)) else { return false };
    let ends = at.lunch.ends(i64::from(inspector.shift_end.0));
    let back = minutes((at.here, Place::base(inspector)), inspector, (pack, pace));
    back.is_some_and(|way| at.lunch.arrives(at.clock + way) <= ends)
}

/// Returns when the work at the last of some stops begins; none where one of them is not reached in time.
pub(super) fn reach(
    inspector: &InspectorDay,
    begins: i64,
    stops: &[Stop<'_>],
    speed: (&PlannerPack, Pace),
) -> Option<i64> {
    run(inspector, begins, stops, speed).map(|at| at.start)
}

fn minutes(
    (from, to): (Place<'_>, Place<'_>),
    inspector: &InspectorDay,
    (pack, pace): (&PlannerPack, Pace),
) -> Option<i64> {
    let way = Way::between(from, to, inspector, pack)?;
    Some(if pace == Pace::Slow { way.at_most() } else { way.at_least() })
}

/// Is where somebody is after some stops.
struct At<'a> {
    here: Place<'a>,
    /// When he leaves.
    clock: i64,
    /// When the work at the last stop began.
    start: i64,
    lunch: Lunch,
}

fn run<'a>(
    inspector: &'a InspectorDay,
    begins: i64,
    stops: &[Stop<'a>],
    (pack, pace): (&PlannerPack, Pace),
) -> Option<At<'a>> {
    let mut here = Place::base(inspector);
    let mut lunch = Lunch::of(pack.settings.pause, begins);
    let mut clock = lunch.begins(begins);
    let mut begun = clock;
    for stop in stops {
        let there = stop.at(inspector);
        let way = minutes((here, there), inspector, (pack, pace))?;
        let opens = stop.opening.map_or(0, |opening| i64::from(opening.opens.0));
        let arrives = lunch.arrives(clock + way);
        let start = lunch.starts(arrives.max(opens));
        if stop.opening.is_some_and(|opening| start > i64::from(opening.closes.0)) {
            return None;
        }
        (begun, clock) = (start, start + stop.service);
        here = there;
    }
    Some(At { here, clock, start: begun, lunch })
}

/// Is the break of somebody who drives through a day.
struct Lunch {
    rule: Option<PauseRule>,
    /// Whether it is still to be taken.
    is_due: bool,
}

impl Lunch {
    fn of(rule: Option<PauseRule>, begins: i64) -> Self {
        Self { rule, is_due: rule.is_some_and(|rule| begins < i64::from(rule.at)) }
    }

    fn borders(&self) -> Option<(i64, i64)> {
        self.rule.map(|rule| (i64::from(rule.at), i64::from(rule.at) + i64::from(rule.minutes)))
    }

    /// Returns the minute in which somebody begins: nobody does while the others rest.
    fn begins(&self, begins: i64) -> i64 {
        match self.borders() {
            Some((at, over)) if (at..over).contains(&begins) => over,
            _ => begins,
        }
    }

    /// Returns the minute by which to be back: there is no work in a shift that ends while the others rest.
    fn ends(&self, ends: i64) -> i64 {
        match self.borders() {
            Some((at, over)) if (at..=over).contains(&ends) => at,
            _ => ends,
        }
    }

    /// Returns when somebody arrives who would do so at `arrives` without a break.
    fn arrives(&mut self, arrives: i64) -> i64 {
        match self.borders() {
            Some((at, over)) if self.is_due && arrives > at => {
                self.is_due = false;
                arrives + over - at
            }
            _ => arrives,
        }
    }

    /// Returns when a visit starts that could start at `start` without a break.
    fn starts(&mut self, start: i64) -> i64 {
        match self.borders() {
            Some((at, over)) if self.is_due && start >= at => {
                self.is_due = false;
                start.max(over)
            }
            _ => start,
        }
    }
}
