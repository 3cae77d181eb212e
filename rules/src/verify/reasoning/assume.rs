//! What must be so where a condition is true, or false. Short circuit goes from left to right, as in the script: a part
//! that is not asked narrows nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use dozor_script::{Comparison, IrType, Node, NodeId, numbers_where};

use super::Reasoning;
use super::values::joined;
use super::world::{Span, World};

/// Decimals that differ by so little, relative to the larger one, are equal in scripts; twice that is room enough.
const SLACK: f64 = 2.0 * f64::EPSILON;

impl Reasoning<'_> {
    /// Leaves the worlds in which a condition comes to `wanted`; none where that cannot be.
    pub(super) fn assume(&self, id: NodeId, wanted: bool, world: &World) -> Option<World> {
        if self.is_over() {
            return Some(world.clone());
        }
        match self.ir.node(id) {
            Node::Boolean(flag) => (*flag == wanted).then(|| world.clone()),
            Node::Fact(fact) => world.with_flag(*fact, wanted),
            Node::IsKnown(fact) => world.with_known(*fact, wanted),
            Node::Not(of) => self.assume(*of, !wanted, world),
            Node::All(parts) => self.chain(parts, true, wanted, world),
            Node::Any(parts) => self.chain(parts, false, wanted, world),
            Node::After { first: _, then } => self.assume(*then, wanted, world),
            Node::If { condition, then, otherwise } => {
                let side = |is_taken: bool, taken: NodeId| {
                    self.assume(taken, wanted, &self.assume(*condition, is_taken, world)?)
                };
                joined(side(true, *then), side(false, *otherwise), |one, other| one.or(&other))
            }
            Node::Compare { operator, left, right } => {
                self.compared((*operator, wanted), (*left, *right), world)
            }
            Node::InRange { value, from, to, inclusive } => {
                self.in_range((*value, *from, *to, *inclusive), wanted, world)
            }
            Node::InList { value, list } => self.in_list(*value, list, wanted, world),
            Node::Fails(_) => None,
            _ => Some(world.clone()),
        }
    }

    /// Goes through parts as long as they come to `going`: all of `&&` are true, all of `||` are false.
    fn chain(&self, parts: &[NodeId], going: bool, wanted: bool, world: &World) -> Option<World> {
        let mut on = Some(world.clone());
        let mut ended = None;
        for part in parts {
            let Some(here) = on else { break };
            if wanted != going {
                let stops = self.assume(*part, !going, &here);
                ended = joined(ended, stops, |one: World, other| one.or(&other));
            }
            on = self.assume(*part, going, &here);
        }
        if wanted == going { on } else { ended }
    }

    fn compared(
        &self,
        (operator, wanted): (Comparison, bool),
        (left, right): (NodeId, NodeId),
        world: &World,
    ) -> Option<World> {
        match self.ir.type_of(left) {
            IrType::Integer | IrType::Float | IrType::Number => {}
            IrType::Text => {
                return self.compared_texts((operator, wanted), (left, right), world);
            }
            IrType::Boolean | IrType::Codes | IrType::Unit => return Some(world.clone()),
        }
        let (one, other) = (self.number(left, world)?, self.number(right, world)?);
        if one.low == one.high && other.low == other.high && is_exact(one.low) && is_exact(other.low) {
            let holds = dozor_script::compare_floats(operator, one.low, other.low);
            return (holds == wanted).then(|| world.clone());
        }
        let is_decimal = self.ir.type_of(left) == IrType::Float;
        let narrowed = self.narrowed(left, allowed((operator, wanted), other, is_decimal)?, world)?;
        self.narrowed(right, allowed((turned(operator), wanted), one, is_decimal)?, &narrowed)
    }

    /// Leaves the worlds in which a node is a number of an interval.
    fn narrowed(&self, id: NodeId, span: Span, world: &World) -> Option<World> {
        match self.ir.node(id) {
            Node::Fact(fact) => world.with_number(*fact, span),
            Node::AsFloat(of) => self.narrowed(*of, Span::new(span.low.ceil(), span.high.floor())?, world),
            Node::After { first: _, then } => self.narrowed(*then, span, world),
            _ => self.number(id, world)?.and(span).map(|_| world.clone()),
        }
    }

    fn compared_texts(
        &self,
        (operator, wanted): (Comparison, bool),
        (left, right): (NodeId, NodeId),
        world: &World,
    ) -> Option<World> {
        let (fact, text) = match (self.ir.node(left), self.ir.node(right)) {
            (Node::Fact(fact), Node::Text(text)) | (Node::Text(text), Node::Fact(fact)) => (*fact, text),
            _ => return Some(world.clone()),
        };
        let list = BTreeSet::from([Arc::clone(text)]);
        match operator {
            Comparison::Equal => world.with_text(fact, &list, wanted),
            Comparison::NotEqual => world.with_text(fact, &list, !wanted),
            Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual => {
                world.with_known(fact, true)
            }
        }
    }

    fn in_range(
        &self,
        (value, from, to, inclusive): (NodeId, NodeId, NodeId, bool),
        wanted: bool,
        world: &World,
    ) -> Option<World> {
        let (known, from, to) =
            (self.number(value, world)?, self.number(from, world)?, self.number(to, world)?);
        let last = |end: f64| if inclusive { end } else { end - 1.0 };
        if wanted {
            return self.narrowed(value, Span::new(from.low, last(to.high))?, world);
        }
        let is_always_inside = known.low >= from.high && known.high <= last(to.low);
        (!is_always_inside).then(|| world.clone())
    }

    fn in_list(&self, value: NodeId, list: &[NodeId], wanted: bool, world: &World) -> Option<World> {
        match (self.ir.type_of(value), self.ir.node(value)) {
            (IrType::Text, Node::Fact(fact)) => {
                let texts = list.iter().map(|item| match self.ir.node(*item) {
                    Node::Text(text) => Some(Arc::clone(text)),
                    _ => None,
                });
                let Some(texts) = texts.collect::<Option<BTreeSet<_>>>() else {
                    return world.with_known(*fact, true);
                };
                world.with_text(*fact, &texts, wanted)
            }
            (IrType::Integer | IrType::Float, _) if wanted => {
                let items = list.iter().filter_map(|item| self.number(*item, world));
                let slack = |span: Span| Span { low: span.low - room(span), high: span.high + room(span) };
                self.narrowed(value, items.reduce(Span::or).map(slack)?, world)
            }
            _ => Some(world.clone()),
        }
    }
}

/// Returns the numbers for which the comparison with some number of `other` may hold, or may not.
fn allowed((operator, wanted): (Comparison, bool), other: Span, is_decimal: bool) -> Option<Span> {
    if is_decimal
        && other.low == other.high
        && let Some((low, high, is_outside)) = numbers_where(operator, other.low)
    {
        return beside((low, high), is_outside != wanted);
    }
    let operator = if wanted { operator } else { opposite(operator) };
    if is_decimal {
        let room = room(other);
        return match operator {
            Comparison::Equal => Span::new(other.low - room, other.high + room),
            Comparison::NotEqual => Some(Span::ANY),
            Comparison::Less | Comparison::LessOrEqual => Span::new(f64::NEG_INFINITY, other.high + room),
            Comparison::Greater | Comparison::GreaterOrEqual => Span::new(other.low - room, f64::INFINITY),
        };
    }
    match operator {
        Comparison::Equal => Some(other),
        Comparison::NotEqual => Some(Span::ANY),
        Comparison::Less => Span::new(f64::NEG_INFINITY, before(other.high)),
        Comparison::LessOrEqual => Span::new(f64::NEG_INFINITY, other.high),
        Comparison::Greater => Span::new(-before(-other.low), f64::INFINITY),
        Comparison::GreaterOrEqual => Span::new(other.low, f64::INFINITY),
    }
}

/// Returns the numbers of an interval, or the interval that holds those beside it.
fn beside((low, high): (f64, f64), is_inside: bool) -> Option<Span> {
    if is_inside {
        return Span::new(low, high);
    }
    match (low == f64::MIN, high == f64::MAX) {
        (true, true) => None,
        (true, false) => Span::new(high.next_up(), f64::INFINITY),
        (false, true) => Span::new(f64::NEG_INFINITY, low.next_down()),
        (false, false) => Some(Span::ANY),
    }
}

/// Tells whether a whole number and its decimal form are one and the same.
fn is_exact(number: f64) -> bool {
    number.abs() < 9.0e15
}

/// Returns the whole number before one; of numbers too large for that, themselves.
fn before(number: f64) -> f64 {
    if is_exact(number) { number - 1.0 } else { number }
}

fn room(span: Span) -> f64 {
    let largest = span.low.abs().max(span.high.abs());
    if largest.is_finite() { SLACK * largest } else { 0.0 }
}

fn opposite(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

fn turned(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Equal => Comparison::Equal,
        Comparison::NotEqual => Comparison::NotEqual,
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
    }
}
