//! Running the steps over one batch of rows.

use super::mask::{
    ALL, BATCH_ROWS, Mask, NONE, and, and_not, bit, blend, choose, each_set, first_rows, or, pack,
    pack_pairs, set,
};
use super::plan::Step;
use super::slot::Slot;
use super::text::Reader;
use super::view::{Bits, Column, ColumnValues};
use crate::build::LONGEST_FACT;
use crate::floats::{Span, compare_floats};
use crate::graph::Graph;
use crate::ir::{Arithmetic, Comparison, IrType, NodeId};
use crate::library::{Function, Library, Scalar, evaluate};

/// Is where a batch stands.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) graph: &'a Graph,
    pub(super) columns: &'a [Column<'a>],
    /// Known rows of each fact, from the first.
    pub(super) facts: &'a [Mask],
    pub(super) start: usize,
    pub(super) rows: usize,
    pub(super) library: &'a Library,
}

/// Returns the rows of a batch in which a fact is known.
pub(super) fn known_rows(column: &Column<'_>, start: usize, rows: usize) -> Mask {
    let valid = match &column.valid {
        None => first_rows(rows),
        Some(bits) => and(&words(bits, start), &first_rows(rows)),
    };
    match column.values {
        ColumnValues::Float(values) => {
            let mut batch = [f64::NAN; BATCH_ROWS];
            copy(values, start, rows, &mut batch);
            and(&valid, &pack(&batch, f64::is_finite))
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
                slot.truth = and(&slot.known, &in_span(&before[*of].floats, *span));
            }
            Step::CompareFloats { operator, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                let (left, right) = (&before[*left].floats, &before[*right].floats);
                slot.truth = and(&slot.known, &compare(*operator, left, right));
            }
            Step::CompareWhole { operator, left, constant } => {
                strict([&before[*left]], slot);
                slot.truth = and(&slot.known, &compare_constant(*operator, &before[*left].wholes, *constant));
            }
            Step::CompareWholes { operator, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                let (left, right) = (&before[*left].wholes, &before[*right].wholes);
                slot.truth = and(&slot.known, &compare_ordered(*operator, left, right));
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
                floats(*operator, &before[*left].floats, &before[*right].floats, &mut slot.floats);
            }
            Step::Wholes { operator, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                wholes(*operator, &before[*left].wholes, &before[*right].wholes, slot);
            }
            Step::AsFloat(of) => {
                strict([&before[*of]], slot);
                widen(&before[*of].wholes, &mut slot.floats);
            }
            Step::Finite(of) => {
                let of = &before[*of];
                let finite = pack(&of.floats, |number: f64| number.is_finite());
                slot.known = and(&of.known, &finite);
                slot.ask = or(&of.ask, &and_not(&of.known, &finite));
                slot.floats.copy_from_slice(&of.floats);
            }
            Step::If { condition, then, otherwise } => {
                choice(&before[*condition], &before[*then], &before[*otherwise], slot);
            }
            Step::InRange { value, from, to, inclusive } => {
                strict([&before[*from], &before[*to], &before[*value]], slot);
                let value = &before[*value].wholes;
                let above = pack_pairs(&before[*from].wholes, value, |from, value| from <= value);
                let to = &before[*to].wholes;
                let below = if *inclusive {
                    pack_pairs(value, to, |value, to| value <= to)
                } else {
                    pack_pairs(value, to, |value, to| value < to)
                };
                slot.truth = and(&slot.known, &and(&above, &below));
            }
            Step::InList { value, list } => self.in_list(*value, list, before, slot),
            Step::Extreme { function, left, right } => {
                strict([&before[*left], &before[*right]], slot);
                extremes(*function, &before[*left].floats, &before[*right].floats, &mut slot.floats);
            }
            Step::Call { function, arguments } => self.call(*function, arguments, before, slot),
            Step::After { first, then } => {
                let (first, then) = (&before[*first], &before[*then]);
                slot.known = and(&first.known, &then.known);
                slot.ask = or(&first.ask, &and(&first.known, &then.ask));
                slot.truth = and(&first.known, &then.truth);
                slot.floats.clone_from(&then.floats);
                slot.wholes.clone_from(&then.wholes);
            }
        }
    }

    fn reader<'b>(&'b self, slots: &'b [Slot]) -> Reader<'b> {
        Reader { graph: self.graph, slots, columns: self.columns, start: self.start, library: self.library }
    }

    fn fact(&self, fact: usize, slot: &mut Slot) {
        self.fact_status(fact, slot);
        match self.columns.get(fact).map(|column| column.values) {
            Some(ColumnValues::Boolean(bits)) => slot.truth = and(&slot.known, &words(&bits, self.start)),
            Some(ColumnValues::Integer(values)) => copy(values, self.start, self.rows, &mut slot.wholes),
            Some(ColumnValues::Float(values)) => copy(values, self.start, self.rows, &mut slot.floats),
            Some(ColumnValues::Text(_) | ColumnValues::Codes(_)) | None => {}
        }
    }

    /// A long text goes to the interpreter, which knows what it may hold.
    fn fact_status(&self, fact: usize, slot: &mut Slot) {
        slot.known = self.facts.get(fact).copied().unwrap_or(NONE);
        slot.ask = NONE;
        if let Some(ColumnValues::Text(texts) | ColumnValues::Codes(texts)) =
            self.columns.get(fact).map(|column| column.values)
        {
            let mut long = NONE;
            each_set(&slot.known, |row| {
                if texts.length(self.start + row) > LONGEST_FACT {
                    set(&mut long, row);
                }
            });
            slot.ask = long;
            slot.known = and_not(&slot.known, &long);
        }
    }

    fn texts(&self, operator: Comparison, left: NodeId, right: NodeId, before: &[Slot], slot: &mut Slot) {
        strict([&before[left.place()], &before[right.place()]], slot);
        let reader = self.reader(before);
        let (mut truth, mut ask) = (NONE, NONE);
        each_set(&slot.known, |row| match (reader.text(left, row), reader.text(right, row)) {
            (Some(left), Some(right)) if ordered(operator, left.as_ref(), right.as_ref()) => {
                set(&mut truth, row)
            }
            (Some(_), Some(_)) => {}
            (None, _) | (_, None) => set(&mut ask, row),
        });
        hand_over(slot, &ask);
        slot.truth = truth;
    }

    fn in_list(&self, value: NodeId, list: &[NodeId], before: &[Slot], slot: &mut Slot) {
        strict(list.iter().chain([&value]).map(|id| &before[id.place()]), slot);
        let of = &before[value.place()];
        let mut truth = NONE;
        for item in list {
            let item_slot = &before[item.place()];
            let equal = match self.graph.type_of(value) {
                IrType::Integer => pack_pairs(&of.wholes, &item_slot.wholes, |left, right| left == right),
                IrType::Float => compare(Comparison::Equal, &of.floats, &item_slot.floats),
                IrType::Boolean => booleans(Comparison::Equal, &of.truth, &item_slot.truth),
                IrType::Text | IrType::Number | IrType::Codes | IrType::Unit => {
                    let reader = self.reader(before);
                    let (mut equal, mut ask) = (NONE, NONE);
                    each_set(&slot.known, |row| match (reader.text(value, row), reader.text(*item, row)) {
                        (Some(left), Some(right)) if left == right => set(&mut equal, row),
                        (Some(_), Some(_)) => {}
                        (None, _) | (_, None) => set(&mut ask, row),
                    });
                    hand_over(slot, &ask);
                    equal
                }
            };
            truth = or(&truth, &equal);
        }
        slot.truth = and(&slot.known, &truth);
    }

    fn call(&self, function: Function, arguments: &[NodeId], before: &[Slot], slot: &mut Slot) {
        strict(arguments.iter().map(|argument| &before[argument.place()]), slot);
        let reader = self.reader(before);
        let (mut truth, mut ask) = (NONE, NONE);
        let mut values = Vec::with_capacity(arguments.len());
        each_set(&slot.known, |row| {
            values.clear();
            values.extend(arguments.iter().filter_map(|argument| reader.scalar(*argument, row)));
            match evaluate(function, &values, self.library) {
                Some(Scalar::Boolean(true)) => set(&mut truth, row),
                Some(Scalar::Boolean(false) | Scalar::Text(_) | Scalar::Codes(_)) => {}
                Some(Scalar::Integer(whole)) => put(&mut slot.wholes, row, whole),
                Some(Scalar::Float(number)) => put(&mut slot.floats, row, number),
                None => set(&mut ask, row),
            }
        });
        hand_over(slot, &ask);
        slot.truth = truth;
    }
}

fn put<T>(values: &mut [T], row: usize, value: T) {
    if let Some(slot) = values.get_mut(row) {
        *slot = value;
    }
}

/// Takes rows from the known ones and gives them to the interpreter.
fn hand_over(slot: &mut Slot, rows: &Mask) {
    slot.known = and_not(&slot.known, rows);
    slot.ask = or(&slot.ask, rows);
}

/// A row is known where all parts are; where one asks, the interpreter decides.
fn strict<'a>(parts: impl IntoIterator<Item = &'a Slot>, slot: &mut Slot) {
    let (mut known, mut ask) = (ALL, NONE);
    for part in parts {
        known = and(&known, &part.known);
        ask = or(&ask, &part.ask);
    }
    slot.known = and_not(&known, &ask);
    slot.ask = ask;
}

fn all(parts: &[usize], before: &[Slot], slot: &mut Slot) {
    let (mut going, mut ended, mut ask) = (ALL, NONE, NONE);
    for part in parts {
        let part = &before[*part];
        ended = or(&ended, &and(&going, &and_not(&part.known, &part.truth)));
        ask = or(&ask, &and(&going, &part.ask));
        going = and(&going, &part.truth);
    }
    (slot.known, slot.ask, slot.truth) = (or(&going, &ended), ask, going);
}

fn any(parts: &[usize], before: &[Slot], slot: &mut Slot) {
    let (mut going, mut ended, mut ask) = (ALL, NONE, NONE);
    for part in parts {
        let part = &before[*part];
        ended = or(&ended, &and(&going, &part.truth));
        ask = or(&ask, &and(&going, &part.ask));
        going = and(&going, &and_not(&part.known, &part.truth));
    }
    (slot.known, slot.ask, slot.truth) = (or(&going, &ended), ask, ended);
}

fn choice(condition: &Slot, then: &Slot, otherwise: &Slot, slot: &mut Slot) {
    let taken = &condition.truth;
    slot.known = and(&condition.known, &choose(taken, &then.known, &otherwise.known));
    slot.ask = or(&condition.ask, &and(&condition.known, &choose(taken, &then.ask, &otherwise.ask)));
    slot.truth = and(&slot.known, &choose(taken, &then.truth, &otherwise.truth));
    if !slot.floats.is_empty() {
        blend(taken, &then.floats, &otherwise.floats, &mut slot.floats);
    }
    if !slot.wholes.is_empty() {
        blend(taken, &then.wholes, &otherwise.wholes, &mut slot.wholes);
    }
}

fn in_span(values: &[f64], span: Span) -> Mask {
    let Span { low, high, is_outside } = span;
    if is_outside {
        return pack(values, |number| (number < low || number > high) && number.is_finite());
    }
    // One bound is enough where the other only keeps infinity out.
    pack(values, |number| number >= low && number <= high)
}

/// Compares decimals: plainly where they are clearly apart, else as the interpreter does.
fn compare(operator: Comparison, left: &[f64], right: &[f64]) -> Mask {
    let near = pack_pairs(left, right, |left, right| {
        let scale = left.abs().max(right.abs()).max(1.0);
        let is_apart = (left - right).abs() > 4.0 * f64::EPSILON * scale && scale <= f64::MAX;
        !is_apart
    });
    let plain = match operator {
        Comparison::Equal => NONE,
        Comparison::NotEqual => ALL,
        Comparison::Less | Comparison::LessOrEqual => pack_pairs(left, right, |left, right| left < right),
        Comparison::Greater | Comparison::GreaterOrEqual => {
            pack_pairs(left, right, |left, right| left > right)
        }
    };
    let mut exact = NONE;
    each_set(&near, |row| {
        if let (Some(left), Some(right)) = (left.get(row), right.get(row))
            && compare_floats(operator, *left, *right)
        {
            set(&mut exact, row);
        }
    });
    choose(&near, &exact, &plain)
}

fn ordered<T: PartialOrd + ?Sized>(operator: Comparison, left: &T, right: &T) -> bool {
    match operator {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}

fn compare_ordered(operator: Comparison, left: &[i64], right: &[i64]) -> Mask {
    match operator {
        Comparison::Equal => pack_pairs(left, right, |left, right| left == right),
        Comparison::NotEqual => pack_pairs(left, right, |left, right| left != right),
        Comparison::Less => pack_pairs(left, right, |left, right| left < right),
        Comparison::LessOrEqual => pack_pairs(left, right, |left, right| left <= right),
        Comparison::Greater => pack_pairs(left, right, |left, right| left > right),
        Comparison::GreaterOrEqual => pack_pairs(left, right, |left, right| left >= right),
    }
}

fn compare_constant(operator: Comparison, values: &[i64], constant: i64) -> Mask {
    match operator {
        Comparison::Equal => pack(values, |value| value == constant),
        Comparison::NotEqual => pack(values, |value| value != constant),
        Comparison::Less => pack(values, |value| value < constant),
        Comparison::LessOrEqual => pack(values, |value| value <= constant),
        Comparison::Greater => pack(values, |value| value > constant),
        Comparison::GreaterOrEqual => pack(values, |value| value >= constant),
    }
}

fn booleans(operator: Comparison, left: &Mask, right: &Mask) -> Mask {
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

fn each_pair<T: Copy>(left: &[T], right: &[T], out: &mut [T], body: impl Fn(T, T) -> T) {
    for ((out, left), right) in out.iter_mut().zip(left).zip(right) {
        *out = body(*left, *right);
    }
}

fn floats(operator: Arithmetic, left: &[f64], right: &[f64], out: &mut [f64]) {
    match operator {
        Arithmetic::Add => each_pair(left, right, out, |left, right| left + right),
        Arithmetic::Subtract => each_pair(left, right, out, |left, right| left - right),
        Arithmetic::Multiply => each_pair(left, right, out, |left, right| left * right),
        Arithmetic::Divide => each_pair(left, right, out, |left, right| left / right),
        Arithmetic::Remainder => each_pair(left, right, out, |left, right| left % right),
        Arithmetic::Power => each_pair(left, right, out, f64::powf),
    }
}

fn extremes(function: Function, left: &[f64], right: &[f64], out: &mut [f64]) {
    if function == Function::Maximum {
        each_pair(left, right, out, |left, right| if left >= right { left } else { right });
    } else {
        each_pair(left, right, out, |left, right| if left <= right { left } else { right });
    }
}

#[expect(clippy::cast_precision_loss, reason = "as the interpreter does it")]
fn widen(values: &[i64], out: &mut [f64]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out = *value as f64;
    }
}

/// Calculates with whole numbers; a row without a result asks the interpreter for its error.
fn wholes(operator: Arithmetic, left: &[i64], right: &[i64], slot: &mut Slot) {
    let checked = |left: i64, right: i64| match operator {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Remainder => left.checked_rem(right),
        Arithmetic::Power => u32::try_from(right).ok().and_then(|power| left.checked_pow(power)),
    };
    let mut failed = NONE;
    for (row, (out, (left, right))) in slot.wholes.iter_mut().zip(left.iter().zip(right)).enumerate() {
        match checked(*left, *right) {
            Some(result) => *out = result,
            None => set(&mut failed, row),
        }
    }
    let failed = and(&slot.known, &failed);
    hand_over(slot, &failed);
}

/// Tells whether a row's bit is set; for whoever reads answers row by row.
pub fn is_set(mask: &Mask, row: usize) -> bool {
    bit(mask, row)
}
