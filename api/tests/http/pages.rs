//! What the pages read.

use std::collections::BTreeSet;

use serde_json::json;

use super::support::{Server, TODAY};

#[tokio::test]
async fn the_register_pages_without_gap_and_agrees_with_its_counts_and_export() {
    let server = Server::start().await;
    let head = server.login("head").await;
    let counts = server.get(&head, "/api/v1/objects/counts").await.ok();
    let total = counts["total"].as_i64().unwrap();
    let (mut seen, mut path) = (Vec::new(), "/api/v1/objects?limit=150".to_owned());
    loop {
        let page = server.get(&head, &path).await.ok();
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/objects?limit=150&cursor={next}");
    }
    let keys: BTreeSet<_> =
        seen.iter().map(|row| format!("{}{}", row["object_id"], row["control_kind"])).collect();
    assert_eq!((seen.len() as i64, keys.len() as i64), (total, total));
    let by_category: i64 =
        counts["by_category"].as_array().unwrap().iter().map(|one| one["count"].as_i64().unwrap()).sum();
    assert_eq!(by_category, total);
    let low = server.get(&head, "/api/v1/objects/counts?category=low").await.ok();
    assert!(low["total"].as_i64().unwrap() < total);
    assert_eq!(low["by_category"], counts["by_category"]);
    let csv = server.get(&head, "/api/v1/exports/objects.csv").await;
    let text = String::from_utf8(csv.bytes).unwrap();
    assert!(text.starts_with('\u{feff}'));
    assert_eq!(text.lines().count() as i64, total + 1);
}

#[tokio::test]
async fn a_card_says_why_with_facts_and_law() {
    let server = Server::start().await;
    let head = server.login("head").await;
    let first = server.get(&head, "/api/v1/objects?limit=1").await.ok()["items"][0].clone();
    let card =
        server.get(&head, &format!("/api/v1/objects/{}", first["object_id"].as_str().unwrap())).await.ok();
    assert_eq!(card["key"], first["object_key"]);
    assert!(!card["attributes"].as_array().unwrap().is_empty());
    let assessment = &card["assessments"][0];
    assert_eq!(assessment["active_category"], first["category"]);
    assert!(assessment["summary"]["ru"].as_str().unwrap().len() > 10);
    let fired: Vec<_> =
        assessment["rules"].as_array().unwrap().iter().filter(|rule| rule["state"] == "fired").collect();
    assert!(!fired.is_empty(), "the heaviest object has reasons");
    assert!(fired.iter().all(|rule| !rule["basis"].as_array().unwrap().is_empty()));
    assert!(
        fired.iter().any(|rule| rule["facts"]
            .as_array()
            .unwrap()
            .iter()
            .any(|fact| fact["value"].is_string()))
    );
    server
        .get(&head, "/api/v1/objects/00000000000000000000000000000000")
        .await
        .fails(404, "OBJECT_NOT_FOUND");
    server.get(&head, "/api/v1/objects/zz").await.fails(404, "OBJECT_NOT_FOUND");
}

#[tokio::test]
async fn an_inspector_sees_his_own_day_and_no_plans() {
    let server = Server::start().await;
    let inspector = server.login("inspector").await;
    let day = server.get(&inspector, "/api/v1/tasks/day").await.ok();
    assert_eq!(day["date"], TODAY);
    assert_eq!(day["plan_state"], "approved");
    let head = server.login("head").await;
    let plan = server.get(&head, &format!("/api/v1/plans/day/{TODAY}")).await.ok();
    assert_eq!(plan["check"]["passed"], true);
    let routes = plan["routes"].as_array().unwrap();
    let own = routes.iter().find(|route| route["inspector"]["key"] == day["inspector"]["key"]);
    let visits = own.map_or(0, |route| route["visits"].as_array().unwrap().len());
    assert_eq!(day["tasks"].as_array().unwrap().len(), visits);
    for task in day["tasks"].as_array().unwrap() {
        // Whom chance sends is told nothing about the object.
        assert_eq!(task["why"]["ru"] == "", task["ground"] == json!({ "ground": "drawn" }), "{task}");
        assert!(task["order_number"].as_str().unwrap().starts_with("2026/"));
    }
    server.get(&inspector, "/api/v1/plans").await.fails(403, "PERMISSION_DENIED");
    server.get(&inspector, "/api/v1/tasks/day?date=x").await.fails(400, "DATE_INVALID");
    assert_eq!(server.get(&inspector, "/api/v1/tasks/day?date=2020-01-09").await.ok()["plan_state"], "none");
}

#[tokio::test]
async fn what_stayed_out_is_listed_by_reason() {
    let server = Server::start().await;
    let head = server.login("head").await;
    let plan = server.get(&head, &format!("/api/v1/plans/day/{TODAY}")).await.ok();
    let id = plan["id"].as_str().unwrap();
    for counted in plan["left_out"].as_array().unwrap() {
        let reason = counted["reason"].as_str().unwrap();
        let page =
            server.get(&head, &format!("/api/v1/plans/{id}/left_out?limit=500&reason={reason}")).await.ok();
        let rows = page["items"].as_array().unwrap();
        assert_eq!(rows.len() as i64, counted["count"].as_i64().unwrap().min(500));
        assert!(rows.iter().all(|row| row["reason"]["reason"] == reason));
    }
    server.get(&head, "/api/v1/plans/day/1999-01-01").await.fails(404, "PLAN_NOT_FOUND");
    server.get(&head, "/api/v1/plans/zz/left_out").await.fails(404, "PLAN_NOT_FOUND");
}

#[tokio::test]
async fn methodology_sources_and_users_are_shown_to_those_who_may() {
    let server = Server::start().await;
    let methodologist = server.login("methodologist").await;
    let active = server.get(&methodologist, "/api/v1/methodology").await.ok();
    let rules = server.get(&methodologist, "/api/v1/methodology/rules").await.ok();
    let rules = rules["items"].as_array().unwrap();
    assert_eq!(rules.len() as i64, active["rule_count"].as_i64().unwrap());
    for rule in rules {
        assert!(
            rule["cases"].as_array().unwrap().iter().all(|case| case["passed"] == true),
            "{}",
            rule["id"]
        );
    }
    let facts = server.get(&methodologist, "/api/v1/methodology/facts").await.ok();
    assert_eq!(facts["items"].as_array().unwrap().len() as i64, active["fact_count"].as_i64().unwrap());
    let administrator = server.login("administrator").await;
    let sources = server.get(&administrator, "/api/v1/sources").await.ok();
    assert!(
        sources["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["totals"]["accepted"].as_i64().unwrap() > 0)
    );
    let deliveries = server.get(&administrator, "/api/v1/deliveries?source=egrn_parcels").await.ok();
    assert_eq!(deliveries["items"][0]["source"], "egrn_parcels");
    server.get(&administrator, "/api/v1/rejects/counts").await.ok();
    server.get(&administrator, "/api/v1/rejects").await.ok();
    let users = server.get(&administrator, "/api/v1/users").await.ok();
    assert!(users["items"].as_array().unwrap().iter().any(|user| user["last_login_at"].is_string()));
    assert!(!users.to_string().contains("argon2"));
}

#[tokio::test]
async fn parameters_that_say_nonsense_are_refused() {
    let server = Server::start().await;
    let head = server.login("head").await;
    for (path, code) in [
        ("/api/v1/objects?limit=0", "PARAMETER_INVALID"),
        ("/api/v1/objects?limit=501", "PARAMETER_INVALID"),
        ("/api/v1/objects?limit=x", "PARAMETER_INVALID"),
        ("/api/v1/objects?category=huge", "PARAMETER_INVALID"),
        ("/api/v1/objects?cursor=zz", "CURSOR_INVALID"),
        ("/api/v1/signs?cursor=zz", "CURSOR_INVALID"),
        ("/api/v1/plans?cursor=7b7d", "CURSOR_INVALID"),
    ] {
        server.get(&head, path).await.fails(400, code);
    }
}

#[tokio::test]
async fn tiles_are_small_gzip_with_a_tag_that_stands_until_the_register_changes() {
    let server = Server::start().await;
    let head = server.login("head").await;
    for address in ["5/19/10", "10/619/320", "11/1238/640"] {
        let tile = server.get(&head, &format!("/tiles/{address}.mvt?control_kind=municipal_land")).await;
        if tile.status.as_u16() == 204 {
            continue;
        }
        assert_eq!(tile.header("content-encoding"), "gzip");
        assert!(tile.bytes.starts_with(&[0x1f, 0x8b]) && tile.bytes.len() <= 50_000);
    }
    let tile = server.get(&head, "/tiles/5/19/10.mvt").await;
    assert_eq!(tile.status.as_u16(), 200);
    let tag = tile.header("etag").to_owned();
    let request = axum::http::Request::builder()
        .uri("/tiles/5/19/10.mvt")
        .header("cookie", &head)
        .header("if-none-match", &tag)
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(server.send(request).await.status.as_u16(), 304);
    assert_eq!(server.get(&head, "/tiles/10/0/0.mvt").await.status.as_u16(), 204);
    server.get(&head, "/tiles/1/5/0.mvt").await.fails(404, "NOT_FOUND");
    server.get("", "/tiles/5/19/10.mvt").await.fails(401, "SESSION_REQUIRED");
}

#[tokio::test]
async fn a_head_sees_the_year_before_it_begins_and_what_more_people_would_change() {
    let server = Server::start().await;
    let head = server.login("head").await;
    let path = "/api/v1/plans/long_range?from=2027-01-01&to=2027-12-31";
    let year = server.get(&head, path).await.ok();
    let months = year["figures"]["months"].as_array().unwrap();
    assert_eq!((months.len(), months[0]["month"].as_str().unwrap()), (12, "2027-01"));
    assert!(months.iter().all(|month| month["capacity_minutes"].as_i64().unwrap() > 0));
    for line in year["figures"]["categories"].as_array().unwrap() {
        let of = |name: &str| line["all"][name].as_i64().unwrap();
        assert_eq!(of("asked"), of("in_time") + of("late") + of("missed") + of("carried"), "{line}");
        let by_month = months.iter().flat_map(|month| month["categories"].as_array().unwrap());
        let asked: i64 = by_month
            .filter(|cell| cell["category"] == line["all"]["category"])
            .map(|cell| cell["asked"].as_i64().unwrap())
            .sum();
        assert_eq!(asked, of("asked"), "{line}");
    }
    assert!(year.get("what_if").is_none(), "nobody asked");
    assert_eq!(year["travel_from"], "approved_plans");
    let more = server.get(&head, &format!("{path}&more_inspectors=2&reserve_percent=50")).await.ok();
    let people = |figures: &serde_json::Value| figures["inspectors"].as_i64().unwrap();
    assert_eq!(people(&more["what_if"]["figures"]), people(&more["figures"]) + 2);
    assert_eq!(more["reserve_share"], 0.5);
    let changed = more["what_if"]["changes"].as_array().unwrap();
    assert_eq!(changed.iter().map(|one| one["people"].as_i64().unwrap()).sum::<i64>(), 2);
    let refused = |query: &str| format!("/api/v1/plans/long_range?{query}");
    let back = server.get(&head, &refused("from=2027-02-01&to=2027-01-01")).await;
    back.fails(422, "YEAR_INVALID");
    server.get(&head, &refused("from=2027-01-01&to=2028-01-31")).await.fails(409, "CALENDAR_ENDS");
    server.get(&head, &refused("from=soon&to=2027-01-31")).await.fails(400, "DATE_INVALID");
    let inspector = server.login("inspector").await;
    server.get(&inspector, path).await.fails(403, "PERMISSION_DENIED");
}
