//! Steps that look at rows or at different texts one by one: texts, lists, calls of the library.

use super::coded::Says;
use super::loops::{compare, ordered};
use super::mask::{NONE, and, each_set, or, pack_pairs, set};
use super::plan::Step;
use super::run::Batch;
use super::slot::Slot;
use super::truth::{booleans, hand_over, put, strict};
use crate::ir::{Comparison, IrType, Node, NodeId};
use crate::library::{Function, Scalar, evaluate};

impl Batch<'_> {
    /// Asks once a different text; row by row where there are too many of them.
    pub(super) fn of_text(&self, (fact, of): (usize, usize), plain: &Step, before: &[Slot], slot: &mut Slot) {
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
    pub(super) fn says(&self, step: &Step, of: usize, text: &str) -> Says {
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

    pub(super) fn texts(
        &self,
        operator: Comparison,
        left: NodeId,
        right: NodeId,
        before: &[Slot],
        slot: &mut Slot,
    ) {
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

    pub(super) fn in_list(&self, value: NodeId, list: &[NodeId], before: &[Slot], slot: &mut Slot) {
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

    pub(super) fn call(&self, function: Function, arguments: &[NodeId], before: &[Slot], slot: &mut Slot) {
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
