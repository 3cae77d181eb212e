//! Imported travel times, looked up once more, and what a plan says of them.

use std::collections::BTreeMap;

use dozor_domain::{
    Candidate, CarriedTask, InspectorDay, Plan, Position, TravelMode, TravelTimesUsed, Visit,
};

use super::{Findings, ViolationCode};
use crate::{PlannerPack, TravelPlace, TravelTable};

/// Is an end of a way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) position: Position,
    name: TravelPlace<'a>,
}

impl<'a> Place<'a> {
    pub(super) fn base(inspector: &'a InspectorDay) -> Self {
        Self { position: inspector.base, name: TravelPlace::Base(&inspector.key) }
    }

    /// Returns where a candidate stands; none where nobody knows.
    pub(super) fn of(candidate: &'a Candidate) -> Option<Self> {
        Some(Self { position: candidate.position?, name: TravelPlace::Object(&candidate.key) })
    }

    /// Returns where the work of an earlier day is; none where nobody knows.
    pub(super) fn of_carried(task: &'a CarriedTask) -> Option<Self> {
        Some(Self { position: task.position?, name: TravelPlace::Object(&task.key) })
    }

    /// Returns where an inspector is who makes a visit; none where nobody knows.
    pub(super) fn of_visit(visit: &'a Visit, inspector: &'a InspectorDay) -> Option<Self> {
        if visit.by_video { Some(Self::base(inspector)) } else { Self::of(&visit.candidate) }
    }
}

/// Returns what the table of a mode says of a way, in minutes before the mode's extra ones.
pub(super) fn imported(
    from: &Place<'_>,
    to: &Place<'_>,
    mode: TravelMode,
    pack: &PlannerPack,
) -> Option<f64> {
    let table = pack.settings.times.of(mode)?;
    let (here, there) = (number(table, from.name)?, number(table, to.name)?);
    if from.name == to.name {
        return Some(0.0);
    }
    let (targets, minutes) = table.row(here);
    let before = targets.partition_point(|target| *target < there);
    targets.get(before).filter(|target| **target == there).and(minutes.get(before).copied())
}

/// Numbers a place as tables do: objects by key, then bases by key.
fn number(table: &TravelTable, name: TravelPlace<'_>) -> Option<u32> {
    let (keys, before, key) = match name {
        TravelPlace::Object(key) => (table.objects(), 0, key),
        TravelPlace::Base(key) => (table.bases(), table.objects().len(), key),
    };
    let at = keys.partition_point(|other| other.as_str() < key);
    let is_there = keys.get(at).is_some_and(|other| other == key);
    is_there.then(|| u32::try_from(before + at).ok())?
}

/// Checks that a plan names the tables that are there, and counts its ways by them.
pub(super) fn check_times(plan: &Plan, pack: &PlannerPack, found: &mut Findings) {
    let mut expected: BTreeMap<TravelMode, TravelTimesUsed> = BTreeMap::new();
    for route in &plan.routes {
        let inspector = &route.inspector;
        let mode = inspector.mode;
        let Some(table) = pack.settings.times.of(mode) else { continue };
        let line = expected.entry(mode).or_insert_with(|| TravelTimesUsed {
            mode,
            table: table.name().to_owned(),
            ways_in_table: 0,
            ways_by_distance: 0,
        });
        let stops: Vec<Place<'_>> =
            route.visits.iter().filter_map(|visit| Place::of_visit(visit, inspector)).collect();
        if stops.is_empty() {
            continue;
        }
        let base = Place::base(inspector);
        let froms = std::iter::once(&base).chain(&stops);
        let tos = stops.iter().chain(std::iter::once(&base));
        for (from, to) in froms.zip(tos) {
            let is_known = imported(from, to, mode, pack).is_some();
            line.ways_in_table += u32::from(is_known);
            line.ways_by_distance += u32::from(!is_known);
        }
    }
    let expected: Vec<TravelTimesUsed> = expected.into_values().collect();
    if expected != plan.travel_times {
        let said = &plan.travel_times;
        let detail =
            format!("said to be made with the travel times {said:?}, the tables at hand are {expected:?}");
        found.note(ViolationCode::TravelTimes, "", "", detail);
    }
}
