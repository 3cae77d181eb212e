//! From facts and rules to a category with its reasons: the model, the policy, the explanation, the evaluation.
//!
//! Invariants:
//! * same inputs, same bytes: sums run in one order, ties break by key, chance comes from a named seed;
//! * a category follows from published arithmetic only: without a valid model every role gives the rules' one;
//! * no protected, personal or proxy fact becomes a feature, and nothing here knows who inspects;
//! * a stored model is checked before it scores: hash, structure, golden rows, catalogue.

mod bytes;
mod error;
mod evaluate;
mod explain;
mod logistic;
mod model;
mod policy;
mod seed;
mod spec;
mod whatif;

pub use error::{SCORING_ERRORS, ScoringError};
pub use evaluate::{
    Estimate, EvaluateSettings, EvaluatedEvent, Evaluation, EvaluationCounts, Metrics, evaluate,
};
pub use explain::{
    ExplainInput, ExplainedRule, Explanation, ExplanationLine, FactSaid, Section, explain, explained_rules,
    said_facts, value_in_words, why_sentence,
};
pub use model::{
    Contributions, DroppedFact, FeatureSummary, HeldOut, LabelRule, ModelBundle, ModelSummary, Scored,
    TrainingWindow, train,
};
pub use policy::{
    Answers, Assessed, CategoryColumn, CodeColumn, ModelRole, OrderWeights, POLICY_FINDINGS, Policy,
    PolicyFinding, PolicyText, SeverityColumn, SeverityText,
};
pub use spec::{CalibrationSpec, FeatureSpec, ModelSpec, OutcomeSpec, TrainingSpec, Transform};
pub use whatif::{
    Caught, Cause, Comparison, Gate, GroupCaught, GroupMoves, KnownOutcomes, Load, Matrix, Moved,
    PublicationPolicy, PublicationReason, RuleMoves, Side, compare, known_outcomes, paired_difference, share,
};

use bytes::hex;
