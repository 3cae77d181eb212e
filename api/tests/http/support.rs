//! A demo city made once; each test works on a copy of its folder.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't be set up has failed")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use dozor_api::{Cookies, Settings, live_router};
use dozor_app::{DEMO_PASSWORD, DemoEdge, DemoRequest, Dozor, Location, Silent, demo};
use dozor_domain::{FixedClock, Timestamp};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tower::ServiceExt;
use uuid::Uuid;

/// The demo's today: a working day.
pub(crate) const TODAY: &str = "2026-11-20";

static CITY: OnceCell<TempDir> = OnceCell::const_new();
static IDS: AtomicU64 = AtomicU64::new(1);

fn new_id() -> Uuid {
    Uuid::from_u128(u128::from(IDS.fetch_add(1, Ordering::Relaxed)) | 7 << 76)
}

fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock(Timestamp::parse_rfc3339("2026-11-20T06:00:00Z").unwrap()))
}

async fn city() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::from_arguments(folder.path(), None).unwrap();
    let request = DemoRequest { objects: 400, seed: 7, date: Some(TODAY.to_owned()), history_years: 2 };
    let fresh = || *new_id().as_bytes();
    let holders: Arc<dyn dozor_app::Holders> = Arc::new(dozor_app::OneProcess::default());
    let edge = DemoEdge { new_id: &fresh, holders: &holders };
    demo((&location, folder.path()), &request, clock(), edge, &Silent).await.unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// Is a server over a city of its own.
pub(crate) struct Server {
    router: Router,
    folder: TempDir,
}

/// Is what came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
    /// Returns the JSON of an answer that must be good.
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }
    /// Checks status and code of a failure.
    pub(crate) fn fails(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.code().as_str()), (status, code));
        assert_eq!(self.header("content-type"), "application/problem+json");
        for field in ["type", "title", "cause", "action"] {
            assert!(self.json()[field].as_str().is_some_and(|text| !text.is_empty()), "{field} of {code}");
        }
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        let city = CITY.get_or_init(city).await;
        let folder = tempfile::tempdir().unwrap();
        copy(city.path(), folder.path());
        let location = Location::from_arguments(folder.path(), None).unwrap();
        let dozor = Dozor::open(&location, clock()).await.unwrap();
        Self { router: live_router(dozor, Settings { cookies: Cookies::HttpsOnly, new_id }), folder }
    }

    /// Opens the same city beside the server, as a command on the same machine does.
    pub(crate) async fn beside(&self) -> Dozor {
        let location = Location::from_arguments(self.folder.path(), None).unwrap();
        Dozor::open(&location, clock()).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn call(&self, cookie: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, cookie);
        let request = match body {
            Some(json) => request
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(json.to_string()))
                .unwrap(),
            None => request.body(Body::empty()).unwrap(),
        };
        self.send(request).await
    }

    /// Sends a body that is not JSON.
    pub(crate) async fn send_bytes(&self, cookie: &str, method: &str, path: &str, body: &[u8]) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, cookie);
        let request = request.header(header::CONTENT_TYPE, "application/octet-stream");
        self.send(request.body(Body::from(body.to_vec())).unwrap()).await
    }

    pub(crate) async fn get(&self, cookie: &str, path: &str) -> Answer {
        self.call(cookie, "GET", path, None).await
    }

    pub(crate) async fn try_login(&self, login: &str, password: &str) -> Answer {
        let body = json!({ "login": login, "password": password });
        self.call("", "POST", "/api/v1/session", Some(body)).await
    }

    /// Logs in and returns the cookie.
    pub(crate) async fn login(&self, login: &str) -> String {
        let answer = self.try_login(login, DEMO_PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{login}");
        answer.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}
