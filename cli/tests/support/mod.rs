//! Runs the built binary as a user would: arguments in, exit code, stdout and stderr out.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of the support")]

pub mod registry;
pub mod town;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Fixed "now" of the tests: nothing may depend on the day on which they run.
pub const NOW: &str = "2026-11-20T06:00:00Z";

/// Is what a call ended with.
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// Reads the one JSON document on stdout.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|fault| panic!("stdout is no JSON ({fault}): {}\n{}", self.stdout, self.stderr))
    }
    /// Returns the code of the error document.
    pub fn error_code(&self) -> String {
        let document = self.json();
        for part in ["message", "cause", "action"] {
            assert!(
                document["error"][part].as_str().is_some_and(|text| !text.is_empty()),
                "no {part}: {document}"
            );
        }
        document["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// Prepares a call with `--json` and the fixed clock.
pub fn command(args: &[&str]) -> Command {
    command_at(NOW, args)
}

fn command_at(now: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dozor"));
    command
        .arg("--json")
        .args(["--now", now])
        .args(args)
        .env_remove("DOZOR_DATA")
        .env_remove("DOZOR_DATABASE_URL");
    command.stdin(Stdio::null());
    command
}

/// Calls and waits.
pub fn dozor(args: &[&str]) -> Ended {
    dozor_at(NOW, args)
}

/// Calls at another instant and waits.
pub fn dozor_at(now: &str, args: &[&str]) -> Ended {
    let Output { status, stdout, stderr } = command_at(now, args).output().unwrap();
    Ended {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// Calls and expects exit code 0.
#[track_caller]
pub fn done(args: &[&str]) -> serde_json::Value {
    let ended = dozor(args);
    assert_eq!(ended.code, 0, "{args:?}\n{}\n{}", ended.stdout, ended.stderr);
    ended.json()
}

/// Calls, expects an exit code and an error code.
#[track_caller]
pub fn refused(args: &[&str], exit: i32, code: &str) {
    let ended = dozor(args);
    assert_eq!(
        (ended.code, ended.error_code().as_str()),
        (exit, code),
        "{args:?}\n{}\n{}",
        ended.stdout,
        ended.stderr
    );
}

/// Returns the folder of the shared data; `None` (a skip) only outside CI.
pub fn shared_data() -> Option<PathBuf> {
    let path = std::env::var_os("DOZOR_TEST_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "shared data are missing at {}", path.display());
    // Past the capture of the test runner: what did not run is seen.
    drop(writeln!(std::io::stderr(), "skipped: shared data are missing at {}", path.display()));
    None
}

/// A folder for one test.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Returns a path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Replaces bytes of the database behind the program's back, and says how often they stood there.
pub fn rewrite(data: &Path, from: &[u8], to: &[u8]) -> usize {
    let file = data.join("dozor.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    let places: Vec<usize> =
        (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    for at in &places {
        bytes[*at..at + to.len()].copy_from_slice(to);
    }
    std::fs::write(file, bytes).unwrap();
    places.len()
}
