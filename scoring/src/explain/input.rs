//! What an explanation is made from, and how to collect it from the tables of a run.

use std::collections::BTreeMap;

use dozor_domain::{Assessment, Localized, PackManifest, RuleHead, RuleState, RuleVerdicts, Value};
use dozor_facts::{FactCatalogue, FactsTable};
use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::smallest::WaysDown;
use crate::model::Contributions;
use crate::policy::Policy;

/// Is one fact of the object as an explanation says it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactSaid {
    /// Name.
    pub title: Localized,
    /// Unit; empty = none.
    pub unit: Localized,
    /// The value; none = not known.
    #[serde(serialize_with = "as_json")]
    pub value: Option<Value>,
    /// Where it comes from; none where nothing says so (derived facts, zero counts).
    pub source: Option<Localized>,
    /// Day of the latest record behind it.
    pub date: Option<Date>,
    /// Whether the person can change it.
    pub actionable: bool,
}

fn as_json<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(Value::to_json).serialize(serializer)
}

/// Is what one rule answered about the object.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedRule {
    /// Rule id.
    pub rule: String,
    /// Its answer.
    pub state: RuleState,
    /// Facts that it missed.
    pub missing: Vec<String>,
    /// Evidence given by its script.
    pub evidence: Option<String>,
    /// Code of the error that made it unknown.
    pub error: Option<String>,
}

/// Holds all that one explanation reads.
#[derive(Clone, Copy, Debug)]
pub struct ExplainInput<'a> {
    /// The pack.
    pub manifest: &'a PackManifest,
    /// The policy of the methodology that assessed.
    pub policy: &'a Policy,
    /// The stored result.
    pub assessment: &'a Assessment,
    /// Heads of the methodology's rules.
    pub heads: &'a [RuleHead],
    /// Answers about this object.
    pub rules: &'a [ExplainedRule],
    /// Facts of this object by name.
    pub facts: &'a BTreeMap<String, FactSaid>,
    /// The model's score taken apart; none without a model.
    pub contributions: Option<&'a Contributions>,
    /// What would lower the category; none where it could not be tried.
    pub ways: Option<&'a WaysDown>,
}

/// Collects the answers of all rules about one row, except those not fired.
pub fn explained_rules(verdicts: &RuleVerdicts, row: usize) -> Vec<ExplainedRule> {
    let answers = verdicts.heads.iter().zip(&verdicts.columns).enumerate();
    answers
        .filter_map(|(rule, (head, column))| {
            let state = *column.states.get(row)?;
            let detail = verdicts.detail(rule, row);
            (state != RuleState::NotFired).then(|| ExplainedRule {
                rule: head.id.clone(),
                state,
                missing: verdicts.missing(rule, row).to_vec(),
                evidence: detail.and_then(|detail| detail.evidence.clone()),
                error: detail.and_then(|detail| detail.error.clone()),
            })
        })
        .collect()
}

/// Collects the facts of one row; `origin` gives the title of the source and the day of the latest record behind
/// a fact.
pub fn said_facts(
    catalogue: &FactCatalogue,
    facts: &FactsTable,
    row: usize,
    origin: impl Fn(&str) -> Option<(Localized, Option<Date>)>,
) -> BTreeMap<String, FactSaid> {
    let said = |head: &dozor_facts::FactHead| {
        let (source, date) = origin(&head.code).map_or((None, None), |(title, day)| (Some(title), day));
        let value = facts.column(&head.code).and_then(|column| facts.value(row, column));
        let fact = FactSaid {
            title: head.title.clone(),
            unit: head.unit.clone(),
            value,
            source,
            date,
            actionable: head.actionable,
        };
        (head.code.clone(), fact)
    };
    catalogue.facts().iter().map(said).collect()
}
