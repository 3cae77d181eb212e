//! `difference`: the last measurement minus the one before it. Missing where there are not two, where one lacks
//! the value, where they differ in a field of `same` (unlike methods), or where either fails `require` (snow).

use dozor_domain::ColumnData;

use crate::datum::Datum;
use crate::formula::{Three, datum_of};
use crate::records::{Lens, Moment, Pick};

/// Returns the growth between the last two measurements of the first source that has any.
pub(crate) fn evaluate(
    lenses: &mut [Lens<'_>],
    picks: &[Pick],
    moment: Moment,
    same: &[Vec<&ColumnData>],
) -> Datum<'static> {
    let Some(part) = picks.first().map(|pick| pick.part) else { return Datum::Missing };
    let (Some(lens), Some(same)) = (lenses.get_mut(part), same.get(part)) else { return Datum::Missing };
    let columns = lens.view.index.columns;
    let mut rows: Vec<usize> = picks.iter().filter(|pick| pick.part == part).map(|pick| pick.row).collect();
    rows.sort_unstable_by_key(|&row| (columns.happened_at[row], columns.ids[row]));
    let [.., earlier, later] = rows.as_slice() else { return Datum::Missing };
    let is_alike = same.iter().all(|column| {
        let value = datum_of(column, *later);
        value != Datum::Missing && value == datum_of(column, *earlier)
    });
    if !is_alike || [*earlier, *later].iter().any(|&row| lens.meets(row, moment) != Three::Yes) {
        return Datum::Missing;
    }
    match (lens.value(*earlier, moment), lens.value(*later, moment)) {
        (Datum::Integer(before), Datum::Integer(after)) => Datum::Integer(after.saturating_sub(before)),
        (Datum::Float(before), Datum::Float(after)) => Datum::Float(after - before),
        _ => Datum::Missing,
    }
}
