//! Plans approved by many processes at once, and by processes that are killed: each day has one plan, order numbers have
//! no gap and none twice, and no task is open twice. On both databases.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

// The helper belongs to the tests crate; taking its file as it is keeps these tests from compiling every crate.
#[path = "../../tests/src/postgres.rs"]
#[expect(unreachable_pub, clippy::expect_used, reason = "the module is public where it belongs")]
mod postgres;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;

use dozor_app::{Dozor, Location};
use dozor_domain::{FixedClock, PlanState, Timestamp};
use support::{NOW, command, done, folder, text};
use tempfile::TempDir;

/// The full count is run with DOZOR_TEST_LONG, a tenth otherwise.
fn rounds() -> u32 {
    if std::env::var_os("DOZOR_TEST_LONG").is_some() { 100 } else { 10 }
}

const PROCESSES: u64 = 8;

/// Is a demo of two thousand objects with its planned day.
struct Demo {
    data: PathBuf,
    database_url: Option<String>,
    _folder: TempDir,
}

impl Demo {
    fn embedded() -> Self {
        Self::made(None)
    }

    /// None where no PostgreSQL server is installed, which is said.
    fn postgres() -> Option<Self> {
        Some(Self::made(Some(postgres::fresh_database()?)))
    }

    fn made(database_url: Option<String>) -> Self {
        let folder = folder();
        let demo = Self { data: folder.path().join("data"), database_url, _folder: folder };
        done(&demo.args(&["demo", "--objects", "2000", "--seed", "11", "--date", "2026-11-20"]));
        demo
    }

    fn args<'a>(&'a self, of_command: &[&'a str]) -> Vec<&'a str> {
        let mut args = of_command.to_vec();
        args.extend(["--data", text(&self.data)]);
        args.extend(self.database_url.iter().flat_map(|url| ["--database-url", url]));
        args
    }

    /// Plans a day and returns the plan's id.
    fn planned(&self, date: &str, seed: u64) -> String {
        let seed = seed.to_string();
        let args = self.args(&["plan", "--date", date, "--iterations", "64", "--seed", &seed]);
        done(&args)["plan"].as_str().unwrap().to_owned()
    }

    fn approving(&self, plan: &str) -> Child {
        let args = self.args(&["approve", "--plan", plan, "--official", "Test"]);
        command(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
    }

    async fn open(&self) -> Dozor {
        let clock = Arc::new(FixedClock(Timestamp::parse_rfc3339(NOW).unwrap()));
        let location = Location::from_arguments(&self.data, self.database_url.as_deref()).unwrap();
        Dozor::open(&location, clock).await.unwrap()
    }

    /// Reads what was issued, and checks that numbers have no gap and that no object has two open tasks on one ground.
    fn issued(&self) -> Issued {
        runtime().block_on(async {
            let dozor = self.open().await;
            let issued = issued(&dozor).await;
            dozor.store().close().await;
            issued
        })
    }

    /// Returns working days after the demo's own.
    fn days(&self) -> Vec<String> {
        runtime().block_on(async {
            let dozor = self.open().await;
            let calendar = &dozor.methodology().manifest.calendar;
            let mut day = dozor.day("2026-11-23").unwrap();
            let mut days = Vec::new();
            while days.len() < 200 {
                day = calendar.plus_working_days(day, 1).unwrap();
                days.push(day.to_string());
            }
            dozor.store().close().await;
            days
        })
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Is what the database holds of issued work.
struct Issued {
    orders: usize,
    tasks: usize,
    approved: Vec<(String, String)>,
}

async fn issued(dozor: &Dozor) -> Issued {
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
    let tasks = store.tasks(&Default::default()).await.unwrap();
    let mut open = BTreeSet::new();
    for task in &tasks {
        let key = (task.object, task.control_kind.clone());
        assert!(open.insert(key), "{} has two open tasks", task.object_key);
        assert!(orders.iter().any(|order| order.id == task.order), "a task without its order");
    }
    let heads = store.plans(None, 10_000).await.unwrap();
    let approved = heads.iter().filter(|head| head.state != PlanState::Proposed);
    let approved = approved.map(|head| (head.date.clone(), head.id.to_string())).collect();
    Issued { orders: orders.len(), tasks: tasks.len(), approved }
}

#[test]
fn of_eight_processes_that_publish_at_once_exactly_one_does() {
    one_of_eight_publishes(&Demo::embedded());
}

#[test]
fn of_eight_processes_that_publish_at_once_on_postgresql_exactly_one_does() {
    let Some(demo) = Demo::postgres() else { return };
    one_of_eight_publishes(&demo);
}

fn one_of_eight_publishes(demo: &Demo) {
    let before = demo.issued();
    for (round, date) in (0..rounds()).zip(demo.days()) {
        // Two of every eight approve the same plan, the others plans of their own.
        let plans: Vec<String> = (1..PROCESSES).map(|seed| demo.planned(&date, seed)).collect();
        let chosen = plans.iter().chain(plans.first());
        let children: Vec<Child> = chosen.map(|plan| demo.approving(plan)).collect();
        let ended: Vec<_> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
        let won = ended.iter().filter(|one| one.status.success()).count();
        assert_eq!(won, 1, "round {round}");
        for lost in ended.iter().filter(|one| !one.status.success()) {
            let document: serde_json::Value = serde_json::from_slice(&lost.stdout).unwrap();
            let code = document["error"]["code"].as_str().unwrap().to_owned();
            assert!(["PLAN_STALE", "PLAN_ALREADY_APPROVED"].contains(&code.as_str()), "{document}");
        }
        let now = demo.issued();
        assert_eq!(now.approved.iter().filter(|(day, _)| *day == date).count(), 1);
    }
    let after = demo.issued();
    assert!(after.orders > before.orders && after.tasks > before.tasks);
    assert_eq!(after.approved.len(), before.approved.len() + rounds() as usize);
}

#[test]
fn an_approval_killed_at_any_moment_leaves_all_of_it_or_nothing() {
    killed_while_approving(&Demo::embedded());
}

#[test]
fn an_approval_killed_at_any_moment_leaves_all_of_it_or_nothing_on_postgresql() {
    let Some(demo) = Demo::postgres() else { return };
    killed_while_approving(&demo);
}

fn killed_while_approving(demo: &Demo) {
    let mut state = 7_u64;
    let (mut undone, mut done_before) = (0, 0);
    for date in demo.days().into_iter().take(rounds() as usize) {
        let plan = demo.planned(&date, 1);
        let before = demo.issued();
        // Seeded, so that a failure can be had again.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = demo.approving(&plan);
        std::thread::sleep(Duration::from_millis((state >> 33) % 400));
        let _ = child.kill();
        child.wait().unwrap();
        let killed = demo.issued();
        let approved = killed.approved.iter().any(|(_, id)| *id == plan);
        if approved {
            done_before += 1;
        } else {
            undone += 1;
            assert_eq!((killed.orders, killed.tasks), (before.orders, before.tasks));
            let again = demo.approving(&plan).wait_with_output().unwrap();
            assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
        }
        assert!(demo.issued().approved.iter().any(|(_, id)| *id == plan));
    }
    assert!(undone > 0, "no kill met an approval at work ({done_before} were done before)");
}
