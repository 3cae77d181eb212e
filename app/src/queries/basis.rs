//! The steps from points to category, with the policy's words for its conditions.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_domain as domain;
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::codes::RiskCategory;
use super::common::Localized;

/// One step of how the category came about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum BasisStep {
    Points {
        rule: String,
        points: f64,
    },
    ProbabilityGroup {
        sum: f64,
        group: String,
    },
    Severity {
        group: String,
        /// The policy's condition in words.
        title: Localized,
    },
    /// The condition could not be answered and was passed over.
    SeverityUnknown {
        group: String,
        /// The policy's condition in words.
        title: Localized,
        /// Names of the facts that are not known.
        missing: Vec<Localized>,
    },
    SeverityRaised {
        rule: String,
        group: String,
    },
    Table {
        severity: String,
        probability: String,
        category: RiskCategory,
    },
    Floor {
        rule: String,
        category: RiskCategory,
    },
    ModelGroup {
        probability: f64,
        group: String,
    },
    /// The published scorecard raises the rules' group by one at most.
    ScorecardGroup {
        points: i64,
        /// The group that the points alone stand for.
        band: String,
        /// The group that counts.
        group: String,
    },
    NoModel,
    UnknownCouldRaise {
        rules: Vec<String>,
        category: RiskCategory,
    },
}

impl Queries {
    pub(super) fn basis_step(&self, step: &domain::BasisStep) -> BasisStep {
        use domain::BasisStep as Step;
        match step.clone() {
            Step::Points { rule, points } => BasisStep::Points { rule, points },
            Step::ProbabilityGroup { sum, group } => BasisStep::ProbabilityGroup { sum, group },
            Step::Severity { group, because } => {
                BasisStep::Severity { title: self.severity_title(&because), group }
            }
            Step::SeverityUnknown { group, because, missing } => BasisStep::SeverityUnknown {
                title: self.severity_title(&because),
                missing: missing.iter().map(|fact| self.field_title(fact)).collect(),
                group,
            },
            Step::SeverityRaised { rule, group } => BasisStep::SeverityRaised { rule, group },
            Step::Table { severity, probability, category } => {
                BasisStep::Table { severity, probability, category: category.into() }
            }
            Step::Floor { rule, category } => BasisStep::Floor { rule, category: category.into() },
            Step::ModelGroup { probability, group } => BasisStep::ModelGroup { probability, group },
            Step::ScorecardGroup { points, band, group } => BasisStep::ScorecardGroup { points, band, group },
            Step::NoModel => BasisStep::NoModel,
            Step::UnknownCouldRaise { rules, category } => {
                BasisStep::UnknownCouldRaise { rules, category: category.into() }
            }
        }
    }

    /// Returns the words of the policy's condition; of no condition, those of everybody's default.
    fn severity_title(&self, because: &str) -> Localized {
        let text = self.dozor.methodology.policy.text();
        let entry = text.severity.iter().find(|entry| entry.when == because);
        Localized::from(entry.map_or(&text.severity_default, |entry| &entry.title))
    }
}
