//! Sessions and permissions.

use std::collections::BTreeSet;

use dozor_api::{Access, OPERATIONS, openapi};
use dozor_app::read_pack;
use dozor_domain::PackManifest;

use super::support::Server;

const ANY_ID: &str = "00000000000000000000000000000000";

fn concrete(path: &str) -> String {
    let path = path
        .replace("{object_id}", ANY_ID)
        .replace("{snooze_id}", ANY_ID)
        .replace("{sign_id}", ANY_ID)
        .replace("{plan_id}", ANY_ID)
        .replace("{task_id}", ANY_ID)
        .replace("{request_id}", ANY_ID)
        .replace("{look_id}", ANY_ID)
        .replace("{order_id}", ANY_ID);
    path.replace("{date}", "2026-11-20").replace("{z}/{x}/{y}", "10/619/320.mvt")
}

#[tokio::test]
async fn a_login_sets_a_strict_cookie_and_logging_out_ends_it() {
    let server = Server::start().await;
    let answer = server.try_login("head", dozor_app::DEMO_PASSWORD).await;
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["dozor_session=", "HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let session = answer.ok();
    assert_eq!(session["role"], "head");
    assert!(session["permissions"].as_array().unwrap().iter().any(|one| one == "decide_categories"));
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(server.get(cookie, "/api/v1/session").await.ok()["login"], "head");
    assert_eq!(server.call(cookie, "DELETE", "/api/v1/session", None).await.status.as_u16(), 204);
    server.get(cookie, "/api/v1/session").await.fails(401, "SESSION_REQUIRED");
    assert_eq!(server.call("", "DELETE", "/api/v1/session", None).await.status.as_u16(), 204);
}

#[tokio::test]
async fn another_password_and_a_block_end_the_sessions_of_before() {
    let server = Server::start().await;
    let (head, analyst) = (server.login("head").await, server.login("desk_analyst").await);
    let dozor = server.beside().await;
    let password = dozor_app::Password::new("a patrol of five words".to_owned()).unwrap();
    dozor.change_password("head", password, [7; 16], "administrator").await.unwrap();
    dozor.set_user_state("desk_analyst", dozor_app::UserState::Blocked, "administrator").await.unwrap();
    for cookie in [&head, &analyst] {
        server.get(cookie, "/api/v1/session").await.fails(401, "SESSION_REQUIRED");
    }
    server.try_login("head", dozor_app::DEMO_PASSWORD).await.fails(401, "LOGIN_REFUSED");
    assert!(server.try_login("head", "a patrol of five words").await.status.is_success());
    server.try_login("desk_analyst", dozor_app::DEMO_PASSWORD).await.fails(401, "LOGIN_REFUSED");
    dozor.set_user_state("desk_analyst", dozor_app::UserState::Active, "administrator").await.unwrap();
    server.get(&analyst, "/api/v1/session").await.fails(401, "SESSION_REQUIRED");
}

#[tokio::test]
async fn wrong_passwords_and_unknown_logins_are_told_the_same_and_slowed_down() {
    let server = Server::start().await;
    let wrong = server.try_login("head", "no").await;
    let unknown = server.try_login("nobody", "no").await;
    wrong.fails(401, "LOGIN_REFUSED");
    assert_eq!(wrong.json(), unknown.json());
    for _ in 0..4 {
        server.try_login("head", "no").await.fails(401, "LOGIN_REFUSED");
    }
    server.try_login("head", dozor_app::DEMO_PASSWORD).await.fails(429, "LOGIN_TOO_OFTEN");
    assert!(server.try_login("desk_analyst", dozor_app::DEMO_PASSWORD).await.status.is_success());
}

#[tokio::test]
async fn every_endpoint_refuses_whoever_lacks_its_permission() {
    let server = Server::start().await;
    for one in OPERATIONS.iter().filter(|one| one.access != Access::Open) {
        let answer = server.call("", one.method, &concrete(one.path), None).await;
        answer.fails(401, "SESSION_REQUIRED");
    }
    let pack = PackManifest::parse(&read_pack("moscow").unwrap()["pack.toml"]).unwrap();
    for login in &pack.demo_logins {
        let cookie = server.login(&login.login).await;
        let role = pack.roles.iter().find(|role| role.code == login.role).unwrap();
        for one in OPERATIONS {
            let Access::Any(wanted) = one.access else { continue };
            let may = wanted.iter().any(|permission| role.permissions.contains(permission));
            let status = server.call(&cookie, one.method, &concrete(one.path), None).await.status.as_u16();
            assert_eq!(status != 403, may, "{} {} as {}", one.method, one.path, login.login);
            assert_ne!(status, 500, "{} {}", one.method, one.path);
        }
    }
}

#[test]
fn the_table_of_access_and_the_openapi_name_the_same_endpoints() {
    let document = openapi();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert((method.to_uppercase(), path.trim_end_matches(".mvt").to_owned()));
        }
    }
    let listed: BTreeSet<_> =
        OPERATIONS.iter().map(|one| (one.method.to_owned(), one.path.to_owned())).collect();
    assert_eq!(listed, described);
}

#[test]
fn the_stored_openapi_is_fresh() {
    let stored: serde_json::Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    assert!(stored == openapi(), "refresh it: dozor openapi > api/openapi.json");
}
