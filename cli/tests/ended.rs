//! What has left its register: nothing new belongs to it, tables named before keep it, and what is named again lives.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::{Path, PathBuf};

use dozor_app::Queries;
use dozor_app::queries::register::RegisterCall;
use dozor_app::{Dozor, Silent};
use support::registry::{Chicago, package, registry};
use support::{done, text};

/// Writes inspections of licences and returns the file.
fn inspections(folder: &Path, licences: &[u32]) -> PathBuf {
    let mut rows = String::from(
        "Inspection_ID,DBA_Name,AKA_Name,License,Facility_Type,Risk,Address,City,State,Zip,Inspection_Date,\
         Inspection_Type,Results,Latitude,Longitude,criticalCount,seriousCount,minorCount\n",
    );
    for licence in licences {
        rows.push_str(&format!(
            "{licence},Shop,,{licence},Restaurant,Risk 1 (High),1 Main St,CHICAGO,IL,60601,2026-11-10,Canvass,Pass,\
             41.88,-87.63,0,0,0\n"
        ));
    }
    let path = folder.join("inspections.csv");
    std::fs::write(&path, rows).unwrap();
    path
}

/// Does something with an installation in this process, past the tests' fixed clock.
fn in_process<T>(data: &Path, work: impl AsyncFnOnce(&Dozor) -> T) -> T {
    let now = dozor_domain::Timestamp::parse_rfc3339(support::NOW).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let location = dozor_app::Location::from_arguments(data, None).unwrap();
        let clock = std::sync::Arc::new(dozor_domain::FixedClock(now));
        let dozor = Dozor::open(&location, clock).await.unwrap();
        let done = work(&dozor).await;
        dozor.store().close().await;
        done
    })
}

/// Returns an installation whose licences 99 and 100 have ended.
fn with_two_ended() -> Chicago {
    let chicago = Chicago::new();
    chicago.deliver("2026-11-01", 1..101);
    let (_, taken) = chicago.deliver("2026-11-02", 1..99);
    assert_eq!(chicago.confirm(package(&taken)).code, 0);
    chicago
}

#[test]
fn what_comes_later_belongs_to_no_object_that_has_ended() {
    let chicago = with_two_ended();
    let file = inspections(chicago.folder(), &[1, 99]);
    let data = chicago.data();
    let taken = done(&["ingest", "--data", text(&data), "--source", "inspections", text(&file)]);
    assert_eq!((&taken["accepted"], &taken["unmatched"]), (&2.into(), &1.into()), "{taken}");
    let (_, back) = chicago.deliver("2026-11-03", 1..102);
    let notes = back["notes"].to_string();
    assert!(
        notes.contains("1 records of `inspections`"),
        "it waited for the object that lives again: {back}"
    );
}

#[test]
fn a_held_registry_that_is_confirmed_is_matched_by_in_the_same_process() {
    let chicago = Chicago::new();
    let files = [
        registry(chicago.folder(), "a.csv", 1..101),
        registry(chicago.folder(), "b.csv", 51..121),
        inspections(chicago.folder(), &[1, 110]),
    ];
    let unmatched = in_process(&chicago.data(), async |dozor| {
        let take = async |source, at: usize| {
            dozor.ingest(source, None, &files[at..=at], "test", &Silent).await.unwrap()
        };
        take("establishments", 0).await;
        let held = take("establishments", 1).await;
        assert_eq!(held.counts.held, 70);
        // The index of objects is made here, and kept.
        let first = take("inspections", 2).await.counts.unmatched;
        assert_eq!(first, 1, "110 is in the held package alone");
        dozor.confirm_package(&held.packages[0].package, "test", &Silent).await.unwrap();
        let mut unmatched = Vec::new();
        for licence in [111, 2] {
            let more = inspections(chicago.folder(), &[licence]);
            let taken = dozor.ingest("inspections", None, &[more], "test", &Silent).await.unwrap();
            unmatched.push(taken.counts.unmatched);
        }
        unmatched
    });
    assert_eq!(unmatched, [0, 1], "111 is known now, 2 has ended");
}

#[test]
fn an_end_has_its_place_in_the_order_of_commits() {
    let chicago = Chicago::new();
    chicago.deliver("2026-11-01", 1..101);
    let (_, taken) = chicago.deliver("2026-11-02", 1..99);
    let data = chicago.data();
    // The very instant of the end: only the order of commits tells the two tables apart.
    let score = || done(&["score", "--data", text(&data), "--as-of", support::NOW]);
    assert_eq!(score()["objects"], 100);
    assert_eq!(chicago.confirm(package(&taken)).code, 0);
    let after = score();
    assert_eq!((&after["objects"], &after["known"]), (&98.into(), &false.into()), "{after}");
    let (_, back) = chicago.deliver("2026-11-03", 1..102);
    assert_eq!(back["accepted"], 3, "{back}");
    assert_eq!(score()["objects"], 101);
    let again = done(&["audit", "recompute", "--data", text(&data)]);
    assert_eq!(
        (&again["assessments"], &again["deviations"]),
        (&(100 + 98 + 101).into(), &0.into()),
        "each table is what it was under its name: {again}"
    );
}

#[test]
fn a_key_that_ended_and_is_named_again_at_the_same_version_lives_again() {
    let chicago = Chicago::new();
    let deliver = |hour: u32, licences| {
        chicago.deliver_at(&format!("2026-11-20T{hour:02}:00:00Z"), "2026-11-02", licences)
    };
    deliver(1, 1..101);
    let (_, lacking) = deliver(2, 1..99);
    let end = ["--confirm", package(&lacking)];
    assert_eq!(chicago.ingest_at("2026-11-20T03:00:00Z", &end).0, 0);
    assert_eq!(chicago.known("2026-11-20T05:00:00Z"), 98);
    let (_, back) = deliver(4, 1..102);
    assert_eq!((&back["accepted"], &back["duplicates"]), (&3.into(), &98.into()), "{back}");
    assert_eq!(chicago.known("2026-11-20T05:00:00Z"), 101);
    let (_, twice) = deliver(5, 1..103);
    assert_eq!((&twice["accepted"], &twice["duplicates"]), (&1.into(), &101.into()), "{twice}");
}

#[test]
fn a_confirmation_that_was_cut_short_is_finished_by_the_same_call() {
    let chicago = Chicago::new();
    chicago.deliver("2026-11-01", 1..101);
    let (_, taken) = chicago.deliver("2026-11-02", 1..99);
    in_process(&chicago.data(), async |dozor| {
        let id = dozor_domain::PackageId::parse(package(&taken)).unwrap();
        let mut cut = dozor.store().package(id).await.unwrap().unwrap();
        cut.confirmed_at = Some(dozor.now());
        let keys = dozor.store().source_keys("establishments").await.unwrap();
        let one = keys.iter().find(|key| key.external_id == "99").unwrap().id;
        let mut tx = dozor.store().begin().await.unwrap();
        tx.update_package(&cut).await.unwrap();
        tx.end_records(&[one], dozor.now()).await.unwrap();
        tx.commit().await.unwrap();
    });
    assert_eq!(chicago.known("2026-11-21"), 99);
    let finished = chicago.confirm(package(&taken));
    assert_eq!((finished.code, chicago.known("2026-11-21")), (0, 98), "{}", finished.stdout);
    let again = chicago.confirm(package(&taken)).json();
    assert!(again["notes"].to_string().contains("confirmed before"), "{again}");
}

#[test]
fn what_has_left_its_register_is_no_row_of_it_and_its_card_says_so() {
    let chicago = Chicago::new();
    chicago.deliver("2026-11-01", 1..101);
    let (_, taken) = chicago.deliver("2026-11-02", 1..99);
    let data = chicago.data();
    done(&["score", "--data", text(&data), "--as-of", "2026-11-19"]);
    in_process(&data, async |dozor| {
        let queries = Queries::new(dozor.clone());
        let total = async || queries.object_counts(&RegisterCall::default()).await.unwrap().total;
        assert_eq!(total().await, 100);
        dozor.confirm_package(package(&taken), "test", &Silent).await.unwrap();
        assert_eq!(total().await, 98, "at once, not with the next delivery");
        let card = async |key: &str| {
            let id = dozor.store().objects_by_key(key).await.unwrap()[0].id;
            queries.object_card(id).await.unwrap()
        };
        assert_eq!((card("98").await.left_at, card("98").await.assessments.len()), (None, 1));
        assert_eq!(card("99").await.left_at, Some(support::NOW.to_owned()));
        dozor.score(dozor.now(), "test", &Silent).await.unwrap();
        assert_eq!(card("99").await.assessments.len(), 0, "the latest run is without it");
    });
}

/// Writes detections of Moscow far from any parcel; each is a feature `id known_on confidence`.
fn detections(folder: &Path, name: &str, rows: &[(&str, &str, &str)]) -> PathBuf {
    let feature = |(id, known_on, confidence): &(&str, &str, &str)| {
        format!(
            r#"{{"type":"Feature","properties":{{"detection_id":"{id}","flown_on":"2026-11-01","known_on":"{known_on}",
            "flight_id":"f","detector_version":"1","detection_class":"building","confidence":{confidence},
            "season":"autumn"}},"geometry":{{"type":"Polygon","coordinates":
            [[[37.6,55.7],[37.6,55.7001],[37.6001,55.7001],[37.6,55.7]]]}}}}"#
        )
    };
    let features: Vec<String> = rows.iter().map(feature).collect();
    let path = folder.join(name);
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_key_without_an_object_is_one_candidate_whatever_its_versions() {
    let folder = support::folder();
    let data = folder.path().join("data");
    done(&["init", "--data", text(&data), "--pack", "moscow"]);
    let deliver = |day: &str, rows: &[(&str, &str, &str)]| {
        let file = detections(folder.path(), &format!("{day}.geojson"), rows);
        let source = ["--source", "detections", "--delivered", day, text(&file)];
        done(&[&["ingest", "--data", text(&data)], &source[..]].concat())
    };
    let first = deliver("2026-11-03", &[("a", "2026-11-03", "0.5"), ("b", "2026-11-03", "0.5")]);
    assert_eq!((&first["accepted"], &first["unmatched"]), (&2.into(), &2.into()), "{first}");
    let again = deliver("2026-11-04", &[("a", "2026-11-03", "0.9")]);
    assert_eq!(again["accepted"], 1, "{again}");
    in_process(&data, async |dozor| {
        let open = dozor.store().candidates(None, 10).await.unwrap();
        let keys: Vec<&str> = open.iter().map(|one| one.external_id.as_str()).collect();
        assert_eq!(keys.len(), 2, "{open:?}");
    });
}
