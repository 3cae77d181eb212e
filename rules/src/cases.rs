//! Cases: what a rule must answer on given facts. They stand beside the rule and are read by its lawyer.

use std::collections::BTreeMap;

use dozor_domain::{RiskCategory, RuleState, SeverityEffect, Value, ValueType};
use dozor_script::{NamedRow, Names};
use serde::{Deserialize, Serialize};

use crate::error::RuleProblem;
use crate::passport::severity_effect;
use crate::rule::{Rule, Said};

/// Name of the fact that says what kind of object a row is.
pub(crate) const OBJECT_KIND: &str = "object_kind";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CasesText {
    /// Facts that every case begins with.
    #[serde(default)]
    given: BTreeMap<String, toml::Value>,
    cases: Vec<CaseText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseText {
    name: String,
    #[serde(default)]
    facts: BTreeMap<String, toml::Value>,
    /// Given facts that are missing in this case.
    #[serde(default)]
    without: Vec<String>,
    expect: RuleState,
    points: Option<f64>,
    floor: Option<RiskCategory>,
    severity: Option<String>,
    /// Facts that the answer «unknown» must list.
    missing: Option<Vec<String>>,
}

/// Is one case of one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The facts; those not here are missing.
    pub facts: BTreeMap<String, Value>,
    /// The answer.
    pub expect: RuleState,
    /// The points, where the case names them.
    pub points: Option<f64>,
    /// The floor, where the case names it.
    pub floor: Option<RiskCategory>,
    /// The severity effect, where the case names it.
    pub severity: Option<SeverityEffect>,
    /// The missing facts, where the case names them.
    pub missing: Option<Vec<String>>,
}

/// Is how one case went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseResult {
    /// Rule id.
    pub rule: String,
    /// Name of the case.
    pub case: String,
    /// The answer expected.
    pub expected: RuleState,
    /// The answer given.
    pub got: RuleState,
    /// Points given; 0 unless fired.
    pub points: f64,
    /// Missing facts named.
    pub missing: Vec<String>,
    /// Whether all agrees.
    pub passed: bool,
    /// What does not agree; empty when passed.
    pub message: String,
}

/// Reads a file of cases; gives all that is wrong with it.
pub(crate) fn parse(file: &str, text: &str, names: &Names) -> Result<Vec<Case>, Vec<RuleProblem>> {
    let raw: CasesText = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1);
        vec![RuleProblem::error("RULE_CASES_FILE", file, line, error.message())]
    })?;
    let mut problems = Vec::new();
    let mut cases = Vec::new();
    for case in raw.cases {
        let mut facts = raw.given.clone();
        for name in &case.without {
            if facts.remove(name).is_none() {
                let message = format!("case «{}» takes away «{name}», which is not given", case.name);
                problems.push(RuleProblem::error("RULE_CASE_FACT", file, None, message));
            }
        }
        facts.extend(case.facts);
        let facts = facts.into_iter().filter_map(|(name, value)| match read_value(names, &name, &value) {
            Ok(value) => Some((name, value)),
            Err(message) => {
                let message = format!("case «{}»: {message}", case.name);
                problems.push(RuleProblem::error("RULE_CASE_FACT", file, None, message));
                None
            }
        });
        let facts = facts.collect();
        let severity = case.severity.as_deref().map(severity_effect);
        if severity == Some(None) {
            let message = format!("case «{}»: `severity` is \"+1\" or the code of a group", case.name);
            problems.push(RuleProblem::error("RULE_CASES_FILE", file, None, message));
        }
        cases.push(Case {
            facts,
            expect: case.expect,
            points: case.points,
            floor: case.floor,
            severity: severity.flatten(),
            missing: case.missing,
            name: case.name,
        });
    }
    if problems.is_empty() { Ok(cases) } else { Err(problems) }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of cases are small")]
fn read_value(names: &Names, name: &str, value: &toml::Value) -> Result<Value, String> {
    let Some(declared) = names.get(name) else {
        let nearest = names.nearest(name).map(|near| format!(" (is «{near}» meant?)")).unwrap_or_default();
        return Err(format!("the fact «{name}» does not exist{nearest}"));
    };
    let read = match (declared, value) {
        (ValueType::Float, toml::Value::Float(number)) => Some(Value::Float(*number)),
        (ValueType::Float, toml::Value::Integer(number)) => Some(Value::Float(*number as f64)),
        (ValueType::Integer, toml::Value::Integer(number)) => Some(Value::Integer(*number)),
        (ValueType::Boolean, toml::Value::Boolean(flag)) => Some(Value::Boolean(*flag)),
        (ValueType::Text, toml::Value::String(text)) => Some(Value::Text(text.clone())),
        (ValueType::Date, toml::Value::String(text)) => text.parse().ok().map(Value::Date),
        (ValueType::Instant, toml::Value::String(text)) => {
            dozor_domain::Timestamp::parse_rfc3339(text).map(Value::Instant)
        }
        (ValueType::Codes, toml::Value::Array(codes)) => {
            codes.iter().map(|code| code.as_str().map(str::to_owned)).collect::<Option<_>>().map(Value::Codes)
        }
        _ => None,
    };
    read.ok_or_else(|| format!("the fact «{name}» is of type {declared:?}, the value is {value}"))
}

/// Runs one case.
pub(crate) fn run(rule: &Rule, case: &Case) -> CaseResult {
    let about = match case.facts.get(OBJECT_KIND) {
        Some(Value::Text(kind)) => rule.head().is_about(kind),
        _ => true,
    };
    let reads = rule.program().reads();
    let said = if about {
        rule.said(rule.program().run(&NamedRow::new(reads, &case.facts)))
    } else {
        Said::NotFired
    };
    let head = rule.head();
    let mut wrong = Vec::new();
    let (mut points, mut missing) = (0.0, Vec::new());
    let got = match said {
        Said::NotFired => RuleState::NotFired,
        Said::Fired(effect) => {
            points = effect.points.unwrap_or(head.points);
            differs(&mut wrong, "floor", case.floor.as_ref(), effect.floor.or(head.floor).as_ref());
            let severity = effect.severity.or_else(|| head.severity.clone());
            differs(&mut wrong, "severity", case.severity.as_ref(), severity.as_ref());
            RuleState::Fired
        }
        Said::Unknown(places) => {
            missing = places.iter().filter_map(|place| reads.get(usize::from(*place)).cloned()).collect();
            RuleState::Unknown
        }
        Said::Failed(code, message) => {
            wrong.push(format!("{code}: {message}"));
            RuleState::Unknown
        }
    };
    if got != case.expect {
        wrong.push(format!("answered {got:?}, expected {:?}", case.expect));
    }
    if case.points.is_some_and(|expected| expected.total_cmp(&points).is_ne()) {
        wrong.push(format!("gave {points} points, expected {:?}", case.points.unwrap_or_default()));
    }
    if case.missing.as_ref().is_some_and(|expected| *expected != missing) {
        wrong.push(format!("misses {missing:?}, expected {:?}", case.missing.clone().unwrap_or_default()));
    }
    CaseResult {
        rule: head.id.clone(),
        case: case.name.clone(),
        expected: case.expect,
        got,
        points,
        missing,
        passed: wrong.is_empty(),
        message: wrong.join("; "),
    }
}

fn differs<T: PartialEq + std::fmt::Debug>(
    wrong: &mut Vec<String>,
    what: &str,
    expected: Option<&T>,
    got: Option<&T>,
) {
    if expected.is_some() && expected != got {
        wrong.push(format!("{what} is {got:?}, expected {expected:?}"));
    }
}
