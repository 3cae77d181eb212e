//! Building typed nodes: bringing both sides of an operator to one type, as the interpreter would at run time.

use crate::graph::Graph;
use crate::ir::{Arithmetic, Comparison, IrType, Node, NodeId, Outcome};
use crate::library::{self, Function};

/// Says why something has no typed form. The interpreter then runs the whole script.
pub(crate) type Built<T> = Result<T, String>;

/// More nodes than this are no rule that a person reads; choices between whole and decimal numbers multiply them.
const MOST_NODES: usize = 20_000;

/// Adds nodes at a line.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    pub(crate) graph: Graph,
    pub(crate) line: usize,
}

impl Builder {
    pub(crate) fn add(&mut self, node: Node, value_type: IrType) -> NodeId {
        self.graph.add(node, value_type, self.line)
    }
    pub(crate) fn type_of(&self, id: NodeId) -> IrType {
        self.graph.type_of(id)
    }

    pub(crate) fn boolean(&self, id: NodeId) -> Built<NodeId> {
        match self.type_of(id) {
            IrType::Boolean => Ok(id),
            other => Err(format!("{} stands where true or false is needed", other.title())),
        }
    }

    pub(crate) fn after(&mut self, first: NodeId, then: NodeId) -> NodeId {
        if self.is_always_known(first) {
            return then;
        }
        let value_type = self.type_of(then);
        self.add(Node::After { first, then }, value_type)
    }

    fn is_always_known(&self, id: NodeId) -> bool {
        matches!(
            self.graph.node(id),
            Node::Boolean(_)
                | Node::Integer(_)
                | Node::Float(_)
                | Node::Text(_)
                | Node::Unit
                | Node::Absent(_)
                | Node::IsKnown(_)
        )
    }

    /// Chooses between two nodes of one type, or of two kinds of number.
    pub(crate) fn choose(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> Built<NodeId> {
        let (left, right) = (self.type_of(then), self.type_of(otherwise));
        let value_type = match (left, right) {
            (left, right) if left == right => left,
            (left, right) if left.is_number() && right.is_number() => IrType::Number,
            (left, right) => {
                return Err(format!("one branch gives {}, the other {}", left.title(), right.title()));
            }
        };
        if then == otherwise {
            return Ok(self.after(condition, then));
        }
        self.within_limit()?;
        Ok(self.add(Node::If { condition, then, otherwise }, value_type))
    }

    fn within_limit(&self) -> Built<()> {
        if self.graph.nodes().len() > MOST_NODES { Err("the script is too long".to_owned()) } else { Ok(()) }
    }

    /// Applies `body` to a node; where the node is whole in some rows and decimal in others, to either choice.
    pub(crate) fn each_kind(
        &mut self,
        of: NodeId,
        body: &mut dyn FnMut(&mut Self, NodeId) -> Built<NodeId>,
    ) -> Built<NodeId> {
        if self.type_of(of) != IrType::Number {
            return body(self, of);
        }
        self.within_limit()?;
        match self.graph.node(of).clone() {
            Node::If { condition, then, otherwise } => {
                let then = self.each_kind(then, body)?;
                let otherwise = self.each_kind(otherwise, body)?;
                self.choose(condition, then, otherwise)
            }
            Node::After { first, then } => {
                let then = self.each_kind(then, body)?;
                Ok(self.after(first, then))
            }
            Node::Fails(_) => {
                let fails = self.add(Node::Fails(IrType::Integer), IrType::Integer);
                body(self, fails)
            }
            _ => Err("a number is whole in some rows and decimal in others".to_owned()),
        }
    }

    /// Returns a number as a decimal one.
    pub(crate) fn as_float(&mut self, of: NodeId) -> Built<NodeId> {
        self.each_kind(of, &mut |builder, of| match builder.type_of(of) {
            IrType::Float => Ok(of),
            IrType::Integer => Ok(builder.widen(of)),
            other => Err(format!("{} stands where a number is needed", other.title())),
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "as the interpreter does it")]
    fn widen(&mut self, of: NodeId) -> NodeId {
        match *self.graph.node(of) {
            Node::Integer(whole) => self.add(Node::Float(crate::ir::Decimal(whole as f64)), IrType::Float),
            _ => self.add(Node::AsFloat(of), IrType::Float),
        }
    }

    /// Compares two nodes.
    pub(crate) fn compare(&mut self, operator: Comparison, left: NodeId, right: NodeId) -> Built<NodeId> {
        self.each_kind(left, &mut |builder, left| {
            builder.each_kind(right, &mut |builder, right| builder.compare_plain(operator, left, right))
        })
    }

    fn compare_plain(&mut self, operator: Comparison, left: NodeId, right: NodeId) -> Built<NodeId> {
        let (left, right) = match (self.type_of(left), self.type_of(right)) {
            (IrType::Integer, IrType::Float) => (self.widen(left), right),
            (IrType::Float, IrType::Integer) => (left, self.widen(right)),
            (one, other) if one == other && !matches!(one, IrType::Codes | IrType::Unit) => (left, right),
            (one, other) => return Err(format!("{} is compared with {}", one.title(), other.title())),
        };
        Ok(self.add(Node::Compare { operator, left, right }, IrType::Boolean))
    }

    /// Calculates with two nodes.
    pub(crate) fn arithmetic(&mut self, operator: Arithmetic, left: NodeId, right: NodeId) -> Built<NodeId> {
        self.each_kind(left, &mut |builder, left| {
            builder.each_kind(right, &mut |builder, right| builder.arithmetic_plain(operator, left, right))
        })
    }

    fn arithmetic_plain(&mut self, operator: Arithmetic, left: NodeId, right: NodeId) -> Built<NodeId> {
        let types = (self.type_of(left), self.type_of(right));
        let (left, right) = match types {
            (IrType::Integer, IrType::Float) => (self.widen(left), right),
            (IrType::Float, IrType::Integer) => (left, self.widen(right)),
            (IrType::Integer, IrType::Integer) | (IrType::Float, IrType::Float) => (left, right),
            (IrType::Text, _) | (_, IrType::Text) if operator == Arithmetic::Add => {
                return self.join(vec![left, right]);
            }
            (one, other) => {
                return Err(format!(
                    "{} and {} are no operands of a calculation",
                    one.title(),
                    other.title()
                ));
            }
        };
        let value_type = self.type_of(left);
        Ok(self.add(Node::Arithmetic { operator, left, right }, value_type))
    }

    /// Puts a text together.
    pub(crate) fn join(&mut self, parts: Vec<NodeId>) -> Built<NodeId> {
        let wrong = parts.iter().map(|part| self.type_of(*part)).find(|part| {
            !matches!(part, IrType::Text | IrType::Integer | IrType::Float | IrType::Number | IrType::Boolean)
        });
        match wrong {
            Some(other) => Err(format!("{} stands inside a text", other.title())),
            None => Ok(self.add(Node::Join(parts.into()), IrType::Text)),
        }
    }

    /// Calls a function.
    pub(crate) fn call(&mut self, name: &str, arguments: &[NodeId]) -> Built<NodeId> {
        let mixed = arguments.iter().position(|argument| self.type_of(*argument) == IrType::Number);
        if let Some(at) = mixed {
            let of = arguments[at];
            return self.each_kind(of, &mut |builder, plain| {
                let mut arguments = arguments.to_vec();
                arguments[at] = plain;
                builder.call(name, &arguments)
            });
        }
        let types: Vec<IrType> = arguments.iter().map(|argument| self.type_of(*argument)).collect();
        let Some(found) = library::resolve(name, &types) else {
            let given: Vec<&str> = types.iter().map(|given| given.title()).collect();
            return Err(format!("the call {name}({})", given.join(", ")));
        };
        let (function, result) = (found.function, found.result);
        let mut widened = Vec::with_capacity(arguments.len());
        for (argument, needed) in arguments.iter().zip(found.arguments) {
            let widen = *needed == IrType::Float && self.type_of(*argument) == IrType::Integer;
            widened.push(if widen { self.widen(*argument) } else { *argument });
        }
        Ok(self.add(Node::Call { function, arguments: widened.into() }, result))
    }

    /// Returns the greatest length in bytes that a text of this node may have where kernels compute it themselves.
    pub(crate) fn longest(&self, id: NodeId) -> usize {
        match self.graph.node(id) {
            Node::Text(text) => text.len(),
            Node::If { then, otherwise, .. } => self.longest(*then).max(self.longest(*otherwise)),
            Node::After { then, .. } => self.longest(*then),
            Node::Join(parts) => parts.iter().map(|part| self.longest(*part)).sum(),
            Node::Call { function: Function::Upper | Function::Lower | Function::Normalise, arguments } => {
                arguments.iter().map(|argument| 3 * self.longest(*argument)).sum()
            }
            Node::Absent(_) | Node::Fails(_) => 0,
            _ if self.type_of(id) == IrType::Text => LONGEST_FACT,
            _ => LONGEST_NUMBER,
        }
    }

    /// Joins what two branches end with.
    pub(crate) fn choose_outcome(
        &mut self,
        condition: NodeId,
        then: Outcome,
        other: Outcome,
    ) -> Built<Outcome> {
        let part = |builder: &mut Self, left: Option<NodeId>, right: Option<NodeId>| {
            let value_type = match left.or(right) {
                None => return Ok(None),
                Some(one) => builder.type_of(one),
            };
            let absent = |builder: &mut Self| builder.add(Node::Absent(value_type), value_type);
            let left = left.unwrap_or_else(|| absent(builder));
            let right = right.unwrap_or_else(|| absent(builder));
            builder.choose(condition, left, right).map(Some)
        };
        Ok(Outcome {
            value: self.choose_value(condition, then.value, other.value)?,
            points: part(self, then.points, other.points)?,
            floor: part(self, then.floor, other.floor)?,
            severity: part(self, then.severity, other.severity)?,
            evidence: part(self, then.evidence, other.evidence)?,
        })
    }

    /// A branch that fails is of any type.
    fn choose_value(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> Built<NodeId> {
        let fails = |builder: &Self, id| matches!(builder.graph.node(id), Node::Fails(_));
        let (left, right) = (self.type_of(then), self.type_of(otherwise));
        let then = if fails(self, then) { self.add(Node::Fails(right), right) } else { then };
        let otherwise = if fails(self, otherwise) { self.add(Node::Fails(left), left) } else { otherwise };
        self.choose(condition, then, otherwise)
    }
}

/// Longer texts of facts are handed to the interpreter, which knows how much it may hold.
pub(crate) const LONGEST_FACT: usize = 512;
/// The longest form of a number.
const LONGEST_NUMBER: usize = 352;
