//! Quotas of a day: they hold, what they keep out says so, and the checker has been seen red.

use std::collections::BTreeMap;

use dozor_domain::{ConflictProof, InspectorDay, LeftOutReason, Plan, QuotaKind, RiskCategory};
use dozor_planner::{DayQuotas, ObjectState, PlannerPack, ViolationCode, check};

use super::plan::run;
use super::support::{CENTRE, inspector, moscow, parcel, request, selected};

fn of(number: u32, territory: &str, category: RiskCategory) -> ObjectState {
    ObjectState { territory: Some(territory.to_owned()), category, ..parcel(number) }
}

/// Six parcels at one point in two territories, the first of each worth more.
fn objects() -> Vec<ObjectState> {
    let category = |number| if number < 2 { RiskCategory::High } else { RiskCategory::Medium };
    (0..6).map(|number| of(number, ["d1", "d2"][number as usize % 2], category(number))).collect()
}

fn pack(quotas: DayQuotas) -> PlannerPack {
    let mut pack = moscow();
    pack.settings.quotas = quotas;
    pack
}

fn lines(lines: &[(&str, u32)]) -> BTreeMap<String, u32> {
    lines.iter().map(|(code, most)| ((*code).to_owned(), *most)).collect()
}

fn planned(pack: &PlannerPack, people: Vec<InspectorDay>) -> Plan {
    let plan = run(&request(selected(&objects(), pack), people, 300), pack);
    assert_eq!(check(&plan, pack), []);
    plan
}

fn in_unit(number: u32, unit: &str) -> InspectorDay {
    InspectorDay { unit: unit.to_owned(), base: CENTRE, ..inspector(number) }
}

fn visits(plan: &Plan) -> Vec<usize> {
    plan.routes.iter().map(|route| route.visits.len()).collect()
}

fn reasons(plan: &Plan) -> Vec<&LeftOutReason> {
    plan.left_out.iter().map(|out| &out.reason).collect()
}

fn quota(of: QuotaKind, code: &str, most: u32) -> LeftOutReason {
    LeftOutReason::Quota { of, code: code.to_owned(), most }
}

#[test]
fn a_territory_takes_no_more_visits_than_its_quota_and_the_most_valuable_ones() {
    let quotas = DayQuotas { territory: lines(&[("*", 1), ("d2", 2)]), ..DayQuotas::default() };
    let plan = planned(&pack(quotas), vec![inspector(1), inspector(2)]);
    assert_eq!(visits(&plan).iter().sum::<usize>(), 3);
    assert_eq!(plan.value, 50.0 + 50.0 + 25.0, "both High objects and one Medium one");
    let (one, two) = (quota(QuotaKind::Territory, "d1", 1), quota(QuotaKind::Territory, "d2", 2));
    let count = |reason: &LeftOutReason| reasons(&plan).iter().filter(|one| **one == reason).count();
    assert_eq!([count(&one), count(&two), plan.left_out.len()], [2, 1, 3]);
    // Their turn comes all the same, and to force one in another visit of the territory gives way.
    assert_eq!(plan.left_out[0].expected.as_deref(), Some("2026-11-24"));
    assert_eq!(plan.left_out[0].forcing.as_ref().unwrap().loss, 50.0);
}

#[test]
fn a_kind_of_event_and_a_unit_have_quotas_of_their_own() {
    let quotas = DayQuotas { event_kind: lines(&[("field_survey", 4)]), ..DayQuotas::default() };
    let plan = planned(&pack(quotas), vec![inspector(1), inspector(2)]);
    assert_eq!(visits(&plan).iter().sum::<usize>(), 4);
    assert_eq!(reasons(&plan), [&quota(QuotaKind::EventKind, "field_survey", 4); 2]);

    let quotas = DayQuotas { unit: lines(&[("u1", 2), ("u2", 1)]), ..DayQuotas::default() };
    let people = || vec![in_unit(1, "u1"), in_unit(2, "u2")];
    let plan = planned(&pack(quotas.clone()), people());
    assert_eq!(visits(&plan), [2, 1]);
    assert_eq!(reasons(&plan), [&quota(QuotaKind::Unit, "u1", 2); 3]);
    // A unit without a quota takes the rest.
    let plan = planned(&pack(quotas), vec![in_unit(1, "u1"), in_unit(3, "u3")]);
    assert_eq!(visits(&plan).iter().sum::<usize>(), 6);
}

#[test]
fn mandatory_work_over_a_quota_is_named_with_what_stands_against_it() {
    let due = |number| ObjectState { prescription_overdue_days: 4, ..of(number, "d1", RiskCategory::Low) };
    let objects = [due(1), due(2), of(3, "d1", RiskCategory::High)];
    let solved = |most| {
        let pack = pack(DayQuotas { territory: lines(&[("d1", most)]), ..DayQuotas::default() });
        let plan = run(&request(selected(&objects, &pack), vec![inspector(1)], 100), &pack);
        assert_eq!(check(&plan, &pack), []);
        plan
    };
    let plan = solved(1);
    let done = plan.routes[0].visits[0].candidate.key.clone();
    assert!([parcel(1).key, parcel(2).key].contains(&done));
    let conflict = LeftOutReason::MandatoryConflict { with: vec![done], proof: ConflictProof::Search };
    assert!(reasons(&plan).contains(&&conflict), "{:?}", reasons(&plan));
    assert!(reasons(&plan).contains(&&quota(QuotaKind::Territory, "d1", 1)));
    assert_eq!(reasons(&solved(0)), [&quota(QuotaKind::Territory, "d1", 0); 3]);
}

#[test]
fn the_checker_finds_quotas_that_are_exceeded_or_made_up() {
    let free = planned(&pack(DayQuotas::default()), vec![inspector(1)]);
    let red = |quotas: DayQuotas, code: ViolationCode| {
        let found = check(&free, &pack(quotas));
        assert!(found.iter().any(|one| one.code == code), "{found:?}");
    };
    red(DayQuotas { territory: lines(&[("d1", 2)]), ..DayQuotas::default() }, ViolationCode::Quota);
    red(DayQuotas { unit: lines(&[("*", 5)]), ..DayQuotas::default() }, ViolationCode::Quota);
    red(
        DayQuotas { event_kind: lines(&[("field_survey", 5)]), ..DayQuotas::default() },
        ViolationCode::Quota,
    );
    let limited = DayQuotas { territory: lines(&[("d1", 1)]), ..DayQuotas::default() };
    let plan = planned(&pack(limited.clone()), vec![inspector(1)]);
    let bent = |reason: LeftOutReason| {
        let mut plan = plan.clone();
        plan.left_out[0].reason = reason;
        let found = check(&plan, &pack(limited.clone()));
        assert!(found.iter().any(|one| one.code == ViolationCode::Reason), "{found:?}");
    };
    bent(quota(QuotaKind::Territory, "d1", 2));
    bent(quota(QuotaKind::Territory, "d2", 1));
    bent(quota(QuotaKind::Unit, "u1", 1));
}
