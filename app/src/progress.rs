//! How long work says where it is. The edge draws bars; tests and the API pass [`Silent`].

/// Receives the stages of long work. Called from any thread, often: keep it cheap.
pub trait Progress: Send + Sync {
    /// Starts a stage; `total` is its length in the units that `advance` counts, where known.
    fn stage(&self, name: &str, total: Option<u64>);
    /// Says that so many more units are done.
    fn advance(&self, units: u64);
}

/// Says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _name: &str, _total: Option<u64>) {}
    fn advance(&self, _units: u64) {}
}
