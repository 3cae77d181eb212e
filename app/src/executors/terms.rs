//! Which terms are about to break: each piece of work that waits has a last day; at the pace of the last weeks it is done on
//! a day that can be told from its place in the queue.

use std::collections::BTreeMap;

use dozor_domain::WorkCalendar;
use jiff::civil::Date;
use serde::Serialize;

/// Is a piece of work that waits.
#[derive(Clone, Debug)]
pub(crate) struct Waiting<T> {
    pub(crate) what: T,
    /// The last day of its term.
    pub(crate) due: Date,
}

/// Is what a queue will come to.
#[derive(Clone, Debug)]
pub(crate) struct Forecast<T> {
    /// How many wait.
    pub(crate) waiting: usize,
    /// Those whose last day has passed.
    pub(crate) overdue: usize,
    /// Those whose last day will pass before their turn comes.
    pub(crate) will_break: usize,
    /// So many a working day would keep every term that is not broken yet.
    pub(crate) needed: f64,
    /// By last day, from today on.
    pub(crate) days: Vec<DueDay>,
    /// Those whose last day has passed, by last day, then by their place in the queue.
    pub(crate) late: Vec<Waiting<T>>,
    /// Those that will break, by last day, then by their place in the queue.
    pub(crate) breaking: Vec<Breaking<T>>,
}

/// Is what falls due on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DueDay {
    /// The day.
    pub day: Date,
    /// How many fall due.
    pub due: usize,
    /// Of them, how many will not have been done.
    pub will_break: usize,
}

/// Is a piece of work whose term will break.
#[derive(Clone, Debug)]
pub(crate) struct Breaking<T> {
    pub(crate) what: T,
    pub(crate) due: Date,
    /// When its turn comes; none where nothing is done at all.
    pub(crate) turn: Option<Date>,
}

/// Forecasts a queue, given in the order in which it is worked, at so many a working day.
pub(crate) fn forecast<T>(
    queue: Vec<Waiting<T>>,
    today: Date,
    pace: f64,
    calendar: &WorkCalendar,
) -> Forecast<T> {
    let waiting = queue.len();
    let mut late = Vec::new();
    let mut days: BTreeMap<Date, DueDay> = BTreeMap::new();
    let mut breaking = Vec::new();
    let mut turns = Turns::new(today, pace, calendar);
    for one in queue {
        let turn = turns.next();
        if one.due < today {
            late.push(one);
            continue;
        }
        let is_late = turn.is_none_or(|turn| turn > one.due);
        let line = days.entry(one.due).or_insert(DueDay { day: one.due, due: 0, will_break: 0 });
        line.due += 1;
        line.will_break += usize::from(is_late);
        if is_late {
            breaking.push(Breaking { what: one.what, due: one.due, turn });
        }
    }
    // The queue's order stays among those of one day.
    breaking.sort_by_key(|one| one.due);
    late.sort_by_key(|one| one.due);
    let days: Vec<DueDay> = days.into_values().collect();
    let needed = needed(&days, today, calendar);
    Forecast { waiting, overdue: late.len(), will_break: breaking.len(), needed, days, late, breaking }
}

/// Quotients of counts are no more exact than this.
const ROUNDING: f64 = 1e-9;

/// Gives each place of a queue the working day on which its turn comes.
struct Turns<'a> {
    calendar: &'a WorkCalendar,
    pace: f64,
    place: f64,
    /// Working days of the turn from the first one on.
    passed: f64,
    day: Option<Date>,
}

impl<'a> Turns<'a> {
    fn new(today: Date, pace: f64, calendar: &'a WorkCalendar) -> Self {
        Self { calendar, pace, place: 0.0, passed: 0.0, day: calendar.next_working(today) }
    }

    fn next(&mut self) -> Option<Date> {
        if self.pace <= 0.0 {
            return None;
        }
        self.place += 1.0;
        // The day on which so many have been done; a quotient that is whole up to rounding is whole.
        let wanted = (self.place / self.pace - ROUNDING).ceil() - 1.0;
        while self.passed < wanted {
            self.passed += 1.0;
            self.day = self.calendar.plus_working_days(self.day?, 1);
        }
        self.day
    }
}

/// Returns the least steady pace that keeps every last day: of each day, all that is due by then over the working days
/// until then.
fn needed(days: &[DueDay], today: Date, calendar: &WorkCalendar) -> f64 {
    let (mut due, mut working, mut day, mut pace) = (0, 0_u32, today, 0.0_f64);
    for line in days {
        due += line.due;
        while day <= line.day {
            working += u32::from(calendar.is_working(day));
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        pace = pace.max(due as f64 / f64::from(working.max(1)));
    }
    pace
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn queue(dues: &[i8]) -> Vec<Waiting<usize>> {
        let waiting = |(what, day): (usize, &i8)| Waiting { what, due: date(2026, 11, *day) };
        dues.iter().enumerate().map(waiting).collect()
    }

    #[test]
    fn a_term_breaks_when_its_turn_comes_too_late() {
        let calendar = WorkCalendar::default();
        // Friday the 20th; two a working day: places 0, 1 today, 2, 3 on Monday the 23rd, 4, 5 on Tuesday the 24th.
        let today = date(2026, 11, 20);
        let found = forecast(queue(&[24, 19, 20, 23, 24, 23]), today, 2.0, &calendar);
        assert_eq!((found.waiting, found.overdue, found.will_break), (6, 1, 2));
        let breaking: Vec<_> = found.breaking.iter().map(|one| (one.what, one.due, one.turn)).collect();
        assert_eq!(
            breaking,
            [
                (2, date(2026, 11, 20), Some(date(2026, 11, 23))),
                (5, date(2026, 11, 23), Some(date(2026, 11, 24))),
            ]
        );
        let days: Vec<_> = found.days.iter().map(|day| (day.day.day(), day.due, day.will_break)).collect();
        assert_eq!(days, [(20, 1, 1), (23, 2, 1), (24, 2, 0)]);
        // One by Friday, three by Monday (two working days), five by Tuesday (three).
        assert!((found.needed - 5.0 / 3.0).abs() < 1e-12, "{}", found.needed);
    }

    #[test]
    fn the_needed_pace_breaks_nothing_when_the_earliest_goes_first() {
        let calendar = WorkCalendar::default();
        let today = date(2026, 11, 20);
        let dues = [20, 20, 23, 23, 23, 23, 24, 25, 25, 25];
        let found = forecast(queue(&dues), today, 0.0, &calendar);
        assert_eq!(found.will_break, dues.len(), "nobody works");
        assert!(found.breaking.iter().all(|one| one.turn.is_none()));
        assert_eq!(forecast(queue(&dues), today, found.needed, &calendar).will_break, 0);
        assert!(forecast(queue(&dues), today, found.needed - 0.1, &calendar).will_break > 0);
    }
}
