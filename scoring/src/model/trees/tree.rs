//! One tree of a fixed depth, its nodes in an array: the children of node `n` are `2n + 1` and `2n + 2`.

use serde::{Deserialize, Serialize};

use crate::bytes::Exact;

/// Questions from the root to a leaf.
pub(crate) const DEPTH: usize = 3;
/// Nodes that may ask.
pub(crate) const ASKING: usize = (1 << DEPTH) - 1;
/// All nodes, leaves included.
pub(crate) const NODES: usize = (1 << (DEPTH + 1)) - 1;

/// Sends a row to the right where the bin of its fact is above `bin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Split {
    /// Place of the fact.
    pub(crate) fact: u16,
    pub(crate) bin: u8,
}

/// Is a tree; a node that asks nothing sends every row to the left, whose value is its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tree {
    pub(crate) splits: Vec<Option<Split>>,
    /// Value of every node; the leaf's is added to the score.
    pub(crate) values: Vec<Exact>,
}

impl Tree {
    /// Returns the child of a node for a row.
    fn child(&self, node: usize, bin: impl Fn(u16) -> u8) -> usize {
        let right = self.splits[node].is_some_and(|split| bin(split.fact) > split.bin);
        2 * node + 1 + usize::from(right)
    }

    /// Returns the value of the row's leaf.
    pub(crate) fn value(&self, bin: impl Fn(u16) -> u8) -> f64 {
        let mut node = 0;
        for _ in 0..DEPTH {
            node = self.child(node, &bin);
        }
        self.values[node].0
    }

    /// Calls back with each fact that was asked and what the answer changed; returns the root's value.
    pub(crate) fn walk(&self, bin: impl Fn(u16) -> u8, mut step: impl FnMut(u16, f64)) -> f64 {
        let mut node = 0;
        for _ in 0..DEPTH {
            let next = self.child(node, &bin);
            if let Some(split) = self.splits[node] {
                step(split.fact, self.values[next].0 - self.values[node].0);
            }
            node = next;
        }
        self.values[0].0
    }

    /// Says what is impossible in a stored tree over so many facts.
    pub(crate) fn problem(&self, facts: usize) -> Option<String> {
        let shape = self.splits.len() == ASKING && self.values.len() == NODES;
        let known = self.splits.iter().flatten().all(|split| usize::from(split.fact) < facts);
        (!(shape && known)).then(|| "a tree has nodes that lead nowhere".to_owned())
    }
}
