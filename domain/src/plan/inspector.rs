//! Inspectors on a day, and how they move.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Carried;
use crate::{Minutes, Position};

/// Is how an inspector moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelMode {
    /// On foot.
    Walk,
    /// By e-scooter.
    Scooter,
    /// By car.
    Car,
    /// By public transport.
    Transit,
}

impl TravelMode {
    /// Returns the code, as staff records and files name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Scooter => "scooter",
            Self::Car => "car",
            Self::Transit => "transit",
        }
    }
}

/// Is an inspector on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectorDay {
    /// Key of the staff record.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// Code of the unit.
    pub unit: String,
    /// Territories he serves; empty = all.
    pub territories: BTreeSet<String>,
    /// Skills, e.g. control kinds and pieces of equipment.
    pub skills: BTreeSet<String>,
    /// How he moves.
    pub mode: TravelMode,
    /// Start of the shift, minutes after local midnight.
    pub shift_start: Minutes,
    /// End of the shift: back by then.
    pub shift_end: Minutes,
    /// Where he starts and ends.
    pub base: Position,
    /// Registry keys of objects that he does not visit: a conflict of interest.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub avoids: BTreeSet<String>,
    /// Keys of persons at whose objects he makes no visit: a conflict of interest with the owner.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub avoids_owners: BTreeSet<String>,
    /// Work of earlier days under extended orders: it comes first, and the shift is so much shorter.
    #[serde(default, skip_serializing_if = "Carried::is_empty")]
    pub carried: Carried,
}
