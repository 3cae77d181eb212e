//! What README tells a newcomer to type works as it is written.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use support::{done, folder, shared_data, text};

/// Returns the first shell block under a heading.
fn block(heading: &str) -> String {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let section = readme.split(heading).nth(1).unwrap();
    section.split("```").nth(1).unwrap().trim_start_matches("sh").to_owned()
}

#[test]
fn the_readme_by_hand_works_as_written_on_shared_data() {
    let Some(shared) = shared_data() else { return };
    let folder = folder();
    let data = folder.path().join("data");
    let script = block("## By hand")
        .replace("DIR", text(&data))
        .replace("scores.csv", text(&folder.path().join("scores.csv")));
    let programs = Path::new(env!("CARGO_BIN_EXE_dozor")).parent().unwrap();
    let path = std::env::join_paths([programs.to_owned(), "/usr/bin".into(), "/bin".into()]).unwrap();
    let mut shell = Command::new("sh")
        .args(["-e", "-c", &script])
        .current_dir(shared.join("chicago"))
        .env("PATH", path)
        .env_remove("DOZOR_DATABASE_URL")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    shell.stdin.take().unwrap().write_all(b"four words are enough\n").unwrap();
    assert!(shell.wait().unwrap().success(), "{script}");
    assert!(folder.path().join("scores.csv").is_file());
    assert_eq!(done(&["user", "list", "--data", text(&data)])[0]["login"], "head");
}
