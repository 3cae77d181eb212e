//! Whether a rule behaves as declared: the facts of its cases are raised one at a time. A rule that declares
//! «more fires» needs a number whose rise makes it fire and never stops it; the counterexample is a case.

use std::collections::BTreeMap;

use dozor_domain::Value;
use dozor_facts::FactCatalogue;
use dozor_script::NamedRow;

use super::Finding;
use crate::cases::Case;
use crate::passport::Direction;
use crate::rule::{Rule, Said};

/// How far a number is raised: over thresholds of counts, of days and of areas.
const RISES: [f64; 4] = [1.0, 10.0, 1_000.0, 1_000_000.0];

/// Counts what raising a fact does to the answer, with the case that showed it first.
#[derive(Debug, Default)]
struct Moved {
    starts: Option<String>,
    stops: Option<String>,
}

pub(super) fn check(rule: &Rule, cases: &[Case], catalogue: &FactCatalogue) -> Option<Finding> {
    let declared = rule.passport().direction?;
    let mut moved: BTreeMap<&str, Moved> = BTreeMap::new();
    for case in cases {
        let Some(before) = fires(rule, &case.facts) else { continue };
        for (fact, value) in &case.facts {
            let is_read = rule.program().reads().contains(fact) && catalogue.head(fact).is_some();
            if !is_read {
                continue;
            }
            for after in RISES.iter().filter_map(|by| fires(rule, &raised(&case.facts, fact, value, *by)?)) {
                let seen = moved.entry(fact).or_default();
                match (before, after) {
                    (false, true) => drop(seen.starts.get_or_insert_with(|| case.name.clone())),
                    (true, false) => drop(seen.stops.get_or_insert_with(|| case.name.clone())),
                    (true, true) | (false, false) => {}
                }
            }
        }
    }
    judge(rule, declared, &moved)
}

/// Picks the case that showed one of the two.
type Seen = fn(&Moved) -> &Option<String>;

fn judge(rule: &Rule, declared: Direction, moved: &BTreeMap<&str, Moved>) -> Option<Finding> {
    let id = &rule.head().id;
    let (wanted, against): (Seen, Seen) = match declared {
        Direction::MoreFires => (|one| &one.starts, |one| &one.stops),
        Direction::LessFires => (|one| &one.stops, |one| &one.starts),
        Direction::YesNo => return None,
    };
    if moved.values().any(|one| wanted(one).is_some() && against(one).is_none()) {
        return None;
    }
    let opposite = moved.iter().find_map(|(fact, one)| Some((fact, against(one).clone()?)));
    Some(match opposite {
        Some((fact, case)) => {
            let message = format!("{declared:?} is declared, and raising «{fact}» does the opposite");
            Finding::warning("VERIFY_DIRECTION", id, message).shown_by(format!("case «{case}»"))
        }
        None => {
            let message = format!("{declared:?} is declared, and no number of any case moves the answer");
            Finding::warning("VERIFY_DIRECTION", id, message)
        }
    })
}

fn raised(
    facts: &BTreeMap<String, Value>,
    fact: &str,
    value: &Value,
    by: f64,
) -> Option<BTreeMap<String, Value>> {
    let higher = match value {
        Value::Integer(number) => Value::Integer(number.saturating_add(by as i64)),
        Value::Float(number) => Value::Float(number + by),
        Value::Boolean(_) | Value::Text(_) | Value::Codes(_) | Value::Date(_) | Value::Instant(_) => {
            return None;
        }
    };
    let mut facts = facts.clone();
    facts.insert(fact.to_owned(), higher);
    Some(facts)
}

/// Tells whether the rule fires; none where it is unknown or fails.
fn fires(rule: &Rule, facts: &BTreeMap<String, Value>) -> Option<bool> {
    let row = NamedRow::new(rule.program().reads(), facts);
    match rule.said(rule.program().run(&row)) {
        Said::Fired(_) => Some(true),
        Said::NotFired => Some(false),
        Said::Unknown(_) | Said::Failed(..) => None,
    }
}
