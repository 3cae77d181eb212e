//! What a version would move and what it would have found, as the page shows it.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use serde::Serialize;
use utoipa::ToSchema;

use super::codes::RiskCategory;
use super::common::whole;
use super::version_load::{CapacityFit, GateReason, GroupBurdenView};
use super::versions::code;
use crate::backtesting::{BacktestReport, OutcomeReport, cause_code};

/// Moved objects that an answer lists; the counts and the CSV of the command line hold them all.
const MOVED_SHOWN: usize = 500;

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Share {
    pub value: f64,
    /// 95 % interval.
    pub low: f64,
    pub high: f64,
}

impl From<dozor_scoring::Estimate> for Share {
    fn from(one: dozor_scoring::Estimate) -> Self {
        Self { value: one.value, low: one.low, high: one.high }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MigrationCell {
    pub control_kind: String,
    pub from: RiskCategory,
    pub to: RiskCategory,
    pub count: i64,
}

/// `by`: ids of rules, or (policy) (facts) (model).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MovedObjectView {
    pub object_key: String,
    pub object_kind: String,
    pub territory: String,
    pub control_kind: String,
    pub from: RiskCategory,
    pub to: RiskCategory,
    pub by: Vec<String>,
}

/// Pairs are before, after.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleEffect {
    pub rule: String,
    pub fired: Vec<i64>,
    pub unknown: Vec<i64>,
    pub failed: Vec<i64>,
    pub differing: i64,
    pub moved: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupEffect {
    pub code: String,
    pub objects: i64,
    pub up: i64,
    pub down: i64,
}

/// Pairs are before, after; a capacity that the pack does not state is left out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LoadView {
    pub desk_queue: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desk_a_day: Option<f64>,
    pub due_today: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visits_a_day: Option<f64>,
    pub visits_a_year: Vec<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_a_year: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<CapacityFit>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaughtView {
    pub visited: i64,
    pub found: i64,
    pub missed: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found_share: Option<Share>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hit_rate: Option<Share>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupCaughtView {
    pub code: String,
    pub known: i64,
    pub violations: i64,
    pub before: CaughtView,
    pub after: CaughtView,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OutcomesView {
    #[schema(format = DateTime)]
    pub as_of: String,
    #[schema(format = DateTime)]
    pub until: String,
    pub with_model: bool,
    pub capacity: i64,
    pub known: i64,
    pub violations: i64,
    pub before: CaughtView,
    pub after: CaughtView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Share>,
    pub by_kind: Vec<GroupCaughtView>,
    pub by_territory: Vec<GroupCaughtView>,
}

/// `gate`: one_approver head_of_unit head.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Backtest {
    pub candidate: String,
    #[schema(format = DateTime)]
    pub as_of: String,
    pub objects: i64,
    pub moved_objects: i64,
    pub moved_share: f64,
    pub up: i64,
    pub down: i64,
    pub gate: String,
    pub gate_reasons: Vec<GateReason>,
    /// All objects first, then the groups, by attribute.
    pub burdens: Vec<GroupBurdenView>,
    pub matrix: Vec<MigrationCell>,
    /// The first 500 of those that move.
    pub moved: Vec<MovedObjectView>,
    pub moved_total: i64,
    pub rules: Vec<RuleEffect>,
    pub by_kind: Vec<GroupEffect>,
    pub by_territory: Vec<GroupEffect>,
    pub load: LoadView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<OutcomesView>,
}

fn pair(counts: [u64; 2]) -> Vec<i64> {
    counts.map(whole).to_vec()
}

fn caught(one: &dozor_scoring::Caught) -> CaughtView {
    CaughtView {
        visited: whole(one.visited),
        found: whole(one.found),
        missed: whole(one.missed),
        found_share: one.found_share.map(Share::from),
        hit_rate: one.hit_rate.map(Share::from),
    }
}

fn groups_caught(all: &[dozor_scoring::GroupCaught]) -> Vec<GroupCaughtView> {
    let view = |one: &dozor_scoring::GroupCaught| GroupCaughtView {
        code: one.code.clone(),
        known: whole(one.known),
        violations: whole(one.violations),
        before: caught(&one.before),
        after: caught(&one.after),
    };
    all.iter().filter(|one| one.known > 0).map(view).collect()
}

fn groups(all: &[dozor_scoring::GroupMoves]) -> Vec<GroupEffect> {
    let view = |one: &dozor_scoring::GroupMoves| GroupEffect {
        code: one.code.clone(),
        objects: whole(one.objects),
        up: whole(one.up),
        down: whole(one.down),
    };
    all.iter().map(view).collect()
}

impl From<BacktestReport> for Backtest {
    fn from(report: BacktestReport) -> Self {
        let cells = report.matrices.iter().flat_map(|matrix| {
            matrix.cells.iter().flat_map(move |(from, line)| {
                line.iter().map(move |(to, count)| MigrationCell {
                    control_kind: matrix.control_kind.clone(),
                    from: (*from).into(),
                    to: (*to).into(),
                    count: whole(*count),
                })
            })
        });
        let moved = report.moved.iter().take(MOVED_SHOWN).map(|one| MovedObjectView {
            object_key: one.object.clone(),
            object_kind: one.object_kind.clone(),
            territory: one.territory.clone(),
            control_kind: one.control_kind.clone(),
            from: one.from.into(),
            to: one.to.into(),
            by: one.by.iter().map(|cause| cause_code(cause).to_owned()).collect(),
        });
        let rules = report.rules.iter().map(|one| RuleEffect {
            rule: one.rule.clone(),
            fired: pair(one.fired),
            unknown: pair(one.unknown),
            failed: pair(one.failed),
            differing: whole(one.differing),
            moved: whole(one.moved),
        });
        Self {
            candidate: report.candidate.clone(),
            as_of: report.as_of.to_string(),
            objects: whole(report.objects),
            moved_objects: whole(report.moved_objects),
            moved_share: report.gate.moved_share,
            up: whole(report.up),
            down: whole(report.down),
            gate: code(&report.gate.level),
            gate_reasons: report.gate.reasons.iter().map(GateReason::from).collect(),
            burdens: report.burdens.iter().map(GroupBurdenView::from).collect(),
            matrix: cells.collect(),
            moved_total: i64::try_from(report.moved.len()).unwrap_or(i64::MAX),
            moved: moved.collect(),
            rules: rules.collect(),
            by_kind: groups(&report.by_kind),
            by_territory: groups(&report.by_territory),
            load: load_view(&report.load),
            outcomes: report.outcomes.as_ref().map(outcomes_view),
        }
    }
}

fn load_view(load: &dozor_scoring::Load) -> LoadView {
    LoadView {
        desk_queue: pair(load.desk_queue),
        desk_a_day: load.desk_a_day,
        due_today: pair(load.due_today),
        visits_a_day: load.visits_a_day,
        visits_a_year: load.visits_a_year.to_vec(),
        capacity_a_year: load.capacity_a_year,
        categories: load.categories.as_ref().map(CapacityFit::from),
    }
}

fn outcomes_view(one: &OutcomeReport) -> OutcomesView {
    let known = &one.known;
    OutcomesView {
        as_of: one.as_of.to_string(),
        until: one.until.to_string(),
        with_model: one.with_model,
        capacity: whole(known.capacity),
        known: whole(known.known),
        violations: whole(known.violations),
        before: caught(&known.before),
        after: caught(&known.after),
        difference: known.difference.map(Share::from),
        by_kind: groups_caught(&known.by_kind),
        by_territory: groups_caught(&known.by_territory),
    }
}
