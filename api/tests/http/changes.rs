//! What the pages change.

use serde_json::{Value, json};

use super::support::Server;

const DECISION: &str = "018f0000-0000-7000-8000-000000000001";
const ANOTHER: &str = "018f0000-0000-7000-8000-000000000002";

#[tokio::test]
async fn a_sign_is_decided_once_and_the_same_id_is_the_same_decision() {
    let server = Server::start().await;
    let desk = server.login("desk_analyst").await;
    let queue = server.get(&desk, "/api/v1/signs?limit=2").await.ok();
    let waiting = queue["waiting"].as_i64().unwrap();
    let sign = queue["items"][0]["id"].as_str().unwrap().to_owned();
    let detail = server.get(&desk, &format!("/api/v1/signs/{sign}")).await.ok();
    assert!(!detail["facts"].as_array().unwrap().is_empty());
    let path = format!("/api/v1/signs/{sign}/decision");
    let decide = |id: &str, verdict: &str| Some(json!({ "id": id, "verdict": verdict, "comment": "" }));
    server.call(&desk, "POST", &path, decide(DECISION, "refuted")).await.fails(422, "COMMENT_REQUIRED");
    let first = server.call(&desk, "POST", &path, decide(DECISION, "confirmed")).await.ok();
    let again = server.call(&desk, "POST", &path, decide(DECISION, "confirmed")).await.ok();
    assert_eq!(first, again);
    server.call(&desk, "POST", &path, decide(ANOTHER, "confirmed")).await.fails(409, "SIGN_ALREADY_DECIDED");
    let other_words = Some(json!({ "id": DECISION, "verdict": "refuted", "comment": "x" }));
    server.call(&desk, "POST", &path, other_words).await.fails(409, "DECISION_ID_TAKEN");
    let second = format!("/api/v1/signs/{}/decision", queue["items"][1]["id"].as_str().unwrap());
    server.call(&desk, "POST", &second, decide(DECISION, "confirmed")).await.fails(409, "DECISION_ID_TAKEN");
    // A client that waited too long sends again while the first request is still under way.
    let sent = || server.call(&desk, "POST", &second, decide(ANOTHER, "confirmed"));
    let (one, two) = tokio::join!(sent(), sent());
    assert_eq!(one.ok(), two.ok());
    server.call(&desk, "POST", &path, decide("x", "confirmed")).await.fails(422, "BODY_INVALID");
    let missing = "/api/v1/signs/00000000000000000000000000000000/decision";
    server.call(&desk, "POST", missing, decide(ANOTHER, "confirmed")).await.fails(404, "SIGN_NOT_FOUND");
    let own = server.get(&desk, "/api/v1/desk_decisions").await.ok();
    assert_eq!(own["decided_today"].as_i64(), Some(2));
    let ids: Vec<_> = own["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert!(ids.contains(&json!(DECISION)) && ids.contains(&json!(ANOTHER)), "{ids:?}");
    assert_eq!(server.get(&desk, "/api/v1/signs?limit=1").await.ok()["waiting"], waiting - 2);
    let detail = server.get(&desk, &format!("/api/v1/signs/{sign}")).await.ok();
    assert_eq!(detail["decision"]["verdict"], "confirmed");
}

#[tokio::test]
async fn the_batch_that_was_looked_at_is_decided_and_stale_ones_are_refused() {
    let server = Server::start().await;
    let head = server.login("head").await;
    let batch = server.get(&head, "/api/v1/proposal").await.ok();
    let count = batch["count"].as_i64().unwrap();
    assert!(count > 0, "the demo leaves a week of changes to decide");
    let items = server.get(&head, "/api/v1/proposal/items?limit=500").await.ok();
    assert_eq!(items["items"].as_array().unwrap().len() as i64, count.min(500));
    assert!(items["items"].as_array().unwrap().iter().all(|item| item["old"] != item["new"]));
    let run = batch["run_id"].as_str().unwrap();
    let body = |run: &str, number: &str| Some(json!({ "run_id": run, "order_number": number }));
    let path = "/api/v1/decisions";
    server.call(&head, "POST", path, body(run, " ")).await.fails(422, "ORDER_NUMBER_EMPTY");
    let taken = server.get(&head, path).await.ok()["items"][0]["order_number"].clone();
    server
        .call(&head, "POST", path, body(run, taken.as_str().unwrap()))
        .await
        .fails(409, "ORDER_NUMBER_TAKEN");
    let other = "018f0000-0000-8000-8000-000000000009";
    server.call(&head, "POST", path, body(other, "18")).await.fails(409, "PROPOSAL_STALE");
    let decided = server.call(&head, "POST", path, body(run, "18-ОК")).await.ok();
    assert_eq!(decided["count"].as_i64(), Some(count));
    assert_eq!(server.get(&head, "/api/v1/proposal").await.ok()["count"], 0);
    server.call(&head, "POST", path, body(run, "19-ОК")).await.fails(409, "NOTHING_TO_DECIDE");
    let item = &items["items"][0];
    let card =
        server.get(&head, &format!("/api/v1/objects/{}", item["object_id"].as_str().unwrap())).await.ok();
    let part = card["assessments"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["control_kind"] == item["control_kind"]);
    assert_eq!(part.unwrap()["active_category"], item["new"]);
    assert_eq!(part.unwrap()["decision"]["order_number"], "18-ОК");
}

#[tokio::test]
async fn a_plan_is_approved_once_by_whoever_looked_at_it() {
    let server = Server::start().await;
    let head = server.login("head").await;
    let plans = server.get(&head, "/api/v1/plans").await.ok();
    let waiting = plans["items"].as_array().unwrap().iter().find(|plan| plan["state"] == "proposed");
    let waiting = waiting.expect("the demo proposes the next working day");
    let path = format!("/api/v1/plans/{}/approval", waiting["id"].as_str().unwrap());
    let foreign = json!({ "expected_parent_id": "018f0000-0000-8000-8000-000000000009" });
    server.call(&head, "POST", &path, Some(foreign)).await.fails(409, "PLAN_STALE");
    let approved = server.call(&head, "POST", &path, Some(json!({}))).await.ok();
    assert_eq!(approved["tasks"], waiting["visits"]);
    server.call(&head, "POST", &path, Some(json!({}))).await.fails(409, "PLAN_ALREADY_APPROVED");
    let day = waiting["date"].as_str().unwrap();
    let plan = server.get(&head, &format!("/api/v1/plans/day/{day}")).await.ok();
    let mut visits =
        plan["routes"].as_array().unwrap().iter().flat_map(|one| one["visits"].as_array().unwrap());
    assert!(visits.all(|visit: &Value| visit["order_number"].is_string()));
    let missing = "/api/v1/plans/018f0000-0000-8000-8000-000000000009/approval";
    server.call(&head, "POST", missing, Some(json!({}))).await.fails(404, "PLAN_NOT_FOUND");
}

#[tokio::test]
async fn a_plan_whose_objects_moved_is_refused_by_name_and_planned_again() {
    let server = Server::start().await;
    let head = server.login("head").await;
    let plans = server.get(&head, "/api/v1/plans").await.ok();
    let monday = plans["items"].as_array().unwrap().iter().find(|plan| plan["state"] == "proposed");
    let monday = monday.expect("the demo proposes the next working day").clone();
    let wish = |date: &str| Some(json!({ "date": date }));
    // Planned while nothing of Monday is approved: it visits the same objects.
    let tuesday = server.call(&head, "POST", "/api/v1/plans", wish("2026-11-24")).await.ok();
    assert_eq!(tuesday["state"], "proposed");
    let approval = |plan: &Value| format!("/api/v1/plans/{}/approval", plan["id"].as_str().unwrap());
    server.call(&head, "POST", &approval(&monday), Some(json!({}))).await.ok();
    let refused = server.call(&head, "POST", &approval(&tuesday), Some(json!({}))).await;
    refused.fails(409, "PLAN_STALE");
    let title = refused.json()["title"].as_str().unwrap().to_owned();
    assert!(title.contains("it has an open task"), "{title}");

    let again = server.call(&head, "POST", "/api/v1/plans", wish("2026-11-24")).await.ok();
    assert_ne!(again["id"], tuesday["id"]);
    server.call(&head, "POST", &approval(&again), Some(json!({}))).await.ok();
    let stands = server.call(&head, "POST", "/api/v1/plans", wish("2026-11-24")).await.ok();
    assert_eq!((&stands["id"], &stands["state"]), (&again["id"], &json!("approved")));
    // The older proposal of that day never hides the approved one.
    let shown = server.get(&head, "/api/v1/plans/day/2026-11-24").await.ok();
    assert_eq!((&shown["id"], &shown["state"]), (&again["id"], &json!("approved")));
    let days = server.get(&head, "/api/v1/plans").await.ok();
    let day = days["items"].as_array().unwrap().iter().find(|plan| plan["date"] == "2026-11-24").unwrap();
    assert_eq!(day["id"], again["id"]);
    server.call(&head, "POST", "/api/v1/plans", wish("2026-11-19")).await.fails(409, "PLAN_DAY_PAST");
    server.call(&head, "POST", "/api/v1/plans", wish("2026-11-22")).await.fails(409, "DAY_OFF");
    server.call(&head, "POST", "/api/v1/plans", wish("x")).await.fails(400, "DATE_INVALID");
}

#[tokio::test]
async fn the_head_takes_back_the_day_of_one_who_cannot_go_and_his_objects_are_free() {
    let server = Server::start().await;
    let (head, inspector) = (server.login("head").await, server.login("inspector").await);
    let day = server.get(&inspector, "/api/v1/tasks/day").await.ok();
    let tasks = day["tasks"].as_array().unwrap().len();
    assert!(tasks > 0, "the demo's inspector works today");
    let path = "/api/v1/tasks/returns";
    let wish = |reason: &str| {
        Some(json!({ "date": day["date"], "inspector": day["inspector"]["key"], "reason": reason }))
    };
    server.call(&inspector, "POST", path, wish("болен")).await.fails(403, "PERMISSION_DENIED");
    server.call(&head, "POST", path, wish(" ")).await.fails(422, "COMMENT_REQUIRED");
    // Plans a day and returns the objects that it visits or could visit: those without an open task.
    let candidates = async |date: &str| -> Vec<String> {
        server.call(&head, "POST", "/api/v1/plans", Some(json!({ "date": date }))).await.ok();
        let plan = server.get(&head, &format!("/api/v1/plans/day/{date}")).await.ok();
        let out = format!("/api/v1/plans/{}/left_out?limit=500", plan["id"].as_str().unwrap());
        let out = server.get(&head, &out).await.ok();
        assert_eq!(out["next_cursor"], Value::Null, "all are on one page");
        let visits =
            plan["routes"].as_array().unwrap().iter().flat_map(|one| one["visits"].as_array().unwrap());
        let out = out["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| !one["reason"]["reason"].as_str().unwrap().ends_with("task_open"));
        visits.chain(out).map(|one| one["object_id"].as_str().unwrap().to_owned()).collect()
    };
    // Whom chance drew today it need not draw again.
    let lasting = day["tasks"].as_array().unwrap().iter().filter(|task| task["ground"]["ground"] != "drawn");
    let objects: Vec<_> = lasting.map(|task| task["object_id"].as_str().unwrap()).collect();
    assert!(!objects.is_empty(), "most of a day is not chance");
    let taken = candidates("2026-11-25").await;
    assert!(objects.iter().all(|object| taken.iter().all(|one| one != object)), "they have open tasks");
    let returned = server.call(&head, "POST", path, wish("болен")).await.ok();
    assert_eq!(returned["tasks"].as_u64(), Some(tasks as u64));
    assert!(!returned["orders_revoked"].as_array().unwrap().is_empty());
    assert_eq!(server.call(&head, "POST", path, wish("болен")).await.ok()["tasks"], 0);
    let after = server.get(&inspector, "/api/v1/tasks/day").await.ok();
    assert_eq!(after["tasks"], json!([]));
    let plan = format!("/api/v1/plans/day/{}", day["date"].as_str().unwrap());
    let plan = server.get(&head, &plan).await.ok();
    for route in plan["routes"].as_array().unwrap() {
        let is_his = route["inspector"]["key"] == day["inspector"]["key"];
        for visit in route["visits"].as_array().unwrap() {
            assert_eq!(visit["task_state"] == "returned", is_his, "{visit}");
        }
    }
    let free = candidates("2026-11-24").await;
    for object in objects {
        assert!(free.iter().any(|one| one == object), "{object} is no candidate again");
    }
}

#[tokio::test]
async fn a_rule_is_put_aside_from_the_card_and_brought_back() {
    let server = Server::start().await;
    let desk = server.login("desk_analyst").await;
    let queue = server.get(&desk, "/api/v1/signs?limit=1").await.ok();
    let sign = &queue["items"][0];
    let (object, rule) = (sign["object_id"].as_str().unwrap(), sign["rule"].as_str().unwrap());
    let path = format!("/api/v1/objects/{object}/snoozes");
    let body = |comment: &str| Some(json!({ "rule": rule, "comment": comment, "until": "2026-12-20" }));
    server.call(&desk, "POST", &path, body(" ")).await.fails(422, "SNOOZE_REFUSED");
    let made = server.call(&desk, "POST", &path, body("ждём пролёт")).await.ok();
    let head = server.login("head").await;
    let held = async || {
        let card = server.get(&head, &format!("/api/v1/objects/{object}")).await.ok();
        let parts = card["assessments"].as_array().unwrap().clone();
        let rules = parts.iter().flat_map(|part| part["rules"].as_array().unwrap().clone());
        rules.filter(|one| one["rule"] == rule).map(|one| one["snooze"].clone()).next().unwrap_or_default()
    };
    let shown = held().await;
    assert_eq!((&shown["id"], shown["comment"].as_str()), (&made["id"], Some("ждём пролёт")));
    let end = format!("/api/v1/snoozes/{}", made["id"].as_str().unwrap());
    server.call(&head, "DELETE", &end, None).await.fails(403, "PERMISSION_DENIED");
    assert_eq!(server.call(&desk, "DELETE", &end, None).await.status.as_u16(), 204);
    assert_eq!(held().await, Value::Null);
    server.call(&desk, "DELETE", &end, None).await.fails(409, "STATE_CHANGED");
}

#[tokio::test]
async fn a_day_is_changed_as_it_was_shown_by_who_may_and_once() {
    let server = Server::start().await;
    let head = server.login("head").await;
    let today = server.get(&head, "/api/v1/plans/day/2026-11-20").await.ok();
    assert_eq!(today["state"], "approved");
    let id = today["id"].as_str().unwrap();
    let (shown, applied) =
        (format!("/api/v1/plans/{id}/changes"), format!("/api/v1/plans/{id}/changes/application"));
    let routes = today["routes"].as_array().unwrap();
    let busy = routes.iter().find(|route| !route["visits"].as_array().unwrap().is_empty()).unwrap();
    let gone = busy["inspector"]["key"].clone();
    let wish = json!({ "at": 720, "absent": [gone] });
    let inspector = server.login("inspector").await;
    server.call(&inspector, "POST", &shown, Some(wish.clone())).await.fails(403, "PERMISSION_DENIED");
    let change = server.call(&head, "POST", &shown, Some(wish.clone())).await.ok();
    assert_eq!((&change["plan_id"], &change["at"]), (&today["id"], &json!(720)));
    let items = change["items"].as_array().unwrap();
    assert!(!items.is_empty());
    assert!(items.iter().all(|item| item["object_title"].as_str().is_some_and(|title| !title.is_empty())));

    let apply = |digest: &Value, reason: &str| json!({ "wish": wish, "digest": digest, "reason": reason });
    server
        .call(&inspector, "POST", &applied, Some(apply(&change["digest"], "x")))
        .await
        .fails(403, "PERMISSION_DENIED");
    server.call(&head, "POST", &applied, Some(apply(&json!("0"), "x"))).await.fails(409, "REPLAN_STALE");
    server
        .call(&head, "POST", &applied, Some(apply(&change["digest"], " ")))
        .await
        .fails(422, "COMMENT_REQUIRED");
    let done = server.call(&head, "POST", &applied, Some(apply(&change["digest"], "болен"))).await.ok();
    let after = server.get(&head, "/api/v1/plans/day/2026-11-20").await.ok();
    assert_eq!((&after["id"], &after["parent_id"]), (&done["plan_id"], &today["id"]));
    assert_eq!((&after["rest"]["at"], &after["rest"]["reason"]), (&json!(720), &json!("болен")));
    let away = after["rest"]["away"].as_array().unwrap().iter().map(|one| one["key"].clone());
    assert_eq!(away.collect::<Vec<_>>(), *wish["absent"].as_array().unwrap());
    assert_eq!(after["check"]["passed"], true, "{}", after["check"]);
    let visits = after["routes"].as_array().unwrap().iter().flat_map(|one| one["visits"].as_array().unwrap());
    assert!(visits.clone().all(|visit| visit["order_number"].is_string()), "kept, retimed or issued anew");
    server
        .call(&head, "POST", &applied, Some(apply(&change["digest"], "болен")))
        .await
        .fails(409, "REPLAN_STALE");
    server.call(&head, "POST", &shown, Some(wish.clone())).await.fails(409, "REPLAN_STALE");

    let path = format!("/api/v1/plans/{}/changes", after["id"].as_str().unwrap());
    let stranger = json!({ "at": 720, "absent": ["nobody"] });
    server.call(&head, "POST", &path, Some(stranger)).await.fails(422, "REPLAN_REFUSED");
    let unknown = json!({ "at": 720, "urgent": ["no such object"] });
    server.call(&head, "POST", &path, Some(unknown)).await.fails(422, "REPLAN_REFUSED");
}

#[tokio::test]
async fn a_start_that_is_sent_twice_at_once_is_one_and_is_its_inspectors_alone() {
    let server = Server::start().await;
    let (head, inspector) = (server.login("head").await, server.login("inspector").await);
    let day = server.get(&inspector, "/api/v1/tasks/day").await.ok();
    let task = &day["tasks"][0];
    let path = format!("/api/v1/tasks/{}/start", task["id"].as_str().unwrap());
    let body = |id: &str| Some(json!({ "id": id }));
    server.call(&head, "POST", &path, body(DECISION)).await.fails(403, "PERMISSION_DENIED");
    server.call(&inspector, "POST", &path, body("x")).await.fails(422, "BODY_INVALID");
    let sent = || server.call(&inspector, "POST", &path, body(DECISION));
    let (one, two) = tokio::join!(sent(), sent());
    let (one, two) = (one.ok(), two.ok());
    assert_eq!((&one, &one["outcome"]), (&two, &json!("begun")));
    let other = server.call(&inspector, "POST", &path, body(ANOTHER)).await.ok();
    assert_eq!(other["outcome"], "already_begun", "another id is another attempt, and is kept");
    let after = server.get(&inspector, "/api/v1/tasks/day").await.ok();
    assert_eq!(after["tasks"][0]["state"], "on_site");
}
