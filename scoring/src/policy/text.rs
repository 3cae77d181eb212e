//! `policy.toml`: the role of the model, the bands, the severity expressions, the table. Parsed once, checked
//! against the catalogue's names and the pack's scale, and compiled.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{
    CategoryScale, ControlKind, Localized, PackManifest, RiskCategory, RuleHead, SeverityEffect, sha256,
};
use dozor_facts::{FactCatalogue, FactsTable};
use dozor_script::{Engine, Names, Program};
use serde::{Deserialize, Serialize};

use super::arithmetic::Tables;
use crate::model::{Scorecard, check_facts};
use crate::{ScoringError, hex};

/// Is the part that the model has in a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelRole {
    /// The rules alone give the category; the probability orders work inside it.
    RulesOnly,
    /// The rules' probability group is raised by at most one where a published integer scorecard stands higher.
    ScorecardMatrix,
    /// The calibrated probability gives the probability group by published bounds.
    Matrix,
}

/// Is one severity expression: the first that is true gives the object's own group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityText {
    /// Code of the group.
    pub group: String,
    /// Rhai over facts.
    pub when: String,
    /// The condition in words.
    pub title: Localized,
}

/// Weighs what orders work inside a category.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderWeights {
    /// Multiplies the calibrated probability; without a model the sum of points stands in its place.
    pub probability: f64,
    /// Multiplies the points of fired `ordering` rules.
    pub ordering: f64,
    /// Multiplies the highest priority (0–100) among fired criteria.
    pub criterion_priority: f64,
}

/// Is `policy.toml` as written: what the methodology page shows and the policy's hash covers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyText {
    /// Part of the model.
    pub role: ModelRole,
    /// Whether a run's proposals become active by themselves.
    pub auto_decide: bool,
    /// Codes of the severity groups, the highest first; the last is everybody's default.
    pub severity_groups: Vec<String>,
    /// Codes of the probability groups, the highest first; the last takes the rest.
    pub probability_groups: Vec<String>,
    /// Least sum of points of each probability group but the last.
    pub points: BTreeMap<String, f64>,
    /// Least calibrated probability of each probability group but the last.
    #[serde(default)]
    pub probability: BTreeMap<String, f64>,
    /// Least sum of points on the scorecard of each probability group but the last.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scorecard: BTreeMap<String, f64>,
    /// Severity expressions, the highest group first.
    #[serde(default)]
    pub severity: Vec<SeverityText>,
    /// The default severity group in words.
    #[serde(default)]
    pub severity_default: Localized,
    /// Categories by severity group, in the order of the probability groups.
    pub table: BTreeMap<String, Vec<RiskCategory>>,
    /// Order of work inside a category.
    pub order: OrderWeights,
}

/// Is a compiled severity expression.
#[derive(Debug)]
pub(crate) struct SeverityExpression {
    pub(crate) group: usize,
    pub(crate) when: String,
    pub(crate) program: Program,
}

/// Is a checked and compiled `policy.toml`.
#[derive(Debug)]
pub struct Policy {
    text: PolicyText,
    hash: String,
    pub(crate) tables: Tables,
    pub(crate) severity: Vec<SeverityExpression>,
    pub(crate) control_kinds: Vec<ControlKind>,
    card: Option<Scorecard>,
}

impl Policy {
    /// Parses, checks and compiles the text of a `policy.toml`.
    ///
    /// # Errors
    /// [`ScoringError::PolicyToml`], [`ScoringError::PolicyInconsistent`], [`ScoringError::PolicyExpression`].
    pub fn parse(text: &str, names: &Names, manifest: &PackManifest) -> Result<Self, ScoringError> {
        let text: PolicyText = toml::from_str(text).map_err(ScoringError::PolicyToml)?;
        let inconsistent = |problem: String| ScoringError::PolicyInconsistent { problem };
        let tables = text.tables(&manifest.scale).map_err(inconsistent)?;
        let engine = Engine::new();
        let severity = text
            .severity
            .iter()
            .map(|entry| compile(&engine, entry, &text, names))
            .collect::<Result<Vec<_>, _>>()?;
        if severity.windows(2).any(|pair| pair[1].group < pair[0].group) {
            return Err(inconsistent(
                "the severity expressions do not go from the highest group down".to_owned(),
            ));
        }
        let canonical = serde_json::to_vec(&text).map_err(|error| inconsistent(error.to_string()))?;
        Ok(Self {
            hash: hex(&sha256(&canonical)),
            tables,
            severity,
            control_kinds: manifest.control_kinds.clone(),
            card: None,
            text,
        })
    }

    /// Takes the methodology's `scorecard.toml` under the role that reads it; `text` is none where the pack has none.
    ///
    /// # Errors
    /// [`ScoringError::CardMissing`] under `scorecard_matrix`; [`ScoringError::CardToml`], [`ScoringError::Card`];
    /// [`ScoringError::FactUnknown`] and [`ScoringError::FactRefused`] for a fact that may not be scored.
    pub fn with_card(mut self, text: Option<&str>, catalogue: &FactCatalogue) -> Result<Self, ScoringError> {
        if self.text.role == ModelRole::ScorecardMatrix {
            let card = Scorecard::parse(text.ok_or(ScoringError::CardMissing)?)?;
            check_facts(card.fact_names(), catalogue)?;
            self.card = Some(card);
        }
        Ok(self)
    }

    /// Returns the card, where the role reads one.
    pub fn card(&self) -> Option<&Scorecard> {
        self.card.as_ref()
    }

    /// Returns each row's points on the card; none under another role.
    pub(crate) fn card_points(&self, facts: &FactsTable) -> Result<Option<Vec<i64>>, ScoringError> {
        match (&self.card, self.text.role) {
            (Some(card), ModelRole::ScorecardMatrix) => card.points(facts).map(Some),
            (None, ModelRole::ScorecardMatrix) => Err(ScoringError::CardMissing),
            (_, ModelRole::RulesOnly | ModelRole::Matrix) => Ok(None),
        }
    }

    /// Returns the part of the model.
    pub fn role(&self) -> ModelRole {
        self.text.role
    }
    /// Tells whether proposals become active by themselves.
    pub fn auto_decide(&self) -> bool {
        self.text.auto_decide
    }
    /// Returns the SHA-256 of the content (not of comments and layout), in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }
    /// Returns the policy as written.
    pub fn text(&self) -> &PolicyText {
        &self.text
    }

    /// Checks that the rules name only severity groups and floors that the policy knows.
    ///
    /// # Errors
    /// [`ScoringError::PolicyInconsistent`] with the first rule that does not.
    pub fn check_rules(&self, heads: &[RuleHead]) -> Result<(), ScoringError> {
        for head in heads {
            if let Some(SeverityEffect::AtLeast(group)) = &head.severity
                && self.tables.severity_group(group).is_none()
            {
                let known = self.text.severity_groups.join(", ");
                return Err(ScoringError::PolicyInconsistent {
                    problem: format!(
                        "rule «{}» names the severity group «{group}»; the policy has {known}",
                        head.id
                    ),
                });
            }
        }
        Ok(())
    }
}

fn compile(
    engine: &Engine,
    entry: &SeverityText,
    text: &PolicyText,
    names: &Names,
) -> Result<SeverityExpression, ScoringError> {
    let group = text.severity_groups.iter().position(|code| *code == entry.group).ok_or_else(|| {
        ScoringError::PolicyInconsistent {
            problem: format!("`{}` names the group «{}»", entry.when, entry.group),
        }
    })?;
    let program = engine.compile(&entry.when, names).map_err(|error| ScoringError::PolicyExpression {
        expression: entry.when.clone(),
        problem: error.to_string(),
    })?;
    Ok(SeverityExpression { group, when: entry.when.clone(), program })
}

impl PolicyText {
    fn tables(&self, scale: &CategoryScale) -> Result<Tables, String> {
        unique("severity_groups", &self.severity_groups)?;
        unique("probability_groups", &self.probability_groups)?;
        let order = [self.order.probability, self.order.ordering, self.order.criterion_priority];
        if order.iter().any(|weight| !weight.is_finite() || *weight < 0.0) {
            return Err("a weight of `order` is negative or not finite".to_owned());
        }
        let points = self.bounds("points", &self.points)?;
        let probability = match self.role {
            ModelRole::Matrix => Some(self.bounds("probability", &self.probability)?),
            ModelRole::RulesOnly | ModelRole::ScorecardMatrix if self.probability.is_empty() => None,
            ModelRole::RulesOnly | ModelRole::ScorecardMatrix => {
                return Err("`probability` has bounds, which only the role `matrix` reads".to_owned());
            }
        };
        let card = match self.role {
            ModelRole::ScorecardMatrix => Some(self.bounds("scorecard", &self.scorecard)?),
            ModelRole::RulesOnly | ModelRole::Matrix if self.scorecard.is_empty() => None,
            ModelRole::RulesOnly | ModelRole::Matrix => {
                return Err("`scorecard` has bounds, which only the role `scorecard_matrix` reads".to_owned());
            }
        };
        Ok(Tables {
            severity: self.severity_groups.clone(),
            probability: self.probability_groups.clone(),
            point_bounds: points,
            probability_bounds: probability,
            card_bounds: card,
            cells: self.cells(scale)?,
        })
    }

    /// Reads the lower bounds of all groups but the last, strictly falling.
    fn bounds(&self, name: &str, given: &BTreeMap<String, f64>) -> Result<Vec<f64>, String> {
        let (_, bounded) = self.probability_groups.split_last().ok_or("there are no probability groups")?;
        let bounds = bounded
            .iter()
            .map(|code| given.get(code).copied().ok_or_else(|| format!("`{name}` has no bound for «{code}»")))
            .collect::<Result<Vec<_>, _>>()?;
        if given.len() != bounds.len() {
            return Err(format!("`{name}` bounds a group that is the last or does not exist"));
        }
        if bounds.iter().any(|bound| !bound.is_finite()) || bounds.windows(2).any(|pair| pair[0] <= pair[1]) {
            return Err(format!("the bounds of `{name}` do not fall from group to group"));
        }
        Ok(bounds)
    }

    fn cells(&self, scale: &CategoryScale) -> Result<Vec<Vec<RiskCategory>>, String> {
        if self.table.len() != self.severity_groups.len() {
            return Err("`table` has not one line per severity group".to_owned());
        }
        let mut cells: Vec<Vec<RiskCategory>> = Vec::new();
        for group in &self.severity_groups {
            let line = self.table.get(group).ok_or_else(|| format!("`table` has no line «{group}»"))?;
            if line.len() != self.probability_groups.len() {
                return Err(format!("line «{group}» of `table` has not one category per probability group"));
            }
            if let Some(category) = line.iter().find(|category| !scale.contains(**category)) {
                return Err(format!("the scale of the pack has no category «{category}»"));
            }
            // More points or more severity may never mean less risk.
            if line.windows(2).any(|pair| pair[0] < pair[1]) {
                return Err(format!("line «{group}» of `table` rises where the probability falls"));
            }
            if cells.last().is_some_and(|above| above.iter().zip(line).any(|(above, here)| above < here)) {
                return Err(format!("line «{group}» of `table` lies above the line of a higher severity"));
            }
            cells.push(line.clone());
        }
        Ok(cells)
    }
}

fn unique(name: &str, codes: &[String]) -> Result<(), String> {
    if codes.is_empty() || codes.iter().collect::<BTreeSet<_>>().len() != codes.len() {
        return Err(format!("`{name}` is empty or names a group twice"));
    }
    Ok(())
}
