//! One route with its times: earliest departures from the front, latest starts from the back.

use super::problem::{Crew, Item, Problem};
use super::ways::{Row, Ways};

/// Is one stop of a route; the first and the last are the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) node: u32,
    /// Way from the stop before.
    pub(super) leg: i32,
    /// Earliest start of service.
    pub(super) start: i32,
    /// Earliest end of service.
    pub(super) depart: i32,
    /// Latest start of service with which all later stops still hold.
    pub(super) latest: i32,
}

impl Stop {
    /// Returns the time between the stop before and this one that is neither way nor needed later.
    fn room_behind(&self, before: &Self) -> i32 {
        self.latest - self.leg - before.depart
    }
}

/// Is one crew's route.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) stops: Vec<Stop>,
    pub(super) profit: i64,
    /// Sum of ways.
    pub(super) travel: i64,
    /// The most time between two stops that is neither way nor needed later.
    room: i32,
}

/// Is a place in a route where an item can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// Index of the stop before.
    pub(super) after: u32,
    /// What the detour costs, by the measure asked for.
    pub(super) cost: i32,
}

/// Says how the cost of a detour is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Further way.
    Way,
    /// How much later the next stop starts, waiting included.
    Delay,
}

impl Route {
    /// Makes an empty route.
    pub(super) fn new(crew: &Crew) -> Self {
        let first =
            Stop { node: crew.base, leg: 0, start: crew.start, depart: crew.start, latest: crew.start };
        let last = Stop { latest: crew.end, ..first };
        Self { stops: vec![first, last], profit: 0, travel: 0, room: crew.end - crew.start }
    }

    /// Becomes another route without giving its memory back.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.stops.clear();
        self.stops.extend_from_slice(&other.stops);
        (self.profit, self.travel, self.room) = (other.profit, other.travel, other.room);
    }

    /// Returns the visited items in order.
    pub(super) fn visits(&self) -> impl Iterator<Item = u32> + '_ {
        let inner = self.stops.len().saturating_sub(1);
        self.stops[1..inner].iter().map(|stop| stop.node)
    }

    /// Finds the cheapest gap for an item; `row` is the item's.
    pub(super) fn best_gap(
        &self,
        item: &Item,
        row: impl Row,
        least_detour: i32,
        measure: Measure,
    ) -> Option<Gap> {
        let mut best: Option<Gap> = None;
        let least = item.service + least_detour;
        if self.room < least {
            return None;
        }
        // Before this gap every next stop would start too late, however short the ways.
        let soonest = item.open + item.service;
        for (after, pair) in self.stops.windows(2).enumerate() {
            let [before, next] = pair else { continue };
            if next.latest < soonest || next.room_behind(before) < least {
                continue;
            }
            if before.depart > item.close {
                break;
            }
            let to = row.from(before.node);
            let start = (before.depart + to).max(item.open);
            if start > item.close {
                continue;
            }
            let onward = row.to(next.node);
            let arrive = start + item.service + onward;
            if arrive > next.latest {
                continue;
            }
            let cost = match measure {
                Measure::Way => to + onward - next.leg,
                Measure::Delay => (arrive - next.start).max(0),
            };
            if best.is_none_or(|gap| cost < gap.cost) {
                best = Some(Gap { after: after as u32, cost });
            }
        }
        best
    }

    /// Tells whether all stops are in time; without a stop they may not be, where ways are longer than a detour.
    pub(super) fn holds(&self) -> bool {
        self.stops.iter().all(|stop| stop.start <= stop.latest)
    }

    /// Tells whether an item can go behind the stop `after`.
    pub(super) fn takes<W: Ways>(&self, problem: &Problem<W>, crew: &Crew, item: u32, after: u32) -> bool {
        let (before, next) = (&self.stops[after as usize], &self.stops[after as usize + 1]);
        let (what, row) = (&problem.items[item as usize], problem.ways.row(crew.profile, item));
        let start = (before.depart + row.from(before.node)).max(what.open);
        start <= what.close && start + what.service + row.to(next.node) <= next.latest
    }

    /// Puts an item behind the stop `after`.
    pub(super) fn insert<W: Ways>(&mut self, problem: &Problem<W>, crew: &Crew, item: u32, after: u32) {
        let at = after as usize + 1;
        let row = problem.ways.row(crew.profile, item);
        let (to, onward) = (row.from(self.stops[at - 1].node), row.to(self.stops[at].node));
        self.travel += i64::from(to + onward - self.stops[at].leg);
        self.stops[at].leg = onward;
        self.profit += problem.items[item as usize].profit;
        self.stops.insert(at, Stop { node: item, leg: to, start: 0, depart: 0, latest: 0 });
        self.time_forward(problem, at);
        self.time_backward(problem, at);
        self.measure_room();
    }

    /// Takes out the stops `first..last`, neither of which is the base, and hands over their items.
    pub(super) fn remove<W: Ways>(
        &mut self,
        problem: &Problem<W>,
        crew: &Crew,
        (first, last): (usize, usize),
        mut take: impl FnMut(u32),
    ) {
        for stop in &self.stops[first..last] {
            self.travel -= i64::from(stop.leg);
            self.profit -= problem.items[stop.node as usize].profit;
            take(stop.node);
        }
        self.stops.drain(first..last);
        let next = self.stops[first];
        // Who visits nobody stays at the base, even where a way from it to itself would take time.
        let is_empty = self.stops.len() == 2;
        let before = self.stops[first - 1].node;
        let leg = if is_empty { 0 } else { problem.ways.way(crew.profile, before, next.node) };
        self.travel += i64::from(leg - next.leg);
        self.stops[first].leg = leg;
        self.time_forward(problem, first);
        self.time_backward(problem, first - 1);
        self.measure_room();
    }

    /// Returns the place of a visit for which the route does not hold: the first that starts too late, else the last one
    /// where the crew is back too late.
    pub(super) fn late<W: Ways>(&self, problem: &Problem<W>) -> Option<usize> {
        let home = self.stops.len() - 1;
        let is_late = |place: &usize| {
            let stop = &self.stops[*place];
            stop.start > problem.items[stop.node as usize].close
        };
        let is_back_late = home > 1 && self.stops[home].start > self.stops[home].latest;
        (1..home).find(is_late).or_else(|| is_back_late.then(|| home - 1))
    }

    fn measure_room(&mut self) {
        let pairs = self.stops.windows(2);
        let rooms = pairs.map(|pair| if let [before, next] = pair { next.room_behind(before) } else { 0 });
        self.room = rooms.max().unwrap_or(0);
    }

    /// Works out starts from stop `first` on.
    fn time_forward<W: Ways>(&mut self, problem: &Problem<W>, first: usize) {
        let mut clock = self.stops[first - 1].depart;
        let last = self.stops.len() - 1;
        for stop in &mut self.stops[first..last] {
            let item = &problem.items[stop.node as usize];
            stop.start = (clock + stop.leg).max(item.open);
            stop.depart = stop.start + item.service;
            clock = stop.depart;
        }
        let home = &mut self.stops[last];
        home.start = clock + home.leg;
        home.depart = home.start;
    }

    /// Works out latest starts from stop `last` down to the first.
    fn time_backward<W: Ways>(&mut self, problem: &Problem<W>, last: usize) {
        let next = self.stops[last + 1];
        let (mut latest, mut leg) = (next.latest, next.leg);
        for stop in self.stops[1..=last].iter_mut().rev() {
            let item = &problem.items[stop.node as usize];
            stop.latest = (latest - leg - item.service).min(item.close);
            latest = stop.latest;
            leg = stop.leg;
        }
    }
}
