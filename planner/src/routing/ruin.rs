//! Ruin: strings of stops are cut out of routes near one item (slack induction by string removals, after
//! Christiaens and Vanden Berghe 2020).

use rand::Rng;

use super::searcher::Searcher;
use super::solution::{NOBODY, Solution};
use super::ways::Ways;

/// Draws of a visited item before any item will do.
const VISITED_TRIES: u32 = 16;

impl<W: Ways> Searcher<'_, W> {
    /// Cuts strings near an item; what was cut out is in `self.removed`.
    pub(super) fn ruin(&mut self, solution: &mut Solution, centre: u32) {
        self.removed.clear();
        let routes = solution.routes.len();
        let visits = self.problem.items.len() - solution.free.len();
        let mean_length = visits as f64 / routes as f64;
        let longest = self.settings.longest_string.min(mean_length.max(1.0));
        let most_strings = 4.0 * self.settings.removed / (1.0 + longest) - 1.0;
        let strings = self.random.random_range(1.0..most_strings.max(1.0) + 1.0) as usize;
        self.cut_around(solution, centre, longest);
        for index in 0..self.near.of(centre).len() {
            if solution.touched.len() >= strings {
                break;
            }
            let item = self.near.of(centre)[index];
            self.cut_around(solution, item, longest);
        }
    }

    fn cut_around(&mut self, solution: &mut Solution, item: u32, longest: f64) {
        let route = solution.on[item as usize];
        if route == NOBODY || solution.has_touched(route) {
            return;
        }
        let stops = &solution.routes[route as usize].stops;
        let length = stops.len() - 2;
        let most = longest.min(length as f64);
        let count = (self.random.random_range(1.0..most + 1.0) as usize).min(length);
        let Some(place) = stops.iter().position(|stop| stop.node == item) else { return };
        // A split string keeps some stops in its middle.
        let spare = length - count;
        let kept = if spare > 0 && count > 1 && self.random.random_bool(self.settings.split) {
            let mut kept = 1;
            while kept < spare && self.random.random_bool(0.5) {
                kept += 1;
            }
            kept
        } else {
            0
        };
        let span = count + kept;
        let earliest = (place + 1).saturating_sub(span).max(1);
        let latest = place.min(length + 1 - span);
        let first = self.random.random_range(earliest..=latest);
        if kept == 0 {
            solution.remove(self.problem, route, (first, first + count), &mut self.removed);
            return;
        }
        let head = self.random.random_range(1..=count - 1);
        let tail = first + head + kept;
        solution.remove(self.problem, route, (tail, first + span), &mut self.removed);
        solution.remove(self.problem, route, (first, first + head), &mut self.removed);
    }

    /// Cuts visits out of the touched routes until each holds: what was cut out may have been a short cut.
    pub(super) fn cut_what_no_longer_holds(&mut self, solution: &mut Solution) {
        for index in 0..solution.touched.len() {
            let route = solution.touched[index];
            while let Some(place) = solution.routes[route as usize].late(self.problem) {
                solution.remove(self.problem, route, (place, place + 1), &mut self.removed);
            }
        }
    }

    /// Chooses the item around which the next ruin happens: one that is not visited, the more profitable of two, or
    /// one that is.
    pub(super) fn centre(&mut self, solution: &Solution) -> u32 {
        let free = &solution.free;
        if !free.is_empty() && self.random.random_bool(self.settings.centre_free) {
            let one = free[self.random.random_range(0..free.len())];
            let other = free[self.random.random_range(0..free.len())];
            let profit = |item: u32| self.problem.items[item as usize].profit;
            return if profit(other) > profit(one) { other } else { one };
        }
        let count = self.problem.items.len() as u32;
        let mut item = self.random.random_range(0..count);
        for _ in 0..VISITED_TRIES {
            if !solution.is_free(item) {
                break;
            }
            item = self.random.random_range(0..count);
        }
        item
    }
}
