//! Tells cargo that the built web is part of this crate: a release build embeds it, and building the web changes no
//! source. While there is none, cargo asks each time. Other builds read it from disk when they run.
#![expect(clippy::print_stdout, reason = "cargo reads what a build script prints")]

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed=../web/dist");
    }
}
