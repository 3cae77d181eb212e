//! Units: days are not compared with metres. A number without a unit goes with everything; what is multiplied or divided
//! may be a conversion and has no unit any more.

use dozor_facts::FactCatalogue;
use dozor_script::{Arithmetic, Function, Ir, Node, NodeId};

use super::Finding;
use crate::rule::Rule;

pub(super) fn check(rule: &Rule, catalogue: &FactCatalogue) -> Vec<Finding> {
    let Ok(ir) = rule.program().ir() else { return Vec::new() };
    let units = Units { ir, catalogue };
    let mut found = Vec::new();
    for id in ir.node_ids() {
        let node = ir.node(id);
        let pairs: Vec<(NodeId, NodeId)> = match node {
            Node::Compare { left, right, .. }
            | Node::Arithmetic { operator: Arithmetic::Subtract, left, right } => vec![(*left, *right)],
            Node::InRange { value, from, to, .. } => vec![(*value, *from), (*value, *to)],
            Node::InList { value, list } => list.iter().map(|item| (*value, *item)).collect(),
            _ => Vec::new(),
        };
        for (left, right) in pairs {
            if let (Some(one), Some(other)) = (units.of(left), units.of(right))
                && one != other
            {
                let message = format!("line {}: «{one}» beside «{other}»", ir.line(id));
                found.push(Finding::warning("VERIFY_UNITS", &rule.head().id, message));
            }
        }
    }
    found
}

struct Units<'a> {
    ir: &'a Ir,
    catalogue: &'a FactCatalogue,
}

impl<'a> Units<'a> {
    /// Returns the unit of a node, where it has one.
    fn of(&self, id: NodeId) -> Option<&'a str> {
        match self.ir.node(id) {
            Node::Fact(fact) => {
                let name = self.ir.reads().get(usize::from(*fact))?;
                let unit = self.catalogue.head(name)?.unit.en.as_str();
                (!unit.is_empty()).then_some(unit)
            }
            Node::AsFloat(of) | Node::Finite(of) | Node::After { first: _, then: of } => self.of(*of),
            Node::Arithmetic { operator: Arithmetic::Add | Arithmetic::Subtract, left, right } => {
                self.of(*left).or_else(|| self.of(*right))
            }
            Node::If { condition: _, then, otherwise } => self.of(*then).or_else(|| self.of(*otherwise)),
            Node::Call {
                function:
                    Function::Maximum
                    | Function::Minimum
                    | Function::Absolute
                    | Function::Negate
                    | Function::Round
                    | Function::Floor
                    | Function::Ceiling,
                arguments,
            } => arguments.iter().find_map(|argument| self.of(*argument)),
            _ => None,
        }
    }
}
