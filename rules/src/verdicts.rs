//! From columns to the form for explanation: a state a row, the names of missing facts, the evidence of fired rules.

use std::collections::HashMap;

use dozor_domain::{RuleColumn, RuleDetail, RuleState, RuleVerdicts, VerdictColumn, VerdictColumns};
use dozor_facts::FactsTable;
use rayon::prelude::*;

use crate::error::RulesError;
use crate::evaluate::{add_detail, empty_column, named_set, push};
use crate::row::{Bound, Ended};
use crate::rule::Said;
use crate::ruleset::RuleSet;

impl RuleSet {
    /// Asks every rule about every row. A rule that is not about the row's kind of object, or does not hold on the
    /// row's day, is not fired there.
    ///
    /// # Errors
    /// [`RulesError::ColumnMissing`] when the table was made by a catalogue without a fact that a rule reads.
    pub fn evaluate(&self, table: &FactsTable) -> Result<RuleVerdicts, RulesError> {
        let columns = self.evaluate_columns(table)?;
        let bound = self.rules.iter().map(|rule| Bound::new(rule, table)).collect::<Result<Vec<_>, _>>()?;
        let explained = bound
            .par_iter()
            .enumerate()
            .map(|(place, bound)| self.explained(bound, (place, &columns), table))
            .collect();
        Ok(RuleVerdicts { heads: columns.heads, columns: explained })
    }

    /// Returns the facts that an unknown rule missed in a row, as the interpreter lists them; empty where it failed.
    ///
    /// # Errors
    /// [`RulesError::ColumnMissing`], as [`evaluate`](Self::evaluate).
    pub fn missing_facts(
        &self,
        table: &FactsTable,
        columns: &VerdictColumns,
        (rule, row): (usize, usize),
    ) -> Result<Vec<String>, RulesError> {
        let failed =
            |column: &VerdictColumn| u32::try_from(row).is_ok_and(|row| column.errors.contains_key(&row));
        match (self.rules.get(rule), columns.columns.get(rule)) {
            (Some(of), Some(column)) if columns.state(rule, row) == RuleState::Unknown && !failed(column) => {
                Ok(Bound::new(of, table)?.missing(table, row))
            }
            _ => Ok(Vec::new()),
        }
    }

    fn explained(
        &self,
        bound: &Bound<'_>,
        (place, columns): (usize, &VerdictColumns),
        table: &FactsTable,
    ) -> RuleColumn {
        let mut explained = empty_column();
        let Some(column) = columns.columns.get(place) else { return explained };
        // Evidence is a text for people: the interpreter writes it, where the rule fired.
        let has_evidence = bound.rule.program().ir().ok().is_none_or(|ir| ir.outcome().evidence.is_some());
        let mut runner = bound.rule.program().runner();
        // Few sets of missing facts stand behind many rows: names are written once a set.
        let mut sets: HashMap<u64, u16> = HashMap::new();
        for row in 0..columns.rows {
            let state = columns.state(place, row);
            let mut missing = 0;
            match state {
                RuleState::NotFired => {}
                RuleState::Unknown => match u32::try_from(row).ok().and_then(|row| column.errors.get(&row)) {
                    Some(code) => {
                        let detail = RuleDetail { error: Some(code.clone()), ..RuleDetail::default() };
                        add_detail(&mut explained, row, detail);
                    }
                    None => {
                        let mut named = || named_set(&mut explained, bound.missing(table, row));
                        missing = match bound.missing_bits(table, row) {
                            Some(bits) => *sets.entry(bits).or_insert_with(named),
                            None => named(),
                        };
                    }
                },
                RuleState::Fired => {
                    let mut detail = named(column, row);
                    if has_evidence
                        && let Ended::Said(Said::Fired(effect)) =
                            bound.ended(table, row, &self.zone, &mut runner)
                    {
                        detail.evidence = effect.evidence;
                    }
                    if detail != RuleDetail::default() {
                        add_detail(&mut explained, row, detail);
                    }
                }
            }
            push(&mut explained, state, columns.points(place, row), missing);
        }
        explained
    }
}

/// Returns the floor and the severity effect that the script itself named in a row.
fn named(column: &VerdictColumn, row: usize) -> RuleDetail {
    let floor = column.floors.as_ref().and_then(|floors| *floors.get(row)?);
    let place = column.severities.as_ref().and_then(|places| usize::from(*places.get(row)?).checked_sub(1));
    let severity = place.and_then(|place| column.effects.get(place).cloned());
    RuleDetail { floor, severity, ..RuleDetail::default() }
}
