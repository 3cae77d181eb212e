//! What either methodology would have found: the portfolio is ranked by category and order of work, the first
//! `capacity` objects are visited, and outcomes that became known afterwards tell which visits would have found a
//! violation. Outcomes are known only where somebody went: the counts compare two rankings on the same known
//! outcomes, they do not estimate what nobody looked at.

use dozor_domain::RiskCategory;
use serde::{Deserialize, Serialize};

use super::interval::{paired_difference, share};
use crate::Estimate;
use crate::policy::{CategoryColumn, CodeColumn};

/// Counts what one ranking catches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Caught {
    /// Objects among the first `capacity` whose outcome is known.
    pub visited: u64,
    /// Violations among them.
    pub found: u64,
    /// Violations among the rest.
    pub missed: u64,
    /// Found of all known violations, 95 % interval of Wilson.
    pub found_share: Option<Estimate>,
    /// Violations among visited objects with a known outcome, 95 % interval of Wilson.
    pub hit_rate: Option<Estimate>,
}

/// Holds the counts of one kind of object or territory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupCaught {
    /// Code of the kind or territory.
    pub code: String,
    /// Objects with a known outcome.
    pub known: u64,
    /// Known violations.
    pub violations: u64,
    /// By the methodology in force.
    pub before: Caught,
    /// By the candidate.
    pub after: Caught,
}

/// Compares two rankings on known outcomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownOutcomes {
    /// Objects that can be visited.
    pub capacity: u64,
    /// Objects with a known outcome.
    pub known: u64,
    /// Known violations.
    pub violations: u64,
    /// By the methodology in force.
    pub before: Caught,
    /// By the candidate.
    pub after: Caught,
    /// Share found by the candidate minus that of the methodology in force, on the same violations (Agresti & Min).
    pub difference: Option<Estimate>,
    /// By kind of object.
    pub by_kind: Vec<GroupCaught>,
    /// By territory.
    pub by_territory: Vec<GroupCaught>,
}

/// Compares what two rankings catch at a capacity; `outcomes` says, per row, whether a violation was found later,
/// none where nothing is known.
pub fn known_outcomes(
    before: &[CategoryColumn],
    after: &[CategoryColumn],
    outcomes: &[Option<bool>],
    capacity: usize,
    (kinds, territories): (&CodeColumn, &CodeColumn),
) -> KnownOutcomes {
    let rows = outcomes.len();
    let chosen = [first(before, rows, capacity), first(after, rows, capacity)];
    let all: Vec<usize> = (0..rows).collect();
    let whole = caught(&all, outcomes, &chosen);
    let only = |one: usize, other: usize| {
        let found_by_one =
            |row: &&usize| outcomes[**row] == Some(true) && chosen[one][**row] && !chosen[other][**row];
        all.iter().filter(found_by_one).count() as u64
    };
    KnownOutcomes {
        capacity: capacity as u64,
        known: whole.known,
        violations: whole.violations,
        difference: paired_difference(only(0, 1), only(1, 0), whole.violations),
        before: whole.before,
        after: whole.after,
        by_kind: by_group(kinds, outcomes, &chosen),
        by_territory: by_group(territories, outcomes, &chosen),
    }
}

/// Marks the first `capacity` rows by the highest category under any control kind, then by the order of work, then
/// by row, which is the order of ids.
fn first(columns: &[CategoryColumn], rows: usize, capacity: usize) -> Vec<bool> {
    let best = |row: usize| {
        let of = |column: &CategoryColumn| {
            let category = column.category.get(row).copied().flatten()?;
            Some((category, column.score.get(row).copied().unwrap_or(f64::NEG_INFINITY)))
        };
        let higher =
            |a: &(RiskCategory, f64), b: &(RiskCategory, f64)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
        columns.iter().filter_map(of).max_by(higher).map(|(category, score)| (category, score, row))
    };
    let mut ranked: Vec<(RiskCategory, f64, usize)> = (0..rows).filter_map(best).collect();
    let order = |a: &(RiskCategory, f64, usize), b: &(RiskCategory, f64, usize)| {
        b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2))
    };
    if capacity < ranked.len() {
        ranked.select_nth_unstable_by(capacity, order);
        ranked.truncate(capacity);
    }
    let mut chosen = vec![false; rows];
    for (_, _, row) in ranked {
        chosen[row] = true;
    }
    chosen
}

fn by_group(groups: &CodeColumn, outcomes: &[Option<bool>], chosen: &[Vec<bool>; 2]) -> Vec<GroupCaught> {
    let mut rows_of: Vec<Vec<usize>> = vec![Vec::new(); groups.codes().len()];
    for (row, place) in groups.places().iter().enumerate().filter(|(row, _)| outcomes[*row].is_some()) {
        if let Some(rows) = rows_of.get_mut(usize::from(*place)) {
            rows.push(row);
        }
    }
    let counted = groups.codes().iter().zip(rows_of);
    let mut found: Vec<GroupCaught> = counted
        .map(|(code, rows)| GroupCaught { code: code.clone(), ..caught(&rows, outcomes, chosen) })
        .collect();
    found.sort_by(|left, right| left.code.cmp(&right.code));
    found
}

fn caught(rows: &[usize], outcomes: &[Option<bool>], chosen: &[Vec<bool>; 2]) -> GroupCaught {
    let known: Vec<usize> = rows.iter().copied().filter(|row| outcomes[*row].is_some()).collect();
    let violations = known.iter().filter(|row| outcomes[**row] == Some(true)).count() as u64;
    let side = |chosen: &[bool]| {
        let visited = known.iter().filter(|row| chosen[**row]);
        let found = visited.clone().filter(|row| outcomes[**row] == Some(true)).count() as u64;
        let visited = visited.count() as u64;
        Caught {
            visited,
            found,
            missed: violations - found,
            found_share: share(found, violations),
            hit_rate: share(found, visited),
        }
    };
    GroupCaught {
        code: String::new(),
        known: known.len() as u64,
        violations,
        before: side(&chosen[0]),
        after: side(&chosen[1]),
    }
}
