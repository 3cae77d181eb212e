//! Which of a day's plans counts.

use dozor_domain::{PlanState, Timestamp};
use dozor_store::{PlanHead, StoredPlan};
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Leaves out plans that were made when their day was over: they hold what was known later, and nobody went by them.
    pub(crate) async fn made_in_time(&self, mut heads: Vec<PlanHead>) -> Result<Vec<PlanHead>, AppError> {
        let today = self.today().await?;
        heads.retain(|head| self.was_in_time(&head.date, (&head.state, head.created_at), today));
        Ok(heads)
    }

    /// Tells whether a plan was made before its day was over.
    pub(crate) async fn is_in_time(&self, stored: &StoredPlan) -> Result<bool, AppError> {
        let today = self.today().await?;
        Ok(self.was_in_time(&stored.plan.date, (&stored.state, stored.created_at), today))
    }

    fn was_in_time(&self, date: &str, (state, created_at): (&PlanState, Timestamp), today: Date) -> bool {
        let is_over = self.day(date).is_ok_and(|day| day < today);
        let was_over = self.end_of_day(date).is_ok_and(|end| created_at >= end);
        !(*state == PlanState::Proposed && is_over && was_over)
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
