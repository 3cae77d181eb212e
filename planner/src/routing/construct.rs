//! The first solution: in passes with a falling bar, items go where their detour is least if they are worth it there,
//! so that cheap time is not spent early on long ways.

use super::problem::Problem;
use super::route::Measure;
use super::searcher::{Scale, Searcher};
use super::solution::Solution;
use super::ways::Ways;

/// Passes before the last one, which takes whatever still fits.
const PASSES: u32 = 6;
/// How far the bar falls from one pass to the next.
const FALL: f64 = 0.6;

/// Fills the routes of a solution with what is free.
pub(super) fn construct<W: Ways>(
    problem: &Problem<W>,
    solution: &mut Solution,
    searcher: &mut Searcher<'_, W>,
    scale: Scale,
) {
    let worth = |item: u32, way: f64| {
        let what = &problem.items[item as usize];
        what.profit as f64 / (f64::from(what.service) + way + scale.way)
    };
    let mut order = solution.free.clone();
    order.sort_unstable_by(|a, b| worth(*b, 0.0).total_cmp(&worth(*a, 0.0)).then(a.cmp(b)));
    let mut bar = order.first().map_or(0.0, |item| worth(*item, 0.0));
    for pass in 0..=PASSES {
        bar = if pass == PASSES { 0.0 } else { bar * FALL };
        // Nobody could do the rest, or all is done.
        let reachable = order.iter().take_while(|item| worth(**item, 0.0) >= bar).count();
        for item in order.iter().take(reachable) {
            if !solution.is_free(*item) {
                continue;
            }
            let Some((route, gap)) = searcher.best_of_all(solution, *item, Measure::Way) else { continue };
            if worth(*item, f64::from(gap.cost)) >= bar {
                solution.insert(problem, route, *item, gap.after);
            }
        }
    }
    solution.keep();
}
