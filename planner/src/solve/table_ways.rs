//! The ways of a day with imported travel times: what a table has is its word, each way by itself; what it lacks is the
//! great circle's. A search over them passes no gap over before it has looked: nothing says that a detour saves nothing.

use std::sync::Arc;

use dozor_domain::TravelMode;

use super::ways::{DayRoads, DayRow, DayWays, Node};
use crate::routing::{Row, Ways};
use crate::{PlannerSettings, TravelTable};

/// Says that a table does not have a node.
const NOWHERE: u32 = u32::MAX;

/// Is the ways of a day by table and distance.
#[derive(Clone, Debug)]
pub(crate) struct TableWays {
    by_distance: DayWays,
    /// By profile.
    tables: Vec<Option<DayTable>>,
}

/// Is one table with the places of the day's nodes in it.
#[derive(Clone, Debug)]
struct DayTable {
    table: Arc<TravelTable>,
    places: Vec<u32>,
}

impl DayTable {
    /// Returns the minutes of a way; none where the table lacks it.
    #[inline]
    fn minutes(&self, from: u32, to: u32) -> Option<f64> {
        let (from, to) = (self.places[from as usize], self.places[to as usize]);
        if from == NOWHERE || to == NOWHERE {
            return None;
        }
        if from == to {
            return Some(0.0);
        }
        let (targets, minutes) = self.table.row(from);
        targets.binary_search(&to).ok().map(|at| minutes[at])
    }
}

impl TableWays {
    fn table(&self, profile: u32) -> Option<&DayTable> {
        self.tables.get(profile as usize)?.as_ref()
    }
}

impl DayRoads for TableWays {
    fn new(settings: &PlannerSettings, nodes: &[Node<'_>], modes: &[TravelMode]) -> Self {
        let table = |table: &Arc<TravelTable>| {
            let places = nodes.iter().map(|node| table.place(node.place).unwrap_or(NOWHERE));
            DayTable { table: Arc::clone(table), places: places.collect() }
        };
        // Profiles are the modes of the settings in their order.
        let tables = settings.travel.keys().map(|mode| settings.times.shared(*mode).map(table)).collect();
        Self { by_distance: DayWays::new(settings, nodes, modes), tables }
    }

    fn by_distance(&self) -> &DayWays {
        &self.by_distance
    }

    fn is_in_table(&self, profile: u32, from: u32, to: u32) -> bool {
        self.table(profile).is_some_and(|table| table.minutes(from, to).is_some())
    }

    fn shorten(&self, profile: u32, least: &mut [i32]) {
        let Some(DayTable { table, places }) = self.table(profile) else { return };
        let pace = self.by_distance.pace(profile);
        let mut shortest = vec![f64::INFINITY; table.objects().len() + table.bases().len()];
        let mut is_taken = vec![false; shortest.len()];
        for place in places.iter().filter(|place| **place != NOWHERE) {
            // Two nodes at one place: there is no way between them.
            if std::mem::replace(&mut is_taken[*place as usize], true) {
                shortest[*place as usize] = 0.0;
            }
        }
        for from in places.iter().filter(|place| **place != NOWHERE) {
            let (targets, minutes) = table.row(*from);
            for (to, minutes) in targets.iter().zip(minutes) {
                let known = &mut shortest[*to as usize];
                *known = known.min(*minutes);
            }
        }
        for (least, place) in least.iter_mut().zip(places) {
            let shortest = shortest.get(*place as usize).copied().unwrap_or(f64::INFINITY);
            if shortest.is_finite() {
                *least = (*least).min(pace.whole(shortest));
            }
        }
    }
}

impl Ways for TableWays {
    type Row<'a>
        = TableRow<'a>
    where
        Self: 'a;

    /// A table need not obey the triangle inequality, least of all beside ways that it lacks.
    const IS_DIRECT_SHORTEST: bool = false;

    fn row(&self, profile: u32, node: u32) -> TableRow<'_> {
        let table = self.tables[profile as usize].as_ref();
        TableRow { by_distance: self.by_distance.row(profile, node), table, node }
    }
}

/// Is the ways of one node.
#[derive(Clone, Copy)]
pub(crate) struct TableRow<'a> {
    by_distance: DayRow<'a>,
    table: Option<&'a DayTable>,
    node: u32,
}

impl Row for TableRow<'_> {
    #[inline]
    fn to(&self, other: u32) -> i32 {
        match self.table.and_then(|table| table.minutes(self.node, other)) {
            Some(minutes) => self.by_distance.pace().whole(minutes),
            None => self.by_distance.to(other),
        }
    }

    #[inline]
    fn from(&self, other: u32) -> i32 {
        match self.table.and_then(|table| table.minutes(other, self.node)) {
            Some(minutes) => self.by_distance.pace().whole(minutes),
            None => self.by_distance.from(other),
        }
    }
}
