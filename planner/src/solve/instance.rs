//! The day in numbers: work and people by index, who may do what, and what no route can ever hold.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{InspectorDay, Position, TravelMode, VisitCause};

use super::carried::free_from;
use super::classes::Classes;
use super::clock::DayClock;
use super::quotas::DayGroups;
use super::so_far::{Begun, SoFar};
use super::ways::{DayRoads, DayWays, Node};
use crate::routing::{Appointment, Crew, Hold, Item, Pair, Problem, Rank, can_meet};
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
    NoSecondInspector,
    TooFar,
    NeverOpen,
}

/// Is a place for a piece of work among the items.
struct Placed<'a> {
    index: u32,
    node: Node<'a>,
    /// Where the search looks for it when it cuts the day into parts: at the object, also where nobody goes there.
    seen_at: Position,
    item: Item,
    part: Part,
}

/// Is what an item of a piece of work is.
enum Part {
    /// All of it.
    Whole,
    /// That of who leads of two; the one of who assists follows.
    Lead { able: Vec<u32> },
    /// That of who assists.
    Assist,
}

/// Is the whole day. Item i of the problem is `work[items[i]]`, crew i is `staff[i]`; work that needs two has two items, one
/// after the other.
pub(crate) struct Instance<'a, W = DayWays> {
    pub(crate) work: Vec<&'a Work>,
    pub(crate) staff: Vec<&'a InspectorDay>,
    pub(crate) items: Vec<u32>,
    /// Work that no route can hold, with why.
    pub(crate) barred: Vec<(u32, Barrier)>,
    /// In the minutes of `clock`.
    pub(crate) problem: Problem<W>,
    pub(crate) clock: DayClock,
    pub(crate) groups: DayGroups,
    /// Starts of the items that have begun, in the minutes of `clock`.
    pub(crate) begun: BTreeMap<u32, u32>,
    /// Nothing new begins before, in the minutes of `clock`.
    pub(crate) now: i32,
    /// Why an item is visited, if it is, for those whose worth is not the cause.
    causes: BTreeMap<u32, VisitCause>,
}

impl<'a, W: DayRoads> Instance<'a, W> {
    /// Takes work sorted by key and staff sorted by key, both checked. Visits that have begun count as duties at the
    /// very minute: nothing moves them.
    pub(crate) fn new(
        work: Vec<&'a Work>,
        staff: Vec<&'a InspectorDay>,
        settings: &PlannerSettings,
        so_far: &SoFar,
    ) -> Self {
        let mut classes = Classes::new(&staff, so_far, &settings.quotas);
        let clock = DayClock::new(settings.pause);
        let (mut placed, mut barred) = (Vec::new(), Vec::new());
        for (index, piece) in (0_u32..).zip(&work) {
            let asked = Asked { begun: so_far.begun(piece), now: so_far.now, clock };
            match Node::of(piece, &staff)
                .and_then(|node| place((index, piece, node), &mut classes, so_far, asked))
            {
                Ok(new) => placed.extend(new),
                Err(barrier) => barred.push((index, barrier)),
            }
        }
        let (able, groups) = classes.end();
        let crews = Crews { staff: &staff, so_far, clock };
        let make = |placed: &[Placed<'_>], classes| {
            problem(placed, &crews, classes, settings).with_quotas(groups.limits.clone())
        };
        let mut problem = make(&placed, able);
        let too_far = too_far(&problem, &placed, &work, so_far);
        if !too_far.is_empty() {
            placed.retain(|one| !too_far.contains(&one.index));
            barred.extend(too_far.into_iter().map(|index| (index, Barrier::TooFar)));
            problem = make(&placed, std::mem::take(&mut problem.classes));
        }
        let items: Vec<u32> = placed.iter().map(|one| one.index).collect();
        let (begun, causes) = (BTreeMap::new(), BTreeMap::new());
        let now = clock.earliest(so_far.now).min(LATEST) as i32;
        let mut instance = Self { problem, work, staff, items, barred, clock, groups, begun, now, causes };
        instance.settle(&placed, settings, so_far);
        instance
    }

    /// Says what must be done, what needs two, and what stands already.
    fn settle(&mut self, placed: &[Placed<'_>], settings: &PlannerSettings, so_far: &SoFar) {
        let (mut duties, mut lesser, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
        let mut begun = Vec::new();
        for (item, one) in (0_u32..).zip(placed) {
            let work = self.work_of(item);
            let rank = rank(work, settings, so_far);
            match (&one.part, rank) {
                (Part::Whole, _) if so_far.begun(work).is_some() => begun.push(item),
                (Part::Whole, Rank::Duty) => duties.push(item),
                (Part::Whole, Rank::Lesser) => lesser.push(item),
                (Part::Lead { able }, _) => {
                    let (able, assist) = (able.clone(), item + 1);
                    pairs.push(Pair { lead: item, assist, able, rank, appointed: None });
                }
                (Part::Whole, Rank::Free) | (Part::Assist, _) => {}
            }
            if is_mandatory(work, settings) {
                self.causes.insert(item, VisitCause::Mandatory);
            } else if so_far.is_urgent(&work.candidate) {
                self.causes.insert(item, VisitCause::Urgent);
            }
            if let Some(begun) = so_far.begun(work) {
                self.begun.insert(item, self.clock.earliest(begun.start));
            }
        }
        let none = Problem::new(Vec::new(), Vec::new(), Vec::new(), W::new(settings, &[], &[]));
        let problem = std::mem::replace(&mut self.problem, none);
        self.problem = problem.with_ranked_duties(duties, lesser).with_pairs(pairs).with_begun(&begun);
        self.keep_appointments(so_far);
    }

    /// Appoints what two people had agreed on and can still keep.
    fn keep_appointments(&mut self, so_far: &SoFar) {
        for at in 0..self.problem.pairs().len() {
            let Pair { lead, assist, .. } = self.problem.pairs()[at];
            let Some(met) = so_far.met(self.work_of(lead)) else { continue };
            let start = self.clock.earliest(met.start);
            let wait = |arrival: u32| start.saturating_sub(self.clock.back(arrival).min(start)) as i32;
            let waits = met.arrivals.map(|arrival| arrival.map_or(0, wait));
            for (item, arrival) in [lead, assist].into_iter().zip(met.arrivals) {
                if arrival.is_some() {
                    self.begun.insert(item, start);
                }
            }
            self.problem.appoint(
                at,
                Appointment { crews: met.crews, start: start as i32, waits, hold: Hold::Agreed },
            );
        }
    }

    /// Returns the work for two that an item is half of.
    pub(crate) fn pair_of(&self, item: u32) -> Option<&Pair> {
        self.problem.pair_of(item)
    }

    /// Tells whether an item is that of who assists.
    pub(crate) fn is_assist(&self, item: u32) -> bool {
        self.pair_of(item).is_some_and(|pair| pair.assist == item)
    }

    /// Returns the crews who may do an item; of work that needs two those who may do either half.
    pub(crate) fn able(&self, item: u32) -> &[u32] {
        self.pair_of(item).map_or_else(|| self.problem.able(item), |pair| &pair.able)
    }

    /// Returns why an item is visited, if it is.
    pub(crate) fn cause(&self, item: u32) -> VisitCause {
        self.causes.get(&item).copied().unwrap_or_default()
    }

    /// Returns the work behind an item of the problem.
    pub(crate) fn work_of(&self, item: u32) -> &'a Work {
        self.work[self.items[item as usize] as usize]
    }
}

/// Makes the items of a piece of work, or says why there can be none.
fn place<'a>(
    (index, piece, node): (u32, &'a Work, Node<'a>),
    classes: &mut Classes<'_, 'a>,
    so_far: &SoFar,
    asked: Asked,
) -> Result<Vec<Placed<'a>>, Barrier> {
    let never = piece.candidate.opening.is_some_and(|opening| opening.closes < opening.opens);
    if never && asked.begun.is_none() && so_far.met(piece).is_none() {
        return Err(Barrier::NeverOpen);
    }
    let seen_at = piece.candidate.position.unwrap_or(node.position);
    let placed = |item, part| Placed { index, node, seen_at, item, part };
    if piece.inspectors == 1 {
        let class = match asked.begun {
            Some(begun) => classes.of_one(piece, begun.crew),
            None => classes.of(piece)?,
        };
        return Ok(vec![placed(item(piece, class, asked), Part::Whole)]);
    }
    let class = match so_far.met(piece) {
        Some(_) => classes.of_appointed(piece),
        None => classes.of_pair(piece)?,
    };
    let lead = item(piece, class.lead, asked);
    let assist = Item { profit: 0, class: class.assist, ..lead };
    Ok(vec![placed(lead, Part::Lead { able: class.able }), placed(assist, Part::Assist)])
}

/// Returns the work that nobody could do even alone within a shift.
fn too_far<W: DayRoads>(
    problem: &Problem<W>,
    placed: &[Placed<'_>],
    work: &[&Work],
    so_far: &SoFar,
) -> BTreeSet<u32> {
    let is_too_far = |(item, one): &(u32, &Placed)| {
        let piece = work[one.index as usize];
        match &one.part {
            Part::Whole => so_far.begun(piece).is_none() && !could_do_alone(problem, *item),
            Part::Lead { able } => so_far.met(piece).is_none() && !can_meet(problem, *item, able),
            Part::Assist => false,
        }
    };
    (0_u32..).zip(placed).filter(is_too_far).map(|(_, one)| one.index).collect()
}

/// Tells whether some crew could do an item and nothing else.
fn could_do_alone<W: DayRoads>(problem: &Problem<W>, item: u32) -> bool {
    let what = &problem.items[item as usize];
    problem.able(item).iter().any(|crew| {
        let crew = &problem.crews[*crew as usize];
        let way = |from, to| problem.ways.way(crew.profile, from, to);
        let start = (crew.start + way(crew.base, item)).max(what.open);
        start <= what.close && start + what.service + way(item, crew.base) <= crew.end
    })
}

/// Returns what a piece of work counts as. No law demands a draw, nor what the head wants today: where time is short both
/// give way to what a law does, and neither to the other.
pub(crate) fn rank(work: &Work, settings: &PlannerSettings, so_far: &SoFar) -> Rank {
    let is_drawn = GroundKind::of(&work.ground) == GroundKind::Chance;
    match is_mandatory(work, settings) {
        _ if so_far.begun(work).is_some() => Rank::Duty,
        true if !is_drawn => Rank::Duty,
        true => Rank::Lesser,
        false if so_far.is_urgent(&work.candidate) => Rank::Lesser,
        false => Rank::Free,
    }
}

fn is_mandatory(work: &Work, settings: &PlannerSettings) -> bool {
    settings.mandatory.contains(&GroundKind::of(&work.ground))
}

/// Is when a visit may begin, besides the object's opening.
#[derive(Clone, Copy)]
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

fn problem<W: DayRoads>(
    placed: &[Placed<'_>],
    day: &Crews<'_, '_>,
    classes: Vec<Vec<u32>>,
    settings: &PlannerSettings,
) -> Problem<W> {
    let bases = day.staff.iter().map(|one| Node::base(one));
    let nodes: Vec<Node<'_>> = placed.iter().map(|one| one.node).chain(bases).collect();
    let modes: Vec<TravelMode> = day.staff.iter().map(|one| one.mode).collect();
    let ways = W::new(settings, &nodes, &modes);
    let has_begun = day.so_far.under_way();
    let begins =
        |crew: u32, free: u32| if has_begun.contains(&crew) { free } else { free.max(day.so_far.now) };
    let first = placed.len() as u32;
    let crews = (0_u32..).zip(day.staff).map(|(crew, inspector)| Crew {
        base: first + crew,
        start: day.clock.earliest(begins(crew, free_from(inspector, day.clock))).min(LATEST) as i32,
        end: day.clock.back(inspector.shift_end.0).min(LATEST) as i32,
        // Modes are checked before.
        profile: ways.profile((crew, inspector.mode)).unwrap_or(0),
    });
    let crews = crews.collect();
    let limit = |most: Option<u32>| most.map_or(usize::MAX, |most| most as usize);
    let bases = day.staff.iter().map(|one| one.base);
    let seen = placed.iter().map(|one| one.seen_at).chain(bases);
    let places = seen.map(|at| [at.lat, NARROW * at.lon]).collect();
    Problem::new(placed.iter().map(|one| one.item).collect(), crews, classes, ways)
        .with_places(places)
        .with_limits(limit(settings.daily_capacity), limit(settings.visits_per_inspector))
}
