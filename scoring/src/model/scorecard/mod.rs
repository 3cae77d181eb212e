//! The integer scorecard: a logistic regression on monotone bins, made readable. It is a model like the others, and,
//! once approved, a file of the methodology that moves a category by at most one group.

mod annex;
mod binning;
mod body;
mod card;
mod learn;

pub use annex::{Annex, FactName};
pub(crate) use body::CardBody;
pub use card::{CardFact, NumberBin, Scorecard, TextBin};
