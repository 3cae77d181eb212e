//! The columns of one rule while they are filled: each task writes its own run of rows where it stays.

use dozor_domain::{RiskCategory, RowBits, SeverityEffect, VerdictColumn};
use dozor_script::BATCH_ROWS;

use crate::part::{RulePart, RuleSaid};
use crate::rule::Rule;

/// Rows of a task: enough batches to pay for its scratch, few enough to share the work evenly.
pub(crate) const TASK_ROWS: usize = 16 * BATCH_ROWS;
const TASK_WORDS: usize = TASK_ROWS / 64;

/// Holds one rule's answers on all rows, as [`VerdictColumn`] does.
#[derive(Debug)]
pub(crate) struct Sheet {
    fired: Vec<u64>,
    unknown: Vec<u64>,
    points: Option<Vec<f64>>,
    floors: Option<Vec<Option<RiskCategory>>>,
    severities: Option<Vec<u8>>,
}

impl Sheet {
    /// Makes room for what the rule's script may name; a script that only the interpreter reads may name anything.
    pub(crate) fn new(rule: &Rule, rows: usize) -> Self {
        let words = rows.div_ceil(64);
        let outcome = rule.program().ir().ok().map(dozor_script::Ir::outcome);
        let names = |part: fn(&dozor_script::Outcome) -> bool| outcome.as_ref().is_none_or(part);
        Self {
            fired: vec![0; words],
            unknown: vec![0; words],
            points: names(|end| end.points.is_some()).then(|| vec![0.0; rows]),
            floors: names(|end| end.floor.is_some()).then(|| vec![None; rows]),
            severities: names(|end| end.severity.is_some()).then(|| vec![0; rows]),
        }
    }

    /// Cuts the columns into the runs of rows that tasks answer.
    pub(crate) fn parts(&mut self) -> Vec<RulePart<'_>> {
        let words = self.fired.chunks_mut(TASK_WORDS).zip(self.unknown.chunks_mut(TASK_WORDS));
        let mut points = self.points.as_mut().map(|points| points.chunks_mut(TASK_ROWS));
        let mut floors = self.floors.as_mut().map(|floors| floors.chunks_mut(TASK_ROWS));
        let mut severities = self.severities.as_mut().map(|severities| severities.chunks_mut(TASK_ROWS));
        let part = |(fired, unknown)| RulePart {
            fired,
            unknown,
            points: points.as_mut().and_then(Iterator::next),
            floors: floors.as_mut().and_then(Iterator::next),
            severities: severities.as_mut().and_then(Iterator::next),
            said: RuleSaid::default(),
        };
        words.map(part).collect()
    }

    /// Puts together what the tasks said of each rule, task by task in the order of their rows.
    pub(crate) fn finish(sheets: Vec<Self>, said: Vec<Vec<RuleSaid>>) -> Vec<VerdictColumn> {
        let mut by_rule: Vec<Vec<RuleSaid>> = sheets.iter().map(|_| Vec::with_capacity(said.len())).collect();
        for task in said {
            by_rule.iter_mut().zip(task).for_each(|(rule, said)| rule.push(said));
        }
        sheets.into_iter().zip(by_rule).map(|(sheet, said)| sheet.column(said)).collect()
    }

    fn column(mut self, said: Vec<RuleSaid>) -> VerdictColumn {
        let mut effects: Vec<SeverityEffect> = Vec::new();
        let mut errors = Vec::new();
        for (task, said) in said.into_iter().enumerate() {
            errors.extend(said.errors);
            // Each task numbered the effects that it met: one number each for the whole column.
            let moved: Vec<u8> = said
                .effects
                .into_iter()
                .map(|effect| {
                    let known = effects.iter().position(|known| *known == effect);
                    let place = known.unwrap_or_else(|| {
                        effects.push(effect);
                        effects.len() - 1
                    });
                    u8::try_from(place + 1).unwrap_or(0)
                })
                .collect();
            if let Some(places) = self.severities.as_mut().and_then(|all| all.chunks_mut(TASK_ROWS).nth(task))
            {
                for place in places.iter_mut().filter(|place| **place > 0) {
                    *place = moved.get(usize::from(*place) - 1).copied().unwrap_or(0);
                }
            }
        }
        VerdictColumn {
            fired: RowBits::from_words(self.fired),
            unknown: RowBits::from_words(self.unknown),
            points: self.points,
            floors: self.floors,
            severities: self.severities,
            effects,
            errors: errors.into_iter().collect(),
        }
    }
}
