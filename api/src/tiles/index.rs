//! Where the register's rows lie, for one kind of control or for all: projected once, read by every tile.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use dozor_app::queries::RegisterIndex;
use dozor_domain::Position;
use tokio::sync::Mutex;

use super::address::project;
use crate::problem::ApiError;

/// Is one object on the map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// Place in the register's rows: its order.
    pub(super) row: u32,
    /// Where in the unit square.
    pub(super) at: (f64, f64),
    /// West, north, east, south of its shape; the place itself when it has none.
    pub(super) extent: [f64; 4],
}

/// Holds the spots in the order of the register: the heaviest first.
#[derive(Debug, Default)]
pub(crate) struct TileIndex {
    pub(super) spots: Vec<Spot>,
}

impl TileIndex {
    fn new(register: &RegisterIndex, control_kind: Option<&str>) -> Self {
        let mut seen = HashSet::new();
        let mut spots = Vec::new();
        for (row, place) in register.rows().iter().zip(0_u32..) {
            if control_kind.is_some_and(|wanted| wanted != register.control_of(row))
                || !seen.insert(row.object)
            {
                continue;
            }
            let object = register.object_of(row);
            let Some(position) = object.position else { continue };
            let at = project(position);
            let extent = object.geometry.as_deref().map_or([at.0, at.1, at.0, at.1], |shape| {
                let bounds = shape.bounds();
                let (west, north) = project(Position { lat: bounds.north, lon: bounds.west });
                let (east, south) = project(Position { lat: bounds.south, lon: bounds.east });
                [west, north, east, south]
            });
            spots.push(Spot { row: place, at, extent });
        }
        Self { spots }
    }

    /// Returns the spots inside a window, in the register's order.
    pub(super) fn inside(&self, [west, north, east, south]: [f64; 4]) -> impl Iterator<Item = &Spot> {
        let holds =
            move |spot: &&Spot| (west..east).contains(&spot.at.0) && (north..south).contains(&spot.at.1);
        self.spots.iter().filter(holds)
    }

    /// Returns the spots whose shapes meet a window, in the register's order.
    pub(super) fn meeting(&self, [west, north, east, south]: [f64; 4]) -> impl Iterator<Item = &Spot> {
        self.spots.iter().filter(move |spot| {
            let [w, n, e, s] = spot.extent;
            w < east && e >= west && n < south && s >= north
        })
    }
}

/// Generation of the register, and an index a kind of control (none = all kinds).
type Held = (u64, BTreeMap<Option<String>, Arc<TileIndex>>);

/// Keeps the indexes of the newest register, one a kind of control that was asked for.
#[derive(Debug, Default)]
pub(crate) struct TileCache(Mutex<Held>);

impl TileCache {
    /// Returns the index for a register, made when it is asked for first.
    pub(crate) async fn index(
        &self,
        register: &Arc<RegisterIndex>,
        control_kind: Option<String>,
    ) -> Result<Arc<TileIndex>, ApiError> {
        // An unknown code has no rows: it is not worth a place of its own.
        let known =
            control_kind.as_deref().is_none_or(|code| register.controls().iter().any(|one| one == code));
        if !known {
            return Ok(Arc::default());
        }
        let mut held = self.0.lock().await;
        if held.0 != register.number() {
            *held = (register.number(), BTreeMap::new());
        }
        if let Some(index) = held.1.get(&control_kind) {
            return Ok(Arc::clone(index));
        }
        let (rows, kind) = (Arc::clone(register), control_kind.clone());
        let made =
            tokio::task::spawn_blocking(move || Arc::new(TileIndex::new(&rows, kind.as_deref()))).await?;
        held.1.insert(control_kind, Arc::clone(&made));
        Ok(made)
    }
}
