//! The exploration reserve: a share of the capacity goes to objects drawn by chance, so that what nobody would have
//! looked at is known too. The chance of each object is recorded; prevalence and missed violations follow from it
//! without bias, and training weighs the drawn rows by its inverse.

mod draw;
mod estimate;
#[cfg(test)]
mod simulation;

pub use draw::{Drawable, Drawn, default_tilt, draw};
pub use estimate::{DistrictEstimate, DrawnFrom, SurveyedObject, estimate_prevalence, exploration_cost};
