//! The whole search: a first solution, then iterations while the temperature falls.

use std::ops::ControlFlow;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::accept::{Cooling, STEP};
use super::construct::construct;
use super::duty::duties_first;
use super::near::Near;
use super::parts::Parts;
use super::problem::Problem;
use super::searcher::{Scale, Searcher};
use super::settings::SearchSettings;
use super::solution::Solution;
use super::ways::Ways;

/// Iterations after which the watcher is asked for the aim: its own measure of the speed is then worth something.
const PROBE: u64 = 1024;
/// Iterations between two calls of the watcher.
const WATCHED_EVERY: u64 = 64;

/// Is how far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// Iterations done: of each part, where a problem is searched in parts.
    pub done: u64,
    /// Profit of the best solution so far.
    pub profit: i64,
}

/// Is the numbers of iterations that, with a seed, replay a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aim {
    /// Iterations for which the cooling is made.
    pub cooling: u64,
    /// Iterations after which the search stops.
    pub stop: u64,
}

/// Watches a search from outside: the clock is there.
pub trait Watch {
    /// Returns the aim where it is known before the search begins.
    fn known(&self) -> Option<Aim> {
        None
    }
    /// Says how long the search will be; asked once, after some iterations.
    fn aim(&mut self, pulse: Pulse) -> Aim;
    /// Says whether to go on; asked between iterations.
    fn go_on(&mut self, pulse: Pulse) -> ControlFlow<()>;
}

/// A fixed aim needs no clock.
impl Watch for Aim {
    fn known(&self) -> Option<Aim> {
        Some(*self)
    }

    fn aim(&mut self, _pulse: Pulse) -> Aim {
        *self
    }

    fn go_on(&mut self, pulse: Pulse) -> ControlFlow<()> {
        if pulse.done < self.stop { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// Is what a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Items of each crew in order.
    pub routes: Vec<Vec<u32>>,
    /// Their profit.
    pub profit: i64,
    /// Iterations done and aimed at.
    pub aim: Aim,
}

/// Searches.
pub fn search<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    seed: u64,
    watch: &mut dyn Watch,
) -> Found {
    let duties = if problem.duties().is_empty() { Vec::new() } else { duties_first(problem, settings, seed) };
    search_from(problem, settings, seed, &duties, watch)
}

/// Searches on from some routes.
pub(super) fn search_from<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    seed: u64,
    routes: &[Vec<u32>],
    watch: &mut dyn Watch,
) -> Found {
    let near = Near::new(problem, settings.near);
    let scale = Scale::of(problem, &near);
    let mut solution = Solution::of(problem, routes);
    let random = ChaCha8Rng::seed_from_u64(seed);
    let mut searcher = Searcher::new(problem, settings, &near, scale, random);
    construct(problem, &mut solution, &mut searcher, scale);
    if solution.is_still(problem) {
        let routes = solution.visits();
        return Found { routes, profit: 0, aim: Aim { cooling: 0, stop: 0 } };
    }
    // Parts do not know of each other's visits, so a limit over all is kept by a search of the whole.
    let may_cut = !problem.places.is_empty() && problem.most_visits == usize::MAX;
    if problem.crews.len() > settings.crews_in_part && may_cut {
        return Parts { problem, settings, near: &near, scale, seed }.search(solution.visits(), watch);
    }
    anneal(&mut searcher, solution, scale, watch)
}

/// Improves a solution of one part.
fn anneal<W: Ways>(
    searcher: &mut Searcher<'_, W>,
    mut solution: Solution,
    scale: Scale,
    watch: &mut dyn Watch,
) -> Found {
    let mut best = solution.clone();
    let mut course =
        Course::new(searcher.settings, scale, searcher.problem.items.len(), PROBE, watch.known());
    let mut done = 0;
    let mut temperature = 0.0;
    loop {
        let pulse = Pulse { done, profit: best.profit };
        course.asks(pulse, watch);
        if done.is_multiple_of(WATCHED_EVERY) && watch.go_on(pulse).is_break() || done >= course.aim.stop {
            break;
        }
        if course.cooling.begins(done) {
            solution.copy_from(&best);
        }
        if done.is_multiple_of(STEP) {
            temperature = course.cooling.temperature(done);
        }
        if searcher.iterate(&mut solution, temperature) && searcher.is_better(&solution, &best) {
            best.copy_from(&solution);
        }
        done += 1;
    }
    let routes = best.visits();
    Found { profit: searcher.problem.worth(routes.iter().flatten()), routes, aim: course.end(done) }
}

/// Is the aim and the cooling made for it.
pub(super) struct Course<'a> {
    settings: &'a SearchSettings,
    scale: Scale,
    items: usize,
    probe: u64,
    pub(super) aim: Aim,
    pub(super) cooling: Cooling,
}

impl<'a> Course<'a> {
    /// Begins a course; without a known aim it asks for one after `probe` iterations.
    pub(super) fn new(
        settings: &'a SearchSettings,
        scale: Scale,
        items: usize,
        probe: u64,
        known: Option<Aim>,
    ) -> Self {
        let aim = known.unwrap_or(Aim { cooling: u64::MAX, stop: u64::MAX });
        let cooling = Cooling::new(settings, scale.profit, items, probe, aim.cooling);
        Self { settings, scale, items, probe, aim, cooling }
    }

    /// Asks for the aim when it is time.
    pub(super) fn asks(&mut self, pulse: Pulse, watch: &mut dyn Watch) {
        if pulse.done == self.probe && self.aim.cooling == u64::MAX {
            self.aim = watch.aim(pulse);
            let (mean, cooling) = (self.scale.profit, self.aim.cooling);
            self.cooling = Cooling::new(self.settings, mean, self.items, self.probe, cooling);
        }
    }

    /// Returns the numbers that replay a search which ended after so many iterations.
    pub(super) fn end(&self, done: u64) -> Aim {
        let cooling = if self.aim.cooling == u64::MAX { done } else { self.aim.cooling };
        Aim { cooling, stop: done }
    }
}
