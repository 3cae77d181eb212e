//! `nearest`: metres from the object's shape to the nearest record's shape; 0 where they touch or overlap.

use dozor_domain::{LocalMetres, Position, ValidGeometry};
use geo::{BoundingRect, Distance, Euclidean};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, PointDistance, RTree};

use crate::datum::Datum;
use crate::formula::Three;
use crate::kinds::home::Home;
use crate::records::{Lens, Moment, View};

/// Objects that one thread takes at a time.
const CHUNK: usize = 256;
/// The tree measures in one plane for the whole city, the answer in a plane around the object: across a city a
/// degree of longitude changes by some per cent, so a box may be that much nearer than the tree says.
const PLANE_SLACK: f64 = 0.9;

type Boxes = RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>;

/// Holds the rectangles of a source's shapes in one plane for the whole city.
#[derive(Debug)]
pub(crate) struct Shapes {
    boxes: Boxes,
    plane: LocalMetres,
}

impl Shapes {
    /// Puts the shapes of all rows into a tree; `None` where no row has a place.
    pub(crate) fn new(view: &View<'_>) -> Option<Self> {
        let columns = view.index.columns;
        let shape = |row| columns.geometry.get(row).and_then(Option::as_deref).map(ValidGeometry::centre);
        let origin = (0..columns.len()).find_map(|row| point_of(view, row).or_else(|| shape(row)))?;
        let plane = LocalMetres::around(origin);
        Some(Self { boxes: boxes(view, &plane), plane })
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
                    let found = home.position.and_then(|at| nearest(&mut lens, shapes, (home, at, *moment)));
                    found.map_or(Datum::Missing, Datum::Float)
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn boxes(view: &View<'_>, plane: &LocalMetres) -> Boxes {
    let columns = view.index.columns;
    let entries = (0..columns.len()).filter_map(|row| {
        let rectangle = match columns.geometry.get(row).and_then(Option::as_deref) {
            Some(shape) => box_of(&plane.project(shape.shape()))?,
            None => {
                let point = plane.offset(point_of(view, row)?);
                ([point.0, point.1], [point.0, point.1])
            }
        };
        let rectangle = Rectangle::from_corners(rectangle.0, rectangle.1);
        Some(GeomWithData::new(rectangle, u32::try_from(row).ok()?))
    });
    RTree::bulk_load(entries.collect())
}

fn box_of(shape: &geo::Geometry<f64>) -> Option<([f64; 2], [f64; 2])> {
    let rectangle = shape.bounding_rect()?;
    Some(([rectangle.min().x, rectangle.min().y], [rectangle.max().x, rectangle.max().y]))
}

fn point_of(view: &View<'_>, row: usize) -> Option<Position> {
    let (lat, lon) = (view.index.columns.lat[row], view.index.columns.lon[row]);
    (lat.is_finite() && lon.is_finite()).then_some(Position { lat, lon })
}

fn shape_in(plane: &LocalMetres, shape: Option<&ValidGeometry>, position: Position) -> geo::Geometry<f64> {
    let point = geo::Geometry::Point(geo::Point::new(position.lon, position.lat));
    plane.project(shape.map_or(&point, ValidGeometry::shape))
}

fn nearest(
    lens: &mut Lens<'_>,
    shapes: &Shapes,
    (home, position, moment): (&Home<'_>, Position, Moment),
) -> Option<f64> {
    let own = LocalMetres::around(position);
    let shape = shape_in(&own, home.shape, position);
    let envelope = box_of(&shape_in(&shapes.plane, home.shape, position))?;
    let centre = [f64::midpoint(envelope.0[0], envelope.1[0]), f64::midpoint(envelope.0[1], envelope.1[1])];
    let half_diagonal = (envelope.1[0] - envelope.0[0]).hypot(envelope.1[1] - envelope.0[1]) / 2.0;
    let columns = lens.view.index.columns;
    let mut best: Option<f64> = None;
    for entry in shapes.boxes.nearest_neighbor_iter(&centre) {
        let lower_bound = (entry.geom().distance_2(&centre).sqrt() - half_diagonal) * PLANE_SLACK;
        if best.is_some_and(|best| lower_bound > best) {
            break;
        }
        let row = entry.data as usize;
        if lens.holds(row, moment) != Three::Yes {
            continue;
        }
        let other_shape = columns.geometry.get(row).and_then(Option::as_deref);
        let Some(at) = other_shape.map(ValidGeometry::centre).or_else(|| point_of(lens.view, row)) else {
            continue;
        };
        let distance = Euclidean.distance(&shape, &shape_in(&own, other_shape, at));
        best = Some(best.map_or(distance, |best| best.min(distance)));
    }
    best
}

/// Returns the rectangle that a tree asks for.
pub(crate) fn envelope(shape: &ValidGeometry) -> AABB<[f64; 2]> {
    let bounds = shape.bounds();
    AABB::from_corners([bounds.west, bounds.south], [bounds.east, bounds.north])
}
