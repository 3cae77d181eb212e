//! What people ask for: a step with its papers as they typed them, read once into the event of the state machine.

use dozor_domain::{
    DocumentReference, Notice, OrderEvent, OrderNeeds, PaperFault, Permission, ProsecutorAnswer,
    RegisterNumber, Signature,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::OrderError;
use crate::error::AppError;
use crate::planning::read_date;

/// A document: its number and the SHA-256 of its bytes in 64 hexadecimal digits.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperWish {
    /// The number that people know it under.
    pub number: String,
    /// 64 hexadecimal digits.
    pub sha256: String,
}

/// A step of an order's life.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum OrderWish {
    /// Ask the prosecutor.
    RequestApproval {
        /// The request.
        document: PaperWish,
    },
    /// Enter that the prosecutor agrees.
    Agree {
        /// The answer.
        document: PaperWish,
        /// Its day.
        #[schema(format = Date)]
        on: String,
    },
    /// Enter that the prosecutor refuses: the tasks are free again.
    Refuse {
        /// The answer.
        document: PaperWish,
        /// Its day.
        #[schema(format = Date)]
        on: String,
    },
    /// Sign.
    Sign {
        /// The order as a document.
        document: PaperWish,
        /// The signature's value, as the signing program gave it.
        signature: String,
    },
    /// Enter the number of the state register.
    Register {
        /// The number.
        number: String,
        /// The day of the entry.
        #[schema(format = Date)]
        on: String,
    },
    /// Issue to the inspector.
    Issue,
    /// Enter that the controlled person was told of the event.
    Notify {
        /// In which way, e.g. by post.
        way: String,
        /// The number of the notice.
        number: String,
        /// The day on which it reached him: the term runs from there.
        #[schema(format = Date)]
        on: String,
    },
    /// Give it a later end.
    Extend {
        /// The last day, inclusive.
        #[schema(format = Date)]
        until: String,
        /// Why.
        reason: String,
    },
    /// Close what is executed.
    Close,
    /// Call it off: the tasks are free again.
    Revoke {
        /// Why.
        reason: String,
    },
}

/// Is what the papers of a step are read with.
pub(super) struct Desk<'a> {
    /// The order's number, for messages.
    pub(super) number: &'a str,
    /// What the law asks of it.
    pub(super) needs: OrderNeeds,
    /// The local day: no paper bears a later one.
    pub(super) today: Date,
    /// Name of who acts.
    pub(super) name: &'a str,
}

impl Desk<'_> {
    fn fault(&self, fault: PaperFault) -> AppError {
        OrderError::paper(self.number, fault).into()
    }

    fn document(&self, wish: &PaperWish) -> Result<DocumentReference, AppError> {
        DocumentReference::new(&wish.number, &wish.sha256).map_err(|fault| self.fault(fault))
    }

    fn day(&self, text: &str) -> Result<Date, AppError> {
        let day = read_date(text)?;
        let problem = "a paper bears a day that has not come";
        match day <= self.today {
            true => Ok(day),
            false => Err(OrderError::Paper { order: self.number.to_owned(), problem }.into()),
        }
    }
}

fn reason(text: &str, what: &'static str) -> Result<String, AppError> {
    match text.trim() {
        "" => Err(AppError::CommentRequired { verdict: what }),
        text => Ok(text.to_owned()),
    }
}

impl OrderWish {
    /// Returns what its author must be allowed to do.
    pub fn permission(&self) -> Permission {
        match self {
            Self::RequestApproval { .. }
            | Self::Agree { .. }
            | Self::Refuse { .. }
            | Self::Register { .. }
            | Self::Notify { .. } => Permission::RegisterOrders,
            Self::Sign { .. } | Self::Issue | Self::Extend { .. } | Self::Close | Self::Revoke { .. } => {
                Permission::SignOrders
            }
        }
    }

    /// Reads what was typed.
    pub(super) fn event(&self, desk: &Desk<'_>) -> Result<OrderEvent, AppError> {
        let needs = desk.needs;
        Ok(match self {
            Self::RequestApproval { document } => {
                OrderEvent::RequestApproval { request: desk.document(document)?, needs }
            }
            Self::Agree { document, on } => {
                let answer = ProsecutorAnswer { document: desk.document(document)?, on: desk.day(on)? };
                OrderEvent::Agree { agreement: answer }
            }
            Self::Refuse { document, on } => {
                let answer = ProsecutorAnswer { document: desk.document(document)?, on: desk.day(on)? };
                OrderEvent::Refuse { refusal: answer }
            }
            Self::Sign { document, signature } => {
                let signed = Signature::new(desk.document(document)?, signature, desk.name, desk.today);
                OrderEvent::Sign { signature: signed.map_err(|fault| desk.fault(fault))?, needs }
            }
            Self::Register { number, on } => {
                let entry = RegisterNumber::new(number, desk.day(on)?);
                OrderEvent::Register { entry: entry.map_err(|fault| desk.fault(fault))? }
            }
            Self::Issue => OrderEvent::Issue { needs },
            Self::Notify { way, number, on } => {
                let notice = Notice::new(way, number, desk.day(on)?);
                OrderEvent::Notify { notice: notice.map_err(|fault| desk.fault(fault))?, needs }
            }
            Self::Extend { until, reason: why } => {
                OrderEvent::Extend { until: read_date(until)?, reason: reason(why, "extended")? }
            }
            Self::Close => OrderEvent::Close,
            Self::Revoke { reason: why } => OrderEvent::Revoke { reason: reason(why, "revoked")? },
        })
    }
}
