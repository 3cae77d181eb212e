//! The model: labels, columns, bodies, calibration, training, the stored bundle.

mod body;
mod bundle;
mod calibration;
mod encoding;
mod frame;
mod golden;
mod held_out;
#[cfg(test)]
mod kinds_tests;
mod label;
mod linear;
mod number;
mod reasons;
mod scorecard;
mod summary;
#[cfg(test)]
mod tests;
mod train;
mod trees;

pub use bundle::{Contributions, ModelBundle, Scored};
pub(crate) use frame::Frame;
pub use label::LabelRule;
pub use reasons::Reasons;
pub use scorecard::{Annex, CardFact, FactName, NumberBin, Scorecard, TextBin};
pub use summary::{CalibrationFigures, DroppedFact, FeatureSummary, HeldOut, ModelSummary, TrainingWindow};
pub(crate) use train::check_facts;
pub use train::{train, train_weighted};
