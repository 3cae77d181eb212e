//! Gives work for two crews its place: an appointment that two routes keep. It is made before the search, where it costs
//! others least and only if it is worth more than they are; then everything else is searched around it.

use std::cmp::Reverse;

use super::complete::complete;
use super::displace::force_duties;
use super::duty::{Effort, arrange, duties_first};
use super::meeting::{Giving, Meeting, meetings, room_for};
use super::problem::Problem;
use super::search::{Aim, Found, Watch, search_from};
use super::settings::SearchSettings;
use super::solution::Solution;
use super::ways::Ways;

/// Iterations of the plan in which the appointments are made: they are the same however long the search is.
const FIRST_ITERATIONS: u64 = 1_000;
/// Appointments that are doubted after the search, those worth least.
const DOUBTED: usize = 8;

/// Searches a problem with work for two crews; `problem` then has their appointments. The routes are complete: nothing
/// is left out that would fit.
pub fn search_with_pairs<W: Ways + Clone>(
    problem: &mut Problem<W>,
    settings: &SearchSettings,
    seed: u64,
    watch: &mut dyn Watch,
) -> Found {
    let duties = appoint_duties(problem, settings, seed);
    let mut aim = Aim { cooling: FIRST_ITERATIONS, stop: FIRST_ITERATIONS };
    let mut routes = search_from(problem, settings, seed, &duties, &mut aim).routes;
    let all: Vec<usize> = (0..problem.pairs.len()).collect();
    displace_for(problem, &mut routes, &all);
    let mut found = search_from(problem, settings, seed, &routes, watch);
    found.routes = force_duties(problem, found.routes);
    displace_for(problem, &mut found.routes, &all);
    doubt(problem, &mut found.routes);
    // What was taken back may have left room in which duties go before what is voluntary.
    found.routes = force_duties(problem, found.routes);
    found.routes = fill(problem, found.routes);
    found.profit = problem.worth(found.routes.iter().flatten());
    found
}

/// Gives some of the work for two crews a place in routes that stand, where others may give way; then fills all room.
pub fn place_again<W: Ways>(
    problem: &mut Problem<W>,
    mut routes: Vec<Vec<u32>>,
    pairs: &[usize],
) -> Vec<Vec<u32>> {
    displace_for(problem, &mut routes, pairs);
    fill(problem, routes)
}

/// Takes back the appointments that not both crews keep, with the half that stands. Tells whether there were some.
pub fn dismiss_broken<W: Ways>(problem: &mut Problem<W>, routes: &mut [Vec<u32>]) -> bool {
    let mut is_visited = vec![false; problem.items.len()];
    routes.iter().flatten().for_each(|item| is_visited[*item as usize] = true);
    let is_broken = |at: &usize| {
        let pair = &problem.pairs[*at];
        let stands = is_visited[pair.lead as usize] && is_visited[pair.assist as usize];
        pair.appointed.is_some() && !stands
    };
    let broken: Vec<usize> = (0..problem.pairs.len()).filter(is_broken).collect();
    for at in &broken {
        take_out(problem, *at, routes);
        problem.dismiss(*at);
    }
    !broken.is_empty()
}

/// Plans the duties alone, with the work for two crews that is among them; each that two can keep is appointed.
fn appoint_duties<W: Ways + Clone>(
    problem: &mut Problem<W>,
    settings: &SearchSettings,
    seed: u64,
) -> Vec<Vec<u32>> {
    let mut routes = None;
    for at in by_worth(problem, &(0..problem.pairs.len()).collect::<Vec<usize>>()) {
        if !problem.pairs[at].is_duty() {
            continue;
        }
        let duties = problem.duties().to_vec();
        if let Some(found) = arrange(problem, settings, (seed, Effort::Search), (at, &duties)) {
            problem.appoint(at, found.appointment);
            routes = Some(found.routes);
        }
    }
    match routes {
        Some(routes) => routes,
        None if problem.duties().is_empty() => Vec::new(),
        None => duties_first(problem, settings, seed),
    }
}

/// Returns those of some pairs that have no appointment, what counts most first, then what is worth most.
fn by_worth<W: Ways>(problem: &Problem<W>, pairs: &[usize]) -> Vec<usize> {
    let free = |at: &&usize| problem.pairs[**at].appointed.is_none();
    let mut order: Vec<usize> = pairs.iter().filter(free).copied().collect();
    let worth = |at: usize| problem.worth([&problem.pairs[at].lead]);
    order.sort_by_key(|at| (Reverse(problem.pairs[*at].rank), Reverse(worth(*at)), *at));
    order
}

/// Appoints some of the pairs where what gives way is worth less; for a duty whatever is none gives way.
fn displace_for<W: Ways>(problem: &mut Problem<W>, routes: &mut [Vec<u32>], pairs: &[usize]) {
    let mut solution = Solution::of(problem, routes);
    for at in by_worth(problem, pairs) {
        let pair = &problem.pairs[at];
        let below = if pair.is_duty() { i64::MAX } else { problem.worth([&pair.lead]) };
        let found = meetings(problem, &solution, pair, (Giving::Voluntary { below }, 1));
        if let Some(found) = found.first() {
            take(problem, routes, at, found);
            solution = Solution::of(problem, routes);
        }
    }
}

/// Fills the room that is left, with work for two crews and for one.
fn fill<W: Ways>(problem: &mut Problem<W>, mut routes: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let all: Vec<usize> = (0..problem.pairs.len()).collect();
    loop {
        let mut solution = Solution::of(problem, &routes);
        let mut is_filled = true;
        for at in by_worth(problem, &all) {
            if let Some(found) = room_for(problem, &solution, &problem.pairs[at]) {
                take(problem, &mut routes, at, &found);
                solution = Solution::of(problem, &routes);
                is_filled = false;
            }
        }
        let count = routes.iter().flatten().count();
        routes = complete(problem, &routes);
        // A visit more can make room only where it shortens ways; then everything is tried again.
        if is_filled && routes.iter().flatten().count() == count {
            return routes;
        }
    }
}

fn take<W: Ways>(problem: &mut Problem<W>, routes: &mut [Vec<u32>], at: usize, found: &Meeting) {
    found.put(&problem.pairs[at], routes);
    problem.appoint(at, found.appointment());
}

pub(super) fn take_out<W: Ways>(problem: &Problem<W>, at: usize, routes: &mut [Vec<u32>]) {
    let pair = &problem.pairs[at];
    for route in routes {
        route.retain(|item| *item != pair.lead && *item != pair.assist);
    }
}

/// Takes appointments back in whose time others do more.
fn doubt<W: Ways + Clone>(problem: &mut Problem<W>, routes: &mut Vec<Vec<u32>>) {
    let pairs = problem.pairs.iter().enumerate();
    let appointed = pairs.filter(|(_, pair)| pair.appointed.is_some() && !pair.is_duty());
    let mut order: Vec<usize> = appointed.map(|(at, _)| at).collect();
    order.sort_by_key(|at| (problem.worth([&problem.pairs[*at].lead]), *at));
    for at in order.into_iter().take(DOUBTED) {
        let mut without = problem.clone();
        let mut others = routes.clone();
        take_out(problem, at, &mut others);
        without.dismiss(at);
        let others = complete(&without, &others);
        if without.worth(others.iter().flatten()) > problem.worth(routes.iter().flatten()) {
            (*problem, *routes) = (without, others);
        }
    }
}
