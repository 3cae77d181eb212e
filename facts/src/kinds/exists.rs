//! `exists` over records of the object: false only where the register has delivered and no record is in doubt.

use crate::datum::Datum;
use crate::records::{Lens, Moment, Picks};

/// Tells whether there is a record that counts.
pub(crate) fn evaluate(lenses: &[Lens<'_>], picks: &Picks, moment: Moment) -> Datum<'static> {
    let has_delivered = lenses.iter().all(|lens| lens.view.index.has_delivered(moment.as_of));
    if !picks.rows.is_empty() {
        Datum::Boolean(true)
    } else if has_delivered && !picks.is_in_doubt {
        Datum::Boolean(false)
    } else {
        Datum::Missing
    }
}
