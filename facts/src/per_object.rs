//! Facts over the records of one object: which kind does what with the records that count.

use dozor_domain::ColumnData;

use crate::datum::Datum;
use crate::error::FactsError;
use crate::kinds::{
    attribute, count, days_since, difference, distinct_count, exists, extreme, mean, number, share, sum,
    trend,
};
use crate::plan::PerObject;
use crate::records::{Lens, Moment, Pick, Picks, View};

/// Holds the columns that a kind reads beside its value, one or several for each part.
#[derive(Debug)]
pub(crate) struct Side<'v> {
    single: Vec<&'v ColumnData>,
    several: Vec<Vec<&'v ColumnData>>,
}

impl<'v> Side<'v> {
    pub(crate) fn new(views: &[View<'v>], how: &PerObject) -> Result<Self, FactsError> {
        let single = match how {
            PerObject::Count { once_per: Some(name) }
            | PerObject::DistinctCount { largest_group: Some(name) } => {
                views.iter().map(|view| view.field(name)).collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        };
        let several = match how {
            PerObject::Difference { same } => {
                let of = |view: &View<'v>| same.iter().map(|name| view.field(name)).collect::<Result<_, _>>();
                views.iter().map(of).collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        };
        Ok(Self { single, several })
    }
}

/// Gives the value of one object at one instant.
pub(crate) fn evaluate<'v>(
    lenses: &mut [Lens<'v>],
    picks: &Picks,
    moment: Moment,
    (how, side): (&PerObject, &Side<'v>),
) -> Datum<'v> {
    let rows: &[Pick] = &picks.rows;
    let value = match how {
        PerObject::Attribute(transform) => attribute::evaluate(lenses, rows, moment, *transform),
        PerObject::Exists => exists::evaluate(lenses, picks, moment),
        PerObject::Count { .. } => count::count(lenses, rows, moment, &side.single),
        PerObject::DistinctCount { .. } => distinct_count::evaluate(lenses, rows, moment, &side.single),
        PerObject::Sum => {
            let has_delivered = lenses.iter().all(|lens| lens.view.index.has_delivered(moment.as_of));
            sum::evaluate(&number::values(lenses, rows, moment), has_delivered)
        }
        PerObject::Max(unknown) => extreme::largest(&number::values(lenses, rows, moment), *unknown),
        PerObject::Min(unknown) => extreme::smallest(&number::values(lenses, rows, moment), *unknown),
        PerObject::Mean => mean::evaluate(&number::values(lenses, rows, moment)),
        PerObject::Share => share::evaluate(lenses, rows, moment),
        PerObject::Difference { .. } => difference::evaluate(lenses, rows, moment, &side.several),
        PerObject::DaysSinceLast => days_since::last(lenses, rows, moment),
        PerObject::DaysSinceFirst => days_since::first(lenses, rows, moment),
        PerObject::Slope => trend::slope(lenses, rows, moment),
        PerObject::Change { days } => trend::change(lenses, rows, moment, *days),
    };
    // Nothing found where something may be: neither a lawful zero nor a count of none.
    let is_nothing = matches!(value, Datum::Missing | Datum::Integer(0));
    let counts = matches!(how, PerObject::Count { .. } | PerObject::DistinctCount { .. } | PerObject::Sum);
    if picks.is_in_doubt && is_nothing && (counts || value == Datum::Missing) {
        Datum::Unreadable
    } else {
        value
    }
}
