//! Tests of facts through the crate's public face, in one binary.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may state what they know")]

mod around;
mod as_of;
mod catalogue;
mod chicago;
mod files;
mod kinds;
mod packs;
mod places;
mod support;
