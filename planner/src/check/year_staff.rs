//! The people of a long-range plan, counted again day by day: who is in which crew, and until when he may work.

use dozor_domain::InspectorDay;
use jiff::ToSpan;
use jiff::civil::Date;

use super::ViolationCode;
use super::year::Checker;
use super::year_book::Reach;
use crate::{PlannerPack, WeekOfPlan, YearCrew, YearPlan, YearRequest};

/// Is what the crews of a plan have, by the staff that was handed over.
pub(super) struct Hands {
    /// Minutes of all shifts of attested people on the working days, by week, then by crew.
    minutes: Vec<Vec<u64>>,
    /// The last day on which anybody is attested, by crew; none of a crew of nobody.
    last_days: Vec<Option<Date>>,
}

impl Hands {
    pub(super) fn of(plan: &YearPlan, request: &YearRequest<'_>, pack: &PlannerPack) -> Self {
        type Members = Vec<(u64, Date)>;
        let member =
            |one: &InspectorDay| (u64::from(at_work(one, pack)), one.attested_until.unwrap_or(Date::MAX));
        let of_crew = |crew: &YearCrew| -> Members {
            request.staff.iter().filter(|one| is_in(crew, one)).map(member).collect()
        };
        let crews: Vec<Members> = plan.crews.iter().map(of_crew).collect();
        let on_day = |day: Date, members: &Members| -> u64 {
            members.iter().filter(|(_, last)| *last >= day).map(|(minutes, _)| *minutes).sum()
        };
        let in_week = |week: &WeekOfPlan| {
            let days = week.first.series(1.day()).take_while(|day| *day <= week.last);
            let working: Vec<Date> = days.filter(|day| pack.calendar.is_working(*day)).collect();
            crews.iter().map(|members| working.iter().map(|day| on_day(*day, members)).sum()).collect()
        };
        let last_day = |members: &Members| members.iter().map(|(_, last)| *last).max();
        Self {
            minutes: plan.weeks.iter().map(in_week).collect(),
            last_days: crews.iter().map(last_day).collect(),
        }
    }

    /// Returns the minutes of a crew in a week, both by their places.
    pub(super) fn minutes(&self, week: usize, crew: usize) -> u64 {
        self.minutes.get(week).and_then(|crews| crews.get(crew)).copied().unwrap_or(0)
    }

    /// Tells whether anybody of those who can make a visit is attested on a day.
    pub(super) fn are_attested(&self, reach: &Reach, day: Date) -> bool {
        let last = |crew: &u32| self.last_days.get(*crew as usize).copied().flatten();
        reach.crews.iter().filter_map(last).any(|last| day <= last)
    }
}

fn is_in(crew: &YearCrew, one: &InspectorDay) -> bool {
    crew.unit == one.unit && crew.territories == one.territories && crew.skills == one.skills
}

/// Counts the minutes between the ends of a shift that are no break.
pub(super) fn at_work(one: &InspectorDay, pack: &PlannerPack) -> u32 {
    let shift = one.shift_start.0..one.shift_end.0;
    let rule = pack.settings.pause.filter(|rule| shift.contains(&rule.at));
    let is_rest = |minute: &u32| rule.is_some_and(|rule| (rule.at..rule.at + rule.minutes).contains(minute));
    shift.filter(|minute| !is_rest(minute)).count() as u32
}

impl Checker<'_> {
    /// Every one of the staff is in one crew, and crews have no other minutes than those of their people, of each to the
    /// last day of his attestation.
    pub(super) fn crews(&mut self) {
        for one in &self.request.staff {
            if self.plan.crews.iter().filter(|crew| is_in(crew, one)).count() != 1 {
                self.note(ViolationCode::Completeness, "", format!("{} is not in one crew", one.key));
            }
        }
        for (place, crew) in self.plan.crews.iter().enumerate() {
            let members = self.request.staff.iter().filter(|one| is_in(crew, one));
            let (people, minutes) = members
                .fold((0, 0), |(people, minutes), one| (people + 1, minutes + at_work(one, self.pack)));
            if (people, minutes) != (crew.people, crew.minutes_a_day) {
                self.note(ViolationCode::Capacity, "", format!("a crew of {} has other minutes", crew.unit));
            }
            for (number, week) in self.plan.weeks.iter().enumerate() {
                let all = u64::from(crew.minutes_a_day) * u64::from(week.working_days);
                let lapsed = crew.lapsed.get(number).copied().unwrap_or(0);
                let attested = self.hands.minutes(number, place);
                if attested + lapsed != all {
                    let detail = format!(
                        "of {all} minutes of {} from {}, {attested} are of attested people; {lapsed} are said to lapse",
                        crew.unit, week.first
                    );
                    self.note(ViolationCode::Attestation, "", detail);
                }
            }
        }
    }
}
