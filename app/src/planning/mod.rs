//! `plan`: active categories, desk verdicts and facts become candidates; the planner makes an immutable plan, the
//! independent checker must find nothing. Approval is `approving.rs`.

mod attempts;
mod call;
mod day_facts;
mod in_force;
mod making;
mod report;
mod states;

pub(crate) use call::{MOST_ITERATIONS, read_date};
pub use call::{PlanCall, SearchLimit};
pub(crate) use day_facts::whole;
pub use report::{PlanReport, left_out_code};
