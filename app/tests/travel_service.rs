//! A table service is asked for near pairs, its answers are checked, and what it says becomes a table; what it does wrong
//! has a code. The service is a small server of these tests.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::path::Path;
use std::time::Duration;

use dozor_app::{Dozor, FetchTravelTimes, FetchedTravelTimes, ServiceKind, Silent};
use dozor_domain::{Coded, TravelMode};
use support::demo_on;
use support::table_server::{Reply, TableServer};

/// Reads the numbers of a list in a question.
fn count(first: &str, name: &str) -> usize {
    let list = first.split(&format!("{name}=")).nth(1).unwrap();
    list.split(['&', ' ']).next().unwrap().split(';').count()
}

/// Answers as OSRM: a way takes two minutes and a second for each number of its source; the last column has no way.
fn osrm(first: &str) -> Reply {
    let (rows, columns) = (count(first, "sources"), count(first, "destinations"));
    let row = |row: usize| {
        let cell = |column: usize| match column + 1 == columns && columns > 1 {
            true => "null".to_owned(),
            false => (120 + row).to_string(),
        };
        format!("[{}]", (0..columns).map(cell).collect::<Vec<_>>().join(","))
    };
    let table = (0..rows).map(row).collect::<Vec<_>>().join(",");
    Reply::Text(200, format!(r#"{{"code":"Ok","durations":[{table}]}}"#))
}

fn call(url: &str, folder: &Path) -> FetchTravelTimes {
    FetchTravelTimes {
        service: url.to_owned(),
        kind: ServiceKind::Osrm,
        mode: TravelMode::Car,
        profile: None,
        near: 4,
        timeout: Duration::from_secs(20),
        retry_wait: Duration::ZERO,
        out: folder.join("fetched.csv"),
    }
}

async fn fetched(dozor: &Dozor, call: FetchTravelTimes) -> FetchedTravelTimes {
    dozor.fetch_travel_times(call, &Silent).await.unwrap()
}

/// Asks a server that answers so, and returns the code of the error and the number of questions.
async fn refused(
    dozor: &Dozor,
    folder: &Path,
    reply: impl Fn(usize, &str, &str) -> Reply + Send + 'static,
) -> (&'static str, usize) {
    let server = TableServer::start(reply);
    let error = dozor.fetch_travel_times(call(&server.url, folder), &Silent).await.unwrap_err();
    assert!(!folder.join("fetched.csv").exists(), "nothing is written");
    (error.info().code, server.asked.try_iter().count())
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one city is made, and asked for with each kind of answer")]
async fn a_table_service_is_asked_in_blocks_and_every_wrong_answer_has_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), "2026-11-20", "2026-11-20T06:00:00Z").await;
    let here = folder.path();

    let text = |status: u16, text: &'static str| {
        move |_: usize, _: &str, _: &str| Reply::Text(status, text.to_owned())
    };
    assert_eq!(refused(&dozor, here, text(500, "broken")).await, ("TRAVEL_SERVICE_FAILED", 3));
    assert_eq!(refused(&dozor, here, text(404, "nothing here")).await, ("TRAVEL_SERVICE_REFUSED", 1));
    let too_big = r#"{"code":"TooBig","message":"Too many table coordinates"}"#;
    assert_eq!(refused(&dozor, here, text(400, too_big)).await, ("TRAVEL_SERVICE_REFUSED", 1));
    assert_eq!(refused(&dozor, here, text(200, "<html>")).await, ("TRAVEL_ANSWER_SHAPE", 1));
    let narrow = r#"{"code":"Ok","durations":[[1,2]]}"#;
    assert_eq!(refused(&dozor, here, text(200, narrow)).await, ("TRAVEL_ANSWER_SHAPE", 1));
    let slow = TableServer::start(|_, _, _| Reply::Late(Duration::from_millis(900)));
    let hasty = FetchTravelTimes { timeout: Duration::from_millis(300), ..call(&slow.url, here) };
    let error = dozor.fetch_travel_times(hasty, &Silent).await.unwrap_err();
    assert_eq!(error.info().code, "TRAVEL_SERVICE_SLOW");
    let large = |_: usize, _: &str, _: &str| Reply::Text(200, " ".repeat(9 << 20));
    assert_eq!(refused(&dozor, here, large).await, ("TRAVEL_ANSWER_TOO_LARGE", 1));
    let other = TableServer::start(|_, first, _| osrm(first));
    let elsewhere = other.url.clone();
    let sent = refused(&dozor, here, move |_, _, _| Reply::Elsewhere(format!("{elsewhere}/table"))).await;
    assert_eq!(sent, ("TRAVEL_SERVICE_REFUSED", 1));
    assert_eq!(other.asked.try_iter().count(), 0, "nobody else was asked");
    let negative = |_: usize, first: &str, _: &str| match osrm(first) {
        Reply::Text(status, text) => Reply::Text(status, text.replacen("[[120", "[[-120", 1)),
        other => other,
    };
    assert_eq!(refused(&dozor, here, negative).await, ("TRAVEL_ANSWER_VALUE", 1));
    for (service, mode, code) in [
        ("http://routes.example.org", TravelMode::Car, "TRAVEL_SERVICE_URL"),
        ("http://127.0.0.1:9", TravelMode::Transit, "TRAVEL_SERVICE_PROFILE"),
        ("http://127.0.0.1:9", TravelMode::Car, "TRAVEL_SERVICE_UNREACHABLE"),
    ] {
        let asked = FetchTravelTimes { mode, ..call(service, here) };
        assert_eq!(dozor.fetch_travel_times(asked, &Silent).await.unwrap_err().info().code, code);
    }

    // The first question fails once; the service knows no road near the second place of the fourth.
    let server = TableServer::start(|number, first, _| match number {
        0 => Reply::Text(503, "starting".to_owned()),
        4 => Reply::Text(
            400,
            r#"{"code":"NoSegment","message":"Could not find a matching segment for coordinate 1"}"#
                .to_owned(),
        ),
        _ => osrm(first),
    });
    let report = fetched(&dozor, call(&server.url, here)).await;
    let asked: Vec<(String, String)> = server.asked.try_iter().collect();
    assert!(asked.iter().all(|(first, _)| first.starts_with("GET /table/v1/driving/")));
    assert!(asked.iter().all(|(first, _)| count(first, "sources") + count(first, "destinations") <= 100));
    assert_eq!(report.requests + 1, asked.len() as u64, "and the one that failed");
    assert_eq!(count(&asked[4].0, "sources"), count(&asked[5].0, "sources") + 1);
    assert!(report.bases > 0 && report.without_way > 0, "{report:?}");
    assert_eq!(report.ways + report.without_way, report.pairs);
    // Near pairs and bases: far fewer than all pairs of two thousand objects.
    assert!(report.pairs < 400_000, "{report:?}");
    let lines = std::fs::read_to_string(here.join("fetched.csv")).unwrap();
    assert_eq!(lines.lines().count(), report.ways + 1);
    assert!(lines.lines().skip(1).all(|line| line.contains(",2.")), "minutes, not seconds");
    let imported =
        dozor.import_travel_times(TravelMode::Car, &here.join("fetched.csv"), "test").await.unwrap();
    assert_eq!((imported.pairs, &imported.table), (report.ways, &report.table));

    let server = TableServer::start(|_, _, body| {
        let places = |name: &str| -> usize {
            let question: serde_json::Value = serde_json::from_str(body).unwrap();
            question[name].as_array().unwrap().len()
        };
        let row = vec![r#"{"time":60,"distance":0.1}"#; places("targets")].join(",");
        let rows = vec![format!("[{row}]"); places("sources")].join(",");
        Reply::Text(200, format!(r#"{{"sources_to_targets":[{rows}]}}"#))
    });
    let valhalla =
        FetchTravelTimes { kind: ServiceKind::Valhalla, mode: TravelMode::Walk, ..call(&server.url, here) };
    let report = fetched(&dozor, valhalla).await;
    assert_eq!((report.ways, report.without_way), (report.pairs, 0));
    let (first, body) = server.asked.try_iter().next().unwrap();
    assert!(first.starts_with("POST /sources_to_targets ") && body.contains(r#""costing":"pedestrian""#));
}
