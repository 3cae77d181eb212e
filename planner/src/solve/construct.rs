//! The first plan: work goes in where its value per minute is high, in passes with a falling bar, so that cheap
//! minutes are not spent early on long ways.

use super::instance::Instance;
use super::state::{Insertion, State};

/// Passes before the last one, which takes whatever still fits.
const PASSES: u32 = 16;
/// How far the bar falls from one pass to the next.
const FALL: f64 = 0.7;

/// Builds the first plan.
pub(crate) fn first_plan(instance: &Instance<'_>) -> State {
    let mut state = State::empty(instance);
    let mut order: Vec<u32> = (0..instance.items.len() as u32).collect();
    order.sort_by(|a, b| density(instance, *b).total_cmp(&density(instance, *a)).then(a.cmp(b)));
    let mut bar = order.first().map_or(0.0, |best| density(instance, *best));
    for _ in 0..PASSES {
        pass(instance, &mut state, &order, bar);
        bar *= FALL;
    }
    state
}

fn pass(instance: &Instance<'_>, state: &mut State, order: &[u32], bar: f64) {
    for item in order {
        if density(instance, *item) < bar {
            break;
        }
        if !state.is_free(*item) {
            continue;
        }
        let Some(at) = cheapest(instance, state, *item) else { continue };
        if instance.items[*item as usize].value as f64 >= bar * f64::from(at.cost.max(1)) {
            state.insert(instance, *item, at);
        }
    }
}

/// Returns value per minute of service alone: no visit can do better.
pub(crate) fn density(instance: &Instance<'_>, item: u32) -> f64 {
    let item = &instance.items[item as usize];
    item.value as f64 / f64::from(item.service.max(1))
}

/// Returns the cheapest place of an item over all lines; ties go to the first line.
pub(crate) fn cheapest(instance: &Instance<'_>, state: &State, item: u32) -> Option<Insertion> {
    instance
        .eligible(item)
        .iter()
        .filter_map(|line| state.best_on_line(instance, item, *line))
        .min_by_key(|at| (at.cost, at.line))
}
