//! Second looks before the demo day: signs that another analyst read again, visits that another inspector made again.
//! Neither knew what the first one found, so what they say hangs on the truth and on their own eyes.

use crate::days::Day;
use crate::dice::Dice;
use crate::error::CityError;
use crate::history::{Event, verdict};
use crate::scene::Scene;
use crate::sheets::{Cell, Sheets, Source};
use crate::work::{inspector_of, number};
use crate::world::yes;

/// Writes the second looks at one object; `crew` is the inspectors of its district.
pub(crate) fn write(scene: &Scene<'_>, crew: &[String], sheets: &mut Sheets) -> Result<(), CityError> {
    readings(scene, sheets)?;
    visits(scene, crew, sheets)
}

fn readings(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let settings = &scene.world.config.second_looks;
    for (index, first) in scene.history.decisions.iter().enumerate() {
        let mut dice = scene.world.of(scene.thing, "second readings").item("decision", index as u64).dice();
        let (drawn, alike) = (yes(&mut dice, settings.readings), yes(&mut dice, settings.alike));
        let day = first.decided.plus(dice.whole(settings.read_days)).or_next_weekday();
        let case = first.case.and_then(|case| scene.conduct.cases.get(case));
        let violation = case.is_some_and(|case| case.violation);
        let own = verdict(scene.world, violation, &mut dice);
        let said = if alike { first.verdict } else { own };
        let (settled, later) = (yes(&mut dice, settings.settled), dice.whole(settings.settled_days));
        if !drawn || day >= scene.world.today {
            continue;
        }
        let right = if violation { "confirmed" } else { "refuted" };
        // Where the second was right the first decision was withdrawn; while it stands, the case waits for a word.
        let word = match (said == first.verdict, first.verdict == right, first.withdrawn.is_some()) {
            (false, true, _) => "first_stands",
            (false, false, true) => "second_stands",
            (true, ..) | (false, false, false) => "",
        };
        let settled = (settled && !word.is_empty()).then(|| (word, day.plus(later)));
        let id = number(scene, "КП", index);
        let mut row = |word: &str, known: Day| {
            let cells = [
                Cell::Text(&id),
                Cell::Text(&scene.thing.key),
                Cell::Text(&first.rule),
                Cell::Text(said),
                Cell::Text(word),
                Cell::On(day),
                Cell::On(known),
            ];
            sheets.row(Source::SecondReadings, &cells)
        };
        row("", day)?;
        if let Some((word, known)) = settled.filter(|(_, known)| *known < scene.world.today) {
            row(word, known)?;
        }
    }
    Ok(())
}

fn visits(scene: &Scene<'_>, crew: &[String], sheets: &mut Sheets) -> Result<(), CityError> {
    let settings = &scene.world.config.second_looks;
    for (index, first) in scene.history.events.iter().enumerate() {
        let mut dice = scene.world.of(scene.thing, "second visits").item("event", index as u64).dice();
        let drawn = yes(&mut dice, settings.visits);
        let day = first.day.plus(dice.whole(settings.visit_days)).or_next_weekday();
        let before = inspector_of(scene, crew, index);
        let others: Vec<String> = crew.iter().filter(|one| *one != before).cloned().collect();
        let inspector = dice.word(&others).to_owned();
        let result = seen(scene, first, day, &mut dice);
        let (settled, later) = (yes(&mut dice, settings.settled), dice.whole(settings.settled_days));
        let next = scene.history.events.get(index + 1).map_or(scene.world.today, |event| event.day);
        let answered = matches!(first.result, "violation" | "other_violation" | "none");
        let goes = drawn && answered && first.annulled.is_none() && !inspector.is_empty();
        if !goes || day >= next || day >= scene.world.today {
            continue;
        }
        let found = |result: &str| matches!(result, "violation" | "other_violation");
        let no_answer = matches!(result, "no_access" | "not_visible");
        // A violation that one of two has seen was there.
        let word = match (no_answer || found(first.result) == found(result), found(first.result)) {
            (true, _) => "",
            (false, true) => "first_stands",
            (false, false) => "second_stands",
        };
        let settled = (settled && !word.is_empty()).then(|| (word, day.plus(later)));
        let id = number(scene, "ПВ", index);
        let mut row = |word: &str, known: Day| {
            let cells = [
                Cell::Text(&id),
                Cell::Text(&scene.thing.key),
                Cell::Text("field_survey"),
                Cell::Text(result),
                Cell::Text(&inspector),
                Cell::Text(word),
                Cell::On(day),
                Cell::On(known),
            ];
            sheets.row(Source::SecondVisits, &cells)
        };
        row("", day)?;
        if let Some((word, known)) = settled.filter(|(_, known)| *known < scene.world.today) {
            row(word, known)?;
        }
    }
    Ok(())
}

/// Draws what the second inspector sees: the violation that the first found, another one, or nothing.
fn seen(scene: &Scene<'_>, first: &Event, day: Day, dice: &mut Dice) -> &'static str {
    let events = &scene.world.config.events;
    let (no_access, hidden) = (yes(dice, events.no_access), yes(dice, events.not_visible));
    let (finds, finds_other) = (yes(dice, events.found), yes(dice, events.found_other));
    let violations = scene.conduct.cases.iter().filter(|case| case.violates(day));
    let (same, other): (Vec<_>, Vec<_>) =
        violations.partition(|case| !first.rule.is_empty() && case.cause.rule == first.rule);
    match (no_access, hidden) {
        (true, _) => "no_access",
        (false, true) => "not_visible",
        (false, false) if !same.is_empty() && finds => "violation",
        (false, false) if !other.is_empty() && finds_other => "other_violation",
        (false, false) => "none",
    }
}
