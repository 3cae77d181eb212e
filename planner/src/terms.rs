//! `terms.toml`: terms of law, each dated, with its length, its unit and what it starts with.

use dozor_domain::{LegalReference, Localized, WorkCalendar};
use jiff::civil::Date;
use serde::Deserialize;

use crate::PlannerError;

const FILE: &str = "terms.toml";

/// Says what a term counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermUnit {
    /// All days.
    CalendarDays,
    /// Working days of the pack's calendar.
    WorkingDays,
}

/// Says what a term starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermStart {
    /// The receipt.
    Receipt,
    /// The registration.
    Registration,
    /// The delivery, not the sending.
    Delivery,
    /// The day on which the facts became known.
    Knowledge,
    /// The end of the event.
    EventEnd,
}

/// Is one dated term of law.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: Localized,
    /// First day on which the line holds; none = from ever.
    #[serde(default)]
    pub from: Option<Date>,
    /// First day on which it no longer holds; none = for ever.
    #[serde(default)]
    pub to: Option<Date>,
    /// Its length.
    pub days: u32,
    /// By how much it may be extended.
    #[serde(default)]
    pub extension_days: Option<u32>,
    /// What it counts.
    pub unit: TermUnit,
    /// What it starts with.
    pub starts: TermStart,
    /// Whether a last day off moves to the next working day.
    pub shift: bool,
    /// Its legal ground.
    pub basis: LegalReference,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermsText {
    #[serde(default)]
    terms: Vec<Term>,
}

/// Is a checked `terms.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermBook {
    lines: Vec<Term>,
}

impl TermBook {
    /// Parses and checks the text.
    ///
    /// # Errors
    /// [`PlannerError::Toml`], or [`PlannerError::Pack`] when two lines of one code hold on one day.
    pub fn parse(text: &str) -> Result<Self, PlannerError> {
        let TermsText { terms: lines } =
            toml::from_str(text).map_err(|source| PlannerError::Toml { file: FILE, source })?;
        for (position, line) in lines.iter().enumerate() {
            let starts_before =
                |from: Option<Date>, to: Option<Date>| from.zip(to).is_none_or(|(from, to)| from < to);
            let doubled = lines[..position].iter().any(|earlier| {
                earlier.code == line.code
                    && starts_before(earlier.from, line.to)
                    && starts_before(line.from, earlier.to)
            });
            if doubled {
                let problem = format!("the term «{}» has two lines that hold on the same day", line.code);
                return Err(PlannerError::Pack { file: FILE, problem });
            }
        }
        Ok(Self { lines })
    }

    /// Returns the line of a code that holds on a day.
    pub fn on(&self, code: &str, day: Date) -> Option<&Term> {
        let holds =
            |line: &&Term| line.from.is_none_or(|from| from <= day) && line.to.is_none_or(|to| day < to);
        self.lines.iter().filter(|line| line.code == code).find(holds)
    }

    /// Returns the last day of a term that starts on a day, by the line that holds then. The day of the start itself
    /// is not counted.
    pub fn ends(&self, code: &str, start: Date, calendar: &WorkCalendar) -> Option<Date> {
        let line = self.on(code, start)?;
        let last = match line.unit {
            TermUnit::CalendarDays => start.checked_add(jiff::Span::new().days(i64::from(line.days))).ok()?,
            TermUnit::WorkingDays => calendar.plus_working_days(start, line.days)?,
        };
        if line.shift { calendar.next_working(last) } else { Some(last) }
    }

    /// Returns all lines in the file's order.
    pub fn lines(&self) -> &[Term] {
        &self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn terms_run_in_their_unit_and_shift_only_where_they_say_so() {
        let line = |code: &str, unit: &str, shift: bool, dated: &str| {
            format!(
                "[[terms]]\ncode = \"{code}\"\ntitle = {{ ru = \"т\", en = \"t\" }}\ndays = 5\nunit = \"{unit}\"\n\
                 starts = \"delivery\"\nshift = {shift}\nbasis = {{ text = \"закон\", mark = \"known\" }}\n{dated}\n"
            )
        };
        let text = [
            line("calendar", "calendar_days", false, ""),
            line("shifted", "calendar_days", true, ""),
            line("working", "working_days", false, "from = \"2026-01-01\""),
        ];
        let book = TermBook::parse(&text.concat()).unwrap();
        let calendar = WorkCalendar::new([2026], [date(2026, 11, 4)], []);
        let ends = |code, start| book.ends(code, start, &calendar);
        // From a Monday five days lead to Saturday; two of the next days are off.
        assert_eq!(ends("calendar", date(2026, 11, 2)), Some(date(2026, 11, 7)));
        assert_eq!(ends("shifted", date(2026, 11, 2)), Some(date(2026, 11, 9)));
        assert_eq!(ends("working", date(2026, 11, 2)), Some(date(2026, 11, 10)));
        assert_eq!(ends("working", date(2025, 11, 3)), None, "no line held then");
        let doubled =
            [line("one", "calendar_days", false, ""), line("one", "working_days", true, "")].concat();
        assert!(matches!(TermBook::parse(&doubled), Err(PlannerError::Pack { .. })));
    }
}
