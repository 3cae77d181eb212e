//! The long-range plan over a small demo city: the time that other work takes.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use dozor_app::{Dozor, Silent, YearAnswer, YearCall};
use dozor_domain::{Candidate, Ground, LeftOutReason, PlanState, VisitCause};
use support::{clock, demo_on, location, staff_rows};

const DAY: &str = "2026-11-20";

async fn year(dozor: &Dozor, more_inspectors: i32, reserve_percent: Option<u32>) -> YearAnswer {
    let (from, to) = ("2027-01-01".to_owned(), "2027-12-31".to_owned());
    let call = YearCall { from, to, more_inspectors, reserve_percent, lists_visits: true };
    dozor.year(&call, &Silent).await.unwrap()
}

#[tokio::test]
async fn time_is_kept_for_draws_and_for_what_other_work_took_of_the_planned_days() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), DAY, "2026-11-20T06:00:00Z").await;
    let heads = dozor.store().plans(None, 100).await.unwrap();
    let approved = heads.into_iter().filter(|head| matches!(head.state, PlanState::Approved { .. }));
    let is_norm =
        |one: &Candidate| one.grounds.iter().any(|ground| matches!(ground, Ground::Frequency { .. }));
    let (mut at_work, mut other, mut crowded) = (0, 0, 0);
    let mut days = std::collections::BTreeSet::new();
    for head in approved.filter(|head| days.insert(head.date.clone())) {
        let plan = dozor.store().plan(head.id).await.unwrap().unwrap().plan;
        let no_time = |reason: &LeftOutReason| matches!(reason, LeftOutReason::NoTimeLeft { .. });
        let is_crowded = plan.left_out.iter().any(|out| no_time(&out.reason) && is_norm(&out.candidate));
        crowded += usize::from(is_crowded);
        for route in &plan.routes {
            // An hour at noon is nobody's work.
            at_work += route.inspector.shift_end.0 - route.inspector.shift_start.0 - 60;
            for visit in &route.visits {
                let is_drawn = matches!(visit.ground, Ground::Drawn { .. });
                let comes_first = is_crowded || visit.cause != VisitCause::Worth;
                if comes_first && !is_drawn && !is_norm(&visit.candidate) {
                    other += visit.travel.0 + route.service(visit).0;
                }
            }
        }
    }
    assert!(at_work > 0);
    let answer = year(&dozor, 0, None).await;
    let basis = &answer.basis;
    assert_eq!((basis.days, basis.crowded_days), (days.len(), crowded));
    assert_eq!(basis.other_permille, Some((other * 1_000).div_ceil(at_work)));
    assert!(basis.draws_permille > 0, "the demo leaves a share to chance");
    assert_eq!(basis.reserve_permille, basis.draws_permille + basis.other_permille.unwrap());
    assert!(!basis.reserve_asked && answer.report.months.iter().all(|month| month.capacity_minutes > 0));
    let asked = year(&dozor, 0, Some(50)).await.basis;
    assert_eq!((asked.reserve_permille, asked.reserve_asked), (500, true));
    assert_eq!(asked.other_permille, basis.other_permille, "what is known stands beside what was asked");
}

#[tokio::test]
async fn whose_attestation_ends_in_march_has_time_until_then_and_none_after() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), DAY, "2026-11-20T06:00:00Z").await;
    let before = year(&dozor, 0, Some(0)).await;
    assert!(before.report.months.iter().all(|month| month.lapsed_minutes == 0));
    let staff = dozor.inspectors(dozor.instant(DAY).unwrap()).await.unwrap();
    let file = folder.path().join("inspectors.csv");
    let ends = |key: &str| (String::new(), if key == staff[0].key { "2027-03-17" } else { "" });
    std::fs::write(&file, staff_rows(&staff, ends)).unwrap();
    let monday = Dozor::open(&location(folder.path()), clock("2026-11-23T06:00:00Z")).await.unwrap();
    monday.ingest("inspectors", None, &[file], "test", &Silent).await.unwrap();
    // A demo stands on its day: it goes on to the one that knows of it.
    let (_, dozor) = demo_on(folder.path(), "2026-11-24", "2026-11-24T06:00:00Z").await;

    let after = year(&dozor, 1, Some(0)).await;
    assert_eq!(after.inspectors, before.inspectors, "he is of the staff when the year begins");
    let lapsed: Vec<bool> = after.report.months.iter().map(|month| month.lapsed_minutes > 0).collect();
    assert_eq!(lapsed[..2], [false, false]);
    assert!(lapsed[2..].iter().all(|is| *is));
    for (month, whole) in after.report.months.iter().zip(&before.report.months) {
        let all = |month: &dozor_planner::YearMonth| {
            month.capacity_minutes + month.leave_minutes + month.lapsed_minutes
        };
        assert_eq!(all(month), all(whole), "{}", month.month);
    }
    let changed = after.changed.unwrap();
    let capacity = |report: &dozor_planner::YearReport| {
        report.months.iter().map(|month| month.capacity_minutes).sum::<u64>()
    };
    assert!(capacity(&changed.report) > capacity(&after.report));
}
