//! Methodology versions from draft to in force: one use-case a file. Each step is checked against the life of the
//! version, written with its audit entry in one transaction, and refused where somebody was quicker.

mod activating;
mod approving;
mod checking_version;
mod comparing;
mod drafting;
mod error;
mod importing;
mod life;
mod reviewing;

pub use activating::RollbackReport;
pub use approving::ApprovalReport;
pub use checking_version::CheckedReport;
pub use comparing::{FileChange, VersionDifference};
pub use error::{VERSION_ERRORS, VersionError};
pub use importing::{ImportedTable, TableSheet};
pub use life::{Actor, VersionReport};
