//! A person's request to change the category of an object: filed, then answered once with reasons.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{CategoryRequestId, InvalidTransition, Localized, ObjectId, RiskCategory, Timestamp};

/// Says what came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestVerdict {
    /// The category was lowered: the facts had changed, and an official decided.
    Granted,
    /// The criteria give the category that is in force.
    Refused,
    /// Left without an answer on its merits: not the person's object, or withdrawn.
    Left,
}

impl RequestVerdict {
    /// All verdicts.
    pub const ALL: [Self; 3] = [Self::Granted, Self::Refused, Self::Left];

    /// Returns the code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Left => "left",
        }
    }
}

/// Says where a request stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RequestState {
    /// Waits for an answer.
    Filed,
    /// Answered.
    Answered {
        /// What came of it.
        verdict: RequestVerdict,
        /// The reply, as it was given.
        reply: Localized,
        /// Name of the official.
        official: String,
        /// When.
        at: Timestamp,
    },
}

/// Is one request; who filed it stands in the authority's own register under the reference, never here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryRequest {
    /// Id made where it was captured.
    pub id: CategoryRequestId,
    /// The object.
    pub object: ObjectId,
    /// Code of the control kind.
    pub control_kind: String,
    /// Its number in the authority's register of incoming papers.
    pub reference: String,
    /// The category in force when it came.
    pub category: RiskCategory,
    /// The day on which it came.
    pub filed_on: Date,
    /// The last day for the answer.
    pub due_on: Date,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// Where it stands.
    pub state: RequestState,
}

impl CategoryRequest {
    /// Answers it.
    ///
    /// # Errors
    /// [`InvalidTransition`] when it is answered already.
    pub fn answer(
        self,
        verdict: RequestVerdict,
        reply: Localized,
        (official, at): (String, Timestamp),
    ) -> Result<Self, InvalidTransition> {
        match self.state {
            RequestState::Filed => {
                Ok(Self { state: RequestState::Answered { verdict, reply, official, at }, ..self })
            }
            RequestState::Answered { .. } => {
                Err(InvalidTransition { entity: "category_request", state: "answered", event: "answer" })
            }
        }
    }

    /// Tells whether it waits past its term on a day.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state == RequestState::Filed && self.due_on < today
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_request_is_answered_once_and_is_overdue_only_while_it_waits() {
        let request = CategoryRequest {
            id: CategoryRequestId::from_bytes([1; 16]),
            object: ObjectId::from_bytes([2; 16]),
            control_kind: "land".to_owned(),
            reference: "ВХ-1".to_owned(),
            category: RiskCategory::High,
            filed_on: date(2026, 11, 2),
            due_on: date(2026, 11, 10),
            entered_at: Timestamp::from_micros(0),
            state: RequestState::Filed,
        };
        assert!(!request.is_overdue(date(2026, 11, 10)) && request.is_overdue(date(2026, 11, 11)));
        let by = || ("Петров".to_owned(), Timestamp::from_micros(1));
        let answered = request.answer(RequestVerdict::Refused, Localized::default(), by()).unwrap();
        assert!(!answered.is_overdue(date(2027, 1, 1)));
        assert!(answered.answer(RequestVerdict::Granted, Localized::default(), by()).is_err());
    }
}
