//! Where and when two crews can meet: a place in each of two routes with a common start between them.

use super::displace::has_duty;
use super::pairs::{Appointment, Hold, Pair};
use super::problem::Problem;
use super::route::Stop;
use super::solution::Solution;
use super::ways::{Row, Ways};

/// Crews looked at where others must give way for work; the nearest stand for more.
const NEAREST: usize = 48;
/// Visits of one route that may give way for it: more are worth more than any visit.
const MOST_GIVING: usize = 10;
/// Places looked at, those of the least loss.
const MOST_SLOTS: usize = 1_500;

/// Says what may give way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Giving {
    /// Nothing.
    Nothing,
    /// What is no duty, and is worth less than this together.
    Voluntary { below: i64 },
    /// Everything that is not appointed: it is planned anew afterwards.
    Anything,
}

/// Is a place in a route where work could begin between two times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    crew: u32,
    /// Place of the first visit that gives way, from 0, or of the work itself.
    first: u32,
    count: u32,
    from: i32,
    to: i32,
    loss: i64,
    /// Further way.
    way: i32,
}

/// Is a common start of two crews; the first leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meeting {
    slots: [Slot; 2],
    start: i32,
}

impl Meeting {
    pub(super) fn appointment(&self) -> Appointment {
        let crews = self.slots.map(|slot| slot.crew);
        Appointment { crews, start: self.start, waits: [0, 0], hold: Hold::Search }
    }

    /// Puts the two halves where their places are.
    pub(super) fn put(&self, pair: &Pair, routes: &mut [Vec<u32>]) {
        for (slot, item) in self.slots.iter().zip([pair.lead, pair.assist]) {
            let first = slot.first as usize;
            routes[slot.crew as usize].splice(first..first + slot.count as usize, [item]);
        }
    }

    /// Returns what comes first: the least loss, the least time on further ways and waiting, the earliest.
    fn order(&self) -> (i64, i64, i32, [u32; 2]) {
        let [one, other] = &self.slots;
        let spent = |slot: &Slot| i64::from(slot.way) + i64::from(self.start - slot.from);
        (one.loss.saturating_add(other.loss), spent(one) + spent(other), self.start, [one.crew, other.crew])
    }

    /// Returns what would give way.
    pub(super) fn displacement(&self) -> PairDisplacement {
        let [one, other] = self.slots;
        let giving = |slot: Slot| (slot.crew, slot.first, slot.count);
        PairDisplacement { giving: [giving(one), giving(other)], loss: one.loss.saturating_add(other.loss) }
    }
}

/// Is consecutive visits of two routes that could give way for work of two crews.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairDisplacement {
    /// For each of the two the crew, the place of the first visit from 0, and how many.
    pub giving: [(u32, u32, u32); 2],
    /// Their profit together.
    pub loss: i64,
}

/// Tells for work that needs two crews whether two of them could meet there if they did nothing else.
pub fn can_meet<W: Ways>(problem: &Problem<W>, item: u32, able: &[u32]) -> bool {
    let what = &problem.items[item as usize];
    let window = |crew: &u32| {
        let crew = &problem.crews[*crew as usize];
        let row = problem.ways.row(crew.profile, item);
        let from = (crew.start + row.from(crew.base)).max(what.open);
        let to = (crew.end - row.to(crew.base) - what.service).min(what.close);
        (from <= to).then_some((from, to))
    };
    let mut windows: Vec<(i32, i32)> = able.iter().filter_map(window).collect();
    windows.sort_unstable();
    let mut last = i32::MIN;
    windows.into_iter().any(|(from, to)| {
        let meets = from <= last;
        last = last.max(to);
        meets
    })
}

/// Finds two crews who can meet without anything giving way, and the earliest start.
pub(super) fn room_for<W: Ways>(problem: &Problem<W>, solution: &Solution, pair: &Pair) -> Option<Meeting> {
    let mut slots = Vec::new();
    for crew in &pair.able {
        slots_of(problem, solution, pair.lead, *crew, Giving::Nothing, &mut slots);
    }
    slots.sort_unstable_by_key(|slot| (slot.from, slot.crew, slot.first));
    // By their latest start the two latest of different crews, of all and of those who can lead.
    let (mut all, mut leading) = (Latest::default(), Latest::default());
    for slot in slots {
        let leads = has_quota(problem, solution, pair.lead, [&slot, &slot]);
        let other = if leads { all.beside(slot.crew) } else { leading.beside(slot.crew) };
        if let Some(other) = other.filter(|other| other.to >= slot.from)
            && let Some(meeting) = meeting(problem, solution, pair, [slot, other])
        {
            return Some(meeting);
        }
        all.add(slot);
        if leads {
            leading.add(slot);
        }
    }
    None
}

/// Is the two slots with the latest starts of different crews.
#[derive(Default)]
struct Latest {
    slots: [Option<Slot>; 2],
}

impl Latest {
    fn beside(&self, crew: u32) -> Option<Slot> {
        self.slots.iter().flatten().find(|slot| slot.crew != crew).copied()
    }

    fn add(&mut self, slot: Slot) {
        let mut all: Vec<Slot> = self.slots.iter().flatten().copied().chain([slot]).collect();
        all.sort_by_key(|slot| std::cmp::Reverse(slot.to));
        let first = all.first().copied();
        let second = all.iter().find(|slot| first.is_some_and(|one| one.crew != slot.crew)).copied();
        self.slots = [first, second];
    }
}

/// Finds the meetings of least loss, at most one of the same two crews.
pub(super) fn meetings<W: Ways>(
    problem: &Problem<W>,
    solution: &Solution,
    pair: &Pair,
    (giving, count): (Giving, usize),
) -> Vec<Meeting> {
    let below = match giving {
        Giving::Voluntary { below } => below,
        Giving::Nothing | Giving::Anything => i64::MAX,
    };
    let mut slots = Vec::new();
    for crew in nearest(problem, solution, pair) {
        slots_of(problem, solution, pair.lead, crew, giving, &mut slots);
    }
    slots.sort_unstable_by_key(|slot| (slot.loss, slot.way, slot.from, slot.crew, slot.first, slot.count));
    slots.truncate(MOST_SLOTS);
    let mut best: Vec<Meeting> = Vec::new();
    for (at, slot) in slots.iter().enumerate() {
        for other in &slots[..at] {
            let loss = slot.loss.saturating_add(other.loss);
            let most =
                best.get(count - 1).map_or(below, |worst| below.min(worst.order().0.saturating_add(1)));
            if loss >= most {
                break;
            }
            if slot.crew == other.crew || slot.from.max(other.from) > slot.to.min(other.to) {
                continue;
            }
            if let Some(found) = meeting(problem, solution, pair, [*slot, *other]) {
                keep(&mut best, found, count);
            }
        }
    }
    best
}

/// Keeps the best meetings in order.
fn keep(best: &mut Vec<Meeting>, found: Meeting, count: usize) {
    let crews = |one: &Meeting| {
        let mut crews = one.slots.map(|slot| slot.crew);
        crews.sort_unstable();
        crews
    };
    match best.iter().position(|one| crews(one) == crews(&found)) {
        Some(at) if best[at].order() <= found.order() => return,
        Some(at) => {
            best.remove(at);
        }
        None => {}
    }
    let at = best.partition_point(|one| one.order() <= found.order());
    best.insert(at, found);
    best.truncate(count);
}

/// Makes a meeting if the quotas have room for it: it counts once, for the unit of who leads.
fn meeting<W: Ways>(
    problem: &Problem<W>,
    solution: &Solution,
    pair: &Pair,
    mut slots: [Slot; 2],
) -> Option<Meeting> {
    slots.sort_unstable_by_key(|slot| slot.crew);
    let start = slots[0].from.max(slots[1].from);
    let turned = [slots[1], slots[0]];
    let leads = |slots: &[Slot; 2]| has_quota(problem, solution, pair.lead, [&slots[0], &slots[1]]);
    let slots = [slots, turned].into_iter().find(leads)?;
    Some(Meeting { slots, start })
}

/// Tells whether the quotas allow an item on the route of the first of two slots, when what gives way in both has gone.
fn has_quota<W: Ways>(problem: &Problem<W>, solution: &Solution, item: u32, slots: [&Slot; 2]) -> bool {
    let quotas = &problem.quotas;
    if quotas.is_empty() {
        return true;
    }
    let class = |item: u32| problem.items[item as usize].class;
    let counts_in = |slot: &Slot, group: u32| {
        let stops =
            &solution.routes[slot.crew as usize].stops[1 + slot.first as usize..][..slot.count as usize];
        let counts = |stop: &&Stop| quotas.groups(class(stop.node), slot.crew).any(|one| one == group);
        stops.iter().filter(counts).count() as u32
    };
    let [one, other] = slots;
    quotas.groups(class(item), one.crew).all(|group| {
        let twice = if one == other { 0 } else { counts_in(other, group) };
        solution.count_of(group).saturating_sub(counts_in(one, group) + twice) < quotas.most(group)
    })
}

/// Collects the places of a route where an item can go.
fn slots_of<W: Ways>(
    problem: &Problem<W>,
    solution: &Solution,
    item: u32,
    crew: u32,
    giving: Giving,
    slots: &mut Vec<Slot>,
) {
    let route = &solution.routes[crew as usize];
    let what = &problem.items[item as usize];
    let row = problem.ways.row(problem.crews[crew as usize].profile, item);
    let is_full = solution.is_full(problem) || route.stops.len() - 2 >= problem.most_visits_each;
    for (before, from) in route.stops.iter().enumerate() {
        if from.depart > what.close {
            break;
        }
        let to = row.from(from.node);
        let earliest = (from.depart + to).max(what.open);
        let (mut loss, mut legs) = (0_i64, 0);
        for (count, next) in (0_u32..).zip(route.stops.iter().skip(before + 1)).take(MOST_GIVING + 1) {
            let onward = row.to(next.node);
            let latest = (next.latest - onward - what.service).min(what.close);
            legs += next.leg;
            if earliest <= latest && (count > 0 || !is_full) {
                let (first, way) = (before as u32, to + onward - legs);
                slots.push(Slot { crew, first, count, from: earliest, to: latest, loss, way });
            }
            // Behind the last visit is the base.
            let Some(visit) = problem.items.get(next.node as usize) else { break };
            loss = loss.saturating_add(visit.profit);
            if !may_give(problem, next, loss, giving) {
                break;
            }
        }
    }
}

/// Tells whether a stop may give way, with a loss of so much in all.
fn may_give<W: Ways>(problem: &Problem<W>, stop: &Stop, loss: i64, giving: Giving) -> bool {
    match giving {
        Giving::Nothing => false,
        Giving::Voluntary { below } => loss < below && !has_duty(problem, stop),
        Giving::Anything => !problem.is_appointed(stop.node),
    }
}

/// Returns the crews nearest to a pair's place, by where their visits are, ascending.
fn nearest<W: Ways>(problem: &Problem<W>, solution: &Solution, pair: &Pair) -> Vec<u32> {
    if pair.able.len() <= NEAREST {
        return pair.able.clone();
    }
    let way = |crew: &u32| {
        let row = problem.ways.row(problem.crews[*crew as usize].profile, pair.lead);
        let stops = solution.routes[*crew as usize].stops.iter();
        (stops.map(|stop| row.from(stop.node)).min(), *crew)
    };
    let mut ways: Vec<_> = pair.able.iter().map(way).collect();
    ways.sort_unstable();
    ways.truncate(NEAREST);
    let mut crews: Vec<u32> = ways.into_iter().map(|(_, crew)| crew).collect();
    crews.sort_unstable();
    crews
}
