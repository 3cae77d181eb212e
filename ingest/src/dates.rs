//! Days and instants as sources write them: a pattern of `%Y %m %d %H %M %S` and literal text.

use jiff::civil::{Date, DateTime};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Literal(char),
}

/// Is a checked pattern; reading by it allocates nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DatePattern {
    parts: Vec<Part>,
    timed: bool,
}

impl DatePattern {
    /// Accepts patterns that hold year, month and day.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '%' => match characters.next() {
                    Some('Y') => Part::Year,
                    Some('m') => Part::Month,
                    Some('d') => Part::Day,
                    Some('H') => Part::Hour,
                    Some('M') => Part::Minute,
                    Some('S') => Part::Second,
                    other => {
                        return Err(format!("%{} is not known", other.map(String::from).unwrap_or_default()));
                    }
                },
                literal => Part::Literal(literal),
            });
        }
        if [Part::Year, Part::Month, Part::Day].iter().any(|needed| !parts.contains(needed)) {
            return Err(format!("«{pattern}» lacks one of %Y %m %d"));
        }
        let timed = parts.contains(&Part::Hour);
        Ok(Self { parts, timed })
    }

    /// Tells whether the pattern holds a time of day.
    pub(crate) fn is_timed(&self) -> bool {
        self.timed
    }

    /// Reads a whole text; `None` when it does not follow the pattern or names no day of the calendar.
    pub(crate) fn read(&self, text: &str) -> Option<DateTime> {
        let (mut year, mut month, mut day) = (0, 0, 0);
        let (mut hour, mut minute, mut second) = (0, 0, 0);
        let mut rest = text;
        for part in &self.parts {
            match part {
                Part::Literal(literal) => rest = rest.strip_prefix(*literal)?,
                Part::Year => (year, rest) = digits(rest, 4, 4)?,
                Part::Month => (month, rest) = digits(rest, 1, 2)?,
                Part::Day => (day, rest) = digits(rest, 1, 2)?,
                Part::Hour => (hour, rest) = digits(rest, 1, 2)?,
                Part::Minute => (minute, rest) = digits(rest, 2, 2)?,
                Part::Second => (second, rest) = digits(rest, 2, 2)?,
            }
        }
        let small = |number: i16| i8::try_from(number).ok();
        let date = Date::new(year, small(month)?, small(day)?).ok()?;
        let time = jiff::civil::Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
        rest.is_empty().then(|| date.to_datetime(time))
    }
}

fn digits(text: &str, least: usize, most: usize) -> Option<(i16, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if count < least {
        return None;
    }
    let (number, rest) = text.split_at_checked(count)?;
    let number = number.bytes().fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'));
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expect: Option<&str>) {
        let read = DatePattern::new(pattern).unwrap().read(text);
        assert_eq!(read.map(|moment| moment.to_string()).as_deref(), expect);
    }

    #[test]
    fn the_forms_of_real_sources_are_read_whole_or_not_at_all() {
        check("%Y-%m-%d", "2014-06-30", Some("2014-06-30T00:00:00"));
        check("%Y-%m-%d", "2014-06-30 ", None);
        check("%Y-%m-%d", "2014-02-30", None);
        check("%d.%m.%Y г.", "17.08.2007 г.", Some("2007-08-17T00:00:00"));
        check("%m/%d/%Y", "1/5/2014", Some("2014-01-05T00:00:00"));
        check("%Y%m%d", "20140630", Some("2014-06-30T00:00:00"));
        check("%Y-%m-%dT%H:%M:%S", "2014-06-30T09:05:00", Some("2014-06-30T09:05:00"));
        check("%Y-%m-%d", "14-06-30", None);
        check("%Y-%m-%d", "二〇一四-06-30", None);
    }

    #[test]
    fn a_pattern_without_a_day_or_with_a_foreign_letter_is_refused() {
        assert!(DatePattern::new("%Y-%m").is_err());
        assert!(DatePattern::new("%Y-%m-%d %Q").is_err());
    }
}
