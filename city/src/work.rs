//! Rows of what the authority did: desk decisions, warnings, events, prescriptions, courts. What changed later is a
//! later version of the same row, known from its own day.

use crate::days::Day;
use crate::error::CityError;
use crate::history::Prescription;
use crate::scene::Scene;
use crate::sheets::{Cell, Sheets, Source};

/// Writes all of it for one object; `crew` is the inspectors of its district.
pub(crate) fn write(scene: &Scene<'_>, crew: &[String], sheets: &mut Sheets) -> Result<(), CityError> {
    decisions(scene, sheets)?;
    warnings(scene, sheets)?;
    events(scene, crew, sheets)?;
    for (number, paper) in scene.history.prescriptions.iter().enumerate() {
        prescription(scene, number, paper, sheets)?;
    }
    courts(scene, sheets)
}

/// Returns the number of one paper about an object.
pub(crate) fn number(scene: &Scene<'_>, prefix: &str, index: usize) -> String {
    format!("{prefix}-{:07}-{:02}", scene.thing.serial, index + 1)
}

fn decisions(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    for (index, decision) in scene.history.decisions.iter().enumerate() {
        let id = number(scene, "КА", index);
        let mut row = |refuted: bool, day: Day| {
            let cells = [
                Cell::Text(&id),
                Cell::Text(&scene.thing.key),
                Cell::Text(&decision.rule),
                Cell::Number(decision.points, 1),
                Cell::Text(decision.verdict),
                Cell::Flag(refuted),
                Cell::On(decision.decided),
                Cell::On(day),
            ];
            sheets.row(Source::DeskDecisions, &cells)
        };
        row(false, decision.decided)?;
        if let Some(day) = decision.withdrawn {
            row(true, day)?;
        }
    }
    Ok(())
}

fn warnings(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    for (index, (issued, answered)) in scene.history.warnings.iter().enumerate() {
        let id = number(scene, "ПО", index);
        let mut row = |answer: bool, day: Day| {
            let (id, key) = (Cell::Text(&id), Cell::Text(&scene.thing.key));
            sheets.row(Source::Warnings, &[id, key, Cell::On(*issued), Cell::Flag(answer), Cell::On(day)])
        };
        row(false, *issued)?;
        if let Some(day) = answered {
            row(true, *day)?;
        }
    }
    Ok(())
}

/// Draws who of the crew made a visit.
pub(crate) fn inspector_of<'c>(scene: &Scene<'_>, crew: &'c [String], event: usize) -> &'c str {
    scene.world.of(scene.thing, "who").item("event", event as u64).dice().word(crew)
}

fn events(scene: &Scene<'_>, crew: &[String], sheets: &mut Sheets) -> Result<(), CityError> {
    for (index, event) in scene.history.events.iter().enumerate() {
        let id = number(scene, "М", index);
        let inspector = inspector_of(scene, crew, index);
        let mut row = |result: &str, day: Day| {
            let cells = [
                Cell::Text(&id),
                Cell::Text(&scene.thing.key),
                Cell::Text(&event.kind),
                Cell::Text(scene.world.control_of(scene.thing)),
                Cell::Text(result),
                Cell::Text(&event.rule),
                Cell::Text(inspector),
                Cell::On(event.day),
                Cell::On(day),
            ];
            sheets.row(Source::Events, &cells)
        };
        row(event.result, event.day)?;
        if let Some(day) = event.annulled {
            row("annulled", day)?;
        }
    }
    Ok(())
}

/// Writes a prescription as it stood on each day on which something about it changed.
fn prescription(
    scene: &Scene<'_>,
    index: usize,
    paper: &Prescription,
    sheets: &mut Sheets,
) -> Result<(), CityError> {
    let id = number(scene, "П", index);
    let fulfilled = paper.fulfilled.unwrap_or(Day::NEVER);
    let mut days = vec![paper.issued, fulfilled];
    days.extend(paper.deferred.map(|[day, _]| day));
    days.extend(paper.suspended.into_iter().flatten());
    days.retain(|day| *day >= paper.issued && *day <= fulfilled && *day < scene.world.today);
    days.sort_unstable();
    days.dedup();
    for day in days {
        let known = |when: Day| (when <= day).then_some(when);
        let deferred = paper.deferred.and_then(|[when, to]| known(when).map(|_| to));
        let cells = [
            Cell::Text(&id),
            Cell::Text(&scene.thing.key),
            Cell::On(paper.issued),
            // In the demo a prescription is handed over when it is issued.
            Cell::On(paper.issued),
            Cell::Whole(i64::from(paper.due.0 - paper.issued.0)),
            Cell::On(paper.due),
            deferred.into(),
            known(fulfilled).into(),
            paper.suspended.and_then(|[from, _]| known(from)).into(),
            paper.suspended.and_then(|[_, to]| known(to)).into(),
            Cell::On(day),
        ];
        sheets.row(Source::Prescriptions, &cells)?;
    }
    Ok(())
}

fn courts(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    for (index, court) in scene.history.courts.iter().enumerate() {
        let id = number(scene, "А40", index);
        let mut row = |executed: Option<Day>, day: Day| {
            let cells = [
                Cell::Text(&id),
                Cell::Text(&scene.thing.key),
                Cell::Text(court.kind),
                Cell::On(court.decided),
                executed.into(),
                Cell::On(day),
            ];
            sheets.row(Source::Courts, &cells)
        };
        row(None, court.decided)?;
        if let Some(day) = court.executed {
            row(Some(day), day)?;
        }
    }
    Ok(())
}
