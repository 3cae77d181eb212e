//! A change of an approved day by processes that are killed, and by two at once: all of it or nothing, once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;

use dozor_app::{Dozor, Location};
use dozor_domain::{FixedClock, Plan, Task, Timestamp};
use serde_json::Value;
use support::{NOW, command, done, folder, text};

/// The full count is run with DOZOR_TEST_LONG, a tenth otherwise.
fn rounds() -> u32 {
    if std::env::var_os("DOZOR_TEST_LONG").is_some() { 60 } else { 6 }
}

/// Is what the database holds of the day.
struct Day {
    plan: Plan,
    plans: usize,
    tasks: Vec<Task>,
    orders: usize,
}

/// Reads the day, and checks that numbers have no gap, that no object has two open tasks, and that open tasks are the visits
/// of the plan that counts.
fn day(data: &Path, date: &str) -> Day {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let clock = Arc::new(FixedClock(Timestamp::parse_rfc3339(NOW).unwrap()));
        let dozor = Dozor::open(&Location::from_arguments(data, None).unwrap(), clock).await.unwrap();
        let store = dozor.store();
        let orders = store.orders(&Default::default()).await.unwrap();
        let mut by_year: BTreeMap<i16, Vec<i64>> = BTreeMap::new();
        for order in &orders {
            by_year.entry(order.year).or_default().push(order.number);
        }
        for numbers in by_year.values_mut() {
            numbers.sort_unstable();
            assert_eq!(*numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "a gap, or one twice");
        }
        let all = store.tasks(&Default::default()).await.unwrap();
        let mut open = BTreeSet::new();
        for task in all.iter().filter(|task| task.state.is_open()) {
            let key = (task.object, task.control_kind.clone());
            assert!(open.insert(key), "{} has two open tasks", task.object_key);
        }
        let plan = store.approved_plan(date).await.unwrap().unwrap().plan;
        let tasks: Vec<Task> = all.into_iter().filter(|task| task.date == date).collect();
        let mut visits = BTreeSet::new();
        for route in &plan.routes {
            for visit in route.visits.iter().filter(|visit| visit.counts()) {
                visits.insert((visit.candidate.object, route.inspector.key.clone(), visit.start));
            }
        }
        let carried = tasks.iter().filter(|task| task.state.is_open());
        let carried: BTreeSet<_> =
            carried.map(|task| (task.object, task.inspector.clone(), task.start)).collect();
        assert_eq!(carried, visits, "half a change");
        let plans = store.plans(Some(date), 1_000).await.unwrap().len();
        assert_eq!(dozor.verify_audit(None).await.unwrap().fault, None);
        Day { plan, plans, tasks, orders: orders.len() }
    })
}

/// Returns the call for an absence of one of the inspectors, round by round another.
fn absence(data: &Path, date: &str, round: usize) -> Vec<String> {
    let plan = day(data, date).plan;
    let busy: Vec<_> = plan.routes.iter().filter(|route| !route.visits.is_empty()).collect();
    let gone = &busy[round % busy.len()].inspector.key;
    let call = ["replan", "--data", text(data), "--date", date, "--at", "00:01", "--absent", gone];
    let away = plan.rest.iter().flat_map(|rest| &rest.away).filter(|key| *key != gone);
    let back = away.flat_map(|key| ["--back".to_owned(), key.clone()]);
    let call = call.iter().map(|&one| one.to_owned()).chain(back);
    call.chain(["--iterations".to_owned(), "50".to_owned()]).collect()
}

fn digest(call: &[String]) -> String {
    let words: Vec<&str> = call.iter().map(String::as_str).collect();
    done(&words)["digest"].as_str().unwrap().to_owned()
}

fn applying(call: &[String], digest: &str) -> Child {
    let mut words: Vec<&str> = call.iter().map(String::as_str).collect();
    words.extend(["--apply", digest, "--official", "Test", "--reason", "ill"]);
    command(&words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Makes a demo and an approved day after it.
fn approved(data: &Path) -> String {
    done(&["demo", "--data", text(data), "--objects", "2000", "--seed", "11", "--date", "2026-11-20"]);
    let plan = done(&["plan", "--data", text(data), "--date", "2026-11-24", "--iterations", "64"]);
    let plan = plan["plan"].as_str().unwrap().to_owned();
    done(&["approve", "--data", text(data), "--plan", &plan, "--official", "Test"]);
    "2026-11-24".to_owned()
}

#[test]
fn a_change_killed_at_any_moment_leaves_all_of_it_or_nothing_and_of_two_at_once_one_is_done() {
    let folder = folder();
    let data = folder.path().join("data");
    let date = approved(&data);
    let mut state = 7_u64;
    let mut undone = 0;
    for round in 0..rounds() as usize {
        let call = absence(&data, &date, round);
        let wanted = digest(&call);
        let before = day(&data, &date);
        // Seeded, so that a failure can be had again.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = applying(&call, &wanted);
        std::thread::sleep(Duration::from_millis((state >> 33) % 250));
        let _ = child.kill();
        child.wait().unwrap();
        let killed = day(&data, &date);
        if killed.plan.id == before.plan.id {
            undone += 1;
            assert_eq!(
                (killed.orders, killed.plans, &killed.tasks),
                (before.orders, before.plans, &before.tasks)
            );
            let two = [applying(&call, &wanted), applying(&call, &wanted)];
            let ended: Vec<_> = two.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
            let won = ended.iter().filter(|one| one.status.success()).count();
            assert_eq!(won, 1, "round {round}");
            for lost in ended.iter().filter(|one| !one.status.success()) {
                let document: Value = serde_json::from_slice(&lost.stdout).unwrap();
                assert_eq!(document["error"]["code"], "REPLAN_STALE", "{document}");
            }
        }
        let after = day(&data, &date);
        assert_eq!((after.plan.parent, after.plans), (Some(before.plan.id), before.plans + 1));
        assert_ne!(after.tasks, before.tasks, "round {round}");
    }
    assert!(undone > 0, "no kill met a change at work");
}
