//! The long-range plan: which visits the norms ask for in a quarter or a year, in which week each is made, and what
//! does not fit and why. It is no day's plan: weeks are filled by minutes, routes come when the day is near.
//!
//! Invariants:
//! * every visit that the norms ask for is in the plan exactly once: made in a week, carried past the end of the
//!   period, or missed with a reason;
//! * a visit is planned on a working day on which a lawful kind of event exists, never before it is due, and never
//!   sooner after the one before than its norm says;
//! * no crew works more minutes in a week than it has; who may do what is a flow from work to crews, kept with the plan;
//! * the same inputs give the same plan in any order of the inputs and on any number of threads.

mod bound;
mod crews;
mod demand;
mod flow;
mod law;
mod leave;
mod level;
mod period;
mod place;
mod plan;
mod report;
mod request;
mod solve;
mod staff_change;

pub use crews::work_minutes;
pub use plan::{
    Load, MissReason, MissedVisit, WeekOfPlan, WorkShare, YearCrew, YearPlan, YearTiming, YearVisit,
};
pub use report::{
    CategoryYear, CrewYear, ReasonCount, Shortage, YearCell, YearMonth, YearReport, year_report,
};
pub use request::{YearObject, YearRequest};
pub use solve::plan_year;
pub use staff_change::{StaffChange, change_staff};
