//! Where an order stands, each state with the papers that it stands on.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::papers::{
    DocumentReference, IssuedPapers, Notice, ProsecutorAnswer, RegisterNumber, SignedPapers,
};

/// Is where an order stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    /// Has its number.
    Draft,
    /// The checks of law passed.
    Checked {
        /// What was checked, as codes.
        checks: Vec<String>,
    },
    /// The prosecutor is asked.
    ApprovalRequested {
        /// The request.
        request: DocumentReference,
    },
    /// The prosecutor agreed.
    ProsecutorAgreed {
        /// The answer.
        agreement: ProsecutorAnswer,
    },
    /// The prosecutor refused: nobody goes.
    ProsecutorRefused {
        /// The answer.
        refusal: ProsecutorAnswer,
    },
    /// The head signed.
    Signed {
        /// What it stands on.
        papers: SignedPapers,
    },
    /// The state register has it.
    Registered {
        /// What it stands on.
        papers: SignedPapers,
        /// The entry.
        entry: RegisterNumber,
    },
    /// The inspector has it: work may start.
    Issued {
        /// What it stands on.
        papers: IssuedPapers,
    },
    /// Issued, and given a later end.
    Extended {
        /// What it stands on.
        papers: IssuedPapers,
        /// The last day, inclusive.
        until: Date,
        /// Why.
        reason: String,
    },
    /// All work under it is done.
    Executed {
        /// What it stood on.
        papers: IssuedPapers,
    },
    /// The head closed it.
    Closed {
        /// What it stood on.
        papers: IssuedPapers,
    },
    /// Called off; the number keeps its row for ever.
    Revoked {
        /// Why.
        reason: String,
        /// What it was issued with: what was begun under it until then was lawfully begun. None where nobody had issued it,
        /// and in rows of earlier versions.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        papers: Option<IssuedPapers>,
    },
}

impl OrderState {
    /// Returns the code of the state.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Checked { .. } => "checked",
            Self::ApprovalRequested { .. } => "approval_requested",
            Self::ProsecutorAgreed { .. } => "prosecutor_agreed",
            Self::ProsecutorRefused { .. } => "prosecutor_refused",
            Self::Signed { .. } => "signed",
            Self::Registered { .. } => "registered",
            Self::Issued { .. } => "issued",
            Self::Extended { .. } => "extended",
            Self::Executed { .. } => "executed",
            Self::Closed { .. } => "closed",
            Self::Revoked { .. } => "revoked",
        }
    }

    /// Tells whether nothing more happens to it but its closing.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Executed { .. } | Self::Closed { .. } | Self::Revoked { .. })
    }

    /// Tells whether work may go on under it.
    pub fn is_issued(&self) -> bool {
        matches!(self, Self::Issued { .. } | Self::Extended { .. })
    }

    /// Returns the prosecutor's agreement, where one was given.
    pub fn agreement(&self) -> Option<&ProsecutorAnswer> {
        if let Self::ProsecutorAgreed { agreement } = self {
            return Some(agreement);
        }
        self.signed_papers().and_then(|papers| papers.agreement.as_ref())
    }

    /// Returns what it was signed with, once it was.
    pub fn signed_papers(&self) -> Option<&SignedPapers> {
        match self {
            Self::Signed { papers } | Self::Registered { papers, .. } => Some(papers),
            Self::Issued { papers }
            | Self::Extended { papers, .. }
            | Self::Executed { papers }
            | Self::Closed { papers } => Some(&papers.signed),
            Self::Revoked { papers, .. } => papers.as_ref().map(|papers| &papers.signed),
            Self::Draft
            | Self::Checked { .. }
            | Self::ApprovalRequested { .. }
            | Self::ProsecutorAgreed { .. }
            | Self::ProsecutorRefused { .. } => None,
        }
    }

    /// Returns the notice of the controlled person, once he has been told.
    pub fn notice(&self) -> Option<&Notice> {
        self.signed_papers().and_then(|papers| papers.notice.as_ref())
    }

    /// Returns its entry in the register, once it has one.
    pub fn entry(&self) -> Option<&RegisterNumber> {
        match self {
            Self::Registered { entry, .. } => Some(entry),
            Self::Issued { papers }
            | Self::Extended { papers, .. }
            | Self::Executed { papers }
            | Self::Closed { papers } => papers.entry.as_ref(),
            Self::Revoked { papers, .. } => papers.as_ref().and_then(|papers| papers.entry.as_ref()),
            Self::Draft
            | Self::Checked { .. }
            | Self::ApprovalRequested { .. }
            | Self::ProsecutorAgreed { .. }
            | Self::ProsecutorRefused { .. }
            | Self::Signed { .. } => None,
        }
    }

    /// Returns why it was extended or called off.
    pub fn reason(&self) -> Option<&str> {
        if let Self::Extended { reason, .. } | Self::Revoked { reason, .. } = self {
            Some(reason)
        } else {
            None
        }
    }
}
