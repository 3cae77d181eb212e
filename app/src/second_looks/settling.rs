//! Settling a disagreement: the head says who saw it right. If it was the second reader, the first decision counts no more
//! and the sign goes back to the desk, to be decided anew by the usual way; no verdict is written over another.

use dozor_domain::{
    LookSettlement, Permission, RecordId, SettledAs, SignEvent, SignState, Timestamp, Value, ViolationSign,
};
use dozor_store::{NewRecord, StoreError};
use serde_json::json;

use super::report::{LookCase, LookKind};
use crate::desk::desk_package;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::field_findings::REFUTED_LATER;
use crate::signs::DESK_SOURCE;
use crate::versions::Actor;

/// Is how somebody settles a disagreement.
#[derive(Clone, Debug)]
pub struct SettleLook {
    /// Record of the second look.
    pub look: RecordId,
    /// Who saw it right.
    pub settled: SettledAs,
    /// Why.
    pub comment: String,
}

/// Is what goes back to the desk.
#[derive(Default)]
struct SentBack {
    sign: Option<ViolationSign>,
    record: Option<NewRecord>,
}

impl Dozor {
    /// Settles a disagreement.
    ///
    /// # Errors
    /// [`crate::VersionError::PowerMissing`], [`AppError::CommentRequired`], [`AppError::LookNotFound`],
    /// [`AppError::LookSettled`]; [`AppError::LookInWork`] while a task carries the sign.
    pub async fn settle_look(&self, command: SettleLook, actor: &Actor) -> Result<LookSettlement, AppError> {
        actor.may(Permission::DecideCategories)?;
        let look = command.look.to_string();
        if command.comment.trim().is_empty() {
            return Err(AppError::CommentRequired { verdict: command.settled.code() });
        }
        let found = self.second_looks(self.end_of_looks().await?).await?;
        let mut cases = found.cases.into_iter();
        let case = cases.find(|case| case.look == command.look);
        let case = case.ok_or_else(|| AppError::LookNotFound { look: look.clone() })?;
        if case.settlement.is_some() {
            return Err(AppError::LookSettled { look });
        }
        let back = match (case.kind, command.settled) {
            (LookKind::Reading, SettledAs::SecondStands) => self.sent_back(&case).await?,
            // What a visit found is corrected by the source that delivered it, never here.
            (LookKind::Reading | LookKind::Visit, _) => SentBack::default(),
        };
        let settlement = LookSettlement {
            look: command.look,
            settled: command.settled,
            comment: command.comment.trim().to_owned(),
            author: actor.person.login.clone(),
            at: self.now(),
        };
        self.keep_settlement(&settlement, back).await?;
        Ok(settlement)
    }

    async fn keep_settlement(&self, settlement: &LookSettlement, back: SentBack) -> Result<(), AppError> {
        let look = settlement.look.to_string();
        let mut tx = self.store.begin().await?;
        match tx.settle_look(settlement).await {
            Err(StoreError::Constraint { .. }) => return Err(AppError::LookSettled { look }),
            done => done?,
        }
        let sign = back.sign.as_ref().map(|sign| sign.id.to_string());
        if let Some(sign) = back.sign {
            let (id, before) = (sign.id, sign.state.clone());
            let after = sign.apply(SignEvent::Expire)?;
            tx.change_sign(id, &before, &after.state).await?;
        }
        if let Some(record) = back.record {
            let bytes = json!({ "withdrawn": record.record.id, "look": look }).to_string().into_bytes();
            let package = desk_package(DESK_SOURCE, &bytes, &look, 1, settlement.at);
            tx.put_blob(&bytes, settlement.at).await?;
            tx.insert_package(&package).await?;
            tx.insert_records(DESK_SOURCE, package.id, &[record]).await?;
        }
        let details = json!({ "settled": settlement.settled, "sign": sign });
        tx.audit(self.audit(&settlement.author, "settle_look", &look, &details));
        tx.commit().await?;
        Ok(())
    }

    /// Returns the sign that goes back to the desk, and the first decision's record without its weight. It is the sign that
    /// stands on the first decision: one that was opened and decided since was about something else.
    async fn sent_back(&self, case: &LookCase) -> Result<SentBack, AppError> {
        let mut back = SentBack::default();
        let Some(known) = self.store.record(case.first_look).await? else { return Ok(back) };
        let reviews = self.reviews_of_decision(&known.record.external_id).await?;
        for sign in self.store.signs_of(case.object).await? {
            match &sign.state {
                SignState::Tasked { review } if reviews.contains(review) => {
                    return Err(AppError::LookInWork { look: case.look.to_string() });
                }
                SignState::Desk { review, .. } if reviews.contains(review) => {
                    back.sign = back.sign.or(Some(sign));
                }
                SignState::Detected
                | SignState::Desk { .. }
                | SignState::Tasked { .. }
                | SignState::Field { .. }
                | SignState::Expired => {}
            }
        }
        if case.first == "confirmed" {
            let now: Timestamp = self.now();
            back.record = Some(self.desk_version(known, (REFUTED_LATER, &Value::Boolean(true)), now)?);
        }
        Ok(back)
    }
}
