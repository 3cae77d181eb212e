//! Where the values of one node stand, for the rows of a batch.

use super::coded::Says;
use super::mask::{ALL, BATCH_ROWS, Mask, NONE};
use super::view::{Column, ColumnValues};
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
    /// Decimal values; empty unless needed. Where [`Slot::fact`] names a column, whoever reads takes them from there.
    pub(super) floats: Vec<f64>,
    /// Whole values; likewise.
    pub(super) wholes: Vec<i64>,
    /// The column that holds the values of a whole batch as they are.
    pub(super) fact: Option<usize>,
    /// For each different text of a column what a step says of it, as far as it was asked.
    pub(super) says: Vec<Says>,
}

/// Is where a batch stands in the columns.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) columns: &'a [Column<'a>],
    pub(super) start: usize,
    pub(super) rows: usize,
}

impl<'a> Place<'a> {
    fn values(&self, slot: &Slot) -> Option<ColumnValues<'a>> {
        let is_whole = self.rows == BATCH_ROWS;
        slot.fact.filter(|_| is_whole).and_then(|fact| self.columns.get(fact)).map(|column| column.values)
    }
    /// Returns the decimal values of a slot.
    pub(super) fn floats(&self, slot: &'a Slot) -> &'a [f64] {
        match self.values(slot) {
            Some(ColumnValues::Float(values)) => {
                values.get(self.start..self.start + self.rows).unwrap_or_default()
            }
            Some(_) | None => &slot.floats,
        }
    }
    /// Returns the whole values of a slot.
    pub(super) fn wholes(&self, slot: &'a Slot) -> &'a [i64] {
        match self.values(slot) {
            Some(ColumnValues::Integer(values)) => {
                values.get(self.start..self.start + self.rows).unwrap_or_default()
            }
            Some(_) | None => &slot.wholes,
        }
    }
}

impl Slot {
    /// Makes a slot for a node; a constant stands in it from the beginning.
    pub(super) fn new(node: &Node, value_type: IrType, is_used: bool) -> Self {
        let fact = match node {
            Node::Fact(fact) => Some(usize::from(*fact)),
            _ => None,
        };
        let mut slot = Self {
            known: NONE,
            ask: NONE,
            truth: NONE,
            floats: Vec::new(),
            wholes: Vec::new(),
            fact,
            says: Vec::new(),
        };
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
