//! Putting a sign aside: its rule is snoozed on its object until a day, with a comment.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_domain::{SignId, SnoozeId};
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
        let snooze = self.dozor.snooze_rule(&object, command, &self.dozor.actor_of(user)).await?;
        Ok(Snooze {
            id: snooze.id.to_string(),
            object_id: snooze.object.to_string(),
            rule: snooze.rule,
            comment: snooze.comment,
            author: snooze.author,
            since: snooze.since.to_string(),
            until: snooze.until.to_string(),
        })
    }
}
