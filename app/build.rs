//! Tells cargo that the packs are part of this crate: a release build embeds them, and a file that is new in the
//! folder changes no source. Other builds read them from disk when they run.
#![expect(clippy::print_stdout, reason = "cargo reads what a build script prints")]

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed=../packs");
    }
}
