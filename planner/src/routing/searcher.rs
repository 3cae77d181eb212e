//! One iteration: ruin, recreate, keep or undo. Its buffers live as long as the search.

use rand_chacha::ChaCha8Rng;

use super::accept::exponential;
use super::near::Near;
use super::problem::Problem;
use super::recreate::Offer;
use super::settings::SearchSettings;
use super::solution::Solution;
use super::ways::Ways;

/// Near items of each that the mean way is taken over.
const MEAN_OVER: usize = 10;

/// Is what a problem's amounts are measured by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// Mean profit of an item.
    pub(super) profit: f64,
    /// Mean way to a near item.
    pub(super) way: f64,
}

impl Scale {
    /// Measures a problem.
    pub(super) fn of<W: Ways>(problem: &Problem<W>, near: &Near) -> Self {
        let items = problem.items.len() as u32;
        let profit = problem.worth(&(0..items).collect::<Vec<u32>>());
        let (mut ways, mut count) = (0_i64, 0_i64);
        for item in 0..items {
            for other in near.of(item).iter().take(MEAN_OVER) {
                ways += i64::from(problem.ways.way(0, item, *other));
                count += 1;
            }
        }
        Self {
            profit: (profit as f64 / f64::from(items.max(1))).max(1e-9),
            way: (ways as f64 / count.max(1) as f64).max(1.0),
        }
    }
}

/// Searches one problem.
pub(super) struct Searcher<'a, W> {
    pub(super) problem: &'a Problem<W>,
    pub(super) settings: &'a SearchSettings,
    pub(super) near: &'a Near,
    pub(super) random: ChaCha8Rng,
    /// What the last ruin took out.
    pub(super) removed: Vec<u32>,
    pub(super) is_removed: Marks,
    /// What the next recreation tries.
    pub(super) pool: Vec<u32>,
    pub(super) is_pooled: Marks,
    pub(super) keyed: Vec<(f64, u32)>,
    pub(super) offers: Vec<Offer>,
    pub(super) is_tried: Marks,
    /// Added to each cost before profit is divided by it.
    pub(super) floor: f64,
    /// Price of a unit of way in profit.
    price: f64,
}

impl<'a, W: Ways> Searcher<'a, W> {
    pub(super) fn new(
        problem: &'a Problem<W>,
        settings: &'a SearchSettings,
        near: &'a Near,
        scale: Scale,
        random: ChaCha8Rng,
    ) -> Self {
        Self {
            problem,
            settings,
            near,
            random,
            removed: Vec::new(),
            is_removed: Marks::new(problem.items.len()),
            pool: Vec::new(),
            is_pooled: Marks::new(problem.items.len()),
            keyed: Vec::new(),
            offers: Vec::new(),
            is_tried: Marks::new(problem.crews.len()),
            floor: settings.floor * scale.way,
            price: settings.way_price.unwrap_or(settings.travel_price * scale.profit / scale.way),
        }
    }

    /// Changes the solution by one iteration, or leaves it as it was. Tells whether it changed.
    pub(super) fn iterate(&mut self, solution: &mut Solution, temperature: f64) -> bool {
        let before = self.energy(solution);
        self.step(solution);
        let worse = self.energy(solution) - before;
        let is_kept = worse <= temperature * exponential(&mut self.random);
        if is_kept {
            solution.keep()
        } else {
            solution.undo()
        }
        is_kept
    }

    /// Ruins and recreates.
    pub(super) fn step(&mut self, solution: &mut Solution) {
        let centre = self.centre(solution);
        self.ruin(solution, centre);
        if !W::IS_DIRECT_SHORTEST {
            self.cut_what_no_longer_holds(solution);
        }
        self.is_removed.clear();
        for item in &self.removed {
            self.is_removed.set(*item);
        }
        self.gather(solution, centre);
        self.recreate(solution, centre);
    }

    /// Tells whether a solution is better than another one.
    pub(super) fn is_better(&self, solution: &Solution, other: &Solution) -> bool {
        match self.settings.way_price {
            Some(_) => self.energy(solution) < self.energy(other),
            None => solution.is_better_than(other),
        }
    }

    fn energy(&self, solution: &Solution) -> f64 {
        self.price * solution.travel as f64 - solution.profit as f64
    }
}

/// Is a set of small numbers that is emptied at no cost.
pub(super) struct Marks {
    round: u64,
    marked: Vec<u64>,
}

impl Marks {
    fn new(count: usize) -> Self {
        Self { round: 1, marked: vec![0; count] }
    }

    pub(super) fn clear(&mut self) {
        self.round += 1;
    }

    /// Adds a number; tells whether it is new.
    pub(super) fn set(&mut self, number: u32) -> bool {
        let mark = &mut self.marked[number as usize];
        let is_new = *mark != self.round;
        *mark = self.round;
        is_new
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.marked[number as usize] == self.round
    }
}
