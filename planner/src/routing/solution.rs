//! All routes together, and which of them an iteration has touched.

use super::problem::Problem;
use super::route::{Route, Stop};
use super::ways::Ways;

/// Says that no route holds an item.
pub(super) const NOBODY: u32 = u32::MAX;

/// Is a whole solution.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    pub(super) routes: Vec<Route>,
    /// For each item the route that holds it.
    pub(super) on: Vec<u32>,
    /// Items that no route holds, in no order that means anything.
    pub(super) free: Vec<u32>,
    /// For each free item its index in `free`.
    free_at: Vec<u32>,
    pub(super) profit: i64,
    pub(super) travel: i64,
    /// Routes that changed since the last [`Self::keep`], with their earlier forms.
    pub(super) touched: Vec<u32>,
    saved: Vec<Route>,
    is_touched: Vec<u64>,
    round: u64,
    saved_profit: i64,
    saved_travel: i64,
    /// Visits of each group of the quotas, now and at the last [`Self::keep`].
    counts: Vec<u32>,
    saved_counts: Vec<u32>,
}

impl Solution {
    /// Makes a solution without visits.
    pub(super) fn empty<W: Ways>(problem: &Problem<W>) -> Self {
        let routes: Vec<Route> = problem.crews.iter().map(Route::new).collect();
        let items = problem.items.len() as u32;
        Self {
            on: vec![NOBODY; items as usize],
            free: (0..items).collect(),
            free_at: (0..items).collect(),
            profit: 0,
            travel: 0,
            touched: Vec::new(),
            saved: Vec::new(),
            is_touched: vec![0; routes.len()],
            round: 1,
            saved_profit: 0,
            saved_travel: 0,
            counts: vec![0; problem.quotas.most.len()],
            saved_counts: vec![0; problem.quotas.most.len()],
            routes,
        }
    }

    /// Makes a solution of routes that hold.
    pub(super) fn of<W: Ways>(problem: &Problem<W>, routes: &[Vec<u32>]) -> Self {
        let mut solution = Self::empty(problem);
        for (route, visits) in (0..).zip(routes) {
            for (after, item) in (0..).zip(visits) {
                solution.insert(problem, route, *item, after);
            }
        }
        solution.keep();
        solution
    }

    /// Returns the route that holds an item.
    pub(super) fn route_of(&self, item: u32) -> Option<u32> {
        Some(self.on[item as usize]).filter(|route| *route != NOBODY)
    }

    pub(super) fn is_free(&self, item: u32) -> bool {
        self.on[item as usize] == NOBODY
    }

    /// Tells whether no iteration could change anything: nobody is sent anywhere.
    pub(super) fn is_still<W: Ways>(&self, problem: &Problem<W>) -> bool {
        problem.crews.is_empty() || self.free.len() == problem.items.len()
    }

    /// Tells whether the limits of visits leave room for an item on a route.
    pub(super) fn has_room<W: Ways>(&self, problem: &Problem<W>, route: u32, item: u32) -> bool {
        !self.is_full(problem)
            && self.routes[route as usize].stops.len() - 2 < problem.most_visits_each
            && self.is_within_quotas(problem, route, item, &[])
    }

    /// Tells whether the quotas allow an item on a route from which some stops have gone.
    #[inline]
    pub(super) fn is_within_quotas<W: Ways>(
        &self,
        problem: &Problem<W>,
        route: u32,
        item: u32,
        gone: &[Stop],
    ) -> bool {
        problem.quotas.is_empty() || self.fits_quotas(problem, route, item, gone)
    }

    fn fits_quotas<W: Ways>(&self, problem: &Problem<W>, route: u32, item: u32, gone: &[Stop]) -> bool {
        let quotas = &problem.quotas;
        let class = |item: u32| problem.items[item as usize].class;
        let counts_in =
            |stop: &&Stop, group: u32| quotas.groups(class(stop.node), route).any(|one| one == group);
        quotas.groups(class(item), route).all(|group| {
            let gone = gone.iter().filter(|stop| counts_in(stop, group)).count() as u32;
            self.counts[group as usize].saturating_sub(gone) < quotas.most(group)
        })
    }

    /// Returns how many visits count in a group.
    pub(super) fn count_of(&self, group: u32) -> u32 {
        self.counts.get(group as usize).copied().unwrap_or(0)
    }

    /// Counts a visit in its groups, or takes it out of them.
    fn tally<W: Ways>(&mut self, problem: &Problem<W>, route: u32, item: u32, change: i32) {
        if problem.quotas.is_empty() {
            return;
        }
        for group in problem.quotas.groups(problem.items[item as usize].class, route) {
            let count = &mut self.counts[group as usize];
            *count = count.saturating_add_signed(change);
        }
    }

    /// Tells whether all crews together make as many visits as they may.
    pub(super) fn is_full<W: Ways>(&self, problem: &Problem<W>) -> bool {
        problem.items.len() - self.free.len() >= problem.most_visits
    }

    pub(super) fn is_better_than(&self, other: &Self) -> bool {
        self.profit > other.profit || self.profit == other.profit && self.travel < other.travel
    }

    /// Returns the visits of every route.
    pub(super) fn visits(&self) -> Vec<Vec<u32>> {
        self.routes.iter().map(|route| route.visits().collect()).collect()
    }

    /// Tells whether a route changed since the last [`Self::keep`].
    pub(super) fn has_touched(&self, route: u32) -> bool {
        self.is_touched[route as usize] == self.round
    }

    fn touch(&mut self, route: u32) {
        if self.has_touched(route) {
            return;
        }
        self.is_touched[route as usize] = self.round;
        let index = self.touched.len();
        if self.saved.len() == index {
            self.saved.push(Route::default());
        }
        let (from, to) = (&self.routes[route as usize], &mut self.saved[index]);
        to.copy_from(from);
        self.touched.push(route);
    }

    /// Puts an item into a route behind the stop `after`.
    pub(super) fn insert<W: Ways>(&mut self, problem: &Problem<W>, route: u32, item: u32, after: u32) {
        self.touch(route);
        let line = &mut self.routes[route as usize];
        let (profit, travel) = (line.profit, line.travel);
        line.insert(problem, &problem.crews[route as usize], item, after);
        self.profit += line.profit - profit;
        self.travel += line.travel - travel;
        self.claim(item, route);
        self.tally(problem, route, item, 1);
    }

    /// Takes the stops `first..last` out of a route and appends their items to `removed`.
    pub(super) fn remove<W: Ways>(
        &mut self,
        problem: &Problem<W>,
        route: u32,
        (first, last): (usize, usize),
        removed: &mut Vec<u32>,
    ) {
        self.touch(route);
        let from = removed.len();
        let line = &mut self.routes[route as usize];
        let (profit, travel) = (line.profit, line.travel);
        line.remove(problem, &problem.crews[route as usize], (first, last), |item| removed.push(item));
        self.profit += line.profit - profit;
        self.travel += line.travel - travel;
        for item in &removed[from..] {
            self.release(*item);
            self.tally(problem, route, *item, -1);
        }
    }

    fn claim(&mut self, item: u32, route: u32) {
        self.on[item as usize] = route;
        let at = self.free_at[item as usize];
        self.free.swap_remove(at as usize);
        if let Some(moved) = self.free.get(at as usize) {
            self.free_at[*moved as usize] = at;
        }
    }

    fn release(&mut self, item: u32) {
        self.on[item as usize] = NOBODY;
        self.free_at[item as usize] = self.free.len() as u32;
        self.free.push(item);
    }

    /// Makes what changed stand.
    pub(super) fn keep(&mut self) {
        self.touched.clear();
        self.round += 1;
        (self.saved_profit, self.saved_travel) = (self.profit, self.travel);
        self.saved_counts.clone_from(&self.counts);
    }

    /// Puts the touched routes back as they were.
    pub(super) fn undo(&mut self) {
        for index in 0..self.touched.len() {
            let route = self.touched[index] as usize;
            std::mem::swap(&mut self.routes[route], &mut self.saved[index]);
            for at in 1..self.saved[index].stops.len() - 1 {
                let item = self.saved[index].stops[at].node;
                self.release(item);
            }
        }
        for index in 0..self.touched.len() {
            let route = self.touched[index];
            for at in 1..self.routes[route as usize].stops.len() - 1 {
                let item = self.routes[route as usize].stops[at].node;
                self.claim(item, route);
            }
        }
        (self.profit, self.travel) = (self.saved_profit, self.saved_travel);
        self.counts.clone_from(&self.saved_counts);
        self.touched.clear();
        self.round += 1;
    }

    /// Counts the visits that the touched routes have lost since the last [`Self::keep`] of those they had at home.
    pub(super) fn moved(&self, home: &[u32]) -> i64 {
        let at_home =
            |line: &Route, route: u32| line.visits().filter(|item| home[*item as usize] == route).count();
        let pairs = self.touched.iter().zip(&self.saved);
        pairs
            .map(|(route, saved)| {
                at_home(saved, *route) as i64 - at_home(&self.routes[*route as usize], *route) as i64
            })
            .sum()
    }

    /// Replaces everything by another solution of the same problem.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.routes.clone_from(&other.routes);
        self.on.clone_from(&other.on);
        self.free.clone_from(&other.free);
        self.free_at.clone_from(&other.free_at);
        (self.profit, self.travel) = (other.profit, other.travel);
        self.counts.clone_from(&other.counts);
        self.keep();
    }
}
