//! A duty for which nothing gives way may still find room when other duties change places. A search tries that at its
//! start; a day that is repaired after it has begun tries it here only.

use std::cmp::Reverse;

use super::displace::force_duties;
use super::duty::{Effort, SEARCHED_CONFLICTS, until_all};
use super::near::Near;
use super::parts::{Part, Small};
use super::problem::{Problem, Rank};
use super::search::search_from;
use super::settings::SearchSettings;
use super::solution::{NOBODY, Solution};
use super::ways::Ways;

/// Puts duties that are in no route among those that are, where a search finds places for all of them together; a lesser
/// one gives way to another. Routes whose duties change are left with these, for others to fill. Where many duties are left
/// out none is tried: so many do not fit.
pub fn rearrange<W: Ways>(
    problem: &mut Problem<W>,
    settings: &SearchSettings,
    seed: u64,
    mut routes: Vec<Vec<u32>>,
) -> Vec<Vec<u32>> {
    let mut is_planned = vec![false; problem.items.len()];
    routes.iter().flatten().for_each(|item| is_planned[*item as usize] = true);
    let is_left_out = |item: &u32| !is_planned[*item as usize] && !problem.able(*item).is_empty();
    let mut left_out: Vec<u32> = problem.duties().iter().copied().filter(is_left_out).collect();
    if left_out.is_empty() || left_out.len() > SEARCHED_CONFLICTS {
        return routes;
    }
    left_out.sort_by_key(|item| (Reverse(problem.rank(*item)), *item));
    let mut is_changed = false;
    for item in left_out {
        let rank = problem.rank(item);
        let beside_all = with(problem, settings, (seed, item), (&routes, Rank::Lesser));
        let beside_peers =
            || (rank > Rank::Lesser).then(|| with(problem, settings, (seed, item), (&routes, rank)))?;
        if let Some(found) = beside_all.or_else(beside_peers) {
            (routes, is_changed) = (found, true);
        }
    }
    if is_changed { force_duties(problem, routes) } else { routes }
}

/// Plans a duty together with all planned ones of a rank or a higher one; none where no search finds room.
fn with<W: Ways>(
    problem: &Problem<W>,
    settings: &SearchSettings,
    (seed, item): (u64, u32),
    (routes, least): (&[Vec<u32>], Rank),
) -> Option<Vec<Vec<u32>>> {
    let counts = |item: &u32| problem.rank(*item) >= least;
    let before: Vec<Vec<u32>> =
        routes.iter().map(|route| route.iter().copied().filter(counts).collect()).collect();
    let mut items: Vec<u32> = before.iter().flatten().copied().chain([item]).collect();
    items.sort_unstable();
    let count = items.len();
    let part = Part { crews: (0..problem.crews.len() as u32).collect(), items };
    let mut local = vec![NOBODY; problem.items.len()];
    let small = Small::new(problem, &Near::empty(problem), &part, &mut local);
    let begin = small.solution(&before, &local).visits();
    let mut watch = until_all(&small.problem.items, Effort::Search);
    let found = search_from(&small.problem, settings, seed, &begin, &mut watch);
    let duties = small.end(&Solution::of(&small.problem, &found.routes), &mut local);
    if duties.iter().flatten().count() < count {
        return None;
    }
    let stay = routes.iter().zip(before).zip(duties);
    let arranged: Vec<Vec<u32>> =
        stay.map(|((route, before), after)| if before == after { route.clone() } else { after }).collect();
    is_within_limits(problem, &arranged).then_some(arranged)
}

fn is_within_limits<W: Ways>(problem: &Problem<W>, routes: &[Vec<u32>]) -> bool {
    let counts = (0_u32..).zip(problem.counts(routes));
    let quotas_hold = counts.into_iter().all(|(group, count)| count <= problem.quotas().most(group));
    let visits = routes.iter().flatten().count();
    let most = routes.iter().map(Vec::len).max().unwrap_or(0);
    quotas_hold && visits <= problem.most_visits() && most <= problem.most_visits_each()
}
