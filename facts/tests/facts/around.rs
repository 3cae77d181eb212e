//! Facts over the records of other objects: neighbours, touching shapes, what a source taught.

use crate::support::{World, catalogue, check, fact, table};

const A: (&str, &str) = ("a", "2026-06-01");
const B: (&str, &str) = ("b", "2026-06-01");
/// Parcel `a` holds the buildings `b` and `c`; these two are neighbours, 80 m apart.
const HOMES: &[&str] =
    &["a a - 2026-01-01 #0,0,100,100", "b b - 2026-01-01 @10,10", "c c - 2026-01-01 @90,10"];
const EVENTS: &[&str] = &[
    "e1 c 2026-05-01 2026-05-02 word=violation n=3 x=1.5",
    "e2 c 2026-05-02 2026-05-03 word=violation n=5",
    "e3 c 2026-05-03 2026-05-04 word=none n=8 x=2.5",
    "e4 b 2026-05-03 2026-05-04 word=violation n=100",
    "e5 a 2026-05-03 2026-05-04 word=violation n=100",
    "e6 c 2025-01-03 2025-01-04 word=violation n=100",
    "e7 c 2026-05-20 2026-06-02 word=violation n=100",
];

fn neighbours(keys: &str) -> String {
    format!("kind = \"neighbours\"\nsource = \"events\"\nwindow_days = 365\nsensitivity = \"proxy\"\n{keys}")
}

#[test]
fn violations_of_neighbours_count_and_those_of_the_object_its_parcel_or_its_buildings_do_not() {
    let world: World<'_> = &[("register", HOMES), ("events", EVENTS)];
    let count = "aggregate = \"count\"\nwhere = 'word == \"violation\"'";
    check(&neighbours(&format!("within_m = 100.0\n{count}")), world, B, "2");
    check(&neighbours(&format!("within_m = 70.0\n{count}")), world, B, "0");
    check(&neighbours(&format!("within_m = 100.0\n{count}")), world, A, "0");
}

#[test]
fn neighbours_have_sums_extremes_means_and_shares() {
    let world: World<'_> = &[("register", HOMES), ("events", EVENTS)];
    for (keys, expect) in [
        ("aggregate = \"sum\"\nfield = \"n\"", "16"),
        ("aggregate = \"max\"\nfield = \"n\"", "8"),
        ("aggregate = \"min\"\nvalue = \"n * 2\"\ntype = \"integer\"", "6"),
        ("aggregate = \"mean\"\nfield = \"x\"", "2.000000"),
        // One value is not known: then their sum is not either.
        ("aggregate = \"sum\"\nfield = \"x\"", "?"),
        ("aggregate = \"share\"\nwhere = 'word == \"violation\"'", "0.666667"),
        ("aggregate = \"share\"\nwhere = 'word == \"violation\"'\namong = \"n > 3\"", "0.500000"),
    ] {
        check(&neighbours(&format!("within_m = 100.0\n{keys}")), world, B, expect);
    }
}

#[test]
fn a_neighbour_stands_where_its_register_said_at_the_instant() {
    let moved: &[&str] = &[HOMES[0], HOMES[1], HOMES[2], "c c - 2026-05-15 v=2 @500,10"];
    let keys = neighbours("within_m = 100.0\naggregate = \"count\"");
    check(&keys, &[("register", moved), ("events", EVENTS)], ("b", "2026-05-14"), "3");
    check(&keys, &[("register", moved), ("events", EVENTS)], B, "0");
}

#[test]
fn neighbours_are_missing_where_the_object_is_nowhere_or_nothing_was_delivered() {
    let keys = neighbours("within_m = 100.0\naggregate = \"count\"");
    check(&keys, &[("register", &HOMES[..1]), ("events", EVENTS)], B, "?");
    check(&keys, &[("register", HOMES)], B, "?");
    check(&format!("{keys}\nmissing = \"zero\""), &[("register", HOMES)], B, "0");
}

#[test]
fn outcomes_of_neighbours_must_be_marked_a_proxy() {
    let keys = "kind = \"neighbours\"\nsource = \"events\"\nwithin_m = 100.0\naggregate = \"count\"";
    let error = catalogue(&fact(keys)).unwrap_err().to_string();
    assert!(error.contains("sensitivity = \"proxy\""), "{error}");
}

#[test]
fn shapes_touch_along_an_edge_at_a_corner_and_by_an_overlap() {
    let keys = "kind = \"touches\"\nsource = \"places\"\nwhere = 'word == \"school\"'";
    let parcel: (&str, &[&str]) = ("register", &["a a - 2026-01-01 #0,0,100,100"]);
    for (shape, expect) in [
        ("#100,20,50,50", "true"),
        ("#100,100,50,50", "true"),
        ("#50,50,10,10", "true"),
        ("#100.5,20,50,50", "false"),
        ("#100,100.5,50,50", "false"),
        ("@100,50", "true"),
        ("@101,50", "false"),
    ] {
        let school = format!("s - - 2026-01-01 {shape} word=school");
        check(keys, &[parcel, ("places", &[school.as_str()])], A, expect);
    }
    check(keys, &[parcel, ("places", &["s - - 2026-01-01 #100,20,50,50 word=shop"])], A, "false");
    check(keys, &[parcel, ("places", &["s - - 2026-07-01 #100,20,50,50 word=school"])], A, "?");
    check(keys, &[("places", &["s - - 2026-01-01 #100,20,50,50 word=school"])], A, "?");
}

#[test]
fn an_object_does_not_touch_itself_nor_what_it_holds() {
    let keys = "kind = \"touches\"\nsource = \"register\"";
    check(keys, &[("register", HOMES)], A, "false");
    let beside: &[&str] = &["b b - 2026-01-01 #0,0,10,10", "c c - 2026-01-01 #10,0,10,10"];
    check(keys, &[("register", beside)], B, "true");
}

const PRECISION: &str = "kind = \"learnt_precision\"\nsource = \"papers\"\ngroup = \"group\"\nleast = 3\n\
    outcomes = { source = \"events\", judged = 'word != \"no_access\"', confirmed = 'word == \"hit\"', within_days = 60 }";

/// Four signals of the source `u` are judged, three confirmed; one of `v` is.
const SIGNALS: &[&str] = &[
    "p1 a 2026-01-01 2026-01-02 group=u",
    "p2 b 2026-01-05 2026-01-06 group=u",
    "p3 b 2026-02-05 2026-02-06 group=u",
    "p4 c 2026-02-05 2026-02-06 group=u",
    "p5 c 2026-04-01 2026-04-02 group=v",
    "p6 a 2026-05-20 2026-05-20 group=u",
];
const VERDICTS: &[&str] = &[
    "e1 a 2026-01-20 2026-01-21 word=no_access",
    "e2 a 2026-02-01 2026-02-02 word=hit",
    "e3 b 2026-02-20 2026-02-21 word=hit",
    "e4 c 2026-02-20 2026-02-21 word=miss",
    "e5 c 2026-04-10 2026-04-11 word=hit",
    "e6 a 2025-12-31 2026-01-01 word=miss",
];

#[test]
fn a_precision_is_learnt_from_the_first_outcome_that_judges_each_signal() {
    let world: World<'_> = &[("papers", SIGNALS), ("events", VERDICTS)];
    // Wilson's lower bound of 3 of 4.
    check(PRECISION, world, A, "0.300642");
    check(PRECISION, world, ("b", "2026-06-01"), "0.300642");
    check(PRECISION, world, ("c", "2026-06-01"), "?");
    check(&PRECISION.replace("least = 3", "least = 1"), world, ("c", "2026-06-01"), "0.206549");
    check(&PRECISION.replace("least = 3", "least = 5"), world, A, "?");
}

#[test]
fn a_precision_knows_only_the_outcomes_of_its_instant() {
    let world: World<'_> = &[("papers", SIGNALS), ("events", VERDICTS)];
    // The third and fourth verdicts are known from 21 February on; before, one signal was judged.
    check(PRECISION, world, ("a", "2026-02-20"), "?");
    check(PRECISION, world, ("a", "2026-02-22"), "0.300642");
    check(PRECISION, &[("papers", SIGNALS)], A, "?");
    let annulled: Vec<&str> =
        VERDICTS.iter().copied().chain(["e3 b 2026-02-20 2026-05-01 v=2 word=miss"]).collect();
    check(PRECISION, &[("papers", SIGNALS), ("events", &annulled)], A, "0.045587");
}

#[test]
fn what_outcomes_taught_is_no_feature() {
    let error = catalogue(&fact(&format!("use = \"OM\"\n{PRECISION}"))).unwrap_err().to_string();
    assert!(error.contains("no feature"), "{error}");
}

#[test]
fn a_trend_of_values_is_a_slope_a_year() {
    let keys = "kind = \"trend\"\nsource = \"papers\"\nfield = \"x\"\nwindow_days = 400";
    let line: &[&str] = &[
        "p1 a 2026-01-01 2026-01-01 x=10",
        "p2 a 2026-01-31 2026-01-31 x=13",
        "p3 a 2026-03-02 2026-03-02 x=16",
        "p4 a 2026-03-10 2026-03-10",
        "p5 a - 2026-03-10 x=99",
    ];
    // Three in thirty days.
    check(keys, &[("papers", line)], A, "36.524250");
    check(keys, &[("papers", &line[..1])], A, "?");
    check(keys, &[("papers", &["p1 a 2026-01-01 2026-01-01 x=1", "p2 a 2026-01-01 2026-01-01 x=2"])], A, "?");
}

#[test]
fn a_trend_of_number_compares_two_windows_of_equal_length() {
    let keys = "kind = \"trend\"\nsource = \"papers\"\nwindow_days = 30";
    let papers: &[&str] = &[
        "p1 a 2026-05-20 2026-05-20",
        "p2 a 2026-05-02 2026-05-02",
        "p3 a 2026-06-01 2026-06-01",
        "p4 a 2026-05-01 2026-05-01",
        "p5 a 2026-04-01 2026-04-01",
        "p6 a 2026-03-31 2026-03-31",
    ];
    check(keys, &[("papers", papers)], A, "1");
    check(keys, &[("papers", &papers[3..])], A, "-2");
    check(keys, &[("papers", &["p - 2026-05-01 2026-05-01"])], A, "0");
    check(keys, &[], A, "?");
}

#[test]
fn days_since_the_first_record_count_from_the_earliest_dated_one() {
    let keys = "kind = \"days_since_first\"\nsource = \"events\"\nwhere = 'word == \"hit\"'";
    let rows: &[&str] = &[
        "e1 a 2026-05-01 2026-05-02 word=hit",
        "e2 a 2026-05-20 2026-05-21 word=hit",
        "e3 a 2026-04-01 2026-04-02 word=miss",
        "e4 a - 2026-04-02 word=hit",
    ];
    check(keys, &[("events", rows)], A, "31");
    check(keys, &[("events", rows)], B, "?");
}

#[test]
fn a_density_may_have_its_bandwidth_in_metres() {
    let keys = "kind = \"kernel_density\"\nsource = \"places\"\nbandwidth_m = 250.0";
    let places: &[&str] = &["s1 - - 2026-01-01 @0,0", "s2 - - 2026-01-01 @250,0"];
    let world: World<'_> = &[("register", &["a a - 2026-01-01 @0,0"]), ("places", places)];
    let density = table(&fact(keys), world, &[A], 1_000).float(0, 0).unwrap();
    let expect = (1.0 + (-0.5_f64).exp()) / (std::f64::consts::TAU * 2.0 * 0.25 * 0.25);
    assert!((density - expect).abs() < 1e-4 * expect, "{density} {expect}");
    let both = format!("{keys}\nbandwidth_degrees = 0.01");
    assert!(catalogue(&fact(&both)).unwrap_err().to_string().contains("one of the two"));
}
