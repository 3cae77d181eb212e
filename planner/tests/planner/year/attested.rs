//! Attestations that end within the period: minutes to the last day and none after it.

use dozor_domain::{InspectorDay, RiskCategory};
use dozor_planner::{
    MissReason, Violation, ViolationCode, YearPlan, YearRequest, YearTiming, change_staff, check_year,
    plan_year, year_report,
};
use jiff::civil::{Date, date};

use super::{FROM, missed, object, pack, planned, request};
use crate::support::inspector;

/// A Wednesday.
const LAST: Date = date(2027, 3, 17);

fn until(last: Date, number: u32) -> InspectorDay {
    InspectorDay { attested_until: Some(last), ..inspector(number) }
}

fn objects() -> Vec<dozor_planner::YearObject<'static>> {
    (0..40).map(|number| object(number, RiskCategory::High, None)).collect()
}

fn attestations(found: &[Violation]) -> usize {
    found.iter().filter(|one| one.code == ViolationCode::Attestation).count()
}

#[test]
fn an_inspector_has_time_to_the_last_day_of_his_attestation_and_none_after() {
    let mut pack = pack(false);
    pack.settings.pause = None;
    let year = request(objects(), vec![until(LAST, 0)]);
    let plan = planned(&year, &pack);
    assert!(!plan.visits.is_empty() && plan.visits.iter().all(|visit| visit.day <= LAST));
    let after = plan.missed.iter().filter(|one| one.due > LAST);
    assert!(after.clone().count() > 0);
    assert!(after.into_iter().all(|one| one.reason == MissReason::NotAttested), "nobody is attested then");
    let report = year_report(&plan, &year);
    let forever = YearRequest { staff: vec![inspector(0)], ..year.clone() };
    let whole = year_report(&planned(&forever, &pack), &forever);
    for (month, all) in report.months.iter().zip(&whole.months) {
        assert_eq!(month.capacity_minutes + month.lapsed_minutes, all.capacity_minutes, "{}", month.month);
        assert_eq!(all.lapsed_minutes, 0);
    }
    let capacity: Vec<u64> = report.months.iter().map(|month| month.capacity_minutes).collect();
    let of_march = (1..=17).filter(|day| pack.calendar.is_working(date(2027, 3, *day))).count() as u64;
    assert_eq!(capacity[..2], [whole.months[0].capacity_minutes, whole.months[1].capacity_minutes]);
    assert_eq!(capacity[2], of_march * 540, "nine hours on each working day to the last one");
    assert_eq!(capacity[3..].iter().sum::<u64>(), 0);
    assert_eq!(report.crews[0].capacity_minutes, capacity.iter().sum::<u64>());
    assert_eq!(report.least_missed, 0, "it is people that are short, not minutes");
    assert!(report.shortages[0].people >= 1);
}

#[test]
fn one_more_takes_over_from_him_whose_attestation_ends() {
    let pack = pack(false);
    let year = request(
        objects(),
        vec![
            until(LAST, 0),
            InspectorDay { unit: "u2".to_owned(), skills: Default::default(), ..inspector(1) },
        ],
    );
    let plan = planned(&year, &pack);
    assert!(missed(&plan) > 0);
    let (staff, changes) = change_staff(&year, &plan, 1);
    assert_eq!((changes.len(), changes[0].unit.as_str(), changes[0].people), (1, "u1", 1));
    let more = YearRequest { staff, ..year.clone() };
    assert_eq!(missed(&planned(&more, &pack)), 0);
    // Of two who can do the same, he leaves whose attestation ends.
    let two = YearRequest { staff: vec![until(LAST, 0), inspector(1)], ..year };
    let (staff, _) = change_staff(&two, &planned(&two, &pack), -1);
    assert_eq!(staff, [inspector(1)]);
}

#[test]
fn a_plan_that_gives_work_after_an_attestation_is_refused() {
    let pack = pack(false);
    let ends = request(objects(), vec![until(LAST, 0)]);
    let forever = YearRequest { staff: vec![inspector(0)], ..ends.clone() };
    let blind = plan_year(&forever, &pack).unwrap();
    assert!(blind.visits.iter().any(|visit| visit.day > LAST));
    assert!(attestations(&check_year(&blind, &ends, &pack)) > 0);
    // The visits alone give it away, whatever the plan says of minutes.
    let sound = planned(&ends, &pack);
    let visits = YearPlan { crews: sound.crews.clone(), ..blind };
    assert!(attestations(&check_year(&visits, &ends, &pack)) > 0);
    let mut longer = sound.clone();
    longer.crews[0].lapsed.iter_mut().for_each(|minutes| *minutes = 0);
    assert!(attestations(&check_year(&longer, &ends, &pack)) > 0);
    let mut untrue = sound;
    let one = untrue.missed.iter_mut().find(|one| one.reason == MissReason::NotAttested).unwrap();
    one.reason = MissReason::NoTime;
    assert!(check_year(&untrue, &ends, &pack).iter().any(|one| one.code == ViolationCode::Reason));
}

#[test]
fn in_the_week_of_its_end_only_what_is_due_by_then_is_made() {
    // Due on the Thursday and on the Wednesday of one week: every 365 days for high risk.
    let pack = pack(false);
    let norm = pack.frequency.norms.iter().find(|one| one.category == RiskCategory::High).unwrap().every_days;
    let due_on = |number, day: Date| {
        let last = day.saturating_sub(jiff::Span::new().days(i64::from(norm)));
        object(number, RiskCategory::High, Some(last))
    };
    let year = YearRequest {
        from: FROM,
        ..request(vec![due_on(1, LAST), due_on(2, date(2027, 3, 18))], vec![until(LAST, 0)])
    };
    let plan = planned(&year, &pack);
    let made: Vec<Date> = plan.visits.iter().map(|visit| visit.day).collect();
    assert_eq!(made, [LAST], "the other one is due when he may no longer go");
    assert_eq!(plan.visits[0].timing, YearTiming::InTime);
}
