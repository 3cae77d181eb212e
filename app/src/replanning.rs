//! `replan`: what the rest of a day would look like after somebody is away, an object cannot be entered, or both.
//! The difference is shown; nothing is stored, and what has begun stays.

use std::collections::BTreeSet;
use std::sync::Arc;

use dozor_domain::{Minutes, ObjectId, PlanId};
use dozor_planner::{DayRest, Disturbance, Move, Replanned, check_rest, replan};
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;

/// Is what has happened since a day was planned.
#[derive(Clone, Debug)]
pub struct ReplanCall {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Minutes after local midnight: whoever has left for a visit by then makes it.
    pub now: u32,
    /// Keys of the inspectors who begin nothing more.
    pub absent: Vec<String>,
    /// Registry keys of objects that need not be visited any more.
    pub dropped: Vec<String>,
    /// Seed of the search.
    pub seed: u64,
    /// Iterations of the search.
    pub iterations: u64,
}

/// Is one visit that would change.
#[derive(Clone, Debug, Serialize)]
pub struct ReplanMove {
    /// Registry key of the object.
    pub object: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// Inspector and minute of the start before; none = not planned.
    pub from: Option<(String, u32)>,
    /// The same after; none = no longer planned.
    pub to: Option<(String, u32)>,
}

/// Says what would change.
#[derive(Clone, Debug, Serialize)]
pub struct ReplanReport {
    /// The plan that was looked at.
    pub plan: PlanId,
    /// Its visits.
    pub visits: usize,
    /// Those that have begun.
    pub begun: usize,
    /// Sum of values before and after.
    pub value: (f64, f64),
    /// What would change, by object and control kind.
    pub moves: Vec<ReplanMove>,
}

impl From<Move> for ReplanMove {
    fn from(one: Move) -> Self {
        let place = |place: Option<(String, Minutes)>| place.map(|(inspector, start)| (inspector, start.0));
        Self { object: one.key, control_kind: one.control_kind, from: place(one.from), to: place(one.to) }
    }
}

impl Dozor {
    /// Plans the rest of a day anew and says what would change. The plan is the approved one of the day, else the
    /// newest that waits.
    ///
    /// # Errors
    /// [`AppError::PlanNotFound`]; [`AppError::PlanRefused`] when the checker finds anything; the planner's.
    pub async fn replan(&self, call: ReplanCall) -> Result<ReplanReport, AppError> {
        let date = self.day(&call.date)?.to_string();
        let stored = self.plan_in_force(&date).await?;
        let plan = stored.ok_or_else(|| AppError::PlanNotFound { plan: call.date.clone() })?.plan;
        let methodology = Arc::clone(&self.methodology);
        let (id, value) = (plan.id, plan.value);
        let visits = plan.visits().count();
        let made = blocking("the rest of the day", move || -> Result<Replanned, AppError> {
            let pack = &methodology.planner;
            let keyed = plan.routes.iter().flat_map(|route| &route.visits).map(|visit| &visit.candidate);
            let dropped: BTreeSet<(ObjectId, String)> = keyed
                .filter(|candidate| call.dropped.contains(&candidate.key))
                .map(|candidate| (candidate.object, candidate.control_kind.clone()))
                .collect();
            let absent: BTreeSet<String> = call.absent.into_iter().collect();
            let rest = DayRest { now: call.now, away: absent.clone() };
            let disturbance = Disturbance { now: Minutes(call.now), absent, dropped, urgent: Vec::new() };
            let made = replan(&plan, pack, &disturbance, (call.seed, call.iterations))?;
            let violations = check_rest(&made.plan, pack, &rest);
            if violations.is_empty() {
                return Ok(made);
            }
            let text: Vec<String> = violations.iter().map(ToString::to_string).collect();
            Err(AppError::PlanRefused { date: call.date, violations: text.join("; ") })
        })
        .await??;
        Ok(ReplanReport {
            plan: id,
            visits,
            begun: made.begun,
            value: (value, made.plan.value),
            moves: made.moves.into_iter().map(ReplanMove::from).collect(),
        })
    }
}
