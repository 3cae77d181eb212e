//! The life of a methodology version: who drafted, checked, signed, approved and activated it. A version's state is
//! a fold over its steps; a step that the table of states does not allow is refused before it is written.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{InvalidTransition, Timestamp};

/// Is who did a step: a login and the name of the person behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Login, or the name given on the command line of a database without users.
    pub login: String,
    /// Name for people.
    pub name: String,
}

impl Person {
    /// Tells whether two logins belong to one person: the same login, or the same name in other letters or spaces.
    pub fn is_same(&self, other: &Self) -> bool {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let (name, other_name) = (plain(&self.name), plain(&other.name));
        plain(&self.login) == plain(&other.login) || (!name.is_empty() && name == other_name)
    }
}

/// Says who must agree before a version comes into force, and how far a person's word reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalLevel {
    /// One approver who is not the author.
    OneApprover,
    /// The head of unit too, with a reason.
    HeadOfUnit,
    /// Blocked but for the decision of the head of the authority, with a reason.
    Head,
}

/// Is one approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub by: Person,
    /// How far his word reaches.
    pub power: ApprovalLevel,
    /// Why; empty where none was given.
    pub reason: String,
}

/// Is where a version stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MethodologyStage {
    /// Being written: its files may change.
    Draft,
    /// Passed its check; from here on its files never change.
    Checked,
    /// Before the lawyer.
    InReview,
    /// The lawyer vouches for the bases; approvals are collected.
    LawyerSigned,
    /// Everybody who must agree has.
    Approved,
    /// Comes into force with the first run at or after this instant.
    Scheduled {
        /// The instant.
        from: Timestamp,
    },
    /// In force.
    Active,
    /// Was in force; one step brings it back.
    Superseded,
    /// Given up.
    Rejected {
        /// Why.
        reason: String,
    },
}

impl MethodologyStage {
    /// Returns the code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Checked => "checked",
            Self::InReview => "in_review",
            Self::LawyerSigned => "lawyer_signed",
            Self::Approved => "approved",
            Self::Scheduled { .. } => "scheduled",
            Self::Active => "active",
            Self::Superseded => "superseded",
            Self::Rejected { .. } => "rejected",
        }
    }
}

/// Is what may happen to a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum MethodologyEvent {
    /// It is drafted, or the files of the draft are replaced.
    Draft {
        /// SHA-256 of all its files.
        content: String,
    },
    /// It is a draft again, from the version in force now: it was given up, or another came into force before it.
    Reopen {
        /// SHA-256 of all its files.
        content: String,
    },
    /// It passed its check.
    Check {
        /// SHA-256 of all files as checked.
        content: String,
    },
    /// The author gives it into review.
    Submit,
    /// The lawyer vouches for the bases.
    Sign,
    /// Somebody approves.
    Approve {
        /// How far his word reaches.
        power: ApprovalLevel,
        /// What the gates ask for, as at this approval.
        needs: ApprovalLevel,
        /// Why.
        reason: String,
    },
    /// The day of its coming into force is set.
    Schedule {
        /// The instant.
        from: Timestamp,
    },
    /// It comes into force.
    Activate,
    /// Another version takes its place.
    Supersede {
        /// Number of that version.
        successor: i64,
    },
    /// It comes back into force.
    Restore {
        /// Why.
        reason: String,
    },
    /// It is given up.
    Reject {
        /// Why.
        reason: String,
    },
}

impl MethodologyEvent {
    /// Returns the code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Draft { .. } => "draft",
            Self::Reopen { .. } => "reopen",
            Self::Check { .. } => "check",
            Self::Submit => "submit",
            Self::Sign => "sign",
            Self::Approve { .. } => "approve",
            Self::Schedule { .. } => "schedule",
            Self::Activate => "activate",
            Self::Supersede { .. } => "supersede",
            Self::Restore { .. } => "restore",
            Self::Reject { .. } => "reject",
        }
    }
}

/// Is one step as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodologyStep {
    /// What happened.
    #[serde(flatten)]
    pub event: MethodologyEvent,
    /// Who did it.
    pub by: Person,
    /// When.
    pub at: Timestamp,
}

/// Says why a step is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MethodologyFault {
    /// The table of states has no such arrow.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// The author would judge his own work.
    #[error("«{event}» by {person}, who is the author")]
    OwnWork {
        /// The step.
        event: &'static str,
        /// The person.
        person: String,
    },
    /// One person would agree twice.
    #[error("«approve» by {person}, who has approved already")]
    ApprovedAlready {
        /// The person.
        person: String,
    },
    /// A reason is missing.
    #[error("«{event}» without a reason")]
    ReasonMissing {
        /// The step.
        event: &'static str,
    },
}

/// Is the life of one version so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodologyLife {
    /// Who drafted it, the latest change of the draft included.
    pub authors: Vec<Person>,
    /// SHA-256 of all its files, as drafted or checked last.
    pub content: String,
    /// Where it stands.
    pub stage: MethodologyStage,
    /// Who signed the bases.
    pub lawyer: Option<Person>,
    /// Who approved.
    pub approvals: Vec<Approval>,
}

impl MethodologyLife {
    /// Begins with the step that drafts the version.
    pub fn drafted(content: String, by: Person) -> Self {
        Self {
            authors: vec![by],
            content,
            stage: MethodologyStage::Draft,
            lawyer: None,
            approvals: Vec::new(),
        }
    }

    /// Begins with a version that was imported with the database and is in force without a review.
    pub fn imported(content: String, by: Person) -> Self {
        Self { stage: MethodologyStage::Active, ..Self::drafted(content, by) }
    }

    /// Folds steps; none when the first does not draft or a step was not allowed, which a store never holds.
    pub fn fold<'a>(steps: impl IntoIterator<Item = &'a MethodologyStep>) -> Option<Self> {
        let mut steps = steps.into_iter();
        let first = steps.next()?;
        let MethodologyEvent::Draft { content } = &first.event else { return None };
        let begun = Self::drafted(content.clone(), first.by.clone());
        steps.try_fold(begun, |life, step| life.apply(&step.event, &step.by).ok())
    }

    /// Applies a step.
    ///
    /// # Errors
    /// [`MethodologyFault`] where DOMAIN.md's table of states has no such arrow, the author would judge his own work,
    /// or a reason is missing.
    pub fn apply(mut self, event: &MethodologyEvent, by: &Person) -> Result<Self, MethodologyFault> {
        use MethodologyEvent as Event;
        use MethodologyStage as Stage;
        self.stage = match (&self.stage, event) {
            (Stage::Draft, Event::Draft { content }) => {
                self.written(content, by);
                Stage::Draft
            }
            (
                Stage::Checked
                | Stage::InReview
                | Stage::LawyerSigned
                | Stage::Approved
                | Stage::Scheduled { .. }
                | Stage::Rejected { .. },
                Event::Reopen { content },
            ) => {
                // What was said of it was said beside another version: it is all asked again.
                (self.lawyer, self.approvals) = (None, Vec::new());
                self.written(content, by);
                Stage::Draft
            }
            (Stage::Draft, Event::Check { content }) => {
                self.content.clone_from(content);
                Stage::Checked
            }
            (Stage::Checked, Event::Submit) => Stage::InReview,
            (Stage::InReview, Event::Sign) => {
                self.not_by_author("sign", by)?;
                self.lawyer = Some(by.clone());
                Stage::LawyerSigned
            }
            (Stage::LawyerSigned, Event::Approve { power, needs, reason }) => {
                self.approve(*power, reason, by)?;
                if self.is_agreed(*needs) { Stage::Approved } else { Stage::LawyerSigned }
            }
            (Stage::Approved, Event::Schedule { from }) => Stage::Scheduled { from: *from },
            (Stage::Approved | Stage::Scheduled { .. }, Event::Activate) => Stage::Active,
            (Stage::Active, Event::Supersede { .. }) => Stage::Superseded,
            (Stage::Superseded, Event::Restore { reason }) => {
                needs_reason("restore", reason)?;
                Stage::Active
            }
            (
                Stage::Draft
                | Stage::Checked
                | Stage::InReview
                | Stage::LawyerSigned
                | Stage::Approved
                | Stage::Scheduled { .. },
                Event::Reject { reason },
            ) => {
                needs_reason("reject", reason)?;
                Stage::Rejected { reason: reason.clone() }
            }
            (stage, event) => {
                let (state, event) = (stage.code(), event.code());
                return Err(InvalidTransition { entity: "methodology", state, event }.into());
            }
        };
        Ok(self)
    }

    /// Notes who wrote the files as they are now.
    fn written(&mut self, content: &str, by: &Person) {
        content.clone_into(&mut self.content);
        if !self.authors.iter().any(|author| author.is_same(by)) {
            self.authors.push(by.clone());
        }
    }

    fn not_by_author(&self, event: &'static str, by: &Person) -> Result<(), MethodologyFault> {
        match self.authors.iter().any(|author| author.is_same(by)) {
            true => Err(MethodologyFault::OwnWork { event, person: by.name.clone() }),
            false => Ok(()),
        }
    }

    fn approve(&mut self, power: ApprovalLevel, reason: &str, by: &Person) -> Result<(), MethodologyFault> {
        self.not_by_author("approve", by)?;
        if self.approvals.iter().any(|known| known.by.is_same(by)) {
            return Err(MethodologyFault::ApprovedAlready { person: by.name.clone() });
        }
        self.approvals.push(Approval { by: by.clone(), power, reason: reason.trim().to_owned() });
        Ok(())
    }

    /// Tells whether the approvals suffice. Beyond the first gate it takes two people, one of whom has the power and
    /// gives a reason.
    pub fn is_agreed(&self, needs: ApprovalLevel) -> bool {
        let has = |power| self.approvals.iter().any(|one| one.power >= power && !one.reason.is_empty());
        match needs {
            ApprovalLevel::OneApprover => !self.approvals.is_empty(),
            ApprovalLevel::HeadOfUnit | ApprovalLevel::Head => self.approvals.len() >= 2 && has(needs),
        }
    }
}

fn needs_reason(event: &'static str, reason: &str) -> Result<(), MethodologyFault> {
    match reason.trim().is_empty() {
        true => Err(MethodologyFault::ReasonMissing { event }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Person {
        Person { login: name.to_lowercase(), name: name.to_owned() }
    }

    fn approve(power: ApprovalLevel, needs: ApprovalLevel, reason: &str) -> MethodologyEvent {
        MethodologyEvent::Approve { power, needs, reason: reason.to_owned() }
    }

    fn signed() -> MethodologyLife {
        let check = MethodologyEvent::Check { content: "1".to_owned() };
        let life = MethodologyLife::drafted("1".to_owned(), person("Anna"));
        [(check, "Anna"), (MethodologyEvent::Submit, "Anna"), (MethodologyEvent::Sign, "Lev")]
            .into_iter()
            .fold(life, |life, (event, by)| life.apply(&event, &person(by)).unwrap())
    }

    #[test]
    fn a_version_walks_from_draft_to_active_and_back_into_force() {
        let one = ApprovalLevel::OneApprover;
        let life = signed().apply(&approve(one, one, ""), &person("Boris")).unwrap();
        assert_eq!(life.stage, MethodologyStage::Approved);
        let from = Timestamp::from_micros(5);
        let life = life.apply(&MethodologyEvent::Schedule { from }, &person("Boris")).unwrap();
        let life = life.apply(&MethodologyEvent::Activate, &person("system")).unwrap();
        let life = life.apply(&MethodologyEvent::Supersede { successor: 3 }, &person("system")).unwrap();
        let back = |reason: &str| MethodologyEvent::Restore { reason: reason.to_owned() };
        assert_eq!(
            life.clone().apply(&back(" "), &person("Boris")),
            Err(MethodologyFault::ReasonMissing { event: "restore" })
        );
        let life = life.apply(&back("hit rate fell"), &person("Boris")).unwrap();
        assert_eq!(life.stage, MethodologyStage::Active);
    }

    #[test]
    fn the_author_neither_signs_nor_approves_under_any_login() {
        let one = ApprovalLevel::OneApprover;
        let other_login = Person { login: "a2".to_owned(), name: " anna ".to_owned() };
        for by in [person("Anna"), other_login] {
            let refused = signed().apply(&approve(one, one, ""), &by);
            assert!(matches!(refused, Err(MethodologyFault::OwnWork { event: "approve", .. })), "{by:?}");
        }
        let mut review = signed();
        review.stage = MethodologyStage::InReview;
        assert!(review.apply(&MethodologyEvent::Sign, &person("ANNA")).is_err());
    }

    #[test]
    fn higher_gates_take_two_people_one_of_them_with_power_and_a_reason() {
        use ApprovalLevel::{Head, HeadOfUnit, OneApprover};
        let life = signed().apply(&approve(HeadOfUnit, HeadOfUnit, "season"), &person("Boris")).unwrap();
        assert_eq!(life.stage, MethodologyStage::LawyerSigned, "one person is not enough");
        let twice = life.clone().apply(&approve(OneApprover, HeadOfUnit, ""), &person("Boris"));
        assert!(matches!(twice, Err(MethodologyFault::ApprovedAlready { .. })));
        let agreed = life.clone().apply(&approve(OneApprover, HeadOfUnit, ""), &person("Vera")).unwrap();
        assert_eq!(agreed.stage, MethodologyStage::Approved);
        let blocked = life.apply(&approve(OneApprover, Head, ""), &person("Vera")).unwrap();
        assert_eq!(blocked.stage, MethodologyStage::LawyerSigned, "the head has not decided");
        let silent = blocked.clone().apply(&approve(Head, Head, " "), &person("Gleb")).unwrap();
        assert_eq!(silent.stage, MethodologyStage::LawyerSigned, "the head gave no reason");
        let decided = blocked.apply(&approve(Head, Head, "accepted load"), &person("Gleb")).unwrap();
        assert_eq!(decided.stage, MethodologyStage::Approved);
    }

    #[test]
    fn a_version_that_is_opened_again_has_no_signature_and_keeps_its_authors() {
        let one = ApprovalLevel::OneApprover;
        let approved = signed().apply(&approve(one, one, ""), &person("Boris")).unwrap();
        let reopen = MethodologyEvent::Reopen { content: "1".to_owned() };
        let again = approved.apply(&reopen, &person("Vera")).unwrap();
        assert_eq!((&again.stage, &again.lawyer), (&MethodologyStage::Draft, &None));
        assert!(again.approvals.is_empty());
        let authors: Vec<_> = again.authors.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(authors, ["Anna", "Vera"], "whoever wrote a part of it does not judge it");
        assert!(again.apply(&reopen, &person("Vera")).is_err(), "a draft is open");
    }

    #[test]
    fn nothing_is_skipped_and_a_checked_version_is_never_drafted_again() {
        let draft = MethodologyLife::drafted("1".to_owned(), person("Anna"));
        for event in [MethodologyEvent::Submit, MethodologyEvent::Sign, MethodologyEvent::Activate] {
            let refused = draft.clone().apply(&event, &person("Boris"));
            assert!(matches!(refused, Err(MethodologyFault::Transition(_))), "{event:?}");
        }
        let again = MethodologyEvent::Draft { content: "2".to_owned() };
        assert_eq!(draft.clone().apply(&again, &person("Boris")).unwrap().authors.len(), 2);
        assert!(signed().apply(&again, &person("Anna")).is_err());
    }
}
