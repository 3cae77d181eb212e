//! The search for routes: which items are visited by which crew, in which order, so that the profit is greatest.
//! It is a team orienteering problem with time windows over whole numbers, and knows nothing of objects, law or files.
//!
//! Invariants:
//! * what is found depends on the problem, the settings, the seed and two numbers of iterations alone (done, and
//!   aimed at: the cooling is made for those), never on the machine or the number of threads;
//! * an insertion is checked in constant time: each stop knows its earliest departure and its latest start;
//! * nothing is allocated inside an iteration once the buffers have grown;
//! * no matrix of all pairs is needed: [`Ways`] may compute.

mod accept;
mod balance;
mod complete;
mod construct;
mod displace;
mod duty;
mod exact;
mod limit;
mod meeting;
mod near;
mod pairs;
mod parts;
mod placing;
mod problem;
mod quota;
mod rearrange;
mod recreate;
mod repair;
mod route;
mod ruin;
mod search;
mod searcher;
mod settings;
mod shares;
mod solution;
mod stops;
mod ways;

pub use balance::{Balance, balance};
pub use complete::complete;
pub use displace::{Displacement, Displacements, force_duties, force_over_limits};
pub use duty::{Conflict, Dutiful, Proof, conflicts, conflicts_of_pairs, search_with_duties};
pub use limit::Limit;
pub use meeting::{PairDisplacement, can_meet};
pub use pairs::{Appointment, Hold, Pair};
pub use placing::{dismiss_broken, place_again, search_with_pairs};
pub use problem::{Crew, Item, Problem, Rank};
pub use quota::Quotas;
pub use rearrange::rearrange;
pub use repair::{Repaired, repair};
pub use search::{Aim, Found, Pulse, Watch, search};
pub use settings::SearchSettings;
pub use stops::join_stops;
pub use ways::{Matrix, Row, Ways};
