//! A methodology from draft to in force over HTTP: each step by whom it takes, and the server follows.

use serde_json::{Value, json};

use super::support::Server;

const RULE: &str = "rules/prior_violations.rhai";

/// Makes a draft in which earlier violations weigh one point less, and returns the path of its number.
async fn draft(server: &Server, methodologist: &str) -> String {
    let files = server.get(methodologist, "/api/v1/methodology/versions/1/files").await.ok();
    let text = files["files"][RULE].as_str().unwrap_or_default().replace("points = 18", "points = 18.5");
    assert!(text.contains("18.5"), "{text}");
    let body = json!({ "changes": { RULE: text } });
    let made = server.call(methodologist, "POST", "/api/v1/methodology/versions", Some(body)).await.ok();
    assert_eq!((made["number"].as_i64(), made["state"].as_str()), (Some(3), Some("draft")));
    "/api/v1/methodology/versions/3".to_owned()
}

fn step(step: &str, reason: &str) -> Option<Value> {
    Some(json!({ "step": step, "reason": reason }))
}

#[tokio::test]
async fn each_step_takes_its_own_person_and_the_pages_follow_the_version_in_force() {
    let server = Server::start().await;
    let methodologist = server.login("methodologist").await;
    let (lawyer, head) = (server.login("lawyer").await, server.login("head").await);
    let version = draft(&server, &methodologist).await;
    let steps = format!("{version}/steps");
    server.call(&methodologist, "POST", &steps, step("submit", "")).await.fails(409, "METHODOLOGY_STEP");
    server.call(&methodologist, "POST", &steps, step("check", "")).await.ok();
    let frozen = Some(json!({ "changes": { RULE: "x" } }));
    server
        .call(&methodologist, "PUT", &format!("{version}/files"), frozen)
        .await
        .fails(409, "METHODOLOGY_IMMUTABLE");
    server.call(&methodologist, "POST", &steps, step("submit", "")).await.ok();
    server.call(&methodologist, "POST", &steps, step("sign", "")).await.fails(403, "POWER_MISSING");
    server.call(&lawyer, "POST", &steps, step("sign", "")).await.ok();
    server.call(&methodologist, "POST", &steps, step("approve", "")).await.fails(403, "OWN_WORK");
    let compared = server.get(&methodologist, &format!("{version}/backtest")).await.ok();
    assert_eq!(compared["objects"].as_i64().map(|count| count > 0), Some(true));
    let counted: i64 =
        compared["matrix"].as_array().unwrap().iter().map(|cell| cell["count"].as_i64().unwrap()).sum();
    assert_eq!(
        Some(counted),
        compared["objects"].as_i64(),
        "every object stands in one cell of its control kind"
    );
    let approved = server.call(&head, "POST", &steps, step("approve", "половина балла")).await.ok();
    assert_eq!((approved["agreed"].as_bool(), approved["gate"].as_str()), (Some(true), Some("one_approver")));
    let active = server.call(&head, "POST", &steps, step("activate", "")).await.ok();
    assert_eq!(active["version"]["state"], "active");
    let shown = server.get(&head, "/api/v1/methodology").await.ok();
    assert_eq!(shown["version"], 3, "the server answers under the version in force");
    let back = Some(json!({ "reason": "проверка" }));
    server.call(&head, "POST", "/api/v1/methodology/rollback", back).await.ok();
    assert_eq!(server.get(&head, "/api/v1/methodology").await.ok()["version"], 2);
}

#[tokio::test]
async fn findings_histories_and_the_document_are_there_to_read() {
    let server = Server::start().await;
    let methodologist = server.login("methodologist").await;
    let findings = server.get(&methodologist, "/api/v1/methodology/versions/1/findings").await.ok();
    let findings = findings["items"].as_array().unwrap();
    assert!(findings.iter().all(|one| one["action"].as_str().is_some_and(|text| !text.is_empty())));
    let histories = server.get(&methodologist, "/api/v1/methodology/rule_histories").await.ok();
    let histories = histories["items"].as_array().unwrap();
    assert!(histories.iter().any(|one| one["confirmed"]["low"].is_number()), "{histories:?}");
    let document = server.get(&methodologist, "/api/v1/methodology/versions/1/document?language=en").await;
    assert!(document.header("content-type").starts_with("text/markdown"));
    assert!(String::from_utf8(document.bytes).unwrap().contains("basis not checked"));
    server
        .get(&methodologist, "/api/v1/methodology/versions/7/files")
        .await
        .fails(404, "METHODOLOGY_UNKNOWN");
}

#[tokio::test]
async fn a_sheet_goes_into_a_draft_and_the_catalogue_is_a_page() {
    let server = Server::start().await;
    let methodologist = server.login("methodologist").await;
    let path = "/api/v1/methodology/versions/2/tables/weights";
    let refused = server.send_bytes(&methodologist, "PUT", path, b"from;points\n5;1\n4;2\n").await;
    refused.fails(422, "RULES_INVALID");
    server.send_bytes(&methodologist, "PUT", path, b"\0").await.fails(422, "SHEET_FORM");
    let made = server.send_bytes(&methodologist, "PUT", path, b"from;points\n0;1\n10;2.5\n").await.ok();
    assert_eq!((made["version"]["number"].as_i64(), made["rows"].as_i64()), (Some(3), Some(2)));
    let files = server.get(&methodologist, "/api/v1/methodology/versions/3/files").await.ok();
    assert_eq!(files["files"]["tables/weights.csv"], "from;points\n0;1\n10;2.5\n");
    let page = server.get(&methodologist, "/api/v1/methodology/versions/3/catalogue?language=en").await;
    let text = String::from_utf8(page.bytes).unwrap();
    assert!(text.starts_with("# The fact catalogue") && text.contains("`use_conflict`"), "{text}");
    let facts = server.get(&methodologist, "/api/v1/methodology/facts").await.ok();
    let fact =
        facts["items"].as_array().unwrap().iter().find(|one| one["name"] == "footprint_growth_m2").unwrap();
    for field in ["gives", "missing_when", "definition", "risk", "uses", "unit"] {
        assert!(!fact[field].is_null(), "{field} of {fact}");
    }
    let histories = server.get(&methodologist, "/api/v1/methodology/rule_histories").await.ok();
    let prior =
        histories["items"].as_array().unwrap().iter().find(|one| one["rule"] == "prior_violations").unwrap();
    assert!(prior["thresholds"].as_array().is_some_and(|all| !all.is_empty()), "{prior}");
}
