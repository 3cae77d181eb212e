//! `decide`: an official's decision makes a run's proposed categories active, in one batch.

use dozor_domain::{DecisionId, DecisionRecord, RunHeader, RunId};
use dozor_store::StoreError;
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
    /// Makes the proposals of the latest run active and what was active there superseded, in one transaction. An
    /// older run is refused: its facts are older than those that newer proposals, or decisions, rest on.
    ///
    /// # Errors
    /// [`AppError::OrderNumberEmpty`], [`AppError::OfficialEmpty`], [`AppError::RunNotFound`],
    /// [`AppError::ProposalStale`], [`AppError::OrderNumberTaken`], [`AppError::JobBusy`] while a run is being scored;
    /// the store's.
    pub async fn decide(&self, decision: Decision, actor: &str) -> Result<DecideReport, AppError> {
        // A run that is being stored proposes against what is active: nothing may become active meanwhile.
        self.under_lease("score", self.decide_under_lease(decision, actor)).await
    }

    /// Decides for who holds the lease of scoring already.
    pub(crate) async fn decide_under_lease(
        &self,
        decision: Decision,
        actor: &str,
    ) -> Result<DecideReport, AppError> {
        let [order, official] =
            [&decision.order_number, &decision.official].map(|text| text.trim().to_owned());
        if order.is_empty() {
            return Err(AppError::OrderNumberEmpty);
        }
        if official.is_empty() {
            return Err(AppError::OfficialEmpty);
        }
        self.expect_sound(&self.decidable(decision.run).await?).await?;
        let mut tx = self.store.begin().await?;
        // SQLite has one writer: what is the latest run here is the latest one at the commit.
        let run = self.decidable(decision.run).await?.id;
        let record = DecisionRecord {
            id: decision.id,
            run,
            order_number: order.clone(),
            official: official.clone(),
            decided_at: self.now(),
            count: 0,
        };
        let activated = tx.decide_run(&record).await.map_err(|fault| coded(fault, &record))?;
        let details = json!({ "run": run, "order": order, "activated": activated });
        tx.audit(self.audit(actor, "decide", &decision.id.to_string(), &details));
        tx.commit().await?;
        Ok(DecideReport { decision: decision.id, run, order, official, activated })
    }

    /// Returns the latest finished run, if it is the one that is asked for.
    async fn decidable(&self, asked: Option<RunId>) -> Result<RunHeader, AppError> {
        let missing = |run: String| AppError::RunNotFound { run };
        if let Some(id) = asked {
            let run = self.store.run(id).await?.filter(|run| run.finished_at.is_some());
            run.ok_or_else(|| missing(id.to_string()))?;
        }
        let latest = self.store.latest_run().await?.ok_or_else(|| missing("latest".to_owned()))?.header;
        match asked {
            Some(id) if id != latest.id => Err(AppError::ProposalStale { run: id.to_string() }),
            Some(_) | None => Ok(latest),
        }
    }
}

fn coded(fault: StoreError, record: &DecisionRecord) -> AppError {
    match fault {
        StoreError::StateChanged { .. } => AppError::ProposalStale { run: record.run.to_string() },
        StoreError::Constraint { constraint, .. } if constraint == "decisions_order_number" => {
            AppError::OrderNumberTaken { number: record.order_number.clone() }
        }
        other => other.into(),
    }
}
