//! Violation signs found by rules, and the decisions of desk review about them.

use serde::{Deserialize, Serialize};

use crate::{DeskReviewId, InvalidTransition, ObjectId, SignId, Timestamp, UserId};

/// Is what the desk says of a sign (four keys).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskVerdict {
    /// подтвердить
    Confirmed,
    /// опровергнуть
    Refuted,
    /// мало данных: a field survey may follow
    NeedsData,
    /// передать по подведомственности
    Referred,
}

impl DeskVerdict {
    /// Returns the stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refuted => "refuted",
            Self::NeedsData => "needs_data",
            Self::Referred => "referred",
        }
    }
}

/// Is what the field found of a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldFinding {
    /// нарушение: of the sign or another one
    Violation,
    /// нарушений нет: the sign is refuted
    Nothing,
}

impl FieldFinding {
    /// Returns the stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Nothing => "nothing",
        }
    }
}

/// Is one decision of desk review; it stores the sign's rule and points as at the decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeskDecision {
    /// Id made where it was captured.
    pub id: DeskReviewId,
    /// The sign.
    pub sign: SignId,
    /// The object.
    pub object: ObjectId,
    /// The sign's rule.
    pub rule: String,
    /// Points of the rule as at the decision.
    pub points: f64,
    /// What was decided.
    pub verdict: DeskVerdict,
    /// Reason in words; needed for all but `confirmed`.
    pub comment: String,
    /// Who decided.
    pub author: UserId,
    /// When.
    pub decided_at: Timestamp,
}

/// Is where a sign stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SignState {
    /// Found by a rule, waits for the desk.
    Detected,
    /// The desk decided.
    Desk {
        /// What.
        verdict: DeskVerdict,
        /// The decision.
        review: DeskReviewId,
    },
    /// A task carries it.
    Tasked {
        /// The decision that allowed it.
        review: DeskReviewId,
    },
    /// The field went and saw; what goes on firing for the same cause is not asked again.
    Field {
        /// What it found.
        finding: FieldFinding,
        /// The decision that sent it.
        review: DeskReviewId,
    },
    /// The rule no longer fires.
    Expired,
}

/// Is what may happen to a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignEvent {
    /// The desk decided.
    Decide {
        /// What.
        verdict: DeskVerdict,
        /// The decision.
        review: DeskReviewId,
    },
    /// A task was generated for it.
    Task,
    /// Its task came back undone: the decision that allowed it stands.
    Return {
        /// What the desk had decided.
        verdict: DeskVerdict,
    },
    /// The object was visited after the desk's decision.
    Visit {
        /// What was found.
        finding: FieldFinding,
    },
    /// The rule no longer fires.
    Expire,
}

/// Is a sign of a violation: at most one is open per object and rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViolationSign {
    /// Derived id.
    pub id: SignId,
    /// The object.
    pub object: ObjectId,
    /// Code of the control kind.
    pub control_kind: String,
    /// The rule that fired.
    pub rule: String,
    /// Points that a confirming decision will store.
    pub points: f64,
    /// Place in the queue: the rule's priority, then the model's probability.
    pub priority: f64,
    /// When a run first found it.
    pub opened_at: Timestamp,
    /// Evidence as sentences' material.
    pub evidence: String,
    /// Where it stands.
    pub state: SignState,
}

impl ViolationSign {
    /// Applies an event.
    ///
    /// # Errors
    /// [`InvalidTransition`] where DOMAIN.md's table of states has no such arrow.
    pub fn apply(self, event: SignEvent) -> Result<Self, InvalidTransition> {
        let state = match (&self.state, event) {
            (SignState::Detected, SignEvent::Decide { verdict, review }) => {
                SignState::Desk { verdict, review }
            }
            (
                SignState::Desk { verdict: DeskVerdict::Confirmed | DeskVerdict::NeedsData, review },
                SignEvent::Task,
            ) => SignState::Tasked { review: *review },
            (
                SignState::Tasked { review },
                SignEvent::Return { verdict: verdict @ (DeskVerdict::Confirmed | DeskVerdict::NeedsData) },
            ) => SignState::Desk { verdict, review: *review },
            (
                SignState::Tasked { review }
                | SignState::Desk { verdict: DeskVerdict::Confirmed | DeskVerdict::NeedsData, review },
                SignEvent::Visit { finding },
            ) => SignState::Field { finding, review: *review },
            (SignState::Detected | SignState::Desk { .. } | SignState::Field { .. }, SignEvent::Expire) => {
                SignState::Expired
            }
            (state, event) => {
                return Err(InvalidTransition {
                    entity: "violation sign",
                    state: match state {
                        SignState::Detected => "detected",
                        SignState::Desk { .. } => "desk decided",
                        SignState::Tasked { .. } => "tasked",
                        SignState::Field { .. } => "visited",
                        SignState::Expired => "expired",
                    },
                    event: match event {
                        SignEvent::Decide { .. } => "decide",
                        SignEvent::Task => "task",
                        SignEvent::Return { .. } => "return",
                        SignEvent::Visit { .. } => "visit",
                        SignEvent::Expire => "expire",
                    },
                });
            }
        };
        Ok(Self { state, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign() -> ViolationSign {
        let object = ObjectId::from_bytes([1; 16]);
        let opened_at = Timestamp::from_micros(0);
        ViolationSign {
            id: SignId::derive(object, "r", opened_at),
            object,
            control_kind: "land".into(),
            rule: "r".into(),
            points: 8.0,
            priority: 40.0,
            opened_at,
            evidence: String::new(),
            state: SignState::Detected,
        }
    }

    #[test]
    fn a_sign_whose_task_came_back_stands_as_the_desk_left_it_and_one_visited_keeps_what_was_found() {
        let review = DeskReviewId::from_bytes([2; 16]);
        let verdict = DeskVerdict::NeedsData;
        let desk = sign().apply(SignEvent::Decide { verdict, review }).unwrap();
        let tasked = desk.clone().apply(SignEvent::Task).unwrap();
        assert_eq!(tasked.clone().apply(SignEvent::Return { verdict }).unwrap().state, desk.state);
        let finding = FieldFinding::Nothing;
        let visited = tasked.clone().apply(SignEvent::Visit { finding }).unwrap();
        assert_eq!(visited.state, SignState::Field { finding, review });
        assert_eq!(
            desk.apply(SignEvent::Visit { finding }).unwrap().state,
            visited.state,
            "on another ground"
        );
        assert_eq!(visited.apply(SignEvent::Expire).unwrap().state, SignState::Expired);
        assert!(tasked.apply(SignEvent::Return { verdict: DeskVerdict::Refuted }).is_err());
        assert!(sign().apply(SignEvent::Visit { finding }).is_err(), "nobody decided");
    }

    #[test]
    fn only_a_confirmed_or_unsure_sign_may_be_tasked() {
        let review = DeskReviewId::from_bytes([2; 16]);
        for (verdict, allowed) in [
            (DeskVerdict::Confirmed, true),
            (DeskVerdict::NeedsData, true),
            (DeskVerdict::Refuted, false),
            (DeskVerdict::Referred, false),
        ] {
            let decided = sign().apply(SignEvent::Decide { verdict, review }).unwrap();
            assert_eq!(decided.apply(SignEvent::Task).is_ok(), allowed, "{verdict:?}");
        }
        assert!(sign().apply(SignEvent::Task).is_err(), "an undecided sign sends nobody anywhere");
    }
}
