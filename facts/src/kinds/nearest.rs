//! `nearest`: metres from the object's shape to the nearest record's shape; 0 where they touch or overlap.

use dozor_domain::{LocalMetres, Position, ValidGeometry};
use geo::{BoundingRect, Distance, Euclidean};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, PointDistance, RTree};

use crate::changes::place_of;
use crate::datum::Datum;
use crate::formula::Three;
use crate::kinds::home::Home;
use crate::records::{Moment, View};

/// Objects that one thread takes at a time.
const CHUNK: usize = 256;
/// The tree measures in one plane for the whole city, the answer in a plane around the object: across a city a
/// degree of longitude changes by some per cent, so a box may be that much nearer than the tree says.
const PLANE_SLACK: f64 = 0.9;

/// Is a tree of rectangles in metres, each with its row.
type Boxes = RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>;

/// Holds the rectangles of a source's shapes in one plane for the whole city.
#[derive(Debug)]
pub(crate) struct Shapes {
    pub(crate) boxes: Boxes,
    pub(crate) plane: LocalMetres,
}

impl Shapes {
    /// Puts the shapes of all rows into a tree; `None` where no row has a place.
    pub(crate) fn new(view: &View<'_>) -> Option<Self> {
        let columns = view.index.columns;
        let origin = (0..columns.len()).find_map(|row| place_of(columns, row))?;
        let plane = LocalMetres::around(origin);
        let rows = 0..u32::try_from(columns.len()).unwrap_or(u32::MAX);
        Some(Self { boxes: boxes(view, &plane, rows), plane })
    }
}

/// Holds the shapes of rows that changed: what is nearer to an object than they are is not touched by them.
pub(crate) struct Changed(Shapes);

impl Changed {
    /// Puts the shapes of some rows into a tree; `None` where none has a place.
    pub(crate) fn new(view: &View<'_>, rows: &[u32]) -> Option<Self> {
        let columns = view.index.columns;
        let origin = rows.iter().find_map(|row| place_of(columns, *row as usize))?;
        let plane = LocalMetres::around(origin);
        Some(Self(Shapes { boxes: boxes(view, &plane, rows.iter().copied()), plane }))
    }

    /// Tells whether one of them lies within so many metres of an object, on whatever instant.
    pub(crate) fn is_within(&self, view: &View<'_>, home: &Home<'_>, metres: f64) -> bool {
        let Some(position) = home.position else { return false };
        let found = nearest(&self.0, (home, position), view, |_| true);
        found.is_some_and(|found| found <= metres)
    }
}

/// Computes the fact for rows: their homes and moments.
pub(crate) fn evaluate(
    view: &View<'_>,
    shapes: &Shapes,
    cases: &[(Home<'_>, Moment)],
) -> Vec<Datum<'static>> {
    cases
        .par_chunks(CHUNK)
        .flat_map_iter(|chunk| {
            let mut lens = view.lens();
            chunk
                .iter()
                .map(|(home, moment)| {
                    let found = home.position.and_then(|at| {
                        nearest(shapes, (home, at), view, |row| lens.holds(row, *moment) == Three::Yes)
                    });
                    found.map_or(Datum::Missing, Datum::Float)
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn boxes(view: &View<'_>, plane: &LocalMetres, rows: impl Iterator<Item = u32>) -> Boxes {
    let columns = view.index.columns;
    let entries = rows.filter_map(|number| {
        let row = number as usize;
        let rectangle = match columns.geometry.get(row).and_then(Option::as_deref) {
            Some(shape) => box_of(&plane.project(shape.shape()))?,
            None => {
                let point = plane.offset(point_of(view, row)?);
                ([point.0, point.1], [point.0, point.1])
            }
        };
        let rectangle = Rectangle::from_corners(rectangle.0, rectangle.1);
        Some(GeomWithData::new(rectangle, number))
    });
    RTree::bulk_load(entries.collect())
}

/// Returns the corners of a shape's rectangle.
pub(crate) fn box_of(shape: &geo::Geometry<f64>) -> Option<([f64; 2], [f64; 2])> {
    let rectangle = shape.bounding_rect()?;
    Some(([rectangle.min().x, rectangle.min().y], [rectangle.max().x, rectangle.max().y]))
}

fn point_of(view: &View<'_>, row: usize) -> Option<Position> {
    let (lat, lon) = (view.index.columns.lat[row], view.index.columns.lon[row]);
    (lat.is_finite() && lon.is_finite()).then_some(Position { lat, lon })
}

/// Returns a shape in metres; without one, the point.
pub(crate) fn shape_in(
    plane: &LocalMetres,
    shape: Option<&ValidGeometry>,
    position: Position,
) -> geo::Geometry<f64> {
    let point = geo::Geometry::Point(geo::Point::new(position.lon, position.lat));
    plane.project(shape.map_or(&point, ValidGeometry::shape))
}

/// Returns a record's shape in metres, or its point; `None` where it has no place.
pub(crate) fn shape_of(view: &View<'_>, row: usize, plane: &LocalMetres) -> Option<geo::Geometry<f64>> {
    let shape = view.index.columns.geometry.get(row).and_then(Option::as_deref);
    let at = shape.map(ValidGeometry::centre).or_else(|| point_of(view, row))?;
    Some(shape_in(plane, shape, at))
}

fn nearest(
    shapes: &Shapes,
    (home, position): (&Home<'_>, Position),
    view: &View<'_>,
    mut counts: impl FnMut(usize) -> bool,
) -> Option<f64> {
    let own = LocalMetres::around(position);
    let shape = shape_in(&own, home.shape, position);
    let envelope = box_of(&shape_in(&shapes.plane, home.shape, position))?;
    let centre = [f64::midpoint(envelope.0[0], envelope.1[0]), f64::midpoint(envelope.0[1], envelope.1[1])];
    let half_diagonal = (envelope.1[0] - envelope.0[0]).hypot(envelope.1[1] - envelope.0[1]) / 2.0;
    let mut best: Option<f64> = None;
    for entry in shapes.boxes.nearest_neighbor_iter(&centre) {
        let lower_bound = (entry.geom().distance_2(&centre).sqrt() - half_diagonal) * PLANE_SLACK;
        if best.is_some_and(|best| lower_bound > best) {
            break;
        }
        let row = entry.data as usize;
        if !counts(row) {
            continue;
        }
        let Some(other) = shape_of(view, row, &own) else { continue };
        let distance = Euclidean.distance(&shape, &other);
        best = Some(best.map_or(distance, |best| best.min(distance)));
    }
    best
}

/// Returns the rectangle that a tree asks for.
pub(crate) fn envelope(shape: &ValidGeometry) -> AABB<[f64; 2]> {
    let bounds = shape.bounds();
    AABB::from_corners([bounds.west, bounds.south], [bounds.east, bounds.north])
}
