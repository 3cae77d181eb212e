//! Records find their objects, or nobody.

use std::sync::Arc;

use dozor_domain::{Bounds, LocalMetres, MatchMethod, ObjectId, Position, ValidGeometry};

use super::spec;
use crate::{IndexedObject, MatchOutcome, MatchQuery, MatchSpec, ObjectIndex};

const BOUNDS: Bounds = Bounds { west: 36.8, south: 55.1, east: 38.0, north: 56.1 };
const ORIGIN: Position = Position { lat: 55.75, lon: 37.6 };

/// A square whose south-western corner lies `east` and `north` metres from the origin.
fn square(east: f64, north: f64, side: f64) -> ValidGeometry {
    let plane = LocalMetres::around(ORIGIN);
    let corner = |e: f64, n: f64| {
        let at = plane.position(east + e, north + n);
        (at.lon, at.lat)
    };
    let ring = vec![corner(0.0, 0.0), corner(side, 0.0), corner(side, side), corner(0.0, side)];
    let polygon = geo::Polygon::new(geo::LineString::from(ring), vec![]);
    ValidGeometry::new(geo::Geometry::Polygon(polygon), &BOUNDS).unwrap()
}

fn point(east: f64, north: f64) -> ValidGeometry {
    ValidGeometry::point(LocalMetres::around(ORIGIN).position(east, north), &BOUNDS).unwrap()
}

fn id(source: &str, key: &str) -> ObjectId {
    ObjectId::derive("tiny", source, key)
}

fn object(source: &str, key: &str, geometry: ValidGeometry) -> IndexedObject {
    IndexedObject {
        id: id(source, key),
        source: source.to_owned(),
        key: key.to_owned(),
        geometry: Some(Arc::new(geometry)),
        position: None,
    }
}

/// Two parcels side by side, each 100 m wide, and a building in the first.
fn index() -> ObjectIndex {
    ObjectIndex::build([
        object("parcels", "a", square(0.0, 0.0, 100.0)),
        object("parcels", "b", square(100.0, 0.0, 100.0)),
        object("buildings", "c", square(10.0, 10.0, 30.0)),
    ])
}

fn matching(text: &str) -> MatchSpec {
    spec("csv", &format!("subject = \"object\"\n[key]\ncolumns = [\"id\"]\n[match]\n{text}\n"))
        .matching
        .unwrap()
}

#[track_caller]
fn check(
    matching_text: &str,
    key: Option<&str>,
    geometry: &ValidGeometry,
    expect: Result<(&str, &str), usize>,
) {
    let found = index().find(&matching(matching_text), MatchQuery { key, geometry: Some(geometry) });
    match (found, expect) {
        (MatchOutcome::Matched(matched), Ok((source, key))) => assert_eq!(matched.object, id(source, key)),
        (MatchOutcome::Ambiguous(objects), Err(count)) => assert_eq!(objects.len(), count),
        (MatchOutcome::NotFound, Err(0)) => {}
        (other, _) => panic!("{other:?}, expected {expect:?}"),
    }
}

#[test]
fn a_key_is_looked_up_over_registries_and_a_wrong_one_is_not_guessed_from_the_map() {
    let by =
        "by = [\"key\", \"point_in_polygon\"]\ncolumn = \"k\"\nregistries = [\"parcels\", \"buildings\"]";
    let inside_a = point(80.0, 80.0);
    check(by, Some("b"), &inside_a, Ok(("parcels", "b")));
    check(by, Some("c"), &inside_a, Ok(("buildings", "c")));
    check(by, Some("x"), &inside_a, Err(0));
    check(by, None, &inside_a, Ok(("parcels", "a")));
}

#[test]
fn a_point_finds_the_first_registry_that_holds_it() {
    let in_building = point(20.0, 20.0);
    let by = |registries: &str| format!("by = \"point_in_polygon\"\nregistries = {registries}");
    check(&by("[\"buildings\", \"parcels\"]"), None, &in_building, Ok(("buildings", "c")));
    check(&by("[\"parcels\", \"buildings\"]"), None, &in_building, Ok(("parcels", "a")));
    check(&by("[\"buildings\"]"), None, &point(90.0, 90.0), Err(0));
}

#[test]
fn overlap_counts_the_share_of_the_records_own_area() {
    let by = "by = \"overlap\"\nregistries = [\"parcels\"]\nmin_share = 0.6";
    check(by, None, &square(75.0, 10.0, 30.0), Ok(("parcels", "a")));
    let found =
        index().find(&matching(by), MatchQuery { key: None, geometry: Some(&square(75.0, 10.0, 30.0)) });
    let MatchOutcome::Matched(matched) = found else { panic!("{found:?}") };
    assert_eq!(matched.method, MatchMethod::Overlap);
    assert!((matched.confidence - 25.0 / 30.0).abs() < 1e-3, "{}", matched.confidence);
    check(by, None, &square(85.0, 10.0, 30.0), Err(2));
    check(by, None, &square(-25.0, 10.0, 30.0), Err(0));
    check(by, None, &point(10.0, 10.0), Err(0));
}

#[test]
fn the_nearest_object_is_found_only_where_no_other_is_as_near() {
    let by = "by = \"nearest\"\nregistries = [\"parcels\"]\nmax_metres = 30.0";
    check(by, None, &point(50.0, -20.0), Ok(("parcels", "a")));
    check(by, None, &point(101.0, -20.0), Err(2));
    check(by, None, &point(50.0, -40.0), Err(0));
}

#[test]
fn the_order_of_objects_leaves_no_trace() {
    let objects = || {
        vec![
            object("parcels", "a", square(0.0, 0.0, 100.0)),
            object("parcels", "b", square(50.0, 0.0, 100.0)),
        ]
    };
    let by = matching("by = \"point_in_polygon\"\nregistries = [\"parcels\"]");
    let at = point(75.0, 50.0);
    let query = MatchQuery { key: None, geometry: Some(&at) };
    let mut turned = objects();
    turned.reverse();
    assert_eq!(ObjectIndex::build(objects()).find(&by, query), ObjectIndex::build(turned).find(&by, query));
}
