//! The run in progress on this thread: the row's values, the steps taken, and why it was ended.
//!
//! Rhai's callbacks know neither the row nor the run, and its own count of operations starts anew in every
//! closure. So both live here, one per thread, and every callback of every engine counts into the same place.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rhai::Dynamic;

use crate::harden::{BUDGET_MILLIS, BUDGET_TICKS};

/// Steps before the clock is looked at: a usual rule ends long before and so never depends on the machine's
/// speed; no single step of a capped script is slow enough to matter until then.
const CLOCK_FROM_TICK: u64 = 256;
/// Steps between two looks at the clock.
const CLOCK_EVERY: u64 = 8;

/// Is why a run was ended from outside the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A missing fact was read.
    Missing,
    /// Too many steps.
    Budget,
    /// Too much time.
    Time,
}

/// Holds the values of one row; `None` = missing.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// Names, sorted.
    pub(crate) names: Arc<[String]>,
    /// A value per name.
    pub(crate) cells: Vec<Option<Dynamic>>,
}

impl Values {
    fn find(&self, name: &str) -> Option<&Option<Dynamic>> {
        let place = self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()?;
        self.cells.get(place)
    }
}

thread_local! {
    static VALUES: RefCell<Values> = RefCell::default();
    static TICKS: Cell<u64> = const { Cell::new(0) };
    static END: Cell<Option<End>> = const { Cell::new(None) };
    static STARTED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Puts the values back to their owner, also when the script panics.
struct Guard<'a>(&'a mut Values);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        VALUES.with_borrow_mut(|current| std::mem::swap(current, self.0));
    }
}

/// Runs `body` with these values as the current row; returns what it gives and why it was ended.
pub(crate) fn with_row<T>(values: &mut Values, body: impl FnOnce() -> T) -> (T, Option<End>) {
    TICKS.set(0);
    END.set(None);
    STARTED.set(None);
    VALUES.with_borrow_mut(|current| std::mem::swap(current, values));
    let guard = Guard(values);
    let result = body();
    drop(guard);
    (result, END.get())
}

/// Is what a name means in the current row.
pub(crate) enum Lookup {
    /// No fact of this program.
    NotAFact,
    /// A known value.
    Known(Dynamic),
    /// A missing value.
    Missing,
}

/// Looks a name up in the current row; a missing one ends the run.
pub(crate) fn read(name: &str) -> Lookup {
    VALUES.with_borrow(|values| match values.find(name) {
        None => Lookup::NotAFact,
        Some(Some(value)) => Lookup::Known(value.clone()),
        Some(None) => {
            END.set(Some(End::Missing));
            Lookup::Missing
        }
    })
}

/// Tells whether a fact is known in the current row, without reading it.
pub(crate) fn is_known(name: &str) -> bool {
    VALUES.with_borrow(|values| values.find(name).is_some_and(Option::is_some))
}

/// Counts one step; says whether the run must end.
pub(crate) fn tick() -> bool {
    let ticks = TICKS.get() + 1;
    TICKS.set(ticks);
    if ticks > BUDGET_TICKS {
        END.set(Some(End::Budget));
        return true;
    }
    if ticks >= CLOCK_FROM_TICK && ticks.is_multiple_of(CLOCK_EVERY) && out_of_time() {
        END.set(Some(End::Time));
        return true;
    }
    false
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bound on run-away scripts: no answer of a usual rule depends on it"
)]
fn out_of_time() -> bool {
    let now = Instant::now();
    match STARTED.get() {
        None => {
            STARTED.set(Some(now));
            false
        }
        Some(started) => now.duration_since(started) > Duration::from_millis(BUDGET_MILLIS),
    }
}
