//! Which imported travel times a plan was made with, and how far they reached.

use std::collections::BTreeMap;

use dozor_domain::{TravelMode, TravelTimesUsed};

use super::instance::Instance;
use super::ways::DayRoads;
use crate::PlannerSettings;

/// Counts the ways of all routes by mode, for each mode of the staff that has a table.
pub(super) fn times_used<W: DayRoads>(
    instance: &Instance<'_, W>,
    routes: &[Vec<u32>],
    settings: &PlannerSettings,
) -> Vec<TravelTimesUsed> {
    let problem = &instance.problem;
    let mut used: BTreeMap<TravelMode, TravelTimesUsed> = BTreeMap::new();
    for ((inspector, crew), route) in instance.staff.iter().zip(&problem.crews).zip(routes) {
        let Some(table) = settings.times.of(inspector.mode) else { continue };
        let used = used.entry(inspector.mode).or_insert_with(|| TravelTimesUsed {
            mode: inspector.mode,
            table: table.name().to_owned(),
            ways_in_table: 0,
            ways_by_distance: 0,
        });
        let mut here = crew.base;
        let back = (!route.is_empty()).then_some(crew.base);
        for next in route.iter().copied().chain(back) {
            match problem.ways.is_in_table(crew.profile, here, next) {
                true => used.ways_in_table += 1,
                false => used.ways_by_distance += 1,
            }
            here = next;
        }
    }
    used.into_values().collect()
}
