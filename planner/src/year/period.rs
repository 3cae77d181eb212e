//! The days of a period: which are working days, and the weeks that they are planned in.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::leave::leave_permille;
use super::plan::WeekOfPlan;
use crate::{PlannerError, PlannerPack};

/// Longer periods are nobody's plan, and calendars end before them.
const MOST_DAYS: usize = 800;

/// Is the days of a period, each by its distance from the first one.
pub(super) struct Period {
    pub(super) days: Vec<Date>,
    working: Vec<bool>,
    week_of: Vec<u32>,
    pub(super) weeks: Vec<WeekOfPlan>,
    /// Distances of the first and the last day of each week.
    pub(super) spans: Vec<(i32, i32)>,
}

impl Period {
    pub(super) fn new(from: Date, to: Date, pack: &PlannerPack) -> Result<Self, PlannerError> {
        let calendar = &pack.calendar;
        let refused =
            |problem: &str| PlannerError::Input { date: from.to_string(), problem: problem.to_owned() };
        if to < from {
            return Err(refused("the last day of the period lies before the first"));
        }
        let days: Vec<Date> = from.series(1.day()).take_while(|day| *day <= to).take(MOST_DAYS + 1).collect();
        if days.len() > MOST_DAYS {
            return Err(refused("the period is longer than 800 days"));
        }
        let working: Vec<bool> = days.iter().map(|day| calendar.is_working(*day)).collect();
        let mut period = Self { days, working, week_of: Vec::new(), weeks: Vec::new(), spans: Vec::new() };
        period.cut();
        for week in &mut period.weeks {
            week.leave_permille = leave_permille(week.first, &pack.settings.long_range, calendar);
        }
        Ok(period)
    }

    /// Cuts the days into weeks that begin on Mondays and at the beginnings of months.
    fn cut(&mut self) {
        for (place, day) in (0_i32..).zip(&self.days) {
            let works = u32::from(self.working.get(place as usize) == Some(&true));
            let begins = day.weekday() == Weekday::Monday || day.day() == 1;
            match (self.weeks.last_mut(), self.spans.last_mut()) {
                (Some(week), Some(span)) if !begins => {
                    week.last = *day;
                    week.working_days += works;
                    span.1 = place;
                }
                _ => {
                    self.weeks.push(WeekOfPlan {
                        first: *day,
                        last: *day,
                        working_days: works,
                        leave_permille: 0,
                    });
                    self.spans.push((place, place));
                }
            }
            self.week_of.push((self.weeks.len() - 1) as u32);
        }
    }

    /// Returns how many days there are.
    pub(super) fn length(&self) -> i32 {
        self.days.len() as i32
    }

    /// Returns the week of a day; none outside the period.
    pub(super) fn week(&self, day: i32) -> Option<usize> {
        self.week_of.get(usize::try_from(day).ok()?).map(|week| *week as usize)
    }

    pub(super) fn is_working(&self, day: i32) -> bool {
        usize::try_from(day).ok().and_then(|day| self.working.get(day)) == Some(&true)
    }

    /// Returns how many working days of a week lie after a day.
    pub(super) fn working_after(&self, week: usize, day: i32) -> u32 {
        let Some((first, last)) = self.spans.get(week) else { return 0 };
        let from = day.saturating_add(1).max(*first);
        (from..=*last).filter(|day| self.is_working(*day)).count() as u32
    }

    /// Returns how far a date is from the first day.
    pub(super) fn distance(&self, date: Date) -> i32 {
        let first = self.days.first().copied().unwrap_or(date);
        first.until(date).map_or(i32::MAX, |span| span.get_days())
    }

    /// Returns the date at a distance, also outside the period.
    pub(super) fn date(&self, day: i32) -> Date {
        if let Some(date) = usize::try_from(day).ok().and_then(|day| self.days.get(day)) {
            return *date;
        }
        let first = self.days.first().copied().unwrap_or(Date::MIN);
        first.saturating_add(day.days())
    }
}
