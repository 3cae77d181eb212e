//! Files of the web, headers, addresses that are nothing, bodies that are too much.

use axum::body::Body;
use axum::http::Request;

use super::support::Server;

#[tokio::test]
async fn pages_of_the_web_fall_back_to_the_page_and_data_addresses_never_do() {
    let server = Server::start().await;
    for path in ["/", "/register", "/objects/1?tab=law"] {
        let answer = server.get("", path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        assert!(!answer.header("content-type").contains("json"), "{path}");
    }
    for path in ["/api", "/api/v1/nothing", "/tiles/1/2", "/ogc/collections", "/assets/none.js"] {
        server.get("", path).await.fails(404, "NOT_FOUND");
    }
    server.call("", "PUT", "/api/v1/welcome", None).await.fails(405, "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = Server::start().await;
    for path in ["/", "/api/v1/welcome", "/api/v1/pack", "/api/v1/nothing"] {
        let answer = server.get("", path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe-eval") && !policy.contains("script-src"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    }
    assert_eq!(server.get("", "/api/v1/welcome").await.header("cache-control"), "no-store");
    assert_eq!(server.get("", "/api/v1/health").await.ok()["status"], "ok");
}

#[tokio::test]
async fn bodies_that_are_no_json_or_too_large_are_refused_before_anything_is_done() {
    let server = Server::start().await;
    for (kind, body, status) in [
        ("text/plain", "{}".to_owned(), 415),
        ("application/json", "{".to_owned(), 400),
        ("application/json", r#"{"login":"head"}"#.to_owned(), 422),
        ("application/json", format!(r#"{{"login":"{}"}}"#, "a".repeat(100_000)), 413),
    ] {
        let request =
            Request::post("/api/v1/session").header("content-type", kind).body(Body::from(body)).unwrap();
        server.send(request).await.fails(status, "BODY_INVALID");
    }
}
