//! The methodology page: the active version, its rules with scripts and cases, its facts.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;
use std::sync::Arc;

use dozor_rules::{CaseResult, Rule as LoadedRule};
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::codes::{RiskCategory, RuleKind, RuleState};
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

/// What its author wrote for those who read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RulePassportView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protects: Option<Localized>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Localized>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exceptions: Option<Localized>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Localized>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Localized>,
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_on: Option<String>,
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
    pub passport: RulePassportView,
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
        passport: passport_view(rule.passport()),
        script: rule.source().to_owned(),
        fired: counts.map(|one| one.0),
        unknown: counts.map(|one| one.1),
        cases: all.cases(&head.id).iter().map(case).collect(),
    }
}

fn passport_view(written: &dozor_rules::Passport) -> RulePassportView {
    let text = |text: &Option<dozor_domain::Localized>| text.as_ref().map(Localized::from);
    RulePassportView {
        protects: text(&written.protects),
        threshold: text(&written.threshold),
        exceptions: text(&written.exceptions),
        note: text(&written.note),
        owner: text(&written.owner),
        review_on: written.review_on.map(|day| day.to_string()),
    }
}
