//! A fact as the engine runs it: checked, compiled, with no text left to interpret.

use dozor_script::Program;

use crate::definition::{Aggregate, Transform, UnknownPart, ValidityText, Whose};
use crate::formula::Formula;
use crate::head::FactHead;

/// Is one fact: what people read of it, and how it is made.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) head: FactHead,
    pub(crate) at_least: Option<f64>,
    pub(crate) plan: Plan,
}

/// Is how a fact is made. The arms that read records one object at a time share [`Select`].
#[derive(Clone, Debug)]
pub(crate) enum Plan {
    Object(ObjectField),
    PerObject {
        select: Select,
        how: PerObject,
    },
    Near {
        part: Part,
        how: Near,
    },
    Neighbours {
        part: Part,
        metres: f64,
        aggregate: Aggregate,
        unknown: UnknownPart,
    },
    Precision {
        signals: Select,
        group: Option<String>,
        outcomes: Part,
        within_days: u32,
        least: u32,
    },
    Layers {
        layers: Vec<String>,
        shape: Option<String>,
        minus_object: bool,
        how: Layers,
    },
    Ratio {
        numerator: usize,
        denominator: usize,
    },
    Expression {
        program: Program,
        columns: Vec<usize>,
    },
    Lookup {
        rows: Vec<usize>,
        column: usize,
        equal: Option<i64>,
        entries: std::collections::BTreeMap<(String, String), i64>,
    },
}

/// Is a field of the register of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectField {
    Kind,
    Territory,
}

/// Says which records count: of which sources, under which conditions, whose.
#[derive(Clone, Debug)]
pub(crate) struct Select {
    pub(crate) parts: Vec<Part>,
    pub(crate) whose: Whose,
}

/// Is the share of one source in a fact.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) source: String,
    /// The records belong to no object: they are the same for all.
    pub(crate) is_series: bool,
    pub(crate) window_days: Option<u32>,
    pub(crate) valid: Option<ValidityText>,
    pub(crate) filter: Option<Formula>,
    /// `among` of a share, `require` of a difference, `confirmed` of an outcome.
    pub(crate) condition: Option<Formula>,
    pub(crate) value: Quantity,
}

/// Is what is taken from a record.
#[derive(Clone, Debug)]
pub(crate) enum Quantity {
    Nothing,
    Field(String),
    Formula(Formula),
}

/// Is what is done with the records of an object.
#[derive(Clone, Debug)]
pub(crate) enum PerObject {
    Attribute(Option<Transform>),
    Exists,
    Count {
        once_per: Option<String>,
    },
    DistinctCount {
        largest_group: Option<String>,
    },
    Sum,
    Max(UnknownPart),
    Min(UnknownPart),
    Mean,
    Share,
    Difference {
        same: Vec<String>,
    },
    DaysSinceLast,
    DaysSinceFirst,
    /// Slope of the value in units a year.
    Slope,
    /// Number of records in the last days, less the number in as many days before.
    Change {
        days: u32,
    },
}

/// Is what is done with the records around an object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Near {
    Exists { metres: f64 },
    Count { metres: f64 },
    Nearest,
    Touches,
    Density { bandwidth: Bandwidth },
}

/// Is the width of the bells of a density.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bandwidth {
    /// The same number of degrees to the north and to the east.
    Degrees(f64),
    Metres(f64),
}

/// Is what is done with the areas that an object lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layers {
    Exists,
    Area,
    Share,
}
