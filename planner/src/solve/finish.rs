//! Makes a plan complete: ways without crossings, and then nothing left out that would still fit. It runs on each
//! plan that may become the best, so that "no time left" is true of whatever is published.

use super::instance::Instance;
use super::state::{Insertion, State};

/// Shortens the ways of lines that changed, then fills what room there is, best value per minute first.
/// `loose` are items that were taken out since the plan was last complete; it is emptied.
pub(crate) fn complete(instance: &Instance<'_>, state: &mut State, loose: &mut Vec<u32>) {
    for line in 0..state.lines.len() {
        if !state.lines[line].is_full {
            untangle(instance, state, line);
        }
    }
    loose.sort_unstable();
    loose.dedup();
    let least_service = instance.items.iter().map(|item| item.service).min().unwrap_or(0);
    for line in 0..state.lines.len() as u32 {
        let room = instance.people[line as usize].minutes - state.lines[line as usize].minutes;
        if room < least_service {
            state.lines[line as usize].is_full = true;
            continue;
        }
        fill(instance, state, line, loose);
    }
    loose.clear();
}

/// Fills one line. What a full line refused before still does not fit, except the loose items, which it may not
/// have seen.
fn fill(instance: &Instance<'_>, state: &mut State, line: u32, loose: &[u32]) {
    let is_full = state.lines[line as usize].is_full;
    let mut fits: Vec<u32> = if is_full {
        loose.iter().copied().filter(|item| could_go(instance, state, *item, line)).collect()
    } else {
        (0..instance.items.len() as u32).filter(|item| could_go(instance, state, *item, line)).collect()
    };
    loop {
        let mut best: Option<(f64, u32, Insertion)> = None;
        // All are tried again each time: a stop added far out makes its neighbours cheap.
        for item in &fits {
            let Some(at) = state.best_on_line(instance, *item, line) else { continue };
            let ratio = instance.items[*item as usize].value as f64 / f64::from(at.cost.max(1));
            if best.is_none_or(|(most, _, _)| ratio > most) {
                best = Some((ratio, *item, at));
            }
        }
        let Some((_, item, at)) = best else { break };
        state.insert(instance, item, at);
        let room = instance.people[line as usize].minutes - state.lines[line as usize].minutes;
        fits.retain(|other| *other != item && instance.items[*other as usize].service <= room);
    }
    // At the day's limit of visits nothing was tried; below it again, everything must be.
    state.lines[line as usize].is_full = state.visits < instance.most_visits;
}

fn could_go(instance: &Instance<'_>, state: &State, item: u32, line: u32) -> bool {
    let room = instance.people[line as usize].minutes - state.lines[line as usize].minutes;
    instance.items[item as usize].service <= room
        && state.is_free(item)
        && instance.eligible(item).binary_search(&line).is_ok()
}

/// Reverses parts of a line while that shortens it (2-opt).
fn untangle(instance: &Instance<'_>, state: &mut State, line: usize) {
    let person = &instance.people[line];
    let before = state.lines[line].minutes;
    let stops = &mut state.lines[line].stops;
    let spot = |stop: Option<&u32>| stop.map_or(&person.base, |item| &instance.items[*item as usize].spot);
    let mut improved = true;
    while improved {
        improved = false;
        for first in 0..stops.len() {
            for last in first + 1..stops.len() {
                let (a, b) =
                    (spot(first.checked_sub(1).and_then(|at| stops.get(at))), spot(stops.get(first)));
                let (c, d) = (spot(stops.get(last)), spot(stops.get(last + 1)));
                let now = person.pace.minutes(a, b) + person.pace.minutes(c, d);
                if person.pace.minutes(a, c) + person.pace.minutes(b, d) < now {
                    stops[first..=last].reverse();
                    improved = true;
                }
            }
        }
    }
    state.lines[line].measure(instance, person);
    state.minutes += i64::from(state.lines[line].minutes - before);
}
