//! What would have to give way for an item that is in no route: the consecutive visits of one route with the least
//! profit together in whose place it fits.

use std::cmp::Reverse;

use super::meeting::{Giving, Meeting, PairDisplacement, meetings};
use super::pairs::Pair;
use super::placing::take_out;
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

/// Puts duties that are in no route where the least gives way for them; what gives way is always of a lower rank. Work for
/// two crews gives way as a whole, and only where nothing else helps. It is tried until nothing more does: what gave way,
/// and what now has room, is tried again.
pub fn force_duties<W: Ways>(problem: &mut Problem<W>, mut routes: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let mut duties = problem.duties().to_vec();
    duties.sort_by_key(|item| (Reverse(problem.rank(*item)), *item));
    // With each one more duty is planned, and at most lesser ones are fewer: it ends.
    while force_each(problem, &mut routes, &duties) {}
    routes
}

/// Forces in those of some duties that are in no route; tells whether there was one.
fn force_each<W: Ways>(problem: &mut Problem<W>, routes: &mut [Vec<u32>], duties: &[u32]) -> bool {
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
            put(problem, routes, *item, found);
            displacements = Displacements::new(problem, routes);
            is_forced = true;
        }
    }
    is_forced
}

/// Puts an item in the place of what gives way; what two crews were to make there is off for both.
fn put<W: Ways>(problem: &mut Problem<W>, routes: &mut [Vec<u32>], item: u32, found: Displacement) {
    let first = found.first as usize;
    let giving = routes[found.crew as usize].splice(first..first + found.count as usize, [item]);
    let pairs: Vec<usize> = giving.filter_map(|item| problem.pair_at(item)).collect();
    for at in pairs {
        take_out(problem, at, routes);
        problem.dismiss(at);
    }
}

/// Visits looked at that could free a limit, those worth least.
const TRIED_FOR_A_LIMIT: usize = 32;

/// Puts in duties that only a quota or the day's limit keeps out: one visit of a lower rank elsewhere gives way for each.
pub fn force_over_limits<W: Ways>(problem: &mut Problem<W>, mut routes: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let solution = Solution::of(problem, &routes);
    let left_out: Vec<u32> =
        problem.duties().iter().copied().filter(|item| solution.is_free(*item)).collect();
    for item in left_out {
        for (crew, gone) in freeing(problem, &routes, item) {
            let mut others = routes.clone();
            others[crew as usize].retain(|visit| *visit != gone);
            // By tables the way past it may be the longer one.
            if !W::IS_DIRECT_SHORTEST && !problem.holds(crew, &others[crew as usize]) {
                continue;
            }
            if let Some(found) = Displacements::new(problem, &others).cheapest(item) {
                put(problem, &mut others, item, found);
                routes = others;
                break;
            }
        }
    }
    routes
}

/// Returns visits of a lower rank than an item that count where it would and nothing more may, with their crews; what is
/// worth least first.
fn freeing<W: Ways>(problem: &Problem<W>, routes: &[Vec<u32>], item: u32) -> Vec<(u32, u32)> {
    let (solution, quotas) = (Solution::of(problem, routes), problem.quotas());
    let class = |item: u32| problem.items[item as usize].class;
    let is_full = |group: &u32| solution.count_of(*group) >= quotas.most(*group);
    let of_crews = problem.able(item).iter().flat_map(|crew| quotas.groups_of_crew(*crew));
    let all = quotas.groups_of_class(class(item)).iter().chain(of_crews);
    let full: Vec<u32> = all.copied().filter(is_full).collect();
    let is_day_full = solution.is_full(problem);
    let visits =
        (0_u32..).zip(routes).flat_map(|(crew, route)| route.iter().map(move |visit| (crew, *visit)));
    let frees = |(crew, visit): &(u32, u32)| {
        let is_lower = !problem.is_appointed(*visit) && problem.rank(*visit) < problem.rank(item);
        is_lower && (is_day_full || quotas.groups(class(*visit), *crew).any(|group| full.contains(&group)))
    };
    let mut visits: Vec<(u32, u32)> = visits.filter(frees).collect();
    visits.sort_by_key(|(_, visit)| (problem.items[*visit as usize].profit, *visit));
    visits.truncate(TRIED_FOR_A_LIMIT);
    visits
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
                loss += self.loss_of(next);
            }
        }
        best
    }

    /// Returns what is lost with a stop: either half of work for two crews is all of it.
    fn loss_of(&self, stop: &Stop) -> i64 {
        let item = self.problem.pair_of(stop.node).map_or(stop.node, |pair| pair.lead);
        self.problem.items[item as usize].profit
    }

    fn gives_way(&self, stop: &Stop, item: u32) -> bool {
        let own = self.problem.rank(item);
        let is_for_one = !self.problem.is_appointed(stop.node);
        let rank = self.problem.standing(stop.node);
        rank < own || is_for_one && rank == Rank::Free
    }

    fn has_room(&self, crew: u32, item: u32, giving: &[Stop]) -> bool {
        if giving.is_empty() {
            return self.solution.has_room(self.problem, crew, item);
        }
        if giving.iter().any(|stop| self.problem.is_appointed(stop.node)) {
            return self.is_within_quotas(crew, item, giving) && self.others_hold(crew, giving);
        }
        self.solution.is_within_quotas(self.problem, crew, item, giving)
    }

    /// Tells whether the quotas allow an item in the place of stops some of which two crews make: such a visit counts once,
    /// on the route of who leads.
    fn is_within_quotas(&self, crew: u32, item: u32, giving: &[Stop]) -> bool {
        let quotas = self.problem.quotas();
        let class = |item: u32| self.problem.items[item as usize].class;
        let counted = |stop: &Stop| {
            let pair = self.problem.pair_of(stop.node);
            let leads = pair.and_then(|pair| Some((pair.lead, pair.appointed?.crews[0])));
            leads.unwrap_or((stop.node, crew))
        };
        let gone: Vec<(u32, u32)> = giving.iter().map(counted).collect();
        quotas.groups(class(item), crew).all(|group| {
            let is_in =
                |(item, crew): &&(u32, u32)| quotas.groups(class(*item), *crew).any(|one| one == group);
            let gone = gone.iter().filter(is_in).count() as u32;
            self.solution.count_of(group).saturating_sub(gone) < quotas.most(group)
        })
    }

    /// Tells whether those who were to come to stops of a crew with it can still make the rest of their routes.
    fn others_hold(&self, crew: u32, giving: &[Stop]) -> bool {
        if W::IS_DIRECT_SHORTEST {
            return true;
        }
        let pairs: Vec<&Pair> = giving.iter().filter_map(|stop| self.problem.pair_of(stop.node)).collect();
        let is_off = |item: &u32| pairs.iter().any(|pair| pair.lead == *item || pair.assist == *item);
        let others = pairs.iter().filter_map(|pair| pair.appointed).flat_map(|appointed| appointed.crews);
        others.filter(|other| *other != crew).all(|other| {
            let visits = self.solution.routes[other as usize].visits();
            let rest: Vec<u32> = visits.filter(|item| !is_off(item)).collect();
            self.problem.holds(other, &rest)
        })
    }
}

/// Tells whether a stop is a duty: to work for two crews it does not give way.
pub(super) fn has_duty<W: Ways>(problem: &Problem<W>, stop: &Stop) -> bool {
    problem.duties().binary_search(&stop.node).is_ok()
}
