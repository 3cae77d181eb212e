//! What a long-range plan takes for granted, each with where it comes from: the way to a visit, and the time that draws and
//! other work need.

use dozor_domain::{InspectorDay, Plan, PlanState};
use serde::Serialize;

use super::other_work::OtherWork;
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
    /// Thousandths of all minutes that are kept for draws and other work.
    pub reserve_permille: u32,
    /// Whether the caller named the reserve; if not, it is the pack's share of draws and the measured one of other work.
    pub reserve_asked: bool,
    /// Thousandths of the visits that the pack leaves to chance.
    pub draws_permille: u32,
    /// Thousandths of the time at work on those days that work on other grounds than norms took before them, draws aside:
    /// what must be done, and where norms found no time all of it. None where nothing was planned.
    pub other_permille: Option<u32>,
    /// Those of the days on which visits that norms asked for found no time.
    pub crowded_days: usize,
    /// Working days of leave that a person takes a year, by the pack.
    pub leave_days: u32,
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
        let pack = &self.methodology.planner;
        let other = OtherWork::of(&plans, pack);
        // Between nothing and all.
        let draws = (pack.settings.exploration_share * 1_000.0).round() as u32;
        let both = draws.saturating_add(other.permille().unwrap_or(0)).min(1_000);
        Ok(YearBasis {
            travel_minutes: travel.map_or(0, |minutes| u32::try_from(minutes).unwrap_or(u32::MAX)),
            travel_from: travel.map_or(TravelBasis::Unknown, |_| from),
            days: plans.len(),
            reserve_permille: reserve_percent.map_or(both, |percent| percent * 10),
            reserve_asked: reserve_percent.is_some(),
            draws_permille: draws,
            other_permille: other.permille(),
            crowded_days: other.crowded_days,
            leave_days: pack.settings.long_range.leave_days,
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
