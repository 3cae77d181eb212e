//! A look back at a past day is history: it takes nothing from the work of today.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use support::{done, folder, refused, text};

const TODAY: &str = "2026-11-20";

#[test]
fn a_run_of_an_hour_to_come_is_refused_for_it_would_be_the_latest_until_then() {
    let folder = folder();
    let data = folder.path().join("data");
    done(&["init", "--data", text(&data), "--pack", "chicago"]);
    refused(&["score", "--data", text(&data), "--as-of", "2026-11-20T23:30:00-06:00"], 1, "AS_OF_IN_FUTURE");
    done(&["score", "--data", text(&data), "--as-of", TODAY]);
}

#[test]
fn scoring_a_past_day_proposes_nothing_and_leaves_signs_and_the_latest_run_alone() {
    let folder = folder();
    let data = text(folder.path());
    let call = |args: &[&str]| done(&[args, &["--data", data]].concat());
    call(&["demo", "--objects", "2000", "--seed", "5", "--date", TODAY]);
    let today = call(&["score", "--as-of", TODAY]);
    assert_eq!((&today["known"], &today["live"]), (&true.into(), &true.into()), "{today}");

    let past = call(&["score", "--as-of", "2026-03-01"]);
    assert_eq!(past["live"], false, "{past}");
    assert!(past["assessments"].as_u64().unwrap() > 0, "{past}");
    for nothing in ["proposed", "signs_opened", "signs_expired"] {
        assert_eq!(past[nothing], 0, "{nothing}: {past}");
    }

    assert_eq!(call(&["score", "--as-of", TODAY])["run"], today["run"], "today's run is still the latest");

    // Any delivery moves the commit order, so that today is assessed anew: its signs are known, not opened twice.
    let later = folder.path().join("warnings.csv");
    std::fs::write(
        &later,
        "warning_number,updated_on,issued_on,object_key,answered\nП-1,2026-11-19,2026-11-19,нет такого,true\n",
    )
    .unwrap();
    call(&["ingest", "--source", "warnings", text(&later)]);
    let again = call(&["score", "--as-of", TODAY]);
    assert_eq!((&again["known"], &again["live"]), (&false.into(), &true.into()), "{again}");
    assert_eq!((&again["signs_opened"], &again["signs_expired"]), (&0.into(), &0.into()), "{again}");
}
