//! Inspectors on a day, and how they move.

use std::collections::BTreeSet;

use jiff::civil::Date;
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
    /// Last day of his attestation: he makes no visit after it. None where it has no end, and in plans made before they
    /// carried it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested_until: Option<Date>,
    /// Work of earlier days under extended orders: it comes first, and the shift is so much shorter.
    #[serde(default, skip_serializing_if = "Carried::is_empty")]
    pub carried: Carried,
}

impl InspectorDay {
    /// Tells whether the attestation holds on a day, its last one included.
    pub fn is_attested_on(&self, day: Date) -> bool {
        self.attested_until.is_none_or(|last| day <= last)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_was_stored_before_attestations_were_carried_is_read_and_written_as_it_was() {
        let stored = r#"{"key":"i1","name":"Иванов","unit":"u1","territories":[],"skills":["land"],"mode":"car","shift_start":540,"shift_end":1080,"base":{"lat":55.7,"lon":37.6}}"#;
        let read: InspectorDay = serde_json::from_str(stored).unwrap();
        assert!(read.attested_until.is_none() && read.is_attested_on(date(2030, 1, 1)));
        assert_eq!(serde_json::to_string(&read).unwrap(), stored);
        let until = InspectorDay { attested_until: Some(date(2026, 11, 24)), ..read };
        let again: InspectorDay = serde_json::from_str(&serde_json::to_string(&until).unwrap()).unwrap();
        assert_eq!(again, until);
        assert!(until.is_attested_on(date(2026, 11, 24)) && !until.is_attested_on(date(2026, 11, 25)));
    }
}
