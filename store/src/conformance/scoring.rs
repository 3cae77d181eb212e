//! Methodologies, models, runs, assessments, assignments, decisions and the register over them.

use std::collections::BTreeMap;

use dozor_domain::{
    Assessment, AssignmentId, AssignmentState, BasisStep, CategoryAssignment, Coded as _, DecisionId,
    DecisionRecord, MethodologyEvent, MethodologyStep, Person, Probability, RiskCategory, RuleState,
    RunHeader, RunId,
};

use super::{Backend, at, object, object_id, on_both};
use crate::{
    Methodology, MethodologyState, Model, ModelRole, NewAssignment, ProposalScope, RegisterFilter,
    RegisterOrder, Store, StoreError,
};

on_both!(
    one_methodology_is_active,
    steps_of_a_version_are_only_added_and_a_draft_alone_is_replaced,
    one_model_is_champion_and_its_bundle_is_checked,
    a_killed_run_is_discarded_and_a_finished_one_is_not,
    assessments_come_back_to_the_last_bit,
    a_decision_puts_a_run_into_force_and_supersedes_the_last,
    an_order_number_decides_once,
    proposals_say_what_changes,
    the_register_filters_orders_and_pages,
);

fn methodology(hash: &str) -> Methodology {
    Methodology {
        hash: hash.to_owned(),
        number: 0,
        parent: None,
        state: MethodologyState::Draft,
        engine: "0.1.0".to_owned(),
        author: "system".to_owned(),
        created_at: at(0),
        activated_at: None,
        files: BTreeMap::from([("policy.toml".to_owned(), "role = \"rules_only\"".to_owned())]),
    }
}

async fn one_methodology_is_active(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.insert_methodology(&methodology("a")).await.unwrap(), 1);
    tx.activate_methodology("a", at(1)).await.unwrap();
    assert_eq!(tx.insert_methodology(&methodology("b")).await.unwrap(), 2);
    tx.commit().await.unwrap();
    let active = store.active_methodology().await.unwrap().unwrap();
    assert_eq!((active.number, active.files.len(), active.activated_at), (1, 1, Some(at(1))));
    let mut tx = store.begin().await.unwrap();
    tx.activate_methodology("b", at(2)).await.unwrap();
    assert_eq!(tx.activate_methodology("b", at(3)).await.unwrap_err().info().code, "STATE_CHANGED");
    tx.commit().await.unwrap();
    let states: Vec<_> = store.methodologies().await.unwrap().iter().map(|version| version.state).collect();
    assert_eq!(states, [MethodologyState::Superseded, MethodologyState::Active]);
    assert_eq!(store.methodology("a").await.unwrap().unwrap().files, methodology("a").files);
}

async fn steps_of_a_version_are_only_added_and_a_draft_alone_is_replaced(backend: Backend) {
    let store = backend.initialised().await;
    let by = Person { login: "anna".to_owned(), name: "Анна".to_owned() };
    let step = |event| MethodologyStep { event, by: by.clone(), at: at(3) };
    let drafted = step(MethodologyEvent::Draft { content: "1".to_owned() });
    let checked = step(MethodologyEvent::Check { content: "1".to_owned() });
    let mut tx = store.begin().await.unwrap();
    let number = tx.insert_methodology(&methodology("a")).await.unwrap();
    tx.insert_methodology_step(number, 0, &drafted).await.unwrap();
    tx.insert_methodology_step(number, 1, &checked).await.unwrap();
    let taken = tx.insert_methodology_step(number, 1, &drafted).await.unwrap_err();
    assert_eq!(taken.info().code, "STATE_CHANGED");
    tx.insert_methodology(&methodology("b")).await.unwrap();
    tx.activate_methodology("b", at(4)).await.unwrap();
    let other = Methodology { files: BTreeMap::new(), ..methodology("c") };
    tx.replace_draft("a", &other).await.unwrap();
    assert_eq!(tx.replace_draft("a", &other).await.unwrap_err().info().code, "STATE_CHANGED");
    assert_eq!(tx.replace_draft("b", &methodology("d")).await.unwrap_err().info().code, "STATE_CHANGED");
    tx.commit().await.unwrap();
    assert_eq!(store.methodology_steps().await.unwrap(), [(number, drafted), (number, checked)]);
    let replaced = store.methodology("c").await.unwrap().unwrap();
    assert_eq!((replaced.number, replaced.files.len()), (number, 0));
}

fn model(bundle: &[u8], role: ModelRole) -> Model {
    Model {
        hash: dozor_domain::hex(&dozor_domain::sha256(bundle)),
        role,
        catalogue_hash: "c".to_owned(),
        methodology: "a".to_owned(),
        trained_at: at(i64::from(bundle[0])),
        as_of: at(0),
        up_to_seq: 10,
        metrics: r#"{"auc":0.7}"#.to_owned(),
    }
}

async fn one_model_is_champion_and_its_bundle_is_checked(backend: Backend) {
    let store = backend.initialised().await;
    let (one, two) = (model(b"1", ModelRole::Champion), model(b"2", ModelRole::Champion));
    let three = model(b"3", ModelRole::Challenger);
    let mut tx = store.begin().await.unwrap();
    tx.insert_model(&one, b"1").await.unwrap();
    tx.insert_model(&two, b"2").await.unwrap();
    tx.insert_model(&three, b"3").await.unwrap();
    assert_eq!(tx.insert_model(&one, b"x").await.unwrap_err().info().code, "BLOB_HASH_MISMATCH");
    tx.commit().await.unwrap();
    assert_eq!(store.champion().await.unwrap(), Some(two.clone()));
    let mut tx = store.begin().await.unwrap();
    tx.promote_model(&three.hash).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.champion().await.unwrap().map(|model| model.hash), Some(three.hash.clone()));
    let roles: Vec<_> = store.models().await.unwrap().iter().map(|model| model.role).collect();
    assert_eq!(roles, [ModelRole::Champion, ModelRole::Retired, ModelRole::Retired]);
    assert_eq!(store.model_bundle(&three.hash).await.unwrap(), b"3");
    assert_eq!(store.model_bundle("zz").await.unwrap_err().info().code, "BLOB_MISSING");
}

fn run(number: u8) -> RunHeader {
    RunHeader {
        id: RunId::from_bytes([number; 16]),
        methodology: "a".to_owned(),
        model: None,
        engine: "0.1.0".to_owned(),
        as_of: at(i64::from(number)),
        up_to_seq: 7,
        facts: "f".to_owned(),
        started_at: at(i64::from(number)),
    }
}

fn assessment(run: u8, number: u32, category: RiskCategory) -> Assessment {
    Assessment {
        run: RunId::from_bytes([run; 16]),
        object: object_id(number),
        control_kind: "municipal_land".to_owned(),
        rule_category: RiskCategory::Low,
        category,
        highest_if_unknown: RiskCategory::ExtremelyHigh,
        probability: Probability::new(f64::from(number) / 1_000.0),
        points: 0.1 + 0.2,
        score: f64::from(number) / 3.0,
        rules: vec![("land_no_right".to_owned(), RuleState::Unknown)],
        basis: vec![BasisStep::Points { rule: "prior".to_owned(), points: 1.0 / 3.0 }, BasisStep::NoModel],
        facts_hash: [7; 32],
    }
}

fn proposal(run: u8, number: u32, category: RiskCategory) -> NewAssignment {
    let run_id = RunId::from_bytes([run; 16]);
    let object = object_id(number);
    NewAssignment {
        assignment: CategoryAssignment {
            id: AssignmentId::derive(&[run_id.as_bytes(), object.as_bytes()]),
            object,
            control_kind: "municipal_land".to_owned(),
            category,
            run: run_id,
            state: AssignmentState::Proposed,
        },
        score: f64::from(number) / 3.0,
        probability: None,
    }
}

fn decision(number: u8, run: u8) -> DecisionRecord {
    DecisionRecord {
        id: DecisionId::from_bytes([number; 16]),
        run: RunId::from_bytes([run; 16]),
        order_number: format!("{number}-П"),
        official: "Сидоров".to_owned(),
        decided_at: at(100 + i64::from(number)),
        count: 0,
    }
}

async fn a_killed_run_is_discarded_and_a_finished_one_is_not(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_run(&run(1)).await.unwrap();
    tx.insert_assessments(&[assessment(1, 1, RiskCategory::Low)]).await.unwrap();
    tx.insert_assignments(&[proposal(1, 1, RiskCategory::Low)]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.latest_run().await.unwrap(), None, "an unfinished run counts for nothing");
    assert_eq!(store.assessment_count(run(1).id).await.unwrap(), 1);
    let mut tx = store.begin().await.unwrap();
    tx.discard_run(run(1).id).await.unwrap();
    assert_eq!(tx.insert_run(&run(1)).await.map_err(|fault| fault.to_string()), Ok(()));
    tx.finish_run(run(1).id, at(9), 0).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.assessment_count(run(1).id).await.unwrap(), 0);
    let finished = store.latest_run().await.unwrap().unwrap();
    assert_eq!((finished.header, finished.finished_at), (run(1), Some(at(9))));
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.discard_run(run(1).id).await.unwrap_err().info().code, "STATE_CHANGED");
}

async fn assessments_come_back_to_the_last_bit(backend: Backend) {
    let store = backend.initialised().await;
    let mut expected: Vec<_> = (0..200).map(|number| assessment(1, number, RiskCategory::Medium)).collect();
    let mut tx = store.begin().await.unwrap();
    tx.insert_run(&run(1)).await.unwrap();
    tx.insert_assessments(&expected).await.unwrap();
    let short = tx.finish_run(run(1).id, at(9), 201).await.unwrap_err();
    assert_eq!(short.info().code, "STATE_CHANGED", "a run that lacks assessments is not finished");
    tx.finish_run(run(1).id, at(9), 200).await.unwrap();
    tx.commit().await.unwrap();
    expected.sort_by_key(|assessment| assessment.object);
    let mut found: Vec<Assessment> = Vec::new();
    loop {
        let after = found.last().map(|last| (last.object, last.control_kind.as_str()));
        let page = store.assessments(run(1).id, after, 33).await.unwrap();
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    assert_eq!(found, expected);
    let heads = store.assessment_heads(run(1).id).await.unwrap();
    assert_eq!(heads.len(), 200);
    assert_eq!(heads[3].score.to_bits(), expected[3].score.to_bits());
    let of_object = store.assessments_of(object_id(5)).await.unwrap();
    assert_eq!(of_object.len(), 1);
    assert_eq!(of_object[0].0.assessments, 200);
    let answered = store.rule_answers(run(1).id).await.unwrap();
    let all = store.assessments(run(1).id, None, 1_000).await.unwrap();
    let of_all = all.into_iter().filter(|one| !one.rules.is_empty());
    let expected: Vec<_> = of_all.map(|one| (one.object, one.rules)).collect();
    assert_eq!(answered.into_iter().map(|one| (one.object, one.rules)).collect::<Vec<_>>(), expected);
    let one = store.assessment(run(1).id, object_id(5), "municipal_land").await.unwrap();
    assert_eq!(one, Some(of_object[0].1.clone()));
}

async fn propose(store: &Store, number: u8, proposals: &[NewAssignment]) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_run(&run(number)).await.unwrap();
    tx.insert_assignments(proposals).await.unwrap();
    tx.finish_run(run(number).id, at(9), 0).await.unwrap();
    tx.commit().await.unwrap();
}

async fn decide(store: &Store, number: u8, run: u8) -> Result<u64, StoreError> {
    let mut tx = store.begin().await.unwrap();
    let count = tx.decide_run(&decision(number, run)).await?;
    tx.commit().await?;
    Ok(count)
}

async fn a_decision_puts_a_run_into_force_and_supersedes_the_last(backend: Backend) {
    let store = backend.initialised().await;
    propose(&store, 1, &[proposal(1, 1, RiskCategory::High), proposal(1, 2, RiskCategory::Low)]).await;
    assert!(store.active_assignments().await.unwrap().is_empty(), "proposed counts for nothing");
    assert_eq!(decide(&store, 1, 1).await.unwrap(), 2);
    assert_eq!(decide(&store, 2, 1).await.unwrap_err().info().code, "STATE_CHANGED");
    propose(&store, 2, &[proposal(2, 1, RiskCategory::Medium)]).await;
    assert_eq!(decide(&store, 3, 2).await.unwrap(), 1);
    let active = store.active_assignments().await.unwrap();
    assert_eq!(active.len(), 2);
    let of_one = store.assignments_of(object_id(1)).await.unwrap();
    let by = DecisionId::from_bytes([3; 16]);
    assert_eq!(of_one[0].assignment.state, AssignmentState::Active { decision: by });
    assert_eq!(of_one[0].assignment.category, RiskCategory::Medium);
    assert_eq!(of_one[0].decided_at, Some(at(103)));
    assert_eq!(of_one[1].assignment.state, AssignmentState::Superseded { by });
    let decided = store.decided_assignments().await.unwrap();
    let rows: Vec<_> =
        decided.iter().map(|row| (row.assignment.object, row.assignment.category, row.decided_at)).collect();
    let mut expected = vec![
        (object_id(1), RiskCategory::High, Some(at(101))),
        (object_id(1), RiskCategory::Medium, Some(at(103))),
        (object_id(2), RiskCategory::Low, Some(at(101))),
    ];
    expected.sort_by_key(|(object, _, on)| (*object, *on));
    assert_eq!(rows, expected, "one after the other, nothing that was only proposed");
    let counts = store.category_counts().await.unwrap();
    let land = "municipal_land".to_owned();
    assert_eq!(counts, [(land.clone(), RiskCategory::Low, 1), (land, RiskCategory::Medium, 1)]);
    assert_eq!(store.decisions(10).await.unwrap()[0].count, 1);
    assert_eq!(store.decision(by).await.unwrap().map(|decision| decision.run), Some(run(2).id));
}

async fn an_order_number_decides_once(backend: Backend) {
    let store = backend.initialised().await;
    propose(&store, 1, &[proposal(1, 1, RiskCategory::High)]).await;
    propose(&store, 2, &[proposal(2, 1, RiskCategory::Low)]).await;
    decide(&store, 1, 1).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let same_number = DecisionRecord { order_number: "1-П".to_owned(), ..decision(2, 2) };
    let fault = tx.decide_run(&same_number).await.unwrap_err();
    assert!(
        matches!(fault, StoreError::Constraint { constraint, .. } if constraint == "decisions_order_number")
    );
    drop(tx);
    assert_eq!(store.active_assignments().await.unwrap()[0].assignment.category, RiskCategory::High);
}

async fn proposals_say_what_changes(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_objects(&(0..10).map(object).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    propose(&store, 1, &[proposal(1, 1, RiskCategory::High), proposal(1, 2, RiskCategory::Low)]).await;
    decide(&store, 1, 1).await.unwrap();
    let second = [
        proposal(2, 1, RiskCategory::Medium),
        proposal(2, 2, RiskCategory::Low),
        proposal(2, 3, RiskCategory::Low),
        proposal(2, 4, RiskCategory::High),
    ];
    propose(&store, 2, &second).await;
    let page = store.proposals(run(2).id, ProposalScope::Changed, None, 1).await.unwrap();
    assert_eq!((page.rows[0].object, page.rows[0].from), (object_id(4), None));
    let next = store.proposals(run(2).id, ProposalScope::Changed, page.next.as_ref(), 5).await.unwrap();
    assert_eq!(next.rows.len(), 1, "low stays low, and undecided counts as low");
    assert_eq!((next.rows[0].from, next.rows[0].to), (Some(RiskCategory::High), RiskCategory::Medium));
    assert_eq!(next.next, None);
    assert_eq!(store.proposals(run(2).id, ProposalScope::All, None, 9).await.unwrap().rows.len(), 4);
    let counts = store.proposal_counts(run(2).id).await.unwrap();
    assert_eq!(counts.len(), 4);
    assert_eq!(counts[0], ("municipal_land".to_owned(), None, RiskCategory::Low, 1));
}

async fn all_pages(store: &Store, filter: &RegisterFilter) -> Vec<String> {
    let (mut keys, mut after) = (Vec::new(), None);
    loop {
        let page = store.register(filter, after.as_ref(), 7).await.unwrap();
        keys.extend(page.rows.iter().map(|row| row.key.clone()));
        match page.next {
            Some(next) => after = Some(next.to_string().parse().unwrap()),
            None => return keys,
        }
    }
}

async fn the_register_filters_orders_and_pages(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_objects(&(0..40).map(object).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let proposals: Vec<_> = (0..20)
        .map(|number| {
            proposal(1, number, if number % 4 == 0 { RiskCategory::High } else { RiskCategory::Low })
        })
        .collect();
    propose(&store, 1, &proposals).await;
    decide(&store, 1, 1).await.unwrap();
    let keys = all_pages(&store, &RegisterFilter::default()).await;
    assert_eq!(keys, (0..40).map(super::key).collect::<Vec<_>>());
    let mut filter = RegisterFilter { order: RegisterOrder::Urgency, ..RegisterFilter::default() };
    let keys = all_pages(&store, &filter).await;
    assert_eq!(keys.len(), 40);
    assert_eq!(keys[..3], [super::key(16), super::key(12), super::key(8)]);
    filter.categories = vec![RiskCategory::High];
    filter.control_kind = Some("municipal_land".to_owned());
    filter.kinds = vec!["building".to_owned(), "parcel".to_owned()];
    assert_eq!(store.register_count(&filter).await.unwrap(), 5);
    filter.kinds = vec!["par".to_owned()];
    assert_eq!(store.register_count(&filter).await.unwrap(), 0);
    let text = |text: &str| RegisterFilter { text: Some(text.to_owned()), ..RegisterFilter::default() };
    assert_eq!(store.register_count(&text("ёЛОЧНАЯ, д. 7")).await.unwrap(), 1);
    assert_eq!(store.register_count(&text("%")).await.unwrap(), 0, "a sign of a pattern is a letter here");
    let low = RegisterFilter { categories: vec![RiskCategory::Low], ..RegisterFilter::default() };
    assert_eq!(store.register_count(&low).await.unwrap(), 35, "undecided counts as low");
    let territory = RegisterFilter { territory: Some("d1".to_owned()), ..RegisterFilter::default() };
    assert_eq!(all_pages(&store, &territory).await.len(), 13);
}
