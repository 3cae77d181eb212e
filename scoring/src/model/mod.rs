//! The model: from a table of facts and labels to a checked, stored artefact that scores rows and says why.

mod bundle;
mod encoding;
mod golden;
mod label;
mod summary;
#[cfg(test)]
mod tests;
mod train;

pub use bundle::{Contributions, ModelBundle, Scored};
pub use label::LabelRule;
pub use summary::{DroppedFact, FeatureSummary, HeldOut, ModelSummary, TrainingWindow};
pub use train::train;
