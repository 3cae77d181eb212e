//! Several pieces of work at one place are one stop: what the search has left on two routes, or apart on one, is put
//! together where it fits. Nothing is lost by it but what is worth less than a stop.

use super::problem::{Problem, Rank};
use super::recreate::cheapest;
use super::route::Measure;
use super::solution::Solution;
use super::ways::Ways;

/// Visits for which it is tried that they go elsewhere: a day of many shared places takes no longer than another one.
const MOST_TRIES: u32 = 50_000;

/// Is consecutive visits at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    route: u32,
    /// Index of the first stop.
    first: usize,
    count: usize,
}

/// Joins what stands apart at one place. Each of `places` is the items of one place; a visit that is no duty and worth
/// no more than `worth` gives way for it where it finds no other room. With less than 1 no other visit gives way or moves.
pub fn join_stops<W: Ways>(
    problem: &Problem<W>,
    routes: Vec<Vec<u32>>,
    places: &[Vec<u32>],
    worth: i64,
) -> Vec<Vec<u32>> {
    if places.is_empty() {
        return routes;
    }
    let mut solution = Solution::of(problem, &routes);
    let mut shares = vec![false; problem.items.len()];
    places.iter().flatten().for_each(|item| shares[*item as usize] = true);
    let mut joins = Joins { problem, worth, shares, tries: MOST_TRIES, removed: Vec::new() };
    for place in places {
        // With each there is one stop less at the place.
        while joins.join_one(&mut solution, place) {}
    }
    solution.visits()
}

struct Joins<'a, W> {
    problem: &'a Problem<W>,
    worth: i64,
    /// For each item whether there are others at its place.
    shares: Vec<bool>,
    /// How many more visits may be asked to go elsewhere.
    tries: u32,
    removed: Vec<u32>,
}

impl<W: Ways> Joins<'_, W> {
    /// Joins two stops of a place; tells whether there were two that can be.
    fn join_one(&mut self, solution: &mut Solution, place: &[u32]) -> bool {
        let mut runs = runs(solution, place);
        // The short ones go to the long ones.
        runs.sort_by_key(|run| (run.count, run.route, run.first));
        let pairs = runs.iter().flat_map(|from| runs.iter().rev().map(move |to| (*from, *to)));
        let pairs: Vec<(Run, Run)> = pairs.filter(|(from, to)| from != to).collect();
        let count = runs.len();
        pairs.iter().any(|(from, to)| self.joined(solution, *from, *to))
            || self.worth > 0
                && pairs
                    .iter()
                    .filter(|(from, to)| from.route != to.route)
                    .any(|pair| self.joined_instead(solution, *pair, (place, count)))
    }

    /// Moves one run behind or before another.
    fn joined(&mut self, solution: &mut Solution, from: Run, to: Run) -> bool {
        [to.first + to.count, to.first].into_iter().any(|before| {
            let is_joined = self.moved(solution, from, (to.route, before));
            if is_joined {
                solution.keep()
            } else {
                solution.undo()
            }
            is_joined
        })
    }

    /// Moves a run before the stop `before` of a route; what it began stands until it is undone.
    fn moved(&mut self, solution: &mut Solution, from: Run, (route, before): (u32, usize)) -> bool {
        let problem = self.problem;
        let crew = &problem.crews[route as usize];
        let mut after = before - 1;
        if from.route == route && from.first < before {
            after -= from.count;
        } else if from.route != route {
            // Most fail here, before anything is touched.
            let first = solution.routes[from.route as usize].stops[from.first].node;
            if !problem.may(route, first)
                || !solution.routes[route as usize].takes(problem, crew, first, after as u32)
            {
                return false;
            }
        }
        let mut removed = std::mem::take(&mut self.removed);
        removed.clear();
        solution.remove(problem, from.route, (from.first, from.first + from.count), &mut removed);
        let holds = solution.routes[from.route as usize].holds();
        let fits = holds
            && removed.iter().zip(after as u32..).all(|(item, after)| {
                let fits = problem.may(route, *item)
                    && solution.has_room(problem, route, *item)
                    && solution.routes[route as usize].takes(problem, crew, *item, after);
                if fits {
                    solution.insert(problem, route, *item, after);
                }
                fits
            });
        self.removed = removed;
        fits
    }

    /// Moves a run to another where one visit of that route goes elsewhere, or gives way.
    fn joined_instead(
        &mut self,
        solution: &mut Solution,
        (from, to): (Run, Run),
        (place, before): (&[u32], usize),
    ) -> bool {
        let count = solution.routes[to.route as usize].stops.len();
        let inside = to.first..to.first + to.count;
        (1..count - 1).filter(|at| !inside.contains(at)).any(|at| {
            // What goes elsewhere may come between two visits of the place again.
            let is_joined =
                self.moved_instead(solution, (from, to), at) && runs(solution, place).len() < before;
            if is_joined {
                solution.keep()
            } else {
                solution.undo()
            }
            is_joined
        })
    }

    fn moved_instead(&mut self, solution: &mut Solution, (from, to): (Run, Run), at: usize) -> bool {
        let problem = self.problem;
        let item = solution.routes[to.route as usize].stops[at].node;
        if self.tries == 0 || problem.is_appointed(item) || self.shares[item as usize] {
            return false;
        }
        self.tries -= 1;
        solution.remove(problem, to.route, (at, at + 1), &mut Vec::new());
        if !solution.routes[to.route as usize].holds() {
            return false;
        }
        let behind = to.first + to.count - usize::from(at < to.first);
        if !self.moved(solution, from, (to.route, behind)) {
            return false;
        }
        match cheapest(problem, solution, item, Measure::Way) {
            Some((route, gap)) => {
                solution.insert(problem, route, item, gap.after);
                true
            }
            None => problem.rank(item) == Rank::Free && problem.worth([&item]) <= self.worth,
        }
    }
}

/// Returns the runs of a place's items on all routes.
fn runs(solution: &Solution, place: &[u32]) -> Vec<Run> {
    let mut routes: Vec<u32> = place.iter().filter_map(|item| solution.route_of(*item)).collect();
    routes.sort_unstable();
    routes.dedup();
    let mut runs = Vec::new();
    for route in routes {
        let stops = &solution.routes[route as usize].stops;
        let mut open: Option<Run> = None;
        for (first, stop) in stops.iter().enumerate().skip(1) {
            let is_here = first + 1 < stops.len() && place.binary_search(&stop.node).is_ok();
            match &mut open {
                Some(run) if is_here => run.count += 1,
                None if is_here => open = Some(Run { route, first, count: 1 }),
                _ => runs.extend(open.take()),
            }
        }
    }
    runs
}
