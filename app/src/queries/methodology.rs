//! The methodology page: the active version, its rules with scripts and cases, its facts.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;
use std::sync::Arc;

use dozor_facts::{FactHead, MissingMeans, Sensitivity};
use dozor_rules::{CaseResult, Rule as LoadedRule};
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::codes::{FactUse, RiskCategory, RuleKind, RuleState, ValueType};
use super::common::{LegalReference, Localized, SeverityChange, references, value_text, whole};
use super::policy::{Policy, policy_view};
use crate::dozor::blocking;
use crate::error::AppError;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MetricValue {
    pub code: String,
    pub value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// A fact that the model reads.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModelFeature {
    pub name: String,
    pub title: Localized,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModelInfo {
    pub hash: String,
    #[schema(format = DateTime)]
    pub trained_at: String,
    #[schema(format = DateTime)]
    pub as_of: String,
    pub rows: i64,
    pub positives: i64,
    pub features: Vec<ModelFeature>,
    pub metrics: Vec<MetricValue>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Methodology {
    pub version: i64,
    pub hash: String,
    pub engine: String,
    #[schema(format = DateTime)]
    pub active_since: String,
    pub policy: Policy,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelInfo>,
    pub rule_count: i64,
    pub fact_count: i64,
    pub case_count: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FactSetting {
    pub name: String,
    /// None = missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleCase {
    pub name: String,
    pub facts: Vec<FactSetting>,
    pub expect: RuleState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<f64>,
    pub passed: bool,
    pub got: RuleState,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Rule {
    pub id: String,
    pub title: Localized,
    pub kinds: Vec<RuleKind>,
    pub control_kinds: Vec<String>,
    pub object_kinds: Vec<String>,
    pub basis: Vec<LegalReference>,
    pub points: f64,
    pub priority: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<RiskCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<SeverityChange>,
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<String>,
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_to: Option<String>,
    pub facts: Vec<String>,
    pub script: String,
    /// Objects on which it fired in the latest run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fired: Option<i64>,
    /// Objects on which it could not be answered in the latest run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<i64>,
    pub cases: Vec<RuleCase>,
}

/// By id.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleList {
    pub items: Vec<Rule>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Fact {
    pub name: String,
    pub title: Localized,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Localized>,
    pub kind: String,
    pub value_type: ValueType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Localized>,
    /// What missing means.
    pub missing: String,
    pub uses: Vec<FactUse>,
    pub actionable: bool,
    pub proxy: bool,
    /// Share of objects of the latest run for which it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_share: Option<f64>,
    /// Rules that read it.
    pub rules: Vec<String>,
}

/// In the order of the catalogue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FactList {
    pub items: Vec<Fact>,
}

/// Writes an enum as its stored code.
fn code(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|json| json.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Queries {
    /// Returns the active version with its policy and model.
    ///
    /// # Errors
    /// The store's.
    pub async fn methodology(&self) -> Result<Methodology, AppError> {
        let methodology = &self.dozor.methodology;
        let stored = self.dozor.store().methodology(&methodology.hash).await?;
        let heads = methodology.rules.rules();
        Ok(Methodology {
            version: stored.as_ref().map_or(0, |one| one.number),
            hash: methodology.hash.clone(),
            engine: stored.as_ref().map(|one| one.engine.clone()).unwrap_or_default(),
            active_since: stored
                .and_then(|one| Some(one.activated_at?.to_string()))
                .unwrap_or_else(|| self.dozor.now().to_string()),
            policy: policy_view(methodology.policy.text()),
            model: self.model_info().await?,
            rule_count: whole(heads.len()),
            fact_count: whole(methodology.catalogue.facts().len()),
            case_count: whole(
                heads.iter().map(|rule| methodology.rules.cases(&rule.head().id).len()).sum::<usize>(),
            ),
        })
    }

    async fn model_info(&self) -> Result<Option<ModelInfo>, AppError> {
        // The one that scores: a champion that is refused is not shown as if it did.
        let Some((hash, bundle)) = self.dozor.champion().await?.0 else { return Ok(None) };
        let Some(model) = self.dozor.store().model(&hash).await? else { return Ok(None) };
        let summary = bundle.summary();
        let metric =
            |code: &str, value: f64| MetricValue { code: code.to_owned(), value, low: None, high: None };
        let feature = |one: &dozor_scoring::FeatureSummary| ModelFeature {
            name: one.fact.clone(),
            title: self.field_title(&one.fact),
        };
        Ok(Some(ModelInfo {
            hash: model.hash,
            trained_at: model.trained_at.to_string(),
            as_of: model.as_of.to_string(),
            rows: whole(summary.rows),
            positives: whole(summary.positives),
            features: summary.features.iter().map(feature).collect(),
            metrics: vec![metric("auc", summary.held_out.auc), metric("brier", summary.held_out.brier)],
        }))
    }

    /// Returns the rules with their cases run and with what they found in the latest run.
    ///
    /// # Errors
    /// The store's.
    pub async fn rules(&self) -> Result<RuleList, AppError> {
        let found = self.rule_counts().await?;
        let methodology = Arc::clone(&self.dozor.methodology);
        blocking("the cases of the rules", move || {
            let results = methodology.rules.test();
            let rules = methodology.rules.rules().iter();
            let view = |rule: &LoadedRule| rule_view(rule, &methodology.rules, &results, &found);
            Ok(RuleList { items: rules.map(view).collect() })
        })
        .await?
    }

    /// Returns on how many objects of the latest run each rule fired and stayed unknown; empty before the first run.
    async fn rule_counts(&self) -> Result<HashMap<String, (i64, i64)>, AppError> {
        let Some(run) = self.dozor.store().latest_run().await? else { return Ok(HashMap::new()) };
        let table = self.dozor.facts_of_run(&run.header).await?;
        let methodology = Arc::clone(&self.dozor.methodology);
        blocking("the rules over the latest run", move || {
            let verdicts = methodology.rules.evaluate_columns(&table)?;
            let counted = verdicts.heads.iter().zip(&verdicts.columns).map(|(head, column)| {
                (head.id.clone(), (whole(column.fired.count()), whole(column.unknown.count())))
            });
            Ok(counted.collect())
        })
        .await?
    }

    /// Returns the catalogue of facts.
    ///
    /// # Errors
    /// The store's.
    pub async fn facts(&self) -> Result<FactList, AppError> {
        let table = match self.dozor.store().latest_run().await? {
            Some(run) => Some(self.dozor.facts_of_run(&run.header).await?),
            None => None,
        };
        let methodology = Arc::clone(&self.dozor.methodology);
        let title = |fact: &FactHead| Some((fact.code.clone(), self.sources_title(&fact.sources)?));
        let sources: HashMap<String, Localized> =
            methodology.catalogue.facts().iter().filter_map(title).collect();
        blocking("the catalogue", move || {
            let known_share = |fact: &FactHead| {
                let table = table.as_ref().filter(|table| !table.is_empty())?;
                let column = table.column(&fact.code)?;
                let known = (0..table.len()).filter(|&row| table.value(row, column).is_some()).count();
                Some(known as f64 / table.len() as f64)
            };
            let heads = methodology.rules.heads();
            let readers = |fact: &FactHead| {
                heads
                    .iter()
                    .filter(|head| head.facts.contains(&fact.code))
                    .map(|head| head.id.clone())
                    .collect()
            };
            let view = |fact: &FactHead| Fact {
                name: fact.code.clone(),
                title: Localized::from(&fact.title),
                unit: Localized::written(&fact.unit),
                kind: code(&fact.kind),
                value_type: fact.value_type.into(),
                source: sources.get(&fact.code).cloned(),
                missing: match fact.missing {
                    MissingMeans::Unknown => "unknown".to_owned(),
                    MissingMeans::Zero => "zero".to_owned(),
                },
                uses: fact.uses.all().iter().map(|one| FactUse::from(*one)).collect(),
                actionable: fact.actionable,
                proxy: fact.sensitivity == Some(Sensitivity::Proxy),
                known_share: known_share(fact),
                rules: readers(fact),
            };
            FactList { items: methodology.catalogue.facts().iter().map(view).collect() }
        })
        .await
    }
}

fn rule_view(
    rule: &LoadedRule,
    all: &dozor_rules::RuleSet,
    results: &[CaseResult],
    found: &HashMap<String, (i64, i64)>,
) -> Rule {
    let head = rule.head();
    let case = |case: &dozor_rules::Case| {
        let result = results.iter().find(|one| one.rule == head.id && one.case == case.name);
        let setting = |(name, value): (&String, &dozor_domain::Value)| FactSetting {
            name: name.clone(),
            value: Some(value_text(value)),
        };
        RuleCase {
            name: case.name.clone(),
            facts: case.facts.iter().map(setting).collect(),
            expect: case.expect.into(),
            points: case.points,
            passed: result.is_some_and(|one| one.passed),
            got: result.map_or(dozor_domain::RuleState::Unknown, |one| one.got).into(),
        }
    };
    let counts = found.get(&head.id);
    Rule {
        id: head.id.clone(),
        title: Localized::from(&head.title),
        kinds: head.kinds.iter().map(|kind| RuleKind::from(*kind)).collect(),
        control_kinds: head.control_kinds.clone(),
        object_kinds: head.object_kinds.clone(),
        basis: references(&head.basis),
        points: head.points,
        priority: head.priority,
        floor: head.floor.map(RiskCategory::from),
        severity: head.severity.clone().map(SeverityChange::from),
        effective_from: rule.effective_from().map(|day| day.to_string()),
        effective_to: rule.effective_to().map(|day| day.to_string()),
        facts: head.facts.clone(),
        script: rule.source().to_owned(),
        fired: counts.map(|one| one.0),
        unknown: counts.map(|one| one.1),
        cases: all.cases(&head.id).iter().map(case).collect(),
    }
}
