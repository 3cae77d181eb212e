//! One tree of a fixed depth, its nodes in an array: the children of node `n` are `2n + 1` and `2n + 2`.

use serde::{Deserialize, Serialize};

use crate::bytes::Exact;

/// Questions from the root to a leaf.
pub(crate) const DEPTH: usize = 3;
/// Nodes that may ask.
pub(crate) const ASKING: usize = (1 << DEPTH) - 1;
/// Leaves.
pub(crate) const LEAVES: usize = 1 << DEPTH;
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

/// Returns the first bit where `which` is 0, the second where it is 1.
#[inline]
fn pick(which: u8, first: u8, second: u8) -> u8 {
    first ^ ((first ^ second) & which)
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

    /// Writes the leaf of every row of a block, counted from the left: all questions of the tree are asked of a row at
    /// once and the bits of its way are picked out, so that the loop has no branch and the processor takes many rows at
    /// a time.
    pub(crate) fn leaves(&self, bins: &[Vec<u8>], leaves: &mut [u8]) {
        let Some(any) = bins.first() else { return leaves.fill(0) };
        let rows = leaves.len();
        let asked: [(&[u8], u8); ASKING] = std::array::from_fn(|node| {
            match self.splits.get(node).copied().flatten() {
                Some(split) => (&bins[usize::from(split.fact)][..rows], split.bin),
                // No bin is above the largest: all rows go left.
                None => (&any[..rows], u8::MAX),
            }
        });
        for (row, leaf) in leaves.iter_mut().enumerate() {
            let bit = |node: usize| u8::from(asked[node].0[row] > asked[node].1);
            let (root, left, right) = (bit(0), bit(1), bit(2));
            let under_left = pick(left, bit(3), bit(4));
            let under_right = pick(right, bit(5), bit(6));
            *leaf = root << 2 | pick(root, left, right) << 1 | pick(root, under_left, under_right);
        }
    }

    /// Returns the values of the leaves, from the left.
    pub(crate) fn leaf_values(&self) -> [f64; LEAVES] {
        std::array::from_fn(|leaf| self.values[ASKING + leaf].0)
    }

    /// Returns, for each leaf, the facts that were asked on the way with what each answer changed, in order; a question
    /// that was not asked changes nothing.
    pub(crate) fn ways(&self) -> [[(usize, f64); DEPTH]; LEAVES] {
        std::array::from_fn(|leaf| {
            let mut node = 0;
            std::array::from_fn(|level| {
                let right = (leaf >> (DEPTH - 1 - level)) & 1;
                let next = 2 * node + 1 + right;
                let step = self.splits[node].map_or((0, 0.0), |split| {
                    (usize::from(split.fact), self.values[next].0 - self.values[node].0)
                });
                node = next;
                step
            })
        })
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

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;
    use crate::seed::generator;

    #[test]
    fn a_block_falls_to_the_leaves_to_which_single_rows_walk() {
        let mut chance = generator(1, "test/leaves", 0);
        let bins: Vec<Vec<u8>> =
            (0..5).map(|_| (0..300).map(|_| chance.random_range(0..33)).collect()).collect();
        for _ in 0..50 {
            let split = |chance: &mut rand_chacha::ChaCha8Rng| {
                let asks = chance.random_bool(0.8);
                asks.then(|| Split { fact: chance.random_range(0..5), bin: chance.random_range(0..33) })
            };
            let splits = (0..ASKING).map(|_| split(&mut chance)).collect();
            let values = (0..NODES).map(|_| Exact(chance.random_range(-1.0..1.0))).collect();
            let tree = Tree { splits, values };
            let (mut leaves, values, ways) = (vec![0; 300], tree.leaf_values(), tree.ways());
            tree.leaves(&bins, &mut leaves);
            for (row, leaf) in leaves.iter().enumerate() {
                let bin = |fact: u16| bins[usize::from(fact)][row];
                assert_eq!(values[usize::from(*leaf)].to_bits(), tree.value(bin).to_bits());
                let mut walked = Vec::new();
                tree.walk(bin, |fact, change| walked.push((usize::from(fact), change)));
                let way = ways[usize::from(*leaf)].into_iter().filter(|step| *step != (0, 0.0));
                assert_eq!(way.collect::<Vec<_>>(), walked);
            }
        }
    }
}
