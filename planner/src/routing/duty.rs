//! Work that must be done. It counts above everything else, is planned first by itself, and what cannot be planned is
//! reported with what stands against it: whether all duties fit at all is NP-complete, so that nothing may be dropped
//! silently.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::exact::{MOST_ITEMS, fit_together};
use super::meeting::{Giving, meetings, room_for};
use super::near::Near;
use super::pairs::Appointment;
use super::parts::{Part, Small};
use super::problem::{Item, Problem, Rank};
use super::search::{Aim, Found, Watch, search, search_from};
use super::settings::SearchSettings;
use super::solution::{NOBODY, Solution};
use super::ways::Ways;

/// Iterations spent on a set of duties before it counts as impossible, for each duty.
const ITERATIONS_A_DUTY: u64 = 200;
/// The fewest for a set.
const LEAST_ITERATIONS: u64 = 1000;
/// The most: a large set that does not fit is known not to long before.
const MOST_ITERATIONS: u64 = 20_000;
/// Up to so many conflicts each set is searched; of more it is only constructed, which finds less room. Small sets are gone
/// through one way or the other.
pub(super) const SEARCHED_CONFLICTS: usize = 8;
/// Steps of going through sets, for all conflicts together: a fifth of a second of one core.
const STEPS: u64 = 40_000_000;
/// Duties looked at in one conflict; the nearest to the item stand for more.
const LARGEST_CONFLICT: usize = 24;
/// Pairs of crews for whom it is tried to plan the other duties around work that needs two.
const TRIED_MEETINGS: usize = 6;

/// Is a duty that could not be planned, and a set of duties that with it no search could plan together, none of which
/// can be spared from the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The duty that was left out.
    pub item: u32,
    /// What stands against it; empty when nobody could ever do it.
    pub with: Vec<u32>,
    /// How sure that is.
    pub proof: Proof,
}

/// Says how sure a conflict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Every way of visiting all of them was gone through and none holds; without any one of the others a way was found.
    Exact,
    /// No search found a way; without any one of the others one did.
    Search,
}

/// Is what a search with duties found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dutiful {
    /// The routes.
    pub found: Found,
    /// Duties that are in none, ascending.
    pub conflicts: Vec<Conflict>,
}

/// Searches a problem with duties and reports those that could not be planned.
pub fn search_with_duties<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    seed: u64,
    watch: &mut dyn Watch,
) -> Dutiful {
    let found = search(problem, settings, seed, watch);
    let conflicts = conflicts(problem, settings, seed, &found.routes);
    Dutiful { found, conflicts }
}

/// Returns the duties that are in no route, each with what stands against it.
pub fn conflicts<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    seed: u64,
    routes: &[Vec<u32>],
) -> Vec<Conflict> {
    let mut is_planned = vec![false; problem.items.len()];
    routes.iter().flatten().for_each(|item| is_planned[*item as usize] = true);
    let left_out: Vec<u32> =
        problem.duties().iter().copied().filter(|item| !is_planned[*item as usize]).collect();
    let effort = if left_out.len() <= SEARCHED_CONFLICTS { Effort::Search } else { Effort::Construct };
    // Of one conflict the whole set and, once it is small, each of its members left out are gone through.
    let steps = STEPS / (left_out.len().max(1) * (MOST_ITEMS + 1)) as u64;
    left_out.par_iter().map(|item| conflict(problem, settings, (seed, effort, steps), *item)).collect()
}

/// Returns the work for two crews that is a duty and has no place, each with what stands against it.
pub fn conflicts_of_pairs<W: Ways + Clone>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    seed: u64,
) -> Vec<Conflict> {
    let is_left_out = |at: &usize| problem.pairs()[*at].is_duty() && problem.pairs()[*at].appointed.is_none();
    let left_out: Vec<usize> = (0..problem.pairs().len()).filter(is_left_out).collect();
    let effort = if left_out.len() <= SEARCHED_CONFLICTS { Effort::Search } else { Effort::Construct };
    let conflict = |at: &usize| {
        let pair = &problem.pairs()[*at];
        let is_possible = |set: &[u32]| {
            let arranged = arrange(problem, settings, (seed, effort), (*at, set));
            arranged.is_some_and(|found| found.planned == set.len())
        };
        let with = smallest(problem, (pair.lead, &pair.able), is_possible);
        Conflict { item: pair.lead, with, proof: Proof::Search }
    };
    left_out.par_iter().map(conflict).collect()
}

/// Is work for two crews planned together with some duties.
pub(super) struct Arranged {
    pub(super) appointment: Appointment,
    pub(super) routes: Vec<Vec<u32>>,
    /// How many of the duties are planned.
    pub(super) planned: usize,
}

/// Plans work for two crews together with some duties: where there is room between them, else with the duties planned anew
/// around it. Of the duties no fewer are planned than without it.
pub(super) fn arrange<W: Ways + Clone>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    effort: (u64, Effort),
    (at, duties): (usize, &[u32]),
) -> Option<Arranged> {
    let pair = &problem.pairs[at];
    let mut routes = together(problem, settings, effort, duties);
    let planned = routes.iter().flatten().count();
    let solution = Solution::of(problem, &routes);
    if let Some(found) = room_for(problem, &solution, pair) {
        found.put(pair, &mut routes);
        return Some(Arranged { appointment: found.appointment(), routes, planned });
    }
    let mut all = [&[pair.lead, pair.assist], duties].concat();
    all.sort_unstable();
    let tries = meetings(problem, &solution, pair, (Giving::Anything, TRIED_MEETINGS)).into_iter();
    let arranged = tries.map(|found| {
        let mut other = problem.clone();
        other.appoint(at, found.appointment());
        let routes = together(&other, settings, effort, &all);
        let has = |half: u32| routes.iter().flatten().any(|item| *item == half);
        let others = routes.iter().flatten().count().checked_sub(2)?;
        let is_better = has(pair.lead) && has(pair.assist) && others >= planned;
        is_better.then(|| Arranged { appointment: found.appointment(), planned: others, routes })
    });
    arranged.flatten().next()
}

/// Is how hard it is tried to plan a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    Search,
    Construct,
}

/// Plans the duties alone: those of the first rank by themselves, then the lesser ones around them.
pub(super) fn duties_first<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    seed: u64,
) -> Vec<Vec<u32>> {
    let first = |item: &u32| problem.rank(*item) == Rank::Duty;
    let (first, lesser): (Vec<u32>, Vec<u32>) = problem.duties().iter().copied().partition(first);
    if first.is_empty() || lesser.is_empty() {
        return together(problem, settings, (seed, Effort::Search), problem.duties());
    }
    let routes = together(problem, settings, (seed, Effort::Search), &first);
    with_lesser(problem, settings, (seed, &first), &routes)
}

/// Plans the lesser duties too. The others count so much more by themselves that the search would see no difference
/// between lesser ones: here they count just more than all of those.
fn with_lesser<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    (seed, first): (u64, &[u32]),
    routes: &[Vec<u32>],
) -> Vec<Vec<u32>> {
    let crews = (0..problem.crews.len() as u32).collect();
    let part = Part { crews, items: problem.duties().to_vec() };
    let mut local = vec![NOBODY; problem.items.len()];
    let mut small = Small::new(problem, &Near::empty(problem), &part, &mut local);
    for item in first {
        small.problem.items[local[*item as usize] as usize].profit = problem.worth([item]);
    }
    small.problem = small.problem.with_duties(first.iter().map(|item| local[*item as usize]).collect());
    let routes = small.solution(routes, &local).visits();
    let mut watch = until_all(&small.problem.items, Effort::Search);
    let found = search_from(&small.problem, settings, seed, &routes, &mut watch);
    small.end(&Solution::of(&small.problem, &found.routes), &mut local)
}

/// Plans as many of some duties as it can.
fn together<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    (seed, effort): (u64, Effort),
    duties: &[u32],
) -> Vec<Vec<u32>> {
    let part = Part { crews: (0..problem.crews.len() as u32).collect(), items: duties.to_vec() };
    let mut local = vec![NOBODY; problem.items.len()];
    let small = Small::new(problem, &Near::empty(problem), &part, &mut local);
    let mut watch = until_all(&small.problem.items, effort);
    let found = search_from(&small.problem, settings, seed, &[], &mut watch);
    small.end(&Solution::of(&small.problem, &found.routes), &mut local)
}

/// Watches a search for a place for all of some duties.
pub(super) fn until_all(duties: &[Item], effort: Effort) -> UntilAll {
    let stop = match effort {
        Effort::Search => (ITERATIONS_A_DUTY * duties.len() as u64).clamp(LEAST_ITERATIONS, MOST_ITERATIONS),
        Effort::Construct => 0,
    };
    let all = duties.iter().map(|item| item.profit).sum();
    UntilAll { all, aim: Aim { cooling: stop, stop } }
}

/// Stops when everything is planned.
pub(super) struct UntilAll {
    all: i64,
    aim: Aim,
}

impl Watch for UntilAll {
    fn aim(&mut self, _pulse: super::Pulse) -> Aim {
        self.aim
    }

    fn go_on(&mut self, pulse: super::Pulse) -> std::ops::ControlFlow<()> {
        let is_over = pulse.profit >= self.all || pulse.done >= self.aim.stop;
        if is_over { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    }
}

/// Returns the groups of the quotas in which a visit of an item may count.
fn groups<W: Ways>(problem: &Problem<W>, (item, able): (u32, &[u32])) -> BTreeSet<u32> {
    let quotas = problem.quotas();
    let of_class = quotas.groups_of_class(problem.items[item as usize].class);
    let of_crews = able.iter().flat_map(|crew| quotas.groups_of_crew(*crew));
    of_class.iter().chain(of_crews).copied().collect()
}

fn conflict<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    (seed, effort, steps): (u64, Effort, u64),
    item: u32,
) -> Conflict {
    let with_item = |set: &[u32]| [&[item], set].concat();
    let is_possible = |set: &[u32]| {
        let all = with_item(set);
        fit_together(problem, &all, steps).unwrap_or_else(|| {
            let routes = together(problem, settings, (seed, effort), &all);
            routes.iter().flatten().count() == all.len()
        })
    };
    let with = smallest(problem, (item, problem.able(item)), is_possible);
    // Each other one was kept because a way without it holds, which may hold with still fewer only where no way round is
    // shorter.
    let is_proven = W::IS_DIRECT_SHORTEST && fit_together(problem, &with_item(&with), steps) == Some(false);
    Conflict { item, with, proof: if is_proven { Proof::Exact } else { Proof::Search } }
}

/// Finds a smallest set by leaving out, one after the other, what the impossibility does not need.
fn smallest<W: Ways>(
    problem: &Problem<W>,
    (item, able): (u32, &[u32]),
    is_possible: impl Fn(&[u32]) -> bool,
) -> Vec<u32> {
    let groups = groups(problem, (item, able));
    let shares_crew = |other: &u32| able.iter().any(|crew| problem.may(*crew, *other));
    let meets = |other: &u32| {
        shares_crew(other) || !groups.is_disjoint(&self::groups(problem, (*other, problem.able(*other))))
    };
    // What gives way to it stands in nobody's way.
    let rank = problem.rank(item);
    let stands = |other: &u32| *other != item && problem.standing(*other) >= rank && meets(other);
    let mut others: Vec<u32> = problem.duties().iter().copied().filter(stands).collect();
    others.sort_by_key(|other| (problem.ways.way(0, item, *other), *other));
    // The nearest are enough in all but the most tangled cases; if they are not, more are taken.
    let mut count = LARGEST_CONFLICT.min(others.len());
    while count < others.len() && is_possible(&others[..count]) {
        count = (2 * count).min(others.len());
    }
    others.truncate(count);
    let mut index = others.len();
    while index > 0 {
        index -= 1;
        let spared = others.remove(index);
        if is_possible(&others) {
            others.insert(index, spared);
        }
    }
    others.sort_unstable();
    others
}
