//! Running the steps over one batch of rows.

use super::coded::{Dictionary, Says};
use super::mask::{
    ALL, BATCH_ROWS, Mask, NONE, and, and_not, below, below_constant, bit, blend, choose, each_set, finite,
    first_rows, not, or, pack, pack_pairs, set,
};
use super::plan::{Bound, Step};
use super::slot::{Place, Slot};
use super::text::Reader;
use super::view::{Bits, Column, ColumnValues};
use crate::build::LONGEST_FACT;
use crate::floats::{Span, compare_floats};
use crate::graph::Graph;
use crate::ir::{Arithmetic, Comparison, IrType, Node, NodeId};
use crate::library::{Function, Library, Scalar, evaluate};

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

    fn reader<'b>(&'b self, slots: &'b [Slot]) -> Reader<'b> {
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

    /// Asks once a different text; row by row where there are too many of them.
    fn of_text(&self, (fact, of): (usize, usize), plain: &Step, before: &[Slot], slot: &mut Slot) {
        let dictionary = self.texts.get(fact).and_then(Option::as_ref);
        let Some((dictionary, texts)) = dictionary.and_then(|all| Some((all, all.texts()?))) else {
            self.run(plain, before, slot);
            return;
        };
        strict([&before[of]], slot);
        for text in texts.iter().skip(slot.says.len()) {
            slot.says.push(self.says(plain, of, text));
        }
        slot.truth = and(&slot.known, &dictionary.rows(&slot.says, Says::Yes));
        let ask = and(&slot.known, &dictionary.rows(&slot.says, Says::Ask));
        hand_over(slot, &ask);
    }

    /// Answers a step whose only operand that is no constant has this text.
    fn says(&self, step: &Step, of: usize, text: &str) -> Says {
        let said = |holds: bool| if holds { Says::Yes } else { Says::No };
        let text_of = |id: NodeId| match self.graph.node(id) {
            Node::Text(constant) => Some(constant.as_ref()),
            _ => (id.place() == of).then_some(text),
        };
        match step {
            Step::CompareTexts { operator, left, right } => match (text_of(*left), text_of(*right)) {
                (Some(left), Some(right)) => said(ordered(*operator, left, right)),
                (None, _) | (_, None) => Says::Ask,
            },
            Step::InList { value, list } => match text_of(*value) {
                Some(value) => said(list.iter().any(|item| text_of(*item) == Some(value))),
                None => Says::Ask,
            },
            Step::Call { function, arguments } => {
                let scalar = |id: &NodeId| match (self.graph.node(*id), self.graph.type_of(*id)) {
                    (Node::Boolean(flag), _) => Some(Scalar::Boolean(*flag)),
                    (Node::Integer(whole), _) => Some(Scalar::Integer(*whole)),
                    (Node::Float(number), _) => Some(Scalar::Float(number.0)),
                    (_, IrType::Codes) => text_of(*id).map(Scalar::Codes),
                    _ => text_of(*id).map(|text| Scalar::Text(text.into())),
                };
                let values: Option<Vec<Scalar<'_>>> = arguments.iter().map(scalar).collect();
                match values.and_then(|values| evaluate(*function, &values, self.library)) {
                    Some(Scalar::Boolean(holds)) => said(holds),
                    Some(_) | None => Says::Ask,
                }
            }
            _ => Says::Ask,
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
                IrType::Integer => {
                    let pair = (self.place.wholes(of), self.place.wholes(item_slot));
                    pack_pairs(pair.0, pair.1, |left, right| left == right)
                }
                IrType::Float => {
                    compare(Comparison::Equal, self.place.floats(of), self.place.floats(item_slot))
                }
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

/// Copies the values of a whole batch; a node whose value goes nowhere has none.
fn take<T: Copy>(from: &[T], to: &mut [T]) {
    if from.len() == to.len() {
        to.copy_from_slice(from);
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

fn in_span(values: &[f64], span: Span) -> Mask {
    let Span { low, high, is_outside } = span;
    if is_outside {
        return pack(values, |number| (number < low || number > high) && number.is_finite());
    }
    pack(values, |number| number >= low && number <= high)
}

fn in_bound(values: &[f64], bound: Bound) -> Mask {
    match bound {
        Bound::AtLeast(low) => pack(values, |number| number >= low),
        Bound::AtMost(high) => pack(values, |number| number <= high),
    }
}

/// Compares decimals as the interpreter does, one operator a loop.
fn compare(operator: Comparison, left: &[f64], right: &[f64]) -> Mask {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    match operator {
        Equal => pack_pairs(left, right, |left, right| compare_floats(Equal, left, right)),
        NotEqual => pack_pairs(left, right, |left, right| compare_floats(NotEqual, left, right)),
        Less => pack_pairs(left, right, |left, right| compare_floats(Less, left, right)),
        LessOrEqual => pack_pairs(left, right, |left, right| compare_floats(LessOrEqual, left, right)),
        Greater => pack_pairs(left, right, |left, right| compare_floats(Greater, left, right)),
        GreaterOrEqual => pack_pairs(left, right, |left, right| compare_floats(GreaterOrEqual, left, right)),
    }
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
        Comparison::Less => below(left, right),
        Comparison::LessOrEqual => not(&below(right, left)),
        Comparison::Greater => below(right, left),
        Comparison::GreaterOrEqual => not(&below(left, right)),
    }
}

fn compare_constant(operator: Comparison, values: &[i64], constant: i64) -> Mask {
    // «At most c» is «below c + 1»; nothing lies above the largest number.
    let at_most = || constant.checked_add(1).map_or(ALL, |next| below_constant(values, next));
    match operator {
        Comparison::Equal => pack(values, |value| value == constant),
        Comparison::NotEqual => pack(values, |value| value != constant),
        Comparison::Less => below_constant(values, constant),
        Comparison::LessOrEqual => at_most(),
        Comparison::Greater => not(&at_most()),
        Comparison::GreaterOrEqual => not(&below_constant(values, constant)),
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

fn extremes<T: Copy + PartialOrd>(function: Function, left: &[T], right: &[T], out: &mut [T]) {
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
    let failed = match operator {
        // Usual numbers are far from the ends: then no row can overflow, and the loop is a plain one.
        Arithmetic::Add if are_small(left) && are_small(right) => {
            each_pair(left, right, &mut slot.wholes, i64::wrapping_add);
            return;
        }
        Arithmetic::Subtract if are_small(left) && are_small(right) => {
            each_pair(left, right, &mut slot.wholes, i64::wrapping_sub);
            return;
        }
        Arithmetic::Add => checked(left, right, &mut slot.wholes, i64::checked_add),
        Arithmetic::Subtract => checked(left, right, &mut slot.wholes, i64::checked_sub),
        Arithmetic::Multiply => checked(left, right, &mut slot.wholes, i64::checked_mul),
        Arithmetic::Divide => checked(left, right, &mut slot.wholes, i64::checked_div),
        Arithmetic::Remainder => checked(left, right, &mut slot.wholes, i64::checked_rem),
        Arithmetic::Power => checked(left, right, &mut slot.wholes, |left, right| {
            u32::try_from(right).ok().and_then(|power| left.checked_pow(power))
        }),
    };
    let failed = and(&slot.known, &failed);
    hand_over(slot, &failed);
}

/// Tells whether no number is beyond a quarter of what 64 bits hold.
fn are_small(values: &[i64]) -> bool {
    const QUARTER: i64 = 1 << 61;
    // One pass without a branch: a number beyond the quarter leaves a bit beyond it.
    values.iter().fold(0, |bits, value| bits | value.wrapping_add(QUARTER).cast_unsigned()) < (1 << 62)
}

fn checked(left: &[i64], right: &[i64], out: &mut [i64], body: impl Fn(i64, i64) -> Option<i64>) -> Mask {
    let mut failed = NONE;
    for (row, (out, (left, right))) in out.iter_mut().zip(left.iter().zip(right)).enumerate() {
        match body(*left, *right) {
            Some(result) => *out = result,
            None => set(&mut failed, row),
        }
    }
    failed
}

/// Tells whether a row's bit is set; for whoever reads answers row by row.
pub fn is_set(mask: &Mask, row: usize) -> bool {
    bit(mask, row)
}
