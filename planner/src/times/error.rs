//! Why a file of travel times is not taken.

use dozor_domain::{Coded, ErrorInfo};
use thiserror::Error;

/// Codes of travel times: of a file, of its heading and rows, and of its size.
pub const TRAVEL_TIMES_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "TRAVEL_TIMES_REFUSED",
        cause: "rows of the file of travel times are not what they should be; nothing of it was taken",
        action: "correct the rows that the message names, each with its code, and import the file again",
    },
    ErrorInfo {
        code: "TRAVEL_HEADING",
        cause: "the first line does not name the columns `from`, `to` and `minutes`, or no row follows it",
        action: "export the table with these three columns; others are passed over",
    },
    ErrorInfo {
        code: "TRAVEL_ROW_UNREADABLE",
        cause: "a row lacks a cell, is not UTF-8, or its minutes are no number",
        action: "correct the row; a place is a registry key, or `base:` and the key of a staff record",
    },
    ErrorInfo {
        code: "TRAVEL_PLACE_UNKNOWN",
        cause: "no object of the register and no base of the staff has this key",
        action: "compare the keys with the register; deliver new objects and staff before their travel times",
    },
    ErrorInfo {
        code: "TRAVEL_MINUTES_NEGATIVE",
        cause: "a way takes less than no time",
        action: "leave out pairs without a way: they fall back to the great circle",
    },
    ErrorInfo {
        code: "TRAVEL_MINUTES_NOT_FINITE",
        cause: "a way takes for ever, longer than a week, or no number of minutes",
        action: "leave out pairs without a way; give minutes, not seconds",
    },
    ErrorInfo {
        code: "TRAVEL_PAIR_TWICE",
        cause: "the way from one place to the other stands in two rows",
        action: "keep one of the rows; the way back is another pair",
    },
    ErrorInfo {
        code: "TRAVEL_FILE_TOO_LARGE",
        cause: "the file of travel times is larger than 512 MiB",
        action: "leave out ways between places that no inspector would drive one after the other: the farther ones",
    },
];

/// Is what is wrong with one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Line of the file, from 1.
    pub line: u64,
    /// One of [`TRAVEL_TIMES_ERRORS`].
    pub code: &'static str,
    /// What was found.
    pub found: String,
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}: {}", self.line, self.code, self.found)
    }
}

/// Says why a file was not taken.
#[derive(Debug, Error)]
pub enum TravelTimesError {
    /// Some rows are wrong.
    #[error("reading travel times: {count} faults; {}", listed(.first))]
    Refused {
        /// How many.
        count: u64,
        /// The first ones, by line.
        first: Vec<RowFault>,
    },
    /// The file is too large to be read at once.
    #[error("reading travel times: more than {most} bytes")]
    TooLarge {
        /// The most.
        most: u64,
    },
}

fn listed(faults: &[RowFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Coded for TravelTimesError {
    fn info(&self) -> &'static ErrorInfo {
        match self {
            Self::Refused { .. } => &TRAVEL_TIMES_ERRORS[0],
            Self::TooLarge { .. } => &TRAVEL_TIMES_ERRORS[7],
        }
    }
}
