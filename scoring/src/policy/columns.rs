//! Categories of a whole portfolio as columns, without reasons: the same arithmetic as an assessment, for questions
//! that are asked of all objects at once and answered while somebody waits.

use dozor_domain::{
    Probability, RiskCategory, RuleHead, RuleKind, SeverityEffect, VerdictColumn, VerdictColumns,
};
use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};

use super::arithmetic::{Tables, raise};
use super::severity::SeverityColumn;
use super::text::Policy;
use crate::ScoringError;

/// Rows of one turn of a thread: its working columns stay in the nearest cache.
const CHUNK_ROWS: usize = 2048;
/// Answers come as one bit a row, this many to a word.
const WORD_ROWS: usize = 64;

/// Holds a code per row: kinds of objects, territories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeColumn {
    codes: Vec<String>,
    of: Vec<u16>,
}

impl CodeColumn {
    /// Reads a code for each row. Codes beyond 65,535 different ones share the last; no pack has so many.
    pub fn new<'a>(rows: impl Iterator<Item = &'a str>) -> Self {
        let mut known: std::collections::HashMap<&'a str, u16> = std::collections::HashMap::new();
        let mut column = Self::default();
        for code in rows {
            let place = *known.entry(code).or_insert_with(|| {
                column.codes.push(code.to_owned());
                u16::try_from(column.codes.len() - 1).unwrap_or(u16::MAX)
            });
            column.of.push(place);
        }
        column
    }
    /// Returns the codes by place.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }
    /// Returns the place of each row's code.
    pub fn places(&self) -> &[u16] {
        &self.of
    }
    /// Returns the code of a row.
    pub fn code(&self, row: usize) -> &str {
        self.of.get(row).and_then(|place| self.codes.get(usize::from(*place))).map_or("", String::as_str)
    }
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.of.len()
    }
    /// Tells whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }
}

/// Holds the answers of all rules of a methodology, borrowed from wherever each was computed.
#[derive(Clone, Debug, Default)]
pub struct Answers<'a> {
    rows: usize,
    rules: Vec<(&'a RuleHead, &'a VerdictColumn)>,
}

impl<'a> From<&'a VerdictColumns> for Answers<'a> {
    fn from(verdicts: &'a VerdictColumns) -> Self {
        Self { rows: verdicts.rows, rules: verdicts.heads.iter().zip(&verdicts.columns).collect() }
    }
}

impl<'a> Answers<'a> {
    /// Puts answers about the same rows that were computed apart together, sorted by id; a later one of the same id
    /// replaces an earlier.
    pub fn of(rows: usize, rules: impl Iterator<Item = (&'a RuleHead, &'a VerdictColumn)>) -> Self {
        let sorted: std::collections::BTreeMap<&str, _> =
            rules.map(|(head, column)| (head.id.as_str(), (head, column))).collect();
        Self { rows, rules: sorted.into_values().collect() }
    }
    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }
    /// Returns head and column of each rule, sorted by id.
    pub fn rules(&self) -> &[(&'a RuleHead, &'a VerdictColumn)] {
        &self.rules
    }
    /// Returns one rule.
    pub fn rule(&self, id: &str) -> Option<(&'a RuleHead, &'a VerdictColumn)> {
        let at = self.rules.binary_search_by(|(head, _)| head.id.as_str().cmp(id)).ok()?;
        self.rules.get(at).copied()
    }
}

/// Holds what every row has under one control kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CategoryColumn {
    /// Code of the control kind.
    pub control_kind: String,
    /// The category; none where the object is not under this control.
    pub category: Vec<Option<RiskCategory>>,
    /// What the rules alone give; none likewise.
    pub rule_category: Vec<Option<RiskCategory>>,
    /// Sum of points of criteria and good faith.
    pub points: Vec<f64>,
    /// Order of work inside a category.
    pub score: Vec<f64>,
}

impl Policy {
    /// Returns a column of categories for each control kind, in the pack's order. Rules alone where `probabilities`
    /// is none.
    ///
    /// # Errors
    /// [`ScoringError::Shape`] when a column has another number of rows than `kinds`; [`ScoringError::CardMissing`]
    /// where the role reads a card and `severity` was read by a policy without one.
    pub fn categorise(
        &self,
        answers: &Answers<'_>,
        severity: &SeverityColumn,
        probabilities: Option<&[Probability]>,
        kinds: &CodeColumn,
    ) -> Result<Vec<CategoryColumn>, ScoringError> {
        let rows = kinds.len();
        let same = |what, found: usize| {
            if found == rows { Ok(()) } else { Err(ScoringError::Shape { what, found, expected: rows }) }
        };
        same("severity groups", severity.len())?;
        if self.tables.card_bounds.is_some() && !severity.has_card() {
            return Err(ScoringError::CardMissing);
        }
        same("probabilities", probabilities.map_or(rows, <[Probability]>::len))?;
        same("answers of the rules", answers.rows())?;
        let columns = self.control_kinds.iter().map(|control| {
            let of_control =
                |head: &RuleHead| head.control_kinds.is_empty() || head.control_kinds.contains(&control.code);
            let rules: Vec<_> =
                answers.rules().iter().copied().filter(|(head, _)| of_control(head)).collect();
            let under: Vec<bool> =
                kinds.codes().iter().map(|code| control.object_kinds.contains(code)).collect();
            let question = Portfolio { policy: self, rules, under, severity, probabilities, kinds };
            question.column(&control.code)
        });
        Ok(columns.collect())
    }
}

/// Is everything that the categories under one control kind follow from.
struct Portfolio<'a> {
    policy: &'a Policy,
    rules: Vec<(&'a RuleHead, &'a VerdictColumn)>,
    under: Vec<bool>,
    severity: &'a SeverityColumn,
    probabilities: Option<&'a [Probability]>,
    kinds: &'a CodeColumn,
}

/// Holds the part of a chunk that is worked on.
struct Working {
    at_least: Vec<u8>,
    lift: Vec<u8>,
    floor: Vec<Option<RiskCategory>>,
    ordering: Vec<f64>,
    priority: Vec<f64>,
}

impl Portfolio<'_> {
    fn column(&self, control_kind: &str) -> CategoryColumn {
        let rows = self.kinds.len();
        let mut found = CategoryColumn {
            control_kind: control_kind.to_owned(),
            category: vec![None; rows],
            rule_category: vec![None; rows],
            points: vec![0.0; rows],
            score: vec![0.0; rows],
        };
        let mut chunks: Vec<Chunk<'_>> = found
            .category
            .chunks_mut(CHUNK_ROWS)
            .zip(found.rule_category.chunks_mut(CHUNK_ROWS))
            .zip(found.points.chunks_mut(CHUNK_ROWS).zip(found.score.chunks_mut(CHUNK_ROWS)))
            .zip((0..).step_by(CHUNK_ROWS))
            .map(|(((category, rule_category), (points, score)), start)| Chunk {
                start,
                category,
                rule_category,
                points,
                score,
            })
            .collect();
        chunks.par_iter_mut().for_each(|chunk| self.fill(chunk));
        drop(chunks);
        found
    }

    fn fill(&self, chunk: &mut Chunk<'_>) {
        let range = chunk.start..chunk.start + chunk.points.len();
        let len = range.len();
        let mut working = Working {
            at_least: vec![u8::MAX; len],
            lift: vec![0; len],
            floor: vec![None; len],
            ordering: vec![0.0; len],
            priority: vec![0.0; len],
        };
        for (head, column) in &self.rules {
            let rows = range.clone();
            if head.is(RuleKind::Ordering) {
                add_points(head, column, rows.clone(), &mut working.ordering);
            }
            if head.counts_in_category() {
                add_points(head, column, rows.clone(), chunk.points);
                if column.has_effects(head) {
                    self.effects(head, column, rows.clone(), &mut working);
                }
            }
            if head.is(RuleKind::Criterion) && head.priority > 0.0 {
                each_fired(column, rows, |at| {
                    if let Some(priority) = working.priority.get_mut(at) {
                        *priority = priority.max(head.priority);
                    }
                });
            }
        }
        self.decide(chunk, &working);
    }

    /// Collects floors and severity effects of one counting rule.
    fn effects(
        &self,
        head: &RuleHead,
        column: &VerdictColumn,
        rows: std::ops::Range<usize>,
        working: &mut Working,
    ) {
        let start = rows.start;
        each_fired(column, rows, |at| {
            if let Some(held) = working.floor.get_mut(at) {
                *held = (*held).max(column.floor_at(head, start + at));
            }
            match column.severity_at(head, start + at) {
                Some(SeverityEffect::AtLeast(group)) => {
                    let group = self.policy.tables.severity_group(group).and_then(|at| u8::try_from(at).ok());
                    if let (Some(held), Some(group)) = (working.at_least.get_mut(at), group) {
                        *held = (*held).min(group);
                    }
                }
                Some(SeverityEffect::LiftBy(steps)) => {
                    if let Some(lift) = working.lift.get_mut(at) {
                        *lift = lift.saturating_add(*steps);
                    }
                }
                None => {}
            }
        });
    }

    fn decide(&self, chunk: &mut Chunk<'_>, working: &Working) {
        let tables = &self.policy.tables;
        let weights = self.policy.text().order;
        for at in 0..chunk.points.len() {
            let row = chunk.start + at;
            let is_under = self.kinds.places().get(row).and_then(|kind| self.under.get(usize::from(*kind)));
            if is_under != Some(&true) {
                chunk.points[at] = 0.0;
                continue;
            }
            let own = self.severity.group(row).min(usize::from(working.at_least[at]));
            let severity = own.saturating_sub(usize::from(working.lift[at]));
            let probability = self.probabilities.and_then(|all| all.get(row)).map(|one| one.get());
            let model = (probability, self.severity.card(row));
            let decided = tables.category(severity, chunk.points[at], model, working.floor[at]);
            chunk.rule_category[at] = Some(decided.0);
            chunk.category[at] = Some(decided.1);
            let base = probability.map_or(chunk.points[at], |probability| weights.probability * probability);
            chunk.score[at] = base
                + weights.ordering * working.ordering[at]
                + weights.criterion_priority * working.priority[at];
        }
    }
}

/// Calls `body` for each row of a run that a rule fired on, counted from the run's first.
fn each_fired(column: &VerdictColumn, rows: std::ops::Range<usize>, mut body: impl FnMut(usize)) {
    let words = column.fired.words();
    let words = words.get(rows.start / WORD_ROWS..rows.end.div_ceil(WORD_ROWS).min(words.len()));
    for (at, word) in words.unwrap_or_default().iter().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            body(WORD_ROWS * at + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}

/// Adds the points of a rule to the sums of a run.
fn add_points(head: &RuleHead, column: &VerdictColumn, rows: std::ops::Range<usize>, sums: &mut [f64]) {
    match column.points.as_deref().map(|points| points.get(rows.clone()).unwrap_or_default()) {
        None => each_fired(column, rows, |at| {
            if let Some(sum) = sums.get_mut(at) {
                *sum += head.points;
            }
        }),
        Some(points) => sums.iter_mut().zip(points).for_each(|(sum, points)| *sum += points),
    }
}

/// Is a run of rows of the columns that are being made.
struct Chunk<'a> {
    start: usize,
    category: &'a mut [Option<RiskCategory>],
    rule_category: &'a mut [Option<RiskCategory>],
    points: &'a mut [f64],
    score: &'a mut [f64],
}

impl Tables {
    /// Returns the category by rules alone and the category of the role.
    pub(crate) fn category(
        &self,
        severity: usize,
        points: f64,
        (probability, card): (Option<f64>, Option<i64>),
        floor: Option<RiskCategory>,
    ) -> (RiskCategory, RiskCategory) {
        let held = |group: usize| {
            let cell = self.cell(severity, group);
            floor.map_or(cell, |floor| floor.max(cell))
        };
        let group = self.points_group(points);
        let by_model = self.model_group(probability).map(|(_, group)| group);
        let by_card = || self.card_band(card).map(|(_, card)| raise(group, card));
        (held(group), held(by_model.or_else(by_card).unwrap_or(group)))
    }
}
