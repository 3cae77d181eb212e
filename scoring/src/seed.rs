//! The tree of seeds: a generator per (seed, name, index), so that a change in one part moves nothing elsewhere.

use dozor_domain::sha256;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Returns the generator of one named use.
pub(crate) fn generator(seed: u64, name: &str, index: u64) -> ChaCha8Rng {
    let mut bytes = Vec::with_capacity(name.len() + 16);
    bytes.extend_from_slice(&seed.to_le_bytes());
    bytes.extend_from_slice(&index.to_le_bytes());
    bytes.extend_from_slice(name.as_bytes());
    ChaCha8Rng::from_seed(sha256(&bytes))
}
