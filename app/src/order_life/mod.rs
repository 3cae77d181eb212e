//! The life of orders after their number: who takes which step with which papers. Each step is one use-case call: the
//! arrow, the papers that the law asks for and, at the signature, the gate are looked at again in the transaction that
//! writes the state, the step, the tasks that a refusal frees, and the audit entry.

mod error;
mod gate;
mod reading;
mod stepping;
mod wish;

pub use error::{ORDER_ERRORS, OrderError};
pub use gate::{OrderCheck, RefusedVisit};
pub use wish::{OrderWish, PaperWish};

pub(crate) use reading::OrderWork;
pub(crate) use stepping::can_be_called_off;
