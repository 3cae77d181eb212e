//! Values that come out of a statement, taken cell by cell in the order of the selected columns.

use dozor_domain::{
    AssignmentId, CategoryRequestId, DecisionId, DeskReviewId, ObjectId, OrderId, PackageId, PlanId,
    RecordId, RiskCategory, RunId, SignId, SnoozeId, TaskId, TaskStartId, TaskStepId, Timestamp, UserId,
};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::StoreError;

/// Is one row of an answer.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! cell {
    ($name:ident, $type:ty) => {
        pub(crate) fn $name(&self, at: usize) -> Result<Option<$type>, StoreError> {
            match self {
                Self::Sqlite(row) => row.try_get(at),
                Self::Postgres(row) => row.try_get(at),
            }
            .map_err(|source| StoreError::Failed { statement: format!("reading column {at}"), source })
        }
    };
}

impl Row {
    cell!(integer, i64);
    cell!(real, f64);
    cell!(text, &str);
    cell!(bytes, &[u8]);

    /// Starts taking cells from the first column on.
    pub(crate) fn cells(&self) -> Cells<'_> {
        self.cells_from(0)
    }
    /// Starts taking cells from column `at` on.
    pub(crate) fn cells_from(&self, at: usize) -> Cells<'_> {
        Cells { row: self, at }
    }
}

/// Takes the cells of a row one after the other.
pub(crate) struct Cells<'r> {
    row: &'r Row,
    at: usize,
}

impl<'r> Cells<'r> {
    /// Takes the next cell as a value of the wanted type.
    pub(crate) fn take<T: FromCell>(&mut self) -> Result<T, StoreError> {
        let at = self.at;
        self.at += 1;
        T::from_cell(self.row, at)
    }
    /// Takes the next cell as text that stays in the row.
    pub(crate) fn text(&mut self) -> Result<&'r str, StoreError> {
        self.at += 1;
        self.row.text(self.at - 1)?.ok_or_else(|| empty(self.at - 1))
    }
    /// Takes the next cell as bytes that stay in the row; `None` when it is null.
    pub(crate) fn bytes(&mut self) -> Result<Option<&'r [u8]>, StoreError> {
        self.at += 1;
        self.row.bytes(self.at - 1)
    }
    /// Takes the next cell as JSON text.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(
        &mut self,
        what: &'static str,
    ) -> Result<T, StoreError> {
        serde_json::from_str(self.text()?)
            .map_err(|fault| StoreError::Corrupt { what, detail: fault.to_string() })
    }
    /// Takes the next cell as the code of a state.
    pub(crate) fn code<T>(
        &mut self,
        what: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let code = self.text()?;
        parse(code).ok_or_else(|| StoreError::Corrupt { what, detail: format!("unknown code «{code}»") })
    }
}

/// Is a type that a cell can be read as.
pub(crate) trait FromCell: Sized {
    fn from_cell(row: &Row, at: usize) -> Result<Self, StoreError>;
}

fn empty(at: usize) -> StoreError {
    StoreError::Corrupt { what: "row", detail: format!("column {at} is empty") }
}

fn required<T>(value: Option<T>, at: usize) -> Result<T, StoreError> {
    value.ok_or_else(|| empty(at))
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt {
        what: "id or hash",
        detail: format!("{} bytes where {N} belong", bytes.len()),
    })
}

macro_rules! from_cell {
    ($($type:ty: $read:ident => $map:expr),* $(,)?) => {$(
        impl FromCell for $type {
            fn from_cell(row: &Row, at: usize) -> Result<Self, StoreError> {
                required(row.$read(at)?, at).and_then($map)
            }
        }
        impl FromCell for Option<$type> {
            fn from_cell(row: &Row, at: usize) -> Result<Self, StoreError> {
                row.$read(at)?.map($map).transpose()
            }
        }
    )*};
}

from_cell!(
    i64: integer => Ok,
    f64: real => Ok,
    String: text => |text: &str| Ok(text.to_owned()),
    Vec<u8>: bytes => |bytes: &[u8]| Ok(bytes.to_vec()),
    [u8; 16]: bytes => array,
    [u8; 32]: bytes => array,
    u64: integer => |number: i64| count(number),
    bool: integer => |flag: i64| Ok(flag != 0),
    Timestamp: integer => |micros: i64| Ok(Timestamp::from_micros(micros)),
    RiskCategory: integer => category,
);

fn count(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number)
        .map_err(|_| StoreError::Corrupt { what: "count", detail: format!("{number} is negative") })
}

fn category(rank: i64) -> Result<RiskCategory, StoreError> {
    usize::try_from(rank)
        .ok()
        .and_then(|rank| RiskCategory::ALL.get(rank).copied())
        .ok_or_else(|| StoreError::Corrupt { what: "category", detail: format!("unknown rank {rank}") })
}

macro_rules! id_cells {
    ($($id:ty),*) => {
        from_cell!($($id: bytes => |bytes: &[u8]| array(bytes).map(<$id>::from_bytes)),*);
    };
}
id_cells!(
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
