//! What the planner takes and gives: candidates, inspectors on duty, routes, and why the rest stays out.

mod candidate;
mod carried;
mod day;
mod ground;
mod inspector;
mod left_out;
mod route;

pub use candidate::{Appointment, Candidate, Opening};
pub use carried::{Carried, CarriedTask};
pub use day::{Plan, PlanRest, PlanState, TravelTimesUsed};
pub use ground::{Chance, Ground};
pub use inspector::{InspectorDay, TravelMode};
pub use left_out::{ConflictProof, Forcing, GivingWay, LeftOut, LeftOutReason, QuotaKind};
pub use route::{Load, PairPart, Partner, Pause, Route, Visit, VisitCause};
