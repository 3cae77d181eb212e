//! Why a table service did not give travel times.

use dozor_domain::{Coded, ErrorInfo};
use thiserror::Error;

/// Codes of table services.
pub const TRAVEL_SERVICE_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "TRAVEL_SERVICE_URL",
        cause: "the service is neither an `https://` address nor an `http://` one of this machine, or its address has a user, a question mark or a fragment",
        action: "give the root of the service, e.g. http://127.0.0.1:5000; a service elsewhere without HTTPS is reached by a proxy on this machine",
    },
    ErrorInfo {
        code: "TRAVEL_SERVICE_PROFILE",
        cause: "the service has no usual profile for this mode of travel, or the one given is no word of letters, digits, `_` and `-`",
        action: "give --profile with the name under which the service knows the mode",
    },
    ErrorInfo {
        code: "TRAVEL_SERVICE_UNREACHABLE",
        cause: "no connection to the service came about, though it was tried again",
        action: "look whether it runs at that address; no proxy of the environment is used",
    },
    ErrorInfo {
        code: "TRAVEL_SERVICE_SLOW",
        cause: "an answer took longer than the time limit, though it was asked for again",
        action: "give the service more memory or threads, or the call a longer --timeout",
    },
    ErrorInfo {
        code: "TRAVEL_SERVICE_FAILED",
        cause: "the service failed, though it was asked again",
        action: "look at its own log",
    },
    ErrorInfo {
        code: "TRAVEL_SERVICE_REFUSED",
        cause: "the service does not answer such questions, or sends them elsewhere, which is not followed",
        action: "compare --kind and --profile with the service; the message has what it said",
    },
    ErrorInfo {
        code: "TRAVEL_ANSWER_TOO_LARGE",
        cause: "an answer is larger than 8 MiB, which no block of a hundred places is",
        action: "look whether the address is a table service's",
    },
    ErrorInfo {
        code: "TRAVEL_ANSWER_SHAPE",
        cause: "an answer is no table of as many rows and columns as was asked for",
        action: "compare --kind with the service and its version; the message says what came",
    },
    ErrorInfo {
        code: "TRAVEL_ANSWER_VALUE",
        cause: "the service says that a way takes less than no time, or longer than a week",
        action: "look at the speeds of the service's profile: it answers in seconds",
    },
    ErrorInfo {
        code: "TRAVEL_TOO_MANY_PAIRS",
        cause: "more ways would be asked for than a table may have",
        action: "give a smaller --near, or territories to the staff: each base is asked for with all objects it serves",
    },
];

/// Says what went wrong with a table service.
#[derive(Debug, Error)]
pub enum TravelServiceError {
    /// The address is not one that is asked.
    #[error("reading the address «{url}»")]
    Url {
        /// What was given.
        url: String,
    },
    /// The profile is unknown.
    #[error("looking for the profile of {mode} «{profile}»")]
    Profile {
        /// Code of the mode.
        mode: &'static str,
        /// What was given; empty where nothing was.
        profile: String,
    },
    /// There is no connection.
    #[error("connecting with {url}, {tries} times: {problem}")]
    Unreachable {
        /// The address.
        url: String,
        /// How often.
        tries: u32,
        /// The last problem.
        problem: String,
    },
    /// It takes too long.
    #[error("waiting for {url}, {tries} times")]
    Slow {
        /// The address.
        url: String,
        /// How often.
        tries: u32,
    },
    /// The service failed.
    #[error("asking {url}, {tries} times: status {status}")]
    Failed {
        /// The address.
        url: String,
        /// How often.
        tries: u32,
        /// The last status.
        status: u16,
    },
    /// The service refused.
    #[error("asking {url}: status {status}, «{said}»")]
    Refused {
        /// The address.
        url: String,
        /// Status.
        status: u16,
        /// The beginning of what it said.
        said: String,
    },
    /// The answer is too large.
    #[error("reading the answer of {url}: more than {most} bytes")]
    TooLarge {
        /// The address.
        url: String,
        /// The most.
        most: u64,
    },
    /// The answer is no such table.
    #[error("reading the answer of {url}: {problem}")]
    Shape {
        /// The address.
        url: String,
        /// What is wrong.
        problem: String,
    },
    /// A time is none.
    #[error("reading the answer of {url}: a way takes {seconds} seconds")]
    Value {
        /// The address.
        url: String,
        /// What it said.
        seconds: f64,
    },
    /// Too much would be asked for.
    #[error("choosing what to ask for: {pairs} ways, {most} are the most")]
    TooManyPairs {
        /// How many.
        pairs: usize,
        /// The most.
        most: usize,
    },
}

impl Coded for TravelServiceError {
    fn info(&self) -> &'static ErrorInfo {
        match self {
            Self::Url { .. } => &TRAVEL_SERVICE_ERRORS[0],
            Self::Profile { .. } => &TRAVEL_SERVICE_ERRORS[1],
            Self::Unreachable { .. } => &TRAVEL_SERVICE_ERRORS[2],
            Self::Slow { .. } => &TRAVEL_SERVICE_ERRORS[3],
            Self::Failed { .. } => &TRAVEL_SERVICE_ERRORS[4],
            Self::Refused { .. } => &TRAVEL_SERVICE_ERRORS[5],
            Self::TooLarge { .. } => &TRAVEL_SERVICE_ERRORS[6],
            Self::Shape { .. } => &TRAVEL_SERVICE_ERRORS[7],
            Self::Value { .. } => &TRAVEL_SERVICE_ERRORS[8],
            Self::TooManyPairs { .. } => &TRAVEL_SERVICE_ERRORS[9],
        }
    }
}
