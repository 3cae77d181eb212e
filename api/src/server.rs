//! The server: endpoints, sessions, limits, headers, log lines.

use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::Response as HttpResponse;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use dozor_app::{Dozor, Queries};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};
use tracing::Span;

use crate::live::live_router;
use crate::problem::ApiError;
use crate::session_store::{SESSION_HOURS, StoredSessions};
use crate::state::{ApiState, Cookies, Settings};
use crate::{access, headers, routes, web_files};

/// The largest body of a request: decisions and logins are short.
const LARGEST_BODY: usize = 64 * 1024;
/// Longer than any page takes, the export of a large register included.
const LONGEST_ANSWER: Duration = Duration::from_secs(60);

/// Serves until `stop`; requests that are being answered are finished.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    dozor: Dozor,
    settings: Settings,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, live_router(dozor, settings)).with_graceful_shutdown(stop).await
}

/// Puts the server together; tests call it without a network.
pub fn router(dozor: Dozor, settings: Settings) -> Router {
    let sessions = SessionManagerLayer::new(StoredSessions(dozor.clone()))
        .with_name("dozor_session")
        .with_path("/")
        .with_http_only(true)
        .with_same_site(SameSite::Strict)
        .with_secure(settings.cookies == Cookies::HttpsOnly)
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(SESSION_HOURS)));
    let state =
        ApiState { queries: Queries::new(dozor), settings, logins: Arc::default(), tiles: Arc::default() };
    let (endpoints, _) = routes::all().split_for_parts();
    endpoints
        .method_not_allowed_fallback(async || ApiError::NoSuchMethod)
        .route_layer(from_fn_with_state(state.clone(), access::guard))
        .layer(sessions)
        .fallback(web_files::fallback)
        .with_state(state)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CompressionLayer::new())
        .layer(from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(headers::add))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(|request: &Request| {
                    tracing::info_span!("request", method = %request.method(), path = request.uri().path())
                })
                .on_response(|response: &Response, latency: Duration, _: &Span| {
                    let duration_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
                    tracing::info!(status = response.status().as_u16(), duration_ms, "answered");
                })
                // Its own line has neither address nor code; a problem says both where it is made.
                .on_failure(()),
        )
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST_ANSWER, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::TimedOut.into_response(),
    }
}

fn panicked(fault: Box<dyn Any + Send + 'static>) -> HttpResponse<Body> {
    let text = fault.downcast_ref::<String>().cloned();
    let text = text.or_else(|| fault.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    ApiError::Internal { fault: format!("panic: {}", text.unwrap_or_default()) }.into_response()
}
