//! Two sides of the same rows: the migration matrix, every moved object with its causes, counts by rule, by kind of
//! object and by territory, and the desk queue.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use dozor_domain::{Probability, RiskCategory, RuleHead, RuleKind, VerdictColumn};
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

use super::cause::{Cause, Movers};
use crate::policy::{Answers, CategoryColumn, CodeColumn, Policy, SeverityColumn};

/// Rows that one task compares.
const CHUNK_ROWS: usize = 8192;
const LEVELS: usize = RiskCategory::ALL.len();

/// Is one methodology with what it says about the portfolio.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Answers of the rules.
    pub answers: &'a Answers<'a>,
    /// Own severity of each row.
    pub severity: &'a SeverityColumn,
    /// Probabilities, where there is a model.
    pub probabilities: Option<&'a [Probability]>,
    /// What follows from them: one column a control kind.
    pub categories: &'a [CategoryColumn],
}

impl Side<'_> {
    pub(super) fn probability(&self, row: usize) -> Option<f64> {
        self.probabilities.and_then(|all| all.get(row)).map(|one| one.get())
    }

    /// Returns the category of a row; what is not assigned counts as Low in law.
    fn category(column: Option<&CategoryColumn>, row: usize) -> Option<RiskCategory> {
        column.and_then(|column| column.category.get(row).copied().flatten())
    }

    fn column(&self, control_kind: &str) -> Option<&CategoryColumn> {
        self.categories.iter().find(|column| column.control_kind == control_kind)
    }
}

/// Counts objects by category before and after, under one control kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix {
    /// Code of the control kind.
    pub control_kind: String,
    /// Before → after → number of objects; only what occurs.
    pub cells: BTreeMap<RiskCategory, BTreeMap<RiskCategory, u64>>,
}

/// Is one object whose category moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Row of the facts table.
    pub row: u32,
    /// Code of the control kind.
    pub control_kind: String,
    /// The category by the methodology in force.
    pub from: RiskCategory,
    /// The category by the candidate.
    pub to: RiskCategory,
    /// What moved it.
    pub by: Vec<Cause>,
}

/// Counts the answers of one rule before and after; both counts of a rule that one side lacks are zero there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleMoves {
    /// Its id.
    pub rule: String,
    /// Rows on which it fires: before, after.
    pub fired: [u64; 2],
    /// Rows on which it is unknown: before, after.
    pub unknown: [u64; 2],
    /// Rows on which it failed, among the unknown: before, after.
    pub failed: [u64; 2],
    /// Rows whose answer or points differ.
    pub differing: u64,
    /// Objects that it moved, alone or together with other rules.
    pub moved: u64,
    /// Signs that wait for the desk: before, after.
    pub waiting: [u64; 2],
}

/// Counts moves among the objects of one kind or territory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMoves {
    /// Code of the kind of object or of the territory.
    pub code: String,
    /// Objects.
    pub objects: u64,
    /// Objects that get a higher category under some control kind.
    pub up: u64,
    /// Objects that get a lower one.
    pub down: u64,
}

/// Is everything that the comparison of two sides says of the portfolio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Objects.
    pub objects: u64,
    /// Objects whose category moves under at least one control kind.
    pub moved_objects: u64,
    /// Moves to a higher category.
    pub up: u64,
    /// Moves to a lower category.
    pub down: u64,
    /// A matrix for each control kind.
    pub matrices: Vec<Matrix>,
    /// All that move, by control kind, then by row.
    pub moved: Vec<Moved>,
    /// Rules by id.
    pub rules: Vec<RuleMoves>,
    /// By kind of object.
    pub by_kind: Vec<GroupMoves>,
    /// By territory.
    pub by_territory: Vec<GroupMoves>,
    /// Signs that wait for the desk: before, after.
    pub desk_queue: [u64; 2],
}

/// Compares two sides of the same rows. `decided` holds, by rule, the rows whose sign the desk decided already.
pub fn compare(
    before: &Side<'_>,
    after: &Side<'_>,
    (kinds, territories): (&CodeColumn, &CodeColumn),
    decided: &BTreeMap<String, HashSet<u32>>,
) -> Comparison {
    let codes: BTreeSet<&str> = [before, after]
        .iter()
        .flat_map(|side| side.categories.iter().map(|column| column.control_kind.as_str()))
        .collect();
    let mut matrices = Vec::new();
    let mut moved = Vec::new();
    for control_kind in codes {
        let (matrix, some) = moves(before, after, control_kind, kinds.len());
        matrices.push(matrix);
        moved.extend(some);
    }
    let mut rules = rule_moves(before, after, kinds, decided);
    for cause in moved.iter().flat_map(|one| &one.by) {
        let Cause::Rule { rule } = cause else { continue };
        if let Ok(at) = rules.binary_search_by(|known| known.rule.as_str().cmp(rule)) {
            rules[at].moved += 1;
        }
    }
    let marked = |is_counted: fn(&Moved) -> bool| {
        let mut marks = vec![false; kinds.len()];
        for one in moved.iter().filter(|one| is_counted(one)) {
            if let Some(mark) = marks.get_mut(one.row as usize) {
                *mark = true;
            }
        }
        marks
    };
    let (ups, downs) = (marked(|one| one.to > one.from), marked(|one| one.to < one.from));
    let waiting = |at: usize| rules.iter().map(|rule| rule.waiting[at]).sum();
    Comparison {
        objects: kinds.len() as u64,
        moved_objects: ups.iter().zip(&downs).filter(|(up, down)| **up || **down).count() as u64,
        up: moved.iter().filter(|one| one.to > one.from).count() as u64,
        down: moved.iter().filter(|one| one.to < one.from).count() as u64,
        by_kind: group_moves(kinds, &ups, &downs),
        by_territory: group_moves(territories, &ups, &downs),
        desk_queue: [waiting(0), waiting(1)],
        matrices,
        moved,
        rules,
    }
}

/// Is the part of a matrix and of the moved objects that one run of rows gives.
type Part = ([[u64; LEVELS]; LEVELS], Vec<Moved>);

fn moves(before: &Side<'_>, after: &Side<'_>, control_kind: &str, rows: usize) -> (Matrix, Vec<Moved>) {
    let (was, is) = (before.column(control_kind), after.column(control_kind));
    let movers = Movers::new(before, after, control_kind);
    let starts: Vec<usize> = (0..rows).step_by(CHUNK_ROWS).collect();
    let parts: Vec<Part> = starts
        .into_par_iter()
        .map(|start| {
            let mut part: Part = ([[0; LEVELS]; LEVELS], Vec::new());
            for row in start..rows.min(start + CHUNK_ROWS) {
                let pair = (Side::category(was, row), Side::category(is, row));
                if pair == (None, None) {
                    continue;
                }
                let [from, to] = [pair.0, pair.1].map(|one| one.unwrap_or(RiskCategory::Low));
                part.0[from as usize][to as usize] += 1;
                if from != to {
                    let by = movers.causes(row);
                    let row = u32::try_from(row).unwrap_or(u32::MAX);
                    part.1.push(Moved { row, control_kind: control_kind.to_owned(), from, to, by });
                }
            }
            part
        })
        .collect();
    let mut cells: BTreeMap<RiskCategory, BTreeMap<RiskCategory, u64>> = BTreeMap::new();
    for (from, line) in RiskCategory::ALL.into_iter().enumerate() {
        for (to, category) in RiskCategory::ALL.into_iter().enumerate() {
            let count: u64 = parts.iter().map(|part| part.0[from][to]).sum();
            if count > 0 {
                cells.entry(line).or_default().insert(category, count);
            }
        }
    }
    let matrix = Matrix { control_kind: control_kind.to_owned(), cells };
    (matrix, parts.into_iter().flat_map(|part| part.1).collect())
}

fn rule_moves(
    before: &Side<'_>,
    after: &Side<'_>,
    kinds: &CodeColumn,
    decided: &BTreeMap<String, HashSet<u32>>,
) -> Vec<RuleMoves> {
    let ids: BTreeSet<&str> = [before, after]
        .iter()
        .flat_map(|side| side.answers.rules().iter().map(|(head, _)| head.id.as_str()))
        .collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    ids.par_iter()
        .map(|id| {
            let sides = [before.answers.rule(id), after.answers.rule(id)];
            let mut found = RuleMoves { rule: (*id).to_owned(), ..RuleMoves::default() };
            for (at, (_, column)) in sides.iter().enumerate().filter_map(|(at, side)| Some((at, (*side)?))) {
                found.fired[at] = column.fired.count();
                found.unknown[at] = column.unknown.count();
                found.failed[at] = column.errors.len() as u64;
            }
            found.differing = differing(sides[0], sides[1]);
            let none = HashSet::new();
            let decided = decided.get(*id).unwrap_or(&none);
            for (at, side) in [before, after].into_iter().enumerate() {
                found.waiting[at] = waiting(side, id, kinds, decided);
            }
            found
        })
        .collect()
}

/// Is a rule with its answers.
type Answered<'a> = (&'a RuleHead, &'a VerdictColumn);

/// Counts rows whose answer or points differ; a side that lacks the rule answers «not fired».
fn differing(before: Option<Answered<'_>>, after: Option<Answered<'_>>) -> u64 {
    let (was, is) = match (before, after) {
        (Some(before), Some(after)) if std::ptr::eq(before.1, after.1) => return 0,
        (Some(before), Some(after)) => (before, after),
        (Some((_, one)), None) | (None, Some((_, one))) => return one.fired.count() + one.unknown.count(),
        (None, None) => return 0,
    };
    let pairs = |left: &[u64], right: &[u64]| -> Vec<u64> {
        left.iter().zip(right).map(|(left, right)| left ^ right).collect()
    };
    let states = pairs(was.1.fired.words(), is.1.fired.words()).into_iter();
    let states = states.zip(pairs(was.1.unknown.words(), is.1.unknown.words()));
    let other_states: u64 = states.map(|(fired, unknown)| u64::from((fired | unknown).count_ones())).sum();
    if was.1.points.is_none() && is.1.points.is_none() && was.0.points == is.0.points {
        return other_states;
    }
    let both = was.1.fired.rows().filter(|row| is.1.fired.get(*row));
    let points = both.filter(|row| was.1.points_at(was.0, *row) != is.1.points_at(is.0, *row));
    other_states + points.count() as u64
}

/// Counts signs of a rule that the desk has not decided: one for each control kind that the rule serves.
fn waiting(side: &Side<'_>, id: &str, kinds: &CodeColumn, decided: &HashSet<u32>) -> u64 {
    let Some((head, column)) = side.answers.rule(id) else { return 0 };
    if !head.is(RuleKind::Sign) {
        return 0;
    }
    let controls = |code: &String| {
        let serves = |control: &&dozor_domain::ControlKind| {
            control.object_kinds.contains(code)
                && (head.control_kinds.is_empty() || head.control_kinds.contains(&control.code))
        };
        side.policy.control_kinds.iter().filter(serves).count() as u64
    };
    let by_kind: Vec<u64> = kinds.codes().iter().map(controls).collect();
    let undecided =
        column.fired.rows().filter(|row| !u32::try_from(*row).is_ok_and(|row| decided.contains(&row)));
    let kind = |row: usize| kinds.places().get(row).copied().map(usize::from);
    undecided.filter_map(|row| by_kind.get(kind(row)?).copied()).sum()
}

fn group_moves(groups: &CodeColumn, ups: &[bool], downs: &[bool]) -> Vec<GroupMoves> {
    let mut found: Vec<GroupMoves> = groups
        .codes()
        .iter()
        .map(|code| GroupMoves { code: code.clone(), ..GroupMoves::default() })
        .collect();
    for ((place, up), down) in groups.places().iter().zip(ups).zip(downs) {
        if let Some(group) = found.get_mut(usize::from(*place)) {
            group.objects += 1;
            group.up += u64::from(*up);
            group.down += u64::from(*down);
        }
    }
    found.sort_by(|left, right| left.code.cmp(&right.code));
    found
}
