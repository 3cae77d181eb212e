//! What a long-range plan takes for granted, each with where it comes from: the way to a visit, and the time that other
//! work needs.

use dozor_domain::{Ground, InspectorDay, Plan, PlanState};
use serde::Serialize;

use crate::dozor::Dozor;
use crate::error::AppError;

/// So many of the last days with a plan are looked at: two working weeks.
const MOST_DAYS: usize = 10;

/// Says where the minutes on the way come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelBasis {
    /// The mean of a visit of the last approved plans, the ways back shared out.
    ApprovedPlans,
    /// The same of plans that wait for approval: none is approved yet.
    ProposedPlans,
    /// No plan was ever made: ways are not counted.
    Unknown,
}

/// Is what a plan takes for granted.
#[derive(Clone, Debug, Serialize)]
pub struct YearBasis {
    /// Minutes on the way to a visit.
    pub travel_minutes: u32,
    /// Where they come from.
    pub travel_from: TravelBasis,
    /// Days whose plans were looked at.
    pub days: usize,
    /// Thousandths of all minutes that are kept for work on other grounds.
    pub reserve_permille: u32,
    /// Whether the caller named the reserve; if not, it is the pack's share of draws.
    pub reserve_asked: bool,
    /// Working days of leave that a person takes a year, by the pack.
    pub leave_days: u32,
    /// Thousandths of the visits of the approved plans that rested on other grounds than a norm.
    pub other_permille: Option<u32>,
}

impl Dozor {
    pub(super) async fn year_basis(
        &self,
        reserve_percent: Option<u32>,
        staff: &[InspectorDay],
    ) -> Result<YearBasis, AppError> {
        let approved = self.last_plans(|state| matches!(state, PlanState::Approved { .. })).await?;
        let (plans, from) = if approved.is_empty() {
            (self.last_plans(|state| matches!(state, PlanState::Proposed)).await?, TravelBasis::ProposedPlans)
        } else {
            (approved, TravelBasis::ApprovedPlans)
        };
        let visits: u64 = plans.iter().map(visits).sum();
        let travel = plans.iter().map(travel).sum::<u64>().checked_div(visits);
        let travel = travel.filter(|_| !staff.is_empty());
        let other = plans.iter().map(other).sum::<u64>();
        let draws = self.methodology.planner.settings.exploration_share;
        Ok(YearBasis {
            travel_minutes: travel.map_or(0, |minutes| u32::try_from(minutes).unwrap_or(u32::MAX)),
            travel_from: travel.map_or(TravelBasis::Unknown, |_| from),
            days: plans.len(),
            // Both lie between nothing and all.
            reserve_permille: reserve_percent
                .map_or((draws * 1_000.0).round() as u32, |percent| percent * 10),
            reserve_asked: reserve_percent.is_some(),
            leave_days: self.methodology.planner.settings.long_range.leave_days,
            other_permille: (other * 1_000)
                .checked_div(visits)
                .map(|share| u32::try_from(share).unwrap_or(1_000)),
        })
    }

    /// Returns the newest plans with a visit of the last days, in a state.
    async fn last_plans(&self, is_wanted: impl Fn(&PlanState) -> bool) -> Result<Vec<Plan>, AppError> {
        let mut days = std::collections::BTreeSet::new();
        let mut plans = Vec::new();
        for head in self.store.plans(None, 50 * MOST_DAYS as i64).await? {
            if plans.len() == MOST_DAYS {
                break;
            }
            if is_wanted(&head.state) && days.insert(head.date) {
                let stored = self.store.plan(head.id).await?;
                plans.extend(stored.map(|stored| stored.plan).filter(|plan| visits(plan) > 0));
            }
        }
        Ok(plans)
    }
}

fn visits(plan: &Plan) -> u64 {
    plan.visits().count() as u64
}

fn travel(plan: &Plan) -> u64 {
    let back = |route: &dozor_domain::Route| {
        if route.visits.is_empty() { 0 } else { u64::from(route.travel_back.0) }
    };
    let ways = plan.routes.iter().flat_map(|route| &route.visits).map(|visit| u64::from(visit.travel.0));
    ways.sum::<u64>() + plan.routes.iter().map(back).sum::<u64>()
}

fn other(plan: &Plan) -> u64 {
    plan.visits().filter(|(_, visit)| !matches!(visit.ground, Ground::Frequency { .. })).count() as u64
}
