//! Users of an installation that is no demo: added by command line, they log in to the served pages.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use support::{command, done, folder, refused, text};

const PASSWORD: &str = "four words are enough";

/// Calls with one line on stdin and returns exit code and document.
fn with_line(args: &[&str], line: &str) -> (i32, Value) {
    let mut child =
        command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A call that refuses its arguments reads no password: then nobody takes the line.
    drop(child.stdin.take().unwrap().write_all(line.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let document = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), document)
}

fn chicago(folder: &Path) -> std::path::PathBuf {
    let data = folder.join("data");
    done(&["init", "--data", text(&data), "--pack", "chicago"]);
    data
}

/// Starts a server and waits until it says where it listens.
fn serve(data: &Path) -> (Child, String) {
    let file = data.join("address");
    let args = ["serve", "--data", text(data), "--listen", "127.0.0.1:0", "--address-file", text(&file)];
    let mut child = command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for _ in 0..600 {
        match std::fs::read_to_string(&file) {
            Ok(address) if !address.is_empty() => return (child, address),
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    }
    drop(child.kill());
    panic!("the server never said where it listens");
}

/// Logs in and returns the status of the answer.
fn login(address: &str, login: &str, password: &str) -> u16 {
    let body = json!({ "login": login, "password": password }).to_string();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /api/v1/session HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn users_are_added_and_log_in_until_they_are_blocked() {
    let folder = folder();
    let data = chicago(folder.path());
    let add = |login: &str, role: &str, password: &str| {
        let args = ["user", "add", "--data", text(&data), "--login", login, "--role", role];
        let (code, document) = with_line(&args, &format!("{password}\n"));
        (code, document["error"]["code"].as_str().unwrap_or_default().to_owned(), document)
    };
    let (code, _, row) = add("ann", "head", PASSWORD);
    assert_eq!((code, &row["role"], &row["state"]), (0, &json!("head"), &json!("active")), "{row}");
    assert!(!row.to_string().contains("argon2"), "no hash leaves the database: {row}");
    for (login, role, password, expected) in [
        ("ann", "head", PASSWORD, "USER_LOGIN_TAKEN"),
        ("bob", "king", PASSWORD, "USER_ROLE_UNKNOWN"),
        ("bob", "head", "short", "PASSWORD_TOO_SHORT"),
        ("b b", "head", PASSWORD, "USER_LOGIN_INVALID"),
    ] {
        let (code, error, _) = add(login, role, password);
        assert_eq!((code, error.as_str()), (1, expected), "{login} {role}");
    }
    let (mut server, address) = serve(&data);
    assert_eq!(login(&address, "ann", PASSWORD), 200);
    assert_eq!(login(&address, "ann", "another four words"), 401);
    let change = ["user", "password", "--data", text(&data), "--login", "ann"];
    assert_eq!(with_line(&change, "another four words\n").0, 0);
    assert_eq!(login(&address, "ann", "another four words"), 200);
    let blocked = done(&["user", "block", "--data", text(&data), "--login", "ann"]);
    assert_eq!(blocked["state"], "blocked");
    assert_eq!(login(&address, "ann", "another four words"), 401);
    let back = ["methodology", "rollback", "--data", text(&data), "--by", "ann", "--reason", "x"];
    refused(&back, 1, "PERSON_BLOCKED");
    done(&["user", "unblock", "--data", text(&data), "--login", "ann"]);
    assert_eq!(login(&address, "ann", "another four words"), 200);
    refused(&["user", "block", "--data", text(&data), "--login", "zoe"], 1, "USER_NOT_FOUND");
    assert_eq!(done(&["user", "list", "--data", text(&data)]).as_array().unwrap().len(), 1);
    assert_eq!(done(&["audit", "verify", "--data", text(&data)])["fault"], Value::Null);
    stops_when_asked(&mut server);
}

/// SIGTERM, as service managers send it, ends the server in order.
fn stops_when_asked(server: &mut Child) {
    let asked = std::process::Command::new("kill").args(["-TERM", &server.id().to_string()]).status();
    assert!(asked.unwrap().success());
    assert_eq!(server.wait().unwrap().code(), Some(0), "it ends by itself, not by the signal");
}

#[test]
fn a_taken_address_is_said_before_any_work() {
    let folder = folder();
    let data = chicago(folder.path());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&["serve", "--data", text(&data), "--listen", &address], 1, "LISTEN_FAILED");
    let demo = folder.path().join("demo");
    refused(&["demo", "--data", text(&demo), "--listen", &address], 1, "LISTEN_FAILED");
    assert!(!demo.exists(), "nothing is made for an address that is taken");
}
