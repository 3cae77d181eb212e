//! Second readings: whoever reads a sign a second time gets the same answers whatever the first analyst said, gives his own
//! through the same queue, and the head settles where the two differ.
#![expect(clippy::unwrap_used, reason = "a test says what it knows by failing, in its helpers too")]

use dozor_api::{Access, OPERATIONS};
use dozor_app::Silent;
use dozor_domain::{
    Chance, DeskReviewId, ObjectId, Permission, SecondReading, SignId, SignState, ViolationSign,
};
use serde_json::{Value, json};

use super::support::{Server, TODAY};

const FIRST: &str = "018f0000-0000-7000-8000-000000000001";
const SECOND: &str = "018f0000-0000-7000-8000-000000000002";
const THIRD: &str = "018f0000-0000-7000-8000-000000000003";

/// Is a city in which the first analyst has decided a sign that the lot chose.
struct Read {
    server: Server,
    first: String,
    second: String,
    sign: String,
    object: String,
}

fn decide(id: &str, verdict: &str) -> Option<Value> {
    Some(json!({ "id": id, "verdict": verdict, "comment": "видно на снимке" }))
}

async fn read_once(verdict: &str) -> Read {
    let server = Server::start().await;
    let beside = server.beside().await;
    let [first, second] = [server.login("desk_analyst").await, server.login("desk_analyst_2").await];
    let queue = server.get(&first, "/api/v1/signs?limit=1").await.ok();
    let [sign, object] = ["id", "object_id"].map(|name| queue["items"][0][name].as_str().unwrap().to_owned());
    let path = format!("/api/v1/signs/{sign}/decision");
    server.call(&first, "POST", &path, decide(FIRST, verdict)).await.ok();
    // The lot is keyed: here it falls on this decision, if it has not done so already.
    let decided = beside.store().sign(SignId::parse(&sign).unwrap()).await.unwrap().unwrap();
    if beside.store().second_readings_of(decided.id).await.unwrap().is_empty() {
        let author = beside.store().user_by_login("desk_analyst").await.unwrap().unwrap();
        let reading = SecondReading {
            review: DeskReviewId::parse(FIRST).unwrap(),
            sign: decided.id,
            object: decided.object,
            first_author: author.id,
            inclusion: Chance::new(0.02).unwrap(),
            drawn_at: beside.now(),
            answer: None,
        };
        let mut tx = beside.store().begin().await.unwrap();
        tx.insert_second_reading(&reading).await.unwrap();
        tx.commit().await.unwrap();
    }
    Read { server, first, second, sign, object }
}

/// Returns the paths of all lists and cards that a desk analyst may ask for.
fn asked(read: &Read) -> Vec<String> {
    let may = [
        Permission::ViewRegister,
        Permission::ViewDesk,
        Permission::ViewMethodology,
        Permission::DecideSigns,
    ];
    let allowed = |access: Access| match access {
        Access::Open => false,
        Access::Session => true,
        Access::Any(wanted) => wanted.iter().any(|one| may.contains(one)),
    };
    let own = OPERATIONS.iter().filter(|one| one.method == "GET" && allowed(one.access));
    let path = |path: &str| {
        let path = path.replace("{object_id}", &read.object).replace("{sign_id}", &read.sign);
        path.replace("{version}", "1").replace("{z}/{x}/{y}", "10/619/320.mvt")
    };
    // Sessions hold names; whole-portfolio questions on versions take long and read no desk decision of today.
    let skipped = ["/api/v1/session", "/backtest", "/findings", "/rule_histories"];
    own.map(|one| path(one.path)).filter(|path| !skipped.iter().any(|end| path.ends_with(end))).collect()
}

/// Says all that a colleague can see, as text: status and bytes of each answer.
async fn seen(read: &Read) -> Vec<(String, u16, String)> {
    let mut seen = Vec::new();
    for path in asked(read) {
        let answer = read.server.get(&read.second, &path).await;
        seen.push((path, answer.status.as_u16(), String::from_utf8_lossy(&answer.bytes).into_owned()));
    }
    seen
}

#[tokio::test]
async fn the_second_reader_sees_the_same_whatever_the_first_said() {
    let worlds = [read_once("confirmed").await, read_once("refuted").await];
    let [confirmed, refuted] = [seen(&worlds[0]).await, seen(&worlds[1]).await];
    assert!(confirmed.len() > 15, "{confirmed:?}");
    for (one, other) in confirmed.iter().zip(&refuted) {
        assert_eq!(one, other);
    }
    // After a run the first verdict weighs in points and categories: it must not show there either.
    let mut after = Vec::new();
    for world in &worlds {
        let beside = world.server.beside().await;
        beside.score(beside.instant(TODAY).unwrap(), "test", &Silent).await.unwrap();
        after.push(seen(world).await);
    }
    let lists = ["/signs", "/objects", "objects.csv", "/counts", "/similar", "/desk_decisions"];
    let is_about = |path: &str| lists.iter().any(|end| path.contains(end));
    for (one, other) in after[0].iter().zip(&after[1]).filter(|(one, _)| is_about(&one.0)) {
        assert_eq!(one, other);
    }
    let card = format!("/api/v1/objects/{}", worlds[0].object);
    worlds[0].server.get(&worlds[0].second, &card).await.fails(409, "SECOND_LOOK_WAITS");
    let own = worlds[0].server.get(&worlds[0].first, &card).await.ok();
    let sign = |card: &Value| {
        let signs = card["signs"].as_array().unwrap();
        signs.iter().find(|one| one["id"] == worlds[0].sign.as_str()).unwrap().clone()
    };
    assert_eq!(sign(&own)["verdict"], "confirmed", "the first analyst knows what he said");
}

#[tokio::test]
async fn a_second_reading_is_given_through_the_queue_and_moves_nothing() {
    let read = read_once("confirmed").await;
    let Read { server, first, second, sign, object } = &read;
    let waiting = async |cookie: &str| {
        let queue = server.get(cookie, "/api/v1/signs?limit=500").await.ok();
        let items = queue["items"].as_array().unwrap().clone();
        assert_eq!(items.len() as i64, queue["waiting"].as_i64().unwrap());
        items.into_iter().find(|one| one["id"] == sign.as_str())
    };
    assert!(waiting(first).await.is_none(), "who decided it never reads it again");
    assert!(waiting(&server.login("head").await).await.is_none(), "nor whoever decides no signs");
    assert_eq!(waiting(second).await.unwrap()["state"], "detected");
    let detail = server.get(second, &format!("/api/v1/signs/{sign}")).await.ok();
    assert!(detail["decision"].is_null() && detail["sign"]["state"] == "detected", "{detail}");
    let path = format!("/api/v1/signs/{sign}/decision");
    server.call(first, "POST", &path, decide(SECOND, "refuted")).await.fails(409, "SIGN_ALREADY_DECIDED");
    let given = server.call(second, "POST", &path, decide(SECOND, "refuted")).await.ok();
    assert_eq!(server.call(second, "POST", &path, decide(SECOND, "refuted")).await.ok(), given);
    server.call(second, "POST", &path, decide(SECOND, "referred")).await.fails(409, "DECISION_ID_TAKEN");
    assert!(waiting(second).await.is_none());
    let own = server.get(second, "/api/v1/desk_decisions").await.ok();
    assert_eq!((own["items"][0]["id"].as_str(), own["decided_today"].as_i64()), (Some(SECOND), Some(1)));
    let card = server.get(second, &format!("/api/v1/objects/{object}")).await.ok();
    assert_eq!(
        card["signs"].as_array().unwrap().iter().find(|one| one["id"] == sign.as_str()).unwrap()["verdict"],
        "confirmed"
    );
    let stored = server.beside().await.store().sign(SignId::parse(sign).unwrap()).await.unwrap().unwrap();
    assert!(matches!(stored.state, SignState::Desk { verdict: dozor_domain::DeskVerdict::Confirmed, .. }));
}

#[tokio::test]
async fn the_head_settles_a_disagreement_once_and_the_sign_goes_back_to_the_desk() {
    let read = read_once("confirmed").await;
    let Read { server, second, sign, object, .. } = &read;
    server
        .call(second, "POST", &format!("/api/v1/signs/{sign}/decision"), decide(SECOND, "refuted"))
        .await
        .ok();
    let head = server.login("head").await;
    let looks = server.get(&head, "/api/v1/oversight/second_looks").await.ok();
    assert!(looks["readings"]["of_all"]["pairs"].as_i64().unwrap() > 0);
    let cases = looks["cases"].as_array().unwrap().clone();
    let case = cases.iter().find(|case| case["object_id"] == object.as_str()).unwrap();
    let path = format!("/api/v1/oversight/second_looks/{}/settlement", case["id"].as_str().unwrap());
    let word = |settled: &str, comment: &str| Some(json!({ "settled": settled, "comment": comment }));
    let methodologist = server.login("methodologist").await;
    server
        .call(&methodologist, "POST", &path, word("second_stands", "тень"))
        .await
        .fails(403, "PERMISSION_DENIED");
    server.call(&head, "POST", &path, word("second_stands", " ")).await.fails(422, "COMMENT_REQUIRED");
    server.call(&head, "POST", &path, word("second_stands", "тень")).await.ok();
    server.call(&head, "POST", &path, word("first_stands", "нет")).await.fails(409, "LOOK_SETTLED");
    let after = server.get(&head, "/api/v1/oversight/second_looks").await.ok();
    let settled =
        after["cases"].as_array().unwrap().iter().find(|one| one["id"] == case["id"]).unwrap().clone();
    assert_eq!(
        (settled["settled"].as_str(), settled["comment"].as_str()),
        (Some("second_stands"), Some("тень"))
    );

    let beside = server.beside().await;
    let (id, object) = (SignId::parse(sign).unwrap(), ObjectId::parse(object).unwrap());
    let before = beside.store().sign(id).await.unwrap().unwrap();
    assert_eq!(before.state, SignState::Expired);
    let records = beside.store().records_of_object(object).await.unwrap();
    let withdrawn =
        |content: &str| content.contains("\"refuted_later\":true") && content.contains(&before.rule);
    assert!(records.iter().any(|one| one.source == "desk_decisions" && withdrawn(&one.record.content)));
    beside.score(beside.instant(TODAY).unwrap(), "test", &Silent).await.unwrap();
    let open = beside.store().signs_of(object).await.unwrap();
    let anew = open.iter().find(|one| one.rule == before.rule).unwrap();
    assert!(anew.id != id && anew.state == SignState::Detected, "the desk decides it anew: {anew:?}");
    assert_eq!(beside.verify_audit(None).await.unwrap().fault, None);
}

/// The rule fired again after a pause and was confirmed anew before the head had a word: that is another sign.
#[tokio::test]
async fn a_settlement_sends_back_the_sign_that_was_read_and_no_newer_one() {
    let read = read_once("confirmed").await;
    let Read { server, second, sign, object, .. } = &read;
    let path = format!("/api/v1/signs/{sign}/decision");
    server.call(second, "POST", &path, decide(SECOND, "refuted")).await.ok();
    let beside = server.beside().await;
    let known = beside.store().sign(SignId::parse(sign).unwrap()).await.unwrap().unwrap();
    let newer =
        ViolationSign { id: SignId::from_bytes([7; 16]), state: SignState::Detected, ..known.clone() };
    let mut tx = beside.store().begin().await.unwrap();
    tx.change_sign(known.id, &known.state, &SignState::Expired).await.unwrap();
    tx.insert_signs(std::slice::from_ref(&newer)).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/api/v1/signs/{}/decision", newer.id);
    server.call(&read.first, "POST", &path, decide(THIRD, "confirmed")).await.ok();
    let confirmed = beside.store().sign(newer.id).await.unwrap().unwrap();

    let head = server.login("head").await;
    let looks = server.get(&head, "/api/v1/oversight/second_looks").await.ok();
    let cases = looks["cases"].as_array().unwrap().iter();
    let cases: Vec<_> = cases.filter(|case| case["object_id"] == object.as_str()).collect();
    assert_eq!(cases.len(), 1, "the newer decision was not read again: {cases:?}");
    let path = format!("/api/v1/oversight/second_looks/{}/settlement", cases[0]["id"].as_str().unwrap());
    let word = json!({ "settled": "second_stands", "comment": "тень" });
    server.call(&head, "POST", &path, Some(word)).await.ok();
    let after = beside.store().sign(newer.id).await.unwrap().unwrap();
    assert_eq!(after.state, confirmed.state, "the newer decision stands");
    let records = beside.store().records_of_object(ObjectId::parse(object).unwrap()).await.unwrap();
    let withdrawn = records.iter().filter(|one| one.record.content.contains("\"refuted_later\":true"));
    let withdrawn: Vec<_> = withdrawn.map(|one| one.record.external_id.as_str()).collect();
    assert!(withdrawn.contains(&FIRST) && !withdrawn.contains(&THIRD), "{withdrawn:?}");
}
