//! `share`: of the records that are there (and meet `among`), the part that `where` holds for. A record on which
//! either cannot be answered says nothing and counts on neither side. Missing over no record.

use crate::datum::Datum;
use crate::formula::Three;
use crate::records::{Lens, Moment, Pick};

/// Returns the share; `candidates` are the records that are there, not filtered yet.
#[expect(clippy::cast_precision_loss, reason = "records of one object are far fewer than 2^53")]
pub(crate) fn evaluate(lenses: &mut [Lens<'_>], candidates: &[Pick], moment: Moment) -> Datum<'static> {
    let (mut held, mut all) = (0_u64, 0_u64);
    for pick in candidates {
        let Some(lens) = lenses.get_mut(pick.part) else { continue };
        if lens.meets(pick.row, moment) != Three::Yes {
            continue;
        }
        match lens.passes(pick.row, moment) {
            Three::Yes => {
                held += 1;
                all += 1;
            }
            Three::No => all += 1,
            Three::Unknown => {}
        }
    }
    if all == 0 { Datum::Missing } else { Datum::Float(held as f64 / all as f64) }
}
