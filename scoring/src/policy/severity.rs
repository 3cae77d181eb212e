//! The severity group that the policy's own expressions give each row, as a column: by kernels, where the expressions
//! have a typed form; the interpreter answers the rest, and the rows on which a kernel stops.

use dozor_facts::FactsTable;
use dozor_script::{Answer, Answered, Asked, BATCH_ROWS, Column, KernelRunner, Kernels, Runner};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::text::{Policy, SeverityExpression};
use crate::ScoringError;

/// Rows of one task: enough batches to pay for its scratch.
const TASK_ROWS: usize = 8 * BATCH_ROWS;
/// Stands for «no expression held yet»; a policy has a handful of groups.
const NO_GROUP: u8 = u8::MAX;

/// Holds what the policy itself reads of each row's facts: the severity group by its expressions, and under
/// `scorecard_matrix` the points on the card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeverityColumn {
    groups: Vec<u8>,
    card: Option<Vec<i64>>,
}

impl SeverityColumn {
    /// Returns the place of a row's group; 0 is the highest.
    pub(crate) fn group(&self, row: usize) -> usize {
        self.groups.get(row).map_or(0, |group| usize::from(*group))
    }
    /// Tells whether points on a card were read.
    pub(crate) fn has_card(&self) -> bool {
        self.card.is_some()
    }
    /// Returns a row's points on the card; none under another role.
    pub(crate) fn card(&self, row: usize) -> Option<i64> {
        self.card.as_ref().and_then(|all| all.get(row)).copied()
    }
    /// Returns the number of rows.
    pub(crate) fn len(&self) -> usize {
        self.groups.len()
    }
}

/// Is a severity expression with the columns that it reads, and its place among the kernels' scripts.
struct Question<'a> {
    expression: &'a SeverityExpression,
    group: u8,
    columns: Vec<usize>,
    script: Option<usize>,
}

impl Question<'_> {
    /// Asks the interpreter about one row.
    fn holds(&self, runner: &mut Runner<'_>, facts: &FactsTable, row: usize) -> bool {
        is_true(&runner.run(&facts.row(row, &self.columns)))
    }
}

/// Tells whether an expression holds; kernels see no difference between `true` and a map that says so.
pub(super) fn is_true(answer: &Answer) -> bool {
    match answer {
        Answer::Value(Answered::Boolean(holds)) => *holds,
        Answer::Value(Answered::Map(result)) => result.fired,
        Answer::Value(Answered::Integer(_) | Answered::Float(_) | Answered::Text(_))
        | Answer::Unknown { .. }
        | Answer::Failed { .. } => false,
    }
}

impl Policy {
    /// Returns the facts that the severity expressions read, some of them more than once.
    pub fn severity_facts(&self) -> impl Iterator<Item = &str> {
        self.severity.iter().flat_map(|expression| expression.program.reads()).map(String::as_str)
    }

    /// Returns what the policy itself reads of each row: the severity group by its expressions, the card's points.
    ///
    /// # Errors
    /// [`ScoringError::FactUnknown`] when the table lacks a fact that an expression or the card reads.
    pub fn severity_column(&self, facts: &FactsTable) -> Result<SeverityColumn, ScoringError> {
        let (kernels, columns) = self.severity_kernels(facts);
        let questions = self.questions(facts, kernels.is_some())?;
        let default = u8::try_from(self.tables.severity.len().saturating_sub(1)).unwrap_or(NO_GROUP);
        let mut groups = vec![NO_GROUP; facts.len()];
        groups.par_chunks_mut(TASK_ROWS).enumerate().for_each_init(
            || kernels.as_ref().map(|kernels| kernels.runner(&columns)),
            |runner, (task, groups)| {
                for (batch, groups) in groups.chunks_mut(BATCH_ROWS).enumerate() {
                    let start = task * TASK_ROWS + batch * BATCH_ROWS;
                    answer(&questions, runner.as_mut(), (facts, start), groups);
                    groups.iter_mut().filter(|group| **group == NO_GROUP).for_each(|group| *group = default);
                }
            },
        );
        Ok(SeverityColumn { groups, card: self.card_points(facts)? })
    }

    /// Compiles the expressions together; none where the table holds a fact in another type than they were written for.
    fn severity_kernels<'a>(&self, facts: &'a FactsTable) -> (Option<Kernels>, Vec<Column<'a>>) {
        let irs = self.severity.iter().filter_map(|expression| expression.program.ir().ok());
        let kernels = Kernels::new(&irs.map(|ir| Asked { ir, only: None }).collect::<Vec<_>>());
        let mut columns = Vec::new();
        for (place, fact) in kernels.facts().enumerate() {
            let column = facts.column(fact).and_then(|column| facts.script_column(column));
            match column.filter(|column| kernels.accepts(place, column)) {
                Some(column) => columns.push(column),
                None => return (None, Vec::new()),
            }
        }
        (Some(kernels), columns)
    }

    fn questions<'a>(
        &'a self,
        facts: &FactsTable,
        has_kernels: bool,
    ) -> Result<Vec<Question<'a>>, ScoringError> {
        let column = |fact: &String| {
            facts.column(fact).ok_or_else(|| ScoringError::FactUnknown { fact: fact.clone() })
        };
        let mut scripts = 0;
        let question = |expression: &'a SeverityExpression| {
            let SeverityExpression { group, program, .. } = expression;
            let is_compiled = has_kernels && program.ir().is_ok();
            let script = is_compiled.then_some(scripts);
            scripts += usize::from(is_compiled);
            let columns = program.reads().iter().map(column).collect::<Result<_, _>>()?;
            let group = u8::try_from(*group).unwrap_or(NO_GROUP);
            Ok(Question { expression, group, columns, script })
        };
        self.severity.iter().map(question).collect()
    }
}

/// Answers a batch: the first expression that holds gives the group.
fn answer(
    questions: &[Question<'_>],
    mut runner: Option<&mut KernelRunner<'_>>,
    (facts, start): (&FactsTable, usize),
    groups: &mut [u8],
) {
    if let Some(runner) = &mut runner {
        runner.run(start, groups.len());
    }
    for question in questions {
        let mut interpreter = question.expression.program.runner();
        let ends = question.script.zip(runner.as_ref()).map(|(script, runner)| runner.ends(script));
        for (at, group) in groups.iter_mut().enumerate().filter(|(_, group)| **group == NO_GROUP) {
            let holds = match &ends {
                Some(ends) if !dozor_script::is_set(&ends.ask, at) => dozor_script::is_set(&ends.fired, at),
                Some(_) | None => question.holds(&mut interpreter, facts, start + at),
            };
            if holds {
                *group = question.group;
            }
        }
    }
}
