//! A second reading: a desk decision that the lot chose is read again by another analyst who does not see the first
//! verdict. It changes neither the verdict nor the sign; it only says whether two people see the same.

use serde::{Deserialize, Serialize};

use crate::{Chance, DeskReviewId, DeskVerdict, ObjectId, SignId, Timestamp, UserId};

/// Is one desk decision that is to be read a second time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondReading {
    /// The first decision.
    pub review: DeskReviewId,
    /// The sign that it was about.
    pub sign: SignId,
    /// The sign's object.
    pub object: ObjectId,
    /// Who gave the first decision: he never gives the second.
    pub first_author: UserId,
    /// The chance by which the lot chose it.
    pub inclusion: Chance,
    /// When it was chosen.
    pub drawn_at: Timestamp,
    /// What the second reader said; none while it waits.
    pub answer: Option<SecondVerdict>,
}

/// Is what a second reader said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondVerdict {
    /// Id made where it was captured.
    pub id: DeskReviewId,
    /// What he would have decided.
    pub verdict: DeskVerdict,
    /// Reason in words; needed for all but `confirmed`.
    pub comment: String,
    /// Who read it.
    pub author: UserId,
    /// When.
    pub read_at: Timestamp,
}

impl SecondReading {
    /// Tells whether it waits and a user may give it.
    pub fn waits_for(&self, reader: UserId) -> bool {
        self.answer.is_none() && self.first_author != reader
    }
}

/// Is how a disagreement between a first and a second look was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettledAs {
    /// The first look stands; the second was mistaken.
    FirstStands,
    /// The second look saw it right: the sign goes back to the desk, or the source corrects the result.
    SecondStands,
}

impl SettledAs {
    /// Returns the stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::FirstStands => "first_stands",
            Self::SecondStands => "second_stands",
        }
    }
}

/// Is the settlement of one disagreement, named by the record of the second look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookSettlement {
    /// The record of the second look.
    pub look: crate::RecordId,
    /// How.
    pub settled: SettledAs,
    /// Why.
    pub comment: String,
    /// Login of who settled it.
    pub author: String,
    /// When.
    pub at: Timestamp,
}
