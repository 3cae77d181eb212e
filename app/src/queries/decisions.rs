//! Category decisions: the batch that waits, its objects, and what was decided before.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::BTreeMap;

use dozor_domain as domain;
use dozor_domain::{DecisionId, DecisionRecord, RunId};
use dozor_store::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes::{ModelRole, RiskCategory};
use super::common::{Localized, TerritoryRef, whole};
use super::paging::PageCall;
use super::{Queries, RegisterEntry, RegisterIndex};
use crate::error::AppError;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryChange {
    pub control_kind: String,
    /// None when nobody has decided yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<RiskCategory>,
    pub new: RiskCategory,
    pub count: i64,
}

/// The batch of proposed categories that waits for a decision: the latest run, where the proposed differs from the
/// active or none is active.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Proposal {
    pub run_id: String,
    #[schema(format = DateTime)]
    pub as_of: String,
    #[schema(format = DateTime)]
    pub made_at: String,
    pub methodology: String,
    pub role: ModelRole,
    /// 0 when nothing waits.
    pub count: i64,
    pub changes: Vec<CategoryChange>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProposalItem {
    pub object_id: String,
    pub object_key: String,
    pub object_title: String,
    pub object_kind: String,
    pub control_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<RiskCategory>,
    pub new: RiskCategory,
    pub points: f64,
    pub why: Localized,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProposalPage {
    pub items: Vec<ProposalItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Decision {
    pub id: String,
    pub run_id: String,
    pub order_number: String,
    pub official: String,
    #[schema(format = DateTime)]
    pub decided_at: String,
    /// Objects whose category it put into force.
    pub count: i64,
}

/// Newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionPage {
    pub items: Vec<Decision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// The run that was looked at.
    pub run_id: String,
    /// Number of the order.
    pub order_number: String,
}

/// Chooses rows of the batch.
#[derive(Clone, Debug, Default)]
pub struct ProposalCall {
    pub control_kind: Option<String>,
    /// `Some(None)` chooses objects without a category in force.
    pub old: Option<Option<domain::RiskCategory>>,
    pub new: Option<domain::RiskCategory>,
}

fn decision_view(one: &DecisionRecord) -> Decision {
    Decision {
        id: one.id.to_string(),
        run_id: one.run.to_string(),
        order_number: one.order_number.clone(),
        official: one.official.clone(),
        decided_at: one.decided_at.to_string(),
        count: whole(one.count),
    }
}

/// Returns the rows that wait, the heaviest proposal first.
fn waiting(register: &RegisterIndex) -> Vec<(&RegisterEntry, domain::RiskCategory)> {
    let mut rows: Vec<_> = register.rows().iter().filter_map(|row| Some((row, row.proposed()?))).collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| b.0.score.total_cmp(&a.0.score)));
    rows
}

impl Queries {
    /// Returns the batch that waits.
    ///
    /// # Errors
    /// [`AppError::RunNotFound`] before the first run; the store's.
    pub async fn proposal(&self) -> Result<Proposal, AppError> {
        let register = self.register().await?;
        let run = register.run().ok_or_else(|| AppError::RunNotFound { run: "latest".to_owned() })?;
        let mut changes: BTreeMap<(usize, Option<domain::RiskCategory>, domain::RiskCategory), i64> =
            BTreeMap::new();
        for (row, new) in waiting(&register) {
            *changes.entry((row.control, row.active, new)).or_default() += 1;
        }
        let controls = &self.dozor.methodology.manifest.control_kinds;
        Ok(Proposal {
            run_id: run.id.to_string(),
            as_of: run.as_of.to_string(),
            made_at: run.started_at.to_string(),
            methodology: run.methodology.clone(),
            role: self.dozor.methodology.policy.role().into(),
            count: changes.values().sum(),
            changes: changes
                .into_iter()
                .filter_map(|((control, old, new), count)| {
                    let control_kind = controls.get(control)?.code.clone();
                    Some(CategoryChange {
                        control_kind,
                        old: old.map(RiskCategory::from),
                        new: new.into(),
                        count,
                    })
                })
                .collect(),
        })
    }

    /// Returns a page of the batch's objects, each with one sentence of why.
    ///
    /// # Errors
    /// [`AppError::CursorInvalid`], [`AppError::RunNotFound`]; the store's.
    pub async fn proposal_items(
        &self,
        call: &ProposalCall,
        page: &PageCall,
    ) -> Result<ProposalPage, AppError> {
        let register = self.register().await?;
        let run = register.run().ok_or_else(|| AppError::RunNotFound { run: "latest".to_owned() })?.id;
        let chosen = |(row, new): &(&RegisterEntry, domain::RiskCategory)| {
            call.control_kind.as_deref().is_none_or(|kind| kind == register.control_of(row))
                && call.old.is_none_or(|old| old == row.active)
                && call.new.is_none_or(|wanted| wanted == *new)
        };
        let rows: Vec<_> = waiting(&register).into_iter().filter(chosen).collect();
        let (rows, next_cursor) = page.cut(rows, |(row, _)| format!("{}|{}", row.object, row.control))?;
        let mut items = Vec::with_capacity(rows.len());
        for (row, new) in rows {
            let object = register.object_of(row);
            let control_kind = register.control_of(row);
            items.push(ProposalItem {
                object_id: object.id.to_string(),
                object_key: object.key.clone(),
                object_title: object.title.clone(),
                object_kind: object.kind.clone(),
                control_kind: control_kind.to_owned(),
                territory: register.territory(object.territory.as_deref()),
                old: row.active.map(RiskCategory::from),
                new: new.into(),
                points: row.points,
                why: self.why(run, object.id, control_kind).await?,
            });
        }
        Ok(ProposalPage { items, next_cursor })
    }

    /// Says in one sentence why an object has its category; empty where the run did not assess it.
    pub(super) async fn why(
        &self,
        run: RunId,
        object: domain::ObjectId,
        control_kind: &str,
    ) -> Result<Localized, AppError> {
        let methodology = &self.dozor.methodology;
        let found = self.dozor.store().assessment(run, object, control_kind).await?;
        let sentence = found
            .map(|one| dozor_scoring::why_sentence(&one, &methodology.rules.heads(), &methodology.manifest));
        Ok(sentence.as_ref().map(Localized::from).unwrap_or_default())
    }

    /// Returns past decisions, newest first.
    ///
    /// # Errors
    /// [`AppError::CursorInvalid`]; the store's.
    pub async fn decisions(&self, page: &PageCall) -> Result<DecisionPage, AppError> {
        /// Decisions are monthly acts; this is a lifetime of them.
        const NEWEST: i64 = 10_000;
        let all = self.dozor.store().decisions(NEWEST).await?;
        let (rows, next_cursor) = page.cut(all, |one| one.id.to_string())?;
        Ok(DecisionPage { items: rows.iter().map(decision_view).collect(), next_cursor })
    }

    /// Decides the batch that was looked at.
    ///
    /// # Errors
    /// Those of [`crate::Dozor::decide`]; [`AppError::ProposalStale`] also for a run that never was.
    pub async fn decide(
        &self,
        id: DecisionId,
        body: NewDecision,
        official: &User,
    ) -> Result<Decision, AppError> {
        let stale = || AppError::ProposalStale { run: body.run_id.clone() };
        let looked_at = RunId::parse(&body.run_id).ok_or_else(stale)?;
        let decision = crate::deciding::Decision {
            id,
            order_number: body.order_number.clone(),
            official: official.name.clone(),
            run: Some(looked_at),
        };
        let decided = match self.dozor.decide(decision, &official.login).await {
            Ok(report) => report.decision,
            Err(AppError::RunNotFound { .. }) => return Err(stale()),
            Err(other) => return Err(other),
        };
        let stored = self.dozor.store().decision(decided).await?;
        stored.map(|one| decision_view(&one)).ok_or_else(stale)
    }
}
