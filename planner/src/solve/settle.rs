//! What happens to a plan when its search is over: duties are forced in, all room is filled, work at one place becomes
//! one stop, and the load of each unit is spread. All of it is exact and the same on every machine.

use std::collections::BTreeMap;

use super::instance::Instance;
use super::ways::DayRoads;
use crate::routing::{Balance, balance, complete, force_duties, join_stops, place_again};
use crate::value::to_mills;
use crate::{PlannerSettings, Weights};

/// Finishes the routes of a search.
pub(super) fn settled<W: DayRoads>(
    instance: &mut Instance<'_, W>,
    routes: Vec<Vec<u32>>,
    settings: &PlannerSettings,
) -> Vec<Vec<u32>> {
    let weights = &settings.weights;
    let mut before = filled(instance, routes);
    let places = places(instance);
    let mut routes = join_stops(&instance.problem, before.clone(), &places, to_mills(weights.cluster));
    routes = balanced(instance, routes, &places, weights);
    // What moved may have left room: it is filled until nothing changes. Each time more is planned or there are fewer
    // stops: it ends.
    while routes != before {
        before = routes;
        let full = filled(instance, before.clone());
        routes = join_stops(&instance.problem, full, &places, 0);
    }
    routes
}

/// Forces duties in and fills the room that is left.
fn filled<W: DayRoads>(instance: &mut Instance<'_, W>, routes: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let routes = force_duties(&mut instance.problem, routes);
    if instance.problem.pairs().is_empty() {
        complete(&instance.problem, &routes)
    } else {
        place_again(&mut instance.problem, routes, &[])
    }
}

/// Returns the items of each place that has more than one: tasks at one address have one position. Nobody stops for a visit
/// by video.
fn places<W: DayRoads>(instance: &Instance<'_, W>) -> Vec<Vec<u32>> {
    let mut places: BTreeMap<[u64; 2], Vec<u32>> = BTreeMap::new();
    for item in 0..instance.items.len() as u32 {
        let work = instance.work_of(item);
        if let Some(at) = work.candidate.position.filter(|_| !work.by_video) {
            // Zero has two forms that are equal.
            places.entry([at.lat, at.lon].map(|degrees| (degrees + 0.0).to_bits())).or_default().push(item);
        }
    }
    places.into_values().filter(|place| place.len() > 1).collect()
}

fn balanced<W: DayRoads>(
    instance: &Instance<'_, W>,
    routes: Vec<Vec<u32>>,
    places: &[Vec<u32>],
    weights: &Weights,
) -> Vec<Vec<u32>> {
    if weights.balance <= 0.0 {
        return routes;
    }
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for inspector in &instance.staff {
        let next = numbers.len() as u32;
        numbers.entry(&inspector.unit).or_insert(next);
    }
    let units: Vec<u32> =
        instance.staff.iter().filter_map(|one| numbers.get(one.unit.as_str()).copied()).collect();
    let mut stays = vec![false; instance.items.len()];
    places.iter().flatten().for_each(|item| stays[*item as usize] = true);
    balance(&instance.problem, routes, Balance { units: &units, price: weights.balance, stays: &stays })
}
