//! Who may not go for what he is to the object: rotation, conflicts of interest, and a checker that has been seen red.

use dozor_domain::{InspectorDay, LeftOutReason, Minutes, Plan, RiskCategory};
use dozor_planner::{Disturbance, ObjectState, OwnerField, PlannerPack, ViolationCode, check, replan};

use super::plan::run;
use super::support::{DAY, inspector, moscow, parcel, request, rotating, selected};

fn seen_by(number: u32, last: &str) -> ObjectState {
    ObjectState { category: RiskCategory::High, last_inspector: Some(last.to_owned()), ..parcel(number) }
}

fn avoiding(number: u32, objects: &[u32]) -> InspectorDay {
    InspectorDay { avoids: objects.iter().map(|number| parcel(*number).key).collect(), ..inspector(number) }
}

fn planned(pack: &PlannerPack, objects: &[ObjectState], people: Vec<InspectorDay>) -> Plan {
    let plan = run(&request(selected(objects, pack), people, 200), pack);
    assert_eq!(check(&plan, pack), []);
    plan
}

/// Returns who visits an object.
fn visitor(plan: &Plan, number: u32) -> Option<&str> {
    let key = parcel(number).key;
    let visits = |route: &&dozor_domain::Route| route.visits.iter().any(|visit| visit.candidate.key == key);
    plan.routes.iter().find(visits).map(|route| route.inspector.key.as_str())
}

#[test]
fn where_the_kind_of_event_rotates_another_goes_than_last_time() {
    let objects = [seen_by(1, "i001"), seen_by(2, "i002"), seen_by(3, "i001")];
    let plan = planned(&rotating(), &objects, vec![inspector(1), inspector(2)]);
    assert_eq!([1, 2, 3].map(|number| visitor(&plan, number)), [Some("i002"), Some("i001"), Some("i002")]);
    // Alone he leaves out what was his, with that reason; where nothing rotates he goes again.
    let alone = planned(&rotating(), &objects, vec![inspector(1)]);
    assert_eq!([1, 2, 3].map(|number| visitor(&alone, number)), [None, Some("i001"), None]);
    assert!(alone.left_out.iter().all(|out| out.reason == LeftOutReason::InspectorsExcluded));
    let again = planned(&moscow(), &objects, vec![inspector(1)]);
    assert_eq!(again.routes[0].visits.len(), 3);
}

#[test]
fn nobody_goes_where_he_has_a_conflict_of_interest() {
    let pack = moscow();
    let objects = [seen_by(1, "i009"), seen_by(2, "i009")];
    let plan = planned(&pack, &objects, vec![avoiding(1, &[1]), avoiding(2, &[2])]);
    assert_eq!([visitor(&plan, 1), visitor(&plan, 2)], [Some("i002"), Some("i001")]);
    let nobody = planned(&pack, &objects, vec![avoiding(1, &[1, 2]), avoiding(2, &[1])]);
    assert_eq!([visitor(&nobody, 1), visitor(&nobody, 2)], [None, Some("i002")]);
    assert_eq!(nobody.left_out[0].reason, LeftOutReason::InspectorsExcluded);
}

#[test]
fn nobody_goes_to_whom_he_has_a_conflict_of_interest_with() {
    let pack = moscow();
    let held =
        |number, owner: &str| ObjectState { owners: [owner.to_owned()].into(), ..seen_by(number, "i009") };
    let wary =
        |number, owner: &str| InspectorDay { avoids_owners: [owner.to_owned()].into(), ..inspector(number) };
    let objects = [held(1, "o1"), held(2, "o2"), held(3, "o1"), seen_by(4, "i009")];
    let plan = planned(&pack, &objects, vec![wary(1, "o1"), wary(2, "o2")]);
    assert_eq!([1, 2, 3].map(|number| visitor(&plan, number)), [Some("i002"), Some("i001"), Some("i002")]);
    let alone = planned(&pack, &objects, vec![wary(1, "o1")]);
    assert_eq!([1, 2, 3, 4].map(|number| visitor(&alone, number)), [None, Some("i001"), None, Some("i001")]);
    assert!(alone.left_out.iter().all(|out| out.reason == LeftOutReason::InspectorsExcluded));
    // The checker reads it from the plan, both ways.
    let mut bent = plan.clone();
    let at = plan.routes.iter().position(|route| !route.visits.is_empty()).unwrap();
    bent.routes[at].inspector.avoids_owners.insert("o3".to_owned());
    bent.routes[at].visits[0].candidate.owners.insert("o3".to_owned());
    assert!(check(&bent, &pack).iter().any(|one| one.code == ViolationCode::Excluded));
    let mut freed = alone.clone();
    freed.left_out[0].candidate.owners.clear();
    assert!(check(&freed, &pack).iter().any(|one| one.code == ViolationCode::Reason));
}

#[test]
fn who_holds_an_object_is_read_from_fields_that_are_there() {
    let mut settings = moscow().settings;
    settings.owners =
        vec![OwnerField { source: "rights".to_owned(), field: "holder".to_owned(), until: None }];
    assert!(settings.check_fields(|source, field| source != "rights" || field == "holder").is_ok());
    settings.owners[0].until = Some("ended".to_owned());
    let error = settings.check_fields(|source, field| source != "rights" || field == "holder").unwrap_err();
    let error = error.to_string();
    assert!(error.contains("rights") && error.contains("ended"), "{error}");
}

#[test]
fn what_an_absent_inspector_leaves_does_not_go_to_who_may_not_have_it() {
    let pack = rotating();
    let objects = [seen_by(1, "i002"), seen_by(2, "i003")];
    let plan = planned(&pack, &objects, vec![inspector(1), inspector(2)]);
    assert_eq!(visitor(&plan, 1), Some("i001"));
    let away = Disturbance { now: Minutes(0), absent: ["i001".to_owned()].into(), ..Disturbance::default() };
    let after = replan(&plan, &pack, &away, (1, 50)).unwrap().plan;
    assert_eq!([visitor(&after, 1), visitor(&after, 2)], [None, Some("i002")]);
    assert_eq!(after.left_out[0].reason, LeftOutReason::InspectorsExcluded);
}

#[test]
fn the_checker_finds_who_may_not_go() {
    let pack = rotating();
    let sound = planned(&pack, &[seen_by(1, "i002")], vec![inspector(1), inspector(2)]);
    let at = sound.routes.iter().position(|route| !route.visits.is_empty()).unwrap();
    let bent = |bend: &dyn Fn(&mut Plan), code: ViolationCode| {
        let mut plan = sound.clone();
        bend(&mut plan);
        let found = check(&plan, &pack);
        assert!(found.iter().any(|one| one.code == code), "{found:?}");
    };
    let mine = sound.routes[at].inspector.key.clone();
    bent(
        &|plan| plan.routes[at].visits[0].candidate.last_inspector = Some(mine.clone()),
        ViolationCode::Excluded,
    );
    bent(
        &|plan| {
            plan.routes[at].inspector.avoids.insert(parcel(1).key);
        },
        ViolationCode::Excluded,
    );
    let out = planned(&pack, &[seen_by(1, "i001"), seen_by(2, "i001")], vec![inspector(1)]);
    let mut freed = out.clone();
    freed.left_out[0].candidate.last_inspector = None;
    assert!(check(&freed, &pack).iter().any(|one| one.code == ViolationCode::Reason));
}

#[test]
fn whose_attestation_is_over_is_in_no_plan() {
    let pack = moscow();
    let last_day = InspectorDay { attested_until: Some(DAY), ..inspector(1) };
    let due = ObjectState { category: RiskCategory::High, ..parcel(1) };
    let plan = run(&request(selected(&[due], &pack), vec![last_day], 1), &pack);
    assert_eq!((check(&plan, &pack), plan.visits().count()), (vec![], 1), "the last day is one of it");
    let mut expired = plan.clone();
    expired.routes[0].inspector.attested_until = DAY.yesterday().ok();
    let found = check(&expired, &pack);
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), [ViolationCode::Attestation]);
    assert_eq!(found[0].inspector, expired.routes[0].inspector.key);
}
