//! Several prescriptions at one object: each is looked at again by a result after its own term, and by no other.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use dozor_app::{Dozor, GateCall, PlanCall, SearchLimit, Silent};
use dozor_domain::{Ground, Plan};
use dozor_store::GeometryUse;
use support::{clock, demo_on, ingest, location};

const FRIDAY: &str = "2026-11-20";
const TUESDAY: &str = "2026-11-24";

/// Returns the keys of two parcels that have no prescription and at which nothing was done since the summer.
async fn quiet(dozor: &Dozor) -> [String; 2] {
    let store = dozor.store();
    let objects = store.load_objects_at(GeometryUse::Skip, store.last_seq().await.unwrap()).await.unwrap();
    let mut found = Vec::new();
    for object in objects.rows().iter().filter(|object| object.kind == "parcel") {
        let records = store.records_of_object(object.id).await.unwrap();
        let summer = dozor.instant("2026-07-01").unwrap();
        let disturbs = records.iter().any(|one| {
            one.source == "prescriptions" || one.source == "events" && one.record.known_at > summer
        });
        if !disturbs {
            found.push(object.key.clone());
        }
        if let [one, other] = found.as_slice() {
            return [one.clone(), other.clone()];
        }
    }
    unreachable!("a city of 2,000 objects has two quiet parcels");
}

async fn plan(dozor: &Dozor) -> Plan {
    let (date, limit) = (TUESDAY.to_owned(), SearchLimit::default());
    let call = PlanCall { date, seed: 7, iterations: Some(200), limit };
    let planned = dozor.plan(&call, "test", &Silent).await.unwrap();
    dozor.store().plan(planned.report.plan).await.unwrap().unwrap().plan
}

/// Returns by how many days a prescription is overdue that makes work at an object.
fn due(plan: &Plan, key: &str) -> Option<i64> {
    let visits = plan.visits().map(|(_, visit)| &visit.candidate);
    let mut all = visits.chain(plan.left_out.iter().map(|out| &out.candidate));
    let candidate = all.find(|one| one.key == key)?;
    candidate.grounds.iter().find_map(|ground| match ground {
        Ground::PrescriptionOverdue { days } => Some(*days),
        _ => None,
    })
}

#[tokio::test]
async fn a_prescription_that_ran_out_after_the_last_visit_makes_work_though_another_was_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let (_, friday) = demo_on(folder.path(), FRIDAY, "2026-11-20T06:00:00Z").await;
    let [two, one] = quiet(&friday).await;
    drop(friday);
    let dozor = Dozor::open(&location(folder.path()), clock("2026-11-24T05:00:00Z")).await.unwrap();
    // A hundred days overdue, looked at fifty days ago; the second of one object ran out ten days ago.
    let papers = format!(
        "prescription_number,object_key,issued_on,due_on,delivered_on,term_days,deferred_to,fulfilled_on,\
         suspended_from,suspended_to,updated_on\n\
         Л-1,{two},2026-06-01,2026-08-16,,,,,,,2026-06-02\n\
         Л-2,{two},2026-06-01,2026-11-14,,,,,,,2026-06-02\n\
         Л-3,{one},2026-06-01,2026-08-16,,,,,,,2026-06-02\n"
    );
    ingest(&dozor, folder.path(), "prescriptions", papers).await;
    let header =
        "event_number,object_key,event_kind,control_kind,result,rule,inspector_ref,held_on,updated_on\n";
    let looked = |key: &str, on: &str| {
        format!("Л-{key}-{on},{key},field_survey,municipal_land,violation,,,{on},{on}\n")
    };
    let autumn = [&two, &one].map(|key| looked(key, "2026-10-05")).concat();
    ingest(&dozor, folder.path(), "events", format!("{header}{autumn}")).await;
    let day = plan(&dozor).await;
    assert_eq!((due(&day, &two), due(&day, &one)), (Some(10), None));
    let lacks = async |key: &str| {
        let call = GateCall {
            object: key.to_owned(),
            control_kind: Some("municipal_land".to_owned()),
            event: "field_survey".to_owned(),
            ground: "prescription_overdue".to_owned(),
            date: TUESDAY.to_owned(),
            ..GateCall::default()
        };
        let refusals = dozor.ask_gate(&call).await.unwrap().refusals.into_iter();
        refusals.filter(|one| one.lack == "prescription_term").count()
    };
    assert_eq!((lacks(&two).await, lacks(&one).await), (0, 1), "the gate reads it as planning does");

    ingest(&dozor, folder.path(), "events", format!("{header}{}", looked(&two, "2026-11-20"))).await;
    assert_eq!(due(&plan(&dozor).await, &two), None, "each was looked at after its own term");
}
