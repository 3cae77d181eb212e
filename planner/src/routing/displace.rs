//! What would have to give way for an item that is in no route: the consecutive visits of one route with the least
//! profit together in whose place it fits.

use std::cmp::Reverse;

use super::meeting::{Giving, Meeting, PairDisplacement, meetings};
use super::pairs::Pair;
use super::problem::{Problem, Rank};
use super::route::{Route, Stop};
use super::solution::Solution;
use super::ways::{Row, Ways};

/// Is consecutive visits of one route that could give way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Displacement {
    /// The crew.
    pub crew: u32,
    /// Place of the first visit, from 0.
    pub first: u32,
    /// How many.
    pub count: u32,
    /// Their profit.
    pub loss: i64,
}

/// Puts duties that are in no route where the least gives way for them; what gives way is always of a lower rank. It is
/// tried until nothing more helps: what gave way, and what now has room, is tried again.
pub fn force_duties<W: Ways>(problem: &Problem<W>, mut routes: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let mut duties = problem.duties().to_vec();
    duties.sort_by_key(|item| (Reverse(problem.rank(*item)), *item));
    // With each one more duty is planned, and at most lesser ones are fewer: it ends.
    while force_each(problem, &mut routes, &duties) {}
    routes
}

/// Forces in those of some duties that are in no route; tells whether there was one.
fn force_each<W: Ways>(problem: &Problem<W>, routes: &mut [Vec<u32>], duties: &[u32]) -> bool {
    let mut is_planned = vec![false; problem.items.len()];
    routes.iter().flatten().for_each(|item| is_planned[*item as usize] = true);
    let mut left_out = duties.iter().filter(|item| !is_planned[**item as usize]).peekable();
    if left_out.peek().is_none() {
        return false;
    }
    let mut displacements = Displacements::new(problem, routes);
    let mut is_forced = false;
    for item in left_out {
        if let Some(found) = displacements.cheapest(*item) {
            let first = found.first as usize;
            routes[found.crew as usize].splice(first..first + found.count as usize, [*item]);
            displacements = Displacements::new(problem, routes);
            is_forced = true;
        }
    }
    is_forced
}

/// Answers for routes that stand.
pub struct Displacements<'a, W> {
    problem: &'a Problem<W>,
    solution: Solution,
}

impl<'a, W: Ways> Displacements<'a, W> {
    /// Takes routes that hold.
    pub fn new(problem: &'a Problem<W>, routes: &[Vec<u32>]) -> Self {
        Self { problem, solution: Solution::of(problem, routes) }
    }

    /// Finds the cheapest for an item over all routes; what is no duty gives way, and lesser duties to the others. None
    /// where it helps nowhere.
    pub fn cheapest(&self, item: u32) -> Option<Displacement> {
        let mut best: Option<Displacement> = None;
        for crew in self.problem.able(item) {
            let least = best.map_or(i64::MAX, |one| one.loss);
            if let Some(found) = self.on_route(item, *crew, least) {
                best = Some(found);
            }
        }
        best
    }

    /// Finds the cheapest for work that needs two crews.
    pub fn cheapest_of_pair(&self, pair: &Pair) -> Option<PairDisplacement> {
        let anything = (Giving::Voluntary { below: i64::MAX }, 1);
        let found = meetings(self.problem, &self.solution, pair, anything);
        found.first().map(Meeting::displacement)
    }

    /// Finds the cheapest on one route that costs less than `least`.
    fn on_route(&self, item: u32, crew: u32, mut least: i64) -> Option<Displacement> {
        let route: &Route = &self.solution.routes[crew as usize];
        let what = &self.problem.items[item as usize];
        let row = self.problem.ways.row(self.problem.crews[crew as usize].profile, item);
        let way_to: Vec<i32> = route.stops.iter().map(|stop| row.to(stop.node)).collect();
        let mut best = None;
        for (before, from) in route.stops.iter().enumerate() {
            let start = (from.depart + row.from(from.node)).max(what.open);
            if start > what.close {
                break;
            }
            let done = start + what.service;
            let mut loss = 0;
            for (after, next) in route.stops.iter().enumerate().skip(before + 1) {
                if loss >= least {
                    break;
                }
                let giving = &route.stops[before + 1..after];
                if done + way_to[after] <= next.latest && self.has_room(crew, item, giving) {
                    least = loss;
                    let count = giving.len() as u32;
                    best = Some(Displacement { crew, first: before as u32, count, loss });
                    break;
                }
                if after + 1 == route.stops.len() || !self.gives_way(next, item) {
                    break;
                }
                loss += self.problem.items[next.node as usize].profit;
            }
        }
        best
    }

    fn gives_way(&self, stop: &Stop, item: u32) -> bool {
        let rank = self.problem.rank(stop.node);
        rank == Rank::Free || rank < self.problem.rank(item)
    }

    fn has_room(&self, crew: u32, item: u32, giving: &[Stop]) -> bool {
        if giving.is_empty() {
            return self.solution.has_room(self.problem, crew, item);
        }
        self.solution.is_within_quotas(self.problem, crew, item, giving)
    }
}

/// Tells whether a stop is a duty: to work for two crews it does not give way.
pub(super) fn has_duty<W: Ways>(problem: &Problem<W>, stop: &Stop) -> bool {
    problem.duties().binary_search(&stop.node).is_ok()
}
