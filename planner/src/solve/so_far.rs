//! What of a day has happened: which visits have begun, who takes nothing more, and who is ahead of his hours.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{Candidate, Minutes, ObjectId, Plan, Route, Visit};

use super::replan::{Disturbance, Told};
use crate::Work;

/// An object under one control kind.
pub(super) type Key = (ObjectId, String);

pub(super) fn key_of(candidate: &Candidate) -> Key {
    (candidate.object, candidate.control_kind.clone())
}

/// Is what has happened of the day so far; nothing by default.
#[derive(Clone, Debug, Default)]
pub(crate) struct SoFar {
    /// Minutes after midnight: nothing new begins before.
    pub(crate) now: u32,
    /// For each of the staff whether new work may be given to him; empty = to everybody.
    pub(crate) is_closed: Vec<bool>,
    /// Visits that have begun.
    pub(crate) begun: BTreeMap<Key, Begun>,
    /// Visits of two people that stand: nothing moves them.
    pub(crate) met: BTreeMap<Key, Met>,
    /// What the head has asked for as urgent.
    pub(crate) urgent: BTreeSet<Key>,
}

/// Is a visit of two people that stands as it was planned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Met {
    /// Who leads and who assists.
    pub(crate) crews: [u32; 2],
    pub(crate) start: u32,
    /// When each of them arrives who has set out.
    pub(crate) arrivals: [Option<u32>; 2],
}

impl Met {
    /// Tells whether one of them has set out.
    pub(super) fn has_begun(&self) -> bool {
        self.arrivals.iter().any(Option::is_some)
    }
}

/// Is a visit that has begun: whoever set out for it makes it, and goes nowhere else before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    pub(crate) crew: u32,
    pub(crate) arrive: u32,
    pub(crate) start: u32,
}

impl SoFar {
    pub(super) fn begun(&self, piece: &Work) -> Option<Begun> {
        if self.begun.is_empty() {
            return None;
        }
        self.begun.get(&(piece.candidate.object, piece.candidate.control_kind.clone())).copied()
    }

    pub(super) fn met(&self, piece: &Work) -> Option<Met> {
        if self.met.is_empty() {
            return None;
        }
        self.met.get(&(piece.candidate.object, piece.candidate.control_kind.clone())).copied()
    }

    pub(super) fn is_urgent(&self, candidate: &Candidate) -> bool {
        // A handful at most: no need to make a key of each.
        self.urgent
            .iter()
            .any(|(object, kind)| *object == candidate.object && *kind == candidate.control_kind)
    }

    /// Returns the crews who have set out for something.
    pub(super) fn under_way(&self) -> BTreeSet<u32> {
        let halves = self.met.values().flat_map(|met| met.crews.into_iter().zip(met.arrivals));
        let together = halves.filter(|(_, arrival)| arrival.is_some()).map(|(crew, _)| crew);
        self.begun.values().map(|begun| begun.crew).chain(together).collect()
    }
}

/// Tells whether somebody has left for a visit: leaving is when the way to it began.
fn has_begun(route: &Route, visit: &Visit, now: Minutes) -> bool {
    route.departs(visit) < now
}

/// Tells whether a visit has begun, by what the people say of it, else by its hours.
fn is_begun((route, visit): (&Route, &Visit), disturbance: &Disturbance) -> bool {
    match disturbance.told.get(&key_of(&visit.candidate)) {
        Some(Told::Begun) => true,
        Some(Told::Free) => false,
        None => has_begun(route, visit, disturbance.now),
    }
}

/// Returns who has begun a visit before its hours, by what the people say.
pub(super) fn ahead(plan: &Plan, disturbance: &Disturbance) -> BTreeSet<String> {
    let is_ahead = |route: &&Route| {
        let mut visits = route.visits.iter().filter(|visit| !has_begun(route, visit, disturbance.now));
        visits.any(|visit| is_begun((route, visit), disturbance))
    };
    plan.routes.iter().filter(is_ahead).map(|route| route.inspector.key.clone()).collect()
}

/// Returns the visits of one person that have begun.
pub(super) fn begun(plan: &Plan, disturbance: &Disturbance) -> BTreeMap<Key, Begun> {
    let routes = (0_u32..).zip(&plan.routes);
    let visits = routes.flat_map(|(crew, route)| route.visits.iter().map(move |visit| (crew, route, visit)));
    visits
        .filter(|(_, route, visit)| visit.partner.is_none() && is_begun((route, visit), disturbance))
        .map(|(crew, _, visit)| {
            (key_of(&visit.candidate), Begun { crew, arrive: visit.arrive.0, start: visit.start.0 })
        })
        .collect()
}

/// Returns the visits of two people that stand: both have set out or are still there, and nobody dropped it in time. What
/// one of them can't keep the other does not make alone, though he has set out.
pub(super) fn met(plan: &Plan, disturbance: &Disturbance) -> BTreeMap<Key, Met> {
    let half = |key: &str, candidate: &Candidate| {
        let crew = plan.routes.iter().position(|route| route.inspector.key == key)?;
        let route = &plan.routes[crew];
        let visit = route.visits.iter().find(|visit| key_of(&visit.candidate) == key_of(candidate))?;
        let begun = is_begun((route, visit), disturbance);
        let keeps = begun || !disturbance.absent.contains(key);
        keeps.then_some((u32::try_from(crew).ok()?, begun.then_some(visit.arrive.0)))
    };
    let met = plan.visits().filter_map(|(route, visit)| {
        let partner = visit.partner.as_ref()?;
        let (leads, leads_arrives) = half(&route.inspector.key, &visit.candidate)?;
        let (assists, assists_arrives) = half(&partner.inspector, &visit.candidate)?;
        let arrivals = [leads_arrives, assists_arrives];
        let met = Met { crews: [leads, assists], start: visit.start.0, arrivals };
        let key = key_of(&visit.candidate);
        (met.has_begun() || !disturbance.dropped.contains(&key)).then_some((key, met))
    });
    met.collect()
}

/// Tells for each of the staff whether he takes nothing more: he is away, or on his way home.
pub(super) fn closed(plan: &Plan, disturbance: &Disturbance) -> Vec<bool> {
    let now = disturbance.now;
    let is_over =
        |route: &Route| route.visits.last().is_some_and(|last| has_begun(route, last, now) && last.end < now);
    plan.routes
        .iter()
        .map(|route| disturbance.absent.contains(&route.inspector.key) || is_over(route))
        .collect()
}

/// Closes those who have finished by a new plan and had not by the one before; only visits of two leave such people.
pub(super) fn closes_more(plan: &Plan, is_closed: &mut [bool], by_now: &[bool]) -> bool {
    let has_pairs = plan.visits().any(|(_, visit)| visit.partner.is_some());
    let mut more = false;
    for (is, now) in is_closed.iter_mut().zip(by_now).filter(|(is, now)| has_pairs && **now && !**is) {
        (*is, more) = (*now, true);
    }
    more
}
