//! Answers to days in a city.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{array, document, number};

/// Checks an answer against the file. Returns everything that is wrong.
pub fn verify_city(file: &str, answer: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if let Err(problem) = verify(file, answer, &mut wrong) {
        wrong.push(problem);
    }
    wrong
}

fn verify(file: &str, answer: &str, wrong: &mut Vec<String>) -> Result<(), String> {
    let (file, answer) = (document(file.trim_start_matches('\u{feff}'))?, document(answer)?);
    let objects = by_id(&file, "objects")?;
    let inspectors = by_id(&file, "inspectors")?;
    let offices = array(&file, "offices")?;
    let (mut seen, mut sent) = (BTreeSet::new(), BTreeSet::new());
    let mut prizes = 0.0;
    for route in array(&answer, "routes")? {
        let id = id_of(route, "inspector")?;
        let inspector = *inspectors.get(&id).ok_or_else(|| format!("there is no inspector {id}"))?;
        if !sent.insert(id) {
            wrong.push(format!("inspector {id} has two routes"));
        }
        let office = offices.get(number(inspector, "office")? as usize).ok_or("an office is missing")?;
        let mut drive = Drive { inspector, place: pair(office)?, clock: number(inspector, "start")?, wrong };
        for stop in array(route, "stops")? {
            let object = id_of(stop, "object")?;
            let what = *objects.get(&object).ok_or_else(|| format!("there is no object {object}"))?;
            if !seen.insert(object) {
                drive.wrong.push(format!("object {object} is visited twice"));
            }
            drive.visit(what, number(stop, "start")?)?;
            prizes += number(what, "prize")?;
        }
        drive.come_back(pair(office)?)?;
    }
    let score = number(&answer, "score")?;
    if score != prizes {
        wrong.push(format!("the visits add up to {prizes}, the answer says {score}"));
    }
    Ok(())
}

/// Is an inspector under way.
struct Drive<'a> {
    inspector: &'a Value,
    place: [f64; 2],
    clock: f64,
    wrong: &'a mut Vec<String>,
}

impl Drive<'_> {
    fn visit(&mut self, object: &Value, start: f64) -> Result<(), String> {
        let (id, who) = (id_of(object, "id")?, id_of(self.inspector, "id")?);
        let place = [number(object, "lat")?, number(object, "lon")?];
        let arrival = self.clock + seconds(self.place, place);
        let [open, close] = pair(object.get("tw").ok_or("a window is missing")?)?;
        if start < arrival || start < open || start > close {
            self.wrong.push(format!(
                "inspector {who} starts at object {id} at {start}, arrives {arrival}, may from {open} to {close}"
            ));
        }
        let okrug = number(object, "okrug")?;
        if !holds(self.inspector, "okrug", okrug)? {
            self.wrong.push(format!("inspector {who} does not serve okrug {okrug} of object {id}"));
        }
        let skill = number(object, "skill")?;
        if skill != 0.0 && !holds(self.inspector, "skills", skill)? {
            self.wrong.push(format!("inspector {who} lacks skill {skill} for object {id}"));
        }
        self.clock = start + number(object, "service")?;
        self.place = place;
        Ok(())
    }

    fn come_back(&mut self, office: [f64; 2]) -> Result<(), String> {
        let (back, end) = (self.clock + seconds(self.place, office), number(self.inspector, "end")?);
        if back > end {
            let who = id_of(self.inspector, "id")?;
            self.wrong.push(format!("inspector {who} is back at {back}, the shift ends at {end}"));
        }
        Ok(())
    }
}

fn by_id<'a>(file: &'a Value, key: &str) -> Result<BTreeMap<u64, &'a Value>, String> {
    array(file, key)?.iter().map(|entry| Ok((id_of(entry, "id")?, entry))).collect()
}

/// Reads a number that names something: beyond 2^53 it is no double any more.
fn id_of(value: &Value, key: &str) -> Result<u64, String> {
    value.get(key).and_then(Value::as_u64).ok_or_else(|| format!("«{key}» is no whole number"))
}

fn holds(value: &Value, key: &str, wanted: f64) -> Result<bool, String> {
    Ok(array(value, key)?.iter().any(|entry| entry.as_f64() == Some(wanted)))
}

fn pair(value: &Value) -> Result<[f64; 2], String> {
    match value.as_array().map(Vec::as_slice) {
        Some([one, other]) => Ok([one.as_f64().ok_or("no number")?, other.as_f64().ok_or("no number")?]),
        _ => Err("no pair of numbers".to_owned()),
    }
}

/// Returns the way in whole seconds: haversine × 1.35 at 25 km/h and three minutes.
fn seconds(from: [f64; 2], to: [f64; 2]) -> f64 {
    let [one, other] = [from[0].to_radians(), to[0].to_radians()];
    let sine = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let haversine = sine(to[0] - from[0]) + one.cos() * other.cos() * sine(to[1] - from[1]);
    let metres = 2.0 * 6_371_000.0 * haversine.sqrt().asin();
    (metres * 1.35 / (25_000.0 / 3600.0) + 180.0).round()
}
