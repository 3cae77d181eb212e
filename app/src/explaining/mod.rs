//! `explain`: why an object has its category, from what is stored of a run, or computed afresh for another instant.

mod asking;
mod near_records;
mod run_facts;
mod words;

pub(crate) use run_facts::RunFacts;
pub(crate) use words::ExplainedPart;
pub use words::ObjectExplanation;
