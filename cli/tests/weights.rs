//! The exploration reserve teaches: where chance led to an outcome, training counts it for all that could have been drawn.
//! The same outcomes, once with the draws among the tasks and once without, end to end.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

use dozor_app::{Dozor, Location};
use dozor_domain::{
    Chance as Inclusion, FixedClock, Ground, Minutes, ObjectId, OrderId, PlanId, Task, TaskId, TaskState,
    Timestamp,
};
use support::town::Town;
use support::{done, folder, text};

const TRAINED: &str = "2013-07-01";
/// Quarters of the town's two years whose visits chance ordered.
const DRAWN: [u64; 2] = [1, 5];
/// Violations in a hundred visits, where nobody selects.
const TRUE_RATE: f64 = 0.1;

/// Draws a town: whoever is visited for a reason violates in half of the visits, whoever is drawn as often as all do.
fn town() -> Town {
    let turn = Cell::new(0);
    Town::draw(5, |chance, _| {
        let quarter = turn.get() % 8;
        turn.set(turn.get() + 1);
        u64::from(chance.below(100) < if DRAWN.contains(&quarter) { 10 } else { 50 })
    })
}

/// Returns the tasks under which the visits of the drawn quarters were made.
fn tasks(town: &Town, ground: &Ground) -> Vec<Task> {
    let drawn = town.inspections.iter().enumerate().filter(|(at, _)| DRAWN.contains(&(*at as u64 % 8)));
    let task = |(at, row): (usize, &String)| {
        let cells: Vec<&str> = row.split(',').collect();
        let (licence, day) = (cells[3], cells.iter().find(|cell| cell.starts_with("201")).unwrap());
        let id = [(at / 256) as u8, (at % 256) as u8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
        Task {
            id: TaskId::from_bytes(id),
            plan: PlanId::from_bytes([1; 16]),
            order: OrderId::from_bytes([2; 16]),
            object: ObjectId::derive("chicago", "establishments", licence),
            object_key: licence.to_owned(),
            control_kind: "food".to_owned(),
            event_kind: "survey".to_owned(),
            ground: ground.clone(),
            unit: "unit".to_owned(),
            inspector: "red".to_owned(),
            partner: None,
            date: (*day).to_owned(),
            position: 1,
            start: Minutes(600),
            end: Minutes(630),
            state: TaskState::Closed { event_on: (*day).to_owned() },
            changed_at: Timestamp::from_micros(0),
        }
    };
    drawn.map(task).collect()
}

async fn keep(data: &Path, tasks: &[Task]) {
    let location = Location::from_arguments(data, None).unwrap();
    let now = Timestamp::parse_rfc3339("2014-01-01T12:00:00Z").unwrap();
    let dozor = Dozor::open(&location, Arc::new(FixedClock(now))).await.unwrap();
    let mut tx = dozor.store().begin().await.unwrap();
    tx.insert_tasks(tasks).await.unwrap();
    tx.commit().await.unwrap();
    dozor.store().close().await;
}

/// Trains on the town under tasks of one ground; returns the model's name and its mean probability of all objects.
fn taught(town: &Town, ground: &Ground) -> (String, f64) {
    let folder = folder();
    let data = town.installed(folder.path());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(keep(&data, &tasks(town, ground)));
    let model = done(&["train", "--data", text(&data), "--as-of", TRAINED]);
    let export = folder.path().join("scores.csv");
    done(&["score", "--data", text(&data), "--as-of", TRAINED, "--export", text(&export)]);
    let rows = std::fs::read_to_string(export).unwrap();
    let of: Vec<f64> =
        rows.lines().skip(1).map(|row| row.split(',').nth(4).unwrap().parse().unwrap()).collect();
    assert!(of.len() > 100, "{rows}");
    (model["model"].as_str().unwrap().to_owned(), of.iter().sum::<f64>() / of.len() as f64)
}

#[test]
fn draws_teach_another_model_that_is_nearer_to_what_nobody_selected() {
    let town = town();
    // So small a chance, on so many days, that each drawn outcome stands for about a dozen.
    let inclusion = Inclusion::new(0.000_6).unwrap();
    let drawn = Ground::Drawn { inclusion, in_territory: 120, in_all: 120 };
    let (with, likely) = taught(&town, &drawn);
    let (without, greedy) = taught(&town, &Ground::Frequency { days_since: None, every_days: 365 });
    assert_ne!(with, without, "the same outcomes under draws are another model");
    let far = |mean: f64| (mean - TRUE_RATE).abs();
    assert!(far(likely) * 2.0 < far(greedy), "with {likely:.3}, without {greedy:.3}, truth {TRUE_RATE}");
    assert_eq!(taught(&town, &drawn).0, with, "the same data, the same model");
}
