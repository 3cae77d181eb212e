//! Imported travel times: one table a mode, kept by the hash of its file. A plan names the tables it was made with, and is
//! looked at with those for ever; a new plan is made with the tables in force.

mod held;
mod importing;

pub(crate) use held::HeldTables;
pub use importing::{TravelTimesReport, TravelTimesRow};
