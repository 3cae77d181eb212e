//! A snooze: a rule is not raised on one object until an instant. It stands outside the script and moves no
//! category; the sign simply waits.

use serde::{Deserialize, Serialize};

use crate::{ObjectId, SnoozeId, Timestamp};

/// Is one snooze; the rule's sign is not queued on the object while it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSnooze {
    /// Id made where it was captured.
    pub id: SnoozeId,
    /// The object.
    pub object: ObjectId,
    /// The rule.
    pub rule: String,
    /// Why.
    pub comment: String,
    /// Login of who snoozed it.
    pub author: String,
    /// From when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
}

impl RuleSnooze {
    /// Tells whether it holds at an instant.
    pub fn holds_at(&self, at: Timestamp) -> bool {
        self.since <= at && at < self.until && self.ended_at.is_none_or(|ended| at < ended)
    }
}
