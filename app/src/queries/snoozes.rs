//! Putting a sign aside: its rule is snoozed on its object until a day, with a comment.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::BTreeMap;

use dozor_domain::{ObjectId, RuleSnooze, SignId, SnoozeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Queries;
use crate::User;
use crate::error::AppError;
use crate::snoozing::SnoozeCommand;

/// `until`: the first day on which the rule counts again, at most a year away.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewSnooze {
    pub comment: String,
    #[schema(format = Date)]
    pub until: String,
}

/// A rule to put aside on an object. `until`: as of a sign.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewObjectSnooze {
    pub rule: String,
    pub comment: String,
    #[schema(format = Date)]
    pub until: String,
}

/// The sign leaves the queue at once, and comes back on `until` if the rule still fires.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Snooze {
    pub id: String,
    pub object_id: String,
    pub rule: String,
    pub comment: String,
    pub author: String,
    #[schema(format = DateTime)]
    pub since: String,
    #[schema(format = DateTime)]
    pub until: String,
}

impl From<RuleSnooze> for Snooze {
    fn from(one: RuleSnooze) -> Self {
        Self {
            id: one.id.to_string(),
            object_id: one.object.to_string(),
            rule: one.rule,
            comment: one.comment,
            author: one.author,
            since: one.since.to_string(),
            until: one.until.to_string(),
        }
    }
}

impl Queries {
    /// Snoozes the rule of a sign on its object.
    ///
    /// # Errors
    /// [`AppError::SignNotFound`]; as [`crate::Dozor::snooze_rule`].
    pub async fn snooze_sign(
        &self,
        (sign, id): (SignId, SnoozeId),
        body: NewSnooze,
        user: &User,
    ) -> Result<Snooze, AppError> {
        let sign = self.stored_sign(sign).await?;
        let missing = || AppError::ObjectNotFound { key: sign.object.to_string() };
        let object = self.dozor.store().object(sign.object).await?.ok_or_else(missing)?;
        let until = self.dozor.instant(&body.until)?;
        let command = SnoozeCommand { id, rule: sign.rule, comment: body.comment, until };
        Ok(self.dozor.snooze_rule(&object, command, &self.dozor.actor_of(user)).await?.into())
    }

    /// Snoozes a rule on an object, from its card.
    ///
    /// # Errors
    /// [`AppError::ObjectNotFound`]; as [`crate::Dozor::snooze_rule`].
    pub async fn snooze_object(
        &self,
        (object, id): (ObjectId, SnoozeId),
        body: NewObjectSnooze,
        user: &User,
    ) -> Result<Snooze, AppError> {
        let missing = || AppError::ObjectNotFound { key: object.to_string() };
        let object = self.dozor.store().object(object).await?.ok_or_else(missing)?;
        let until = self.dozor.instant(&body.until)?;
        let command = SnoozeCommand { id, rule: body.rule, comment: body.comment, until };
        Ok(self.dozor.snooze_rule(&object, command, &self.dozor.actor_of(user)).await?.into())
    }

    /// Ends a snooze before its time.
    ///
    /// # Errors
    /// As [`crate::Dozor::end_snooze`].
    pub async fn end_snooze(&self, id: SnoozeId, user: &User) -> Result<(), AppError> {
        self.dozor.end_snooze(id, &self.dozor.actor_of(user)).await
    }

    /// Returns the snoozes of an object that hold now, by rule.
    pub(super) async fn held_snoozes(&self, object: ObjectId) -> Result<BTreeMap<String, Snooze>, AppError> {
        let now = self.dozor.now();
        let all = self.dozor.store().snoozes_of(object).await?.into_iter();
        let held = all.filter(|one| one.ended_at.is_none() && one.since <= now && now < one.until);
        Ok(held.map(|one| (one.rule.clone(), one.into())).collect())
    }
}
