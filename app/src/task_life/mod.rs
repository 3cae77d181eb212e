//! The life of tasks after approval: who takes which step, from the inspector's «taken» to the head's «read». Each step is
//! one use-case call with an id made where it was captured; the same id again is the same step. Start is `starting.rs`, since
//! the gate is asked there; the end by the records is `settling.rs`.

mod error;
mod stepping;
mod wish;

pub use error::{TASK_ERRORS, TaskError};
pub use stepping::TaskCall;
pub(crate) use wish::reportable;

pub use wish::TaskWish;
