//! Errors for people: a stable code, a cause and an action. Each crate lists its codes in a table of
//! [`ErrorInfo`]; `docs/ERRORS.md` holds them all and a test compares the two.

use serde::{Deserialize, Serialize};

/// Describes one error code once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorInfo {
    /// Stable upper-case code, e.g. `DATABASE_LOCKED`.
    pub code: &'static str,
    /// Why this happens, in a sentence.
    pub cause: &'static str,
    /// What to do next, in a sentence.
    pub action: &'static str,
}

/// Is an error with a code. `Display` of the error says what was being done to what, without its source.
pub trait Coded: std::error::Error {
    /// Returns the entry of the crate's table that this error belongs to.
    fn info(&self) -> &'static ErrorInfo;
}

/// Is the form in which an error leaves the program: `{"error": {…}}` on stdout, or in an HTTP body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// Stable code.
    pub code: String,
    /// What was being done to what.
    pub message: String,
    /// The most specific cause known.
    pub cause: String,
    /// What to do next.
    pub action: String,
}

impl ErrorBody {
    /// Renders a coded error; the cause is the chain of sources where there is one, else the table's text.
    pub fn new(error: &dyn Coded) -> Self {
        let info = error.info();
        let mut causes = Vec::new();
        let mut source = error.source();
        while let Some(inner) = source {
            causes.push(inner.to_string());
            source = inner.source();
        }
        let cause = if causes.is_empty() { info.cause.to_owned() } else { causes.join(": ") };
        Self { code: info.code.to_owned(), message: error.to_string(), cause, action: info.action.to_owned() }
    }
}
