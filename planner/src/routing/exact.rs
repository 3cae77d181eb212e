//! Whether a few items can be visited together at all, by going through everything: which of them each crew visits, and
//! in which order. Each set of items and last stop keeps the earliest departure alone, for later ones lead to nothing that
//! this one does not.

use super::problem::{Crew, Problem};
use super::ways::Ways;

/// More items are not gone through: each doubles the sets, and trebles the ways of sharing them out.
pub(super) const MOST_ITEMS: usize = 8;
/// No visit with this departure.
const NEVER: i32 = i32::MAX;

/// Tells whether all items can be visited together; none where it would take more than so many steps, where items stand
/// for work that needs two crews, or where they fit and limits of visits might still forbid it.
pub(super) fn fit_together<W: Ways>(problem: &Problem<W>, items: &[u32], most_steps: u64) -> Option<bool> {
    let needs_two = |item: &u32| problem.pairs().iter().any(|pair| [pair.lead, pair.assist].contains(item));
    if items.len() > MOST_ITEMS || items.iter().any(needs_two) {
        return None;
    }
    let all = (1_usize << items.len()) - 1;
    let (mut is_made, mut steps) = (vec![false; all + 1], 0);
    is_made[0] = true;
    for (number, crew) in (0_u32..).zip(&problem.crews) {
        let may = may_do(problem, number, items);
        if may == 0 {
            continue;
        }
        steps += steps_for(may.count_ones());
        if steps > most_steps {
            return None;
        }
        let holds = routes(problem, crew, items, may);
        // From the largest on: what this crew adds to is what the crews before it have made.
        for made in (0..=all).rev().filter(|made| !is_made[*made]).collect::<Vec<_>>() {
            is_made[made] = subsets(made & may).any(|own| own != 0 && holds[own] && is_made[made & !own]);
        }
        if is_made[all] {
            return is_unlimited(problem, items.len()).then_some(true);
        }
    }
    Some(false)
}

/// Returns how many steps a crew takes that may visit so many of the items: each set with each last and next stop, then each
/// set with each of its subsets.
fn steps_for(able: u32) -> u64 {
    (1_u64 << able) * u64::from(able) * u64::from(able) + 3_u64.pow(able)
}

/// Tells whether no limit could forbid so many visits.
fn is_unlimited<W: Ways>(problem: &Problem<W>, visits: usize) -> bool {
    problem.quotas().is_empty() && problem.most_visits() >= visits && problem.most_visits_each() >= visits
}

/// Returns the set of the items that a crew may visit, a bit each.
fn may_do<W: Ways>(problem: &Problem<W>, crew: u32, items: &[u32]) -> usize {
    let able = items.iter().enumerate().filter(|(_, item)| problem.may(crew, **item));
    able.fold(0, |set, (place, _)| set | 1 << place)
}

/// Returns for each set of the items whether a crew can visit all of it and be back in time.
fn routes<W: Ways>(problem: &Problem<W>, crew: &Crew, items: &[u32], may: usize) -> Vec<bool> {
    let count = items.len();
    let mut departs = vec![NEVER; (1 << count) * count];
    let mut holds = vec![false; 1 << count];
    holds[0] = true;
    let way = |from: u32, to: u32| problem.ways.way(crew.profile, from, to);
    let ways: Vec<i32> = items.iter().flat_map(|from| items.iter().map(move |to| way(*from, *to))).collect();
    let back: Vec<i32> = items.iter().map(|item| way(*item, crew.base)).collect();
    let visit = |place: usize, arrival: i32| {
        let item = &problem.items[items[place] as usize];
        let start = arrival.max(item.open);
        (start <= item.close).then_some(start + item.service)
    };
    for (place, item) in items.iter().enumerate().filter(|(place, _)| may >> place & 1 == 1) {
        departs[(1 << place) * count + place] =
            visit(place, crew.start + way(crew.base, *item)).unwrap_or(NEVER);
    }
    for set in subsets(may) {
        for last in (0..count).filter(|last| departs[set * count + last] != NEVER).collect::<Vec<_>>() {
            let depart = departs[set * count + last];
            holds[set] |= depart + back[last] <= crew.end;
            for next in (0..count).filter(|next| (may & !set) >> next & 1 == 1) {
                let Some(after) = visit(next, depart + ways[last * count + next]) else { continue };
                let slot = &mut departs[(set | 1 << next) * count + next];
                *slot = after.min(*slot);
            }
        }
    }
    holds
}

/// Returns all subsets of a set, the smaller numbers first, so that a set comes after all that it holds.
fn subsets(of: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(0), move |set| (*set != of).then(|| (set | !of).wrapping_add(1) & of))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::routing::{Item, Matrix};

    /// Tries each item as the next visit of each crew.
    fn by_hand(problem: &Problem<Matrix>, routes: &mut Vec<Vec<u32>>, left: &[u32]) -> bool {
        if left.is_empty() {
            return (0_u32..).zip(routes.iter()).all(|(crew, route)| problem.holds(crew, route));
        }
        (0..left.len()).any(|place| {
            let mut others = left.to_vec();
            let item = others.remove(place);
            (0..routes.len()).any(|crew| {
                if !problem.may(crew as u32, item) {
                    return false;
                }
                routes[crew].push(item);
                let fits = by_hand(problem, routes, &others);
                routes[crew].pop();
                fits
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 300,
            rng_seed: RngSeed::Fixed(1),
            failure_persistence: None,
            ..Default::default()
        })]

        #[test]
        fn it_says_what_trying_every_order_says(
            places in prop::collection::vec((0..40_i32, 0..40_i32), 7),
            items in prop::collection::vec((0..60_i32, 0..40_i32, 1..15_i32, 0..3_u32), 1..5),
            ends in prop::collection::vec(20..110_i32, 2),
        ) {
            let at = |node: usize| places[node];
            let ways = Matrix::new(places.len(), |from, to| {
                (at(from).0 - at(to).0).abs() + (at(from).1 - at(to).1).abs()
            });
            let item = |(open, length, service, class): (i32, i32, i32, u32)| {
                Item { open, close: open + length, service, profit: 1, class }
            };
            let count = items.len();
            let bases = [5, 6];
            let crew = |(base, end): (u32, i32)| Crew { base, start: 0, end, profile: 0 };
            let crews: Vec<Crew> = bases.into_iter().zip(ends).map(crew).collect();
            // Both, the first alone, the second alone.
            let classes = vec![vec![0, 1], vec![0], vec![1]];
            let problem = Problem::new(items.into_iter().map(item).collect(), crews, classes, ways);
            let all: Vec<u32> = (0..count as u32).collect();
            let expected = by_hand(&problem, &mut vec![Vec::new(); 2], &all);
            prop_assert_eq!(fit_together(&problem, &all, u64::MAX), Some(expected));
            prop_assert_eq!(fit_together(&problem, &all, 3), None, "three steps are too few for anything");
            let limited = problem.with_limits(count - 1, count);
            let known = (!expected).then_some(false);
            prop_assert_eq!(fit_together(&limited, &all, u64::MAX), known, "what fits may still be too many");
        }
    }
}
