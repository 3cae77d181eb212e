//! From the graph to steps: what of each node is needed, and which loop computes it.

use crate::floats::{Span, span_of};
use crate::graph::Graph;
use crate::ir::{Arithmetic, Comparison, IrType, Node, NodeId, Outcome};
use crate::library::Function;

/// How much of a node is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    Nothing,
    /// Whether it is known or fails; the value goes nowhere but into a text for people.
    Status,
    Value,
}

/// Is how one node is computed.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Nothing is computed: not needed, or a constant that stands in its slot from the beginning.
    Still,
    Fails,
    Fact(usize),
    /// A fact whose value goes nowhere.
    FactStatus(usize),
    IsKnown(usize),
    Not(usize),
    All(Box<[usize]>),
    Any(Box<[usize]>),
    /// Known where all operands are.
    Strict(Box<[usize]>),
    FloatSpan {
        of: usize,
        span: Span,
    },
    /// Of a number that is finite wherever it is known: one bound decides.
    FloatBound {
        of: usize,
        bound: Bound,
    },
    CompareFloats {
        operator: Comparison,
        left: usize,
        right: usize,
    },
    CompareWhole {
        operator: Comparison,
        left: usize,
        constant: i64,
    },
    CompareWholes {
        operator: Comparison,
        left: usize,
        right: usize,
    },
    CompareBooleans {
        operator: Comparison,
        left: usize,
        right: usize,
    },
    CompareTexts {
        operator: Comparison,
        left: NodeId,
        right: NodeId,
    },
    Floats {
        operator: Arithmetic,
        left: usize,
        right: usize,
    },
    Wholes {
        operator: Arithmetic,
        left: usize,
        right: usize,
    },
    AsFloat(usize),
    Finite(usize),
    If {
        condition: usize,
        then: usize,
        otherwise: usize,
    },
    InRange {
        value: usize,
        from: usize,
        to: usize,
        inclusive: bool,
    },
    InList {
        value: NodeId,
        list: Box<[NodeId]>,
    },
    /// The larger or the smaller of two decimal numbers.
    Extreme {
        function: Function,
        left: usize,
        right: usize,
    },
    /// The larger or the smaller of two whole numbers.
    WholeExtreme {
        function: Function,
        left: usize,
        right: usize,
    },
    Call {
        function: Function,
        arguments: Box<[NodeId]>,
    },
    /// True or false of one text of a column, beside constants: asked once a different text.
    OfText {
        fact: usize,
        of: usize,
        /// The same step row by row.
        plain: Box<Step>,
    },
    After {
        first: usize,
        then: usize,
    },
}

/// Is one end of a span that reaches to the other end of all finite numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

/// Finds what is needed of every node, given what is read of the outcomes.
pub(super) fn needs(graph: &Graph, outcomes: &[Outcome], guards: &[NodeId]) -> Vec<Need> {
    let mut needs = vec![Need::Nothing; graph.nodes().len()];
    let mut ask = |id: NodeId, need: Need| {
        if let Some(known) = needs.get_mut(id.place()) {
            *known = need.max(*known);
        }
    };
    for outcome in outcomes {
        ask(outcome.value, Need::Value);
        for part in [outcome.points, outcome.floor, outcome.severity].into_iter().flatten() {
            ask(part, Need::Value);
        }
        if let Some(evidence) = outcome.evidence {
            ask(evidence, Need::Status);
        }
    }
    for guard in guards {
        ask(*guard, Need::Value);
    }
    for (at, node) in graph.nodes().iter().enumerate().rev() {
        let need = needs.get(at).copied().unwrap_or(Need::Nothing);
        if need == Need::Nothing {
            continue;
        }
        for (operand, passed) in node.operands().into_iter().zip(passed_on(node, need, graph)) {
            if let Some(known) = needs.get_mut(operand.place()) {
                *known = passed.max(*known);
            }
        }
    }
    needs
}

/// Says for each operand what a node needs of it.
fn passed_on(node: &Node, need: Need, graph: &Graph) -> Vec<Need> {
    let operands = node.operands().len();
    match node {
        Node::If { .. } => vec![Need::Value, need, need],
        Node::All(_) | Node::Any(_) => {
            let mut passed = vec![Need::Value; operands];
            if let Some(last) = passed.last_mut() {
                *last = need;
            }
            passed
        }
        Node::After { .. } => vec![Need::Status, need],
        _ if need == Need::Status && !can_fail(node, graph) => vec![Need::Status; operands],
        _ => vec![Need::Value; operands],
    }
}

/// Tells whether a node may fail where all its operands have a value.
fn can_fail(node: &Node, graph: &Graph) -> bool {
    match node {
        Node::Fails(_) | Node::Finite(_) => true,
        Node::Arithmetic { left, .. } => graph.type_of(*left) == IrType::Integer,
        Node::Call { function, arguments } => {
            let whole = arguments.iter().any(|argument| graph.type_of(*argument) == IrType::Integer);
            match function {
                Function::Absolute | Function::Negate => whole,
                Function::Maximum
                | Function::Minimum
                | Function::Round
                | Function::Show
                | Function::Upper
                | Function::Lower
                | Function::Normalise
                | Function::Digits
                | Function::AreaTolerance
                | Function::FootprintError => false,
                _ => true,
            }
        }
        _ => false,
    }
}

/// Chooses the loop that computes a node.
pub(super) fn step(graph: &Graph, id: NodeId, need: Need) -> Step {
    let plain = plain_step(graph, id, need);
    let texts: Vec<NodeId> = match &plain {
        Step::CompareTexts { left, right, .. } => vec![*left, *right],
        Step::InList { value, list } => [*value].into_iter().chain(list.iter().copied()).collect(),
        Step::Call { arguments, .. } if graph.type_of(id) == IrType::Boolean => arguments.to_vec(),
        _ => return plain,
    };
    let is_constant = |id: &NodeId| {
        matches!(graph.node(*id), Node::Boolean(_) | Node::Integer(_) | Node::Float(_) | Node::Text(_))
    };
    let mut others = texts.iter().filter(|id| !is_constant(id));
    match (others.next(), others.next()) {
        (Some(of), None) => match (graph.node(*of), graph.type_of(*of)) {
            (Node::Fact(fact), IrType::Text | IrType::Codes) => {
                Step::OfText { fact: usize::from(*fact), of: of.place(), plain: Box::new(plain) }
            }
            _ => plain,
        },
        _ => plain,
    }
}

fn plain_step(graph: &Graph, id: NodeId, need: Need) -> Step {
    let node = graph.node(id);
    if need == Need::Nothing {
        return Step::Still;
    }
    let is_lazy = matches!(node, Node::If { .. } | Node::All(_) | Node::Any(_) | Node::After { .. });
    let is_leaf = node.operands().is_empty();
    if need == Need::Status && !is_lazy && !is_leaf && !can_fail(node, graph) {
        return Step::Strict(node.operands().iter().map(|operand| operand.place()).collect());
    }
    let places = |ids: &[NodeId]| ids.iter().map(|id| id.place()).collect();
    match node {
        Node::Boolean(_)
        | Node::Integer(_)
        | Node::Float(_)
        | Node::Text(_)
        | Node::Unit
        | Node::Absent(_) => Step::Still,
        Node::Fails(_) => Step::Fails,
        Node::Fact(fact) if need == Need::Status => Step::FactStatus(usize::from(*fact)),
        Node::Fact(fact) => Step::Fact(usize::from(*fact)),
        Node::IsKnown(fact) => Step::IsKnown(usize::from(*fact)),
        Node::Not(of) => Step::Not(of.place()),
        Node::All(parts) => Step::All(places(parts)),
        Node::Any(parts) => Step::Any(places(parts)),
        Node::Compare { operator, left, right } => compare(graph, *operator, *left, *right),
        Node::Arithmetic { operator, left, right } => {
            let (left_place, right) = (left.place(), right.place());
            if graph.type_of(*left) == IrType::Integer {
                Step::Wholes { operator: *operator, left: left_place, right }
            } else {
                Step::Floats { operator: *operator, left: left_place, right }
            }
        }
        Node::AsFloat(of) => Step::AsFloat(of.place()),
        Node::Finite(of) => Step::Finite(of.place()),
        Node::If { condition, then, otherwise } => {
            Step::If { condition: condition.place(), then: then.place(), otherwise: otherwise.place() }
        }
        Node::InRange { value, from, to, inclusive } => {
            Step::InRange { value: value.place(), from: from.place(), to: to.place(), inclusive: *inclusive }
        }
        Node::InList { value, list } => Step::InList { value: *value, list: list.clone() },
        Node::Call { function, arguments } => call(graph, *function, arguments),
        Node::Join(parts) => Step::Strict(places(parts)),
        Node::After { first, then } => Step::After { first: first.place(), then: then.place() },
    }
}

fn call(graph: &Graph, function: Function, arguments: &[NodeId]) -> Step {
    match (function, arguments) {
        (Function::Maximum | Function::Minimum, [left, right]) if graph.type_of(*left) == IrType::Float => {
            Step::Extreme { function, left: left.place(), right: right.place() }
        }
        (Function::Maximum | Function::Minimum, [left, right]) if graph.type_of(*left) == IrType::Integer => {
            Step::WholeExtreme { function, left: left.place(), right: right.place() }
        }
        // Their text is made row by row, where it is asked for.
        (Function::Upper | Function::Lower | Function::Show | Function::Normalise | Function::Digits, _) => {
            Step::Strict(arguments.iter().map(|argument| argument.place()).collect())
        }
        _ => Step::Call { function, arguments: arguments.into() },
    }
}

fn compare(graph: &Graph, operator: Comparison, left: NodeId, right: NodeId) -> Step {
    let (left_place, right_place) = (left.place(), right.place());
    match (graph.type_of(left), graph.node(left), graph.node(right)) {
        (IrType::Boolean, ..) => Step::CompareBooleans { operator, left: left_place, right: right_place },
        (IrType::Integer, _, Node::Integer(constant)) => {
            Step::CompareWhole { operator, left: left_place, constant: *constant }
        }
        (IrType::Integer, Node::Integer(constant), _) => {
            Step::CompareWhole { operator: turned(operator), left: right_place, constant: *constant }
        }
        (IrType::Integer, ..) => Step::CompareWholes { operator, left: left_place, right: right_place },
        (IrType::Float, one, other) => {
            // Against zero, what is no number compares as equal: only facts and whole numbers are sure to be one.
            let is_sure = |node: &Node| matches!(node, Node::Fact(_) | Node::AsFloat(_));
            let span = match (one, other) {
                (of, Node::Float(constant)) if constant.0 != 0.0 || is_sure(of) => {
                    span_of(operator, constant.0).map(|span| (left_place, span, is_sure(of)))
                }
                (Node::Float(constant), of) if constant.0 != 0.0 || is_sure(of) => {
                    span_of(turned(operator), constant.0).map(|span| (right_place, span, is_sure(of)))
                }
                _ => None,
            };
            match span {
                Some((of, Span { low, high: f64::MAX, is_outside: false }, true)) => {
                    Step::FloatBound { of, bound: Bound::AtLeast(low) }
                }
                Some((of, Span { low: f64::MIN, high, is_outside: false }, true)) => {
                    Step::FloatBound { of, bound: Bound::AtMost(high) }
                }
                Some((of, span, _)) => Step::FloatSpan { of, span },
                None => Step::CompareFloats { operator, left: left_place, right: right_place },
            }
        }
        _ => Step::CompareTexts { operator, left, right },
    }
}

/// Returns the comparison with its sides changed.
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
