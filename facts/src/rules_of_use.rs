//! Which keys of `facts.toml` each kind reads: a key that would be passed over in silence is an error.

use crate::definition::{FactKind, FactText};

const RECORDS: &[&str] = &["source", "sources", "where", "window_days", "of"];
const NEAR: &[&str] = &["source", "where", "window_days"];

/// Returns the first key that stands there and is not read by the fact's kind.
pub(crate) fn idle_key(fact: &FactText) -> Option<&'static str> {
    given(fact).into_iter().find(|key| !reads(fact.kind, key))
}

fn reads(kind: FactKind, key: &str) -> bool {
    let (shared, own): (&[&str], &[&str]) = match kind {
        FactKind::Attribute => (RECORDS, &["field", "value", "type", "transform", "at_least"]),
        FactKind::Exists => (RECORDS, &["valid", "within_m", "layers"]),
        FactKind::Count => (RECORDS, &["once_per", "valid"]),
        FactKind::DistinctCount => (RECORDS, &["field", "largest_group", "valid"]),
        FactKind::Sum | FactKind::Mean => (RECORDS, &["field", "value", "type", "valid", "at_least"]),
        FactKind::Max | FactKind::Min => {
            (RECORDS, &["field", "value", "type", "valid", "at_least", "unknown"])
        }
        FactKind::Share => (RECORDS, &["among", "valid"]),
        FactKind::Difference => (RECORDS, &["field", "same", "require"]),
        FactKind::DaysSinceLast | FactKind::DaysSinceFirst => (RECORDS, &[]),
        FactKind::Trend => (RECORDS, &["field", "value", "type", "valid"]),
        FactKind::WithinM => (NEAR, &["within_m"]),
        FactKind::Nearest | FactKind::Touches => (NEAR, &[]),
        FactKind::Neighbours => {
            (NEAR, &["within_m", "aggregate", "field", "value", "type", "among", "valid", "unknown"])
        }
        FactKind::KernelDensity => (NEAR, &["bandwidth_degrees", "bandwidth_m"]),
        FactKind::LearntPrecision => (RECORDS, &["group", "outcomes", "least"]),
        FactKind::OverlapArea => (&[], &["layers", "shape", "minus_object"]),
        FactKind::OverlapShare => (&[], &["layers", "shape"]),
        FactKind::Ratio => (&[], &["numerator", "denominator"]),
        FactKind::Derived => (&[], &["expression", "lookup", "type", "at_least"]),
    };
    shared.contains(&key) || own.contains(&key)
}

fn given(fact: &FactText) -> Vec<&'static str> {
    let keys = [
        ("source", fact.source.is_some()),
        ("sources", !fact.sources.is_empty()),
        ("layers", !fact.layers.is_empty()),
        ("shape", fact.shape.is_some()),
        ("minus_object", fact.minus_object),
        ("field", fact.field.is_some()),
        ("value", fact.value.is_some()),
        ("where", fact.filter.is_some()),
        ("among", fact.among.is_some()),
        ("window_days", fact.window_days.is_some()),
        ("transform", fact.transform.is_some()),
        ("valid", fact.valid.is_some()),
        ("of", fact.of.is_some()),
        ("within_m", fact.within_m.is_some()),
        ("bandwidth_degrees", fact.bandwidth_degrees.is_some()),
        ("once_per", fact.once_per.is_some()),
        ("largest_group", fact.largest_group.is_some()),
        ("same", !fact.same.is_empty()),
        ("require", fact.require.is_some()),
        ("expression", fact.expression.is_some()),
        ("lookup", fact.lookup.is_some()),
        ("numerator", fact.numerator.is_some()),
        ("denominator", fact.denominator.is_some()),
        ("type", fact.value_type.is_some()),
        ("at_least", fact.at_least.is_some()),
        ("bandwidth_m", fact.bandwidth_m.is_some()),
        ("aggregate", fact.aggregate.is_some()),
        ("unknown", fact.unknown.is_some()),
        ("group", fact.group.is_some()),
        ("outcomes", fact.outcomes.is_some()),
        ("least", fact.least.is_some()),
    ];
    keys.into_iter().filter_map(|(key, is_given)| is_given.then_some(key)).collect()
}
