//! Instants: what has not come is neither learnt from nor scored, a model that knew more than anybody then is named, and documents
//! write instants in one form.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use support::town::Town;
use support::{done, folder, refused, text};

#[test]
fn what_has_not_come_is_neither_learnt_from_nor_scored() {
    let folder = folder();
    let data = Town::usual(41).installed(folder.path());
    let file = folder.path().join("f.csv");
    let future = ["--data", text(&data), "--as-of", "2099-01-01"];
    let export = ["--export", text(&file)];
    let calls: [&[&str]; 4] =
        [&["train"], &["score"], &["exploration"], &["scorecard", export[0], export[1]]];
    for call in calls {
        refused(&[call, &future[..]].concat(), 1, "AS_OF_IN_FUTURE");
    }
    assert!(!file.exists());
    // Looking ahead is allowed: what is known now, with terms as they will stand then.
    done(&[&["facts", export[0], export[1]], &future[..]].concat());
    done(&[&["explain", "--object", "10007"], &future[..]].concat());
}

#[test]
fn a_model_that_knew_what_nobody_knew_is_named() {
    let folder = folder();
    let data = Town::usual(42).installed(folder.path());
    let call = |args: &[&str]| done(&[args, &["--data", text(&data)]].concat());
    call(&["train", "--as-of", "2014-01-01"]);
    let fair = call(&["score", "--as-of", "2014-02-01"]);
    assert_eq!(fair["model_newer"], serde_json::Value::Null, "{fair}");
    let back = call(&["score", "--as-of", "2013-06-01"]);
    assert_eq!(back["model_newer"], "2014-01-01T06:00:00Z", "{back}");
    let said = |as_of: &str| call(&["explain", "--object", "10007", "--as-of", as_of]).to_string();
    assert!(said("2013-06-01").contains("The model learnt from outcomes known by 2014-01-01"));
    assert!(!said("2014-02-01").contains("The model learnt from outcomes"));
}

#[test]
fn instants_of_documents_have_one_form_and_an_object_that_was_not_there_yet_is_named() {
    let folder = folder();
    let data = Town::usual(43).installed(folder.path());
    let call = |args: &[&str]| done(&[args, &["--data", text(&data)]].concat());
    let explained = call(&["explain", "--object", "10007", "--as-of", "2014-01-01"]);
    assert_eq!(explained["as_of"], "2014-01-01T06:00:00Z", "{explained}");
    let compared = call(&["rules", "backtest", "--candidate", "chicago", "--as-of", "2014-01-01"]);
    assert_eq!(compared["as_of"], "2014-01-01T06:00:00Z", "{compared}");
    let early = ["explain", "--object", "10007", "--as-of", "1999-01-01", "--data", text(&data)];
    refused(&early, 1, "OBJECT_NOT_YET");
}

#[test]
fn facts_are_written_in_the_order_of_objects() {
    let folder = folder();
    let data = Town::usual(44).installed(folder.path());
    let file = folder.path().join("facts.csv");
    done(&["facts", "--data", text(&data), "--as-of", "2014-01-01", "--export", text(&file)]);
    let text = std::fs::read_to_string(&file).unwrap();
    let objects: Vec<&str> = text.lines().skip(1).map(|row| row.split(',').next().unwrap()).collect();
    assert_eq!(objects.len(), 120);
    assert!(objects.is_sorted(), "{:?}", &objects[..10]);
}
