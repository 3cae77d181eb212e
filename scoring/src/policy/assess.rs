//! Runs the policy over a table: severity expressions on facts, effects from verdicts, the arithmetic, the order.

use dozor_domain::{
    Assessment, BasisStep, ControlKind, ObjectId, Probability, RiskCategory, RuleHead, RuleKind, RuleState,
    RuleVerdicts, RunId,
};
use dozor_facts::FactsTable;
use dozor_script::{Answer, Runner};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::arithmetic::{Effect, OwnSeverity, PassedOver, Situation};
use super::severity::is_true;
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
        let cards = self.card_points(facts)?;
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
                let card = cards.as_ref().and_then(|all| all.get(row)).copied();
                kinds
                    .map(|(kind, rules)| {
                        self.assess_one(verdicts, rules, kind, row, (severity.clone(), probability, card))
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
                answer if is_true(&answer) => {
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
        (severity, probability, card): (OwnSeverity, Option<Probability>, Option<i64>),
    ) -> Assessed {
        let mut situation = Situation {
            fired: Vec::new(),
            unknown: Vec::new(),
            severity,
            probability: probability.map(Probability::get),
            card,
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

#[cfg(test)]
mod tests {
    use dozor_domain::{Localized, PackManifest, RuleColumn, Value, ValueType};
    use dozor_script::Names;

    use super::*;

    const PACK: &str = r#"
name = "tiny"
title = { ru = "М", en = "T" }
authority = { ru = "О", en = "A" }
zone = "Europe/Moscow"
bounds = [36.0, 55.0, 38.0, 57.0]
[scale]
levels = ["low", "medium", "high"]
titles = { low = { ru = "н", en = "l" }, medium = { ru = "с", en = "m" }, high = { ru = "в", en = "h" } }
[[object_kinds]]
code = "parcel"
title = { ru = "У", en = "P" }
[[control_kinds]]
code = "land"
title = { ru = "З", en = "L" }
short = { ru = "З", en = "L" }
object_kinds = ["parcel"]
[[control_kinds]]
code = "use"
title = { ru = "И", en = "U" }
short = { ru = "И", en = "U" }
object_kinds = ["parcel"]
"#;

    const POLICY: &str = r#"
role = "matrix"
auto_decide = false
severity_groups = ["A", "B"]
probability_groups = ["1", "2"]
points = { "1" = 10.0 }
probability = { "1" = 0.5 }
[[severity]]
group = "A"
when = "area > 100.0"
title = { ru = "большой", en = "large" }
[table]
A = ["high", "medium"]
B = ["medium", "low"]
[order]
probability = 100.0
ordering = 1.0
criterion_priority = 0.5
"#;

    fn policy(text: &str) -> Result<Policy, ScoringError> {
        let names: Names = [("area", ValueType::Float)].into_iter().collect();
        Policy::parse(text, &names, &PackManifest::parse(PACK).unwrap())
    }

    fn head(id: &str, kind: RuleKind, points: f64) -> RuleHead {
        RuleHead {
            id: id.into(),
            kinds: vec![kind],
            control_kinds: vec!["land".into()],
            object_kinds: vec![],
            title: Localized::default(),
            basis: vec![],
            points,
            priority: 40.0,
            floor: None,
            severity: None,
            facts: vec![],
        }
    }

    fn column(states: &[RuleState], points: f64) -> RuleColumn {
        let fired = |state: &RuleState| if *state == RuleState::Fired { points } else { 0.0 };
        RuleColumn {
            states: states.to_vec(),
            points: states.iter().map(fired).collect(),
            missing: vec![0; states.len()],
            missing_sets: vec![vec![]],
            details: Default::default(),
        }
    }

    fn facts(areas: &[Option<f64>]) -> FactsTable {
        let rows: Vec<_> = areas.iter().map(|area| vec![area.map(Value::Float)]).collect();
        FactsTable::from_rows(&[("area", ValueType::Float)], &rows).unwrap()
    }

    #[test]
    fn each_control_kind_counts_its_own_rules_and_signs_never_count() {
        use RuleState::{Fired, NotFired, Unknown};
        let verdicts = RuleVerdicts {
            heads: vec![
                head("c", RuleKind::Criterion, 10.0),
                head("o", RuleKind::Ordering, 3.0),
                head("s", RuleKind::Sign, 90.0),
            ],
            columns: vec![
                column(&[Fired, NotFired, Unknown], 10.0),
                column(&[Fired, NotFired, NotFired], 3.0),
                column(&[Fired, Fired, Unknown], 90.0),
            ],
        };
        let facts = facts(&[Some(500.0), None, Some(1.0)]);
        let found = policy(POLICY).unwrap().assess(&facts, &verdicts, None, &["parcel"; 3]).unwrap();
        assert_eq!(found.len(), 6, "two control kinds an object");
        let land: Vec<_> = found.iter().filter(|one| one.control_kind == "land").collect();
        assert_eq!((land[0].category, land[0].points), (RiskCategory::High, 10.0));
        assert_eq!(land[0].score, 10.0 + 3.0 + 20.0);
        assert_eq!((land[1].category, land[1].points), (RiskCategory::Low, 0.0));
        assert!(
            matches!(&land[1].basis[1], BasisStep::SeverityUnknown { missing, .. } if missing == &["area"])
        );
        assert_eq!((land[2].category, land[2].highest_if_unknown), (RiskCategory::Low, RiskCategory::Medium));
        assert_eq!(land[2].unknown_rules().collect::<Vec<_>>(), ["c", "s"]);
        assert!(found.iter().filter(|one| one.control_kind == "use").all(|one| one.rules.is_empty()));
    }

    #[test]
    fn the_probability_moves_the_category_under_matrix_only() {
        let verdicts = RuleVerdicts::default();
        let probability = [Probability::new(0.6).unwrap()];
        let assess = |text: &str| {
            let found = policy(text).unwrap().assess(
                &facts(&[Some(1.0)]),
                &verdicts,
                Some(&probability),
                &["parcel"],
            );
            found.unwrap().remove(0)
        };
        let matrix = assess(POLICY);
        assert_eq!((matrix.rule_category, matrix.category), (RiskCategory::Low, RiskCategory::Medium));
        assert_eq!(matrix.score, 60.0);
        let rules_only =
            POLICY.replace("\"matrix\"", "\"rules_only\"").replace("probability = { \"1\" = 0.5 }", "");
        assert_eq!(assess(&rules_only).category, RiskCategory::Low);
    }

    #[test]
    fn tables_that_do_not_fit_are_an_error_and_no_panic() {
        let policy = policy(POLICY).unwrap();
        let error = policy.assess(&facts(&[None]), &RuleVerdicts::default(), None, &[]).unwrap_err();
        assert_eq!(dozor_domain::Coded::info(&error).code, "SCORING_SHAPE");
    }

    #[test]
    fn broken_policies_are_refused_with_a_code() {
        for (from, to, code) in [
            ("role = \"matrix\"", "role = \"scorecard_matrix\"", "POLICY_INCONSISTENT"),
            ("role = \"matrix\"", "role = \"oracle\"", "POLICY_TOML"),
            ("auto_decide = false", "auto_decide = false\ncolour = 1", "POLICY_TOML"),
            ("A = [\"high\", \"medium\"]", "A = [\"medium\", \"high\"]", "POLICY_INCONSISTENT"),
            ("B = [\"medium\", \"low\"]", "B = [\"high\", \"high\"]", "POLICY_INCONSISTENT"),
            ("A = [\"high\", \"medium\"]", "A = [\"extremely_high\", \"medium\"]", "POLICY_INCONSISTENT"),
            ("points = { \"1\" = 10.0 }", "points = { \"2\" = 10.0 }", "POLICY_INCONSISTENT"),
            ("probability = { \"1\" = 0.5 }", "", "POLICY_INCONSISTENT"),
            ("group = \"A\"", "group = \"Z\"", "POLICY_INCONSISTENT"),
            ("area > 100.0", "aria > 100.0", "POLICY_EXPRESSION"),
        ] {
            let error = policy(&POLICY.replace(from, to)).unwrap_err();
            assert_eq!(dozor_domain::Coded::info(&error).code, code, "{to}");
        }
    }

    #[test]
    fn comments_do_not_change_the_hash_and_bounds_do() {
        let hash = |text: &str| policy(text).unwrap().hash().to_owned();
        assert_eq!(hash(POLICY), hash(&format!("# a comment\n{POLICY}")));
        assert_ne!(hash(POLICY), hash(&POLICY.replace("0.5 }", "0.6 }")));
    }
}
