//! When work is expected that something else than the time of people keeps out today: what law forbids now and time will allow,
//! what the head has put off, what was agreed for another day, what waits for an open task.

use std::collections::BTreeSet;

use dozor_domain::{Candidate, LeftOut, LeftOutReason};
use jiff::civil::Date;

use crate::gate::working_day;
use crate::grounds::later;
use crate::holding::holding;
use crate::{Lack, Later, Moment, Place, PlannerPack, Question};

/// Answers for what stayed out of the plan of one day.
pub(crate) struct Awaited<'a> {
    pack: &'a PlannerPack,
    day: Date,
    law: Later<'a>,
    /// Codes of the kinds that make visits.
    kinds: BTreeSet<&'a str>,
}

impl<'a> Awaited<'a> {
    pub(crate) fn new(pack: &'a PlannerPack, day: Date) -> Self {
        let lines = pack.events.lines().iter();
        let making = lines.filter(|line| line.place != Place::Desk && line.lightness.is_some());
        let kinds = making.map(|line| line.code.as_str()).collect();
        Self { pack, day, law: Later::new(pack, day), kinds }
    }

    /// Returns the day on which something that waits for no turn is expected; none where that cannot be said, or where time alone
    /// does not bring it.
    pub(crate) fn day_of(&self, out: &LeftOut) -> Option<Date> {
        let calendar = &self.pack.calendar;
        match &out.reason {
            LeftOutReason::NoLawfulEvent { lacks } => self.lawful_day(&out.candidate, lacks),
            LeftOutReason::Deferred { until } => {
                let until: Date = until.parse().ok()?;
                working_day(calendar, until).filter(|day| *day > self.day)
            }
            LeftOutReason::Appointed { on } => Some(*on).filter(|on| *on > self.day),
            // The object is free when the result of the other task is waited for no longer.
            LeftOutReason::MandatoryTaskOpen { until } => {
                let over = Some(*until).filter(|until| *until >= self.day)?;
                working_day(calendar, over.tomorrow().ok()?)
            }
            LeftOutReason::NoTimeLeft { .. }
            | LeftOutReason::Quota { .. }
            | LeftOutReason::MandatoryConflict { .. }
            | LeftOutReason::NoPosition
            | LeftOutReason::NoInspectorInTerritory
            | LeftOutReason::NoInspectorWithSkill { .. }
            | LeftOutReason::InspectorsExcluded
            | LeftOutReason::NoSecondInspector
            | LeftOutReason::NeverOpen
            | LeftOutReason::TooFar
            | LeftOutReason::TaskOpen
            | LeftOutReason::SetAside => None,
        }
    }

    /// Returns the first day on which a kind of event is lawful for a candidate on one of the grounds that it has today.
    fn lawful_day(&self, candidate: &Candidate, lacks: &str) -> Option<Date> {
        let grounds = candidate.grounds.iter();
        let asked = grounds.flat_map(|ground| self.kinds.iter().map(move |kind| (ground, *kind)));
        let days = asked.filter_map(|(ground, kind)| {
            let today = Question::of(candidate, Some(ground), kind, (Moment::Planning, self.day));
            self.law.first(&today, |day| {
                // Hours that others of the day take are gone tomorrow too: only another year brings them back.
                let hours_gone = lacks == Lack::BusinessHours.code() && day.year() == self.day.year();
                let line =
                    self.pack.events.on(kind, day).filter(|line| line.lightness.is_some() && !hours_gone)?;
                let holding = holding(line, candidate, day)?;
                let ground = later(ground, candidate, self.pack, (self.day, day))?;
                let question = Question::of(candidate, Some(&ground), kind, (Moment::Planning, day));
                Some(question.lasting(holding.service).in_year_of(day, self.day))
            })
        });
        days.min()
    }
}
