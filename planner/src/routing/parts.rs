//! Large problems in parts: crews that are near each other, with their visits and the free items around, are searched
//! side by side for a fixed number of iterations; then everything is cut anew, elsewhere. What a part finds depends
//! on nothing but the part and its seed, so the number of threads changes nothing.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::accept::{Cooling, STEP};
use super::near::Near;
use super::problem::{Crew, Problem};
use super::search::{Course, Found, Pulse, Watch};
use super::searcher::{Scale, Searcher};
use super::settings::SearchSettings;
use super::shares::shares;
use super::solution::{NOBODY, Solution};
use super::ways::{Row, Ways};

/// Is a large problem on its way.
pub(super) struct Parts<'a, W> {
    pub(super) problem: &'a Problem<W>,
    pub(super) settings: &'a SearchSettings,
    pub(super) near: &'a Near,
    pub(super) scale: Scale,
    pub(super) seed: u64,
}

/// Is some crews and some items of a problem, in the problem's numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) crews: Vec<u32>,
    pub(super) items: Vec<u32>,
}

impl<W: Ways> Parts<'_, W> {
    /// Improves routes.
    pub(super) fn search(&self, mut routes: Vec<Vec<u32>>, watch: &mut dyn Watch) -> Found {
        let round = self.settings.round.max(1);
        let in_part = self.problem.items.len() * self.settings.crews_in_part / self.problem.crews.len();
        let mut course = Course::new(self.settings, self.scale, in_part, round, watch.known());
        let mut best = (self.profit(&routes), routes.clone());
        let mut done = 0;
        loop {
            let pulse = Pulse { done, profit: best.0 };
            course.asks(pulse, watch);
            if watch.go_on(pulse).is_break() || done >= course.aim.stop {
                break;
            }
            let last = (done + round).min(course.aim.stop);
            routes = self.round(&routes, &course.cooling, (done, last));
            done = last;
            let profit = self.profit(&routes);
            if profit > best.0 {
                best = (profit, routes.clone());
            }
        }
        Found { profit: self.problem.worth(best.1.iter().flatten()), routes: best.1, aim: course.end(done) }
    }

    /// Returns the profit of routes, without the price of their ways where they have one.
    fn profit(&self, routes: &[Vec<u32>]) -> i64 {
        let profit = routes.iter().flatten().map(|item| self.problem.items[*item as usize].profit).sum();
        match self.settings.way_price {
            Some(price) => profit - (price * Solution::of(self.problem, routes).travel as f64).round() as i64,
            None => profit,
        }
    }

    /// Cuts everything into parts and searches each from iteration `first` to `last`.
    fn round(&self, routes: &[Vec<u32>], cooling: &Cooling, (first, last): (u64, u64)) -> Vec<Vec<u32>> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(first + 1);
        let parts = self.cut(routes, &mut random);
        let seeds: Vec<u64> = parts.iter().map(|_| random.random()).collect();
        let shares = shares(self.problem, routes, &parts);
        let found: Vec<Vec<Vec<u32>>> = parts
            .par_iter()
            .zip(seeds.into_par_iter().zip(shares))
            .map_init(
                || vec![NOBODY; self.problem.items.len()],
                |local, (part, own)| self.search_part(part, (routes, local), own, cooling, (first, last)),
            )
            .collect();
        let mut next = routes.to_vec();
        for (part, found) in parts.iter().zip(found) {
            for (crew, route) in part.crews.iter().zip(found) {
                next[*crew as usize] = route;
            }
        }
        next
    }

    fn search_part(
        &self,
        part: &Part,
        (routes, local): (&[Vec<u32>], &mut [u32]),
        (seed, share): (u64, Vec<u32>),
        cooling: &Cooling,
        (first, last): (u64, u64),
    ) -> Vec<Vec<u32>> {
        let mut small = Small::new(self.problem, self.near, part, local);
        small.problem.quotas.most = share;
        let random = ChaCha8Rng::seed_from_u64(seed);
        let mut searcher = Searcher::new(&small.problem, self.settings, &small.near, self.scale, random);
        let mut solution = small.solution(routes, local);
        let (mut iteration, mut temperature) = (first, cooling.temperature(first));
        while iteration < last && !solution.is_still(&small.problem) {
            if iteration.is_multiple_of(STEP) {
                temperature = cooling.temperature(iteration);
            }
            searcher.iterate(&mut solution, temperature);
            iteration += 1;
        }
        small.end(&solution, local)
    }

    /// Cuts the crews by where their routes are, along slanting lines that chance chooses, and gives each free item
    /// to the part of the visit nearest to it that a crew of the same part could make.
    fn cut(&self, routes: &[Vec<u32>], random: &mut ChaCha8Rng) -> Vec<Part> {
        let mut centres: Vec<(u32, [f64; 2])> = Vec::new();
        for (crew, route) in (0..).zip(routes) {
            let base = self.problem.places[self.problem.crews[crew as usize].base as usize];
            centres.push((crew, mean(route.iter().map(|item| self.problem.places[*item as usize]), base)));
        }
        let count = centres.len().div_ceil(self.settings.crews_in_part.max(1));
        let mut groups = Vec::new();
        halve(centres, count, random, &mut groups);
        let mut part_of_crew = vec![0_u32; routes.len()];
        for (part, group) in (0..).zip(&groups) {
            group.iter().for_each(|crew| part_of_crew[*crew as usize] = part);
        }
        let mut part_of_item = vec![NOBODY; self.problem.items.len()];
        for (crew, route) in routes.iter().enumerate() {
            route.iter().for_each(|item| part_of_item[*item as usize] = part_of_crew[crew]);
        }
        let mut parts: Vec<Part> =
            groups.into_iter().map(|crews| Part { crews, items: Vec::new() }).collect();
        for item in 0..self.problem.items.len() as u32 {
            let part = match part_of_item[item as usize] {
                NOBODY => self.part_of_free(item, &part_of_item, &parts, &part_of_crew),
                part => Some(part),
            };
            if let Some(part) = part {
                parts[part as usize].items.push(item);
            }
        }
        parts
    }

    fn part_of_free(
        &self,
        item: u32,
        part_of_item: &[u32],
        parts: &[Part],
        part_of_crew: &[u32],
    ) -> Option<u32> {
        let able = self.problem.able(item);
        let has_able =
            |part: &u32| parts[*part as usize].crews.iter().any(|crew| self.problem.may(*crew, item));
        let near = self.near.of(item).iter().map(|other| part_of_item[*other as usize]);
        let mut last = NOBODY;
        for part in near.filter(|part| *part != NOBODY) {
            if part != last && has_able(&part) {
                return Some(part);
            }
            last = part;
        }
        able.first().map(|crew| part_of_crew[*crew as usize])
    }
}

/// Splits crews in two again and again until there are `count` groups.
fn halve(
    mut centres: Vec<(u32, [f64; 2])>,
    count: usize,
    random: &mut ChaCha8Rng,
    groups: &mut Vec<Vec<u32>>,
) {
    if count <= 1 {
        let mut crews: Vec<u32> = centres.into_iter().map(|(crew, _)| crew).collect();
        crews.sort_unstable();
        groups.push(crews);
        return;
    }
    let (x, y): (f64, f64) = (random.random_range(-1.0..1.0), random.random_range(-1.0..1.0));
    let along = |place: &[f64; 2]| x * place[0] + y * place[1];
    centres.sort_unstable_by(|a, b| along(&a.1).total_cmp(&along(&b.1)).then(a.0.cmp(&b.0)));
    let left = count / 2;
    let rest = centres.split_off(centres.len() * left / count);
    halve(centres, left, random, groups);
    halve(rest, count - left, random, groups);
}

fn mean(places: impl Iterator<Item = [f64; 2]>, base: [f64; 2]) -> [f64; 2] {
    let (mut sum, mut count) = (base, 1.0);
    for [x, y] in places {
        sum = [sum[0] + x, sum[1] + y];
        count += 1.0;
    }
    sum.map(|coordinate| coordinate / count)
}

/// Is a part as a problem of its own, in its own numbers.
pub(super) struct Small<'a, W: Ways> {
    pub(super) problem: Problem<Within<'a, W>>,
    pub(super) near: Near,
    part: &'a Part,
}

impl<'a, W: Ways> Small<'a, W> {
    /// Makes it. `local` is all `NOBODY`, and holds the part's numbers until [`Self::end`].
    pub(super) fn new(problem: &'a Problem<W>, near: &Near, part: &'a Part, local: &mut [u32]) -> Self {
        for (number, item) in (0..).zip(&part.items) {
            local[*item as usize] = number;
        }
        let count = part.items.len() as u32;
        let crews = (0..).zip(&part.crews);
        let crews = crews.map(|(at, crew)| Crew { base: count + at, ..problem.crews[*crew as usize] });
        let bases = part.crews.iter().map(|crew| problem.crews[*crew as usize].base);
        let nodes = part.items.iter().copied().chain(bases).collect();
        let able = |class: &Vec<u32>| -> Vec<u32> {
            let crews = (0..).zip(&part.crews);
            crews.filter(|(_, crew)| class.binary_search(crew).is_ok()).map(|(at, _)| at).collect()
        };
        let small = Problem::new(
            part.items.iter().map(|item| problem.items[*item as usize]).collect(),
            crews.collect(),
            problem.classes.iter().map(able).collect(),
            Within { ways: &problem.ways, nodes },
        )
        .with_limits(problem.most_visits, problem.most_visits_each)
        .with_quotas(problem.quotas.within(&part.crews));
        Self { problem: small, near: near.within(&part.items, local, NOBODY), part }
    }

    /// Takes the part's routes out of all.
    pub(super) fn solution(&self, routes: &[Vec<u32>], local: &[u32]) -> Solution {
        let routes = self.part.crews.iter().map(|crew| &routes[*crew as usize]);
        let routes: Vec<Vec<u32>> =
            routes.map(|route| route.iter().map(|item| local[*item as usize]).collect()).collect();
        Solution::of(&self.problem, &routes)
    }

    /// Returns the part's routes in the numbers of all, and empties `local`.
    pub(super) fn end(&self, solution: &Solution, local: &mut [u32]) -> Vec<Vec<u32>> {
        for item in &self.part.items {
            local[*item as usize] = NOBODY;
        }
        let all = |route: Vec<u32>| route.iter().map(|item| self.part.items[*item as usize]).collect();
        solution.visits().into_iter().map(all).collect()
    }
}

/// Is the ways of a part.
pub(super) struct Within<'a, W> {
    ways: &'a W,
    nodes: Vec<u32>,
}

impl<W: Ways> Ways for Within<'_, W> {
    type Row<'b>
        = WithinRow<'b, W::Row<'b>>
    where
        Self: 'b;

    const IS_DIRECT_SHORTEST: bool = W::IS_DIRECT_SHORTEST;

    fn row(&self, profile: u32, node: u32) -> Self::Row<'_> {
        WithinRow { row: self.ways.row(profile, self.nodes[node as usize]), nodes: &self.nodes }
    }

    fn least_detour(&self) -> i32 {
        self.ways.least_detour()
    }
}

/// Is the ways of one node of a part.
#[derive(Clone, Copy)]
pub(super) struct WithinRow<'a, R> {
    row: R,
    nodes: &'a [u32],
}

impl<R: Row> Row for WithinRow<'_, R> {
    #[inline]
    fn to(&self, other: u32) -> i32 {
        self.row.to(self.nodes[other as usize])
    }

    #[inline]
    fn from(&self, other: u32) -> i32 {
        self.row.from(self.nodes[other as usize])
    }
}
