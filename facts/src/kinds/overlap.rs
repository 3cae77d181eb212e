//! `overlap_area`, `overlap_share`, and `exists` over layers: the object's shape, or another source's latest shape
//! of it, against areas. Areas that overlap each other count once. Measured in a local plane of metres.

use std::sync::Arc;

use dozor_domain::{LocalMetres, RecordColumns, ValidGeometry};
use geo::{Area, BooleanOps, Intersects, MultiPolygon};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::datum::Datum;
use crate::kinds::home::Home;
use crate::kinds::nearest::envelope;
use crate::plan::Layers;
use crate::records::Moment;
use crate::source_index::{SourceIndex, Sources};

/// Rows that one thread takes at a time.
const CHUNK: usize = 256;
/// Overlap in square metres below which shapes only touch.
const TOUCH_M2: f64 = 0.01;

/// Holds the areas of one layer.
#[derive(Debug)]
struct Layer<'a> {
    index: Arc<SourceIndex<'a>>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
}

/// Is what the fact measures, ready for all rows.
#[derive(Debug)]
pub(crate) struct Overlaps<'a> {
    layers: Vec<Layer<'a>>,
    shape: Option<Arc<SourceIndex<'a>>>,
    minus_object: bool,
    how: Layers,
    up_to_seq: i64,
}

/// Names what a measurement depends on besides the object: the shape's row and the rows of the layers' areas.
type Cause = (Option<usize>, Vec<(usize, u32)>);

impl<'a> Overlaps<'a> {
    pub(crate) fn new(
        sources: &Sources<'a>,
        (layers, shape): (&[String], Option<&str>),
        (minus_object, how): (bool, Layers),
        up_to_seq: i64,
    ) -> Option<Self> {
        let layers =
            layers.iter().map(|name| sources.get(name.as_str()).map(Layer::new)).collect::<Option<_>>()?;
        let shape = match shape {
            Some(name) => Some(Arc::clone(sources.get(name)?)),
            None => None,
        };
        Some(Self { layers, shape, minus_object, how, up_to_seq })
    }

    /// Computes the fact for every row of the table: (object, moment) and its home.
    pub(crate) fn evaluate(&self, cases: &[(u32, Moment)], homes: &[Home<'a>]) -> Vec<Datum<'static>> {
        let mut order: Vec<usize> = (0..cases.len()).collect();
        order.sort_unstable_by_key(|&row| (cases[row], row));
        let measured: Vec<(usize, Datum<'static>)> = order
            .par_chunks(CHUNK)
            .flat_map_iter(|chunk| {
                let mut memory: Vec<(Cause, Option<&ValidGeometry>, Datum<'static>)> = Vec::new();
                let mut object = None;
                chunk
                    .iter()
                    .map(|&row| {
                        if object != Some(cases[row].0) {
                            memory.clear();
                            object = Some(cases[row].0);
                        }
                        (row, self.remembered(cases[row], &homes[row], &mut memory))
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        let mut values = vec![Datum::Missing; cases.len()];
        for (row, value) in measured {
            values[row] = value;
        }
        values
    }

    /// The same object at another instant mostly has the same shape in the same areas.
    fn remembered(
        &self,
        (object, moment): (u32, Moment),
        home: &Home<'a>,
        memory: &mut Vec<(Cause, Option<&'a ValidGeometry>, Datum<'static>)>,
    ) -> Datum<'static> {
        let is_delivered = self.layers.iter().all(|layer| layer.index.has_delivered(moment.as_of));
        let own = match self.own_shape(object, moment, home) {
            Some(own) if is_delivered => own,
            _ => return Datum::Missing,
        };
        let cause = (own.row, self.areas_around(&own, moment));
        let is_same_home = |known: &Option<&ValidGeometry>| match (known, home.shape) {
            (Some(known), Some(shape)) => std::ptr::eq(*known, shape),
            (None, None) => true,
            _ => false,
        };
        let known = memory.iter().find(|(known, shape, _)| *known == cause && is_same_home(shape));
        if let Some((_, _, value)) = known {
            return *value;
        }
        let value = self.measure(&own, home, &cause.1);
        memory.push((cause, home.shape, value));
        value
    }

    /// Puts the boxes of some rows of each layer into one tree.
    pub(crate) fn boxes_of(&self, rows: &[&[u32]]) -> RTree<Rectangle<[f64; 2]>> {
        let shapes = self.layers.iter().zip(rows).flat_map(|(layer, rows)| {
            rows.iter().filter_map(|row| layer.index.columns.geometry.get(*row as usize)?.as_deref())
        });
        let corners = shapes.map(|shape| {
            let bounds = shape.bounds();
            Rectangle::from_corners([bounds.west, bounds.south], [bounds.east, bounds.north])
        });
        RTree::bulk_load(corners.collect())
    }

    /// Tells whether the shape of an object meets one of the boxes.
    pub(crate) fn meets(
        &self,
        boxes: &RTree<Rectangle<[f64; 2]>>,
        (object, moment): (u32, Moment),
        home: &Home<'a>,
    ) -> bool {
        boxes.size() > 0
            && self
                .own_shape(object, moment, home)
                .is_some_and(|own| boxes.locate_in_envelope_intersecting(&own.envelope()).next().is_some())
    }

    fn own_shape(&self, object: u32, moment: Moment, home: &Home<'a>) -> Option<Own<'a>> {
        let Some(index) = &self.shape else {
            return Some(Own { row: None, shape: home.shape, position: home.position? });
        };
        let row = latest_shape(index.columns, object, moment.as_of, self.up_to_seq)?;
        let shape = index.columns.geometry.get(row)?.as_deref()?;
        Some(Own { row: Some(row), shape: Some(shape), position: shape.centre() })
    }

    fn areas_around(&self, own: &Own<'_>, moment: Moment) -> Vec<(usize, u32)> {
        let here = own.envelope();
        let mut areas = Vec::new();
        for (place, layer) in self.layers.iter().enumerate() {
            let columns = layer.index.columns;
            let rows = layer.tree.locate_in_envelope_intersecting(&here).map(|entry| entry.data);
            areas.extend(
                rows.filter(|row| {
                    let at = *row as usize;
                    columns.has_happened(at, moment.as_of)
                        && columns.is_current(at, moment.as_of, self.up_to_seq)
                })
                .map(|row| (place, row)),
            );
        }
        areas.sort_unstable();
        areas
    }

    fn measure(&self, own: &Own<'_>, home: &Home<'_>, areas: &[(usize, u32)]) -> Datum<'static> {
        let area = |(layer, row): &(usize, u32)| {
            self.layers.get(*layer)?.index.columns.geometry.get(*row as usize)?.as_deref()
        };
        let areas: Vec<&ValidGeometry> = areas.iter().filter_map(area).collect();
        let plane = LocalMetres::around(own.position);
        let polygons = match own.shape.map(|shape| polygons(&plane.project(shape.shape()))) {
            Some(polygons) if !polygons.0.is_empty() => polygons,
            _ => return self.point_in(own, &areas),
        };
        let own_area = polygons.unsigned_area();
        let cut = match (self.minus_object, home.shape) {
            (false, _) => polygons,
            (true, Some(shape)) => polygons.difference(&self::polygons(&plane.project(shape.shape()))),
            (true, None) => return Datum::Missing,
        };
        let overlap = overlap_m2(&cut, &areas, &plane);
        match self.how {
            Layers::Exists => Datum::Boolean(overlap > TOUCH_M2),
            Layers::Area => Datum::Float(overlap),
            Layers::Share if own_area > 0.0 => Datum::Float((overlap / own_area).clamp(0.0, 1.0)),
            Layers::Share => Datum::Missing,
        }
    }

    /// A point or a line has no area: it lies in an area or not.
    fn point_in(&self, own: &Own<'_>, areas: &[&ValidGeometry]) -> Datum<'static> {
        let point = geo::Geometry::Point(geo::Point::new(own.position.lon, own.position.lat));
        let shape = own.shape.map_or(&point, ValidGeometry::shape);
        let is_inside = areas.iter().any(|area| area.shape().intersects(shape));
        match self.how {
            Layers::Exists => Datum::Boolean(is_inside),
            Layers::Share => Datum::Float(f64::from(u8::from(is_inside))),
            Layers::Area => Datum::Float(0.0),
        }
    }
}

/// Is the shape that is measured.
struct Own<'a> {
    /// Its record, where it is of another source than the object's register.
    row: Option<usize>,
    shape: Option<&'a ValidGeometry>,
    position: dozor_domain::Position,
}

impl Own<'_> {
    fn envelope(&self) -> AABB<[f64; 2]> {
        match self.shape {
            Some(shape) => envelope(shape),
            None => AABB::from_point([self.position.lon, self.position.lat]),
        }
    }
}

impl<'a> Layer<'a> {
    fn new(index: &Arc<SourceIndex<'a>>) -> Self {
        let columns = index.columns;
        let entries = columns.geometry.iter().enumerate().filter_map(|(row, shape)| {
            let bounds = shape.as_deref()?.bounds();
            let rectangle = Rectangle::from_corners([bounds.west, bounds.south], [bounds.east, bounds.north]);
            Some(GeomWithData::new(rectangle, u32::try_from(row).ok()?))
        });
        Self { index: Arc::clone(index), tree: RTree::bulk_load(entries.collect()) }
    }
}

fn latest_shape(columns: &RecordColumns, object: u32, as_of: i64, up_to_seq: i64) -> Option<usize> {
    columns
        .rows_of(object)
        .rev()
        .find(|&row| columns.has_happened(row, as_of) && columns.is_current(row, as_of, up_to_seq))
}

fn overlap_m2(own: &MultiPolygon<f64>, areas: &[&ValidGeometry], plane: &LocalMetres) -> f64 {
    let mut pieces: Option<MultiPolygon<f64>> = None;
    for area in areas {
        let piece = own.intersection(&polygons(&plane.project(area.shape())));
        pieces = Some(match pieces {
            None => piece,
            Some(before) => before.union(&piece),
        });
    }
    pieces.map_or(0.0, |pieces| pieces.unsigned_area())
}

/// Returns the polygons of a shape; points and lines have none.
fn polygons(shape: &geo::Geometry<f64>) -> MultiPolygon<f64> {
    match shape {
        geo::Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon.clone()]),
        geo::Geometry::MultiPolygon(polygons) => polygons.clone(),
        geo::Geometry::Rect(rectangle) => MultiPolygon::new(vec![rectangle.to_polygon()]),
        geo::Geometry::Triangle(triangle) => MultiPolygon::new(vec![triangle.to_polygon()]),
        geo::Geometry::GeometryCollection(shapes) => {
            MultiPolygon::new(shapes.iter().flat_map(|shape| polygons(shape).0).collect())
        }
        geo::Geometry::Point(_)
        | geo::Geometry::MultiPoint(_)
        | geo::Geometry::Line(_)
        | geo::Geometry::LineString(_)
        | geo::Geometry::MultiLineString(_) => MultiPolygon::new(Vec::new()),
    }
}
