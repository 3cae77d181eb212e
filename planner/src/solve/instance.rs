//! The day in numbers: work and people by index, who may do what, and what no route can ever hold.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{InspectorDay, ObjectId, Position};

use super::ways::DayWays;
use crate::routing::{Crew, Item, Problem, Ways};
use crate::travel::Spot;
use crate::value::to_mills;
use crate::{GroundKind, PlannerSettings, Work};

/// Later than any minute of a day: sums of such times still fit 32 bits.
const LATEST: u32 = i32::MAX as u32 / 8;
/// A degree of longitude in degrees of latitude, about there where the packs' cities are: parts need no better.
const NARROW: f64 = 0.56;

/// Says why a piece of work can never be on a route of this day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Barrier {
    NoPosition,
    NoInspectorInTerritory,
    NoInspectorWithSkill(String),
    TooFar,
}

/// Is what has happened of the day so far; nothing by default.
#[derive(Clone, Debug, Default)]
pub(crate) struct SoFar {
    /// Minutes after midnight: nothing new begins before.
    pub(crate) now: u32,
    /// For each of the staff whether new work may be given to him; empty = to everybody.
    pub(crate) is_closed: Vec<bool>,
    /// Visits that have begun: who makes them, and when.
    pub(crate) begun: BTreeMap<(ObjectId, String), (u32, u32)>,
}

impl SoFar {
    fn begun(&self, piece: &Work) -> Option<(u32, u32)> {
        if self.begun.is_empty() {
            return None;
        }
        self.begun.get(&(piece.candidate.object, piece.candidate.control_kind.clone())).copied()
    }
}

/// Is the whole day. Item i of the problem is `work[items[i]]`, crew i is `staff[i]`.
pub(crate) struct Instance<'a> {
    pub(crate) work: Vec<&'a Work>,
    pub(crate) staff: Vec<&'a InspectorDay>,
    pub(crate) items: Vec<u32>,
    /// Work that no route can hold, with why.
    pub(crate) barred: Vec<(u32, Barrier)>,
    pub(crate) problem: Problem<DayWays>,
}

impl<'a> Instance<'a> {
    /// Takes work sorted by key and staff sorted by key, both checked. Visits that have begun count as duties at the
    /// very minute: nothing moves them.
    pub(crate) fn new(
        work: Vec<&'a Work>,
        staff: Vec<&'a InspectorDay>,
        settings: &PlannerSettings,
        so_far: &SoFar,
    ) -> Self {
        let (mut items, mut placed, mut barred) = (Vec::new(), Vec::new(), Vec::new());
        let mut classes = Classes::new(&staff, so_far);
        for (index, piece) in (0_u32..).zip(&work) {
            let begun = so_far.begun(piece);
            let class = match begun {
                Some((crew, _)) => Ok(classes.of_one(crew)),
                None => classes.of(piece),
            };
            match (piece.candidate.position, class) {
                (None, _) => barred.push((index, Barrier::NoPosition)),
                (_, Err(barrier)) => barred.push((index, barrier)),
                (Some(position), Ok(class)) => {
                    items.push(index);
                    placed.push((position, item(piece, class, begun.map(|(_, start)| start), so_far.now)));
                }
            }
        }
        let able = classes.able;
        let problem = problem(&placed, &Crews { staff: &staff, so_far }, able, settings);
        let mut instance = Self { problem, work, staff, items, barred };
        instance.bar_what_is_too_far(&placed, settings, so_far);
        let is_duty = |work: &Work| is_mandatory(work, settings) || so_far.begun(work).is_some();
        let duties = (0..instance.items.len() as u32).filter(|item| is_duty(instance.work_of(*item)));
        let duties: Vec<u32> = duties.collect();
        instance.problem = instance.problem.with_duties(duties);
        instance
    }

    /// Takes out what nobody could do even alone within a shift.
    fn bar_what_is_too_far(
        &mut self,
        placed: &[(Position, Item)],
        settings: &PlannerSettings,
        so_far: &SoFar,
    ) {
        let has_begun = |item: u32| so_far.begun(self.work_of(item)).is_some();
        let reachable: Vec<bool> = (0..self.items.len() as u32)
            .map(|item| has_begun(item) || could_do_alone(&self.problem, item))
            .collect();
        if reachable.iter().all(|is| *is) {
            return;
        }
        let mut kept = Vec::new();
        let mut items = Vec::new();
        for ((index, place), is_reachable) in self.items.iter().zip(placed).zip(reachable) {
            if is_reachable {
                items.push(*index);
                kept.push(*place);
            } else {
                self.barred.push((*index, Barrier::TooFar));
            }
        }
        self.items = items;
        let classes = std::mem::take(&mut self.problem.classes);
        self.problem = problem(&kept, &Crews { staff: &self.staff, so_far }, classes, settings);
    }

    /// Returns the work behind an item of the problem.
    pub(crate) fn work_of(&self, item: u32) -> &'a Work {
        self.work[self.items[item as usize] as usize]
    }
}

/// Tells whether some crew could do an item and nothing else.
fn could_do_alone(problem: &Problem<DayWays>, item: u32) -> bool {
    let what = &problem.items[item as usize];
    problem.able(item).iter().any(|crew| {
        let crew = &problem.crews[*crew as usize];
        let way = problem.ways.way(crew.profile, crew.base, item);
        let start = (crew.start + way).max(what.open);
        start <= what.close && start + what.service + way <= crew.end
    })
}

pub(crate) fn is_mandatory(work: &Work, settings: &PlannerSettings) -> bool {
    settings.mandatory.contains(&GroundKind::of(&work.ground))
}

fn item(piece: &Work, class: u32, begun: Option<u32>, now: u32) -> Item {
    let (open, close) = match (begun, piece.candidate.opening) {
        (Some(start), _) => (start, start),
        (None, Some(opening)) => (opening.opens.0.max(now), opening.closes.0),
        (None, None) => (now, LATEST),
    };
    let minutes = |number: u32| number.min(LATEST) as i32;
    Item {
        open: minutes(open),
        close: minutes(close),
        service: minutes(piece.service.0),
        profit: to_mills(piece.value),
        class,
    }
}

/// Is who is on duty, and what has happened of their day.
struct Crews<'s, 'a> {
    staff: &'s [&'a InspectorDay],
    so_far: &'s SoFar,
}

fn problem(
    placed: &[(Position, Item)],
    day: &Crews<'_, '_>,
    classes: Vec<Vec<u32>>,
    settings: &PlannerSettings,
) -> Problem<DayWays> {
    let positions: Vec<Position> =
        placed.iter().map(|(at, _)| *at).chain(day.staff.iter().map(|one| one.base)).collect();
    let ways = DayWays::new(settings, positions.iter().map(|at| Spot::new(*at)).collect());
    let has_begun: BTreeSet<u32> = day.so_far.begun.values().map(|(crew, _)| *crew).collect();
    let begins =
        |crew: u32, shift: u32| if has_begun.contains(&crew) { shift } else { shift.max(day.so_far.now) };
    let first = placed.len() as u32;
    let crews = (0_u32..).zip(day.staff).map(|(crew, inspector)| Crew {
        base: first + crew,
        start: begins(crew, inspector.shift_start.0).min(LATEST) as i32,
        end: inspector.shift_end.0.min(LATEST) as i32,
        // Modes are checked before.
        profile: ways.profile(inspector.mode).unwrap_or(0),
    });
    let crews = crews.collect();
    let limit = |most: Option<u32>| most.map_or(usize::MAX, |most| most as usize);
    let places = positions.iter().map(|at| [at.lat, NARROW * at.lon]).collect();
    Problem::new(placed.iter().map(|(_, item)| *item).collect(), crews, classes, ways)
        .with_places(places)
        .with_limits(limit(settings.daily_capacity), limit(settings.visits_per_inspector))
}

type ClassKey<'a> = (Option<&'a str>, &'a BTreeSet<String>);

/// Finds who may do work of a territory with some skills; each pair is looked at once.
struct Classes<'s, 'a> {
    staff: &'s [&'a InspectorDay],
    is_closed: &'s [bool],
    known: BTreeMap<ClassKey<'a>, Result<u32, Barrier>>,
    /// Classes of work that has begun, by crew.
    own: BTreeMap<u32, u32>,
    able: Vec<Vec<u32>>,
}

impl<'s, 'a> Classes<'s, 'a> {
    fn new(staff: &'s [&'a InspectorDay], so_far: &'s SoFar) -> Self {
        let is_closed = so_far.is_closed.as_slice();
        Self { staff, is_closed, known: BTreeMap::new(), own: BTreeMap::new(), able: Vec::new() }
    }

    /// Returns the class of what only one crew does.
    fn of_one(&mut self, crew: u32) -> u32 {
        *self.own.entry(crew).or_insert_with(|| {
            self.able.push(vec![crew]);
            self.able.len() as u32 - 1
        })
    }

    fn of(&mut self, piece: &'a Work) -> Result<u32, Barrier> {
        let key = (piece.candidate.territory.as_deref(), &piece.skills);
        if let Some(class) = self.known.get(&key) {
            return class.clone();
        }
        let class = self.make(key);
        self.known.insert(key, class.clone());
        class
    }

    fn make(&mut self, (territory, skills): ClassKey<'a>) -> Result<u32, Barrier> {
        let there: Vec<u32> = (0_u32..)
            .zip(self.staff)
            .filter(|(index, inspector)| {
                !self.is_closed.get(*index as usize).is_some_and(|is| *is) && serves(inspector, territory)
            })
            .map(|(index, _)| index)
            .collect();
        if there.is_empty() {
            return Err(Barrier::NoInspectorInTerritory);
        }
        let has = |index: &u32, skill: &String| self.staff[*index as usize].skills.contains(skill);
        let able: Vec<u32> =
            there.iter().copied().filter(|index| skills.iter().all(|skill| has(index, skill))).collect();
        if able.is_empty() {
            // Where each skill is there and no one person has them all, the first one stands for the set.
            let nobody_has = skills.iter().find(|skill| !there.iter().any(|index| has(index, skill)));
            let skill = nobody_has.or_else(|| skills.first()).cloned().unwrap_or_default();
            return Err(Barrier::NoInspectorWithSkill(skill));
        }
        self.able.push(able);
        Ok(self.able.len() as u32 - 1)
    }
}

fn serves(inspector: &InspectorDay, territory: Option<&str>) -> bool {
    inspector.territories.is_empty() || territory.is_some_and(|code| inspector.territories.contains(code))
}
