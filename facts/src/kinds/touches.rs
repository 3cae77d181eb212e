//! `touches`: whether the object's shape meets the shape of a record, along an edge, at a corner or by an overlap.
//! Records of the object itself, of what holds it and of what it holds do not count. False only where the source has
//! delivered; missing where the object is nowhere.

use geo::{Distance, Euclidean};
use rstar::AABB;

use crate::datum::Datum;
use crate::formula::Three;
use crate::kinds::home::{Home, Homes};
use crate::kinds::nearest::{Shapes, box_of, shape_in, shape_of};
use crate::records::{Lens, Moment};

/// Shapes touch within a centimetre: no boundary is surveyed more closely.
const TOUCH_M: f64 = 0.01;
/// The tree's plane is not that of the object: its boxes are asked for with a margin.
const MARGIN_M: f64 = 1.0;

/// Tells whether one object touches a record that counts.
pub(crate) fn at(
    lens: &mut Lens<'_>,
    shapes: Option<&Shapes>,
    homes: &Homes<'_>,
    (object, home, moment): (u32, &Home<'_>, Moment),
) -> Datum<'static> {
    let Some(position) = home.position else { return Datum::Missing };
    if !lens.view.index.has_delivered(moment.as_of) {
        return Datum::Missing;
    }
    let Some(shapes) = shapes else { return Datum::Boolean(false) };
    let own = dozor_domain::LocalMetres::around(position);
    let shape = shape_in(&own, home.shape, position);
    let Some((low, high)) = box_of(&shape_in(&shapes.plane, home.shape, position)) else {
        return Datum::Missing;
    };
    let wide = AABB::from_corners(low.map(|edge| edge - MARGIN_M), high.map(|edge| edge + MARGIN_M));
    let columns = lens.view.index.columns;
    let touched = shapes.boxes.locate_in_envelope_intersecting(&wide).any(|entry| {
        let row = entry.data as usize;
        !homes.are_one(object, columns.objects[row])
            && lens.holds(row, moment) == Three::Yes
            && shape_of(lens.view, row, &own)
                .is_some_and(|other| Euclidean.distance(&shape, &other) <= TOUCH_M)
    });
    Datum::Boolean(touched)
}
