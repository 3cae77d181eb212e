//! Planning again during a day: only what must move moves. Visits that nobody makes any more, and new work, go into
//! the routes around; others are moved or dropped only where that is worth more than the disturbance.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::near::Near;
use super::parts::{Part, Small};
use super::problem::Problem;
use super::route::Route;
use super::searcher::{Scale, Searcher};
use super::settings::SearchSettings;
use super::solution::{NOBODY, Solution};
use super::ways::Ways;

/// Crews whose routes may take something over.
const CREWS_AROUND: usize = 48;
/// What moving or dropping one visit must bring, in mean profits.
const DISTURBANCE: f64 = 1.0;

/// Is a repaired plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// Items of each crew in order.
    pub routes: Vec<Vec<u32>>,
    /// Their profit.
    pub profit: i64,
    /// Items that were visited before or were asked for, and are in no route, ascending.
    pub left_out: Vec<u32>,
}

/// Repairs the routes of an earlier plan for a problem that has changed: crews with other shifts, new items in
/// `wanted`. The numbers of crews and items are those of `problem`.
pub fn repair<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    earlier: &[Vec<u32>],
    wanted: &[u32],
    (seed, iterations): (u64, u64),
) -> Repaired {
    let (mut routes, mut orphans) = keep_what_holds(problem, earlier);
    orphans.extend(wanted.iter().filter(|item| !routes.iter().flatten().any(|visit| visit == *item)));
    orphans.sort_unstable();
    orphans.dedup();
    let part = around(problem, &routes, &orphans);
    if !part.crews.is_empty() {
        let mut local = vec![NOBODY; problem.items.len()];
        let mut small = Small::new(problem, &Near::empty(problem), &part, &mut local);
        // Visits of crews farther away count too.
        let all: usize = routes.iter().map(Vec::len).sum();
        let here: usize = part.crews.iter().map(|crew| routes[*crew as usize].len()).sum();
        small.problem.most_visits = problem.most_visits.saturating_sub(all - here);
        small.problem.quotas.most = left_over(problem, &routes, &part.crews);
        let found = improve(&small.problem, settings, small.solution(&routes, &local), (seed, iterations));
        let found = small.end(&found, &mut local);
        for (crew, route) in part.crews.iter().zip(found) {
            routes[*crew as usize] = route;
        }
    }
    let mut is_visited = vec![false; problem.items.len()];
    routes.iter().flatten().for_each(|item| is_visited[*item as usize] = true);
    let mut left_out: Vec<u32> = earlier.iter().flatten().chain(wanted).copied().collect();
    left_out.retain(|item| !is_visited[*item as usize]);
    left_out.sort_unstable();
    left_out.dedup();
    Repaired { profit: problem.worth(routes.iter().flatten()), routes, left_out }
}

/// Returns for each group of the quotas what the crews who are not among `here` leave of it.
fn left_over<W: Ways>(problem: &Problem<W>, routes: &[Vec<u32>], here: &[u32]) -> Vec<u32> {
    let away = (0_u32..).zip(routes).filter(|(crew, _)| here.binary_search(crew).is_err());
    let visits = away
        .flat_map(|(crew, route)| route.iter().map(move |item| (problem.items[*item as usize].class, crew)));
    let counts = problem.quotas.count(visits);
    problem.quotas.most.iter().zip(counts).map(|(most, count)| most.saturating_sub(count)).collect()
}

/// Returns the routes with the visits that can still be made, and the other visits.
fn keep_what_holds<W: Ways>(problem: &Problem<W>, earlier: &[Vec<u32>]) -> (Vec<Vec<u32>>, Vec<u32>) {
    let mut orphans = Vec::new();
    let mut routes = Vec::new();
    for (number, crew) in (0_u32..).zip(&problem.crews) {
        let visits = earlier.get(number as usize).map_or(&[][..], Vec::as_slice);
        if !W::IS_DIRECT_SHORTEST {
            let kept = longest_start(problem, number, visits);
            orphans.extend(visits.iter().filter(|item| !kept.contains(item)));
            routes.push(kept);
            continue;
        }
        let mut route = Route::new(crew);
        for item in visits {
            let after = route.stops.len() as u32 - 2;
            if problem.may(number, *item) && route.takes(problem, crew, *item, after) {
                route.insert(problem, crew, *item, after);
            } else {
                orphans.push(*item);
            }
        }
        routes.push(route.visits().collect());
    }
    (routes, orphans)
}

/// Returns the visits that a crew can still make with the last ones left out until they hold together: over ways where
/// the direct one is not the shortest, the start of a route may not hold by itself.
fn longest_start<W: Ways>(problem: &Problem<W>, number: u32, visits: &[u32]) -> Vec<u32> {
    let mut kept: Vec<u32> = visits.iter().copied().filter(|item| problem.may(number, *item)).collect();
    while !kept.is_empty() && !problem.holds(number, &kept) {
        kept.pop();
    }
    kept
}

/// Chooses the crews nearest to the orphans among those who could take one over, with all their visits.
fn around<W: Ways>(problem: &Problem<W>, routes: &[Vec<u32>], orphans: &[u32]) -> Part {
    let distance = |crew: u32| {
        let what = &problem.crews[crew as usize];
        let able = orphans.iter().filter(|item| problem.may(crew, **item));
        let nearest = |item: &u32| {
            let row = problem.ways.row(what.profile, *item);
            let visits = routes[crew as usize].iter();
            visits.map(|visit| super::Row::to(&row, *visit)).min().unwrap_or(super::Row::to(&row, what.base))
        };
        able.map(nearest).min()
    };
    let mut crews: Vec<(i32, u32)> =
        (0..problem.crews.len() as u32).filter_map(|crew| Some((distance(crew)?, crew))).collect();
    crews.sort_unstable();
    crews.truncate(CREWS_AROUND);
    let mut crews: Vec<u32> = crews.into_iter().map(|(_, crew)| crew).collect();
    crews.sort_unstable();
    let mut items: Vec<u32> = crews.iter().flat_map(|crew| &routes[*crew as usize]).copied().collect();
    items.extend(orphans);
    items.sort_unstable();
    Part { crews, items }
}

/// Puts orphans in, first where there is room, then by moving others where that brings more than it disturbs.
fn improve<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    mut solution: Solution,
    (seed, iterations): (u64, u64),
) -> Solution {
    let near = Near::new(problem, settings.near);
    let scale = Scale::of(problem, &near);
    let home = solution.on.clone();
    let random = ChaCha8Rng::seed_from_u64(seed);
    let mut searcher = Searcher::new(problem, settings, &near, scale, random);
    super::construct::construct(problem, &mut solution, &mut searcher, scale);
    for _ in 0..iterations {
        if solution.free.is_empty() || solution.is_still(problem) {
            break;
        }
        let (profit, travel) = (solution.profit, solution.travel);
        searcher.step(&mut solution);
        let moved = solution.moved(&home) as f64 * DISTURBANCE * scale.profit;
        let gain = (solution.profit - profit) as f64 - moved;
        if gain > 0.0 || gain == 0.0 && moved == 0.0 && solution.travel < travel {
            solution.keep();
        } else {
            solution.undo();
        }
    }
    solution
}
