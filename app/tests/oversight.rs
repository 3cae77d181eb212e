//! Oversight over a small demo city: the version with the card is in force, what a year says, how a category came about,
//! past cases alike, bounds that outcomes propose, requests for another category.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dozor_app::queries::category_requests::{NewCategoryRequest, RequestAnswer};
use dozor_app::queries::codes::RequestVerdict;
use dozor_app::queries::decisions::{ProposalCall, ProposalItem};
use dozor_app::queries::paging::PageCall;
use dozor_app::{
    AppError, Decision, DemoEdge, DemoRequest, Dozor, Holders, JudgedBy, Location, OneProcess, Queries,
    Silent, User, demo,
};
use dozor_domain::{
    CategoryRequestId, Clock, Coded, DecisionId, FixedClock, MethodologyStage, ObjectId, Timestamp,
};
use dozor_scoring::ModelRole;
use tempfile::TempDir;
use uuid::Uuid;

const TODAY: &str = "2026-11-20";
const NOW: &str = "2026-11-20T06:00:00Z";

fn clock() -> Arc<dyn Clock> {
    Arc::new(FixedClock(Timestamp::parse_rfc3339(NOW).unwrap()))
}

async fn city() -> (TempDir, Dozor) {
    static IDS: AtomicU64 = AtomicU64::new(1);
    let folder = tempfile::tempdir().unwrap();
    let request = DemoRequest { objects: 2_000, seed: 5, date: Some(TODAY.to_owned()), history_years: 4 };
    let fresh = || *Uuid::from_u128(u128::from(IDS.fetch_add(1, Ordering::Relaxed)) | 7 << 76).as_bytes();
    let place = Location::from_arguments(folder.path(), None).unwrap();
    let holders: Arc<dyn Holders> = Arc::new(OneProcess::default());
    let edge = DemoEdge { new_id: &fresh, holders: &holders };
    demo((&place, folder.path()), &request, clock(), edge, &Silent).await.unwrap();
    let dozor = Dozor::open(&place, clock()).await.unwrap();
    (folder, dozor)
}

async fn user(dozor: &Dozor, login: &str) -> User {
    dozor.store().user_by_login(login).await.unwrap().unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, AppError>) -> &'static str {
    result.unwrap_err().info().code
}

#[tokio::test]
async fn the_demo_stands_on_its_card_and_says_what_managers_ask() {
    let (_folder, dozor) = city().await;
    the_card_came_into_force_by_three_people(&dozor).await;
    a_year_is_judged_by_a_model_that_had_not_seen_it(&dozor).await;
    the_past_sees_no_later_run(&dozor).await;
    outcomes_propose_bounds_and_people_get_a_draft(&dozor).await;
    let queries = Queries::new(dozor.clone());
    let changed = a_decision_says_what_had_changed(&dozor, &queries).await;
    past_cases_are_of_the_same_kind_and_not_its_own(&queries, &changed).await;
    a_request_is_answered_with_reasons_and_moves_nothing(&dozor, &queries, &changed).await;
}

async fn the_card_came_into_force_by_three_people(dozor: &Dozor) {
    assert_eq!(dozor.methodology().policy.role(), ModelRole::ScorecardMatrix);
    let versions = dozor.versions().await.unwrap();
    let stages: Vec<&MethodologyStage> = versions.iter().map(|version| &version.life.stage).collect();
    assert_eq!(stages, [&MethodologyStage::Active, &MethodologyStage::Superseded]);
    let life = &versions[0].life;
    let [author, lawyer] = [&life.authors[0], life.lawyer.as_ref().unwrap()];
    assert!(life.approvals.iter().all(|one| !one.by.is_same(author) && !one.by.is_same(lawyer)));
    let run = dozor.store().latest_run().await.unwrap().unwrap().header;
    assert_eq!(run.methodology, versions[0].hash);
    let heads = dozor.store().assessment_heads(run.id).await.unwrap();
    let raised = heads.iter().filter(|one| one.category > one.rule_category).count();
    assert!(raised > 0 && raised * 20 < heads.len(), "{raised} of {}", heads.len());
    assert!(heads.iter().all(|one| one.category >= one.rule_category), "the card lowers nobody");
}

async fn a_year_is_judged_by_a_model_that_had_not_seen_it(dozor: &Dozor) {
    let found = dozor.oversight(dozor.instant(TODAY).unwrap(), &Silent).await.unwrap();
    let said = serde_json::to_value(&found.second_looks).unwrap();
    assert_eq!((&said["until"], said["from"].is_string()), (&"2026-11-19T21:00:00Z".into(), true), "{said}");
    let year = found.year.unwrap();
    let promise = year.promise.unwrap();
    assert!(promise.rows > 100 && promise.rows == year.outcomes);
    let counted: usize = year.categories.iter().map(|one| one.outcomes).sum();
    assert_eq!(counted, year.outcomes);
    let visits: usize = year.inspectors.iter().map(|one| one.visits).sum();
    let hits: f64 = year.inspectors.iter().map(|one| one.found as f64).sum();
    assert!(visits > 100 && year.inspectors.len() > 2);
    assert!((hits / visits as f64 - year.hit_rate.unwrap().value).abs() < 1e-12);
    let attributes: Vec<&str> = year.groups.keys().map(String::as_str).collect();
    assert_eq!(attributes, ["holder_kind", "holder_size", "object_kind", "territory"]);
    for (attribute, groups) in &year.groups {
        let parts: usize = groups[1..].iter().map(|group| group.visited).sum();
        assert_eq!((groups[0].visited, groups[0].group.as_str()), (parts, ""), "{attribute}");
    }
    let kinds: Vec<&str> = year.groups["holder_kind"].iter().map(|group| group.group.as_str()).collect();
    assert!(kinds.contains(&"company") && kinds.contains(&"person"), "{kinds:?}");
    let moved = found.facts.as_ref().unwrap();
    assert!(
        moved.from < moved.to && !moved.facts.is_empty(),
        "from the first run by the model to the latest"
    );
    assert_eq!(moved.to, dozor.instant(TODAY).unwrap());
    for by in [JudgedBy::Desk, JudgedBy::Field] {
        let one = found.sources.iter().find(|one| one.field == "detector_version" && one.by == by).unwrap();
        assert!(one.values.iter().any(|value| value.decided > 30), "{one:?}");
    }
}

/// A question about a past day is answered without what came later, and its answer alarms nobody.
async fn the_past_sees_no_later_run(dozor: &Dozor) {
    let past = dozor.oversight(dozor.instant("2025-11-20").unwrap(), &Silent).await.unwrap();
    assert!(past.facts.is_none() && past.outcomes.is_none() && past.shadow.is_none(), "{past:?}");
    let back = dozor.score(dozor.instant("1990-01-01").unwrap(), "test", &Silent).await.unwrap();
    assert_eq!((back.objects, back.live, back.drifted_facts.len()), (0, false, 0), "{back:?}");
    let beyond = dozor.score(dozor.instant("2100-01-01").unwrap(), "test", &Silent).await.unwrap_err();
    assert_eq!(beyond.info().code, "AS_OF_IN_FUTURE");
    let today = dozor.score(dozor.instant(TODAY).unwrap(), "test", &Silent).await.unwrap();
    assert!(today.live, "the demo's day stays the latest");
}

async fn outcomes_propose_bounds_and_people_get_a_draft(dozor: &Dozor) {
    let author = dozor.actor("methodologist").await.unwrap();
    let as_of = dozor.instant(TODAY).unwrap();
    let found = dozor.propose_thresholds(as_of, Some(&author), &Silent).await.unwrap();
    assert_eq!(found.key, "scorecard");
    assert_eq!(found.proposed.is_empty(), found.draft.is_none(), "{found:?}");
    let Some(draft) = &found.draft else { return };
    assert_eq!(draft.life.stage, MethodologyStage::Draft, "people approve it");
    assert!(found.groups.windows(2).all(|pair| pair[0].hit_rate > pair[1].hit_rate), "{found:?}");
    assert!(found.groups.iter().take(2).map(|group| group.share).sum::<f64>() <= found.most);
    assert_eq!(dozor.methodology().policy.text().scorecard, found.in_force, "nothing is in force by itself");
}

/// The annex names object, old → new, criterion and act, as many rows as the order put into force.
async fn an_order_says_what_it_put_into_force(dozor: &Dozor, changed: &ProposalItem) {
    let record = dozor.store().decision_of_order("2026-ОК/2").await.unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("annex.csv");
    assert_eq!(dozor.export_order(record.id, &file).await.unwrap(), record.count);
    let text = std::fs::read_to_string(&file).unwrap();
    let start = format!("2026-ОК/2,{},", changed.object_key);
    let line =
        text.lines().find(|line| line.starts_with(&start) && line.contains(&changed.control_kind)).unwrap();
    let code = |category| serde_json::to_value(category).unwrap().as_str().unwrap().to_owned();
    let moved = format!(",{},{},{},", changed.control_kind, code(changed.old.unwrap()), code(changed.new));
    assert!(line.contains(&moved), "{line}");
    assert!(text.contains("За три года выявлялись нарушения") && text.contains("ст. 23 248-ФЗ"), "{text}");
}

/// Decides the latest run and returns an object whose category it changed.
async fn a_decision_says_what_had_changed(dozor: &Dozor, queries: &Queries) -> ProposalItem {
    let page = PageCall { cursor: None, limit: 500 };
    let waiting = queries.proposal_items(&ProposalCall::default(), &page).await.unwrap().items;
    let changed = waiting.into_iter().find(|item| item.old.is_some_and(|old| old != item.new)).unwrap();
    let decision = Decision {
        id: DecisionId::from_bytes([9; 16]),
        order_number: "2026-ОК/2".to_owned(),
        official: "Руководитель (демо)".to_owned(),
        run: None,
    };
    dozor.decide(decision, "test").await.unwrap();
    an_order_says_what_it_put_into_force(dozor, &changed).await;
    let id = ObjectId::parse(&changed.object_id).unwrap();
    let card = queries.object_card(id).await.unwrap();
    let history: Vec<_> =
        card.category_history.iter().filter(|entry| entry.control_kind == changed.control_kind).collect();
    assert_eq!(history.len(), 2, "{history:?}");
    assert_eq!((history[0].order_number.as_str(), history[1].old), ("2026-ОК/2", None));
    assert_eq!((history[0].old, history[0].new), (changed.old, changed.new));
    assert!(!history[0].causes.is_empty() && history[1].causes.is_empty(), "{history:?}");
    changed
}

async fn past_cases_are_of_the_same_kind_and_not_its_own(queries: &Queries, item: &ProposalItem) {
    let id = ObjectId::parse(&item.object_id).unwrap();
    let found = queries.similar_cases(id, &BTreeSet::new()).await.unwrap();
    assert_eq!((found.items.len(), found.counted), (5, 100));
    assert!(found.items.windows(2).all(|pair| pair[0].distance <= pair[1].distance));
    let register = queries.register().await.unwrap();
    for case in &found.items {
        let other = register.object(ObjectId::parse(&case.object_id).unwrap()).unwrap();
        assert!(other.id != id && other.kind == item.object_kind && case.happened_on.as_str() < TODAY);
    }
    let again = queries.similar_cases(id, &BTreeSet::new()).await.unwrap();
    assert_eq!(format!("{found:?}"), format!("{again:?}"));
}

async fn a_request_is_answered_with_reasons_and_moves_nothing(
    dozor: &Dozor,
    queries: &Queries,
    item: &ProposalItem,
) {
    let object = ObjectId::parse(&item.object_id).unwrap();
    let (head, clerk) = (user(dozor, "head").await, user(dozor, "methodologist").await);
    let id = |number: u8| CategoryRequestId::from_bytes([number; 16]);
    let paper = |reference: &str, filed_on: &str| NewCategoryRequest {
        control_kind: item.control_kind.clone(),
        reference: reference.to_owned(),
        filed_on: filed_on.to_owned(),
    };
    // A Friday: five working days lead to the next one; the fourth of November is off.
    let filed = queries.file_request((object, id(1)), paper("ВХ-1", "2026-10-30"), &head).await.unwrap();
    assert_eq!((filed.due_on.as_str(), filed.overdue), ("2026-11-09", true));
    let late = queries.file_request((object, id(2)), paper("ВХ-2", TODAY), &head).await.unwrap();
    assert_eq!((late.due_on.as_str(), late.overdue), ("2026-11-27", false));
    let file = async |paper| code(queries.file_request((object, id(3)), paper, &head).await);
    assert_eq!(file(paper("ВХ-1", "2026-10-30")).await, "CATEGORY_REQUEST_TAKEN");
    assert_eq!(file(paper(" ", TODAY)).await, "CATEGORY_REQUEST_REFUSED");
    assert_eq!(file(paper("ВХ-3", "2026-11-21")).await, "CATEGORY_REQUEST_REFUSED");
    let open: Vec<String> =
        queries.category_requests().await.unwrap().items.into_iter().map(|one| one.reference).collect();
    assert_eq!(open, ["ВХ-1", "ВХ-2"], "the earliest term first");

    let drafted = queries.request_reply(id(1), RequestVerdict::Refused, &head).await.unwrap();
    let text = drafted.text.ru;
    assert!(text.contains("ВХ-1") && text.contains("2026-ОК/2") && text.contains("отказано"), "{text}");
    let left = queries.request_reply(id(1), RequestVerdict::Left, &head).await.unwrap().text.ru;
    assert_eq!(left.lines().count(), 2, "no word on its merits: {left}");
    let reply_hash = drafted.hash.clone();
    let answer = move |verdict, comment: &str| RequestAnswer {
        verdict,
        comment: comment.to_owned(),
        reply_hash: reply_hash.clone(),
    };
    let answer = &answer;
    let unread = RequestAnswer { reply_hash: "0".repeat(64), ..answer(RequestVerdict::Refused, "") };
    assert_eq!(code(queries.answer_request(id(1), unread, &head).await), "CATEGORY_REPLY_CHANGED");
    let refused = |user: User, verdict, comment: &'static str| async move {
        code(queries.answer_request(id(1), answer(verdict, comment), &user).await)
    };
    assert_eq!(refused(clerk, RequestVerdict::Refused, "").await, "POWER_MISSING");
    assert_eq!(refused(head.clone(), RequestVerdict::Granted, "").await, "CATEGORY_REQUEST_REFUSED");
    assert_eq!(refused(head.clone(), RequestVerdict::Left, " ").await, "CATEGORY_REQUEST_REFUSED");
    let before = queries.object_card(object).await.unwrap();
    let answered = queries.answer_request(id(1), answer(RequestVerdict::Refused, "Приходите"), &head).await;
    let answered = answered.unwrap();
    assert!(answered.reply.unwrap().ru.ends_with("Приходите") && !answered.overdue);
    assert_eq!(refused(head, RequestVerdict::Refused, "").await, "STATE_NOT_ALLOWED");
    let after = queries.object_card(object).await.unwrap();
    let categories = |card: &dozor_app::queries::card::ObjectCard| {
        card.assessments.iter().map(|one| one.active_category).collect::<Vec<_>>()
    };
    assert_eq!(categories(&before), categories(&after), "an answer moves no category");
    assert_eq!(after.requests.len(), 2);
}
