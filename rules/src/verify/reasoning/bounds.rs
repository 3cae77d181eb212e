//! Which values a fact may have by the way it is made: a count is never negative, a share never above one.

use std::collections::BTreeSet;

use dozor_domain::ValueType;
use dozor_facts::{FactHead, FactKind};

use super::world::{Flag, Scope, Span, Words};

/// Returns what a fact may be; anything where the catalogue does not know it.
pub(super) fn scope(head: Option<&FactHead>) -> Scope {
    let Some(head) = head else { return Scope::Any };
    match head.value_type {
        ValueType::Boolean => Scope::Flag(Flag::ANY),
        ValueType::Integer | ValueType::Float | ValueType::Date | ValueType::Instant => {
            Scope::Number(numbers(head))
        }
        ValueType::Text => Scope::Text(Words::NoneOf(BTreeSet::new())),
        ValueType::Codes => Scope::Any,
    }
}

fn numbers(head: &FactHead) -> Span {
    let by_kind = match head.kind {
        FactKind::Share | FactKind::OverlapShare | FactKind::LearntPrecision => Span { low: 0.0, high: 1.0 },
        FactKind::Count
        | FactKind::DistinctCount
        | FactKind::WithinM
        | FactKind::Nearest
        | FactKind::KernelDensity
        | FactKind::OverlapArea => Span::from(0.0),
        FactKind::Neighbours => match head.definition.get("aggregate").map(String::as_str) {
            Some("share") => Span { low: 0.0, high: 1.0 },
            Some("count") => Span::from(0.0),
            _ => Span::ANY,
        },
        FactKind::Attribute
        | FactKind::Exists
        | FactKind::Sum
        | FactKind::Max
        | FactKind::Min
        | FactKind::Mean
        | FactKind::Difference
        | FactKind::DaysSinceLast
        | FactKind::DaysSinceFirst
        | FactKind::Trend
        | FactKind::Touches
        | FactKind::Ratio
        | FactKind::Derived => Span::ANY,
    };
    let at_least = head.definition.get("at_least").and_then(|bound| bound.parse().ok());
    at_least.and_then(|bound| by_kind.and(Span::from(bound))).unwrap_or(by_kind)
}
