//! The server over the version in force: when another one comes into force, by a page or by a run elsewhere, the
//! next request is answered under it.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use dozor_app::{AppError, Dozor};
use tokio::sync::Mutex;
use tower::ServiceExt;

use crate::problem::ApiError;
use crate::server::router;
use crate::state::Settings;

/// Holds the endpoints of one version.
struct Held {
    generation: i64,
    dozor: Dozor,
    router: Router,
}

/// Puts the server together so that it follows the version in force.
pub fn live_router(dozor: Dozor, settings: Settings) -> Router {
    let held = Held { generation: -1, router: router(dozor.clone(), settings), dozor };
    let held = Arc::new(Mutex::new(held));
    Router::new().fallback(move |request: Request| {
        let held = Arc::clone(&held);
        async move { answer(&held, settings, request).await }
    })
}

async fn answer(held: &Mutex<Held>, settings: Settings, request: Request) -> Response {
    match current(held, settings).await {
        Ok(router) => match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        Err(fault) => ApiError::from(fault).into_response(),
    }
}

/// Returns the endpoints of the version in force; most commits bring no other.
async fn current(held: &Mutex<Held>, settings: Settings) -> Result<Router, AppError> {
    let mut held = held.lock().await;
    let generation = held.dozor.store().generation().await?;
    if generation != held.generation {
        let dozor = held.dozor.refreshed().await?;
        if dozor.methodology().hash != held.dozor.methodology().hash {
            held.router = router(dozor.clone(), settings);
            held.dozor = dozor;
        }
        held.generation = generation;
    }
    Ok(held.router.clone())
}
