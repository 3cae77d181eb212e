//! A small demo city for tests of use-cases.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of the support")]

pub mod table_server;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dozor_app::{DemoEdge, DemoReport, DemoRequest, Dozor, Holders, Location, OneProcess, Silent, demo};
use dozor_domain::{Clock, FixedClock, InspectorDay, Timestamp};
use uuid::Uuid;

/// Returns a clock that stands still.
pub fn clock(now: &str) -> Arc<dyn Clock> {
    Arc::new(FixedClock(Timestamp::parse_rfc3339(now).unwrap()))
}

/// Returns the embedded database of a folder.
pub fn location(folder: &Path) -> Location {
    Location::from_arguments(folder, None).unwrap()
}

/// Makes a city of 2,000 objects in a folder, or goes on with it on a later day.
pub async fn demo_on(folder: &Path, date: &str, now: &str) -> (DemoReport, Dozor) {
    static IDS: AtomicU64 = AtomicU64::new(1);
    let date = Some(date.to_owned());
    let request = DemoRequest { objects: 2_000, seed: 1, date, history_years: 2 };
    let fresh = || *Uuid::from_u128(u128::from(IDS.fetch_add(1, Ordering::Relaxed)) | 7 << 76).as_bytes();
    let place = location(folder);
    let holders: Arc<dyn Holders> = Arc::new(OneProcess::default());
    let edge = DemoEdge { new_id: &fresh, holders: &holders };
    let report = demo((&place, folder), &request, clock(now), edge, &Silent).await.unwrap();
    (report, Dozor::open(&place, clock(now)).await.unwrap())
}

/// Delivers a text to a source; every row must find its place.
pub async fn ingest(dozor: &Dozor, folder: &Path, source: &str, text: String) {
    let file = folder.join(format!("{source}-{}.csv", text.len()));
    std::fs::write(&file, text).unwrap();
    let taken = dozor.ingest(source, None, &[file], "test", &Silent).await.unwrap();
    assert_eq!((taken.counts.rejected, taken.counts.unmatched), (0, 0), "{source}");
}

/// Writes the staff as the city does, with what a change says of somebody: conflicts and the attestation's last day.
pub fn staff_rows(staff: &[InspectorDay], changed: impl Fn(&str) -> (String, &'static str)) -> String {
    let mut text = String::from(
        "number,name,unit,territories,skills,mode,shift_start,shift_end,lat,lon,conflicts,attested_until\n",
    );
    for one in staff {
        let codes = |codes: &std::collections::BTreeSet<String>| {
            codes.iter().map(String::as_str).collect::<Vec<_>>().join(";")
        };
        let mode = serde_json::to_value(one.mode).unwrap();
        let (conflicts, attested_until) = changed(&one.key);
        text.push_str(&format!(
            "{},{},{},{},{},{},{},{},{},{},{conflicts},{attested_until}\n",
            one.key,
            one.name,
            one.unit,
            codes(&one.territories),
            codes(&one.skills),
            mode.as_str().unwrap(),
            one.shift_start.0,
            one.shift_end.0,
            one.base.lat,
            one.base.lon,
        ));
    }
    text
}
