//! Ruin and recreate under annealing, in place, with undo of the touched lines. What iteration i does depends on
//! the seed and on i alone, never on how many iterations were asked for: a run that is stopped early is the
//! beginning of a longer one, and more iterations never lower the value.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Progress;
use super::construct::{cheapest, density, first_plan};
use super::finish::complete;
use super::instance::Instance;
use super::neighbours::Neighbours;
use super::state::{Line, NOBODY, State};
use crate::PlannerSettings;
use crate::value::from_mills;

/// Iterations between two calls of the watcher.
const WATCHED_EVERY: u64 = 64;
/// Half-lives of the temperature after which the search warms up again from the best plan.
const HALF_LIVES_IN_CYCLE: u64 = 12;
/// Free neighbours of a removed stop that are tried in its place.
const TRIED_AROUND: usize = 8;

/// Is what the search found.
pub(crate) struct Found {
    pub(crate) best: State,
    pub(crate) iterations: u64,
}

/// Searches from the first plan on.
pub(crate) fn search(
    instance: &Instance<'_>,
    settings: &PlannerSettings,
    seed: u64,
    iterations: u64,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Found {
    let mut current = first_plan(instance);
    complete(instance, &mut current, &mut Vec::new());
    let mut best = current.clone();
    let mut done = 0;
    let can_change = best.visits > 0 && best.visits < instance.items.len();
    let mut searcher = Searcher::new(instance, settings, seed, &current, can_change);
    while done < iterations {
        if done.is_multiple_of(WATCHED_EVERY) {
            let progress =
                Progress { done, of: iterations, value: from_mills(best.value), visits: best.visits };
            if watch(progress).is_break() {
                break;
            }
        }
        if can_change {
            searcher.iterate(&mut current, &mut best, done);
        }
        done += 1;
    }
    Found { best, iterations: done }
}

struct Searcher<'a> {
    instance: &'a Instance<'a>,
    neighbours: Neighbours,
    random: ChaCha8Rng,
    removed_most: u32,
    half_life: u64,
    start_temperature: f64,
    /// Thousandths that a minute is worth while plans are compared.
    minute_price: i64,
    /// Items taken out since the current plan was last complete.
    loose: Vec<u32>,
    /// Iteration in which an item was last put into a pool.
    pooled: Vec<u64>,
}

impl<'a> Searcher<'a> {
    fn new(
        instance: &'a Instance<'a>,
        settings: &PlannerSettings,
        seed: u64,
        first: &State,
        can_change: bool,
    ) -> Self {
        let search = &settings.search;
        // Where nothing can change (nobody, no work, or all of it planned) neighbours are not needed.
        let count = if can_change { search.neighbours } else { 0 };
        let mean = first.value / i64::try_from(first.visits.max(1)).unwrap_or(1);
        Self {
            instance,
            neighbours: Neighbours::new(instance, count),
            random: ChaCha8Rng::from_seed(dozor_domain::sha256(
                &[b"planner/day/ruin-and-recreate/".as_slice(), &seed.to_le_bytes()].concat(),
            )),
            removed_most: search.removed.saturating_mul(2).max(2),
            half_life: search.half_life,
            start_temperature: search.start_temperature * mean as f64,
            // A two-hundredth of a mean visit: enough to prefer short ways, never enough to drop a visit for one.
            minute_price: (mean / 200).max(1),
            loose: Vec::new(),
            pooled: vec![u64::MAX; instance.items.len()],
        }
    }

    fn iterate(&mut self, current: &mut State, best: &mut State, iteration: u64) {
        let cycle = self.half_life.saturating_mul(HALF_LIVES_IN_CYCLE);
        if iteration > 0 && iteration.is_multiple_of(cycle) {
            current.clone_from(best);
            self.loose.clear();
        }
        let before = self.energy(current);
        let centre = self.centre(current);
        let mut touched = BTreeMap::new();
        let removed = self.ruin(current, centre, &mut touched);
        let pool = self.pool(current, centre, &removed, iteration);
        self.recreate(current, pool, &mut touched);
        self.loose.extend(removed);
        if current.value > best.value {
            complete(self.instance, current, &mut self.loose);
            best.clone_from(current);
            return;
        }
        if self.loose.len() > 4 * self.instance.items.len() {
            self.loose.sort_unstable();
            self.loose.dedup();
        }
        let threshold = self.temperature(iteration % cycle) * self.random.random::<f64>();
        let lost = before - self.energy(current);
        if lost as f64 > threshold {
            for (line, earlier) in touched {
                current.restore(self.instance, line, earlier);
            }
        }
    }

    fn energy(&self, state: &State) -> i64 {
        state.value - self.minute_price * state.minutes
    }

    /// Halves with each half-life, linear between: no function whose last bit differs between machines.
    fn temperature(&self, in_cycle: u64) -> f64 {
        let (halvings, rest) = (in_cycle / self.half_life, in_cycle % self.half_life);
        let scale = 0.5_f64.powi(halvings.min(1000) as i32);
        self.start_temperature * scale * (1.0 - 0.5 * rest as f64 / self.half_life as f64)
    }

    /// Chooses where to ruin: around a planned stop, or around free work that is worth its time.
    fn centre(&mut self, state: &State) -> u32 {
        let count = self.instance.items.len() as u32;
        if self.random.random_bool(0.5) {
            let line = self.random.random_range(0..state.lines.len() as u32);
            let stops = &state.lines[line as usize].stops;
            if !stops.is_empty() {
                return stops[self.random.random_range(0..stops.len() as u32) as usize];
            }
        }
        let mut chosen = self.random.random_range(0..count);
        for _ in 0..3 {
            let other = self.random.random_range(0..count);
            let better = density(self.instance, other) > density(self.instance, chosen);
            if state.is_free(other) && (better || !state.is_free(chosen)) {
                chosen = other;
            }
        }
        chosen
    }

    /// Takes strings of stops out of lines near the centre; keeps the lines' earlier forms.
    fn ruin(&mut self, state: &mut State, centre: u32, touched: &mut BTreeMap<u32, Line>) -> Vec<u32> {
        let mut removed = Vec::new();
        let target = self.random.random_range(1..=self.removed_most) as usize;
        let strings = self.random.random_range(1..=3_u32) as usize;
        let length = target.div_ceil(strings);
        let around: Vec<u32> =
            std::iter::once(centre).chain(self.neighbours.of(centre).iter().copied()).collect();
        for item in around {
            let line = state.on[item as usize];
            if line == NOBODY || touched.contains_key(&line) {
                continue;
            }
            self.cut(state, item, length, touched, &mut removed);
            if touched.len() >= strings {
                break;
            }
        }
        if removed.is_empty() {
            // Nobody near is visited: somebody who may do the centre makes room somewhere on his way.
            let eligible = self.instance.eligible(centre);
            let line = eligible[self.random.random_range(0..eligible.len() as u32) as usize];
            let stops = &state.lines[line as usize].stops;
            if !stops.is_empty() {
                let item = stops[self.random.random_range(0..stops.len() as u32) as usize];
                self.cut(state, item, length, touched, &mut removed);
            }
        }
        removed
    }

    /// Cuts up to `length` stops that include `item` out of its line.
    fn cut(
        &mut self,
        state: &mut State,
        item: u32,
        length: usize,
        touched: &mut BTreeMap<u32, Line>,
        removed: &mut Vec<u32>,
    ) {
        let line = state.on[item as usize];
        let stops = &state.lines[line as usize];
        let Some(place) = stops.stops.iter().position(|stop| *stop == item) else { return };
        let count = length.min(stops.stops.len());
        let earliest = (place + 1).saturating_sub(count);
        let latest = place.min(stops.stops.len() - count);
        let first = self.random.random_range(earliest as u32..=latest as u32) as usize;
        touched.insert(line, stops.clone());
        state.remove(self.instance, line, (first, count), removed);
    }

    /// Returns what is tried: the removed, the centre, and free work around both.
    fn pool(&mut self, state: &State, centre: u32, removed: &[u32], iteration: u64) -> Vec<u32> {
        let mut pool = Vec::new();
        let near = self.neighbours.of(centre).iter();
        let around = removed.iter().flat_map(|item| self.neighbours.of(*item).iter().take(TRIED_AROUND));
        for item in removed.iter().chain(std::iter::once(&centre)).chain(near).chain(around) {
            if state.is_free(*item) && self.pooled[*item as usize] != iteration {
                self.pooled[*item as usize] = iteration;
                pool.push(*item);
            }
        }
        pool
    }

    fn recreate(&mut self, state: &mut State, mut pool: Vec<u32>, touched: &mut BTreeMap<u32, Line>) {
        match self.random.random_range(0..10_u32) {
            0..3 => return self.recreate_by_ratio(state, pool, touched),
            3..5 => {
                pool.sort_by_key(|item| {
                    (std::cmp::Reverse(self.instance.items[*item as usize].value), *item)
                });
            }
            5..7 => {
                pool.sort_by(|a, b| {
                    density(self.instance, *b).total_cmp(&density(self.instance, *a)).then(a.cmp(b))
                });
            }
            _ => self.shuffle(&mut pool),
        }
        for item in pool {
            if let Some(at) = cheapest(self.instance, state, item) {
                touched.entry(at.line).or_insert_with(|| state.lines[at.line as usize].clone());
                state.insert(self.instance, item, at);
            }
        }
    }

    /// Puts in, again and again, what brings most value per further minute.
    fn recreate_by_ratio(
        &mut self,
        state: &mut State,
        mut pool: Vec<u32>,
        touched: &mut BTreeMap<u32, Line>,
    ) {
        loop {
            let mut best = None;
            pool.retain(|item| {
                let Some(at) = cheapest(self.instance, state, *item) else { return false };
                let ratio = self.instance.items[*item as usize].value as f64 / f64::from(at.cost.max(1));
                if best.is_none_or(|(most, _, _)| ratio > most) {
                    best = Some((ratio, *item, at));
                }
                true
            });
            let Some((_, item, at)) = best else { return };
            touched.entry(at.line).or_insert_with(|| state.lines[at.line as usize].clone());
            state.insert(self.instance, item, at);
            pool.retain(|other| *other != item);
        }
    }

    fn shuffle(&mut self, pool: &mut [u32]) {
        for last in (1..pool.len()).rev() {
            let other = self.random.random_range(0..=last as u32) as usize;
            pool.swap(last, other);
        }
    }
}
