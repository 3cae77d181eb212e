//! Second looks: a share of desk decisions is read again by another analyst, a share of visits is repeated by another
//! inspector, neither of whom knows what the first one found. They say how far two people agree, and change nothing by
//! themselves: no fact reads them, none is a label, and where two disagree the head settles it (ADR 57).

mod lot;
mod pairing;
mod reading;
mod report;
mod sealing;
mod settling;
mod visiting;

pub(crate) use lot::lot_of_demo;
pub(crate) use reading::SECOND_READINGS;
pub(crate) use report::SECOND_VISITS;
pub use report::{LookAgreement, LookCase, LookKind, SecondLooks, VerdictPair};
pub(crate) use sealing::is_sent_by_chance;
pub use settling::SettleLook;
