//! Why a step of an order is refused.

use dozor_domain::{Coded, ErrorInfo, PaperFault};
use thiserror::Error;

/// Codes of orders.
pub const ORDER_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "ORDER_NOT_FOUND",
        cause: "there is no order of this number",
        action: "write it as 2026/000017; `dozor order list` prints those of a day",
    },
    ErrorInfo {
        code: "ORDER_PAPER",
        cause: "a paper of the order is not of its form: a number in one line, a SHA-256 of 64 hexadecimal digits, a \
                signature in printable characters, a day that has come",
        action: "correct what the message names",
    },
    ErrorInfo {
        code: "ORDER_LACKS",
        cause: "the kind of event and its ground ask for a paper before this step",
        action: "enter the paper that the message names, then take the step again",
    },
    ErrorInfo {
        code: "ORDER_NOT_NEEDED",
        cause: "the kind of event on these grounds needs no such paper: no agreement of the prosecutor, or no notice",
        action: "leave this step out and take the next one",
    },
    ErrorInfo {
        code: "ORDER_GATE_REFUSED",
        cause: "the gate was asked again and refuses at least one visit: something has changed since the plan was approved",
        action: "mend what the message names with its article, or revoke the order and plan anew",
    },
    ErrorInfo {
        code: "ORDER_DAY_OVER",
        cause: "the last day of the order is over",
        action: "revoke the order; what it was for is free for another plan",
    },
    ErrorInfo {
        code: "ORDER_NO_WORK",
        cause: "no task of the order is open any more",
        action: "revoke the order, or leave it to the records",
    },
    ErrorInfo {
        code: "ORDER_UNDER_WAY",
        cause: "the order was issued, and every visit under it has begun or is over: nothing is left to call off",
        action: "wait for the records of what was begun: they close its tasks, and the order is executed with them",
    },
    ErrorInfo {
        code: "ORDER_TERM",
        cause: "an order is extended only where its kind of event has a term, to a later working day within it",
        action: "choose a day that the message allows, or make a new order",
    },
];

/// Says why a step of an order is refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OrderError {
    /// There is no such order.
    #[error("looking for the order «{order}»")]
    Unknown {
        /// What was given.
        order: String,
    },
    /// A paper is not of its form.
    #[error("reading the papers of the order {order}: {problem}")]
    Paper {
        /// The order.
        order: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A paper comes first.
    #[error("order {order}, step «{step}»: it lacks {lack}")]
    Lacks {
        /// The order.
        order: String,
        /// The step.
        step: &'static str,
        /// Code of what it lacks.
        lack: &'static str,
    },
    /// Nobody asks, and nobody tells, without need.
    #[error("order {order}, step «{step}»: its kind of event needs no such paper")]
    NotNeeded {
        /// The order.
        order: String,
        /// The step.
        step: &'static str,
    },
    /// The gate refuses.
    #[error("asking the gate about the order {order}: {refused}")]
    GateRefused {
        /// The order.
        order: String,
        /// Visits with what they lack and the articles.
        refused: String,
    },
    /// Its day is over.
    #[error("order {order}, step «{step}»: its last day was {last_day}")]
    DayOver {
        /// The order.
        order: String,
        /// The step.
        step: &'static str,
        /// Its last day.
        last_day: String,
    },
    /// Nothing is left to do under it.
    #[error("order {order}, step «{step}»")]
    NoWork {
        /// The order.
        order: String,
        /// The step.
        step: &'static str,
    },
    /// What was begun under it stays what it is, and there is nothing else.
    #[error("calling off the order {order}: every visit under it has begun or is over")]
    UnderWay {
        /// The order.
        order: String,
    },
    /// It cannot end then.
    #[error("extending the order {order} to {until}: {problem}")]
    Term {
        /// The order.
        order: String,
        /// The day asked for.
        until: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl OrderError {
    /// Words a fault of a paper.
    pub(crate) fn paper(order: &str, fault: PaperFault) -> Self {
        let problem = match fault {
            PaperFault::Number => "a number is one line of 1 to 100 characters",
            PaperFault::Hash => "a SHA-256 has 64 hexadecimal digits",
            PaperFault::Signature => "a signature is 1 to 32,768 printable characters, base64 or PEM",
            PaperFault::Signer => "the signer has no name",
            PaperFault::Way => "the way of a notice is one line of 1 to 100 characters",
        };
        Self::Paper { order: order.to_owned(), problem }
    }
}

impl Coded for OrderError {
    fn info(&self) -> &'static ErrorInfo {
        let code = match self {
            Self::Unknown { .. } => "ORDER_NOT_FOUND",
            Self::Paper { .. } => "ORDER_PAPER",
            Self::Lacks { .. } => "ORDER_LACKS",
            Self::NotNeeded { .. } => "ORDER_NOT_NEEDED",
            Self::GateRefused { .. } => "ORDER_GATE_REFUSED",
            Self::DayOver { .. } => "ORDER_DAY_OVER",
            Self::NoWork { .. } => "ORDER_NO_WORK",
            Self::UnderWay { .. } => "ORDER_UNDER_WAY",
            Self::Term { .. } => "ORDER_TERM",
        };
        ORDER_ERRORS.iter().find(|info| info.code == code).unwrap_or(&ORDER_ERRORS[0])
    }
}
