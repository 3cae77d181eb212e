//! Orders over the wire: who sees them, who takes which step, and what a refusal says.

use serde_json::{Value, json};

use super::support::{Server, TODAY};

fn sign() -> Option<Value> {
    let document = json!({ "number": "17-р", "sha256": "ab".repeat(32) });
    Some(json!({ "step": "sign", "document": document, "signature": "MIAG=" }))
}

#[tokio::test]
async fn the_head_signs_and_issues_an_order_and_the_inspector_sees_its_state() {
    let server = Server::start().await;
    let (head, inspector) = (server.login("head").await, server.login("inspector").await);
    let list = server.get(&head, &format!("/api/v1/orders?date={TODAY}")).await.ok();
    let orders = list["items"].as_array().unwrap();
    assert!(
        orders.iter().all(|one| one["state"] == "checked"),
        "the demo approves its plan and signs nothing"
    );
    assert_eq!(orders[0]["missing"], json!(["signature", "issue"]));
    assert_eq!(orders[0]["next"], json!(["sign", "revoke"]));
    let path = format!("/api/v1/orders/{}", orders[0]["id"].as_str().unwrap());
    let steps = format!("{path}/steps");
    server.call(&inspector, "POST", &steps, sign()).await.fails(403, "PERMISSION_DENIED");
    let wrong =
        json!({ "step": "sign", "document": { "number": "1", "sha256": "ab" }, "signature": "MIAG=" });
    server.call(&head, "POST", &steps, Some(wrong)).await.fails(422, "ORDER_PAPER");
    let unknown = Some(json!({ "step": "execute" }));
    server.call(&head, "POST", &steps, unknown).await.fails(422, "BODY_INVALID");
    let signed = server.call(&head, "POST", &steps, sign()).await.ok();
    assert_eq!(signed["order"]["state"], "signed");
    server.call(&head, "POST", &steps, sign()).await.fails(409, "STATE_NOT_ALLOWED");
    let issue = || Some(json!({ "step": "issue" }));
    let issued = server.call(&head, "POST", &steps, issue()).await.ok();
    assert_eq!((&issued["order"]["state"], &issued["order"]["missing"]), (&json!("issued"), &json!([])));
    let card = server.get(&head, &path).await.ok();
    let kinds: Vec<_> = card["history"].as_array().unwrap().iter().map(|one| one["step"].clone()).collect();
    assert_eq!(kinds, ["check", "sign", "issue"]);
    server.get(&head, "/api/v1/orders/00000000000000000000000000000000").await.fails(404, "ORDER_NOT_FOUND");
    let revoke = Some(json!({ "step": "revoke", "reason": " " }));
    server.call(&head, "POST", &steps, revoke).await.fails(422, "COMMENT_REQUIRED");
    let day = server.get(&inspector, &format!("/api/v1/tasks/day?date={TODAY}")).await.ok();
    let states = day["tasks"].as_array().unwrap().iter().map(|task| task["order_state"].clone());
    assert!(states.into_iter().all(|state| state == "checked" || state == "issued"), "{day}");
}
