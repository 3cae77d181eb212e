//! Days as numbers: how columns hold them.

const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

/// Returns days since 1970-01-01.
pub fn day_number(day: jiff::civil::Date) -> i64 {
    day.duration_since(EPOCH).as_hours() / 24
}

/// Returns the day that is `number` days after 1970-01-01; `None` outside the calendar.
pub fn day_from_number(number: i64) -> Option<jiff::civil::Date> {
    let days = i32::try_from(number).ok()?;
    EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_round_trip() {
        for text in ["1969-12-31", "1970-01-01", "2026-11-21", "0001-01-01"] {
            let day: jiff::civil::Date = text.parse().unwrap();
            assert_eq!(day_from_number(day_number(day)), Some(day));
        }
    }
}
