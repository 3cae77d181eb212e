//! What a plan holds, in numbers.

use std::collections::BTreeMap;

use dozor_domain::{LeftOutReason, Plan, PlanId, TravelTimesUsed, hex, sha256};
use serde::Serialize;
use serde_json::json;

use crate::staff::OffDuty;

/// Says what a plan holds.
#[derive(Clone, Debug, Serialize)]
pub struct PlanReport {
    /// The plan.
    pub plan: PlanId,
    /// The day.
    pub date: String,
    /// Whether it was stored before this call.
    pub known: bool,
    /// Whether it is approved: then it stands, and nothing was searched.
    pub approved: bool,
    /// Whether the day was over when the plan was made: it holds what was known later, and is not shown as that day's plan.
    pub made_later: bool,
    /// Inspectors on duty.
    pub inspectors: usize,
    /// Those who are not although the day is theirs.
    pub off_duty: Vec<OffDuty>,
    /// Visits planned.
    pub visits: usize,
    /// Sum of their values.
    pub value: f64,
    /// What no plan of the day could exceed.
    pub bound: Option<f64>,
    /// Iterations done.
    pub iterations: u64,
    /// SHA-256 of the whole plan as JSON: the same inputs give the same plan, byte for byte.
    pub content: String,
    /// Visits by category code.
    pub visits_by_category: BTreeMap<String, usize>,
    /// Candidates left out, by reason code.
    pub left_out: BTreeMap<String, usize>,
    /// Imported travel times by mode, with how many ways they had; empty where all ways are the great circle's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub travel_times: Vec<TravelTimesUsed>,
}

/// Returns the code of a reason, as the API and the counts name it.
pub fn left_out_code(reason: &LeftOutReason) -> &'static str {
    match reason {
        LeftOutReason::NoLawfulEvent { .. } => "no_lawful_event",
        LeftOutReason::NoPosition => "no_position",
        LeftOutReason::NoInspectorInTerritory => "no_inspector_in_territory",
        LeftOutReason::NoInspectorWithSkill { .. } => "no_inspector_with_skill",
        LeftOutReason::InspectorsExcluded => "inspectors_excluded",
        LeftOutReason::NoSecondInspector => "no_second_inspector",
        LeftOutReason::NeverOpen => "never_open",
        LeftOutReason::TooFar => "too_far",
        LeftOutReason::NoTimeLeft { .. } => "no_time_left",
        LeftOutReason::Quota { .. } => "quota",
        LeftOutReason::MandatoryConflict { .. } => "mandatory_conflict",
        LeftOutReason::TaskOpen => "task_open",
        LeftOutReason::MandatoryTaskOpen { .. } => "mandatory_task_open",
        LeftOutReason::Appointed { .. } => "appointed",
        LeftOutReason::Deferred { .. } => "deferred",
        LeftOutReason::SetAside => "set_aside",
    }
}

pub(super) fn report_of(plan: &Plan, known: bool, inspectors: usize) -> PlanReport {
    let mut visits_by_category = BTreeMap::new();
    for (_, visit) in plan.visits() {
        *visits_by_category.entry(visit.candidate.category.code().to_owned()).or_insert(0) += 1;
    }
    let mut left_out = BTreeMap::new();
    for left in &plan.left_out {
        *left_out.entry(left_out_code(&left.reason).to_owned()).or_insert(0) += 1;
    }
    PlanReport {
        plan: plan.id,
        date: plan.date.clone(),
        known,
        approved: false,
        made_later: false,
        inspectors,
        off_duty: Vec::new(),
        visits: plan.visits().count(),
        value: plan.value,
        bound: plan.bound,
        iterations: plan.iterations,
        content: hex(&sha256(json!(plan).to_string().as_bytes())),
        visits_by_category,
        left_out,
        travel_times: plan.travel_times.clone(),
    }
}
