//! `publication.toml`: who must agree before a candidate comes into force. The gates of the version in force hold,
//! never those of the candidate, so that no draft opens its own gate.

use dozor_domain::ApprovalLevel;
use serde::{Deserialize, Serialize};

use super::burden::GroupBurden;
use super::compare::Comparison;
use crate::ScoringError;
use crate::policy::CategoryLoad;

/// Is `publication.toml`; a pack without one has these defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PublicationPolicy {
    /// Largest share of moved objects that one approver may publish alone.
    pub one_approver: f64,
    /// Largest share that the head of unit may publish with a reason; beyond it only the head of the authority.
    pub head_of_unit: f64,
    /// Largest share of objects on which a rule may fail before a run decides nothing.
    pub failed_rows: f64,
    /// How many times the share of all objects a group's share in the categories high and above may be before a
    /// candidate that makes it larger needs the head of unit.
    pub burden_ratio: f64,
    /// Signs that the desk decides in a working day.
    pub desk_signs_a_day: Option<f64>,
    /// Visits that one inspector makes in a working day, where planner.toml does not say.
    pub visits_per_inspector: Option<f64>,
}

impl Default for PublicationPolicy {
    fn default() -> Self {
        // Up to 2 % of objects one approver, up to 10 % the head of unit too; errors on more than 1 % stop a run.
        Self {
            one_approver: 0.02,
            head_of_unit: 0.10,
            failed_rows: 0.01,
            // Categories differ lawfully between groups, by use and zone: twice the share of all asks for an answer.
            burden_ratio: 2.0,
            desk_signs_a_day: None,
            visits_per_inspector: None,
        }
    }
}

/// Says why a gate is as high as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum PublicationReason {
    /// So many objects move.
    Moved {
        /// Share of objects whose category moves.
        share: f64,
        /// The bound that it passes.
        above: f64,
    },
    /// The year's work does not fit.
    LoadAboveCapacity {
        /// Visits that the own norm makes due in a year.
        visits: f64,
        /// Visits that can be made in a year.
        capacity: f64,
    },
    /// A group is burdened far more than all, and more than before.
    Disparity {
        /// The attribute by which groups are made.
        attribute: String,
        /// The group.
        group: String,
        /// Its share in the categories high and above, by the candidate.
        share: f64,
        /// Lower end of the share's 95 % interval.
        low: f64,
        /// The share of all objects.
        of_all: f64,
    },
}

/// Is what must happen before publication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Who must agree.
    pub level: ApprovalLevel,
    /// Share of objects whose category moves.
    pub moved_share: f64,
    /// Why it is more than one approver.
    pub reasons: Vec<PublicationReason>,
}

/// Is the work that categories and signs make, before and after, against what can be done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Hours that each category asks for in a year against those of the staff: before, after; none where the pack does
    /// not say how many visits an inspector makes.
    pub categories: Option<[CategoryLoad; 2]>,
    /// Signs that wait for the desk: before, after.
    pub desk_queue: [u64; 2],
    /// Signs that the desk decides in a working day.
    pub desk_a_day: Option<f64>,
    /// Working days that the queue takes: before, after.
    pub desk_days: Option<[f64; 2]>,
    /// Visits that are due today by the own norm: before, after.
    pub due_today: [u64; 2],
    /// Visits that can be made in a day.
    pub visits_a_day: Option<f64>,
    /// Visits that the own norm makes due in a year: before, after.
    pub visits_a_year: [f64; 2],
    /// Visits that can be made in a year.
    pub capacity_a_year: Option<f64>,
}

impl PublicationPolicy {
    /// Parses the text of a `publication.toml`.
    ///
    /// # Errors
    /// [`ScoringError::PolicyToml`], [`ScoringError::PolicyInconsistent`] when bounds are no shares or do not rise.
    pub fn parse(text: &str) -> Result<Self, ScoringError> {
        let policy: Self = toml::from_str(text).map_err(ScoringError::PolicyToml)?;
        let shares = [policy.one_approver, policy.head_of_unit, policy.failed_rows];
        let days = [policy.desk_signs_a_day, policy.visits_per_inspector];
        let ratio_is_sound = policy.burden_ratio.is_finite() && policy.burden_ratio >= 1.0;
        let problem = if shares.iter().any(|share| !(0.0..=1.0).contains(share)) {
            "a share of publication.toml lies outside 0 to 1"
        } else if policy.head_of_unit < policy.one_approver {
            "`head_of_unit` of publication.toml is below `one_approver`"
        } else if !ratio_is_sound {
            "`burden_ratio` of publication.toml is below 1"
        } else if days.iter().flatten().any(|number| !number.is_finite() || *number <= 0.0) {
            "a number a day of publication.toml is not above zero"
        } else {
            return Ok(policy);
        };
        Err(ScoringError::PolicyInconsistent { problem: problem.to_owned() })
    }

    /// Says who must agree to a candidate that moves so much, makes so much work and burdens groups so.
    #[expect(clippy::cast_precision_loss, reason = "counts of objects are far below 2^53")]
    pub fn gate(&self, comparison: &Comparison, load: &Load, burdens: &[GroupBurden]) -> Gate {
        let moved_share = match comparison.objects {
            0 => 0.0,
            objects => comparison.moved_objects as f64 / objects as f64,
        };
        let mut gate = Gate { level: ApprovalLevel::OneApprover, moved_share, reasons: Vec::new() };
        for (above, level) in
            [(self.one_approver, ApprovalLevel::HeadOfUnit), (self.head_of_unit, ApprovalLevel::Head)]
        {
            if moved_share > above {
                gate.level = level;
                gate.reasons = vec![PublicationReason::Moved { share: moved_share, above }];
            }
        }
        if let Some(capacity) = load.capacity_a_year
            && load.visits_a_year[1] > capacity
        {
            gate.level = ApprovalLevel::Head;
            let visits = load.visits_a_year[1];
            gate.reasons.push(PublicationReason::LoadAboveCapacity { visits, capacity });
        }
        let disparities = self.disparities(burdens);
        if !disparities.is_empty() {
            gate.level = gate.level.max(ApprovalLevel::HeadOfUnit);
            gate.reasons.extend(disparities);
        }
        gate
    }

    /// Lists the groups whose share grows and lies, with its whole interval, beyond the ratio to that of all objects.
    fn disparities(&self, burdens: &[GroupBurden]) -> Vec<PublicationReason> {
        let of_all = |one: &GroupBurden| {
            let mut all = burdens.iter().filter(|all| all.group.is_empty() && all.attribute == one.attribute);
            all.find_map(|all| all.after)
        };
        let reason = |one: &GroupBurden| {
            let (before, after, of_all) = (one.before?, one.after?, of_all(one)?);
            let is_beyond = after.value > before.value && after.low > self.burden_ratio * of_all.value;
            is_beyond.then(|| PublicationReason::Disparity {
                attribute: one.attribute.clone(),
                group: one.group.clone(),
                share: after.value,
                low: after.low,
                of_all: of_all.value,
            })
        };
        burdens.iter().filter(|one| !one.group.is_empty()).filter_map(reason).collect()
    }
}
