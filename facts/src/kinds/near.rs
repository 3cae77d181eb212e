//! Records around an object: `within_m`, `exists` with a distance, `kernel_density`. The instants are taken one by
//! one: what is to be seen at an instant is put into a grid once and asked by all objects of that instant.

use std::sync::Arc;

use dozor_domain::{LocalMetres, Position};
use rayon::prelude::*;

use crate::datum::Datum;
use crate::formula::Three;
use crate::kinds::density;
use crate::kinds::grid::Grid;
use crate::kinds::home::Home;
use crate::kinds::last::Last;
use crate::plan::{Bandwidth, Near};
use crate::records::{Moment, View};

/// Metres in a degree of latitude, for choosing cells only.
const METRES_PER_DEGREE: f64 = 111_194.9;
/// A rectangle in degrees must hold the circle in metres, also where a degree is a little shorter.
const SLACK: f64 = 1.01;
/// Objects that one thread takes at a time.
const CHUNK: usize = 512;

/// Holds the places of a source, and what was to be seen of them at the instant that was asked last.
#[derive(Debug)]
pub(crate) struct Places {
    all: Grid,
    last: Last<Grid>,
}

impl Places {
    /// Sorts the places of all rows into cells.
    pub(crate) fn new(view: &View<'_>, how: Near) -> Self {
        let all = Grid::new(cell_degrees(how), places(view), |row| view.index.day(row));
        Self { all, last: Last::default() }
    }

    fn seen(&self, view: &View<'_>, moment: Moment) -> Arc<Grid> {
        self.last.at(moment, || {
            let mut lens = view.lens();
            self.all.filtered(view.days(moment), |row| lens.holds(row, moment) == Three::Yes)
        })
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
        Near::Exists { metres } | Near::Count { metres } => cell_of_metres(metres),
        Near::Density { bandwidth: Bandwidth::Degrees(degrees) } => density::reach(degrees) / 3.0,
        Near::Density { bandwidth: Bandwidth::Metres(metres) } => {
            density::reach(metres) / METRES_PER_DEGREE / 3.0
        }
        Near::Nearest | Near::Touches => 1.0,
    }
}

/// Returns the side of cells in which circles of so many metres are looked for.
pub(crate) fn cell_of_metres(metres: f64) -> f64 {
    (metres / METRES_PER_DEGREE).max(1e-4)
}

fn at(seen: &Grid, position: Position, how: Near, has_delivered: bool) -> Datum<'static> {
    match how {
        Near::Exists { metres } => match count(seen, position, metres) {
            0 if !has_delivered => Datum::Missing,
            found => Datum::Boolean(found > 0),
        },
        Near::Count { metres } => Datum::count(count(seen, position, metres)),
        Near::Density { bandwidth: Bandwidth::Degrees(degrees) } => {
            Datum::Float(density::in_degrees(seen, position, degrees))
        }
        Near::Density { bandwidth: Bandwidth::Metres(metres) } => {
            Datum::Float(density::in_metres(seen, position, metres))
        }
        Near::Nearest | Near::Touches => Datum::Missing,
    }
}

fn count(seen: &Grid, position: Position, metres: f64) -> usize {
    let mut found = 0;
    within(seen, position, metres, |_| found += 1);
    found
}

/// Visits the rows within a distance.
pub(crate) fn within(seen: &Grid, position: Position, metres: f64, mut visit: impl FnMut(usize)) {
    let plane = LocalMetres::around(position);
    seen.around(position, degrees_around(position, metres), |point| {
        let (east, north) = plane.offset(point.position);
        if east * east + north * north <= metres * metres {
            visit(point.row as usize);
        }
    });
}

/// Returns half the height and width of a rectangle in degrees that holds a circle.
pub(crate) fn degrees_around(position: Position, metres: f64) -> (f64, f64) {
    let lat_degrees = metres / METRES_PER_DEGREE * SLACK;
    (lat_degrees, lat_degrees / position.lat.to_radians().cos().max(0.01))
}

/// Tells whether a record lies where the fact looks: within its distance, within two bandwidths of a density, or, for
/// the nearest, within a kilometre. For explanation only.
pub(crate) fn is_around(view: &View<'_>, row: usize, position: Position, how: Near) -> bool {
    let metres = match how {
        Near::Exists { metres } | Near::Count { metres } => metres,
        Near::Density { bandwidth: Bandwidth::Degrees(degrees) } => 2.0 * degrees * METRES_PER_DEGREE,
        Near::Density { bandwidth: Bandwidth::Metres(metres) } => 2.0 * metres,
        Near::Nearest => 1_000.0,
        Near::Touches => 1.0,
    };
    let (lat, lon) = (view.index.columns.lat[row], view.index.columns.lon[row]);
    let (east, north) = LocalMetres::around(position).offset(Position { lat, lon });
    east * east + north * north <= metres * metres
}
