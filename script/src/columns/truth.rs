//! What is known, what is true and what the interpreter is asked about, for whole batches.

use super::mask::{ALL, Mask, NONE, and, and_not, or};
use super::slot::Slot;
use crate::ir::Comparison;

pub(super) fn put<T>(values: &mut [T], row: usize, value: T) {
    if let Some(slot) = values.get_mut(row) {
        *slot = value;
    }
}

/// Copies the values of a whole batch; a node whose value goes nowhere has none.
pub(super) fn take<T: Copy>(from: &[T], to: &mut [T]) {
    if from.len() == to.len() {
        to.copy_from_slice(from);
    }
}

/// Takes rows from the known ones and gives them to the interpreter.
pub(super) fn hand_over(slot: &mut Slot, rows: &Mask) {
    slot.known = and_not(&slot.known, rows);
    slot.ask = or(&slot.ask, rows);
}

/// A row is known where all parts are; where one asks, the interpreter decides.
pub(super) fn strict<'a>(parts: impl IntoIterator<Item = &'a Slot>, slot: &mut Slot) {
    let (mut known, mut ask) = (ALL, NONE);
    for part in parts {
        known = and(&known, &part.known);
        ask = or(&ask, &part.ask);
    }
    slot.known = and_not(&known, &ask);
    slot.ask = ask;
}

pub(super) fn all(parts: &[usize], before: &[Slot], slot: &mut Slot) {
    let (mut going, mut ended, mut ask) = (ALL, NONE, NONE);
    for part in parts {
        let part = &before[*part];
        ended = or(&ended, &and(&going, &and_not(&part.known, &part.truth)));
        ask = or(&ask, &and(&going, &part.ask));
        going = and(&going, &part.truth);
    }
    (slot.known, slot.ask, slot.truth) = (or(&going, &ended), ask, going);
}

pub(super) fn any(parts: &[usize], before: &[Slot], slot: &mut Slot) {
    let (mut going, mut ended, mut ask) = (ALL, NONE, NONE);
    for part in parts {
        let part = &before[*part];
        ended = or(&ended, &and(&going, &part.truth));
        ask = or(&ask, &and(&going, &part.ask));
        going = and(&going, &and_not(&part.known, &part.truth));
    }
    (slot.known, slot.ask, slot.truth) = (or(&going, &ended), ask, ended);
}

pub(super) fn booleans(operator: Comparison, left: &Mask, right: &Mask) -> Mask {
    let join = |left: u64, right: u64| match operator {
        Comparison::Equal => !(left ^ right),
        Comparison::NotEqual => left ^ right,
        Comparison::Less => !left & right,
        Comparison::LessOrEqual => !left | right,
        Comparison::Greater => left & !right,
        Comparison::GreaterOrEqual => left | !right,
    };
    std::array::from_fn(|at| join(left[at], right[at]))
}
