//! Chance: a tree of seeds keyed by name, and the draws that the generator needs.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// Is a node of the tree of seeds. A child depends on its path of names alone, so drawing more in one part moves
/// nothing in another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed([u8; 32]);

impl Seed {
    /// Makes the root.
    pub(crate) fn root(seed: u64) -> Self {
        Self(Sha256::digest(seed.to_le_bytes()).into())
    }

    /// Returns the child of that name.
    pub(crate) fn child(self, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        Self(hash.finalize().into())
    }

    /// Returns the child of that name and number.
    pub(crate) fn item(self, name: &str, index: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        hash.update(index.to_le_bytes());
        Self(hash.finalize().into())
    }

    /// Returns the dice of this node.
    pub(crate) fn dice(self) -> Dice {
        Dice(ChaCha8Rng::from_seed(self.0))
    }
}

/// Draws numbers. Every method takes a fixed number of draws for the same arguments, save [`Dice::poisson`].
#[derive(Clone, Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// Draws from [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Says yes with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Draws from [low, high).
    pub(crate) fn between(&mut self, range: [f64; 2]) -> f64 {
        let [low, high] = range;
        low + (high - low) * self.unit()
    }

    /// Draws a whole number from low to high, both included.
    pub(crate) fn whole(&mut self, range: [i32; 2]) -> i32 {
        let [low, high] = range;
        if high <= low {
            return low;
        }
        low + (self.unit() * f64::from(high - low + 1)) as i32
    }

    /// Draws an index below `count` (0 when there is nothing to choose from).
    pub(crate) fn index(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// Draws one of the items.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.index(items.len()))
    }

    /// Draws one of the texts; empty when there is none.
    pub(crate) fn word<'a>(&mut self, texts: &'a [String]) -> &'a str {
        self.pick(texts).map_or("", String::as_str)
    }

    /// Draws one of the items by weight.
    pub(crate) fn weighted<'a, T>(&mut self, items: &'a [T], weight: impl Fn(&T) -> f64) -> Option<&'a T> {
        let total: f64 = items.iter().map(&weight).sum();
        let mut left = self.unit() * total;
        for item in items {
            left -= weight(item);
            if left < 0.0 {
                return Some(item);
            }
        }
        items.last()
    }

    /// Draws from the standard normal distribution (Box–Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Draws from a log-normal distribution with that median.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    /// Draws a count with that mean (Knuth); the means of a city are small, and 50 is a ceiling against slips.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let limit = (-mean.clamp(0.0, 50.0)).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_depends_on_its_name_and_not_on_its_siblings() {
        let root = Seed::root(7);
        let first = root.child("flights").dice().unit();
        let mut other = root.child("appeals").dice();
        other.unit();
        assert_eq!(root.child("flights").dice().unit(), first);
        assert_ne!(root.child("appeals").dice().unit(), first);
        assert_ne!(Seed::root(8).child("flights").dice().unit(), first);
    }

    #[test]
    fn draws_keep_their_means() {
        let mut dice = Seed::root(1).dice();
        let n = 20_000;
        let mean = (0..n).map(|_| f64::from(dice.poisson(0.7))).sum::<f64>() / f64::from(n);
        assert!((mean - 0.7).abs() < 0.03, "{mean}");
        let mean = (0..n).map(|_| dice.normal()).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.03, "{mean}");
    }
}
