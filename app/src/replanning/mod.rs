//! `replan`: what the rest of a day would look like after somebody is away, an object cannot be entered or work is
//! urgent. The difference is shown first; what is applied is that difference and no other.

mod applying;
mod difference;
mod handing;
mod preparing;
mod urgent;

use dozor_domain::{Minutes, Plan, PlanId};
use serde::{Serialize, Serializer};

use crate::day_listing::{LeftObject, left_objects, time_of_day};
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::planning::MOST_ITERATIONS;

pub use applying::{ReplanApplied, ReplanApply};
pub use difference::{ChangeKind, ReplanMove};
pub use handing::HandOver;

/// A day's last minute after midnight.
const LAST_MINUTE: u32 = 24 * 60 - 1;

/// Is what has happened since a day was planned.
#[derive(Clone, Debug)]
pub struct ReplanCall {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Minutes after local midnight: whoever has left for a visit by then makes it. None = what the clock shows, if the
    /// day is today's, else the day's beginning.
    pub now: Option<u32>,
    /// Keys of the inspectors who begin nothing more. Whoever was away at the last change of the day still is.
    pub absent: Vec<String>,
    /// Keys of those who were away at the last change and are back.
    pub back: Vec<String>,
    /// Registry keys of objects that need not be visited any more.
    pub dropped: Vec<String>,
    /// Work that goes to another inspector of the unit.
    pub handed: Vec<HandOver>,
    /// Urgent work: registry keys, each with `:` and the code of a control kind where the object is under several.
    pub urgent: Vec<String>,
    /// Seed of the search.
    pub seed: u64,
    /// Iterations of the search, at most a million.
    pub iterations: u64,
}

/// Says what would change.
#[derive(Clone, Debug, Serialize)]
pub struct ReplanReport {
    /// The plan that was looked at.
    pub plan: PlanId,
    /// The plan that would take its place.
    pub next: PlanId,
    /// Names this difference and all that it rests on: whoever applies it says which one he saw.
    pub digest: String,
    /// Minutes after local midnight from which the rest was planned; in JSON `HH:MM`.
    #[serde(serialize_with = "as_time")]
    pub now: u32,
    /// Visits of the plan that was looked at.
    pub visits: usize,
    /// Those that have begun.
    pub begun: usize,
    /// Sum of values before.
    pub value_before: f64,
    /// Sum of values after.
    pub value_after: f64,
    /// What would change, by object and control kind.
    pub moves: Vec<ReplanMove>,
    /// What stays out of the new plan, by value descending: each with its reason, mandatory work with what stands against it.
    pub left: Vec<LeftObject>,
    /// The plan that would take its place.
    #[serde(skip)]
    pub after: Plan,
}

fn as_time<S: Serializer>(minutes: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time_of_day(Minutes(*minutes)))
}

impl Dozor {
    /// Plans the rest of a day anew and says what would change; stores nothing. The plan is the approved one of the day,
    /// else the newest that waits.
    ///
    /// # Errors
    /// [`AppError::PlanNotFound`]; [`AppError::UrgentRefused`] and [`AppError::ReplanRefused`] for what cannot be meant;
    /// [`AppError::PlanRefused`] when the checker finds anything; the planner's.
    pub async fn replan(&self, call: &ReplanCall) -> Result<ReplanReport, AppError> {
        let prepared = self.prepare_replan(call).await?;
        let before = &prepared.before.plan;
        Ok(ReplanReport {
            plan: before.id,
            next: prepared.after.id,
            digest: prepared.digest()?,
            now: prepared.now.0,
            visits: before.visits().count(),
            begun: prepared.begun,
            value_before: before.value,
            value_after: prepared.after.value,
            moves: prepared.difference.moves,
            left: left_objects(&prepared.after),
            after: prepared.after,
        })
    }

    /// Checks that the search of a change comes to an end.
    fn expect_bounded(call: &ReplanCall) -> Result<(), AppError> {
        match call.iterations <= MOST_ITERATIONS {
            true => Ok(()),
            false => Err(AppError::ReplanRefused {
                what: format!("{} iterations", call.iterations),
                problem: format!("a change of a day is searched with at most {MOST_ITERATIONS}"),
            }),
        }
    }

    /// Returns the minute from which the rest of a day is planned.
    fn replan_minute(&self, call: &ReplanCall) -> Result<Minutes, AppError> {
        if let Some(now) = call.now {
            let is_of_day = now <= LAST_MINUTE;
            return is_of_day.then_some(Minutes(now)).ok_or_else(|| AppError::ReplanRefused {
                what: format!("minute {now}"),
                problem: format!("a day's minutes after midnight end with {LAST_MINUTE}"),
            });
        }
        let date = self.day(&call.date)?;
        let shown = self.methodology.manifest.zone.minute_of(self.now());
        Ok(shown.filter(|_| self.clock_day().is_ok_and(|today| today == date)).unwrap_or_default())
    }
}
