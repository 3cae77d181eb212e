//! The independent check of a long-range plan: windows, law, spacing, minutes of weeks and the truth of every «no time»,
//! worked out again from the request and the pack's lines.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::year_book::{Book, GROUNDS, Reach};
use super::year_law::{Duty, apart, asked_of, lightest_on, turns};
use super::year_staff::{Hands, at_work};
use super::{Findings, Violation, ViolationCode};
use crate::{GroundKind, PlannerPack, WeekOfPlan, YearObject, YearPlan, YearRequest, YearTiming, YearVisit};

/// Checks a long-range plan against what it was asked for. Returns all violations.
pub fn check_year(plan: &YearPlan, request: &YearRequest<'_>, pack: &PlannerPack) -> Vec<Violation> {
    let book = Book::new(plan, request, pack);
    let hands = Hands::of(plan, request, pack);
    let mut checker = Checker { plan, request, pack, book, hands, least: 1, found: Findings::default() };
    checker.least = checker.least_minutes();
    checker.weeks();
    checker.crews();
    checker.completeness();
    checker.visits();
    checker.minutes();
    checker.reasons();
    checker.found.all
}

pub(super) struct Checker<'a> {
    pub(super) plan: &'a YearPlan,
    pub(super) request: &'a YearRequest<'a>,
    pub(super) pack: &'a PlannerPack,
    pub(super) book: Book<'a>,
    pub(super) hands: Hands,
    /// Least minutes of a visit.
    least: u32,
    found: Findings,
}

impl<'a> Checker<'a> {
    pub(super) fn note(&mut self, code: ViolationCode, object: &str, detail: String) {
        self.found.note(code, "", object, detail);
    }

    pub(super) fn object(&self, place: u32) -> Option<(&'a YearObject<'a>, GroundKind)> {
        let object = *self.plan.objects.get(place as usize)?;
        let ground = *self.plan.grounds.get(place as usize)?;
        Some((self.request.objects.get(object as usize)?, ground))
    }

    /// Weeks follow each other without a gap from the first day to the last, none over a month's end.
    fn weeks(&mut self) {
        let mut expected = Some(self.plan.from);
        let mut leave_of: BTreeMap<(i16, i8), u64> = BTreeMap::new();
        for week in &self.plan.weeks {
            let mut days = week.first.series(1.day()).take_while(|day| *day <= week.last);
            let working = days.clone().filter(|day| self.pack.calendar.is_working(*day)).count();
            let whole = Some(week.first) == expected
                && days.all(|day| day.month() == week.first.month())
                && week.first.until(week.last).is_ok_and(|span| (0..7).contains(&span.get_days()))
                && working == week.working_days as usize;
            if !whole {
                self.note(ViolationCode::Clock, "", format!("the week of {} is none", week.first));
            }
            let leave = *leave_of
                .entry((week.first.year(), week.first.month()))
                .or_insert_with(|| self.on_leave(week));
            if u64::from(week.leave_permille) != leave {
                let said = week.leave_permille;
                self.note(
                    ViolationCode::Capacity,
                    "",
                    format!("leave takes {leave} thousandths from {}, not {said}", week.first),
                );
            }
            expected = week.last.tomorrow().ok();
        }
        if expected != self.plan.to.tomorrow().ok() {
            self.note(ViolationCode::Clock, "", "the weeks do not end with the period".to_owned());
        }
    }

    /// Every visit that is asked for is told exactly once, as it is asked for.
    fn completeness(&mut self) {
        let mut told: BTreeMap<(u32, u32), (Date, Date)> = BTreeMap::new();
        let visits = self.plan.visits.iter().map(|one| ((one.object, one.number), (one.due, one.until)));
        let others = self.plan.missed.iter().chain(&self.plan.carried);
        for (key, window) in visits.chain(others.map(|one| ((one.object, one.number), (one.due, one.until))))
        {
            if told.insert(key, window).is_some() {
                self.note(ViolationCode::Twice, "", format!("visit {key:?} is told twice"));
            }
        }
        let places: BTreeMap<(u32, GroundKind), u32> = (0_u32..)
            .zip(self.plan.objects.iter().zip(&self.plan.grounds))
            .map(|(place, (object, ground))| ((*object, *ground), place))
            .collect();
        for ground in GROUNDS {
            let turns = turns(&self.request.objects, ground, &self.book);
            for ((index, object), turn) in (0_u32..).zip(&self.request.objects).zip(turns) {
                let asked = asked_of(&Duty { object, ground }, turn, &self.book);
                let place = places.get(&(index, ground)).copied();
                for (number, window) in (0_u32..).zip(asked) {
                    let known = place.and_then(|place| told.remove(&(place, number)));
                    if known != Some(window) {
                        let detail = format!("visit {number} {window:?} on {ground:?} is told as {known:?}");
                        self.note(ViolationCode::Completeness, &object.object.to_string(), detail);
                    }
                }
            }
        }
        if let Some((key, _)) = told.first_key_value() {
            self.note(ViolationCode::Completeness, "", format!("nobody asked for visit {key:?}"));
        }
    }

    fn visits(&mut self) {
        for visit in &self.plan.visits {
            let Some((object, ground)) = self.object(visit.object) else { continue };
            self.visit(visit, &Duty { object, ground });
        }
        for pair in self.plan.visits.windows(2) {
            let [one, next] = pair else { continue };
            if one.object > next.object {
                self.note(ViolationCode::Twice, "", format!("{next:?} stands behind {one:?}"));
            }
            if one.object != next.object {
                continue;
            }
            let Some((object, ground)) = self.object(one.object) else { continue };
            let days = apart(&Duty { object, ground }, &self.book, one.due);
            let earliest = one.day.saturating_add(Span::new().days(days));
            if next.number <= one.number || next.day < earliest {
                let detail = format!("visit {} on {} is nearer than {days} days", next.number, next.day);
                self.note(ViolationCode::Ground, &object.object.to_string(), detail);
            }
        }
    }

    fn visit(&mut self, visit: &YearVisit, duty: &Duty<'a>) {
        let name = duty.object.object.to_string();
        let week = self.plan.weeks.get(visit.week as usize);
        let in_week = week.is_some_and(|week| week.first <= visit.day && visit.day <= week.last);
        if !in_week || visit.day < visit.due || !self.pack.calendar.is_working(visit.day) {
            self.note(ViolationCode::Window, &name, format!("{} is no day for it", visit.day));
        }
        if (visit.day > visit.until) != (visit.timing == YearTiming::Late) {
            self.note(ViolationCode::Window, &name, format!("{} is not {:?}", visit.day, visit.timing));
        }
        if !duty.object.is_placed {
            self.note(ViolationCode::Position, &name, "nobody knows where it is".to_owned());
        }
        let code = self.plan.kinds.get(visit.kind as usize);
        match lightest_on(duty, &self.book, visit.day) {
            None => self.note(ViolationCode::Law, &name, format!("nothing is lawful on {}", visit.day)),
            Some(line) if Some(&line.code) != code => {
                self.note(ViolationCode::Lightest, &name, format!("{code:?} is not {}", line.code));
            }
            Some(line) => {
                let service = line.service_at(duty.object.object_kind).unwrap_or(0);
                if visit.minutes != line.inspectors * (service + self.request.travel_minutes).max(self.least)
                {
                    let detail = format!("{} minutes, {service} of them service", visit.minutes);
                    self.note(ViolationCode::Service, &name, detail);
                }
            }
        }
    }

    /// Where the pack limits an inspector's visits a day, each visit takes at least its share of a mean shift.
    fn least_minutes(&self) -> u32 {
        let Some(most) = self.pack.settings.visits_per_inspector else { return 1 };
        let minutes: u32 = self.request.staff.iter().map(|one| at_work(one, self.pack)).sum();
        minutes.checked_div(self.request.staff.len() as u32 * most).unwrap_or(u32::MAX).max(1)
    }

    /// Returns which crews can make a visit of a duty on a day, and its minutes; none where nothing is lawful.
    pub(super) fn able(&self, duty: &Duty<'a>, day: Date) -> Option<(&Reach, u32)> {
        let line = lightest_on(duty, &self.book, day)?;
        let minutes =
            (line.service_at(duty.object.object_kind)? + self.request.travel_minutes).max(self.least);
        Some((self.book.reach(duty.object, line)?, line.inspectors * minutes))
    }

    /// Returns the thousandths of a week's minutes that leave takes, counted over the days of its year.
    fn on_leave(&self, week: &WeekOfPlan) -> u64 {
        let rule = &self.pack.settings.long_range;
        let (mut in_month, mut parts, mut own_part) = (0_u64, 0_u64, 0_u64);
        let mut day = week.first.first_of_year();
        while day.year() == week.first.year() {
            let works = u64::from(self.pack.calendar.is_working(day));
            let is_own = day.month() == week.first.month();
            let part = match rule.leave_months.map(|months| months[day.month() as usize - 1]) {
                Some(part) if day.day() == 1 => u64::from(part),
                Some(_) => 0,
                None => works,
            };
            parts += part;
            own_part += if is_own { part } else { 0 };
            in_month += if is_own { works } else { 0 };
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        // Of a thousand, as many as make the share of the days of leave among those of work, and no fewer.
        let (taken, of) = (u64::from(rule.leave_days) * own_part, parts * in_month);
        (0..1_000).find(|permille| permille * of >= 1_000 * taken).unwrap_or(1_000)
    }

    fn minutes_open(&self, (place, week): (usize, &WeekOfPlan), crew: usize) -> u64 {
        let open = 1_000 - u64::from(self.request.reserve_permille.min(1_000));
        let present = 1_000 - u64::from(week.leave_permille.min(1_000));
        self.hands.minutes(place, crew) * open * present / 1_000_000
    }

    fn open(&self, a_day: u32, working_days: u32) -> u64 {
        let open = 1_000 - u64::from(self.request.reserve_permille.min(1_000));
        u64::from(a_day) * u64::from(working_days) * open / 1_000
    }

    /// Returns the minutes that each crew has left in each week, and the visits that the week could still take.
    pub(super) fn left(&self) -> Vec<(Vec<i64>, i64)> {
        let limit = self.pack.settings.daily_capacity;
        let mut left: Vec<(Vec<i64>, i64)> = self
            .plan
            .weeks
            .iter()
            .enumerate()
            .map(|(place, week)| {
                let crew = |crew: usize| self.minutes_open((place, week), crew).cast_signed();
                let visits = limit.map_or(i64::MAX, |most| self.open(most, week.working_days).cast_signed());
                ((0..self.plan.crews.len()).map(crew).collect(), visits)
            })
            .collect();
        for share in &self.plan.shares {
            let week = left.get_mut(share.week as usize);
            if let Some(minutes) = week.and_then(|week| week.0.get_mut(share.crew as usize)) {
                *minutes -= i64::from(share.minutes);
            }
        }
        for visit in self.plan.visits.iter().filter(|_| limit.is_some()) {
            if let Some(week) = left.get_mut(visit.week as usize) {
                week.1 -= 1;
            }
        }
        left
    }

    /// What is shared out is what the visits take, to crews that can do them, and no crew has less than nothing left.
    fn minutes(&mut self) {
        let mut taken: BTreeMap<(u32, u32), i64> = BTreeMap::new();
        for visit in &self.plan.visits {
            let Some((object, ground)) = self.object(visit.object) else { continue };
            let able = self.able(&Duty { object, ground }, visit.day).map(|(reach, _)| reach);
            let is_attested = able.is_none_or(|reach| self.hands.are_attested(reach, visit.day));
            match able.and_then(|reach| reach.place) {
                Some(reach) => *taken.entry((visit.week, reach)).or_default() += i64::from(visit.minutes),
                None => self.note(
                    ViolationCode::Skill,
                    &object.object.to_string(),
                    "nobody can make it".to_owned(),
                ),
            }
            if !is_attested {
                let detail = format!("nobody who could make it on {} is attested then", visit.day);
                self.note(ViolationCode::Attestation, &object.object.to_string(), detail);
            }
        }
        for share in &self.plan.shares {
            *taken.entry((share.week, share.reach)).or_default() -= i64::from(share.minutes);
            if !self.plan.reaches.get(share.reach as usize).is_some_and(|crews| crews.contains(&share.crew)) {
                self.note(ViolationCode::Skill, "", format!("{share:?} is given by others"));
            }
        }
        for ((week, reach), minutes) in taken.into_iter().filter(|(_, minutes)| *minutes != 0) {
            self.note(
                ViolationCode::Capacity,
                "",
                format!("week {week}, reach {reach}: {minutes} minutes apart"),
            );
        }
        for (week, (crews, visits)) in self.left().into_iter().enumerate() {
            if visits < 0 || crews.iter().any(|minutes| *minutes < 0) {
                self.note(
                    ViolationCode::Capacity,
                    "",
                    format!("week {week} is overfull: {crews:?} {visits}"),
                );
            }
        }
    }
}
