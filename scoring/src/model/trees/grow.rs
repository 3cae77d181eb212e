//! Growing one tree on gradients: per fact a histogram over the bins, the best split of each node, level by level.
//! Each histogram is summed by one thread in the order of rows, so that threads leave no trace; ties go to the first
//! fact and the lowest bin.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::tree::{ASKING, DEPTH, NODES, Split, Tree};
use crate::bytes::Exact;

/// Least sum of second derivatives on either side of a split.
const LEAST: f64 = 5.0;
/// A split must gain so much.
const GAIN: f64 = 1e-6;
/// Bins of a fact at most, nothing known included.
const BINS: usize = 64;

/// Is a row's gradient and second derivative of the loss.
pub(crate) type Pull = [f64; 2];

/// Holds what a tree grows on: the rows drawn, their pulls, and the columns of bins that it may ask.
pub(crate) struct Ground<'a> {
    pub(crate) bins: &'a [Vec<u8>],
    pub(crate) facts: &'a [u16],
    pub(crate) rows: &'a [u32],
    pub(crate) pulls: &'a [Pull],
    /// Ridge on the values.
    pub(crate) ridge: f64,
    /// Share of the found value that is taken.
    pub(crate) rate: f64,
}

#[derive(Clone, Copy, Debug)]
struct Found {
    gain: f64,
    split: Split,
}

/// Grows a tree.
pub(crate) fn grow(ground: &Ground<'_>) -> Tree {
    let mut splits: Vec<Option<Split>> = vec![None; ASKING];
    let mut nodes = vec![0_u8; ground.rows.len()];
    for level in 0..DEPTH {
        let first = (1 << level) - 1;
        let found = best_of_level(ground, &nodes, first, 1 << level);
        for (node, found) in found.iter().enumerate() {
            splits[first + node] = found.map(|found| found.split);
        }
        for (node, &row) in nodes.iter_mut().zip(ground.rows) {
            let asked = splits[usize::from(*node)];
            let right = asked.is_some_and(|s| ground.bins[usize::from(s.fact)][row as usize] > s.bin);
            *node = 2 * *node + 1 + u8::from(right);
        }
    }
    Tree { splits, values: values(ground, &nodes) }
}

/// Sums the leaves and, above them, the nodes.
fn values(ground: &Ground<'_>, leaves: &[u8]) -> Vec<Exact> {
    let mut sums = vec![[0.0; 2]; NODES];
    for (leaf, pull) in leaves.iter().zip(ground.pulls) {
        let sum = &mut sums[usize::from(*leaf)];
        *sum = [sum[0] + pull[0], sum[1] + pull[1]];
    }
    for node in (0..ASKING).rev() {
        let (left, right) = (sums[2 * node + 1], sums[2 * node + 2]);
        sums[node] = [left[0] + right[0], left[1] + right[1]];
    }
    sums.into_iter().map(|[g, h]| Exact(-ground.rate * g / (h + ground.ridge))).collect()
}

fn best_of_level(ground: &Ground<'_>, nodes: &[u8], first: usize, count: usize) -> Vec<Option<Found>> {
    let of_facts: Vec<Vec<Option<Found>>> = ground
        .facts
        .par_iter()
        .map(|&fact| {
            let histogram = histogram(ground, fact, nodes, first, count);
            histogram.chunks_exact(BINS).map(|bins| best(bins, fact, ground.ridge)).collect()
        })
        .collect();
    (0..count)
        .map(|node| {
            let candidates = of_facts.iter().filter_map(|found| found[node]);
            candidates.reduce(|best, next| if next.gain > best.gain { next } else { best })
        })
        .collect()
}

fn histogram(ground: &Ground<'_>, fact: u16, nodes: &[u8], first: usize, count: usize) -> Vec<Pull> {
    let mut histogram = vec![[0.0; 2]; count * BINS];
    let column = &ground.bins[usize::from(fact)];
    for ((node, &row), pull) in nodes.iter().zip(ground.rows).zip(ground.pulls) {
        let place = (usize::from(*node) - first) * BINS + usize::from(column[row as usize]);
        let sum = &mut histogram[place];
        sum[0] += pull[0];
        sum[1] += pull[1];
    }
    histogram
}

fn best(bins: &[Pull], fact: u16, ridge: f64) -> Option<Found> {
    let worth = |[g, h]: Pull| g * g / (h + ridge);
    let all = bins.iter().fold([0.0, 0.0], |sum, bin| [sum[0] + bin[0], sum[1] + bin[1]]);
    let mut left = [0.0, 0.0];
    let mut best: Option<Found> = None;
    for (bin, pull) in (0_u8..).zip(bins) {
        left = [left[0] + pull[0], left[1] + pull[1]];
        let right = [all[0] - left[0], all[1] - left[1]];
        if left[1] < LEAST || right[1] < LEAST {
            continue;
        }
        let gain = worth(left) + worth(right) - worth(all);
        if gain > best.map_or(GAIN, |best| best.gain) {
            best = Some(Found { gain, split: Split { fact, bin } });
        }
    }
    best
}
