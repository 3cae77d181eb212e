//! Norms, windows and law of a long-range plan, read again from the pack's lines.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::year_book::Book;
use crate::{
    Cap, CapGroup, CategoryStanding, EventKind, GroundKind, Place, PlannerPack, Prosecutor, YearObject,
};

/// Is an object with what its visits rest on.
pub(super) struct Duty<'a> {
    pub(super) object: &'a YearObject<'a>,
    pub(super) ground: GroundKind,
}

impl Duty<'_> {
    /// Tells whether somebody decided the category.
    pub(super) fn is_decided(&self) -> bool {
        self.object.standing != CategoryStanding::Proposed
    }

    /// Returns the years of the cap that holds on a day.
    pub(super) fn years(&self, pack: &PlannerPack, day: Date) -> Option<i64> {
        self.group().and_then(|group| self.cap(group, pack, day)).map(|cap| i64::from(cap.one_in_years))
    }

    fn group(&self) -> Option<CapGroup> {
        match self.ground {
            GroundKind::Planned => Some(CapGroup::Planned),
            GroundKind::MandatoryVisit => Some(CapGroup::MandatoryVisit),
            _ => None,
        }
    }

    /// Returns the days of the shortest norm that holds on a day.
    pub(super) fn every(&self, pack: &PlannerPack, day: Date) -> Option<i64> {
        let lines = pack.frequency.norms.iter().filter(|line| {
            (line.control_kinds.is_empty() || line.control_kinds.contains(self.object.control_kind))
                && line.ground == self.ground
                && line.category == self.object.category()
                && holds((line.from, line.to), day)
        });
        lines.map(|line| i64::from(line.every_days)).min()
    }

    fn cap<'a>(&self, group: CapGroup, pack: &'a PlannerPack, day: Date) -> Option<&'a Cap> {
        pack.frequency.caps.iter().find(|line| {
            line.group == group
                && line.category == self.object.category()
                && (line.control_kinds.is_empty() || line.control_kinds.contains(self.object.control_kind))
                && holds((line.from, line.to), day)
        })
    }

    fn last(&self) -> Option<Date> {
        let Some(group) = self.group() else { return self.object.last_event };
        let held = self.object.held.iter().filter(|one| one.group == group && !one.at_start_of_activity);
        held.map(|one| one.on).max()
    }
}

fn holds((from, to): (Option<Date>, Option<Date>), day: Date) -> bool {
    from.is_none_or(|from| day >= from) && to.is_none_or(|to| day < to)
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// Returns the days between two visits of which the first is due on a day: the norm's, and for the programme of a year as
/// many years as the strictest cap of the period says, each as long as a year can be.
pub(super) fn apart(duty: &Duty<'_>, book: &Book<'_>, due: Date) -> i64 {
    duty.every(book.pack, due).unwrap_or(0).max(book.years(duty) * 366)
}

/// Returns how many objects of one control kind and category were never visited on a ground, and the turn among them of
/// each, by its place in the request: turns go by id. Where nothing is asked for nobody waits.
pub(super) fn turns(
    objects: &[YearObject<'_>],
    ground: GroundKind,
    book: &Book<'_>,
) -> Vec<Option<(i64, i64)>> {
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, object) in objects.iter().enumerate() {
        let duty = Duty { object, ground };
        if book.start(&duty).is_some() && duty.last().is_none() {
            groups.entry((object.control_kind, object.category())).or_default().push(place);
        }
    }
    let mut turns = vec![None; objects.len()];
    for mut group in groups.into_values() {
        group.sort_by_key(|place| objects.get(*place).map(|object| object.object));
        let all = group.len() as i64;
        for (turn, place) in (0_i64..).zip(group) {
            turns[place] = Some((turn, all));
        }
    }
    turns
}

/// Returns the windows of all visits that the norms ask for at an object in a period. Who was never visited comes in turn,
/// evenly over one norm.
pub(super) fn asked_of(duty: &Duty<'_>, turn: Option<(i64, i64)>, book: &Book<'_>) -> Vec<(Date, Date)> {
    let mut windows = Vec::new();
    let (pack, to) = (book.pack, book.to);
    let Some(start) = book.start(duty) else { return windows };
    let norm = duty.every(pack, start).unwrap_or(0);
    let (turn, all) = turn.unwrap_or((0, 1));
    let first = duty.last().map(|last| later(last, norm).max(start));
    let mut due = first.unwrap_or_else(|| later(start, turn * norm / all));
    while due <= to
        && let Some(every) = duty.every(pack, due)
    {
        let grace = every * i64::from(pack.settings.long_range.grace_percent) / 100;
        // A window ends with the first working day at the earliest; past the period no calendar is asked.
        let work = due.series(1.day()).find(|day| *day > to || pack.calendar.is_working(*day));
        windows.push((due, later(due, grace).max(work.unwrap_or(due))));
        due = later(due, apart(duty, book, due));
    }
    windows
}

/// Returns the lightest kind of event with a stop on a route that a duty allows on a day of the period.
pub(super) fn lightest_on<'a>(duty: &Duty<'a>, book: &Book<'a>, day: Date) -> Option<&'a EventKind> {
    let line = *book.lines(duty).get(book.place_of(day)?)?;
    line.filter(|_| group_allows(duty, book.pack, day))
}

/// Returns the lightest kind of event with a stop on a route that a duty allows on a working day, caps aside.
pub(super) fn line_on<'a>(duty: &Duty<'_>, pack: &'a PlannerPack, day: Date) -> Option<&'a EventKind> {
    if !pack.calendar.is_working(day) {
        return None;
    }
    let lawful = pack.events.lines().iter().filter(|line| {
        let known = line.control_kinds.is_empty() || line.control_kinds.contains(duty.object.control_kind);
        let consent = line.prosecutor != Prosecutor::Unplanned || duty.group().is_some();
        holds((line.from, line.to), day)
            && line.place == Place::Route
            && line.lightness.is_some()
            && known
            && consent
            && line.service_at(duty.object.object_kind).is_some()
            && line.grounds.contains(&duty.ground)
            && (duty.is_decided() || !line.needs_category_decided)
    });
    lawful.min_by(|a, b| (a.lightness, &a.code).cmp(&(b.lightness, &b.code)))
}

/// Tells whether moratoria and caps leave room for one more event of the duty's group on a day.
pub(super) fn group_allows(duty: &Duty<'_>, pack: &PlannerPack, day: Date) -> bool {
    let Some(group) = duty.group() else { return true };
    if matches!(duty.object.standing, CategoryStanding::AgainstCriteria { .. }) {
        return false;
    }
    let category = duty.object.category();
    let forbidden = pack.frequency.moratoria.iter().any(|line| {
        line.forbids == group && line.from <= day && day < line.to && !line.except.contains(&category)
    });
    let Some(cap) = duty.cap(group, pack, day).filter(|_| !forbidden) else { return false };
    let other = cap.instead_of.and_then(|other| duty.cap(other, pack, day));
    !uses_up(duty, cap, day) && !other.is_some_and(|other| uses_up(duty, other, day))
}

/// Tells whether the last event of a cap's group lies in the period of the cap that a day falls in.
fn uses_up(duty: &Duty<'_>, cap: &Cap, day: Date) -> bool {
    let held = duty.object.held.iter().filter(|one| one.group == cap.group && !one.at_start_of_activity);
    let Some(last) = held.map(|one| one.on).filter(|on| *on <= day).max() else { return false };
    let decided = match duty.object.standing {
        CategoryStanding::Decided { on, .. } => on.filter(|on| *on <= last),
        CategoryStanding::Proposed | CategoryStanding::AgainstCriteria { .. } => None,
    };
    let mut start = decided.unwrap_or(last);
    // The period that the day falls in: it is used up where the event lies in it too.
    loop {
        let next = start.saturating_add(Span::new().years(i64::from(cap.one_in_years)));
        if day < next || next == start {
            return start <= last;
        }
        start = next;
    }
}
