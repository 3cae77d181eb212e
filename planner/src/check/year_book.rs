//! What the pack's lines say, read once for all objects of which they say the same: a plan has millions of visits, and no
//! more than some hundred kinds of them.

use std::collections::BTreeMap;

use dozor_domain::RiskCategory;
use jiff::ToSpan;
use jiff::civil::Date;

use super::year_law::{Duty, line_on};
use crate::{EventKind, GroundKind, PlannerPack, YearCrew, YearObject, YearPlan, YearRequest};

/// The grounds that a long-range plan makes visits on.
pub(super) const GROUNDS: [GroundKind; 3] =
    [GroundKind::OwnNorm, GroundKind::Planned, GroundKind::MandatoryVisit];

/// Is what norms and caps say of the objects of one control kind and category.
#[derive(Clone, Copy, Default)]
struct Norm {
    /// First day of the period on which there is a norm.
    start: Option<Date>,
    /// Years of the strictest cap of the period.
    years: i64,
}

/// Is who can make some visits.
pub(super) struct Reach {
    /// Places of the crews.
    pub(super) crews: Vec<u32>,
    /// Place of just these crews among those of the plan.
    pub(super) place: Option<u32>,
}

/// Looks up what would be the same for each of many objects.
pub(super) struct Book<'a> {
    pub(super) pack: &'a PlannerPack,
    pub(super) to: Date,
    /// The days of the period.
    pub(super) days: Vec<Date>,
    norms: BTreeMap<(GroundKind, &'a str, RiskCategory), Norm>,
    /// The lightest kind of event by day of the period, by ground, kinds and whether the category was decided.
    lines: BTreeMap<(GroundKind, &'a str, &'a str, bool), Vec<Option<&'a EventKind>>>,
    /// By territory and control kind, then by kind of event.
    reaches: BTreeMap<(Option<&'a str>, &'a str), BTreeMap<&'a str, Reach>>,
}

impl<'a> Book<'a> {
    pub(super) fn new(plan: &'a YearPlan, request: &'a YearRequest<'a>, pack: &'a PlannerPack) -> Self {
        let (norms, lines, reaches) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let days = plan.from.series(1.day()).take_while(|day| *day <= plan.to).collect();
        let mut book = Self { pack, to: plan.to, days, norms, lines, reaches };
        for object in &request.objects {
            for ground in GROUNDS {
                book.learn(&Duty { object, ground });
            }
            book.reaches.entry((object.territory, object.control_kind)).or_insert_with(|| {
                let lines = pack.events.lines().iter();
                lines.map(|line| (line.code.as_str(), reach_of(plan, object, line))).collect()
            });
        }
        book
    }

    fn learn(&mut self, duty: &Duty<'a>) {
        let (pack, days) = (self.pack, &self.days);
        self.norms.entry(norm_key(duty)).or_insert_with(|| Norm {
            start: days.iter().copied().find(|day| duty.every(pack, *day).is_some()),
            years: days.iter().filter_map(|day| duty.years(pack, *day)).max().unwrap_or(0),
        });
        let lines = || days.iter().map(|day| line_on(duty, pack, *day)).collect();
        self.lines.entry(line_key(duty)).or_insert_with(lines);
    }

    /// Returns the first day of the period on which a norm holds for a duty.
    pub(super) fn start(&self, duty: &Duty<'_>) -> Option<Date> {
        self.norms.get(&norm_key(duty)).and_then(|norm| norm.start)
    }

    /// Returns the years of the strictest cap that holds for a duty on a day of the period; 0 without one.
    pub(super) fn years(&self, duty: &Duty<'_>) -> i64 {
        self.norms.get(&norm_key(duty)).map_or(0, |norm| norm.years)
    }

    /// Returns the lightest kind of event for a duty by day of the period, caps aside.
    pub(super) fn lines(&self, duty: &Duty<'a>) -> &[Option<&'a EventKind>] {
        self.lines.get(&line_key(duty)).map_or(&[], Vec::as_slice)
    }

    /// Returns the place of a day in the period.
    pub(super) fn place_of(&self, day: Date) -> Option<usize> {
        let days = self.days.first()?.until(day).ok()?.get_days();
        usize::try_from(days).ok()
    }

    /// Returns who can make events of a kind at an object.
    pub(super) fn reach(&self, object: &YearObject<'a>, line: &EventKind) -> Option<&Reach> {
        self.reaches.get(&(object.territory, object.control_kind))?.get(line.code.as_str())
    }
}

fn norm_key<'a>(duty: &Duty<'a>) -> (GroundKind, &'a str, RiskCategory) {
    (duty.ground, duty.object.control_kind, duty.object.category())
}

fn line_key<'a>(duty: &Duty<'a>) -> (GroundKind, &'a str, &'a str, bool) {
    (duty.ground, duty.object.control_kind, duty.object.object_kind, duty.is_decided())
}

fn reach_of(plan: &YearPlan, object: &YearObject<'_>, line: &EventKind) -> Reach {
    let can = |crew: &YearCrew| {
        let serves = crew.territories.is_empty()
            || object.territory.is_some_and(|code| crew.territories.contains(code));
        serves
            && crew.skills.contains(object.control_kind)
            && line.skills.iter().all(|skill| crew.skills.contains(skill))
    };
    let crews: Vec<u32> =
        (0_u32..).zip(&plan.crews).filter(|(_, crew)| can(crew)).map(|(place, _)| place).collect();
    let same = (0_u32..).zip(&plan.reaches).find(|(_, other)| **other == crews);
    Reach { place: same.map(|(place, _)| place), crews }
}
