//! What can go wrong in scoring, each with a code, a cause and an action.

use dozor_domain::{Coded, ErrorInfo};
use thiserror::Error;

/// Codes of this crate.
pub const SCORING_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "MODEL_SPEC",
        cause: "model.toml is not of the expected form or contradicts itself",
        action: "correct the key that the message names",
    },
    ErrorInfo {
        code: "MODEL_FACT_UNKNOWN",
        cause: "model.toml names a fact that facts.toml does not declare, or the table of facts lacks it",
        action: "correct the name in model.toml, or declare the fact in facts.toml",
    },
    ErrorInfo {
        code: "MODEL_FACT_REFUSED",
        cause: "a protected or personal attribute, a proxy of who inspected, or a fact that is not declared for \
                the model would become a feature",
        action: "take the fact out of model.toml; its mark in facts.toml says why it may not score",
    },
    ErrorInfo {
        code: "MODEL_LABEL",
        cause: "a label expression of model.toml does not compile against the fields of the outcome source",
        action: "correct the expression; it may read only the fields that the source declares",
    },
    ErrorInfo {
        code: "MODEL_NO_POSITIVES",
        cause: "no outcome known by that instant is a violation: there are none by then, or a gap of days before it leaves none",
        action: "load outcomes, choose a later instant or a shorter gap; until then the rules alone give the categories",
    },
    ErrorInfo {
        code: "MODEL_NO_NEGATIVES",
        cause: "no outcome known by that instant is free of a violation",
        action: "load outcomes or choose a later instant; until then the rules alone give the categories",
    },
    ErrorInfo {
        code: "MODEL_TOO_FEW_OUTCOMES",
        cause: "there are fewer labelled outcomes than columns of the model's matrix",
        action: "load more outcomes or take features out of model.toml; the rules alone go on",
    },
    ErrorInfo {
        code: "MODEL_NO_FEATURES",
        cause: "every feature is constant or missing everywhere in the training rows",
        action: "check that the sources of the features have been ingested; the rules alone go on",
    },
    ErrorInfo {
        code: "MODEL_CALIBRATION",
        cause: "the latest outcomes, which calibrate the probability, are all of one kind",
        action: "raise `calibration.share` in model.toml or load more outcomes; the rules alone go on",
    },
    ErrorInfo {
        code: "MODEL_FIT",
        cause: "the solver found no finite solution",
        action: "raise `training.l2` in model.toml, or look for a fact with absurd values",
    },
    ErrorInfo {
        code: "MODEL_BUNDLE_DAMAGED",
        cause: "the stored model is not what was written: header, hash, structure or golden rows disagree",
        action: "take the model from a backup or train a new one; nothing was scored with it",
    },
    ErrorInfo {
        code: "MODEL_OTHER_CATALOGUE",
        cause: "the model was trained with another catalogue of facts",
        action: "train a new model; until then the rules alone give the categories",
    },
    ErrorInfo {
        code: "POLICY_TOML",
        cause: "policy.toml is not TOML of the expected form: a key is unknown, missing or of another type",
        action: "correct the key that the message names",
    },
    ErrorInfo {
        code: "POLICY_INCONSISTENT",
        cause: "policy.toml contradicts itself, the pack's scale or a rule",
        action: "correct the group, bound or category that the message names",
    },
    ErrorInfo {
        code: "POLICY_EXPRESSION",
        cause: "a severity expression of policy.toml does not compile against the catalogue of facts",
        action: "correct the expression; it may read only declared facts",
    },
    ErrorInfo {
        code: "SCORECARD_MISSING",
        cause: "the role `scorecard_matrix` reads a published integer scorecard, and the methodology has no scorecard.toml",
        action: "draft one from outcomes by `dozor scorecard`, add it as scorecard.toml, or use the role `rules_only`",
    },
    ErrorInfo {
        code: "SCORING_SHAPE",
        cause: "tables that belong together have different numbers of rows or control kinds",
        action: "report this: the program joined what does not fit",
    },
    ErrorInfo {
        code: "EXPLORATION_TILT",
        cause: "an object's tilt in the draw of the exploration reserve is not a positive number",
        action: "give every object a chance above 0; leave out of the list what may not be visited at all",
    },
    ErrorInfo {
        code: "SCORECARD",
        cause: "a scorecard is not of the expected form, contradicts itself, or reads a fact that it may not",
        action: "correct the fact or bin that the message names, or propose a new card from the outcomes",
    },
    ErrorInfo {
        code: "MODEL_WEIGHT",
        cause: "a training row has a weight that is not a positive number",
        action: "look at the recorded chance by which that object was drawn; it lies above 0 and not above 1",
    },
    ErrorInfo {
        code: "EVALUATE_EMPTY",
        cause: "no outcome of the period has a label of both kinds",
        action: "choose a longer period, or ingest the outcomes of this one",
    },
];

/// Says what went wrong in scoring.
#[derive(Debug, Error)]
pub enum ScoringError {
    /// `model.toml` does not parse.
    #[error("reading model.toml")]
    ModelToml(#[source] toml::de::Error),
    /// `model.toml` parses and contradicts itself.
    #[error("checking model.toml: {problem}")]
    ModelSpec {
        /// What contradicts what.
        problem: String,
    },
    /// A feature names no fact.
    #[error("looking up the feature «{fact}» of model.toml")]
    FactUnknown {
        /// The name.
        fact: String,
    },
    /// A feature may not be used for scoring.
    #[error("taking the fact «{fact}» as a feature: it is {mark}")]
    FactRefused {
        /// The name.
        fact: String,
        /// Why it is refused.
        mark: String,
    },
    /// A label expression does not compile.
    #[error("compiling the label expression `{expression}`: {problem}")]
    Label {
        /// The expression.
        expression: String,
        /// What the compiler says.
        problem: String,
    },
    /// Nothing to learn: no positives.
    #[error("training on {rows} outcomes without a single violation")]
    NoPositives {
        /// Labelled outcomes.
        rows: usize,
    },
    /// Nothing to learn: no negatives.
    #[error("training on {rows} outcomes that are all violations")]
    NoNegatives {
        /// Labelled outcomes.
        rows: usize,
    },
    /// Fewer rows than columns.
    #[error("training {columns} columns on {rows} outcomes")]
    TooFewOutcomes {
        /// Labelled outcomes.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
    },
    /// No column varies.
    #[error("training on {rows} outcomes in which no feature varies")]
    NoFeatures {
        /// Labelled outcomes.
        rows: usize,
    },
    /// The calibration part has one class.
    #[error("calibrating on the latest {rows} outcomes, {positives} of them violations")]
    Calibration {
        /// Rows held out.
        rows: usize,
        /// Positives among them.
        positives: usize,
    },
    /// The solver failed.
    #[error("fitting the logistic regression: {problem}")]
    Fit {
        /// What the solver says.
        problem: String,
    },
    /// The stored bundle is damaged.
    #[error("opening a model bundle: {problem}")]
    Damaged {
        /// What disagrees.
        problem: String,
    },
    /// The bundle belongs to another catalogue.
    #[error("opening a model of catalogue {found} under catalogue {expected}")]
    OtherCatalogue {
        /// Hash in the bundle.
        found: String,
        /// Hash of the catalogue in use.
        expected: String,
    },
    /// `policy.toml` does not parse.
    #[error("reading policy.toml")]
    PolicyToml(#[source] toml::de::Error),
    /// `policy.toml` parses and contradicts itself.
    #[error("checking policy.toml: {problem}")]
    PolicyInconsistent {
        /// What contradicts what.
        problem: String,
    },
    /// A severity expression does not compile.
    #[error("compiling the severity expression `{expression}`: {problem}")]
    PolicyExpression {
        /// The expression.
        expression: String,
        /// What the compiler says.
        problem: String,
    },
    /// The role is not built yet.
    #[error("reading the role `scorecard_matrix` of policy.toml")]
    CardMissing,
    /// Inputs do not fit each other.
    #[error("joining {what}: {found} where {expected} were expected")]
    Shape {
        /// What was joined.
        what: &'static str,
        /// The number found.
        found: usize,
        /// The number expected.
        expected: usize,
    },
    /// An object has no chance in the draw.
    #[error("drawing from a list in which the object «{object}» has no chance")]
    Tilt {
        /// Its key.
        object: String,
    },
    /// `scorecard.toml` does not parse.
    #[error("reading scorecard.toml")]
    CardToml(#[source] toml::de::Error),
    /// A scorecard contradicts itself or the catalogue.
    #[error("checking a scorecard: {problem}")]
    Card {
        /// What contradicts what.
        problem: String,
    },
    /// A row's weight is impossible.
    #[error("weighing row {row} of the training rows")]
    Weight {
        /// The row.
        row: usize,
    },
    /// Nothing to evaluate.
    #[error("evaluating {events} outcomes, {positives} of them violations and {negatives} without")]
    NothingToEvaluate {
        /// Outcomes of the period.
        events: usize,
        /// Positives.
        positives: usize,
        /// Negatives.
        negatives: usize,
    },
}

impl Coded for ScoringError {
    fn info(&self) -> &'static ErrorInfo {
        &SCORING_ERRORS[match self {
            Self::ModelToml(_) | Self::ModelSpec { .. } => 0,
            Self::FactUnknown { .. } => 1,
            Self::FactRefused { .. } => 2,
            Self::Label { .. } => 3,
            Self::NoPositives { .. } => 4,
            Self::NoNegatives { .. } => 5,
            Self::TooFewOutcomes { .. } => 6,
            Self::NoFeatures { .. } => 7,
            Self::Calibration { .. } => 8,
            Self::Fit { .. } => 9,
            Self::Damaged { .. } => 10,
            Self::OtherCatalogue { .. } => 11,
            Self::PolicyToml(_) => 12,
            Self::PolicyInconsistent { .. } => 13,
            Self::PolicyExpression { .. } => 14,
            Self::CardMissing => 15,
            Self::Shape { .. } => 16,
            Self::Tilt { .. } => 17,
            Self::CardToml(_) | Self::Card { .. } => 18,
            Self::Weight { .. } => 19,
            Self::NothingToEvaluate { .. } => 20,
        }]
    }
}

impl ScoringError {
    /// Tells whether training merely found nothing to learn from: the rules alone go on.
    pub fn leaves_rules_alone(&self) -> bool {
        matches!(
            self,
            Self::NoPositives { .. }
                | Self::NoNegatives { .. }
                | Self::TooFewOutcomes { .. }
                | Self::NoFeatures { .. }
                | Self::Calibration { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_finds_its_own_code() {
        let cases: Vec<(ScoringError, &str)> = vec![
            (ScoringError::ModelSpec { problem: String::new() }, "MODEL_SPEC"),
            (ScoringError::FactRefused { fact: String::new(), mark: String::new() }, "MODEL_FACT_REFUSED"),
            (ScoringError::NoPositives { rows: 0 }, "MODEL_NO_POSITIVES"),
            (ScoringError::TooFewOutcomes { rows: 0, columns: 0 }, "MODEL_TOO_FEW_OUTCOMES"),
            (ScoringError::Damaged { problem: String::new() }, "MODEL_BUNDLE_DAMAGED"),
            (ScoringError::CardMissing, "SCORECARD_MISSING"),
            (ScoringError::NothingToEvaluate { events: 0, positives: 0, negatives: 0 }, "EVALUATE_EMPTY"),
        ];
        for (error, code) in cases {
            assert_eq!(error.info().code, code);
        }
    }
}
