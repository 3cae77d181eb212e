//! The exploration reserve over a small demo city: who is drawn, how it is carried out, what its outcomes say.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dozor_app::{
    DemoEdge, DemoRequest, Dozor, Holders, Location, OneProcess, PlanCall, Promotion, SearchLimit, Silent,
    demo,
};
use dozor_domain::{
    Candidate, Clock, Coded, FixedClock, Ground, LeftOutReason, Plan, RiskCategory, Task, Timestamp,
};
use dozor_store::TaskFilter;
use tempfile::TempDir;
use uuid::Uuid;

const TODAY: &str = "2026-11-20";

fn clock(now: &str) -> Arc<dyn Clock> {
    Arc::new(FixedClock(Timestamp::parse_rfc3339(now).unwrap()))
}

async fn opened(folder: &Path, now: &str) -> Dozor {
    Dozor::open(&Location::from_arguments(folder, None).unwrap(), clock(now)).await.unwrap()
}

async fn city() -> (TempDir, Dozor) {
    static IDS: AtomicU64 = AtomicU64::new(1);
    let folder = tempfile::tempdir().unwrap();
    let request = DemoRequest { objects: 2_000, seed: 3, date: Some(TODAY.to_owned()), history_years: 2 };
    let fresh = || *Uuid::from_u128(u128::from(IDS.fetch_add(1, Ordering::Relaxed)) | 7 << 76).as_bytes();
    let place = Location::from_arguments(folder.path(), None).unwrap();
    let holders: Arc<dyn Holders> = Arc::new(OneProcess::default());
    let edge = DemoEdge { new_id: &fresh, holders: &holders };
    demo((&place, folder.path()), &request, clock("2026-11-20T06:00:00Z"), edge, &Silent).await.unwrap();
    let dozor = opened(folder.path(), "2026-11-20T06:00:00Z").await;
    (folder, dozor)
}

fn chance(ground: &Ground) -> Option<f64> {
    match ground {
        Ground::Drawn { inclusion, .. } => Some(inclusion.get()),
        Ground::Sign { .. }
        | Ground::Frequency { .. }
        | Ground::PrescriptionOverdue { .. }
        | Ground::MandatoryVisit { .. }
        | Ground::Planned { .. }
        | Ground::Indicator { .. }
        | Ground::SecondVisit { .. } => None,
    }
}

/// Returns the candidates that chance made, planned or left out.
fn drawn(plan: &Plan) -> BTreeMap<String, f64> {
    let planned = plan.routes.iter().flat_map(|route| &route.visits).map(|visit| &visit.candidate);
    let all = planned.chain(plan.left_out.iter().map(|left| &left.candidate));
    let one = |candidate: &Candidate| {
        let chance = candidate.grounds.iter().find_map(chance)?;
        assert_eq!(candidate.grounds.len(), 1, "only who has no other reason is drawn: {candidate:?}");
        Some((candidate.key.clone(), chance))
    };
    all.filter_map(one).collect()
}

async fn planned(dozor: &Dozor, date: &str, seed: u64) -> Plan {
    let call = PlanCall { date: date.to_owned(), seed, iterations: Some(500), limit: SearchLimit::default() };
    let report = dozor.plan(&call, "test", &Silent).await.unwrap().report;
    dozor.store().plan(report.plan).await.unwrap().unwrap().plan
}

#[tokio::test]
async fn a_tenth_of_a_day_is_drawn_by_a_lot_that_no_planner_can_choose() {
    let (_folder, dozor) = city().await;
    let approved = dozor.store().approved_plan(TODAY).await.unwrap().unwrap().plan;
    // Thirteen visits an inspector by publication.toml, a tenth of them.
    let slots = (approved.routes.len() as f64 * 13.0 * 0.1) as usize;
    let today = drawn(&approved);
    assert!(slots > 0 && today.len() == slots, "{slots} slots: {today:?}");
    assert!(today.values().all(|chance| *chance > 0.0 && *chance <= 1.0), "{today:?}");

    let tasks = dozor.store().tasks(&TaskFilter::default()).await.unwrap();
    let surveys: Vec<&Task> = tasks.iter().filter(|task| chance(&task.ground).is_some()).collect();
    // Who is drawn is visited, unless what a law demands takes the time.
    let is_drawn = |one: &Candidate| one.grounds.iter().any(|ground| chance(ground).is_some());
    let waiting: Vec<_> = approved.left_out.iter().filter(|out| is_drawn(&out.candidate)).collect();
    assert!(!surveys.is_empty() && surveys.len() + waiting.len() == today.len(), "{waiting:?}");
    assert!(
        waiting.iter().all(|out| matches!(out.reason, LeftOutReason::MandatoryConflict { .. })),
        "{waiting:?}"
    );
    assert!(surveys.iter().all(|task| task.event_kind == "field_survey"), "no interaction by chance");

    let [first, second] = [planned(&dozor, "2026-11-23", 1).await, planned(&dozor, "2026-11-23", 2).await];
    assert_ne!(first.id, second.id);
    assert_eq!(drawn(&first), drawn(&second), "another search does not draw anew");
    the_lot_hangs_on_a_key_that_no_page_shows(&dozor, &drawn(&first)).await;
    assert_ne!(drawn(&first).keys().collect::<BTreeSet<_>>(), today.keys().collect::<BTreeSet<_>>());
    let low = |candidate: &Candidate| candidate.category == RiskCategory::Low;
    let rest = first.left_out.iter().map(|left| &left.candidate);
    let all: Vec<&Candidate> =
        first.routes.iter().flat_map(|r| &r.visits).map(|v| &v.candidate).chain(rest).collect();
    let of_chance = all.iter().filter(|one| one.grounds.iter().any(|ground| chance(ground).is_some()));
    assert!(of_chance.clone().any(|one| low(one)), "the lowest category is not beyond chance");
}

/// Register, calendar and program do not tell who will be drawn; the key does, whenever it is asked again.
async fn the_lot_hangs_on_a_key_that_no_page_shows(dozor: &Dozor, known: &BTreeMap<String, f64>) {
    let key = dozor.store().meta("second_look_key").await.unwrap().unwrap();
    let set = async |key: &str| {
        let mut tx = dozor.store().begin().await.unwrap();
        tx.set_meta("second_look_key", key).await.unwrap();
        tx.commit().await.unwrap();
    };
    set("the key of another installation").await;
    let other = drawn(&planned(dozor, "2026-11-23", 3).await);
    assert_ne!(known.keys().collect::<BTreeSet<_>>(), other.keys().collect::<BTreeSet<_>>());
    assert_eq!(known.len(), other.len());
    assert!(other.iter().all(|(object, chance)| known.get(object).is_none_or(|known| known == chance)));
    set(&key).await;
    assert_eq!(
        &drawn(&planned(dozor, "2026-11-23", 4).await),
        known,
        "who knows the key draws the same again"
    );
}

/// Writes outcomes of tasks: every third survey and every other visit finds something, one survey finds no access.
fn outcomes(tasks: &[Task]) -> String {
    let mut file =
        "event_number,object_key,event_kind,control_kind,held_on,updated_on,result,rule,inspector_ref\n"
            .to_owned();
    let mut surveys = 0;
    for (at, task) in tasks.iter().enumerate() {
        let result = if chance(&task.ground).is_some() {
            surveys += 1;
            if surveys == 1 { "no_access" } else { ["violation", "none", "none"][surveys % 3] }
        } else {
            ["none", "violation"][at % 2]
        };
        writeln!(
            file,
            "T-{at},{},{},{},{TODAY},2026-11-21,{result},,{}",
            task.object_key, task.event_kind, task.control_kind, task.inspector
        )
        .unwrap();
    }
    file
}

#[tokio::test]
async fn outcomes_of_drawn_surveys_estimate_what_is_missed_and_teach_with_their_weight() {
    let (folder, dozor) = city().await;
    let end = dozor.instant("2026-11-21").unwrap();
    let before = dozor.exploration(end, &Silent).await.unwrap();
    assert_eq!((before.answered, before.estimates.len(), before.cost), (0, 0, None));
    assert!(before.days == 1 && before.drawn > 0, "the day's draw is known at its end");
    let past = dozor.exploration(dozor.instant("2026-11-20").unwrap(), &Silent).await.unwrap();
    assert_eq!((past.days, past.drawn), (0, 0), "and not before it");
    assert_eq!(past.share, dozor.methodology().planner.settings.exploration_share);
    let beyond = dozor.exploration(dozor.instant("2026-11-22").unwrap(), &Silent).await.unwrap_err();
    assert_eq!(beyond.info().code, "AS_OF_IN_FUTURE", "a demo knows no more than its day");
    let tasks = dozor.store().tasks(&TaskFilter::default()).await.unwrap();
    let file = folder.path().join("outcomes.csv");
    std::fs::write(&file, outcomes(&tasks)).unwrap();
    let later = opened(folder.path(), "2026-11-22T06:00:00Z").await;
    let report = later.ingest("events", None, &[file], "test", &Silent).await.unwrap();
    assert_eq!(report.counts.rejected, 0);

    let later = opened(folder.path(), "2026-11-24T06:00:00Z").await;
    let as_of = later.instant("2026-11-24").unwrap();
    let found = later.exploration(as_of, &Silent).await.unwrap();
    let surveys = tasks.iter().filter(|task| chance(&task.ground).is_some()).count();
    assert_eq!((found.days, found.drawn, found.answered), (1, surveys, surveys - 1));
    let all = &found.estimates[0];
    assert!(all.district.is_empty() && all.prevalence.low < all.prevalence.high);
    assert!(found.estimates.len() > 2, "by district too: {:?}", found.estimates);
    let districts: f64 = found.estimates[1..].iter().map(|line| line.objects as f64).sum();
    assert!(all.objects as f64 > districts, "most districts have nobody drawn in a day");
    assert!(found.draw_rate.is_some() && found.greedy_rate.unwrap().value > 0.4 && found.cost.is_some());

    let model = later.train(as_of, Promotion::Champion, "test", &Silent).await.unwrap();
    let earlier = later.instant(TODAY).unwrap();
    let without = later.train(earlier, Promotion::Challenger, "test", &Silent).await.unwrap();
    // One survey found no access.
    assert!(model.summary.rows >= without.summary.rows + tasks.len() - 1, "each outcome is a row");
}
