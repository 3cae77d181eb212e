//! When a question passes that is refused today, if nothing happens but time: periods run out, terms end, dated lines give
//! way to others. The gate is asked again on the few days on which its answer may change; none of them is walked to.

use std::collections::BTreeSet;

use dozor_domain::WorkCalendar;
use jiff::civil::Date;

use super::caps::period_ends;
use super::{Gate, Question};
use crate::PlannerPack;

/// Asks of the days after one. The dates of the pack's lines are read once for all questions.
#[derive(Clone, Debug)]
pub struct Later<'a> {
    pack: &'a PlannerPack,
    from: Date,
    /// Days after the first on which a line of the pack begins or ends.
    turns: BTreeSet<Date>,
    /// Codes of the kinds of event that have lines of their own on some of these days.
    changing: BTreeSet<&'a str>,
}

impl<'a> Later<'a> {
    /// Asks of the days after `from`.
    pub fn new(pack: &'a PlannerPack, from: Date) -> Self {
        let (events, frequency) = (pack.events.lines(), &pack.frequency);
        let is_later = |days: &[Option<Date>]| days.iter().flatten().any(|day| *day > from);
        let changing = events.iter().filter(|line| is_later(&[line.from, line.to]));
        let changing = changing.map(|line| line.code.as_str()).collect();
        let of_events = events.iter().flat_map(|line| [line.from, line.to]);
        let of_norms = frequency.norms.iter().flat_map(|line| [line.from, line.to]);
        let of_caps = frequency.caps.iter().flat_map(|line| [line.from, line.to]);
        let of_moratoria = frequency.moratoria.iter().flat_map(|line| [Some(line.from), Some(line.to)]);
        let turns = of_events.chain(of_norms).chain(of_caps).chain(of_moratoria).flatten();
        Self { pack, from, turns: turns.filter(|day| *day > from).collect(), changing }
    }

    /// Returns the first working day after the first on which the question passes; none where no day of the calendar's years
    /// brings that, or where only people can.
    pub fn passes_on(&self, question: &Question<'_>) -> Option<Date> {
        self.first(question, |day| Some(question.clone().in_year_of(day, self.from)))
    }

    /// Returns the first working day after the first on which what is asked then passes. `today` is what is asked today, and
    /// `asked` what is on a later day: none where it cannot be asked any more.
    pub(crate) fn first<'q>(
        &self,
        today: &Question<'_>,
        asked: impl Fn(Date) -> Option<Question<'q>>,
    ) -> Option<Date> {
        let needs_people =
            || Gate::new(self.pack, self.from).lacks(today).iter().any(|one| !one.lifts_with_time());
        if !self.changing.contains(today.event) && needs_people() {
            return None;
        }
        let calendar = &self.pack.calendar;
        let mut days = self.turns_of(today);
        days.extend(&self.turns);
        let working: BTreeSet<Date> = days.into_iter().filter_map(|day| working_day(calendar, day)).collect();
        let passes = |day: &Date| {
            asked(*day).is_some_and(|question| Gate::new(self.pack, *day).lacks(&question).is_empty())
        };
        working.into_iter().find(passes)
    }

    /// Returns the days after the first on which what is known of a case counts differently.
    fn turns_of(&self, question: &Question<'_>) -> BTreeSet<Date> {
        let known = &question.circumstances;
        let came = [known.plan_agreed_on, known.prosecutor_agreed_on, known.registered_on];
        let lines = self.pack.events.lines().iter().filter(|line| line.code == question.event);
        let terms = lines.filter_map(|line| line.notice_term.as_deref());
        let notices =
            terms.filter_map(|term| self.pack.terms.ends(term, known.notified_on?, &self.pack.calendar));
        let prescription = known.prescription.iter();
        let prescription = prescription.flat_map(|term| {
            let over = [term.ends, term.deferred_to].map(|last| last.and_then(|last| last.tomorrow().ok()));
            over.into_iter().chain([term.suspended_to])
        });
        let next_year = || Date::new(self.from.year().checked_add(1)?, 1, 1).ok();
        let hours = known.business.and_then(|_| next_year());
        let days = [self.from.tomorrow().ok(), hours].into_iter().chain(came).chain(prescription).flatten();
        let days = days.chain(notices).chain(self.periods(question));
        days.filter(|day| *day > self.from).collect()
    }

    /// Returns the ends of the periods that events of the past have used up.
    fn periods(&self, question: &Question<'_>) -> impl Iterator<Item = Date> {
        let decided = question.category.decided_on();
        let held = question.circumstances.held.iter();
        held.flat_map(move |held| {
            let caps = self.pack.frequency.caps.iter().filter(move |cap| cap.group == held.group);
            caps.filter_map(move |cap| period_ends(cap.one_in_years, held.on, decided))
        })
    }
}

/// Returns the first working day at or after a day, within the years that the calendar knows.
pub(crate) fn working_day(calendar: &WorkCalendar, day: Date) -> Option<Date> {
    // Past its years days off are a guess, and a search for the next one need not end soon.
    let day = Some(day).filter(|day| calendar.covers(*day))?;
    calendar.next_working(day).filter(|day| calendar.covers(*day))
}

impl Question<'_> {
    /// Asks the same on a later day: the hours of a business are counted anew each year.
    pub(crate) fn in_year_of(mut self, day: Date, today: Date) -> Self {
        if day.year() != today.year()
            && let Some(business) = &mut self.circumstances.business
        {
            business.used = 0;
        }
        self
    }
}
