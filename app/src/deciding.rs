//! `decide`: an official's decision makes a run's proposed categories active, in one batch.

use dozor_domain::{DecisionId, DecisionRecord, RunId};
use serde::Serialize;
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;

/// Says what a decision changed.
#[derive(Clone, Debug, Serialize)]
pub struct DecideReport {
    /// The decision.
    pub decision: DecisionId,
    /// The run that was decided.
    pub run: RunId,
    /// Number of the category order.
    pub order: String,
    /// The official.
    pub official: String,
    /// Assignments that became active.
    pub activated: u64,
}

/// Is what an official decides.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Id made at the edge.
    pub id: DecisionId,
    /// Number of the category order.
    pub order_number: String,
    /// Name of the official.
    pub official: String,
    /// The run; none = the latest finished one.
    pub run: Option<RunId>,
}

impl Dozor {
    /// Makes the proposals of a run active and what was active there superseded, in one transaction.
    ///
    /// # Errors
    /// [`AppError::RunNotFound`]; the store's when the number is taken or the proposals are stale.
    pub async fn decide(&self, decision: Decision, actor: &str) -> Result<DecideReport, AppError> {
        let run = match decision.run {
            Some(id) => self.store.run(id).await?.filter(|run| run.finished_at.is_some()),
            None => self.store.latest_run().await?,
        };
        let missing = || decision.run.map_or_else(|| "latest".to_owned(), |id| id.to_string());
        let header = run.ok_or_else(|| AppError::RunNotFound { run: missing() })?.header;
        self.expect_sound(&header).await?;
        let run = header.id;
        let record = DecisionRecord {
            id: decision.id,
            run,
            order_number: decision.order_number.clone(),
            official: decision.official.clone(),
            decided_at: self.now(),
            count: 0,
        };
        let mut tx = self.store.begin().await?;
        let activated = tx.decide_run(&record).await?;
        let details = json!({ "run": run, "order": decision.order_number, "activated": activated });
        tx.audit(self.audit(actor, "decide", &decision.id.to_string(), &details));
        tx.commit().await?;
        Ok(DecideReport {
            decision: decision.id,
            run,
            order: decision.order_number,
            official: decision.official,
            activated,
        })
    }
}
