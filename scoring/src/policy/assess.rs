//! Runs the policy over a table: severity expressions on facts, effects from verdicts, the arithmetic, the order.

use dozor_domain::{
    Assessment, BasisStep, ControlKind, ObjectId, Probability, RiskCategory, RuleHead, RuleKind, RuleState,
    RuleVerdicts, RunId,
};
use dozor_facts::FactsTable;
use dozor_script::{Answer, Answered, Runner};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::arithmetic::{Effect, OwnSeverity, PassedOver, Situation};
use super::text::Policy;
use crate::ScoringError;

/// Is the result for one row of the facts table and one control kind: an assessment without its run.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessed {
    /// Row of the facts table.
    pub row: u32,
    /// Code of the control kind.
    pub control_kind: String,
    /// What the rules alone give.
    pub rule_category: RiskCategory,
    /// What the policy gives.
    pub category: RiskCategory,
    /// The highest category that unknown rules could give.
    pub highest_if_unknown: RiskCategory,
    /// Calibrated probability; none without a model.
    pub probability: Option<Probability>,
    /// Sum of points of criteria and good faith.
    pub points: f64,
    /// Order of work inside the category: larger comes first.
    pub score: f64,
    /// Rules of this control kind that fired or are unknown, by id.
    pub rules: Vec<(String, RuleState)>,
    /// How the category came about.
    pub basis: Vec<BasisStep>,
}

impl Assessed {
    /// Returns the ids of the rules that could not be answered.
    pub fn unknown_rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().filter(|(_, state)| *state == RuleState::Unknown).map(|(id, _)| id.as_str())
    }

    /// Puts the result into its run.
    pub fn into_assessment(self, run: RunId, object: ObjectId, facts_hash: [u8; 32]) -> Assessment {
        Assessment {
            run,
            object,
            control_kind: self.control_kind,
            rule_category: self.rule_category,
            category: self.category,
            highest_if_unknown: self.highest_if_unknown,
            probability: self.probability,
            points: self.points,
            score: self.score,
            rules: self.rules,
            basis: self.basis,
            facts_hash,
        }
    }
}

/// Is a severity expression with the columns that it reads.
struct Reading<'a> {
    expression: &'a super::text::SeverityExpression,
    columns: Vec<usize>,
}

/// Is a reading with what runs it; one set a thread.
type Asking<'a> = Vec<(&'a Reading<'a>, Runner<'a>)>;

impl Policy {
    /// Assesses every row under every control kind of its object kind, in the order of rows, then of the pack's
    /// control kinds. `probabilities` and `object_kinds` are aligned with the rows.
    ///
    /// # Errors
    /// [`ScoringError::Shape`] when the tables have different numbers of rows, [`ScoringError::FactUnknown`] when
    /// the facts table lacks a fact that a severity expression reads, [`ScoringError::PolicyInconsistent`] as
    /// [`Policy::check_rules`].
    pub fn assess(
        &self,
        facts: &FactsTable,
        verdicts: &RuleVerdicts,
        probabilities: Option<&[Probability]>,
        object_kinds: &[&str],
    ) -> Result<Vec<Assessed>, ScoringError> {
        let rows = facts.len();
        let same = |what, found: usize| {
            if found == rows { Ok(()) } else { Err(ScoringError::Shape { what, found, expected: rows }) }
        };
        same("kinds of objects", object_kinds.len())?;
        same("probabilities", probabilities.map_or(rows, <[Probability]>::len))?;
        for column in &verdicts.columns {
            same("answers of a rule", column.states.len())?;
            same("points of a rule", column.points.len())?;
        }
        self.check_rules(&verdicts.heads)?;
        let readings = self.readings(facts)?;
        let by_kind: Vec<Vec<usize>> =
            self.control_kinds.iter().map(|kind| rules_of(&verdicts.heads, &kind.code)).collect();
        let asking =
            || readings.iter().map(|reading| (reading, reading.expression.program.runner())).collect();
        let assessed: Vec<Vec<Assessed>> = (0..rows)
            .into_par_iter()
            .map_init(asking, |asking: &mut Asking<'_>, row| {
                let mut kinds = self
                    .control_kinds
                    .iter()
                    .zip(&by_kind)
                    .filter(|(kind, _)| kind.object_kinds.iter().any(|code| code == object_kinds[row]))
                    .peekable();
                if kinds.peek().is_none() {
                    return Vec::new();
                }
                let severity = self.own_severity(asking, facts, row);
                let probability = probabilities.map(|all| all[row]);
                kinds
                    .map(|(kind, rules)| {
                        self.assess_one(verdicts, rules, kind, row, (severity.clone(), probability))
                    })
                    .collect()
            })
            .collect();
        Ok(assessed.into_iter().flatten().collect())
    }

    fn readings(&self, facts: &FactsTable) -> Result<Vec<Reading<'_>>, ScoringError> {
        let column = |fact: &String| {
            facts.column(fact).ok_or_else(|| ScoringError::FactUnknown { fact: fact.clone() })
        };
        self.severity
            .iter()
            .map(|expression| {
                let columns = expression.program.reads().iter().map(column).collect::<Result<_, _>>()?;
                Ok(Reading { expression, columns })
            })
            .collect()
    }

    fn own_severity(&self, asking: &mut Asking<'_>, facts: &FactsTable, row: usize) -> OwnSeverity {
        let mut passed_over = Vec::new();
        for (Reading { expression, columns }, runner) in asking {
            let missing = match runner.run(&facts.row(row, columns)) {
                Answer::Value(Answered::Boolean(true)) => {
                    return OwnSeverity {
                        group: expression.group,
                        because: expression.when.clone(),
                        passed_over,
                    };
                }
                Answer::Value(_) => continue,
                Answer::Unknown { missing } => missing,
                Answer::Failed { .. } => Vec::new(),
            };
            passed_over.push(PassedOver {
                group: expression.group,
                because: expression.when.clone(),
                missing: missing
                    .iter()
                    .filter_map(|&at| expression.program.reads().get(usize::from(at)).cloned())
                    .collect(),
            });
        }
        OwnSeverity { group: self.tables.severity.len() - 1, because: String::new(), passed_over }
    }

    fn assess_one(
        &self,
        verdicts: &RuleVerdicts,
        rules: &[usize],
        kind: &ControlKind,
        row: usize,
        (severity, probability): (OwnSeverity, Option<Probability>),
    ) -> Assessed {
        let mut situation = Situation {
            fired: Vec::new(),
            unknown: Vec::new(),
            severity,
            probability: probability.map(Probability::get),
        };
        let mut answered = Vec::new();
        let (mut ordering, mut priority) = (0.0, 0.0_f64);
        for &rule in rules {
            let head = &verdicts.heads[rule];
            let state = verdicts.columns[rule].states[row];
            if state == RuleState::NotFired {
                continue;
            }
            answered.push((head.id.clone(), state));
            let fired = state == RuleState::Fired;
            let points = verdicts.columns[rule].points[row];
            if fired && head.is(RuleKind::Ordering) {
                ordering += points;
            }
            if fired && head.is(RuleKind::Criterion) {
                priority = priority.max(head.priority);
            }
            if head.counts_in_category() {
                if fired {
                    situation.fired.push(Effect {
                        rule: &head.id,
                        points,
                        floor: verdicts.floor(rule, row),
                        severity: verdicts.severity(rule, row),
                    });
                } else {
                    situation.unknown.push(possible(head));
                }
            }
        }
        let outcome = self.tables.decide(&situation);
        let weights = self.text().order;
        let base = probability.map_or(outcome.points, |p| weights.probability * p.get());
        Assessed {
            row: u32::try_from(row).unwrap_or(u32::MAX),
            control_kind: kind.code.clone(),
            rule_category: outcome.rule_category,
            category: outcome.category,
            highest_if_unknown: outcome.highest_if_unknown,
            probability,
            points: outcome.points,
            score: base + weights.ordering * ordering + weights.criterion_priority * priority,
            rules: answered,
            basis: outcome.basis,
        }
    }
}

fn rules_of(heads: &[RuleHead], control_kind: &str) -> Vec<usize> {
    let serves = |head: &RuleHead| {
        head.control_kinds.is_empty() || head.control_kinds.iter().any(|k| k == control_kind)
    };
    heads.iter().enumerate().filter(|(_, head)| serves(head)).map(|(at, _)| at).collect()
}

/// Returns what an unknown rule could do. A criterion whose head promises nothing computes its effect in the
/// script; it could give any number of points.
fn possible(head: &RuleHead) -> Effect<'_> {
    let silent = head.points == 0.0 && head.floor.is_none() && head.severity.is_none();
    let points = if silent && head.is(RuleKind::Criterion) { f64::INFINITY } else { head.points };
    Effect { rule: &head.id, points, floor: head.floor, severity: head.severity.clone() }
}
