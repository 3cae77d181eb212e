//! HTTP over the use-cases: the API of the pages, vector tiles, and the web's files.
//!
//! Invariants:
//! * a handler reads its parameters, calls one query or use-case and maps the answer;
//! * who may call what stands in one table (`access.rs`), which the router, the OpenAPI and a test read;
//! * a failure leaves as an RFC 9457 problem with a stable code; inner texts of 5xx stay in the log;
//! * a change is made in a task of its own: a caller who hangs up does not cut it short;
//! * `openapi.json` is made from the types, and a test fails when the stored copy is stale.

mod access;
mod commands;
mod fields;
mod headers;
mod live;
mod openapi;
mod problem;
mod routes;
mod server;
mod session_store;
mod state;
mod tiles;
mod web_files;

pub use access::{Access, OPERATIONS, Operation};
pub use live::live_router;
pub use openapi::{openapi, openapi_text};
pub use problem::API_ERRORS;
pub use server::{router, serve};
pub use state::{Cookies, Settings};
