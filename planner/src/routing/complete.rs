//! Makes routes complete: nothing is left out that would still fit. The search tries only what is near a change, so
//! that something may have been overlooked.

use super::problem::Problem;
use super::recreate::cheapest;
use super::route::Measure;
use super::solution::Solution;
use super::ways::Ways;

/// Puts in whatever still fits, again and again what brings most for its cost.
pub fn complete<W: Ways>(problem: &Problem<W>, routes: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut solution = Solution::of(problem, routes);
    let mut fits = solution.free.clone();
    fits.sort_unstable();
    loop {
        let mut best: Option<(f64, u32, u32, u32)> = None;
        // All are tried again each time: a stop added far out makes its neighbours cheap.
        fits.retain(|item| {
            let Some((route, gap)) = cheapest(problem, &solution, *item, Measure::Way) else {
                // Over a stop that is added the way may be shorter than past it: then it may fit later.
                return !W::IS_DIRECT_SHORTEST;
            };
            let what = &problem.items[*item as usize];
            let ratio = what.profit as f64 / f64::from((gap.cost + what.service).max(1));
            if best.is_none_or(|(most, ..)| ratio > most) {
                best = Some((ratio, *item, route, gap.after));
            }
            true
        });
        let Some((_, item, route, after)) = best else { return solution.visits() };
        solution.insert(problem, route, item, after);
        solution.keep();
        fits.retain(|other| *other != item);
    }
}
