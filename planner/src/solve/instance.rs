//! The day in numbers: work and people by index, who may do what, and what no route can ever hold.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{InspectorDay, ObjectId, Position};

use super::classes::Classes;
use super::clock::DayClock;
use super::quotas::DayGroups;
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
    InspectorsExcluded,
    TooFar,
}

/// Is what has happened of the day so far; nothing by default.
#[derive(Clone, Debug, Default)]
pub(crate) struct SoFar {
    /// Minutes after midnight: nothing new begins before.
    pub(crate) now: u32,
    /// For each of the staff whether new work may be given to him; empty = to everybody.
    pub(crate) is_closed: Vec<bool>,
    /// Visits that have begun.
    pub(crate) begun: BTreeMap<(ObjectId, String), Begun>,
}

/// Is a visit that has begun: whoever set out for it makes it, and goes nowhere else before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    pub(crate) crew: u32,
    pub(crate) arrive: u32,
    pub(crate) start: u32,
}

impl SoFar {
    fn begun(&self, piece: &Work) -> Option<Begun> {
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
    /// In the minutes of `clock`.
    pub(crate) problem: Problem<DayWays>,
    pub(crate) clock: DayClock,
    pub(crate) groups: DayGroups,
    /// Starts of the items that have begun, in the minutes of `clock`.
    pub(crate) begun: BTreeMap<u32, u32>,
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
        let mut classes = Classes::new(&staff, so_far, &settings.quotas);
        let clock = DayClock::new(settings.pause);
        for (index, piece) in (0_u32..).zip(&work) {
            let begun = so_far.begun(piece);
            let class = match begun {
                Some(begun) => Ok(classes.of_one(piece, begun.crew)),
                None => classes.of(piece),
            };
            match (piece.candidate.position, class) {
                (None, _) => barred.push((index, Barrier::NoPosition)),
                (_, Err(barrier)) => barred.push((index, barrier)),
                (Some(position), Ok(class)) => {
                    items.push(index);
                    let asked = Asked { begun, now: so_far.now, clock };
                    placed.push((position, item(piece, class, asked)));
                }
            }
        }
        let (able, groups) = classes.end();
        let problem = problem(&placed, &Crews { staff: &staff, so_far, clock }, able, settings);
        let problem = problem.with_quotas(groups.limits.clone());
        let mut instance =
            Self { problem, work, staff, items, barred, clock, groups, begun: BTreeMap::new() };
        instance.bar_what_is_too_far(&placed, settings, so_far);
        let is_duty = |work: &Work| is_mandatory(work, settings) || so_far.begun(work).is_some();
        let duties = (0..instance.items.len() as u32).filter(|item| is_duty(instance.work_of(*item)));
        let duties: Vec<u32> = duties.collect();
        let numbers = 0..instance.items.len() as u32;
        let start = |item: u32| Some((item, clock.earliest(so_far.begun(instance.work_of(item))?.start)));
        instance.begun = numbers.filter_map(start).collect();
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
        let crews = Crews { staff: &self.staff, so_far, clock: self.clock };
        let problem = problem(&kept, &crews, classes, settings);
        self.problem = problem.with_quotas(self.groups.limits.clone());
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

/// Is when a visit may begin, besides the object's opening.
struct Asked {
    begun: Option<Begun>,
    now: u32,
    clock: DayClock,
}

fn item(piece: &Work, class: u32, asked: Asked) -> Item {
    let now = asked.now;
    let (open, close) = match (asked.begun, piece.candidate.opening) {
        (Some(begun), _) => return begun_item(piece, class, begun, asked.clock),
        (None, Some(opening)) => (opening.opens.0.max(now), opening.closes.0),
        (None, None) => (now, LATEST),
    };
    let minutes = |number: u32| number.min(LATEST) as i32;
    Item {
        open: minutes(asked.clock.earliest(open)),
        close: asked.clock.latest(close).min(i64::from(LATEST)) as i32,
        service: minutes(piece.service.0),
        profit: to_mills(piece.value),
        class,
    }
}

/// Makes a visit that has begun: from the arrival on it has him, so that nothing goes before it while he waits.
fn begun_item(piece: &Work, class: u32, begun: Begun, clock: DayClock) -> Item {
    let arrive = clock.back(begun.arrive).min(LATEST);
    let end = clock.earliest(begun.start).saturating_add(piece.service.0).min(LATEST);
    let (open, service) = (arrive as i32, end.saturating_sub(arrive) as i32);
    Item { open, close: open, service, profit: to_mills(piece.value), class }
}

/// Is who is on duty, and what has happened of their day.
struct Crews<'s, 'a> {
    staff: &'s [&'a InspectorDay],
    so_far: &'s SoFar,
    clock: DayClock,
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
    let has_begun: BTreeSet<u32> = day.so_far.begun.values().map(|begun| begun.crew).collect();
    let begins =
        |crew: u32, shift: u32| if has_begun.contains(&crew) { shift } else { shift.max(day.so_far.now) };
    let first = placed.len() as u32;
    let crews = (0_u32..).zip(day.staff).map(|(crew, inspector)| Crew {
        base: first + crew,
        start: day.clock.earliest(begins(crew, inspector.shift_start.0)).min(LATEST) as i32,
        end: day.clock.back(inspector.shift_end.0).min(LATEST) as i32,
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
