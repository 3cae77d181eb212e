//! The arrows of docs/ARCHITECTURE.md: which crate may see which, read from `cargo metadata`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What each crate may name; whoever may see a crate may see what that crate sees.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("script", &["domain"]),
    ("planner", &["domain"]),
    ("city", &["domain"]),
    ("store", &["domain"]),
    ("ingest", &["script", "domain"]),
    ("facts", &["script", "domain"]),
    ("rules", &["facts", "script", "domain"]),
    ("scoring", &["facts", "script", "domain"]),
    ("app", &["domain", "script", "planner", "city", "store", "ingest", "facts", "rules", "scoring"]),
    ("api", &["app", "domain", "script", "planner", "city", "store", "ingest", "facts", "rules", "scoring"]),
    (
        "cli",
        &[
            "api", "app", "domain", "script", "planner", "city", "store", "ingest", "facts", "rules",
            "scoring",
        ],
    ),
];

/// Who alone may use these: the database, the runtime and the web server stay at the edges.
const EDGES: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("tokio", &["store", "app", "api", "cli", "tests", "benches"]),
    ("axum", &["api"]),
    // Benches measure the plain interpreter beside the columns.
    ("rhai", &["script", "benches"]),
];

/// Returns the normal (not dev) dependencies of each workspace crate, without the `dozor-` prefix.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let short = |name: &str| name.strip_prefix("dozor-").unwrap_or(name).to_owned();
    let mut found = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let names = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| short(dependency["name"].as_str().unwrap()))
            .collect();
        found.insert(short(package["name"].as_str().unwrap()), names);
    }
    found
}

#[test]
fn crates_see_only_what_the_architecture_allows() {
    let found = dependencies();
    let ours: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    for (name, allowed) in ARROWS {
        let seen = found
            .get(*name)
            .unwrap_or_else(|| panic!("crate {name} is in the table and not in the workspace"));
        for dependency in seen.iter().filter(|dependency| ours.contains(dependency.as_str())) {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not see {dependency}");
        }
    }
    for name in found.keys().filter(|name| !["tests", "benches"].contains(&name.as_str())) {
        assert!(ours.contains(name.as_str()), "crate {name} has no line in the table of arrows");
    }
}

#[test]
fn database_runtime_and_web_server_stay_at_the_edges() {
    for (name, seen) in dependencies() {
        for (library, owners) in EDGES {
            assert!(
                !seen.contains(*library) || owners.contains(&name.as_str()),
                "{name} must not use {library}"
            );
        }
    }
}
