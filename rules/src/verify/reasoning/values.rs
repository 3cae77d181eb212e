//! Which numbers and texts a node may come to in a world.

use std::collections::BTreeSet;
use std::sync::Arc;

use dozor_script::{Arithmetic, Function, Node, NodeId};

use super::Reasoning;
use super::world::{Scope, Span, World};

impl Reasoning<'_> {
    /// Returns the numbers that a node may come to; none where it comes to no number at all.
    #[expect(
        clippy::cast_precision_loss,
        reason = "an interval of decimals around whole numbers is no narrower"
    )]
    pub(super) fn number(&self, id: NodeId, world: &World) -> Option<Span> {
        if self.is_over() {
            return Some(Span::ANY);
        }
        match self.ir.node(id) {
            Node::Integer(whole) => Some(Span::at(*whole as f64)),
            Node::Float(number) => Some(Span::at(number.0)),
            Node::Fact(fact) => match world.scope(*fact)? {
                Scope::Number(span) => Some(*span),
                Scope::Flag(_) | Scope::Text(_) | Scope::Any => Some(Span::ANY),
            },
            Node::AsFloat(of) | Node::Finite(of) => self.number(*of, world),
            Node::After { first: _, then } => self.number(*then, world),
            Node::If { condition, then, otherwise } => {
                let side = |wanted: bool, taken: NodeId| {
                    self.number(taken, &self.assume(*condition, wanted, world)?)
                };
                joined(side(true, *then), side(false, *otherwise), Span::or)
            }
            Node::Arithmetic { operator, left, right } => {
                Some(calculated(*operator, self.number(*left, world)?, self.number(*right, world)?))
            }
            Node::Call { function, arguments } => {
                let spans: Option<Vec<Span>> =
                    arguments.iter().map(|argument| self.number(*argument, world)).collect();
                Some(called(*function, &spans?))
            }
            Node::Fails(_) | Node::Absent(_) => None,
            _ => Some(Span::ANY),
        }
    }

    /// Returns the texts that a node may come to, where they are few and known.
    pub(super) fn texts(&self, id: NodeId, world: &World) -> Option<BTreeSet<Arc<str>>> {
        match self.ir.node(id) {
            Node::Text(text) => Some(BTreeSet::from([Arc::clone(text)])),
            Node::Absent(_) | Node::Fails(_) => Some(BTreeSet::new()),
            Node::After { first: _, then } => self.texts(*then, world),
            Node::If { condition, then, otherwise } => {
                let side = |wanted: bool, taken: NodeId| match self.assume(*condition, wanted, world) {
                    Some(world) => self.texts(taken, &world),
                    None => Some(BTreeSet::new()),
                };
                let mut texts = side(true, *then)?;
                texts.extend(side(false, *otherwise)?);
                Some(texts)
            }
            _ => None,
        }
    }
}

/// Joins what two branches give; a branch that gives nothing adds nothing.
pub(super) fn joined<T>(one: Option<T>, other: Option<T>, join: impl Fn(T, T) -> T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(join(one, other)),
        (one, other) => one.or(other),
    }
}

fn calculated(operator: Arithmetic, left: Span, right: Span) -> Span {
    match operator {
        Arithmetic::Add => left.corners(right, |left, right| left + right),
        Arithmetic::Subtract => left.corners(right, |left, right| left - right),
        Arithmetic::Multiply => left.corners(right, |left, right| {
            // Nothing times anything is nothing, however large.
            if left == 0.0 || right == 0.0 { 0.0 } else { left * right }
        }),
        // A whole quotient is cut towards zero: it lies between the decimal one and zero.
        Arithmetic::Divide if right.low > 0.0 || right.high < 0.0 => {
            left.corners(right, |left, right| left / right).or(Span::at(0.0))
        }
        Arithmetic::Divide | Arithmetic::Remainder | Arithmetic::Power => Span::ANY,
    }
}

fn called(function: Function, arguments: &[Span]) -> Span {
    let between = |low: f64, high: f64| Span { low, high };
    match (function, arguments) {
        (Function::Maximum, [one, other]) => between(one.low.max(other.low), one.high.max(other.high)),
        (Function::Minimum, [one, other]) => between(one.low.min(other.low), one.high.min(other.high)),
        (Function::Negate, [of]) => between(-of.high, -of.low),
        (Function::Absolute, [of]) if of.low >= 0.0 => *of,
        (Function::Absolute, [of]) => between(0.0, of.high.max(-of.low)),
        (Function::Round, [of]) => between(of.low.round(), of.high.round()),
        (Function::Floor, [of]) => between(of.low.floor(), of.high.floor()),
        (Function::Ceiling, [of]) => between(of.low.ceil(), of.high.ceil()),
        (Function::ToInteger, [of]) => between(of.low.trunc(), of.high.trunc()),
        (Function::Sign, _) => between(-1.0, 1.0),
        (Function::Month, _) => between(1.0, 12.0),
        (Function::DayOfMonth, _) => between(1.0, 31.0),
        (Function::Weekday, _) => between(1.0, 7.0),
        (Function::Length | Function::CountCodes | Function::SquareRoot | Function::Distance, _) => {
            Span::from(0.0)
        }
        _ => Span::ANY,
    }
}
