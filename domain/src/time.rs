//! Time: instants in UTC microseconds, local days in the pack's zone, and the clock as a parameter.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Is an instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// Microseconds in a civil day of 24 hours.
const DAY_MICROS: i64 = 86_400_000_000;

impl Timestamp {
    /// Wraps microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// Returns microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// Returns the instant `days` × 24 hours later (earlier if negative), saturating.
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY_MICROS)))
    }
    /// Returns whole 24-hour days from `earlier` to `self`, rounded towards minus infinity.
    pub const fn whole_days_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(DAY_MICROS)
    }
    /// Reads RFC 3339 (`2026-11-21T09:30:00Z`).
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_microsecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => instant.fmt(f),
            Err(_) => write!(f, "{}µs", self.0),
        }
    }
}

/// Is the pack's time zone, by IANA name; the rules come from the tz data built into the binary, so that
/// Moscow's hour of 2014-10-26 means the same on every machine.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// Looks a zone up by its IANA name.
    pub fn new(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }
    /// Returns the instant at which `day` begins in this zone.
    pub fn start_of_day(&self, day: Date) -> Option<Timestamp> {
        let zoned = day.to_zoned(self.0.clone()).ok()?;
        Some(Timestamp(zoned.timestamp().as_microsecond()))
    }
    /// Returns the local day that holds `instant`.
    pub fn day_of(&self, instant: Timestamp) -> Option<Date> {
        let timestamp = jiff::Timestamp::from_microsecond(instant.0).ok()?;
        Some(timestamp.to_zoned(self.0.clone()).date())
    }
    /// Returns the minutes after midnight that a local clock shows at `instant`.
    pub fn minute_of(&self, instant: Timestamp) -> Option<crate::Minutes> {
        let timestamp = jiff::Timestamp::from_microsecond(instant.0).ok()?;
        let time = timestamp.to_zoned(self.0.clone()).time();
        let minutes = u32::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).ok()?;
        Some(crate::Minutes(minutes))
    }
    /// Reads `YYYY-MM-DD` (00:00 of that day in this zone) or RFC 3339.
    pub fn parse_as_of(&self, text: &str) -> Option<Timestamp> {
        match text.parse::<Date>() {
            Ok(day) if text.len() == 10 => self.start_of_day(day),
            _ => Timestamp::parse_rfc3339(text),
        }
    }
    /// Formats an instant in this zone by a `strftime` pattern.
    pub fn format(&self, instant: Timestamp, pattern: &str) -> Option<String> {
        let timestamp = jiff::Timestamp::from_microsecond(instant.0).ok()?;
        Some(timestamp.to_zoned(self.0.clone()).strftime(pattern).to_string())
    }
}

/// Gives the current instant. The only implementor that looks at the machine's clock lives at the edge.
pub trait Clock: Send + Sync {
    /// Returns the current instant.
    fn now(&self) -> Timestamp;
}

/// Is a clock that stands still: tests, replays and the demo city.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moscow_days_follow_the_tz_data_not_a_fixed_offset() {
        let zone = Zone::new("Europe/Moscow").unwrap();
        let hours = |day: &str| {
            let start = zone.parse_as_of(day).unwrap();
            let day: Date = day.parse().unwrap();
            let next = zone.start_of_day(day.tomorrow().unwrap()).unwrap();
            (next.micros() - start.micros()) / 3_600_000_000
        };
        assert_eq!(hours("2014-10-26"), 25);
        assert_eq!(hours("2014-10-27"), 24);
        assert_eq!(hours("2011-03-27"), 23);
    }

    #[test]
    fn a_bare_date_is_local_midnight() {
        let zone = Zone::new("America/Chicago").unwrap();
        let instant = zone.parse_as_of("2014-07-01").unwrap();
        assert_eq!(instant.to_string(), "2014-07-01T05:00:00Z");
        assert_eq!(zone.day_of(instant).unwrap().to_string(), "2014-07-01");
        assert_eq!(zone.parse_as_of("not a date"), None);
    }
}
