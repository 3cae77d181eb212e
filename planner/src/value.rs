//! What a visit is worth. Values are whole thousandths, so that sums are exact and do not depend on their order.

use dozor_domain::{Candidate, Ground};

use crate::{PlannerSettings, Weights};

/// Returns the value of working a candidate on a ground: weight of the category × (1 + weight × share of a full
/// score) × factor of the ground × (1 + weight × lateness), rounded to thousandths. The score holds the probability and the ordering rules.
/// A drawn object has the one value of all that are drawn: who is visited of them may not depend on risk.
pub(crate) fn visit_value(candidate: &Candidate, ground: &Ground, settings: &PlannerSettings) -> f64 {
    let weights = &settings.weights;
    let category = weights.categories.get(&candidate.category).copied().unwrap_or(0.0);
    let share = candidate.score / weights.full_score;
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let factor = match ground {
        Ground::Sign { confirmed: true, .. } => weights.sign_confirmed,
        Ground::Sign { confirmed: false, .. } => weights.sign_needs_data,
        Ground::Frequency { .. } => weights.own_norm,
        Ground::PrescriptionOverdue { .. } => weights.prescription_overdue,
        Ground::MandatoryVisit { .. } => weights.mandatory_visit,
        Ground::Planned { .. } => weights.planned,
        Ground::Indicator { .. } => weights.indicator,
        Ground::Drawn { .. } | Ground::SecondVisit { .. } => return from_mills(to_mills(weights.drawn)),
    };
    let late = 1.0 + weights.lateness * lateness(ground, weights);
    from_mills(to_mills(category * (1.0 + weights.score * share) * factor * late))
}

/// Returns how late work on a ground is: nothing when it has just fallen due, one when it is late in full or more.
fn lateness(ground: &Ground, weights: &Weights) -> f64 {
    // Days of a pack's history fit f64 exactly.
    match ground {
        Ground::Frequency { days_since: None, .. } => 1.0,
        Ground::Frequency { days_since: Some(days), every_days }
        | Ground::MandatoryVisit { days, every_days, .. } => {
            ((days - every_days) as f64 / (*every_days).max(1) as f64).clamp(0.0, 1.0)
        }
        Ground::PrescriptionOverdue { days } => {
            (*days as f64 / f64::from(weights.full_lateness_days.max(1))).clamp(0.0, 1.0)
        }
        Ground::Sign { .. }
        | Ground::Planned { .. }
        | Ground::Indicator { .. }
        | Ground::Drawn { .. }
        | Ground::SecondVisit { .. } => 0.0,
    }
}

/// Returns the thousandths of a value; a value that is no number or out of range counts as zero or the border.
pub(crate) fn to_mills(value: f64) -> i64 {
    (value * 1000.0).round() as i64
}

/// Returns the value of so many thousandths.
pub(crate) fn from_mills(mills: i64) -> f64 {
    mills as f64 / 1000.0
}
