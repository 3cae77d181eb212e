//! Asking all rules about all rows by kernels, over columns. A row on which a kernel stops (an error, a very long text)
//! is answered by the interpreter, and so is a rule that has no kernel. Tasks are runs of rows; their answers are put
//! together in the order of the rows, so the result does not depend on the number of threads.

use std::borrow::Cow;
use std::collections::BTreeMap;

use dozor_domain::{RowBits, VerdictColumn, VerdictColumns, Zone};
use dozor_facts::FactsTable;
use dozor_script::{BATCH_ROWS, Column, KernelRunner};
use rayon::prelude::*;

use crate::compiled::Compiled;
use crate::error::RulesError;
use crate::part::{Part, RulePart};
use crate::row::Bound;
use crate::ruleset::RuleSet;

/// Rows of a task: enough batches to pay for its scratch, few enough to share the work evenly.
const TASK_ROWS: usize = 16 * BATCH_ROWS;

/// Is all that the tasks share.
pub(crate) struct Asking<'a> {
    pub(crate) table: &'a FactsTable,
    pub(crate) zone: &'a Zone,
    pub(crate) bound: Vec<Bound<'a>>,
    pub(crate) scripts: &'a [Option<usize>],
    /// Counting rules of each control kind.
    pub(crate) counting: Vec<(String, Vec<usize>)>,
}

impl RuleSet {
    /// Asks every rule about every row, without a heap object per row: bits, points and sums per control kind.
    ///
    /// # Errors
    /// [`RulesError::ColumnMissing`] when the table was made by a catalogue without a fact that a rule reads.
    pub fn evaluate_columns(&self, table: &FactsTable) -> Result<VerdictColumns, RulesError> {
        let bound = self.rules.iter().map(|rule| Bound::new(rule, table)).collect::<Result<Vec<_>, _>>()?;
        let (compiled, columns) = self.fitting(table);
        let asking =
            Asking { table, zone: &self.zone, bound, scripts: &compiled.scripts, counting: self.counting() };
        let starts: Vec<usize> = (0..table.len()).step_by(TASK_ROWS).collect();
        let parts: Vec<Part> = starts
            .into_par_iter()
            .map_init(
                || compiled.kernels.runner(&columns),
                |runner, start| part(&asking, runner, start, TASK_ROWS.min(table.len() - start)),
            )
            .collect();
        Ok(self.joined(table.len(), parts, &asking.counting))
    }

    /// Returns the kernels whose facts the table holds in the types that they need. A table of another catalogue may
    /// hold a fact in another type: rules that read it are interpreted.
    fn fitting<'a>(&'a self, table: &'a FactsTable) -> (Cow<'a, Compiled>, Vec<Column<'a>>) {
        match self.compiled.columns(table) {
            Ok(columns) => (Cow::Borrowed(&self.compiled), columns),
            Err(unfit) => {
                let reads = |facts: &[String]| facts.iter().any(|fact| unfit.contains(fact));
                let compiled = Compiled::new(&self.rules, |rule| {
                    !reads(rule.program().reads()) && rule.head().object_kinds.is_empty()
                });
                let columns = compiled.columns(table).unwrap_or_default();
                (Cow::Owned(compiled), columns)
            }
        }
    }

    fn counting(&self) -> Vec<(String, Vec<usize>)> {
        let mut counting: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, rule) in self.rules.iter().enumerate() {
            let head = rule.head();
            for kind in head.control_kinds.iter().filter(|_| head.counts_in_category()) {
                counting.entry(kind.clone()).or_default().push(place);
            }
        }
        counting.into_iter().collect()
    }

    fn joined(&self, rows: usize, parts: Vec<Part>, counting: &[(String, Vec<usize>)]) -> VerdictColumns {
        let mut rules: Vec<Vec<RulePart>> =
            self.rules.iter().map(|_| Vec::with_capacity(parts.len())).collect();
        let mut totals: Vec<Vec<f64>> = counting.iter().map(|_| Vec::with_capacity(rows)).collect();
        for part in parts {
            rules.iter_mut().zip(part.rules).for_each(|(rule, part)| rule.push(part));
            totals.iter_mut().zip(&part.totals).for_each(|(total, part)| total.extend(part));
        }
        let columns = rules.into_par_iter().map(|parts| column(parts, rows)).collect();
        let kinds = counting.iter().map(|(kind, _)| kind.clone());
        VerdictColumns { rows, heads: self.heads(), columns, totals: kinds.zip(totals).collect() }
    }
}

/// Answers a run of rows.
fn part(asking: &Asking<'_>, runner: &mut KernelRunner<'_>, start: usize, rows: usize) -> Part {
    let mut part = Part::new(asking, rows);
    for first in (0..rows).step_by(BATCH_ROWS) {
        runner.run(start + first, BATCH_ROWS.min(rows - first));
        part.add_batch(asking, runner, start, first);
    }
    part
}

/// Puts the parts of one rule together.
fn column(parts: Vec<RulePart>, rows: usize) -> VerdictColumn {
    let mut column = VerdictColumn::default();
    let words = rows.div_ceil(64);
    let (mut fired, mut unknown) = (Vec::with_capacity(words), Vec::with_capacity(words));
    for part in parts {
        fired.extend(part.fired);
        unknown.extend(part.unknown);
        column.errors.extend(part.errors);
        if let Some(points) = part.points {
            column.points.get_or_insert_with(|| Vec::with_capacity(rows)).extend(points);
        }
        if let Some(floors) = part.floors {
            column.floors.get_or_insert_with(|| Vec::with_capacity(rows)).extend(floors);
        }
        if let Some((places, effects)) = part.severities {
            let moved: Vec<u8> = effects
                .into_iter()
                .map(|effect| {
                    let known = column.effects.iter().position(|known| *known == effect);
                    let place = known.unwrap_or_else(|| {
                        column.effects.push(effect);
                        column.effects.len() - 1
                    });
                    u8::try_from(place + 1).unwrap_or(0)
                })
                .collect();
            let all = column.severities.get_or_insert_with(|| Vec::with_capacity(rows));
            let place = |named: u8| match named {
                0 => 0,
                named => moved.get(usize::from(named) - 1).copied().unwrap_or(0),
            };
            all.extend(places.into_iter().map(place));
        }
    }
    fired.truncate(words);
    unknown.truncate(words);
    column.fired = RowBits::from_words(fired);
    column.unknown = RowBits::from_words(unknown);
    column
}
