//! Running the steps over one batch of rows.

use super::coded::Dictionary;
use super::loops::{
    compare, compare_constant, compare_ordered, extremes, floats, in_bound, in_span, wholes, widen,
};
use super::mask::{
    ALL, BATCH_ROWS, Mask, NONE, and, and_not, below, bit, blend, choose, each_set, finite, first_rows, not,
    or, set,
};
use super::plan::Step;
use super::slot::{Place, Slot};
use super::text::Reader;
use super::truth::{all, any, booleans, strict, take};
use super::view::{Bits, Column, ColumnValues};
use crate::build::LONGEST_FACT;
use crate::graph::Graph;
use crate::library::Library;

/// Is where a batch stands.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) graph: &'a Graph,
    pub(super) place: Place<'a>,
    /// Known rows of each fact, from the first.
    pub(super) facts: &'a [Mask],
    /// The texts of facts of which more is asked than whether they are known.
    pub(super) texts: &'a [Option<Dictionary<'a>>],
    pub(super) library: &'a Library,
}

/// Returns the rows of a batch in which a fact is known.
pub(super) fn known_rows(column: &Column<'_>, start: usize, rows: usize) -> Mask {
    let valid = match &column.valid {
        None => first_rows(rows),
        Some(bits) => and(&words(bits, start), &first_rows(rows)),
    };
    match column.values {
        ColumnValues::Float(values) if rows == BATCH_ROWS => {
            let batch = values.get(start..start + rows).unwrap_or_default();
            and(&valid, &finite(batch))
        }
        ColumnValues::Float(values) => {
            let mut batch = [f64::NAN; BATCH_ROWS];
            copy(values, start, rows, &mut batch);
            and(&valid, &finite(&batch))
        }
        ColumnValues::Boolean(_)
        | ColumnValues::Integer(_)
        | ColumnValues::Text(_)
        | ColumnValues::Codes(_) => valid,
    }
}

fn words(bits: &Bits<'_>, start: usize) -> Mask {
    std::array::from_fn(|at| bits.word(start + 64 * at))
}

fn copy<T: Copy>(values: &[T], start: usize, rows: usize, out: &mut [T]) {
    if let (Some(from), Some(to)) = (values.get(start..start + rows), out.get_mut(..rows)) {
        to.copy_from_slice(from);
    }
}

impl Batch<'_> {
    /// Computes one node from those before it.
    #[expect(clippy::too_many_lines, reason = "a table of the grammar: one arm a node, each a few lines")]
    pub(super) fn run(&self, step: &Step, before: &[Slot], slot: &mut Slot) {
        let floats_of = |at: usize| self.place.floats(&before[at]);
        let wholes_of = |at: usize| self.place.wholes(&before[at]);
        match step {
            Step::Still => {}
            Step::Fails => slot.ask = ALL,
            Step::Fact(fact) => self.fact(*fact, slot),
            Step::FactStatus(fact) => self.fact_status(*fact, slot),
            Step::IsKnown(fact) => {
                slot.known = ALL;
                slot.truth = self.facts.get(*fact).copied().unwrap_or(NONE);
            }
            Step::Not(of) => {
                let of = &before[*of];
                (slot.known, slot.ask, slot.truth) = (of.known, of.ask, and_not(&of.known, &of.truth));
            }
            Step::All(parts) => all(parts, before, slot),
            Step::Any(parts) => any(parts, before, slot),
            Step::Strict(parts) => strict(parts.iter().map(|part| &before[*part]), slot),
            Step::FloatSpan { of, span } => {
                strict([&before[*of]], slot);
                slot.truth = and(&slot.known, &in_span(floats_of(*of), *span));
            }
            Step::FloatBound { of, bound } => {
                strict([&before[*of]], slot);
                slot.truth = and(&slot.known, &in_bound(floats_of(*of), *bound));
            }
            Step::CompareFloats { operator, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                slot.truth = and(&slot.known, &compare(*operator, floats_of(*left), floats_of(*right)));
            }
            Step::CompareWhole { operator, left, constant } => {
                strict([&before[*left]], slot);
                slot.truth = and(&slot.known, &compare_constant(*operator, wholes_of(*left), *constant));
            }
            Step::CompareWholes { operator, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                slot.truth =
                    and(&slot.known, &compare_ordered(*operator, wholes_of(*left), wholes_of(*right)));
            }
            Step::CompareBooleans { operator, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                slot.truth =
                    and(&slot.known, &booleans(*operator, &before[*left].truth, &before[*right].truth));
            }
            Step::CompareTexts { operator, left, right } => {
                self.texts(*operator, *left, *right, before, slot)
            }
            Step::Floats { operator, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                floats(*operator, floats_of(*left), floats_of(*right), &mut slot.floats);
            }
            Step::Wholes { operator, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                wholes(*operator, wholes_of(*left), wholes_of(*right), slot);
            }
            Step::AsFloat(of) => {
                strict([&before[*of]], slot);
                widen(wholes_of(*of), &mut slot.floats);
            }
            Step::Finite(of) => {
                let (values, of) = (floats_of(*of), &before[*of]);
                let finite = finite(values);
                slot.known = and(&of.known, &finite);
                slot.ask = or(&of.ask, &and_not(&of.known, &finite));
                slot.floats.copy_from_slice(values);
            }
            Step::If { condition, then, otherwise } => {
                self.choice(*condition, (*then, *otherwise), before, slot)
            }
            Step::InRange { value, from, to, inclusive } => {
                strict([&before[*from], &before[*to], &before[*value]], slot);
                let value = wholes_of(*value);
                let (from, to) = (wholes_of(*from), wholes_of(*to));
                let beyond = if *inclusive { below(to, value) } else { not(&below(value, to)) };
                slot.truth = and_not(&slot.known, &or(&below(value, from), &beyond));
            }
            Step::InList { value, list } => self.in_list(*value, list, before, slot),
            Step::Extreme { function, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                extremes(*function, floats_of(*left), floats_of(*right), &mut slot.floats);
            }
            Step::WholeExtreme { function, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                extremes(*function, wholes_of(*left), wholes_of(*right), &mut slot.wholes);
            }
            Step::Call { function, arguments } => self.call(*function, arguments, before, slot),
            Step::OfText { fact, of, plain } => self.of_text((*fact, *of), plain, before, slot),
            Step::After { first, then } => {
                take(floats_of(*then), &mut slot.floats);
                take(wholes_of(*then), &mut slot.wholes);
                let (first, then) = (&before[*first], &before[*then]);
                slot.known = and(&first.known, &then.known);
                slot.ask = or(&first.ask, &and(&first.known, &then.ask));
                slot.truth = and(&first.known, &then.truth);
            }
        }
    }

    pub(super) fn reader<'b>(&'b self, slots: &'b [Slot]) -> Reader<'b> {
        Reader { graph: self.graph, slots, place: self.place, library: self.library }
    }

    /// The values of a whole batch are read where they lie.
    fn fact(&self, fact: usize, slot: &mut Slot) {
        self.fact_status(fact, slot);
        let Place { columns, start, rows } = self.place;
        match columns.get(fact).map(|column| column.values) {
            Some(ColumnValues::Boolean(bits)) => slot.truth = and(&slot.known, &words(&bits, start)),
            Some(ColumnValues::Integer(values)) if rows < BATCH_ROWS => {
                copy(values, start, rows, &mut slot.wholes);
            }
            Some(ColumnValues::Float(values)) if rows < BATCH_ROWS => {
                copy(values, start, rows, &mut slot.floats);
            }
            Some(_) | None => {}
        }
    }

    /// A long text goes to the interpreter, which knows what it may hold.
    fn fact_status(&self, fact: usize, slot: &mut Slot) {
        slot.known = self.facts.get(fact).copied().unwrap_or(NONE);
        slot.ask = NONE;
        let Place { columns, start, rows } = self.place;
        if let Some(ColumnValues::Text(texts) | ColumnValues::Codes(texts)) =
            columns.get(fact).map(|column| column.values)
            && texts.has_longer(start, rows, LONGEST_FACT)
        {
            let mut long = NONE;
            each_set(&slot.known, |row| {
                if texts.length(start + row) > LONGEST_FACT {
                    set(&mut long, row);
                }
            });
            slot.ask = long;
            slot.known = and_not(&slot.known, &long);
        }
    }

    fn choice(&self, condition: usize, (then, otherwise): (usize, usize), before: &[Slot], slot: &mut Slot) {
        let (condition, then, otherwise) = (&before[condition], &before[then], &before[otherwise]);
        let taken = &condition.truth;
        slot.known = and(&condition.known, &choose(taken, &then.known, &otherwise.known));
        slot.ask = or(&condition.ask, &and(&condition.known, &choose(taken, &then.ask, &otherwise.ask)));
        slot.truth = and(&slot.known, &choose(taken, &then.truth, &otherwise.truth));
        if !slot.floats.is_empty() {
            blend(taken, self.place.floats(then), self.place.floats(otherwise), &mut slot.floats);
        }
        if !slot.wholes.is_empty() {
            blend(taken, self.place.wholes(then), self.place.wholes(otherwise), &mut slot.wholes);
        }
    }
}

/// Tells whether a row's bit is set; for whoever reads answers row by row.
pub fn is_set(mask: &Mask, row: usize) -> bool {
    bit(mask, row)
}
