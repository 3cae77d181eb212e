//! The table of facts: a row per object and instant, a column per fact, a validity bit per cell.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, FixedSizeBinaryArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::compute::interleave;
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use dozor_domain::{ObjectId, Timestamp, Value, ValueType};
use dozor_script::{Cell, Row};

use crate::error::FactsError;
use crate::formula::Failures;
use crate::plan::Fact;

/// Name of the column that holds the registry's key: what people and exports call the object.
pub(crate) const OBJECT_KEY: &str = "object_id";
/// Name of the column that holds the 16 bytes of the object's id.
pub(crate) const OBJECT_BYTES: &str = "object";
/// Name of the column that holds the instant.
pub(crate) const AS_OF: &str = "as_of";
/// Columns that stand before the facts.
pub(crate) const LEADING: usize = 3;

/// Describes one column.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FactColumn {
    /// Code of the fact.
    pub code: String,
    /// Boolean, integer, float, text or codes.
    pub value_type: ValueType,
}

/// Says that an expression failed on some records or rows; there the cell is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactFailure {
    /// Code of the fact.
    pub fact: String,
    /// On how many records or rows.
    pub count: u64,
    /// Code of the first failure.
    pub code: &'static str,
    /// What happened there.
    pub message: String,
}

impl FactFailure {
    /// Says what failed of a fact; `None` where nothing did.
    pub(crate) fn of(fact: &Fact, failures: Failures) -> Option<Self> {
        let (code, message) = failures.first?;
        Some(Self { fact: fact.head.code.clone(), count: failures.count, code, message })
    }
}

/// Is the data of one column. Codes are joined by `;`.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    Float(Float64Array),
    Integer(Int64Array),
    Boolean(BooleanArray),
    Text(StringArray),
    Codes(StringArray),
}

impl Column {
    pub(crate) fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Float(array) if array.is_valid(row) => Cell::Float(array.value(row)),
            Self::Integer(array) if array.is_valid(row) => Cell::Integer(array.value(row)),
            Self::Boolean(array) if array.is_valid(row) => Cell::Boolean(array.value(row)),
            Self::Text(array) if array.is_valid(row) => Cell::Text(array.value(row)),
            Self::Codes(array) if array.is_valid(row) => Cell::JoinedCodes(array.value(row)),
            Self::Float(_) | Self::Integer(_) | Self::Boolean(_) | Self::Text(_) | Self::Codes(_) => {
                Cell::Missing
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts and days are far below 2^53")]
    pub(crate) fn float(&self, row: usize) -> Option<f64> {
        match self.cell(row) {
            Cell::Float(number) => Some(number),
            Cell::Integer(number) => Some(number as f64),
            Cell::Boolean(flag) => Some(f64::from(u8::from(flag))),
            Cell::Missing | Cell::Text(_) | Cell::Codes(_) | Cell::JoinedCodes(_) => None,
        }
    }

    fn array(&self) -> ArrayRef {
        match self {
            Self::Float(array) => Arc::new(array.clone()),
            Self::Integer(array) => Arc::new(array.clone()),
            Self::Boolean(array) => Arc::new(array.clone()),
            Self::Text(array) | Self::Codes(array) => Arc::new(array.clone()),
        }
    }

    pub(crate) fn slice(&self, from: usize, len: usize) -> Self {
        match self {
            Self::Float(array) => Self::Float(array.slice(from, len)),
            Self::Integer(array) => Self::Integer(array.slice(from, len)),
            Self::Boolean(array) => Self::Boolean(array.slice(from, len)),
            Self::Text(array) => Self::Text(array.slice(from, len)),
            Self::Codes(array) => Self::Codes(array.slice(from, len)),
        }
    }

    fn value_type(&self) -> ValueType {
        match self {
            Self::Float(_) => ValueType::Float,
            Self::Integer(_) => ValueType::Integer,
            Self::Boolean(_) => ValueType::Boolean,
            Self::Text(_) => ValueType::Text,
            Self::Codes(_) => ValueType::Codes,
        }
    }

    /// Returns the cells of some rows.
    pub(crate) fn take(&self, rows: &[usize]) -> Result<Self, FactsError> {
        let places: Vec<(usize, usize)> = rows.iter().map(|row| (0, *row)).collect();
        self.interleave(self, &places)
    }

    /// Puts the cells of two columns of one type together: each place names the column (0, 1) and the row.
    pub(crate) fn interleave(&self, other: &Self, places: &[(usize, usize)]) -> Result<Self, FactsError> {
        let (own, other) = (self.array(), other.array());
        let put = interleave(&[own.as_ref(), other.as_ref()], places);
        let problem = |problem: String| FactsError::Input { problem };
        let array = put.map_err(|error| problem(error.to_string()))?;
        Self::from_array(&array, self.value_type())
            .ok_or_else(|| problem("two columns of one fact are of different types".to_owned()))
    }

    /// Takes an array of an Arrow batch as a column of this type; `None` where it is of another.
    pub(crate) fn from_array(array: &ArrayRef, value_type: ValueType) -> Option<Self> {
        let any = array.as_any();
        match value_type {
            ValueType::Float => any.downcast_ref::<Float64Array>().cloned().map(Self::Float),
            ValueType::Integer => any.downcast_ref::<Int64Array>().cloned().map(Self::Integer),
            ValueType::Boolean => any.downcast_ref::<BooleanArray>().cloned().map(Self::Boolean),
            ValueType::Text => any.downcast_ref::<StringArray>().cloned().map(Self::Text),
            ValueType::Codes => any.downcast_ref::<StringArray>().cloned().map(Self::Codes),
            ValueType::Date | ValueType::Instant => None,
        }
    }
}

/// Holds the rows that a table is made of: object and instant, as columns.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) ids: Vec<ObjectId>,
    pub(crate) names: StringArray,
    pub(crate) as_of: Vec<i64>,
}

/// Is a table of facts. Immutable; row `i` is the `i`-th key that it was computed for.
#[derive(Clone, Debug)]
pub struct FactsTable {
    keys: Keys,
    columns: Vec<FactColumn>,
    data: Vec<Column>,
    up_to_seq: i64,
    catalogue_hash: [u8; 32],
    failures: Vec<FactFailure>,
}

impl FactsTable {
    pub(crate) fn new(
        keys: Keys,
        columns: Vec<(FactColumn, Column)>,
        (up_to_seq, catalogue_hash): (i64, [u8; 32]),
        failures: Vec<FactFailure>,
    ) -> Self {
        let (columns, data) = columns.into_iter().unzip();
        Self { keys, columns, data, up_to_seq, catalogue_hash, failures }
    }

    /// Builds a table of given facts without any records: for cases and tests. Row `i` is of an object that is
    /// called `i`, as of 1970.
    ///
    /// # Errors
    /// [`FactsError::Input`] where a row is of another length or a value of another type than its column.
    pub fn from_rows(columns: &[(&str, ValueType)], rows: &[Vec<Option<Value>>]) -> Result<Self, FactsError> {
        if rows.iter().any(|row| row.len() != columns.len()) {
            return Err(FactsError::Input {
                problem: "a row is shorter or longer than the columns".to_owned(),
            });
        }
        let named = columns.iter().enumerate().map(|(at, &(code, value_type))| {
            let values = rows.iter().map(|row| row.get(at).and_then(Option::as_ref));
            let data = column_of_values(value_type, values).ok_or_else(|| FactsError::Input {
                problem: format!("a value of «{code}» is not of its type, or the type is none of a fact"),
            })?;
            Ok((FactColumn { code: code.to_owned(), value_type }, data))
        });
        let columns = named.collect::<Result<Vec<_>, FactsError>>()?;
        let names: Vec<String> = (0..rows.len()).map(|row| row.to_string()).collect();
        let keys = Keys {
            ids: names.iter().map(|name| ObjectId::derive("cases", "rows", name)).collect(),
            names: StringArray::from(names),
            as_of: vec![0; rows.len()],
        };
        Ok(Self::new(keys, columns, (0, [0; 32]), Vec::new()))
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.keys.ids.len()
    }
    /// Tells whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.keys.ids.is_empty()
    }
    /// Returns the columns, in the order of the catalogue.
    pub fn columns(&self) -> &[FactColumn] {
        &self.columns
    }
    /// Returns the place of a fact's column.
    pub fn column(&self, code: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.code == code)
    }
    /// Returns the object of a row.
    pub fn object_id(&self, row: usize) -> ObjectId {
        self.keys.ids[row]
    }
    /// Returns the registry's key of a row's object.
    pub fn object_key(&self, row: usize) -> &str {
        self.keys.names.value(row)
    }
    /// Returns the instant of a row.
    pub fn as_of(&self, row: usize) -> Timestamp {
        Timestamp::from_micros(self.keys.as_of[row])
    }
    /// Returns the last commit that the table saw.
    pub fn up_to_seq(&self) -> i64 {
        self.up_to_seq
    }
    /// Returns the hash of the catalogue that the table was computed by.
    pub fn catalogue_hash(&self) -> [u8; 32] {
        self.catalogue_hash
    }
    /// Returns the facts whose expressions failed somewhere; empty for a table that was read from a file.
    pub fn failures(&self) -> &[FactFailure] {
        &self.failures
    }

    /// Returns a whole column without copying it; `None` where there is none. Codes are joined by `;`.
    pub fn array(&self, column: usize) -> Option<ArrayRef> {
        self.data.get(column).map(Column::array)
    }
    /// Returns a cell as scripts read it; a column that is not there is missing.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        self.data.get(column).map_or(Cell::Missing, |data| data.cell(row))
    }
    /// Returns a cell as a value.
    pub fn value(&self, row: usize, column: usize) -> Option<Value> {
        match self.cell(row, column) {
            Cell::Missing => None,
            Cell::Boolean(flag) => Some(Value::Boolean(flag)),
            Cell::Integer(number) => Some(Value::Integer(number)),
            Cell::Float(number) => Some(Value::Float(number)),
            Cell::Text(text) => Some(Value::Text(text.to_owned())),
            Cell::Codes(codes) => Some(Value::Codes(codes.iter().map(ToString::to_string).collect())),
            Cell::JoinedCodes("") => Some(Value::Codes(Vec::new())),
            Cell::JoinedCodes(codes) => Some(Value::Codes(codes.split(';').map(str::to_owned).collect())),
        }
    }
    /// Returns the data of a column.
    pub(crate) fn data(&self, column: usize) -> Option<&Column> {
        self.data.get(column)
    }
    /// Returns a number, or 0 and 1 for false and true; `None` for what is missing or no number.
    pub fn float(&self, row: usize, column: usize) -> Option<f64> {
        self.data.get(column).and_then(|data| data.float(row))
    }
    /// Returns a row for a script; `reads` are places of columns in the order of the program's reads.
    pub fn row<'a>(&'a self, row: usize, reads: &'a [usize]) -> FactsRow<'a> {
        FactsRow { table: self, row, reads }
    }

    /// Returns the rows `from..from + len` (as many as there are) without copying.
    #[must_use]
    pub fn slice(&self, from: usize, len: usize) -> Self {
        let from = from.min(self.len());
        let len = len.min(self.len() - from);
        let keys = Keys {
            ids: self.keys.ids[from..from + len].to_vec(),
            names: self.keys.names.slice(from, len),
            as_of: self.keys.as_of[from..from + len].to_vec(),
        };
        let data = self.data.iter().map(|column| column.slice(from, len)).collect();
        Self { keys, data, columns: self.columns.clone(), failures: self.failures.clone(), ..*self }
    }

    /// Returns the table as one Arrow batch: `object_id` (the registry's key), `object` (16 bytes), `as_of`
    /// (microseconds, UTC), then the facts.
    ///
    /// # Errors
    /// [`FactsError::File`] where Arrow refuses the columns.
    pub fn batch(&self) -> Result<RecordBatch, FactsError> {
        let ids = FixedSizeBinaryArray::try_from_iter(self.keys.ids.iter().map(ObjectId::as_bytes));
        let ids: ArrayRef = match ids {
            Ok(ids) => Arc::new(ids),
            // Arrow cannot tell the width of no values.
            Err(_) => arrow::array::new_empty_array(&DataType::FixedSizeBinary(16)),
        };
        let as_of = TimestampMicrosecondArray::from(self.keys.as_of.clone()).with_timezone("UTC");
        let leading: [ArrayRef; LEADING] = [Arc::new(self.keys.names.clone()), ids, Arc::new(as_of)];
        let arrays = leading.into_iter().chain(self.data.iter().map(Column::array)).collect();
        RecordBatch::try_new(Arc::new(self.schema()), arrays)
            .map_err(|error| FactsError::File { doing: "writing", problem: error.to_string() })
    }

    pub(crate) fn schema(&self) -> Schema {
        let leading = [
            Field::new(OBJECT_KEY, DataType::Utf8, false),
            Field::new(OBJECT_BYTES, DataType::FixedSizeBinary(16), false),
            Field::new(AS_OF, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), false),
        ];
        let facts = self.columns.iter().zip(&self.data).map(|(column, data)| {
            let data_type = match data {
                Column::Float(_) => DataType::Float64,
                Column::Integer(_) => DataType::Int64,
                Column::Boolean(_) => DataType::Boolean,
                Column::Text(_) | Column::Codes(_) => DataType::Utf8,
            };
            Field::new(&column.code, data_type, true)
        });
        Schema::new(leading.into_iter().chain(facts).collect::<Vec<_>>())
    }
}

/// Is one row of a table as a script reads it.
#[derive(Clone, Copy, Debug)]
pub struct FactsRow<'a> {
    table: &'a FactsTable,
    row: usize,
    reads: &'a [usize],
}

impl Row for FactsRow<'_> {
    fn cell(&self, read: usize) -> Cell<'_> {
        self.reads.get(read).map_or(Cell::Missing, |column| self.table.cell(self.row, *column))
    }
}

pub(crate) fn column_of_values<'a>(
    value_type: ValueType,
    values: impl Iterator<Item = Option<&'a Value>>,
) -> Option<Column> {
    let values: Vec<Option<&Value>> = values.collect();
    if values.iter().flatten().any(|value| value.value_type() != value_type) {
        return None;
    }
    macro_rules! array {
        ($arm:ident) => {
            values.iter().map(|value| match value {
                Some(Value::$arm(known)) => Some(known.clone()),
                _ => None,
            })
        };
    }
    match value_type {
        ValueType::Float => Some(Column::Float(array!(Float).collect())),
        ValueType::Integer => Some(Column::Integer(array!(Integer).collect())),
        ValueType::Boolean => Some(Column::Boolean(array!(Boolean).collect())),
        ValueType::Text => Some(Column::Text(array!(Text).collect())),
        ValueType::Codes => {
            Some(Column::Codes(array!(Codes).map(|codes| codes.map(|codes| codes.join(";"))).collect()))
        }
        ValueType::Date | ValueType::Instant => None,
    }
}
