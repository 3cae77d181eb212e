//! Records around an object: `within_m`, `exists` with a distance, `kernel_density`. The instants are taken one by
//! one: what is to be seen at an instant is put into a grid once and asked by all objects of that instant.

use std::sync::{Arc, Mutex};

use dozor_domain::{LocalMetres, Position};
use rayon::prelude::*;

use crate::datum::Datum;
use crate::formula::Three;
use crate::kinds::density;
use crate::kinds::grid::Grid;
use crate::kinds::home::Home;
use crate::plan::Near;
use crate::records::{Moment, View};

/// Metres in a degree of latitude, for choosing cells only.
const METRES_PER_DEGREE: f64 = 111_194.9;
/// A rectangle in degrees must hold the circle in metres, also where a degree is a little shorter.
const SLACK: f64 = 1.01;
/// Objects that one thread takes at a time.
const CHUNK: usize = 512;

/// Holds the places of a source, and what was to be seen of them at the instant that was asked last: rows in
/// batches mostly ask for one instant again and again.
#[derive(Debug)]
pub(crate) struct Places {
    all: Grid,
    last: Mutex<Option<(Moment, Arc<Grid>)>>,
}

impl Places {
    /// Sorts the places of all rows into cells.
    pub(crate) fn new(view: &View<'_>, how: Near) -> Self {
        let all = Grid::new(cell_degrees(how), places(view), |row| view.index.day(row));
        Self { all, last: Mutex::new(None) }
    }

    fn seen(&self, view: &View<'_>, moment: Moment) -> Arc<Grid> {
        if let Ok(last) = self.last.lock()
            && let Some((at, seen)) = last.as_ref()
            && *at == moment
        {
            return Arc::clone(seen);
        }
        let mut lens = view.lens();
        let seen = self.all.filtered(view.days(moment), |row| lens.holds(row, moment) == Three::Yes);
        let seen = Arc::new(seen);
        if let Ok(mut last) = self.last.lock() {
            *last = Some((moment, Arc::clone(&seen)));
        }
        seen
    }
}

/// Computes a fact for groups of rows of one instant each; returns values in the order of `rows` of each group.
pub(crate) fn evaluate(
    view: &View<'_>,
    places: &Places,
    (groups, homes): (&[(Moment, Vec<usize>)], &[Home<'_>]),
    how: Near,
) -> Vec<Vec<Datum<'static>>> {
    groups
        .par_iter()
        .map(|(moment, rows)| {
            let has_delivered = view.index.has_delivered(moment.as_of);
            let seen = places.seen(view, *moment);
            let one = |row: &usize| {
                let position = homes.get(*row).and_then(|home| home.position);
                position.map_or(Datum::Missing, |position| at(&seen, position, how, has_delivered))
            };
            rows.par_chunks(CHUNK).flat_map_iter(|chunk| chunk.iter().map(one)).collect()
        })
        .collect()
}

fn places(view: &View<'_>) -> impl Iterator<Item = (u32, Position)> {
    let columns = view.index.columns;
    columns.lat.iter().zip(&columns.lon).enumerate().filter_map(|(row, (&lat, &lon))| {
        let is_place = lat.is_finite() && lon.is_finite();
        is_place.then(|| u32::try_from(row).ok().map(|row| (row, Position { lat, lon }))).flatten()
    })
}

fn cell_degrees(how: Near) -> f64 {
    match how {
        Near::Exists { metres } | Near::Count { metres } => (metres / METRES_PER_DEGREE).max(1e-4),
        Near::Density { bandwidth_degrees } => density::reach(bandwidth_degrees) / 3.0,
        Near::Nearest => 1.0,
    }
}

fn at(seen: &Grid, position: Position, how: Near, has_delivered: bool) -> Datum<'static> {
    match how {
        Near::Exists { metres } => match count(seen, position, metres) {
            0 if !has_delivered => Datum::Missing,
            found => Datum::Boolean(found > 0),
        },
        Near::Count { metres } => Datum::count(count(seen, position, metres)),
        Near::Density { bandwidth_degrees } => {
            Datum::Float(density::evaluate(seen, position, bandwidth_degrees))
        }
        Near::Nearest => Datum::Missing,
    }
}

fn count(seen: &Grid, position: Position, metres: f64) -> usize {
    let plane = LocalMetres::around(position);
    let lat_degrees = metres / METRES_PER_DEGREE * SLACK;
    let lon_degrees = lat_degrees / position.lat.to_radians().cos().max(0.01);
    let mut found = 0;
    seen.around(position, (lat_degrees, lon_degrees), |point| {
        let (east, north) = plane.offset(point.position);
        found += usize::from(east * east + north * north <= metres * metres);
    });
    found
}

/// Tells whether a record lies where the fact looks: within its distance, within two bandwidths of a density, or, for
/// the nearest, within a kilometre. For explanation only.
pub(crate) fn is_around(view: &View<'_>, row: usize, position: Position, how: Near) -> bool {
    let metres = match how {
        Near::Exists { metres } | Near::Count { metres } => metres,
        Near::Density { bandwidth_degrees } => 2.0 * bandwidth_degrees * METRES_PER_DEGREE,
        Near::Nearest => 1_000.0,
    };
    let (lat, lon) = (view.index.columns.lat[row], view.index.columns.lon[row]);
    let (east, north) = LocalMetres::around(position).offset(Position { lat, lon });
    east * east + north * north <= metres * metres
}
