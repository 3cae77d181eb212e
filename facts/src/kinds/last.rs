//! What was worked out for the instant that was asked last: rows in batches mostly ask for one instant again and again.

use std::sync::{Arc, Mutex};

use crate::records::Moment;

/// Remembers one answer.
#[derive(Debug)]
pub(crate) struct Last<T>(Mutex<Option<(Moment, Arc<T>)>>);

impl<T> Default for Last<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Last<T> {
    /// Returns what is remembered of the moment, or makes and remembers it.
    pub(crate) fn at(&self, moment: Moment, make: impl FnOnce() -> T) -> Arc<T> {
        if let Ok(last) = self.0.lock()
            && let Some((at, made)) = last.as_ref()
            && *at == moment
        {
            return Arc::clone(made);
        }
        let made = Arc::new(make());
        if let Ok(mut last) = self.0.lock() {
            *last = Some((moment, Arc::clone(&made)));
        }
        made
    }
}
