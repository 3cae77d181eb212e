//! What the benches measure on: a seeded city, made outside the timed part, and the settings of Criterion.
//!
//! Invariants:
//! * a city is the same bytes for everyone: fixed day, fixed seed, sizes that each bench names;
//! * nothing here is timed, and a timed part starts from a state that no earlier one has changed;
//! * an error ends the bench with its message: a figure of failed work is no figure.

mod city;
mod failure;
mod settings;

pub use city::{City, DAY, SEED, cities, facts_of_day};
pub use failure::{Failed, FirstError};
pub use settings::{criterion, long};
