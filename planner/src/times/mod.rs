//! Imported travel times: a table of minutes between places for a mode of travel, read whole or not at all. The table
//! knows nothing of days; `solve` looks ways up in it, and the checker does so again by itself.

mod error;
mod read;
mod table;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use dozor_domain::{InspectorDay, TravelMode};

pub use error::{RowFault, TRAVEL_TIMES_ERRORS, TravelTimesError};
pub use table::TravelTable;
pub use write::travel_times_csv;

/// Marks the base of an inspector in a file; without it a place is an object.
const BASE: &str = "base:";

/// Names a place that ways lead from and to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TravelPlace<'a> {
    /// An object, by its registry key.
    Object(&'a str),
    /// The base of an inspector, by the key of his staff record.
    Base(&'a str),
}

impl<'a> TravelPlace<'a> {
    /// Reads a place as files write it: a registry key, or `base:` and the key of a staff record. None for an empty key.
    pub fn parse(text: &'a str) -> Option<Self> {
        let place = text.strip_prefix(BASE).map_or(Self::Object(text), Self::Base);
        (!place.key().is_empty()).then_some(place)
    }

    /// Returns the key.
    pub fn key(self) -> &'a str {
        match self {
            Self::Object(key) | Self::Base(key) => key,
        }
    }
}

impl std::fmt::Display for TravelPlace<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = if matches!(self, Self::Base(_)) { BASE } else { "" };
        write!(f, "{mark}{}", self.key())
    }
}

/// Is the tables in force, by mode; empty where all ways are the great circle's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TravelTimes(BTreeMap<TravelMode, Arc<TravelTable>>);

impl TravelTimes {
    /// Takes a table for each mode that has one.
    pub fn new(tables: BTreeMap<TravelMode, Arc<TravelTable>>) -> Self {
        Self(tables)
    }

    /// Returns the table of a mode.
    pub fn of(&self, mode: TravelMode) -> Option<&TravelTable> {
        self.0.get(&mode).map(Arc::as_ref)
    }

    /// Returns the table of a mode to be kept.
    pub(crate) fn shared(&self, mode: TravelMode) -> Option<&Arc<TravelTable>> {
        self.0.get(&mode)
    }

    /// Tells whether somebody moves in a way that has a table.
    pub fn concern<'a>(&self, inspectors: impl IntoIterator<Item = &'a InspectorDay>) -> bool {
        !self.0.is_empty() && inspectors.into_iter().any(|one| self.0.contains_key(&one.mode))
    }
}
