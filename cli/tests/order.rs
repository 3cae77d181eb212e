//! The order in which files come leaves no trace: what came before its register finds its object when the register comes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::Path;

use support::town::Town;
use support::{done, folder, text};

/// Returns the facts of all objects and their scores, as bytes.
fn answers(data: &Path) -> (Vec<u8>, Vec<u8>) {
    let (facts, scores) = (data.with_file_name("facts.csv"), data.with_file_name("scores.csv"));
    done(&["facts", "--data", text(data), "--as-of", "2014-01-01", "--export", text(&facts)]);
    done(&["score", "--data", text(data), "--as-of", "2014-01-01", "--export", text(&scores)]);
    (std::fs::read(facts).unwrap(), std::fs::read(scores).unwrap())
}

#[test]
fn outcomes_that_came_before_the_register_find_their_objects() {
    let town = Town::usual(3);
    let (usual, late) = (folder(), folder());
    let usual = answers(&town.installed(usual.path()));
    let data = town.installed_in_order("chicago", ["inspections", "visits", "establishments"], late.path());
    let late = answers(&data);
    assert!(late == usual, "facts or scores differ by the order of files");
    let facts = String::from_utf8(late.0).unwrap();
    let (head, row) = (facts.lines().next().unwrap(), facts.lines().nth(1).unwrap());
    let seen =
        head.split(',').zip(row.split(',')).any(|(name, value)| name == "inspections_total" && value == "8");
    assert!(seen, "the first object's inspections are seen: {head}\n{row}");
}

#[test]
fn a_register_says_how_many_records_it_brought_an_object() {
    let town = Town::usual(4);
    let late = folder();
    let data = town.installed_in_order("chicago", ["visits", "inspections", "establishments"], late.path());
    let file = late.path().join("establishments.csv");
    let again = done(&["ingest", "--data", text(&data), "--source", "establishments", text(&file)]);
    let notes = again["notes"].to_string();
    assert!(notes.contains("960 records of `inspections` that came before"), "{notes}");
    assert!(notes.contains("960 records of `visits` that came before"), "{notes}");
    assert_eq!((&again["accepted"], &again["duplicates"]), (&0.into(), &120.into()));
}
