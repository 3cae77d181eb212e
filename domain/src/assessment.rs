//! Assessments (append-only results of a run) and category assignments (what is in force).

use serde::{Deserialize, Serialize};

use crate::{
    AssignmentId, DecisionId, InvalidTransition, ObjectId, Probability, RiskCategory, RuleState, RunId,
    Timestamp,
};

/// Is one step of how a category came about, in order. Texts are made from it in either language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum BasisStep {
    /// A rule that counts in the category gave points.
    Points {
        /// Rule id.
        rule: String,
        /// Points, negative for good faith.
        points: f64,
    },
    /// The sum of points fell into a band.
    ProbabilityGroup {
        /// Sum of points.
        sum: f64,
        /// Code of the group.
        group: String,
    },
    /// The object's own severity, by the first expression of the policy that held.
    Severity {
        /// Code of the group.
        group: String,
        /// The policy's expression.
        because: String,
    },
    /// A severity expression could not be answered and was passed over: the group could be this one.
    SeverityUnknown {
        /// Code of the group that it would give.
        group: String,
        /// The policy's expression.
        because: String,
        /// Facts that it missed, sorted.
        missing: Vec<String>,
    },
    /// A rule raised the severity.
    SeverityRaised {
        /// Rule id.
        rule: String,
        /// Code of the group after it.
        group: String,
    },
    /// The table of severity × probability gave a category.
    Table {
        /// Severity code.
        severity: String,
        /// Probability group code.
        probability: String,
        /// The category of that cell.
        category: RiskCategory,
    },
    /// A fired rule holds the category up.
    Floor {
        /// Rule id.
        rule: String,
        /// The floor.
        category: RiskCategory,
    },
    /// The calibrated probability fell into a band (role `matrix`).
    ModelGroup {
        /// Calibrated probability.
        probability: f64,
        /// Code of the group.
        group: String,
    },
    /// The published scorecard raised the rules' probability group, or left it (role `scorecard_matrix`).
    ScorecardGroup {
        /// Sum of the card's points.
        points: i64,
        /// Code of the group that the points alone stand for.
        band: String,
        /// Code of the group that counts: at most one above the rules' group.
        group: String,
    },
    /// There was no valid model; the rules' category stands.
    NoModel,
    /// Rules that could not be answered could raise the category so far.
    UnknownCouldRaise {
        /// Rule ids.
        rules: Vec<String>,
        /// The highest category that they could give.
        category: RiskCategory,
    },
}

/// Is one additive part of a model's score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// Feature, e.g. a fact's name or `missing:fact`.
    pub feature: String,
    /// The value read, as text; empty when missing.
    pub value: String,
    /// Its part of the log-odds.
    pub log_odds: f64,
}

/// Is the stored result for one object and control kind in one run; never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The run.
    pub run: RunId,
    /// The object.
    pub object: ObjectId,
    /// Code of the control kind.
    pub control_kind: String,
    /// What the rules alone give.
    pub rule_category: RiskCategory,
    /// What the policy gives.
    pub category: RiskCategory,
    /// The highest category that unknown rules could give.
    pub highest_if_unknown: RiskCategory,
    /// Calibrated probability of a violation; none without a model.
    pub probability: Option<Probability>,
    /// Sum of points of criteria and good faith.
    pub points: f64,
    /// Order of work: larger comes first.
    pub score: f64,
    /// Rules that answered, by id, except those not fired.
    pub rules: Vec<(String, RuleState)>,
    /// How the category came about.
    pub basis: Vec<BasisStep>,
    /// SHA-256 of the object's facts row.
    pub facts_hash: [u8; 32],
}

/// Says by what a run was made; with the run's facts it recomputes every assessment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunHeader {
    /// Id, derived from all other fields but `started_at`.
    pub id: RunId,
    /// Hash of the methodology version.
    pub methodology: String,
    /// Hash of the model bundle, or none.
    pub model: Option<String>,
    /// Version of the engine.
    pub engine: String,
    /// The instant of the facts.
    pub as_of: Timestamp,
    /// Last commit seen.
    pub up_to_seq: i64,
    /// SHA-256 of the run's Parquet of facts.
    pub facts: String,
    /// When it was started.
    pub started_at: Timestamp,
}

/// Is an official's recorded decision over a batch of proposed categories (приказ об отнесении).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// Id.
    pub id: DecisionId,
    /// The run whose proposals were decided.
    pub run: RunId,
    /// Number of the order.
    pub order_number: String,
    /// The official, or `auto_decide` of the policy.
    pub official: String,
    /// When.
    pub decided_at: Timestamp,
    /// How many assignments it made active.
    pub count: u64,
}

/// Is where a category assignment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AssignmentState {
    /// Made by a run; counts as Low until decided.
    Proposed,
    /// In force by a decision.
    Active {
        /// The decision.
        decision: DecisionId,
    },
    /// Replaced by a later decision.
    Superseded {
        /// The decision that replaced it.
        by: DecisionId,
    },
}

/// Is one category of one object and control kind; at most one is active.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryAssignment {
    /// Id.
    pub id: AssignmentId,
    /// The object.
    pub object: ObjectId,
    /// Code of the control kind.
    pub control_kind: String,
    /// The category.
    pub category: RiskCategory,
    /// The run that proposed it.
    pub run: RunId,
    /// Where it stands.
    pub state: AssignmentState,
}

impl CategoryAssignment {
    /// Makes a proposed assignment active.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is proposed.
    pub fn decide(self, decision: DecisionId) -> Result<Self, InvalidTransition> {
        match self.state {
            AssignmentState::Proposed => Ok(Self { state: AssignmentState::Active { decision }, ..self }),
            AssignmentState::Active { .. } => Err(refused("active", "decide")),
            AssignmentState::Superseded { .. } => Err(refused("superseded", "decide")),
        }
    }

    /// Ends an active assignment in favour of a later decision.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is active.
    pub fn supersede(self, by: DecisionId) -> Result<Self, InvalidTransition> {
        match self.state {
            AssignmentState::Active { .. } => Ok(Self { state: AssignmentState::Superseded { by }, ..self }),
            AssignmentState::Proposed => Err(refused("proposed", "supersede")),
            AssignmentState::Superseded { .. } => Err(refused("superseded", "supersede")),
        }
    }
}

fn refused(state: &'static str, event: &'static str) -> InvalidTransition {
    InvalidTransition { entity: "category assignment", state, event }
}
