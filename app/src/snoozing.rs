//! Snoozing a rule on one object, with a comment and an end: the sign is not queued meanwhile, and no category moves.
//! The next run takes the sign out of the queue, the first run after the end puts it back if it still fires.

use std::collections::BTreeSet;

use dozor_domain::{ObjectId, ObjectRow, Permission, RuleKind, RuleSnooze, SnoozeId, Timestamp};
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::versions::Actor;

/// The longest snooze: whoever wants more changes the rule.
const LONGEST_DAYS: i64 = 366;

/// Is what somebody snoozes.
#[derive(Clone, Debug)]
pub struct SnoozeCommand {
    /// Id made where it was captured.
    pub id: SnoozeId,
    /// The rule.
    pub rule: String,
    /// Why.
    pub comment: String,
    /// Until when.
    pub until: Timestamp,
}

impl Dozor {
    /// Snoozes a rule on an object.
    ///
    /// # Errors
    /// [`AppError::SnoozeRefused`] without a comment, for a rule that is no sign, or an end that is past or more
    /// than a year away; the store's.
    pub async fn snooze_rule(
        &self,
        object: &ObjectRow,
        command: SnoozeCommand,
        actor: &Actor,
    ) -> Result<RuleSnooze, AppError> {
        actor.may(Permission::DecideSigns)?;
        // A demo stands on a day of its own: its weeks are counted from there.
        let now = self.instant_of_today().await?;
        let is_sign =
            self.methodology.rules.rule(&command.rule).is_some_and(|rule| rule.head().is(RuleKind::Sign));
        let problem = if command.comment.trim().is_empty() {
            Some("a comment is missing")
        } else if !is_sign {
            Some("the rule is no sign: only signs are queued")
        } else if command.until <= now || command.until > now.plus_days(LONGEST_DAYS) {
            Some("it ends in the past or more than a year from now")
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(AppError::SnoozeRefused { rule: command.rule, problem });
        }
        let snooze = RuleSnooze {
            id: command.id,
            object: object.id,
            rule: command.rule,
            comment: command.comment.trim().to_owned(),
            author: actor.person.login.clone(),
            since: now,
            until: command.until,
            ended_at: None,
        };
        let mut tx = self.store.begin().await?;
        tx.insert_snooze(&snooze).await?;
        let details =
            json!({ "object": snooze.object, "rule": snooze.rule, "until": snooze.until.to_string() });
        tx.audit(self.audit(&actor.person.login, "snooze_rule", &snooze.id.to_string(), &details));
        tx.commit().await?;
        Ok(snooze)
    }

    /// Ends a snooze before its time.
    ///
    /// # Errors
    /// [`crate::VersionError::PowerMissing`]; the store's when it is not there or has ended.
    pub async fn end_snooze(&self, id: SnoozeId, actor: &Actor) -> Result<(), AppError> {
        actor.may(Permission::DecideSigns)?;
        let mut tx = self.store.begin().await?;
        tx.end_snooze(id, self.now()).await?;
        tx.audit(self.audit(&actor.person.login, "end_snooze", &id.to_string(), &json!({})));
        tx.commit().await?;
        Ok(())
    }

    /// Returns the objects and rules that are snoozed now.
    pub(crate) async fn snoozed_now(&self) -> Result<BTreeSet<(ObjectId, String)>, AppError> {
        let snoozes = self.store.snoozes_at(self.now()).await?;
        Ok(snoozes.into_iter().map(|one| (one.object, one.rule)).collect())
    }
}
