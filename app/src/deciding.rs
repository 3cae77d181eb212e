//! `decide`: an official's decision makes a run's proposed categories active, in one batch.

use dozor_domain::{DecisionId, DecisionRecord, RunHeader, RunId};
use dozor_store::StoreError;
use serde::Serialize;
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::records_against_log::official_commitment;

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
    /// Whether this order had decided the run before this call.
    pub known: bool,
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
    /// [`AppError::ProposalStale`], [`AppError::NothingToDecide`], [`AppError::OrderNumberTaken`], [`AppError::JobBusy`] while a run is being scored;
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
        if let Some(known) = self.decided_by(&order, &official, decision.run).await? {
            return Ok(known);
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
        let committed = official_commitment(decision.id, &official);
        let details = json!({ "run": run, "order": order, "activated": activated, "official": committed });
        tx.audit(self.audit(actor, "decide", &decision.id.to_string(), &details));
        tx.commit().await?;
        Ok(DecideReport { decision: decision.id, run, order, official, activated, known: false })
    }

    /// Returns what an order has decided already, if it is the same order about the same run by the same official.
    async fn decided_by(
        &self,
        order: &str,
        official: &str,
        asked: Option<RunId>,
    ) -> Result<Option<DecideReport>, AppError> {
        let Some(known) = self.store.decision_of_order(order).await? else { return Ok(None) };
        let run = match asked {
            Some(run) => Some(run),
            None => self.store.latest_run().await?.map(|latest| latest.header.id),
        };
        if run != Some(known.run) || known.official != official {
            return Ok(None);
        }
        Ok(Some(DecideReport {
            decision: known.id,
            run: known.run,
            order: known.order_number,
            official: known.official,
            activated: known.count,
            known: true,
        }))
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
        // The run is the latest one: no newer one took its proposals, they are decided.
        StoreError::StateChanged { .. } => AppError::NothingToDecide { run: record.run.to_string() },
        StoreError::Constraint { constraint, .. } if constraint == "decisions_order_number" => {
            AppError::OrderNumberTaken { number: record.order_number.clone() }
        }
        other => other.into(),
    }
}
