//! What a plan is asked for: the day, the seed, and when the search has taken long enough.

use std::sync::Arc;

use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

/// The search of a day ends by its iterations. So many are far more than any pack asks for, and more has never made a day
/// better.
pub(crate) const MOST_ITERATIONS: u64 = 1_000_000;

/// Is what a plan is asked for.
#[derive(Clone, Debug)]
pub struct PlanCall {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Seed of the search.
    pub seed: u64,
    /// Iterations, at most a million; none = the pack's number.
    pub iterations: Option<u64>,
    /// Ends the search before its iterations are done.
    pub limit: SearchLimit,
}

/// Says when a search has taken long enough. The edge gives it: nothing here looks at a clock.
#[derive(Clone)]
pub struct SearchLimit(Arc<dyn Fn() -> bool + Send + Sync>);

impl SearchLimit {
    /// Wraps a question that the search asks over and over, first when it starts: is the time up?
    pub fn new(is_up: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(is_up))
    }

    /// Asks.
    pub(super) fn is_up(&self) -> bool {
        (self.0)()
    }
}

impl Default for SearchLimit {
    fn default() -> Self {
        Self::new(|| false)
    }
}

impl std::fmt::Debug for SearchLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchLimit")
    }
}

impl Dozor {
    /// Reads a civil day.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`].
    pub fn day(&self, text: &str) -> Result<Date, AppError> {
        read_date(text)
    }
}

/// Reads a civil day, written `YYYY-MM-DD` only: plans are found by that text.
pub(crate) fn read_date(text: &str) -> Result<Date, AppError> {
    let day = text.parse().ok().filter(|day: &Date| day.to_string() == text);
    day.ok_or_else(|| AppError::DateInvalid { text: text.to_owned() })
}
