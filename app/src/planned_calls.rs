//! In which manner the visit of a task is held: no task says so, the plan that issued it does.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use dozor_domain::{ObjectId, PlanId, Task};
use dozor_planner::{EventKind, Manner};

use crate::dozor::Dozor;
use crate::error::AppError;

/// Holds which visits of plans are by video; each plan is read once.
#[derive(Debug, Default)]
pub(crate) struct PlannedCalls(HashMap<PlanId, BTreeSet<(ObjectId, String)>>);

impl Dozor {
    /// Returns the manner in which the visit of a task is held. Plans are read where the line of its kind knows visits by video.
    pub(crate) async fn manner_of(
        &self,
        task: &Task,
        line: &EventKind,
        known: &mut PlannedCalls,
    ) -> Result<Manner, AppError> {
        if line.video_minutes.is_empty() {
            return Ok(Manner::OnTheSpot);
        }
        let calls = match known.0.entry(task.plan) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => {
                let plan = self.store.plan(task.plan).await?.map(|stored| stored.plan);
                let visits = plan.iter().flat_map(|plan| plan.visits()).map(|(_, visit)| visit);
                let calls = visits.filter(|visit| Manner::of(visit) == Manner::ByVideo);
                let keys = calls.map(|visit| (visit.candidate.object, visit.candidate.control_kind.clone()));
                unread.insert(keys.collect())
            }
        };
        let key = (task.object, task.control_kind.clone());
        Ok(if calls.contains(&key) { Manner::ByVideo } else { Manner::OnTheSpot })
    }
}
