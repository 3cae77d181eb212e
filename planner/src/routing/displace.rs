//! What would have to give way for an item that is in no route: the consecutive visits of one route with the least
//! profit together in whose place it fits.

use super::meeting::{Giving, Meeting, PairDisplacement, meetings};
use super::pairs::Pair;
use super::problem::Problem;
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

/// Puts duties that are in no route where the least gives way for them; duties never give way to each other.
pub fn force_duties<W: Ways>(problem: &Problem<W>, mut routes: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let mut is_planned = vec![false; problem.items.len()];
    routes.iter().flatten().for_each(|item| is_planned[*item as usize] = true);
    let left_out = problem.duties().iter().filter(|item| !is_planned[**item as usize]);
    for item in left_out {
        if let Some(found) = Displacements::new(problem, &routes).cheapest(*item) {
            let first = found.first as usize;
            routes[found.crew as usize].splice(first..first + found.count as usize, [*item]);
        }
    }
    routes
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

    /// Finds the cheapest for an item over all routes; duties never give way. None where it helps nowhere.
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
                if after + 1 == route.stops.len() || has_duty(self.problem, next) {
                    break;
                }
                loss += self.problem.items[next.node as usize].profit;
            }
        }
        best
    }

    fn has_room(&self, crew: u32, item: u32, giving: &[Stop]) -> bool {
        if giving.is_empty() {
            return self.solution.has_room(self.problem, crew, item);
        }
        self.solution.is_within_quotas(self.problem, crew, item, giving)
    }
}

/// Tells whether a stop is a duty: it gives way to nothing.
pub(super) fn has_duty<W: Ways>(problem: &Problem<W>, stop: &Stop) -> bool {
    problem.duties().binary_search(&stop.node).is_ok()
}
