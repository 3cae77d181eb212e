//! Texts and calls, row by row: what has no loop of its own.

use std::borrow::Cow;

use super::mask::bit;
use super::slot::{Place, Slot};
use super::view::ColumnValues;
use crate::graph::Graph;
use crate::ir::{IrType, Node, NodeId};
use crate::library::{Library, Scalar, evaluate};

/// Reads the values of nodes that are already computed.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) graph: &'a Graph,
    pub(super) slots: &'a [Slot],
    pub(super) place: Place<'a>,
    pub(super) library: &'a Library,
}

impl<'a> Reader<'a> {
    /// Returns the text of a node in a row of the batch; `None` where only the interpreter can write it.
    pub(super) fn text(&self, id: NodeId, row: usize) -> Option<Cow<'a, str>> {
        match self.graph.node(id) {
            Node::Text(text) => Some(Cow::Borrowed(text)),
            Node::Fact(fact) => self.fact_text(usize::from(*fact), row).map(Cow::Borrowed),
            Node::If { condition, then, otherwise } => {
                let taken = if self.truth(*condition, row)? { *then } else { *otherwise };
                self.text(taken, row)
            }
            Node::After { then, .. } => self.text(*then, row),
            Node::Call { .. } => match self.scalar(id, row)? {
                Scalar::Text(text) => Some(text),
                _ => None,
            },
            Node::Join(parts) => self.joined(parts, row).map(Cow::Owned),
            _ => None,
        }
    }

    fn joined(&self, parts: &[NodeId], row: usize) -> Option<String> {
        let mut whole = String::new();
        for part in parts {
            match self.scalar(*part, row)? {
                Scalar::Text(text) => whole.push_str(&text),
                Scalar::Integer(number) => whole.push_str(&number.to_string()),
                Scalar::Boolean(flag) => whole.push_str(if flag { "true" } else { "false" }),
                // How the interpreter writes a decimal number is its own matter.
                Scalar::Float(_) | Scalar::Codes(_) => return None,
            }
        }
        Some(whole)
    }

    /// Returns the value of a node in a row that is known.
    pub(super) fn scalar(&self, id: NodeId, row: usize) -> Option<Scalar<'a>> {
        let slot = self.slots.get(id.place())?;
        match self.graph.type_of(id) {
            IrType::Boolean => Some(Scalar::Boolean(bit(&slot.truth, row))),
            IrType::Integer => self.place.wholes(slot).get(row).copied().map(Scalar::Integer),
            IrType::Float => self.place.floats(slot).get(row).copied().map(Scalar::Float),
            IrType::Text => match self.graph.node(id) {
                Node::Call { function, arguments } => {
                    let arguments: Option<Vec<_>> =
                        arguments.iter().map(|argument| self.scalar(*argument, row)).collect();
                    evaluate(*function, &arguments?, self.library)
                }
                _ => self.text(id, row).map(Scalar::Text),
            },
            IrType::Codes => match self.graph.node(id) {
                Node::Fact(fact) => self.fact_text(usize::from(*fact), row).map(Scalar::Codes),
                _ => None,
            },
            IrType::Number => match self.graph.node(id) {
                Node::If { condition, then, otherwise } => {
                    let taken = if self.truth(*condition, row)? { *then } else { *otherwise };
                    self.scalar(taken, row)
                }
                Node::After { then, .. } => self.scalar(*then, row),
                _ => None,
            },
            IrType::Unit => None,
        }
    }

    fn truth(&self, id: NodeId, row: usize) -> Option<bool> {
        self.slots.get(id.place()).map(|slot| bit(&slot.truth, row))
    }

    fn fact_text(&self, fact: usize, row: usize) -> Option<&'a str> {
        match self.place.columns.get(fact)?.values {
            ColumnValues::Text(texts) | ColumnValues::Codes(texts) => {
                Some(texts.text(self.place.start + row))
            }
            ColumnValues::Boolean(_) | ColumnValues::Integer(_) | ColumnValues::Float(_) => None,
        }
    }
}
