//! A candidate methodology beside the one in force, on the same portfolio: what moves, by which rule, what it means
//! for the desk and the year's work, what it would have found, and who must agree before it is published.

mod burden;
mod cause;
mod compare;
mod interval;
mod known;
mod publication;

pub use burden::{GroupBurden, burdens};
pub use cause::Cause;
pub use compare::{Comparison, GroupMoves, Matrix, Moved, RuleMoves, Side, compare};
pub use interval::{paired_difference, share};
pub use known::{Caught, GroupCaught, KnownOutcomes, known_outcomes};
pub use publication::{Gate, Load, PublicationPolicy, PublicationReason};
