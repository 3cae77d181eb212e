//! The desk: the queue of signs, the evidence of one, and the user's own decisions.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;

use dozor_domain as domain;
use dozor_domain::{DeskReviewId, SignId, UserId};
use dozor_store::{DeskFilter, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes::{DeskVerdict, RiskCategory, SignStateCode};
use super::common::{FactValue, LegalReference, Localized, Position, TerritoryRef, day_text, references};
use super::history::{HistoryEntry, Picture, SignEntry};
use super::paging::PageCall;
use super::shapes::Geometry;
use super::{Queries, RegisterEntry, RegisterIndex};
use crate::desk::DeskCommand;
use crate::error::AppError;

/// A sign in the queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignRow {
    pub id: String,
    pub object_id: String,
    pub object_key: String,
    pub object_title: String,
    pub object_kind: String,
    pub control_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryRef>,
    /// In force; `low` when nobody has decided.
    pub category: RiskCategory,
    pub rule: String,
    pub rule_title: Localized,
    /// Points that a confirmation stores.
    pub points: f64,
    pub priority: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    #[schema(format = DateTime)]
    pub opened_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Localized>,
    pub state: SignStateCode,
}

/// Sorted by priority descending; equal priorities by id.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignPage {
    pub items: Vec<SignRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Signs under the filter.
    pub waiting: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeskDecision {
    pub id: String,
    pub sign_id: String,
    pub object_id: String,
    pub object_key: String,
    pub object_title: String,
    pub rule: String,
    pub rule_title: Localized,
    pub verdict: DeskVerdict,
    pub comment: String,
    pub author: String,
    #[schema(format = DateTime)]
    pub decided_at: String,
}

/// Newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeskDecisionPage {
    pub items: Vec<DeskDecision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub decided_today: i64,
}

/// What a desk analyst needs to decide.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignDetail {
    pub sign: SignRow,
    /// What was found, in a sentence with the object's own values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Localized>,
    /// Those of the sentence first.
    pub facts: Vec<FactValue>,
    pub missing: Vec<String>,
    pub basis: Vec<LegalReference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_geometry: Option<Geometry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Position>,
    /// Newest first.
    pub pictures: Vec<Picture>,
    pub other_signs: Vec<SignEntry>,
    pub history: Vec<HistoryEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DeskDecision>,
}

/// Idempotent by id.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeskDecision {
    /// Made where it is captured: the same id again is the same decision.
    #[schema(format = "uuid")]
    pub id: String,
    pub verdict: DeskVerdict,
    /// Needed for all but `confirmed`.
    pub comment: String,
}

impl Queries {
    fn sign_row(&self, register: &RegisterIndex, sign: &domain::ViolationSign) -> SignRow {
        let object = register.object(sign.object);
        let row: Option<&RegisterEntry> = register.row_of(sign.object, &sign.control_kind);
        let text = |pick: fn(&domain::ObjectRow) -> &str| object.map(pick).unwrap_or_default().to_owned();
        SignRow {
            id: sign.id.to_string(),
            object_id: sign.object.to_string(),
            object_key: text(|object| &object.key),
            object_title: text(|object| &object.title),
            object_kind: text(|object| &object.kind),
            control_kind: sign.control_kind.clone(),
            territory: register.territory(object.and_then(|object| object.territory.as_deref())),
            category: row.map_or(domain::RiskCategory::Low, RegisterEntry::category).into(),
            rule: sign.rule.clone(),
            rule_title: self.dozor.rule_title(&sign.rule),
            points: sign.points,
            priority: sign.priority,
            probability: row.and_then(|row| row.probability),
            opened_at: sign.opened_at.to_string(),
            evidence: self.evidence_text(&sign.evidence),
            state: SignStateCode::from(&sign.state),
        }
    }

    fn decision_row(
        &self,
        register: &RegisterIndex,
        names: &HashMap<UserId, String>,
        one: &domain::DeskDecision,
    ) -> DeskDecision {
        let object = register.object(one.object);
        DeskDecision {
            id: one.id.to_string(),
            sign_id: one.sign.to_string(),
            object_id: one.object.to_string(),
            object_key: object.map(|object| object.key.clone()).unwrap_or_default(),
            object_title: object.map(|object| object.title.clone()).unwrap_or_default(),
            rule: one.rule.clone(),
            rule_title: self.dozor.rule_title(&one.rule),
            verdict: one.verdict.into(),
            comment: one.comment.clone(),
            author: names.get(&one.author).cloned().unwrap_or_else(|| one.author.to_string()),
            decided_at: one.decided_at.to_string(),
        }
    }

    /// Returns a page of the signs that wait for a user; those put aside do not, nor those of objects to which chance sends
    /// him. Signs that he is to read a second time stand among the others and look like them.
    ///
    /// # Errors
    /// [`AppError::CursorInvalid`]; the store's.
    pub async fn signs(
        &self,
        filter: DeskFilter,
        page: &PageCall,
        user: &User,
    ) -> Result<SignPage, AppError> {
        let reader = self.dozor.reads_signs(user).then_some(user.id);
        // Put aside a minute ago, before any run has taken it out of what fires.
        let filter =
            &DeskFilter { awake_at: Some(self.dozor.now()), reader, visitor: user.staff.clone(), ..filter };
        let register = self.register().await?;
        let after = page
            .cursor
            .as_deref()
            .map(|text| text.parse().map_err(|_| AppError::CursorInvalid))
            .transpose()?;
        let store = self.dozor.store();
        let found = store.desk_queue(filter, after.as_ref(), super::common::whole(page.limit)).await?;
        Ok(SignPage {
            items: found.rows.into_iter().map(|row| self.sign_row(&register, &unread(row.sign))).collect(),
            next_cursor: found.next.map(|cursor| cursor.to_string()),
            waiting: store.desk_count(filter).await?,
        })
    }

    pub(super) async fn stored_sign(&self, id: SignId) -> Result<domain::ViolationSign, AppError> {
        let sign = self.dozor.store().sign(id).await?;
        sign.ok_or_else(|| AppError::SignNotFound { sign: id.to_string() })
    }

    /// Returns the evidence of a sign; nothing about an object to which chance sends the user. To whom a second reading of its object waits, it is shown as the first reader found
    /// it: without his verdict and all that came after.
    ///
    /// # Errors
    /// [`AppError::SignNotFound`], [`AppError::DrawnVisitWaits`]; the store's.
    pub async fn sign_detail(&self, id: SignId, user: &User) -> Result<SignDetail, AppError> {
        let (mut sign, register) = (self.stored_sign(id).await?, self.register().await?);
        self.dozor.expect_no_drawn_visit(user, sign.object).await?;
        let waiting = match self.dozor.reads_signs(user) {
            true => self.dozor.readings_that_wait(sign.object, user.id).await?,
            false => Vec::new(),
        };
        let is_blind = waiting.iter().any(|one| one.sign == sign.id);
        if is_blind {
            sign = unread(sign);
        }
        let missing_object = || AppError::ObjectNotFound { key: sign.object.to_string() };
        let object = register.object(sign.object).ok_or_else(missing_object)?;
        let explained = self.dozor.explain_object(object.clone(), None).await?;
        let heads = &explained.verdicts.heads;
        let place = heads.iter().position(|head| head.id == sign.rule);
        let head = place.and_then(|rule| heads.get(rule));
        let recorded = self.recorded(object, waiting.iter().map(|one| one.drawn_at).min()).await?;
        let mut other_signs = self.sign_entries(sign.object).await?;
        let is_open = |entry: &SignEntry| waiting.is_empty() || entry.state == SignStateCode::Detected;
        other_signs.retain(|entry| entry.id != sign.id.to_string() && is_open(entry));
        let decisions = self.dozor.store().desk_decisions_of(sign.object).await?;
        let names = self.user_names().await?;
        let decision = decisions.iter().find(|one| one.sign == sign.id && !is_blind);
        Ok(SignDetail {
            sign: self.sign_row(&register, &sign),
            said: head.and_then(|head| self.sentence(&head.id, &explained.facts)),
            facts: head.map(|head| self.rule_facts(head, &explained.facts)).unwrap_or_default(),
            missing: place.map(|rule| explained.verdicts.missing(rule, 0).to_vec()).unwrap_or_default(),
            basis: head.map(|head| references(&head.basis)).unwrap_or_default(),
            object_geometry: object.geometry.as_deref().and_then(Geometry::of),
            location: object.position.map(Position::from),
            pictures: recorded.pictures,
            other_signs,
            history: recorded.history,
            decision: decision.map(|one| self.decision_row(&register, &names, one)),
        })
    }

    /// Decides a sign; the same decision again gives the stored one.
    ///
    /// # Errors
    /// Those of [`crate::Dozor::decide_sign`].
    pub async fn decide_sign(
        &self,
        sign: SignId,
        id: DeskReviewId,
        body: NewDeskDecision,
        author: &User,
    ) -> Result<DeskDecision, AppError> {
        let names = HashMap::from([(author.id, author.name.clone())]);
        let command =
            DeskCommand { id, sign, verdict: body.verdict.into(), comment: body.comment, author: author.id };
        let decision = self.dozor.decide_sign(command, &author.login).await?;
        let register = self.register().await?;
        Ok(self.decision_row(&register, &names, &decision))
    }

    /// Returns a user's own decisions, newest first.
    ///
    /// # Errors
    /// [`AppError::CursorInvalid`]; the store's.
    pub async fn own_desk_decisions(
        &self,
        user: &User,
        page: &PageCall,
    ) -> Result<DeskDecisionPage, AppError> {
        /// More than an analyst decides in months; older ones stand on the cards.
        const NEWEST: i64 = 20_000;
        let mut own = self.dozor.store().desk_decisions(NEWEST).await?;
        own.retain(|one| one.author == user.id);
        own.extend(self.dozor.read_by(user.id).await?);
        own.sort_by_key(|one| (std::cmp::Reverse(one.decided_at), one.id));
        let zone = &self.dozor.methodology.manifest.zone;
        let today = day_text(zone, self.dozor.now());
        let decided_today = own.iter().filter(|one| day_text(zone, one.decided_at) == today).count();
        let (rows, next_cursor) = page.cut(own, |one| one.id.to_string())?;
        let register = self.register().await?;
        let names = HashMap::from([(user.id, user.name.clone())]);
        Ok(DeskDecisionPage {
            items: rows.iter().map(|one| self.decision_row(&register, &names, one)).collect(),
            next_cursor,
            decided_today: super::common::whole(decided_today),
        })
    }
}

/// Returns a sign as it was before anybody decided it; one that waits for the first verdict is so already.
fn unread(sign: domain::ViolationSign) -> domain::ViolationSign {
    domain::ViolationSign { state: domain::SignState::Detected, ..sign }
}
