//! Steps of tasks: whose they are, what is refused, and what is sent twice.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

use dozor_app::{NewUser, Password};
use dozor_domain::UserId;
use serde_json::{Value, json};

use super::support::{Server, TODAY};

const PASSWORD: &str = "four words are enough";

/// Is who sends steps, each with an id of its own.
struct Sender<'a> {
    server: &'a Server,
    cookie: String,
}

fn id(number: u32) -> String {
    format!("018f0000-0000-7000-8000-{number:012}")
}

impl Sender<'_> {
    async fn send(&self, task: &str, number: u32, wish: Value) -> super::support::Answer {
        let path = format!("/api/v1/tasks/{task}/steps");
        let body = json!({ "id": id(number), "wish": wish });
        self.server.call(&self.cookie, "POST", &path, Some(body)).await
    }
    /// Takes a step and returns what came of it and where the task stands.
    async fn step(&self, task: &str, number: u32, wish: Value) -> (String, String) {
        let stepped = self.send(task, number, wish).await.ok();
        assert_eq!(stepped["id"], id(number));
        let of = |name: &str| stepped[name].as_str().unwrap().to_owned();
        (of("outcome"), of("state"))
    }
}

fn went(outcome: &str, state: &str) -> (String, String) {
    (outcome.to_owned(), state.to_owned())
}

/// Returns the tasks of the day, those of an inspector first.
async fn board(head: &Sender<'_>) -> Vec<Value> {
    let board = head.server.get(&head.cookie, &format!("/api/v1/tasks?date={TODAY}")).await.ok();
    board["items"].as_array().unwrap().clone()
}

/// Lets an inspector of another unit in.
async fn inspector_of_another_unit(server: &Server, items: &[Value], own: &Value) -> String {
    let other = items.iter().find(|item| item["unit"] != own["unit"]).unwrap();
    let new = NewUser {
        id: UserId::from_bytes([77; 16]),
        login: "other".to_owned(),
        name: "Другой".to_owned(),
        role: "inspector".to_owned(),
        staff: Some(other["inspector"].as_str().unwrap().to_owned()),
        password: Password::new(PASSWORD.to_owned()).unwrap(),
    };
    server.beside().await.add_user(new, [3; 16], "test").await.unwrap();
    let answer = server.try_login("other", PASSWORD).await;
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_step_is_its_inspectors_alone_and_sent_twice_it_is_one() {
    let server = Server::start().await;
    let sender = |cookie| Sender { server: &server, cookie };
    let (head, inspector) = (sender(server.login("head").await), sender(server.login("inspector").await));
    let day = server.get(&inspector.cookie, "/api/v1/tasks/day").await.ok();
    let task = day["tasks"][0]["id"].as_str().unwrap();
    let items = board(&head).await;
    let own = items.iter().find(|item| item["id"] == task).unwrap();

    let accept = || json!({ "step": "accept" });
    sender(String::new()).send(task, 1, accept()).await.fails(401, "SESSION_REQUIRED");
    let desk = sender(server.login("desk_analyst").await);
    desk.send(task, 1, accept()).await.fails(403, "PERMISSION_DENIED");
    let other = sender(inspector_of_another_unit(&server, &items, own).await);
    other.send(task, 1, accept()).await.fails(404, "TASK_NOT_FOUND");
    // Heads of units may work tasks, and this one is nobody of the staff.
    let unit_head = sender(server.login("unit_head").await);
    unit_head.send(task, 1, accept()).await.fails(404, "TASK_NOT_FOUND");
    head.send(task, 1, accept()).await.fails(403, "POWER_MISSING");
    inspector.send(&id(9), 1, accept()).await.fails(404, "TASK_NOT_FOUND");
    inspector.send(task, 1, json!({ "step": "fly" })).await.fails(422, "BODY_INVALID");
    for wish in [json!({ "step": "check" }), json!({ "step": "return", "reason": "x" })] {
        inspector.send(task, 1, wish).await.fails(403, "POWER_MISSING");
    }
    assert_eq!(board(&head).await, items, "nothing of this has changed a task");

    let sent = || inspector.send(task, 1, accept());
    let (one, two) = tokio::join!(sent(), sent());
    let first = one.ok();
    assert_eq!(first, json!({ "id": id(1), "outcome": "done", "state": "accepted" }));
    assert_eq!(two.ok(), first, "sent twice at once");
    assert_eq!(sent().await.ok(), first, "and sent again");
    inspector.send(task, 1, json!({ "step": "depart" })).await.fails(409, "TASK_STEP_ID_TAKEN");
    let card = server.get(&head.cookie, &format!("/api/v1/tasks/{task}")).await.ok();
    assert_eq!(card["history"].as_array().unwrap().len(), 1, "{card}");
}

#[tokio::test]
async fn a_wrong_step_of_the_inspector_is_kept_and_one_of_the_head_is_refused() {
    let server = Server::start().await;
    let sender = |cookie| Sender { server: &server, cookie };
    let (head, inspector) = (sender(server.login("head").await), sender(server.login("inspector").await));
    let day = server.get(&inspector.cookie, "/api/v1/tasks/day").await.ok();
    let task = day["tasks"][0]["id"].as_str().unwrap();
    let report = |outcome: &str| json!({ "step": "report", "outcome": outcome });
    assert_eq!(inspector.step(task, 1, report("none")).await, went("not_allowed", "assigned"));
    head.send(task, 2, json!({ "step": "check" })).await.fails(409, "STATE_NOT_ALLOWED");
    assert_eq!(inspector.step(task, 3, json!({ "step": "depart" })).await, went("done", "en_route"));
    assert_eq!(inspector.step(task, 4, json!({ "step": "accept" })).await, went("not_allowed", "en_route"));
    let start = format!("/api/v1/tasks/{task}/start");
    let begun = server.call(&inspector.cookie, "POST", &start, Some(json!({ "id": id(5) }))).await.ok();
    assert_eq!(begun["outcome"], "begun");
    inspector.send(task, 6, report("whatever")).await.fails(422, "TASK_RESULT");
    let act = json!({ "step": "impossible", "act": "7", "on": "2026-11-23" });
    inspector.send(task, 6, act).await.fails(422, "TASK_ACT");
    assert_eq!(inspector.step(task, 6, report("none")).await, went("done", "reported"));
    assert_eq!(head.step(task, 7, json!({ "step": "check" })).await, went("done", "checked_by_head"));
    let cancel = json!({ "step": "cancel", "reason": "не нужно" });
    head.send(task, 8, cancel).await.fails(409, "STATE_NOT_ALLOWED");

    let items = board(&head).await;
    let free = items.iter().find(|item| item["state"] == "assigned").unwrap()["id"].as_str().unwrap();
    let lift = |reason: &str| json!({ "step": "lift", "reason": reason });
    let defer = |until: &str| json!({ "step": "defer", "until": until, "reason": "идёт экспертиза" });
    head.send(free, 9, lift("рано")).await.fails(409, "STATE_NOT_ALLOWED");
    head.send(free, 9, defer(TODAY)).await.fails(422, "TASK_DEFERRAL");
    head.send(free, 9, defer("tomorrow")).await.fails(400, "DATE_INVALID");
    assert_eq!(head.step(free, 9, defer("2026-11-25")).await, went("done", "deferred"));
    assert_eq!(head.step(free, 9, defer("2026-11-25")).await, went("done", "deferred"), "sent again");
    let card = server.get(&head.cookie, &format!("/api/v1/tasks/{free}")).await.ok();
    assert_eq!(card["task"]["next"], json!(["lift"]));
    head.send(free, 10, lift(" ")).await.fails(422, "COMMENT_REQUIRED");
    inspector.send(free, 10, lift("сам")).await.fails(403, "POWER_MISSING");
    assert_eq!(head.step(free, 10, lift("экспертиза готова")).await, went("done", "cancelled"));
    head.send(free, 11, lift("ещё раз")).await.fails(409, "STATE_NOT_ALLOWED");
}
