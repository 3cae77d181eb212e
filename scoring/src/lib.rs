//! From facts and rules to a category with its reasons: the model, the policy, the explanation, the evaluation.
//!
//! Invariants:
//! * same inputs, same bytes: sums run in one order, ties break by key, chance comes from a named seed;
//! * a category follows from published arithmetic only: without a valid model every role gives the rules' one;
//! * no protected, personal or proxy fact becomes a feature, and nothing here knows who inspects;
//! * a stored model is checked before it scores: hash, structure, golden rows, catalogue.

mod audit;
mod bytes;
mod drift;
mod error;
mod evaluate;
mod explain;
mod exploration;
mod fit;
mod model;
mod policy;
mod seed;
mod spec;
mod whatif;

pub use audit::{
    Agreement, AuditedObject, GroupFigures, InspectorEffect, InspectorEvent, Interval, Reliability,
    agreement, disparity, inspector_effects, source_reliability, wilson, within_inspector_auc,
};
pub use drift::{FactDrift, PromiseDrift, fact_drift, promise_drift};
pub use error::{SCORING_ERRORS, ScoringError};
pub use evaluate::{
    CalibrationBin, CategoryHits, Contender, ContenderFigures, Estimate, EvaluateSettings, EvaluatedEvent,
    EvaluatedWindow, Evaluation, EvaluationCounts, Language, Metrics, PageTable, PageTexts,
    RollingEvaluation, WindowFigures, evaluate, evaluate_rolling, evaluation_page, random_order,
};
pub use explain::{
    Answered, CategoryCause, ChangeQuestion, ExplainInput, ExplainedRule, Explanation, ExplanationLine,
    FactChange, FactSaid, FloorState, Influence, Likeness, NearCase, PastCases, ReplyGround, ReplyHead,
    RuleChange, Section, SmallestChange, WaysDown, category_causes, cause_in_words, explain, explained_rules,
    reply, said_facts, value_in_words, ways_down, why_sentence,
};
pub use exploration::{
    DistrictEstimate, Drawable, Drawn, DrawnFrom, SurveyedObject, default_tilt, draw, estimate_prevalence,
    exploration_cost,
};
pub use fit::{Linear, WeightedLogistic};
pub use model::{
    Annex, CalibrationFigures, CardFact, Contributions, DroppedFact, FactName, FeatureSummary, HeldOut,
    LabelRule, ModelBundle, ModelSummary, NumberBin, Reasons, Scorecard, Scored, TextBin, TrainingWindow,
    train, train_weighted,
};
pub use policy::{
    Answers, Assessed, CategoryColumn, CategoryLoad, CategoryWork, CodeColumn, ModelRole, OrderWeights,
    POLICY_FINDINGS, Policy, PolicyFinding, PolicyText, ProposedBounds, SeverityColumn, SeverityText,
    category_load, propose_bounds,
};
pub use spec::{
    CalibrationMethod, CalibrationSpec, FeatureSpec, MissingPoints, ModelKind, ModelSpec, OutcomeSpec,
    ReliabilitySpec, ScorecardSpec, SourceGroup, TrainingSpec, Transform,
};
pub use whatif::{
    Caught, Cause, Comparison, Gate, GroupBurden, GroupCaught, GroupMoves, KnownOutcomes, Load, Matrix,
    Moved, PublicationPolicy, PublicationReason, RuleMoves, Side, burdens, compare, known_outcomes,
    paired_difference, share,
};

use dozor_domain::hex;
