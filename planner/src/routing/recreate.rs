//! Recreate: free items go back into routes, in one of several orders, or always the one that brings most.

use rand::Rng;

use super::problem::Problem;
use super::route::{Gap, Measure};
use super::searcher::Searcher;
use super::solution::{NOBODY, Solution};
use super::ways::Ways;

/// Is where an item of the pool would go best.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    item: u32,
    route: u32,
    gap: Gap,
    score: f64,
}

impl<W: Ways> Searcher<'_, W> {
    /// Fills the pool: what was removed, and free items that may fit where it was.
    pub(super) fn gather(&mut self, solution: &Solution, centre: u32) {
        self.pool.clear();
        if self.problem.items.len() <= self.settings.all_items {
            self.pool.extend_from_slice(&solution.free);
            return;
        }
        self.pool.extend_from_slice(&self.removed);
        self.is_pooled.clear();
        for item in &self.pool {
            self.is_pooled.set(*item);
        }
        let near = self.near;
        let around = self.removed.iter().flat_map(|item| near.of(*item).iter().take(self.settings.around));
        let around_centre = near.of(centre).iter().take(self.settings.around_centre);
        for item in std::iter::once(&centre).chain(around_centre).chain(around) {
            if solution.is_free(*item) && self.is_pooled.set(*item) {
                self.pool.push(*item);
            }
        }
    }

    /// Puts items of the pool into routes.
    pub(super) fn recreate(&mut self, solution: &mut Solution, centre: u32) {
        let by_delay = self.random.random_bool(self.settings.by_delay);
        let measure = if by_delay { Measure::Delay } else { Measure::Way };
        if self.random.random_bool(self.settings.by_ratio) {
            return self.recreate_by_ratio(solution, measure);
        }
        self.order_pool(centre);
        for index in 0..self.keyed.len() {
            let item = self.keyed[index].1;
            if let Some((route, gap)) = self.best(solution, item, measure) {
                solution.insert(self.problem, route, item, gap.after);
            }
        }
    }

    /// Puts the pool into one of the orders, disturbed by chance; some items are overlooked.
    fn order_pool(&mut self, centre: u32) {
        let order = self.choose_order();
        let centre_first = self.random.random_bool(self.settings.centre_first);
        self.keyed.clear();
        for index in 0..self.pool.len() {
            let item = self.pool[index];
            let chance: f64 = self.random.random_range(0.0..1.0);
            if chance < self.settings.blink {
                continue;
            }
            let what = &self.problem.items[item as usize];
            let disturbed = 1.0 + self.settings.noise * chance;
            let key = match order {
                0 => chance,
                1 => -(what.profit as f64) * disturbed,
                2 => -(what.profit as f64) / (f64::from(what.service) + self.floor) * disturbed,
                3 => f64::from(what.close) * disturbed,
                _ => f64::from(what.close - what.open) * disturbed,
            };
            self.keyed.push((if centre_first && item == centre { f64::MIN } else { key }, item));
        }
        self.keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }

    fn choose_order(&mut self) -> usize {
        let weights = &self.settings.orders;
        let mut draw = self.random.random_range(0.0..weights.iter().sum::<f64>());
        for (order, weight) in weights.iter().enumerate() {
            if draw < *weight {
                return order;
            }
            draw -= weight;
        }
        0
    }

    /// Finds the cheapest gap of an item over the routes worth looking at.
    fn best(&mut self, solution: &Solution, item: u32, measure: Measure) -> Option<(u32, Gap)> {
        if self.is_removed.has(item) {
            if self.problem.crews.len() <= self.settings.all_crews {
                return self.best_of_all(solution, item, measure);
            }
            return self.best_of_near(solution, item, measure);
        }
        // What did not fit into a route before does not fit now, unless the route has changed.
        let mut best = Cheapest::new(self.problem, solution, item, measure);
        solution.touched.iter().for_each(|route| best.look(*route));
        best.best
    }

    /// Finds the cheapest gap over all routes.
    pub(super) fn best_of_all(&self, solution: &Solution, item: u32, measure: Measure) -> Option<(u32, Gap)> {
        cheapest(self.problem, solution, item, measure)
    }

    fn best_of_near(&mut self, solution: &Solution, item: u32, measure: Measure) -> Option<(u32, Gap)> {
        let mut best = Cheapest::new(self.problem, solution, item, measure);
        self.is_tried.clear();
        let near = self.near.of(item).iter().take(self.settings.routes_of);
        let near = near.map(|other| solution.on[*other as usize]);
        let mut tried = 0;
        for route in solution.touched.iter().copied().chain(near.filter(|route| *route != NOBODY)) {
            if self.is_tried.set(route) {
                best.look(route);
                tried += 1;
            }
            if tried >= self.settings.routes_tried {
                break;
            }
        }
        best.best
    }

    fn offer(&mut self, solution: &Solution, item: u32, measure: Measure, power: i32) -> Option<Offer> {
        let (route, gap) = self.best(solution, item, measure)?;
        let score = self.score(item, gap.cost, power);
        Some(Offer { item, route, gap, score })
    }

    fn score(&self, item: u32, cost: i32, power: i32) -> f64 {
        let what = &self.problem.items[item as usize];
        let profit = (what.profit as f64).powi(power);
        profit / (f64::from((cost + what.service).max(0)) + self.floor)
    }

    /// Puts in, again and again, what brings most for its cost.
    fn recreate_by_ratio(&mut self, solution: &mut Solution, measure: Measure) {
        let power = if self.random.random_bool(0.5) { 1 } else { 2 };
        let mut offers = std::mem::take(&mut self.offers);
        offers.clear();
        for index in 0..self.pool.len() {
            let item = self.pool[index];
            if self.random.random_bool(self.settings.blink) {
                continue;
            }
            if let Some(mut offer) = self.offer(solution, item, measure, power) {
                offer.score *= 1.0 + self.settings.noise * self.random.random_range(0.0..1.0);
                offers.push(offer);
            }
        }
        while let Some(at) = most(&offers) {
            if solution.is_full(self.problem) {
                break;
            }
            let chosen = offers.swap_remove(at);
            if !solution.is_within_quotas(self.problem, chosen.route, chosen.item, &[]) {
                continue;
            }
            solution.insert(self.problem, chosen.route, chosen.item, chosen.gap.after);
            let mut index = 0;
            while index < offers.len() {
                match self.renewed(solution, offers[index], chosen.route, measure, power) {
                    Some(offer) => {
                        offers[index] = offer;
                        index += 1;
                    }
                    None => {
                        offers.swap_remove(index);
                    }
                }
            }
        }
        self.offers = offers;
    }

    /// Works an offer out again after a route has changed.
    fn renewed(
        &mut self,
        solution: &Solution,
        offer: Offer,
        changed: u32,
        measure: Measure,
        power: i32,
    ) -> Option<Offer> {
        if offer.route == changed {
            return self.offer(solution, offer.item, measure, power);
        }
        let problem = self.problem;
        if !problem.may(changed, offer.item) || !solution.has_room(problem, changed, offer.item) {
            return Some(offer);
        }
        let what = &problem.items[offer.item as usize];
        let row = problem.ways.row(problem.crews[changed as usize].profile, offer.item);
        let gap = solution.routes[changed as usize].best_gap(what, row, problem.ways.least_detour(), measure);
        let Some(gap) = gap.filter(|gap| gap.cost < offer.gap.cost) else { return Some(offer) };
        Some(Offer { route: changed, gap, score: self.score(offer.item, gap.cost, power), ..offer })
    }
}

/// Finds the cheapest gap of an item over all routes.
pub(super) fn cheapest<W: Ways>(
    problem: &Problem<W>,
    solution: &Solution,
    item: u32,
    measure: Measure,
) -> Option<(u32, Gap)> {
    let mut best = Cheapest::new(problem, solution, item, measure);
    problem.able(item).iter().for_each(|route| best.look(*route));
    best.best
}

/// Collects the cheapest gap of one item.
struct Cheapest<'a, W> {
    problem: &'a Problem<W>,
    solution: &'a Solution,
    item: u32,
    measure: Measure,
    best: Option<(u32, Gap)>,
}

impl<'a, W: Ways> Cheapest<'a, W> {
    fn new(problem: &'a Problem<W>, solution: &'a Solution, item: u32, measure: Measure) -> Self {
        Self { problem, solution, item, measure, best: None }
    }

    fn look(&mut self, route: u32) {
        if !self.problem.may(route, self.item) || !self.solution.has_room(self.problem, route, self.item) {
            return;
        }
        let profile = self.problem.crews[route as usize].profile;
        let row = self.problem.ways.row(profile, self.item);
        let what = &self.problem.items[self.item as usize];
        let Some(gap) = self.solution.routes[route as usize].best_gap(
            what,
            row,
            self.problem.ways.least_detour(),
            self.measure,
        ) else {
            return;
        };
        if self.best.is_none_or(|(_, least)| gap.cost < least.cost) {
            self.best = Some((route, gap));
        }
    }
}

fn most(offers: &[Offer]) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (index, offer) in offers.iter().enumerate() {
        if best.is_none_or(|(_, score)| offer.score > score) {
            best = Some((index, offer.score));
        }
    }
    best.map(|(index, _)| index)
}
