//! Asking all rules about all rows, one by one, in the interpreter: what the kernels are compared with and measured
//! against. In parallel, with the same result on any number of threads.

use std::collections::BTreeMap;

use dozor_domain::{RuleColumn, RuleDetail, RuleState, RuleVerdicts, Zone};
use dozor_facts::FactsTable;
use rayon::prelude::*;

use crate::cases::OBJECT_KIND;
use crate::error::RulesError;
use crate::row::{Bound, Ended};
use crate::rule::{Effect, Rule, Said};
use crate::ruleset::RuleSet;

/// Rows that one task answers: enough to pay for its runner, few enough to share work evenly.
const CHUNK_ROWS: usize = 2048;

impl RuleSet {
    /// Asks every rule about every row in the interpreter. [`RuleSet::evaluate`] says the same, sooner.
    ///
    /// # Errors
    /// [`RulesError::ColumnMissing`] when the table was made by a catalogue without a fact that a rule reads.
    pub fn evaluate_interpreted(&self, table: &FactsTable) -> Result<RuleVerdicts, RulesError> {
        let bound = self.rules.iter().map(|rule| Bound::new(rule, table)).collect::<Result<Vec<_>, _>>()?;
        let starts: Vec<usize> = (0..table.len()).step_by(CHUNK_ROWS).collect();
        let tasks: Vec<(usize, usize)> =
            (0..bound.len()).flat_map(|rule| starts.iter().map(move |start| (rule, *start))).collect();
        let parts: Vec<(usize, RuleColumn)> = tasks
            .into_par_iter()
            .filter_map(|(rule, start)| {
                let end = (start + CHUNK_ROWS).min(table.len());
                Some((rule, answer(bound.get(rule)?, table, start..end, &self.zone)))
            })
            .collect();
        let mut columns: Vec<RuleColumn> = bound.iter().map(|_| empty_column()).collect();
        for (rule, part) in parts {
            if let Some(column) = columns.get_mut(rule) {
                append(column, part);
            }
        }
        Ok(RuleVerdicts { heads: self.heads(), columns })
    }
}

pub(crate) fn empty_column() -> RuleColumn {
    RuleColumn { missing_sets: vec![Vec::new()], ..RuleColumn::default() }
}

/// Answers one rule on a run of rows; the details are keyed by the row's place in the whole table.
fn answer(bound: &Bound<'_>, table: &FactsTable, rows: std::ops::Range<usize>, zone: &Zone) -> RuleColumn {
    let rule = bound.rule;
    let mut column = empty_column();
    let mut sets: BTreeMap<Vec<u16>, u16> = BTreeMap::new();
    let mut runner = rule.program().runner();
    for row in rows {
        let said = match bound.ended(table, row, zone, &mut runner) {
            Ended::Said(said) => said,
            Ended::KindMissing => {
                let set = named_set(&mut column, vec![OBJECT_KIND.to_owned()]);
                push(&mut column, RuleState::Unknown, 0.0, set);
                continue;
            }
        };
        match said {
            Said::NotFired => push(&mut column, RuleState::NotFired, 0.0, 0),
            Said::Fired(effect) => push_fired(&mut column, rule, row, *effect),
            Said::Unknown(places) => {
                let set = match sets.get(&places) {
                    Some(set) => *set,
                    None => {
                        let reads = rule.program().reads();
                        let names = places.iter().filter_map(|place| reads.get(usize::from(*place)).cloned());
                        let set = named_set(&mut column, names.collect());
                        *sets.entry(places).or_insert(set)
                    }
                };
                push(&mut column, RuleState::Unknown, 0.0, set);
            }
            Said::Failed(code, _) => {
                push(&mut column, RuleState::Unknown, 0.0, 0);
                let detail = RuleDetail { error: Some(code.to_owned()), ..RuleDetail::default() };
                add_detail(&mut column, row, detail);
            }
        }
    }
    column
}

/// Returns the place of a set of missing facts, adding it where it is new. Sets beyond what a place can count are
/// given as the empty set; a rule would need more than sixteen facts for that.
pub(crate) fn named_set(column: &mut RuleColumn, names: Vec<String>) -> u16 {
    let place = column.missing_sets.iter().position(|known| *known == names);
    let place = place.unwrap_or_else(|| {
        column.missing_sets.push(names);
        column.missing_sets.len() - 1
    });
    u16::try_from(place).unwrap_or(0)
}

pub(crate) fn push(column: &mut RuleColumn, state: RuleState, points: f64, missing: u16) {
    column.states.push(state);
    column.points.push(points);
    column.missing.push(missing);
}

fn push_fired(column: &mut RuleColumn, rule: &Rule, row: usize, effect: Effect) {
    push(column, RuleState::Fired, effect.points.unwrap_or(rule.head().points), 0);
    if effect.floor.is_some() || effect.severity.is_some() || effect.evidence.is_some() {
        let Effect { floor, severity, evidence, .. } = effect;
        add_detail(column, row, RuleDetail { floor, severity, evidence, error: None });
    }
}

pub(crate) fn add_detail(column: &mut RuleColumn, row: usize, detail: RuleDetail) {
    if let Ok(row) = u32::try_from(row) {
        column.details.insert(row, detail);
    }
}

/// Appends the answers of the next rows; sets are numbered by first use in the whole table.
fn append(column: &mut RuleColumn, part: RuleColumn) {
    let places: Vec<u16> = part.missing_sets.into_iter().map(|names| named_set(column, names)).collect();
    column.missing.extend(part.missing.iter().map(|set| places.get(usize::from(*set)).copied().unwrap_or(0)));
    column.states.extend(part.states);
    column.points.extend(part.points);
    column.details.extend(part.details);
}
