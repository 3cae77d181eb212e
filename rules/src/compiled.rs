//! The rules of a set as kernels: which of them are vectorised, and why the others are not.

use dozor_facts::FactsTable;
use dozor_script::{Asked, Column, Kernels};
use serde::Serialize;

use crate::cases::OBJECT_KIND;
use crate::rule::Rule;

/// Is a rule that runs in the interpreter, object by object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InterpretedRule {
    /// Rule id.
    pub rule: String,
    /// Line of the script, from 1.
    pub line: usize,
    /// What has no form in columns.
    pub reason: String,
}

/// Holds the kernels of a set of rules.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) kernels: Kernels,
    /// Place of each rule among the kernels' scripts; none = it is interpreted.
    pub(crate) scripts: Vec<Option<usize>>,
}

impl Compiled {
    /// Compiles the rules for which `may` holds and whose scripts have a typed form.
    pub(crate) fn new(rules: &[Rule], may: impl Fn(&Rule) -> bool) -> Self {
        let mut asked = Vec::new();
        let mut scripts = Vec::with_capacity(rules.len());
        for rule in rules {
            let kinds = &rule.head().object_kinds;
            scripts.push(match rule.program().ir() {
                Ok(ir) if may(rule) => {
                    let only = (!kinds.is_empty()).then_some((OBJECT_KIND, kinds.as_slice()));
                    asked.push(Asked { ir, only });
                    Some(asked.len() - 1)
                }
                Ok(_) | Err(_) => None,
            });
        }
        Self { kernels: Kernels::new(&asked), scripts }
    }

    /// Finds the columns of the kernels' facts in a table; else the facts that it has not, or of another type.
    pub(crate) fn columns<'a>(&self, table: &'a FactsTable) -> Result<Vec<Column<'a>>, Vec<String>> {
        let mut unfit = Vec::new();
        let mut columns = Vec::new();
        for (place, fact) in self.kernels.facts().enumerate() {
            let column = table.column(fact).and_then(|column| table.script_column(column));
            match column.filter(|column| self.kernels.accepts(place, column)) {
                Some(column) => columns.push(column),
                None => unfit.push(fact.to_owned()),
            }
        }
        if unfit.is_empty() { Ok(columns) } else { Err(unfit) }
    }
}

/// Lists the rules that run in the interpreter.
pub(crate) fn interpreted(rules: &[Rule]) -> Vec<InterpretedRule> {
    let reasons = rules.iter().filter_map(|rule| Some((rule, rule.program().ir().err()?)));
    let listed = reasons.map(|(rule, why)| InterpretedRule {
        rule: rule.head().id.clone(),
        line: why.line,
        reason: why.reason.clone(),
    });
    listed.collect()
}
