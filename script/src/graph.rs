//! A graph in which equal nodes are one node, within a script and across the scripts of a rule set.

use std::collections::HashMap;

use crate::ir::{IrType, Node, NodeId};

/// Holds nodes, each once; operands stand before their users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    types: Vec<IrType>,
    lines: Vec<u32>,
    known: HashMap<Node, NodeId>,
}

impl Graph {
    /// Adds a node, or finds the equal one.
    pub(crate) fn add(&mut self, node: Node, value_type: IrType, line: usize) -> NodeId {
        if let Some(id) = self.known.get(&node) {
            return *id;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node.clone());
        self.types.push(value_type);
        self.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        self.known.insert(node, id);
        id
    }
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.place()).unwrap_or(&Node::Unit)
    }
    pub(crate) fn type_of(&self, id: NodeId) -> IrType {
        self.types.get(id.place()).copied().unwrap_or(IrType::Unit)
    }
    pub(crate) fn line(&self, id: NodeId) -> usize {
        self.lines.get(id.place()).map_or(1, |line| *line as usize)
    }

    /// Copies all nodes of another graph; `facts` gives the new places of its facts. Returns the new place of each.
    pub(crate) fn copy(&mut self, from: &Graph, facts: &[u16]) -> Vec<NodeId> {
        let mut places: Vec<NodeId> = Vec::with_capacity(from.nodes.len());
        for (at, node) in from.nodes.iter().enumerate() {
            let value_type = from.types.get(at).copied().unwrap_or(IrType::Unit);
            let moved = moved(node, &places, facts);
            places.push(self.add(moved, value_type, 1));
        }
        places
    }
}

/// Returns a node with its operands and facts at new places.
fn moved(node: &Node, places: &[NodeId], facts: &[u16]) -> Node {
    let at = |id: &NodeId| places.get(id.place()).copied().unwrap_or(*id);
    let all = |ids: &[NodeId]| ids.iter().map(at).collect();
    let fact = |place: &u16| facts.get(usize::from(*place)).copied().unwrap_or(*place);
    match node {
        Node::Boolean(_)
        | Node::Integer(_)
        | Node::Float(_)
        | Node::Text(_)
        | Node::Unit
        | Node::Absent(_)
        | Node::Fails(_) => node.clone(),
        Node::Fact(place) => Node::Fact(fact(place)),
        Node::IsKnown(place) => Node::IsKnown(fact(place)),
        Node::Not(of) => Node::Not(at(of)),
        Node::AsFloat(of) => Node::AsFloat(at(of)),
        Node::Finite(of) => Node::Finite(at(of)),
        Node::All(parts) => Node::All(all(parts)),
        Node::Any(parts) => Node::Any(all(parts)),
        Node::Join(parts) => Node::Join(all(parts)),
        Node::Compare { operator, left, right } => {
            Node::Compare { operator: *operator, left: at(left), right: at(right) }
        }
        Node::Arithmetic { operator, left, right } => {
            Node::Arithmetic { operator: *operator, left: at(left), right: at(right) }
        }
        Node::If { condition, then, otherwise } => {
            Node::If { condition: at(condition), then: at(then), otherwise: at(otherwise) }
        }
        Node::InRange { value, from, to, inclusive } => {
            Node::InRange { value: at(value), from: at(from), to: at(to), inclusive: *inclusive }
        }
        Node::InList { value, list } => Node::InList { value: at(value), list: all(list) },
        Node::Call { function, arguments } => Node::Call { function: *function, arguments: all(arguments) },
        Node::After { first, then } => Node::After { first: at(first), then: at(then) },
    }
}
