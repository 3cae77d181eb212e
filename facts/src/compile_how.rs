//! From the written kind of a fact over records to the checked one: what is done, and which type it gives.

use dozor_domain::ValueType;

use crate::compile::declaration;
use crate::definition::{FactKind, FactText, MissingMeans, Transform};
use crate::error::FactsError;
use crate::plan::{Bandwidth, PerObject};

/// Counts of a register that was never delivered are zero all the same; all else is unknown.
pub(crate) fn default_missing(text: &FactText) -> MissingMeans {
    match text.kind {
        FactKind::Count | FactKind::DistinctCount => MissingMeans::Zero,
        _ => MissingMeans::Unknown,
    }
}

/// Says what is done with the records of an object, and the type that it gives.
pub(crate) fn how(
    text: &FactText,
    quantity: Option<ValueType>,
) -> Result<(PerObject, ValueType), FactsError> {
    let needs = |problem: &str| declaration(text, problem.to_owned());
    let value = || quantity.ok_or_else(|| needs("the key «field» is missing"));
    let number = || match value()? {
        known @ (ValueType::Integer | ValueType::Float) => Ok(known),
        _ => Err(needs("the value is no number")),
    };
    Ok(match text.kind {
        FactKind::Attribute => match (text.transform, value()?) {
            (Some(transform), ValueType::Date | ValueType::Instant) => {
                (PerObject::Attribute(Some(transform)), ValueType::Integer)
            }
            (Some(Transform::DaysUntil | Transform::DaysSince), _) => {
                return Err(needs("«transform» needs a date"));
            }
            (None, ValueType::Date | ValueType::Instant) => {
                return Err(needs("a date is a fact as days: give «transform» = days_until or days_since"));
            }
            (None, known) => (PerObject::Attribute(None), known),
        },
        FactKind::Exists => (PerObject::Exists, ValueType::Boolean),
        FactKind::Count => (PerObject::Count { once_per: text.once_per.clone() }, ValueType::Integer),
        FactKind::DistinctCount => {
            value()?;
            (PerObject::DistinctCount { largest_group: text.largest_group.clone() }, ValueType::Integer)
        }
        FactKind::Sum => (PerObject::Sum, number()?),
        FactKind::Max => (PerObject::Max(text.unknown.unwrap_or_default()), number()?),
        FactKind::Min => (PerObject::Min(text.unknown.unwrap_or_default()), number()?),
        FactKind::Mean => (PerObject::Mean, number().map(|_| ValueType::Float)?),
        FactKind::Share => {
            text.filter.as_ref().ok_or_else(|| needs("the key «where» is missing"))?;
            (PerObject::Share, ValueType::Float)
        }
        FactKind::Difference => (PerObject::Difference { same: text.same.clone() }, number()?),
        FactKind::DaysSinceLast => (PerObject::DaysSinceLast, ValueType::Integer),
        FactKind::DaysSinceFirst => (PerObject::DaysSinceFirst, ValueType::Integer),
        FactKind::Trend => match (quantity, text.window_days) {
            (Some(_), _) => (PerObject::Slope, number().map(|_| ValueType::Float)?),
            (None, Some(days)) => (PerObject::Change { days }, ValueType::Integer),
            (None, None) => {
                return Err(needs("give «field» for a slope, or «window_days» for a change of number"));
            }
        },
        FactKind::WithinM
        | FactKind::Nearest
        | FactKind::Touches
        | FactKind::Neighbours
        | FactKind::LearntPrecision
        | FactKind::KernelDensity
        | FactKind::OverlapArea
        | FactKind::OverlapShare
        | FactKind::Ratio
        | FactKind::Derived => return Err(needs("the kind does not read the records of one object")),
    })
}

/// Returns the days that are looked at: a change of number needs its window twice, each with its last day.
pub(crate) fn window(text: &FactText) -> Option<u32> {
    let is_change = text.kind == FactKind::Trend && text.field.is_none() && text.value.is_none();
    text.window_days.map(|days| if is_change { days.saturating_mul(2).saturating_add(1) } else { days })
}

/// Returns the bandwidth of a density: in degrees or in metres, one of the two.
pub(crate) fn bandwidth(text: &FactText) -> Result<Bandwidth, FactsError> {
    let is_width = |width: f64| width.is_finite() && width > 0.0;
    match (text.bandwidth_degrees, text.bandwidth_m) {
        (Some(degrees), None) if is_width(degrees) => Ok(Bandwidth::Degrees(degrees)),
        (None, Some(metres)) if is_width(metres) => Ok(Bandwidth::Metres(metres)),
        _ => Err(declaration(
            text,
            "give a positive «bandwidth_degrees» or «bandwidth_m», one of the two".to_owned(),
        )),
    }
}
