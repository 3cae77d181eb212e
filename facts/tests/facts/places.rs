//! Facts of place: distances, densities, overlaps, and whether there is such a thing near.

use crate::support::{check, fact, shown, table};

const A: (&str, &str) = ("a", "2026-06-01");
const HOME: &str = "a a - 2026-01-01 area=100 @0,0";
const PARCEL: &str = "a a - 2026-01-01 area=100 #0,0,100,100";

#[test]
fn records_within_a_distance_are_counted_by_metres_and_days() {
    let keys = "kind = \"within_m\"\nsource = \"places\"\nwithin_m = 100.0\nwindow_days = 30";
    let places: &[&str] = &[
        "s1 - 2026-05-20 2026-05-20 @60,79",
        "s2 - 2026-05-20 2026-05-20 @60,81",
        "s3 - 2026-04-01 2026-04-01 @0,1",
        "s4 - 2026-05-20 2026-06-02 @0,1",
        "s5 - 2026-05-02 2026-05-02 @-99,0",
    ];
    check(keys, &[("register", &[HOME]), ("places", places)], A, "2");
    check(keys, &[("register", &[HOME])], A, "0");
    check(keys, &[("register", &["a a - 2026-01-01"]), ("places", places)], A, "?");
    check(keys, &[("places", places)], A, "?");
}

#[test]
fn a_place_within_reach_exists_or_not_once_the_places_are_delivered() {
    let keys = "kind = \"exists\"\nsource = \"places\"\nwithin_m = 15.0";
    check(keys, &[("register", &[HOME]), ("places", &["s - - 2026-01-01 @8,0"])], A, "true");
    check(keys, &[("register", &[HOME]), ("places", &["s - - 2026-01-01 @16,0"])], A, "false");
    check(keys, &[("register", &[HOME])], A, "?");
}

#[test]
fn the_nearest_is_measured_between_shapes_and_touching_is_zero() {
    let keys = "kind = \"nearest\"\nsource = \"places\"";
    let far = "s1 - - 2026-01-01 @-500,0";
    // A degree of longitude is a little shorter in the object's own plane than in the test's.
    check(keys, &[("register", &[PARCEL]), ("places", &[far])], A, "499.994237");
    check(
        keys,
        &[("register", &[PARCEL]), ("places", &[far, "s2 - - 2026-01-01 #100,20,50,50"])],
        A,
        "0.000000",
    );
    check(
        keys,
        &[("register", &[PARCEL]), ("places", &[far, "s2 - - 2026-07-01 #100,20,50,50"])],
        A,
        "499.994237",
    );
    check(keys, &[("register", &[PARCEL])], A, "?");
    check(keys, &[("places", &[far])], A, "?");
}

#[test]
fn overlapping_areas_count_once_in_area_and_share() {
    let zones: &[&str] = &["z1 - - 2026-01-01 #50,0,100,100", "z2 - - 2026-01-01 #50,50,100,100"];
    let share = "kind = \"overlap_share\"\nlayers = [\"zones\"]";
    check(share, &[("register", &[PARCEL]), ("zones", zones)], A, "0.500000");
    check(share, &[("register", &[HOME]), ("zones", zones)], A, "0.000000");
    check(share, &[("register", &["a a - 2026-01-01 @60,10"]), ("zones", zones)], A, "1.000000");
    check(share, &[("register", &[PARCEL])], A, "?");
    check(share, &[("register", &[PARCEL]), ("zones", &["z - - 2026-01-01 #900,0,10,10"])], A, "0.000000");
    let inside = "kind = \"exists\"\nlayers = [\"zones\"]";
    check(inside, &[("register", &[PARCEL]), ("zones", zones)], A, "true");
    check(inside, &[("register", &[PARCEL]), ("zones", &["z - - 2026-01-01 #100,0,10,10"])], A, "false");
    check(inside, &[("register", &[PARCEL])], A, "?");
    let announced: &[&str] = &["z - 2027-01-01 2026-01-01 #0,0,50,50"];
    check(inside, &[("register", &[PARCEL]), ("zones", announced)], A, "false");
    check(inside, &[("register", &[PARCEL]), ("zones", announced)], ("a", "2027-02-01"), "true");
}

#[test]
fn ground_taken_outside_the_boundaries_is_measured_on_the_given_land_only() {
    let keys = "kind = \"overlap_area\"\nlayers = [\"zones\"]\nshape = \"contours\"\nminus_object = true";
    let contour: &[&str] = &["c1 a 2026-02-01 2026-02-01 #-10,0,120,100"];
    let free: &[&str] = &["z1 - - 2026-01-01 #100,0,100,50"];
    let facts = fact(keys);
    let world: crate::support::World<'_> = &[("register", &[PARCEL]), ("contours", contour), ("zones", free)];
    let table = table(&facts, world, &[A, ("a", "2026-01-15"), ("b", "2026-06-01")], 1_000);
    let taken = table.float(0, 0).unwrap();
    assert!((taken - 500.0).abs() < 1.0, "{taken}");
    assert_eq!((shown(&table, 1, 0), shown(&table, 2, 0)), ("?".to_owned(), "?".to_owned()));
}

#[test]
fn a_density_is_the_sum_of_bells_over_all_records_to_be_seen() {
    let keys = "kind = \"kernel_density\"\nsource = \"places\"\nbandwidth_degrees = 0.0025\nwindow_days = 90\nwhere = 'word == \"open\"'";
    let places: &[&str] = &[
        "s1 - 2026-05-20 2026-05-20 @0,0 word=open",
        "s2 - 2026-05-20 2026-05-20 @20000,0 word=open",
        "s3 - 2026-05-20 2026-05-20 @0,0 word=closed",
        "s4 - 2026-01-20 2026-01-20 @0,0 word=open",
    ];
    let expect = 1.0 / (std::f64::consts::TAU * 2.0 * 0.0025 * 0.0025);
    check(keys, &[("register", &[HOME]), ("places", places)], A, &format!("{expect:.6}"));
    check(keys, &[("register", &[HOME])], A, "0.000000");
    check(keys, &[("register", &["a a - 2026-01-01"]), ("places", places)], A, "?");
}
