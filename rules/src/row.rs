//! One rule on one row: whether it is asked there, and what its script says when the interpreter runs it.

use dozor_domain::Zone;
use dozor_facts::FactsTable;
use dozor_script::{Cell, Runner};

use crate::cases::OBJECT_KIND;
use crate::error::RulesError;
use crate::rule::{Rule, Said};

/// The bit of the kind of object among the facts that an answer missed.
const KIND_BIT: u32 = 63;

/// Is a rule with the table's columns for its reads.
pub(crate) struct Bound<'a> {
    pub(crate) rule: &'a Rule,
    columns: Vec<usize>,
    kind_column: Option<usize>,
}

/// Is how a rule ended on one row.
pub(crate) enum Ended {
    Said(Said),
    /// The kind of object is missing: nobody can say whether the rule is about it.
    KindMissing,
}

impl<'a> Bound<'a> {
    /// Finds the columns of a rule's facts.
    pub(crate) fn new(rule: &'a Rule, table: &FactsTable) -> Result<Self, RulesError> {
        let find = |fact: &str| {
            table.column(fact).ok_or_else(|| RulesError::ColumnMissing {
                rule: rule.head().id.clone(),
                fact: fact.to_owned(),
            })
        };
        let columns = rule.program().reads().iter().map(|fact| find(fact)).collect::<Result<_, _>>()?;
        let kind_column = if rule.head().object_kinds.is_empty() { None } else { Some(find(OBJECT_KIND)?) };
        Ok(Self { rule, columns, kind_column })
    }

    /// Asks the rule about one row.
    pub(crate) fn ended(
        &self,
        table: &FactsTable,
        row: usize,
        zone: &Zone,
        runner: &mut Runner<'_>,
    ) -> Ended {
        if !is_effective(self.rule, table, row, zone) {
            return Ended::Said(Said::NotFired);
        }
        match self.kind_column.map(|column| table.cell(row, column)) {
            Some(Cell::Text(kind)) if !self.rule.head().is_about(kind) => return Ended::Said(Said::NotFired),
            None | Some(Cell::Text(_)) => {}
            Some(_) => return Ended::KindMissing,
        }
        Ended::Said(self.rule.said(runner.run(&table.row(row, &self.columns))))
    }

    /// Returns one bit for each fact that an unknown answer missed in a row; none where there are more than bits.
    pub(crate) fn missing_bits(&self, table: &FactsTable, row: usize) -> Option<u64> {
        if self.columns.len() >= KIND_BIT as usize {
            return None;
        }
        if self.kind_column.is_some_and(|column| table.cell(row, column) == Cell::Missing) {
            return Some(1 << KIND_BIT);
        }
        let reads = self.rule.program().must_be_known().iter().zip(&self.columns).enumerate();
        let missing = reads.filter(|(_, (must, column))| **must && is_missing(table.cell(row, **column)));
        Some(missing.fold(0, |bits, (at, _)| bits | 1 << at))
    }

    /// Returns the facts that an unknown answer missed in a row, as the interpreter lists them.
    pub(crate) fn missing(&self, table: &FactsTable, row: usize) -> Vec<String> {
        if self.kind_column.is_some_and(|column| table.cell(row, column) == Cell::Missing) {
            return vec![OBJECT_KIND.to_owned()];
        }
        let program = self.rule.program();
        let reads = program.reads().iter().zip(program.must_be_known()).zip(&self.columns);
        reads
            .filter(|((_, must_be_known), column)| **must_be_known && is_missing(table.cell(row, **column)))
            .map(|((name, _), _)| name.clone())
            .collect()
    }
}

/// A decimal number that is not finite counts as missing, as in the interpreter.
fn is_missing(cell: Cell<'_>) -> bool {
    match cell {
        Cell::Missing => true,
        Cell::Float(number) => !number.is_finite(),
        Cell::Boolean(_) | Cell::Integer(_) | Cell::Text(_) | Cell::Codes(_) | Cell::JoinedCodes(_) => false,
    }
}

/// Tells whether the rule holds on the row's local day.
pub(crate) fn is_effective(rule: &Rule, table: &FactsTable, row: usize, zone: &Zone) -> bool {
    let is_dated = rule.effective_from().is_some() || rule.effective_to().is_some();
    !is_dated || zone.day_of(table.as_of(row)).is_some_and(|day| rule.is_effective_on(day))
}
