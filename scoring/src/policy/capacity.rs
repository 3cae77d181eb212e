//! Do the categories fit the people? Objects × visits a year × hours against the hours of the staff, and bounds of the
//! probability that a program proposes and people approve.

use dozor_domain::RiskCategory;
use serde::{Deserialize, Serialize};

/// Is what one category asks of the staff.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryWork {
    /// The category.
    pub category: RiskCategory,
    /// Objects in it.
    pub objects: usize,
    /// Visits a year that its frequency asks for; a category without a frequency asks for none.
    pub visits_per_year: f64,
    /// Hours a visit, travel included.
    pub hours_per_visit: f64,
}

/// Is the load of all categories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryLoad {
    /// Hours a year that each category asks for, as given.
    pub hours: Vec<(RiskCategory, f64)>,
    /// Their sum.
    pub asked: f64,
    /// Hours a year that the staff has.
    pub staff: f64,
    /// asked / staff.
    pub share: f64,
    /// Whether the staff can do it.
    pub fits: bool,
}

/// Adds up what the categories ask for; `staff` is in hours a year.
pub fn category_load(work: &[CategoryWork], staff: f64) -> CategoryLoad {
    let hours: Vec<(RiskCategory, f64)> = work
        .iter()
        .map(|line| (line.category, line.objects as f64 * line.visits_per_year * line.hours_per_visit))
        .collect();
    let asked: f64 = hours.iter().map(|(_, hours)| hours).sum();
    let share = if staff > 0.0 { asked / staff } else { f64::INFINITY };
    CategoryLoad { hours, asked, staff, share, fits: asked <= staff }
}

/// Is a proposal of lower bounds of the probability groups, the highest first; the last group takes the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedBounds {
    /// Least probability of each group but the last.
    pub bounds: Vec<f64>,
    /// Share of past outcomes in each group.
    pub shares: Vec<f64>,
    /// Share of violations in each group; it falls strictly.
    pub hit_rates: Vec<f64>,
}

/// Proposes bounds for `groups` groups from past promises and what was found. Among the grids of quantiles by twentieths
/// it takes the one whose hit rates fall strictly and differ most, each group holding at least `least` of the outcomes
/// and the two highest together at most `most`, which is what the staff can visit. `None` where no grid does.
pub fn propose_bounds(
    outcomes: &[(f64, bool)],
    groups: usize,
    (least, most): (f64, f64),
) -> Option<ProposedBounds> {
    const STEPS: usize = 20;
    let mut sorted = outcomes.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    let mut best: Option<(f64, ProposedBounds)> = None;
    let mut cuts: Vec<usize> = (1..groups).collect();
    loop {
        if let Some((gap, found)) = try_cuts(&sorted, &cuts, STEPS, (least, most))
            && best.as_ref().is_none_or(|(known, _)| gap > *known)
        {
            best = Some((gap, found));
        }
        // The next set of cuts in lexical order.
        let movable = (0..cuts.len()).rev().find(|&at| cuts[at] + (cuts.len() - at) < STEPS);
        let Some(at) = movable else { return best.map(|(_, found)| found) };
        cuts[at] += 1;
        for next in at + 1..cuts.len() {
            cuts[next] = cuts[next - 1] + 1;
        }
    }
}

/// Measures one grid: the sum over neighbours of the fall of the hit rate, weighed by the smaller group, so that a tiny
/// group at an end does not win by chance.
fn try_cuts(
    sorted: &[(f64, bool)],
    cuts: &[usize],
    steps: usize,
    (least, most): (f64, f64),
) -> Option<(f64, ProposedBounds)> {
    // What has the same promise falls into the same group: a cut moves down past its equals.
    let place = |cut: usize| {
        let at = cut * sorted.len() / steps;
        let least = sorted.get(at.saturating_sub(1)).map_or(f64::NEG_INFINITY, |(promise, _)| *promise);
        sorted.partition_point(|(promise, _)| *promise >= least)
    };
    let starts: Vec<usize> = [0].into_iter().chain(cuts.iter().map(|cut| place(*cut))).collect();
    let ends = starts.iter().skip(1).copied().chain([sorted.len()]);
    let (mut shares, mut hit_rates) = (Vec::new(), Vec::new());
    for (start, end) in starts.iter().zip(ends) {
        let part = sorted.get(*start..end).filter(|part| !part.is_empty())?;
        shares.push(part.len() as f64 / sorted.len() as f64);
        hit_rates.push(part.iter().filter(|(_, found)| *found).count() as f64 / part.len() as f64);
    }
    let bounds: Vec<f64> = starts.iter().skip(1).filter_map(|at| Some(sorted.get(at - 1)?.0)).collect();
    let falls = hit_rates.windows(2).all(|pair| pair[0] > pair[1]);
    let apart = bounds.windows(2).all(|pair| pair[0] > pair[1]);
    let top: f64 = shares.iter().take(2).sum();
    if !falls || !apart || top > most || shares.iter().any(|share| *share < least) {
        return None;
    }
    let gap = hit_rates
        .windows(2)
        .zip(shares.windows(2))
        .map(|(rates, shares)| (rates[0] - rates[1]) * shares[0].min(shares[1]).sqrt())
        .sum();
    Some((gap, ProposedBounds { bounds, shares, hit_rates }))
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;
    use crate::seed::generator;

    #[test]
    fn load_is_objects_times_visits_times_hours() {
        let line = |category, objects, visits_per_year| CategoryWork {
            category,
            objects,
            visits_per_year,
            hours_per_visit: 2.0,
        };
        let work = [
            line(RiskCategory::High, 100, 1.0),
            line(RiskCategory::Medium, 600, 0.2),
            line(RiskCategory::Low, 9_000, 0.0),
        ];
        let load = category_load(&work, 500.0);
        assert_eq!((load.asked, load.fits), (440.0, true));
        assert!(!category_load(&work, 400.0).fits);
        assert!(!category_load(&work, 0.0).fits);
    }

    #[test]
    fn proposed_groups_have_falling_hit_rates_least_shares_and_keep_to_the_capacity() {
        let mut chance = generator(1, "test/bounds", 0);
        let outcomes: Vec<(f64, bool)> = (0..4_000)
            .map(|_| {
                let p: f64 = chance.random_range(0.02..0.4);
                (p, chance.random_bool(p))
            })
            .collect();
        let found = propose_bounds(&outcomes, 5, (0.05, 0.3)).unwrap();
        assert_eq!(found.bounds.len(), 4);
        assert!(found.hit_rates.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(found.shares.iter().all(|share| *share >= 0.05));
        assert!(found.shares[0] + found.shares[1] <= 0.3 + 1e-9);
    }

    #[test]
    fn whole_points_with_many_equals_give_bounds_that_part_them_as_the_shares_say() {
        let outcomes: Vec<(f64, bool)> =
            (0..4_000_u32).map(|at| (f64::from(at % 8), at / 8 % 10 <= at % 8)).collect();
        let found = propose_bounds(&outcomes, 3, (0.1, 1.0)).unwrap();
        let share = |low: f64, high: f64| {
            let inside = outcomes.iter().filter(|(points, _)| *points >= low && *points < high);
            inside.count() as f64 / outcomes.len() as f64
        };
        let [first, second] = found.bounds[..] else { panic!("{found:?}") };
        assert_eq!(found.shares, [share(first, f64::MAX), share(second, first), share(f64::MIN, second)]);
    }

    #[test]
    fn promises_that_say_nothing_give_no_proposal() {
        let outcomes: Vec<(f64, bool)> = (0..500).map(|at| (0.1, at % 10 == 0)).collect();
        assert_eq!(propose_bounds(&outcomes, 3, (0.05, 1.0)), None);
    }
}
