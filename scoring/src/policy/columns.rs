//! Categories of a whole portfolio as columns, without reasons: the same arithmetic as an assessment, for questions
//! that are asked of all objects at once and answered while somebody waits.

use dozor_domain::{Probability, RiskCategory, RuleColumn, RuleHead, RuleKind, RuleState, RuleVerdicts};
use dozor_domain::{RuleDetail, SeverityEffect};
use dozor_facts::FactsTable;
use dozor_script::{Answer, Answered, Program, Runner};
use rayon::iter::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefMutIterator, ParallelIterator,
};

use super::arithmetic::{Tables, raise};
use super::text::Policy;
use crate::ScoringError;

/// Rows of one turn of a thread: its working columns stay in the nearest cache.
const CHUNK_ROWS: usize = 2048;

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
    rules: Vec<(&'a RuleHead, &'a RuleColumn)>,
}

impl<'a> From<&'a RuleVerdicts> for Answers<'a> {
    fn from(verdicts: &'a RuleVerdicts) -> Self {
        Self { rules: verdicts.heads.iter().zip(&verdicts.columns).collect() }
    }
}

impl<'a> Answers<'a> {
    /// Puts answers that were computed apart together, sorted by id; a later one of the same id replaces an earlier.
    pub fn of(rules: impl Iterator<Item = (&'a RuleHead, &'a RuleColumn)>) -> Self {
        let sorted: std::collections::BTreeMap<&str, _> =
            rules.map(|(head, column)| (head.id.as_str(), (head, column))).collect();
        Self { rules: sorted.into_values().collect() }
    }
    /// Returns head and column of each rule, sorted by id.
    pub fn rules(&self) -> &[(&'a RuleHead, &'a RuleColumn)] {
        &self.rules
    }
    /// Returns one rule.
    pub fn rule(&self, id: &str) -> Option<(&'a RuleHead, &'a RuleColumn)> {
        let at = self.rules.binary_search_by(|(head, _)| head.id.as_str().cmp(id)).ok()?;
        self.rules.get(at).copied()
    }
}

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
    /// Returns a row's points on the card; none under another role.
    pub(crate) fn card(&self, row: usize) -> Option<i64> {
        self.card.as_ref().and_then(|all| all.get(row)).copied()
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

/// Is a severity expression with the columns that it reads.
struct Question<'a> {
    group: u8,
    program: &'a Program,
    columns: Vec<usize>,
}

impl Policy {
    /// Returns what the policy itself reads of each row: the severity group by its expressions, the card's points.
    ///
    /// # Errors
    /// [`ScoringError::FactUnknown`] when the table lacks a fact that an expression or the card reads.
    pub fn severity_column(&self, facts: &FactsTable) -> Result<SeverityColumn, ScoringError> {
        let column = |fact: &String| {
            facts.column(fact).ok_or_else(|| ScoringError::FactUnknown { fact: fact.clone() })
        };
        let questions = self
            .severity
            .iter()
            .map(|expression| {
                let columns = expression.program.reads().iter().map(column).collect::<Result<_, _>>()?;
                let group = u8::try_from(expression.group).unwrap_or(u8::MAX);
                Ok(Question { group, program: &expression.program, columns })
            })
            .collect::<Result<Vec<Question<'_>>, ScoringError>>()?;
        let default = u8::try_from(self.tables.severity.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let asking = || -> Vec<(&Question<'_>, Runner<'_>)> {
            questions.iter().map(|question| (question, question.program.runner())).collect()
        };
        let groups =
            (0..facts.len()).into_par_iter().with_min_len(CHUNK_ROWS).map_init(asking, |asking, row| {
                let holds = |(question, runner): &mut (&Question<'_>, Runner<'_>)| {
                    let answer = runner.run(&facts.row(row, &question.columns));
                    matches!(answer, Answer::Value(Answered::Boolean(true))).then_some(question.group)
                };
                asking.iter_mut().find_map(holds).unwrap_or(default)
            });
        Ok(SeverityColumn { groups: groups.collect(), card: self.card_points(facts)? })
    }

    /// Returns a column of categories for each control kind, in the pack's order. Rules alone where `probabilities`
    /// is none.
    ///
    /// # Errors
    /// [`ScoringError::Shape`] when a column has another number of rows than `kinds`.
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
        same("severity groups", severity.groups.len())?;
        same("probabilities", probabilities.map_or(rows, <[Probability]>::len))?;
        for (_, column) in answers.rules() {
            same("answers of a rule", column.states.len())?;
            same("points of a rule", column.points.len())?;
        }
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
    rules: Vec<(&'a RuleHead, &'a RuleColumn)>,
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
            let (Some(states), Some(points)) =
                (column.states.get(range.clone()), column.points.get(range.clone()))
            else {
                continue;
            };
            if head.is(RuleKind::Ordering) {
                working.ordering.iter_mut().zip(points).for_each(|(sum, points)| *sum += points);
            }
            if head.counts_in_category() {
                chunk.points.iter_mut().zip(points).for_each(|(sum, points)| *sum += points);
                self.effects(head, column, (&range, states), &mut working);
            }
            if head.is(RuleKind::Criterion) && head.priority > 0.0 {
                let rows = working.priority.iter_mut().zip(states);
                rows.filter(|(_, state)| **state == RuleState::Fired)
                    .for_each(|(priority, _)| *priority = priority.max(head.priority));
            }
        }
        self.decide(chunk, &working);
    }

    /// Collects floors and severity effects of one counting rule.
    fn effects(
        &self,
        head: &RuleHead,
        column: &RuleColumn,
        (range, states): (&std::ops::Range<usize>, &[RuleState]),
        working: &mut Working,
    ) {
        let key = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
        if head.floor.is_none() && head.severity.is_none() {
            for (row, detail) in column.details.range(key(range.start)..key(range.end)) {
                let at = *row as usize - range.start;
                if states.get(at) == Some(&RuleState::Fired) {
                    self.effect(head, Some(detail), at, working);
                }
            }
            return;
        }
        for (at, _) in states.iter().enumerate().filter(|(_, state)| **state == RuleState::Fired) {
            let detail = column.details.get(&key(range.start + at));
            self.effect(head, detail, at, working);
        }
    }

    fn effect(&self, head: &RuleHead, detail: Option<&RuleDetail>, at: usize, working: &mut Working) {
        let floor = detail.and_then(|detail| detail.floor).or(head.floor);
        let severity = detail.and_then(|detail| detail.severity.as_ref()).or(head.severity.as_ref());
        if let Some(held) = working.floor.get_mut(at) {
            *held = (*held).max(floor);
        }
        match severity {
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
