//! Asking all rules about all rows by kernels, over columns. A row on which a kernel stops (an error, a very long text)
//! is answered by the interpreter, and so is a rule that has no kernel. Tasks are runs of rows; their answers are put
//! together in the order of the rows, so the result does not depend on the number of threads.

use std::borrow::Cow;
use std::collections::BTreeMap;

use dozor_domain::{VerdictColumns, Zone};
use dozor_facts::FactsTable;
use dozor_script::{BATCH_ROWS, Column, KernelRunner};
use rayon::prelude::*;

use crate::compiled::Compiled;
use crate::error::RulesError;
use crate::part::Part;
use crate::row::Bound;
use crate::ruleset::RuleSet;
use crate::sheet::{Sheet, TASK_ROWS};

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
        let rows = table.len();
        let mut sheets: Vec<Sheet> = self.rules.iter().map(|rule| Sheet::new(rule, rows)).collect();
        let mut totals: Vec<Vec<f64>> = asking.counting.iter().map(|_| vec![0.0; rows]).collect();
        let mut parts = parts(&mut sheets, &mut totals, rows);
        parts.par_iter_mut().for_each_init(
            || compiled.kernels.runner(&columns),
            |runner, part| answer(&asking, runner, part),
        );
        let said = parts.into_iter().map(Part::said).collect();
        let columns = Sheet::finish(sheets, said);
        let kinds = asking.counting.iter().map(|(kind, _)| kind.clone());
        Ok(VerdictColumns { rows, heads: self.heads(), columns, totals: kinds.zip(totals).collect() })
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
}

/// Cuts columns and sums into the runs of rows that tasks answer.
fn parts<'a>(sheets: &'a mut [Sheet], totals: &'a mut [Vec<f64>], rows: usize) -> Vec<Part<'a>> {
    let mut rules: Vec<_> = sheets.iter_mut().map(|sheet| sheet.parts().into_iter()).collect();
    let mut totals: Vec<_> = totals.iter_mut().map(|total| total.chunks_mut(TASK_ROWS)).collect();
    let starts = (0..rows).step_by(TASK_ROWS);
    let part = |start| Part {
        start,
        rows: TASK_ROWS.min(rows - start),
        rules: rules.iter_mut().filter_map(Iterator::next).collect(),
        totals: totals.iter_mut().filter_map(Iterator::next).collect(),
    };
    starts.map(part).collect()
}

/// Answers a run of rows.
fn answer(asking: &Asking<'_>, runner: &mut KernelRunner<'_>, part: &mut Part<'_>) {
    part.clear();
    for first in (0..part.rows).step_by(BATCH_ROWS) {
        runner.run(part.start + first, BATCH_ROWS.min(part.rows - first));
        part.add_batch(asking, runner, first);
    }
}
