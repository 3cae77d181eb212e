//! What extended orders take of a later day: their work comes first, one after the other from the base and back, and the
//! routes of the day begin when it is over.

use dozor_domain::{Carried, CarriedTask, InspectorDay, Minutes, Position, TaskId};
use jiff::civil::Date;

use super::clock::DayClock;
use super::table_ways::TableWays;
use super::ways::{DayRoads, DayWays, Node};
use crate::{PlannerPack, PlannerSettings, TravelPlace};

/// Is a task of an earlier day whose order was extended, with what is known of its object.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftWork {
    /// The task.
    pub task: TaskId,
    /// Key of its object in the registry.
    pub key: String,
    /// Kind of its object.
    pub object_kind: String,
    /// Code of the kind of event.
    pub event_kind: String,
    /// Where it is; none where nobody knows.
    pub position: Option<Position>,
    /// The minutes that its plan gave it: they stand where the pack says none.
    pub planned: Minutes,
}

/// Returns what somebody has left of earlier days, in the order given: minutes of work by the pack of the day, and his ways.
pub fn carried(left: Vec<LeftWork>, inspector: &InspectorDay, day: Date, pack: &PlannerPack) -> Carried {
    let settings = pack.settings.on(day);
    let ways = match settings.times.concern([inspector]) {
        true => ways::<TableWays>(&left, inspector, &settings),
        false => ways::<DayWays>(&left, inspector, &settings),
    };
    let mut ways = ways.into_iter();
    let tasks = left.into_iter().map(|one| {
        let line = pack.events.on(&one.event_kind, day);
        let service = line.and_then(|line| line.service_at(&one.object_kind)).map_or(one.planned, Minutes);
        let travel = Minutes(if one.position.is_some() { ways.next().unwrap_or(0) } else { 0 });
        let LeftWork { task, key, object_kind, event_kind, position, .. } = one;
        CarriedTask { task, key, object_kind, event_kind, position, service, travel }
    });
    let tasks = tasks.collect();
    Carried { tasks, travel_back: Minutes(ways.next().unwrap_or(0)) }
}

/// Returns the ways to each task whose place is known, and back.
fn ways<W: DayRoads>(left: &[LeftWork], inspector: &InspectorDay, settings: &PlannerSettings) -> Vec<u32> {
    let places = left.iter().filter_map(|one| {
        Some(Node { position: one.position?, place: TravelPlace::Object(&one.key), by_video: false })
    });
    let nodes: Vec<Node<'_>> = std::iter::once(Node::base(inspector)).chain(places).collect();
    let ways = W::new(settings, &nodes, &[inspector.mode]);
    // Who moves in a way that the day does not know is refused before anything is planned.
    let Some(profile) = ways.profile((0, inspector.mode)) else { return Vec::new() };
    let stops = nodes.len() as u32;
    let way = |stop: u32| ways.way(profile, stop, (stop + 1) % stops).unsigned_abs();
    (0..stops).map(way).collect()
}

/// Returns the minute in which an inspector is free for the routes of the day: what is carried over comes first, and a break
/// that falls due meanwhile is taken.
pub(super) fn free_from(inspector: &InspectorDay, clock: DayClock) -> u32 {
    let shift = inspector.shift_start.0;
    match inspector.carried.minutes().0 {
        0 => shift,
        minutes => clock.start(clock.earliest(shift).saturating_add(minutes)),
    }
}
