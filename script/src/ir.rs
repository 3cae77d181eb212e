//! The typed form of a script: a graph of pure nodes, each present once. Kernels run it over columns, a verifier
//! reasons over it. It says what the interpreter would do, not how fast.
//!
//! In a row every node has one of three ends: a value, *unknown* (a missing fact was read) or *failed* (the
//! interpreter would end with an error there). Nodes are pure, so one that two rules share is computed once.

use std::sync::Arc;

use crate::graph::Graph;
use crate::library::{Function, Library};

/// Names a node: its place in [`Ir::nodes`]. Operands stand before the node that uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// Returns the place in [`Ir::nodes`].
    pub fn place(self) -> usize {
        self.0 as usize
    }
}

/// Is the type of a node's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IrType {
    /// True or false.
    Boolean,
    /// A whole number; dates are days since 1970-01-01, instants are microseconds.
    Integer,
    /// A decimal number.
    Float,
    /// Whole in some rows and decimal in others: a choice between both.
    Number,
    /// A text.
    Text,
    /// A list of codes; only a fact has this type.
    Codes,
    /// No value.
    Unit,
}

impl IrType {
    /// Returns the name that messages use.
    pub fn title(self) -> &'static str {
        match self {
            Self::Boolean => "true or false",
            Self::Integer => "a whole number",
            Self::Float => "a decimal number",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Codes => "a list of codes",
            Self::Unit => "no value",
        }
    }
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Float | Self::Number)
    }
}

/// Is a decimal constant, compared and hashed by its bits.
#[derive(Clone, Copy, Debug)]
pub struct Decimal(pub f64);

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Decimal {}

impl std::hash::Hash for Decimal {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// Is a comparison. Both sides are of one type; decimals that differ by no more than the last digit are equal, as in
/// the interpreter ([`crate::compare_floats`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// Is a calculation. Both sides are whole, or both decimal. A whole one that overflows or divides by zero fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `**`
    Power,
}

/// Is one step of a script.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A constant.
    Boolean(bool),
    /// A constant.
    Integer(i64),
    /// A constant.
    Float(Decimal),
    /// A constant.
    Text(Arc<str>),
    /// No value; known.
    Unit,
    /// «As in the rule's head»: where a result names no points, floor, severity or evidence. Known.
    Absent(IrType),
    /// Fails in every row, where a value of this type would stand.
    Fails(IrType),
    /// Reads a fact, by its place in [`Ir::reads`]; unknown where it is missing.
    Fact(u16),
    /// Asks whether a fact is known, by its place in [`Ir::reads`]; always known.
    IsKnown(u16),
    /// `!`
    Not(NodeId),
    /// `&&`: from left to right, the first false one ends it.
    All(Box<[NodeId]>),
    /// `||`: from left to right, the first true one ends it.
    Any(Box<[NodeId]>),
    /// A comparison.
    Compare {
        /// Which.
        operator: Comparison,
        /// Left side.
        left: NodeId,
        /// Right side.
        right: NodeId,
    },
    /// A calculation.
    Arithmetic {
        /// Which.
        operator: Arithmetic,
        /// Left side.
        left: NodeId,
        /// Right side.
        right: NodeId,
    },
    /// A whole number as a decimal one.
    AsFloat(NodeId),
    /// A decimal number that fails where it is not finite.
    Finite(NodeId),
    /// `if`, `switch`: only the branch that is taken counts.
    If {
        /// The condition.
        condition: NodeId,
        /// Where it is true.
        then: NodeId,
        /// Where it is false.
        otherwise: NodeId,
    },
    /// `value in from..to`, whole numbers.
    InRange {
        /// What is looked for.
        value: NodeId,
        /// First number.
        from: NodeId,
        /// The number after the last one; the last one itself where `inclusive`.
        to: NodeId,
        /// Whether `to` is inside.
        inclusive: bool,
    },
    /// `value in [..]`, all of one type.
    InList {
        /// What is looked for.
        value: NodeId,
        /// The list.
        list: Box<[NodeId]>,
    },
    /// A call of a pure function.
    Call {
        /// The function.
        function: Function,
        /// Its arguments.
        arguments: Box<[NodeId]>,
    },
    /// A text put together from texts, numbers and truth values.
    Join(Box<[NodeId]>),
    /// The value of `then`, once `first` has come to a value.
    After {
        /// What is computed first; its value is dropped.
        first: NodeId,
        /// The value.
        then: NodeId,
    },
}

impl Node {
    /// Returns the nodes that this one uses, in the order of the interpreter.
    pub fn operands(&self) -> Vec<NodeId> {
        match self {
            Self::Boolean(_)
            | Self::Integer(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::Unit
            | Self::Absent(_)
            | Self::Fails(_)
            | Self::Fact(_)
            | Self::IsKnown(_) => Vec::new(),
            Self::Not(of) | Self::AsFloat(of) | Self::Finite(of) => vec![*of],
            Self::All(parts) | Self::Any(parts) | Self::Join(parts) => parts.to_vec(),
            Self::Compare { left, right, .. } | Self::Arithmetic { left, right, .. } => vec![*left, *right],
            Self::If { condition, then, otherwise } => vec![*condition, *then, *otherwise],
            Self::InRange { value, from, to, .. } => vec![*value, *from, *to],
            Self::InList { value, list } => [*value].into_iter().chain(list.iter().copied()).collect(),
            Self::Call { arguments, .. } => arguments.to_vec(),
            Self::After { first, then } => vec![*first, *then],
        }
    }
}

/// Is what a script ends with. It has a value where all parts that are there have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The value; in a rule whether it fired.
    pub value: NodeId,
    /// Points of a rule: a finite decimal number, or [`Node::Absent`].
    pub points: Option<NodeId>,
    /// Floor of a rule: the code of a category, or [`Node::Absent`].
    pub floor: Option<NodeId>,
    /// Severity effect of a rule, or [`Node::Absent`].
    pub severity: Option<NodeId>,
    /// Evidence of a rule, or [`Node::Absent`]. The interpreter makes its text, for the rows that people look at.
    pub evidence: Option<NodeId>,
}

impl Outcome {
    pub(crate) fn of(value: NodeId) -> Self {
        Self { value, points: None, floor: None, severity: None, evidence: None }
    }
    /// Returns all parts that are there, in their order.
    pub fn parts(&self) -> impl Iterator<Item = NodeId> + use<> {
        [Some(self.value), self.points, self.floor, self.severity, self.evidence].into_iter().flatten()
    }
}

/// Is the typed form of one script.
#[derive(Clone, Debug)]
pub struct Ir {
    graph: Graph,
    reads: Arc<[String]>,
    outcome: Outcome,
    library: Arc<Library>,
}

impl Ir {
    pub(crate) fn new(graph: Graph, reads: Arc<[String]>, outcome: Outcome, library: Arc<Library>) -> Self {
        Self { graph, reads, outcome, library }
    }
    /// Returns the nodes; operands stand before their users. Some may be left unused.
    pub fn nodes(&self) -> &[Node] {
        self.graph.nodes()
    }
    /// Returns the names of all nodes, in their order.
    pub fn node_ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        let count = u32::try_from(self.graph.nodes().len()).unwrap_or(u32::MAX);
        (0..count).map(NodeId)
    }
    /// Returns a node.
    pub fn node(&self, id: NodeId) -> &Node {
        self.graph.node(id)
    }
    /// Returns the type of a node.
    pub fn type_of(&self, id: NodeId) -> IrType {
        self.graph.type_of(id)
    }
    /// Returns the line where the node was first seen, from 1.
    pub fn line(&self, id: NodeId) -> usize {
        self.graph.line(id)
    }
    /// Returns the facts that the script reads or asks for, as [`crate::Program::reads`] does.
    pub fn reads(&self) -> &[String] {
        &self.reads
    }
    /// Returns what the script ends with.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }
    pub(crate) fn library(&self) -> &Arc<Library> {
        &self.library
    }
    pub(crate) fn graph(&self) -> &Graph {
        &self.graph
    }
}
