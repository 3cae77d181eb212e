//! Asking all rules about all rows of a facts table: in parallel, with the same result on any number of threads.

use std::collections::BTreeMap;

use dozor_domain::{RuleColumn, RuleDetail, RuleState, RuleVerdicts, Zone};
use dozor_facts::FactsTable;
use dozor_script::Cell;
use rayon::prelude::*;

use crate::cases::OBJECT_KIND;
use crate::error::RulesError;
use crate::rule::{Effect, Rule, Said};
use crate::ruleset::RuleSet;

/// Rows that one task answers: enough to pay for its runner, few enough to share work evenly.
const CHUNK_ROWS: usize = 2048;

/// Is a rule with the table's columns for its reads.
struct Bound<'a> {
    rule: &'a Rule,
    columns: Vec<usize>,
    kind_column: Option<usize>,
}

impl RuleSet {
    /// Asks every rule about every row. A rule that is not about the row's kind of object, or does not hold on the
    /// row's day, is not fired there.
    ///
    /// # Errors
    /// [`RulesError::ColumnMissing`] when the table was made by a catalogue without a fact that a rule reads.
    pub fn evaluate(&self, table: &FactsTable) -> Result<RuleVerdicts, RulesError> {
        let bound = self.rules.iter().map(|rule| bind(rule, table)).collect::<Result<Vec<_>, _>>()?;
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

fn bind<'a>(rule: &'a Rule, table: &FactsTable) -> Result<Bound<'a>, RulesError> {
    let find = |fact: &str| {
        table
            .column(fact)
            .ok_or_else(|| RulesError::ColumnMissing { rule: rule.head().id.clone(), fact: fact.to_owned() })
    };
    let columns = rule.program().reads().iter().map(|fact| find(fact)).collect::<Result<_, _>>()?;
    let kind_column = if rule.head().object_kinds.is_empty() { None } else { Some(find(OBJECT_KIND)?) };
    Ok(Bound { rule, columns, kind_column })
}

fn empty_column() -> RuleColumn {
    RuleColumn { missing_sets: vec![Vec::new()], ..RuleColumn::default() }
}

/// Answers one rule on a run of rows; the details are keyed by the row's place in the whole table.
fn answer(bound: &Bound<'_>, table: &FactsTable, rows: std::ops::Range<usize>, zone: &Zone) -> RuleColumn {
    let rule = bound.rule;
    let mut column = empty_column();
    let mut sets: BTreeMap<Vec<u16>, u16> = BTreeMap::new();
    let mut runner = rule.program().runner();
    for row in rows {
        let said = match applicability(bound, table, row, zone) {
            Applicability::No => Said::NotFired,
            Applicability::Yes => rule.said(runner.run(&table.row(row, &bound.columns))),
            Applicability::KindMissing => {
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
                add_detail(
                    &mut column,
                    row,
                    RuleDetail { error: Some(code.to_owned()), ..RuleDetail::default() },
                );
            }
        }
    }
    column
}

enum Applicability {
    Yes,
    No,
    KindMissing,
}

fn applicability(bound: &Bound<'_>, table: &FactsTable, row: usize, zone: &Zone) -> Applicability {
    let rule = bound.rule;
    let is_dated = rule.effective_from().is_some() || rule.effective_to().is_some();
    if is_dated && !zone.day_of(table.as_of(row)).is_some_and(|day| rule.is_effective_on(day)) {
        return Applicability::No;
    }
    match bound.kind_column.map(|column| table.cell(row, column)) {
        None => Applicability::Yes,
        Some(Cell::Text(kind)) if rule.head().is_about(kind) => Applicability::Yes,
        Some(Cell::Text(_)) => Applicability::No,
        Some(_) => Applicability::KindMissing,
    }
}

/// Returns the place of a set of missing facts, adding it where it is new. Sets beyond what a place can count are
/// given as the empty set; a rule would need more than sixteen facts for that.
fn named_set(column: &mut RuleColumn, names: Vec<String>) -> u16 {
    let place = column.missing_sets.iter().position(|known| *known == names);
    let place = place.unwrap_or_else(|| {
        column.missing_sets.push(names);
        column.missing_sets.len() - 1
    });
    u16::try_from(place).unwrap_or(0)
}

fn push(column: &mut RuleColumn, state: RuleState, points: f64, missing: u16) {
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

fn add_detail(column: &mut RuleColumn, row: usize, detail: RuleDetail) {
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
