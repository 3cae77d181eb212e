//! What can go wrong while a city is made.

use std::path::PathBuf;

use dozor_domain::{Coded, ErrorInfo};
use thiserror::Error;

/// Codes of this crate.
pub const CITY_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "CITY_TOML",
        cause: "city.toml is not TOML of the expected form: a key is unknown, missing or of another type",
        action: "correct the key that the message names",
    },
    ErrorInfo {
        code: "CITY_INCONSISTENT",
        cause: "city.toml contradicts itself or the pack's manifest",
        action: "correct the value that the message names",
    },
    ErrorInfo {
        code: "CITY_REQUEST",
        cause: "the city that was asked for cannot be made: too few or too many objects, or no history",
        action: "ask for 2,000 to 1,000,000 objects and 1 to 10 years",
    },
    ErrorInfo {
        code: "CITY_WRITE",
        cause: "a file of the city cannot be written",
        action: "free space on the disk or choose another folder, then run the command again",
    },
];

/// Says why no city was made.
#[derive(Debug, Error)]
pub enum CityError {
    /// `city.toml` does not parse.
    #[error("reading city.toml")]
    Toml(#[source] Box<toml::de::Error>),
    /// It parses and contradicts itself.
    #[error("checking city.toml: {problem}")]
    Inconsistent {
        /// What contradicts what.
        problem: String,
    },
    /// The request cannot be met.
    #[error("making a city of {objects} objects: {problem}")]
    Request {
        /// Objects asked for.
        objects: u32,
        /// What is in the way.
        problem: String,
    },
    /// A file cannot be written.
    #[error("writing {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl Coded for CityError {
    fn info(&self) -> &'static ErrorInfo {
        match self {
            Self::Toml(_) => &CITY_ERRORS[0],
            Self::Inconsistent { .. } => &CITY_ERRORS[1],
            Self::Request { .. } => &CITY_ERRORS[2],
            Self::Write { .. } => &CITY_ERRORS[3],
        }
    }
}
