//! The form of `facts.toml`, as it is written; nothing is checked here but keys and types.

use std::collections::BTreeMap;

use dozor_domain::{Localized, ValueType};
use serde::{Deserialize, Serialize};

/// Is how a fact is made. One kind, one file of the module `kinds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A field of the latest record, or of the object itself.
    Attribute,
    /// Whether there is such a record, valid at the instant; or such a place near; or such an area here.
    Exists,
    /// Number of records.
    Count,
    /// Number of distinct values.
    DistinctCount,
    /// Sum of a value.
    Sum,
    /// Largest value.
    Max,
    /// Smallest value.
    Min,
    /// Mean value.
    Mean,
    /// Share of records that a condition holds for.
    Share,
    /// Last measurement minus the one before it.
    Difference,
    /// Days since the last record.
    DaysSinceLast,
    /// Days since the first record.
    DaysSinceFirst,
    /// How a value or the number of records changes with time.
    Trend,
    /// Number of records within a distance.
    WithinM,
    /// Distance to the nearest record in metres.
    Nearest,
    /// Whether the object's shape touches a record's.
    Touches,
    /// An aggregate over the records of the objects around.
    Neighbours,
    /// Gaussian density of records.
    KernelDensity,
    /// Area of the overlap with layers in square metres.
    OverlapArea,
    /// Share of the object's area that layers cover.
    OverlapShare,
    /// Share of a source's signals that outcomes confirmed: lower bound.
    LearntPrecision,
    /// One fact divided by another.
    Ratio,
    /// An expression or a table over other facts.
    Derived,
}

/// Says what stands in a cell that would be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingMeans {
    /// Nothing is known; rules that read it answer unknown.
    Unknown,
    /// Zero or false is lawful.
    Zero,
}

/// Says what a value that cannot be read does to the largest or the smallest of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnknownPart {
    /// The whole is unknown: over the other values it would be a bound, not the answer.
    #[default]
    Unknown,
    /// It is passed over, where the catalogue says that a bound is meant.
    Skip,
}

/// Says which way a fact points: what a reader should expect of a larger value, or of yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskDirection {
    /// A larger value speaks for risk.
    More,
    /// A larger value speaks against it.
    Less,
    /// It hangs on other facts, or there is none.
    Neither,
}

/// Marks what may be read for the disparity report and never for scoring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// A trait that the law protects.
    Protected,
    /// Tells who a person is.
    Personal,
    /// Stands for a protected trait or for who inspected there.
    Proxy,
}

/// Turns a date into a number of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Transform {
    DaysUntil,
    DaysSince,
}

/// Says whose records count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Whose {
    #[default]
    #[serde(rename = "self")]
    Own,
    Children,
    SelfOrChildren,
    Parent,
}

/// Says what is made of the records of neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Aggregate {
    Count,
    Sum,
    Max,
    Min,
    Mean,
    Share,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CatalogueText {
    #[serde(default)]
    pub(crate) leakage: LeakageText,
    #[serde(default)]
    pub(crate) tables: BTreeMap<String, TableText>,
    pub(crate) facts: Vec<FactText>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeakageText {
    /// `source.field` of everything that tells who inspected or decided.
    #[serde(default)]
    pub(crate) staff_fields: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableText {
    /// File of the pack that holds the entries: CSV of row code, column code, value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    /// Value of a pair of equal codes.
    pub(crate) equal: Option<i64>,
    /// Row code, column code, value.
    #[serde(default)]
    pub(crate) entries: Vec<(String, String, i64)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValidityText {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LookupText {
    pub(crate) table: String,
    /// Facts that may give the row; the first that is known does.
    pub(crate) row: Vec<String>,
    /// Fact that gives the column.
    pub(crate) column: String,
}

/// Says which outcomes confirm or refute a signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutcomesText {
    pub(crate) source: String,
    /// Holds for an outcome that says something of the signal.
    pub(crate) judged: String,
    /// Holds for a judged outcome that confirms it.
    pub(crate) confirmed: String,
    /// An outcome later than so many days after the signal says nothing of it.
    pub(crate) within_days: u32,
}

/// Is one `[[facts]]` entry. Keys that came after the first version are left out of the catalogue's hash where they
/// are not given, so that no older catalogue changes its hash. Which keys a kind reads: `rules_of_use`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactText {
    pub(crate) code: String,
    pub(crate) title: Localized,
    pub(crate) note: Option<Localized>,
    pub(crate) unit: Option<Localized>,
    pub(crate) kind: FactKind,
    #[serde(rename = "use")]
    pub(crate) uses: String,
    #[serde(default)]
    pub(crate) actionable: bool,
    pub(crate) sensitivity: Option<Sensitivity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) risk: Option<RiskDirection>,
    #[serde(rename = "type")]
    pub(crate) value_type: Option<ValueType>,
    pub(crate) missing: Option<MissingMeans>,
    #[serde(default)]
    pub(crate) object_kinds: Vec<String>,
    pub(crate) at_least: Option<f64>,
    pub(crate) source: Option<String>,
    #[serde(default)]
    pub(crate) sources: Vec<String>,
    #[serde(default)]
    pub(crate) layers: Vec<String>,
    pub(crate) shape: Option<String>,
    #[serde(default)]
    pub(crate) minus_object: bool,
    pub(crate) field: Option<String>,
    pub(crate) value: Option<String>,
    #[serde(rename = "where")]
    pub(crate) filter: Option<String>,
    pub(crate) among: Option<String>,
    pub(crate) window_days: Option<u32>,
    pub(crate) transform: Option<Transform>,
    pub(crate) valid: Option<ValidityText>,
    pub(crate) of: Option<Whose>,
    pub(crate) within_m: Option<f64>,
    pub(crate) bandwidth_degrees: Option<f64>,
    pub(crate) once_per: Option<String>,
    pub(crate) largest_group: Option<String>,
    #[serde(default)]
    pub(crate) same: Vec<String>,
    pub(crate) require: Option<String>,
    pub(crate) expression: Option<String>,
    pub(crate) lookup: Option<LookupText>,
    pub(crate) numerator: Option<String>,
    pub(crate) denominator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bandwidth_m: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aggregate: Option<Aggregate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unknown: Option<UnknownPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outcomes: Option<OutcomesText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) least: Option<u32>,
}

impl FactText {
    /// Returns the source or sources that are read record by record.
    pub(crate) fn record_sources(&self) -> Vec<&str> {
        self.source.iter().chain(&self.sources).map(String::as_str).collect()
    }
}
