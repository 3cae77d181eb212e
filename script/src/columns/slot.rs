//! Where the values of one node stand, for the rows of a batch.

use super::mask::{ALL, BATCH_ROWS, Mask, NONE};
use crate::ir::{IrType, Node};

/// Holds one node's values. A row is known, or asks the interpreter, or neither: then it is unknown.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// Rows that have a value.
    pub(super) known: Mask,
    /// Rows that the interpreter must answer: it fails there, or does what kernels do not.
    pub(super) ask: Mask,
    /// Rows that are true; a part of the known ones.
    pub(super) truth: Mask,
    /// Decimal values; empty unless needed.
    pub(super) floats: Vec<f64>,
    /// Whole values; empty unless needed.
    pub(super) wholes: Vec<i64>,
}

impl Slot {
    /// Makes a slot for a node; a constant stands in it from the beginning.
    pub(super) fn new(node: &Node, value_type: IrType, is_used: bool) -> Self {
        let mut slot = Self { known: NONE, ask: NONE, truth: NONE, floats: Vec::new(), wholes: Vec::new() };
        if !is_used {
            return slot;
        }
        match value_type {
            IrType::Float => slot.floats = vec![f64::NAN; BATCH_ROWS],
            IrType::Integer => slot.wholes = vec![0; BATCH_ROWS],
            IrType::Boolean | IrType::Number | IrType::Text | IrType::Codes | IrType::Unit => {}
        }
        match node {
            Node::Boolean(flag) => {
                slot.known = ALL;
                slot.truth = if *flag { ALL } else { NONE };
            }
            Node::Integer(whole) => {
                slot.known = ALL;
                slot.wholes.fill(*whole);
            }
            Node::Float(number) => {
                slot.known = ALL;
                slot.floats.fill(number.0);
            }
            Node::Text(_) | Node::Unit | Node::Absent(_) => slot.known = ALL,
            _ => {}
        }
        slot
    }
}
