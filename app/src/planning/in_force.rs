//! Which of a day's plans counts.

use dozor_domain::PlanState;
use dozor_store::{PlanHead, StoredPlan};

use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Leaves out plans that were made when their day was over: they hold what was known later, and nobody went by them.
    pub(crate) async fn made_in_time(&self, mut heads: Vec<PlanHead>) -> Result<Vec<PlanHead>, AppError> {
        let today = self.today().await?;
        heads.retain(|head| {
            let is_over = self.day(&head.date).is_ok_and(|day| day < today);
            let was_over = self.end_of_day(&head.date).is_ok_and(|end| head.created_at >= end);
            !(head.state == PlanState::Proposed && is_over && was_over)
        });
        Ok(heads)
    }

    /// Returns the plan that counts on a day: the approved one, else the newest that waits and was made in time.
    pub(crate) async fn plan_in_force(&self, date: &str) -> Result<Option<StoredPlan>, AppError> {
        /// Nobody plans one day more often.
        const NEWEST: i64 = 1_000;
        if let Some(approved) = self.store.approved_plan(date).await? {
            return Ok(Some(approved));
        }
        match self.made_in_time(self.store.plans(Some(date), NEWEST).await?).await?.first() {
            Some(head) => Ok(self.store.plan(head.id).await?),
            None => Ok(None),
        }
    }
}
