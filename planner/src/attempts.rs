//! Another attempt where nobody was let in: on another day, in the other half of it.

use dozor_domain::{Minutes, Opening, WorkCalendar};
use jiff::civil::Date;
use serde::Deserialize;

/// Less than this of a shift is no half of a day.
const LEAST_HALF: u32 = 60;
const DAY: u32 = 24 * 60;

/// Is an attempt in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its day.
    pub on: Date,
    /// Its planned start.
    pub start: Minutes,
}

/// Is the pack's rule for the attempt after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptRule {
    /// The minute after local midnight that halves the day.
    half: u32,
    /// Working days after the attempt within which the other half is asked for; then any hour does.
    within_working_days: u32,
}

impl AttemptRule {
    /// Tells whether both halves hold a minute.
    pub(crate) fn is_sane(self) -> bool {
        (1..DAY).contains(&self.half)
    }

    /// Returns when the next attempt may begin: in the other half of the day, where the object is open then and people
    /// work; else as the object is open.
    pub fn next_opening(
        self,
        attempt: Attempt,
        (day, calendar): (Date, &WorkCalendar),
        (opening, shift): (Option<Opening>, (Minutes, Minutes)),
    ) -> Option<Opening> {
        let until = calendar.plus_working_days(attempt.on, self.within_working_days);
        if until.is_none_or(|until| until < day) {
            return opening;
        }
        let (from, to) = if attempt.start.0 < self.half { (self.half, DAY - 1) } else { (0, self.half - 1) };
        let opens = opening.map_or(from, |known| known.opens.0.max(from));
        let closes = opening.map_or(to, |known| known.closes.0.min(to));
        let worked = closes.min(shift.1.0).saturating_sub(opens.max(shift.0.0));
        if worked < LEAST_HALF {
            return opening;
        }
        Some(Opening { opens: Minutes(opens), closes: Minutes(closes) })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const RULE: AttemptRule = AttemptRule { half: 780, within_working_days: 5 };
    const SHIFT: (Minutes, Minutes) = (Minutes(540), Minutes(1080));

    fn opening(opens: u32, closes: u32) -> Option<Opening> {
        Some(Opening { opens: Minutes(opens), closes: Minutes(closes) })
    }

    fn next(start: u32, day: Date, known: Option<Opening>) -> Option<Opening> {
        let calendar = WorkCalendar::new([2026], [], []);
        let attempt = Attempt { on: date(2026, 11, 20), start: Minutes(start) };
        RULE.next_opening(attempt, (day, &calendar), (known, SHIFT))
    }

    #[test]
    fn a_door_that_was_closed_in_the_morning_is_tried_in_the_afternoon_and_back() {
        let monday = date(2026, 11, 23);
        assert_eq!(next(600, monday, None), opening(780, 1439));
        assert_eq!(next(780, monday, None), opening(0, 779));
        assert_eq!(next(600, monday, opening(540, 900)), opening(780, 900), "as long as it is open");
    }

    #[test]
    fn no_object_is_lost_to_the_rule() {
        let known = opening(540, 800);
        assert_eq!(next(600, date(2026, 11, 23), known), known, "it is open in the morning alone");
        let early = opening(0, 560);
        assert_eq!(next(900, date(2026, 11, 23), early), early, "nobody works then");
        assert!(next(600, date(2026, 11, 27), None).is_some(), "the fifth working day");
        assert_eq!(next(600, date(2026, 11, 30), None), None, "later any hour does");
    }
}
