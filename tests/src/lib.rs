//! Support for tests that tie several crates together: throw-away databases, fixtures, the fake clock.

pub mod errors_doc;
#[expect(clippy::expect_used, clippy::panic, reason = "a test without its server has nothing to go on with")]
pub mod postgres;

/// The command line's own codes; the binary has no library to take them from.
#[path = "../../cli/src/usage.rs"]
mod usage;

/// What the command line's checks find.
#[path = "../../cli/src/findings.rs"]
mod findings;
