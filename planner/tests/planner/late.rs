//! Lateness adds to the value of a visit, and what waits where nobody goes today is told a day all the same.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use dozor_domain::{Ground, InspectorDay, LeftOutReason, Plan, RiskCategory};
use dozor_planner::{ObjectState, PlanRequest, PlannerPack, ViolationCode, check, select, solve};

use crate::support::{DAY, inspector, moscow, parcel, whole_moscow};

fn run(objects: &[ObjectState], inspectors: Vec<InspectorDay>, pack: &PlannerPack) -> Plan {
    let selection = select(objects, pack, DAY);
    let request = PlanRequest { date: DAY, parent: None, selection, inspectors, seed: 3, iterations: 300 };
    solve(&request, pack, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn high(number: u32, days: i64) -> ObjectState {
    ObjectState { category: RiskCategory::High, days_since_last_event: Some(days), ..parcel(number) }
}

#[test]
fn a_norm_overdue_for_long_is_worth_more_up_to_a_border_and_the_checker_agrees() {
    let pack = whole_moscow();
    // Norms of 180 days: due today, half a norm late, a norm late, five norms late.
    let objects = [high(1, 180), high(2, 270), high(3, 360), high(4, 1080)];
    let selection = select(&objects, &pack, DAY);
    let values: Vec<f64> = selection.work.iter().map(|work| work.value).collect();
    assert_eq!(values, [50.0, 62.5, 75.0, 75.0]);
    let overdue = |number, days| ObjectState { prescription_overdue_days: days, ..parcel(number) };
    let selection = select(&[overdue(1, 90), overdue(2, 180), overdue(3, 9_000)], &pack, DAY);
    let values: Vec<f64> = selection.work.iter().map(|work| work.value).collect();
    assert_eq!(values, [10.0, 12.0, 12.0]);
    // Forty alike but for their lateness: the sixteen that fit are the late ones.
    let objects: Vec<ObjectState> =
        (1..=24).map(|number| high(number, 180)).chain((25..=40).map(|number| high(number, 900))).collect();
    let mut plan = run(&objects, vec![inspector(1)], &pack);
    assert_eq!(check(&plan, &pack), []);
    assert!(plan.routes[0].visits.iter().all(|visit| visit.value == 75.0), "{}", plan.value);
    plan.routes[0].visits[0].value = 50.0;
    plan.value -= 25.0;
    assert!(check(&plan, &pack).iter().any(|one| one.detail.contains("weights give")));
}

/// No pack has such a norm; a plan that says so is still worth what the planner would say.
#[test]
fn what_is_due_every_day_is_not_late_on_its_day() {
    let pack = whole_moscow();
    let sound = run(&[high(1, 180)], vec![inspector(1)], &pack);
    let values = |days_since: i64, value: f64| {
        let mut plan = sound.clone();
        (plan.value, plan.bound) = (value, None);
        let visit = &mut plan.routes[0].visits[0];
        visit.ground = Ground::Frequency { days_since: Some(days_since), every_days: 0 };
        visit.value = value;
        !check(&plan, &pack).iter().any(|one| one.code == ViolationCode::Value)
    };
    assert!(values(0, 50.0) && !values(0, 75.0));
    assert!(values(1, 75.0) && values(-1, 50.0));
}

#[test]
fn what_waits_where_nobody_goes_today_has_a_day_and_mandatory_work_goes_first() {
    let pack = moscow();
    let far = |number| ObjectState {
        category: RiskCategory::Medium,
        territory: Some("d2".to_owned()),
        ..parcel(number)
    };
    let here = |number| ObjectState { category: RiskCategory::High, ..parcel(number) };
    let objects: Vec<ObjectState> = (1..=20).map(here).chain((21..=40).map(far)).collect();
    let mut one = inspector(1);
    one.territories = BTreeSet::from(["d1".to_owned(), "d2".to_owned()]);
    let plan = run(&objects, vec![one.clone()], &pack);
    assert_eq!(check(&plan, &pack), []);
    let days = |plan: &Plan| -> Vec<String> {
        plan.left_out.iter().map(|out| out.expected.clone().unwrap_or_default()).collect()
    };
    // Sixteen a day: four of the first district and twelve of the second on Tuesday, the rest on Wednesday.
    let expected: Vec<String> = [("2026-11-24", 16), ("2026-11-25", 8)]
        .iter()
        .flat_map(|(day, count)| vec![(*day).to_owned(); *count])
        .collect();
    assert_eq!(days(&plan), expected);
    let mut bent = plan.clone();
    bent.left_out[20].expected = None;
    assert!(!check(&bent, &pack).is_empty());
    // Prescriptions that find no room today go first tomorrow.
    let overdue = |number| ObjectState { prescription_overdue_days: 5, ..parcel(number) };
    let objects: Vec<ObjectState> = (1..=20).map(overdue).chain((21..=40).map(here)).collect();
    let plan = run(&objects, vec![one], &pack);
    assert_eq!(check(&plan, &pack), []);
    let mandatory = |reason: &LeftOutReason| matches!(reason, LeftOutReason::MandatoryConflict { .. });
    let (first, rest): (Vec<_>, Vec<_>) = plan.left_out.iter().partition(|out| mandatory(&out.reason));
    assert_eq!((first.len(), rest.len()), (4, 20));
    assert!(first.iter().all(|out| out.expected.as_deref() == Some("2026-11-24")));
    assert_eq!(rest.iter().filter(|out| out.expected.as_deref() == Some("2026-11-24")).count(), 12);
}
