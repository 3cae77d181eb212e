//! `[long_range]` of `planner.toml`: what the long-range plan goes by.

use serde::Deserialize;

/// Is what the long-range plan goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LongRange {
    /// By how much of its norm a visit may come later than due and is still in time, per cent.
    #[serde(default = "usual_grace")]
    pub grace_percent: u32,
    /// Working days of leave that a person takes a year; no record of the staff tells who takes his when.
    #[serde(default)]
    pub leave_days: u32,
    /// How many parts of a year's leave are taken in each month, from January; none = as many as it has working days.
    #[serde(default)]
    pub leave_months: Option<[u32; 12]>,
}

fn usual_grace() -> u32 {
    25
}

impl Default for LongRange {
    /// A quarter: a norm of 180 days leaves 45 for levelling, one of 90 days 22.
    fn default() -> Self {
        Self { grace_percent: usual_grace(), leave_days: 0, leave_months: None }
    }
}

impl LongRange {
    /// Says why nobody takes leave like this. No year has more than 366 days, nor a month more parts than that.
    pub(super) fn leave_problem(&self) -> Option<&'static str> {
        if self.leave_days > 366 {
            return Some("long_range.leave_days is above 366");
        }
        let months = self.leave_months?;
        let sane = months.iter().all(|parts| *parts <= 366) && months.iter().any(|parts| *parts > 0);
        (!sane).then_some("long_range.leave_months has no part, or one above 366")
    }
}
