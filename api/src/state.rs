//! What handlers share.

use std::sync::Arc;

use dozor_app::Queries;
use dozor_app::queries::session::LoginGuard;
use uuid::Uuid;

use crate::tiles::TileCache;

/// How the session cookie is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookies {
    /// `Secure`: browsers send it over HTTPS only.
    HttpsOnly,
    /// Plain HTTP on this machine.
    Loopback,
}

/// Settings of the server.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How the session cookie is marked.
    pub cookies: Cookies,
    /// Gives a fresh id; made at the edge.
    pub new_id: fn() -> Uuid,
}

/// Is what every handler can reach; cheap to clone.
#[derive(Clone)]
pub(crate) struct ApiState {
    pub(crate) queries: Queries,
    pub(crate) settings: Settings,
    pub(crate) logins: Arc<LoginGuard>,
    pub(crate) tiles: Arc<TileCache>,
}
