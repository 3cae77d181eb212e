//! Values that go into a statement. A missing value keeps its type, because PostgreSQL wants to know it.

use dozor_domain::{
    AssignmentId, CategoryRequestId, DecisionId, DeskReviewId, ObjectId, OrderId, PackageId, PlanId,
    RecordId, RiskCategory, RunId, SignId, SnoozeId, TaskId, TaskStartId, TaskStepId, Timestamp, UserId,
};
use sqlx::Arguments as _;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;

/// Is one bound value of one of the four portable column types.
#[derive(Clone, Debug)]
pub(crate) enum Bind {
    /// bigint; flags too.
    Integer(Option<i64>),
    /// double precision.
    Real(Option<f64>),
    /// text.
    Text(Option<String>),
    /// bytea, blob.
    Bytes(Option<Vec<u8>>),
}

/// Makes the list of binds of a statement from values in order.
macro_rules! binds {
    ($($value:expr),* $(,)?) => { vec![$($crate::sql::Bind::from($value)),*] };
}
pub(crate) use binds;

pub(crate) fn to_sqlite(binds: Vec<Bind>) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    arguments.reserve(binds.len(), 0);
    for bind in binds {
        match bind {
            Bind::Integer(value) => arguments.add(value),
            Bind::Real(value) => arguments.add(value),
            Bind::Text(value) => arguments.add(value),
            Bind::Bytes(value) => arguments.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

pub(crate) fn to_postgres(binds: Vec<Bind>) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    arguments.reserve(binds.len(), binds.len() * 16);
    for bind in binds {
        match bind {
            Bind::Integer(value) => arguments.add(value),
            Bind::Real(value) => arguments.add(value),
            Bind::Text(value) => arguments.add(value),
            Bind::Bytes(value) => arguments.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

impl From<i64> for Bind {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}
impl From<Option<i64>> for Bind {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}
impl From<bool> for Bind {
    fn from(value: bool) -> Self {
        Self::Integer(Some(i64::from(value)))
    }
}
impl From<f64> for Bind {
    fn from(value: f64) -> Self {
        Self::Real(Some(value))
    }
}
impl From<Option<f64>> for Bind {
    fn from(value: Option<f64>) -> Self {
        Self::Real(value)
    }
}
impl From<&str> for Bind {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}
impl From<String> for Bind {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}
impl From<&String> for Bind {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}
impl From<Option<&str>> for Bind {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}
impl From<Option<String>> for Bind {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}
impl From<&Option<String>> for Bind {
    fn from(value: &Option<String>) -> Self {
        Self::Text(value.clone())
    }
}
impl From<&[u8]> for Bind {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}
impl From<Vec<u8>> for Bind {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}
impl From<Option<Vec<u8>>> for Bind {
    fn from(value: Option<Vec<u8>>) -> Self {
        Self::Bytes(value)
    }
}
impl<const N: usize> From<&[u8; N]> for Bind {
    fn from(value: &[u8; N]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}
impl From<Timestamp> for Bind {
    fn from(value: Timestamp) -> Self {
        Self::Integer(Some(value.micros()))
    }
}
impl From<Option<Timestamp>> for Bind {
    fn from(value: Option<Timestamp>) -> Self {
        Self::Integer(value.map(Timestamp::micros))
    }
}
impl From<RiskCategory> for Bind {
    fn from(value: RiskCategory) -> Self {
        Self::Integer(Some(category_rank(value)))
    }
}

/// Returns the stored number of a category: its place in [`RiskCategory::ALL`], so that larger is heavier.
pub(crate) fn category_rank(category: RiskCategory) -> i64 {
    match category {
        RiskCategory::Low => 0,
        RiskCategory::Moderate => 1,
        RiskCategory::Medium => 2,
        RiskCategory::Significant => 3,
        RiskCategory::High => 4,
        RiskCategory::ExtremelyHigh => 5,
    }
}

macro_rules! bind_ids {
    ($($id:ty),*) => {$(
        impl From<$id> for Bind {
            fn from(value: $id) -> Self {
                Self::Bytes(Some(value.as_bytes().to_vec()))
            }
        }
        impl From<Option<$id>> for Bind {
            fn from(value: Option<$id>) -> Self {
                Self::Bytes(value.map(|id| id.as_bytes().to_vec()))
            }
        }
    )*};
}
bind_ids!(
    AssignmentId,
    DecisionId,
    DeskReviewId,
    ObjectId,
    OrderId,
    PackageId,
    PlanId,
    RecordId,
    RunId,
    SignId,
    TaskId,
    TaskStartId,
    TaskStepId,
    SnoozeId,
    CategoryRequestId,
    UserId
);
