//! The rules as nested lists that any tool can build its own expressions from: what fires, and the points.

use dozor_rules::{Rule, RuleSet};
use dozor_script::{Arithmetic, Comparison, Function, Ir, Node, NodeId};
use serde_json::{Value, json};

/// Returns all rules.
pub(crate) fn of(rules: &RuleSet) -> Value {
    rules.rules().iter().filter_map(rule).collect()
}

fn rule(rule: &Rule) -> Option<Value> {
    let ir = rule.program().ir().ok()?;
    let head = rule.head();
    let of_head = json!(head.points);
    let points = ir.outcome().points.map_or(of_head.clone(), |points| filled(node(ir, points), &of_head));
    Some(json!({
        "id": head.id,
        "kinds": head.object_kinds,
        "fired": node(ir, ir.outcome().value),
        "points": points,
        "counts": head.counts_in_category(),
    }))
}

/// Puts the points of the head where a script names none.
fn filled(node: Value, of_head: &Value) -> Value {
    match node {
        Value::Null => of_head.clone(),
        Value::Array(parts) => parts.into_iter().map(|part| filled(part, of_head)).collect(),
        other => other,
    }
}

fn node(ir: &Ir, id: NodeId) -> Value {
    let part = |id: &NodeId| node(ir, *id);
    let all = |word: &str, parts: &[NodeId]| {
        let mut list = vec![json!(word)];
        list.extend(parts.iter().map(part));
        Value::Array(list)
    };
    let fact = |place: u16| ir.reads().get(usize::from(place)).cloned().unwrap_or_default();
    match ir.node(id) {
        Node::Boolean(flag) => json!(flag),
        Node::Integer(whole) => json!(whole),
        Node::Float(number) => json!(number.0),
        Node::Text(text) => json!(["text", text.as_ref()]),
        Node::Fact(place) => json!(["fact", fact(*place)]),
        Node::IsKnown(place) => json!(["known", fact(*place)]),
        Node::Not(of) => json!(["not", part(of)]),
        Node::All(parts) => all("and", parts),
        Node::Any(parts) => all("or", parts),
        Node::Compare { operator, left, right } => json!([comparison(*operator), part(left), part(right)]),
        Node::Arithmetic { operator, left, right } => json!([arithmetic(*operator), part(left), part(right)]),
        Node::AsFloat(of) | Node::Finite(of) => part(of),
        Node::If { condition, then, otherwise } => {
            json!(["if", part(condition), part(then), part(otherwise)])
        }
        Node::After { then, .. } => part(then),
        Node::Call { function: Function::Maximum, arguments } => all("max", arguments),
        Node::Call { function: Function::Minimum, arguments } => all("min", arguments),
        Node::Unit
        | Node::Absent(_)
        | Node::Fails(_)
        | Node::InRange { .. }
        | Node::InList { .. }
        | Node::Call { .. }
        | Node::Join(_) => Value::Null,
    }
}

fn comparison(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn arithmetic(operator: Arithmetic) -> &'static str {
    match operator {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Remainder => "%",
        Arithmetic::Power => "**",
    }
}
