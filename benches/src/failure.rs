//! Errors of timed code, which has nowhere to return them to.

use std::cell::RefCell;

/// Is any error of the crates that are measured; a bench only prints it.
pub type Failed = Box<dyn std::error::Error>;

/// Keeps the first error of the timed code until the bench has ended.
#[derive(Debug, Default)]
pub struct FirstError(RefCell<Option<Failed>>);

impl FirstError {
    /// Returns the value, or keeps the error.
    pub fn keep<T>(&self, result: Result<T, impl Into<Failed>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.borrow_mut().get_or_insert_with(|| error.into());
                None
            }
        }
    }

    /// Ends the bench.
    ///
    /// # Errors
    /// The first one that was kept.
    pub fn end(self) -> Result<(), Failed> {
        self.0.into_inner().map_or(Ok(()), Err)
    }
}
