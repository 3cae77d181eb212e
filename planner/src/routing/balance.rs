//! Fairness of load: after the search, visits go from those of a unit who have more work to those who have less, where
//! that costs little way. No visit is lost by it.

use super::problem::Problem;
use super::route::{Gap, Measure};
use super::solution::Solution;
use super::ways::Ways;

/// The least busy of a unit who are looked at for each visit.
const LEAST_BUSY: usize = 16;
/// Routes looked at in all: a large day takes no longer than a small one.
const MOST_LOOKS: u32 = 300_000;

/// Is what balancing goes by.
#[derive(Clone, Copy, Debug)]
pub struct Balance<'a> {
    /// For each crew the number of its unit: work moves within a unit only.
    pub units: &'a [u32],
    /// Further way that a unit of time less between two crews may cost.
    pub price: f64,
    /// For each item whether it stays where it is.
    pub stays: &'a [bool],
}

/// Balances the work of the crews of each unit: service and ways. Each step makes the busier of two crews less busy, and
/// the other one no busier than that one was.
pub fn balance<W: Ways>(problem: &Problem<W>, routes: Vec<Vec<u32>>, by: Balance<'_>) -> Vec<Vec<u32>> {
    let mut units = by.units.to_vec();
    units.sort_unstable();
    units.dedup();
    let mut solution = Solution::of(problem, &routes);
    let mut looks = MOST_LOOKS;
    for unit in units {
        let crews: Vec<u32> =
            (0_u32..).zip(by.units).filter(|(_, of)| **of == unit).map(|(crew, _)| crew).collect();
        while crews.len() > 1 && step(problem, &mut solution, &crews, by, &mut looks) {}
    }
    solution.visits()
}

/// Returns how long a crew works: service and ways.
fn load<W: Ways>(problem: &Problem<W>, solution: &Solution, crew: u32) -> i64 {
    let route = &solution.routes[crew as usize];
    let service = |item: u32| i64::from(problem.items[item as usize].service);
    route.travel + route.visits().map(service).sum::<i64>()
}

/// Is a visit that goes to another crew.
struct Shift {
    at: usize,
    to: u32,
    gap: Gap,
    /// How much less the two differ, without the further way that it costs.
    gain: f64,
}

/// Moves the visit that brings most of the busiest crew that has one to give; tells whether there was one.
fn step<W: Ways>(
    problem: &Problem<W>,
    solution: &mut Solution,
    crews: &[u32],
    by: Balance<'_>,
    looks: &mut u32,
) -> bool {
    let mut loads: Vec<(i64, u32)> =
        crews.iter().map(|crew| (load(problem, solution, *crew), *crew)).collect();
    loads.sort_unstable();
    for (place, (most, from)) in loads.iter().enumerate().rev() {
        let less: Vec<(i64, u32)> = loads[..place.min(LEAST_BUSY)].to_vec();
        let Some(shift) = best_shift(problem, solution, (*most, *from), &less, (by, looks)) else { continue };
        let mut moved = Vec::new();
        solution.remove(problem, *from, (shift.at, shift.at + 1), &mut moved);
        for item in moved {
            solution.insert(problem, shift.to, item, shift.gap.after);
        }
        solution.keep();
        return true;
    }
    false
}

fn best_shift<W: Ways>(
    problem: &Problem<W>,
    solution: &mut Solution,
    (most, from): (i64, u32),
    less: &[(i64, u32)],
    (by, looks): (Balance<'_>, &mut u32),
) -> Option<Shift> {
    let mut best: Option<Shift> = None;
    if *looks == 0 || less.is_empty() {
        return None;
    }
    for at in 1..solution.routes[from as usize].stops.len() - 1 {
        let item = solution.routes[from as usize].stops[at].node;
        if by.stays[item as usize] || problem.is_appointed(item) {
            continue;
        }
        let what = &problem.items[item as usize];
        let travel = solution.routes[from as usize].travel;
        solution.remove(problem, from, (at, at + 1), &mut Vec::new());
        let saved = travel - solution.routes[from as usize].travel;
        let holds = solution.routes[from as usize].holds();
        for (before, to) in less.iter().filter(|_| holds) {
            if *looks == 0 || !problem.may(*to, item) || !solution.has_room(problem, *to, item) {
                continue;
            }
            *looks -= 1;
            let row = problem.ways.row(problem.crews[*to as usize].profile, item);
            let least = problem.ways.least_detour();
            let Some(gap) = solution.routes[*to as usize].best_gap(what, row, least, Measure::Way) else {
                continue;
            };
            let (mine, theirs) = (
                most - saved - i64::from(what.service),
                before + i64::from(gap.cost) + i64::from(what.service),
            );
            let nearer = (most - before - (mine - theirs).abs()) as f64;
            let further = (i64::from(gap.cost) - saved) as f64;
            let gain = nearer - further.max(0.0);
            let is_fair = mine.max(theirs) < most && nearer > 0.0 && further <= by.price * nearer;
            if is_fair && best.as_ref().is_none_or(|one| gain > one.gain) {
                best = Some(Shift { at, to: *to, gap, gain });
            }
        }
        solution.undo();
    }
    best
}
