//! How an object's category came to be what it is: each decision with what of the arithmetic had changed since the one
//! before.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;

use dozor_domain as domain;
use dozor_domain::{Assessment, AssignmentState, DecisionRecord, ObjectId, RunHeader, RunId};
use dozor_scoring::{category_causes, cause_in_words};
use dozor_store::ActiveAssignment;
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::codes::RiskCategory;
use super::common::Localized;
use crate::error::AppError;

/// One decision about an object's category.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryEntry {
    pub control_kind: String,
    /// None for the first decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<RiskCategory>,
    pub new: RiskCategory,
    #[schema(format = DateTime)]
    pub decided_at: String,
    pub order_number: String,
    pub official: String,
    /// The instant of the facts.
    #[schema(format = DateTime)]
    pub as_of: String,
    pub methodology: String,
    /// What had changed since the decision before; empty for the first one.
    pub causes: Vec<Localized>,
}

/// A decision lifts a lifetime of objects: orders are monthly acts.
const ORDERS: i64 = 10_000;

/// Holds what the entries are written from.
struct Recorded {
    decisions: HashMap<RunId, DecisionRecord>,
    assessed: Vec<(RunHeader, Assessment)>,
}

impl Queries {
    /// Returns the decisions about an object, the newest first.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn category_history(
        &self,
        object: ObjectId,
        assignments: &[ActiveAssignment],
    ) -> Result<Vec<CategoryEntry>, AppError> {
        let mut decided: Vec<&ActiveAssignment> =
            assignments.iter().filter(|one| one.decided_at.is_some()).collect();
        if decided.is_empty() {
            return Ok(Vec::new());
        }
        // Of two decisions of one instant the one in force is the later.
        let is_in_force =
            |one: &ActiveAssignment| matches!(one.assignment.state, AssignmentState::Active { .. });
        decided.sort_by_key(|one| (one.decided_at, is_in_force(one), one.assignment.control_kind.clone()));
        let store = self.dozor.store();
        let decisions = store.decisions(ORDERS).await?.into_iter().map(|one| (one.run, one)).collect();
        let assessed = store.assessments_of(object).await?;
        let assessed = assessed.into_iter().map(|(run, one)| (run.header, one)).collect();
        let recorded = Recorded { decisions, assessed };
        let mut entries = Vec::new();
        for (place, one) in decided.iter().enumerate() {
            let kind = &one.assignment.control_kind;
            let before =
                decided[..place].iter().rev().find(|before| before.assignment.control_kind == *kind).copied();
            entries.extend(self.category_entry(&recorded, before, one));
        }
        entries.reverse();
        Ok(entries)
    }

    fn category_entry(
        &self,
        recorded: &Recorded,
        before: Option<&ActiveAssignment>,
        one: &ActiveAssignment,
    ) -> Option<CategoryEntry> {
        let order = recorded.decisions.get(&one.assignment.run)?;
        let (header, assessment) = recorded.of(one)?;
        let causes = before.and_then(|before| recorded.of(before)).map(|(was, earlier)| {
            category_causes((earlier, &was.methodology), (assessment, &header.methodology))
        });
        let manifest = &self.dozor.methodology.manifest;
        let title = |rule: &str| {
            let text = self.dozor.rule_title(rule);
            domain::Localized { ru: text.ru, en: text.en }
        };
        let level = |level| manifest.category_titles.get(&level).cloned().unwrap_or_default();
        let words =
            causes.iter().flatten().map(|cause| Localized::from(&cause_in_words(cause, title, level)));
        Some(CategoryEntry {
            control_kind: one.assignment.control_kind.clone(),
            old: before.map(|before| before.assignment.category.into()),
            new: one.assignment.category.into(),
            decided_at: order.decided_at.to_string(),
            order_number: order.order_number.clone(),
            official: order.official.clone(),
            as_of: header.as_of.to_string(),
            methodology: header.methodology.clone(),
            causes: words.collect(),
        })
    }
}

impl Recorded {
    /// Returns the assessment that an assignment was decided on, with its run.
    fn of(&self, one: &ActiveAssignment) -> Option<(&RunHeader, &Assessment)> {
        let is_its = |(header, assessment): &&(RunHeader, Assessment)| {
            header.id == one.assignment.run && assessment.control_kind == one.assignment.control_kind
        };
        self.assessed.iter().find(is_its).map(|(header, assessment)| (header, assessment))
    }
}
