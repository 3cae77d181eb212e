//! Columns of facts as a model reads them: numbers with a hole where nothing is known, and texts. Whole columns are
//! read at once; a single row is read as [`Given`]s, and both ways see the same values.

use arrow::array::{Array, BooleanArray, Float64Array, Int64Array, StringArray, UInt32Array};
use arrow::compute::take;
use dozor_domain::ValueType;
use dozor_facts::FactsTable;
use sha2::{Digest, Sha256};

use super::encoding::Given;
use crate::ScoringError;
use crate::bytes::Exact;

/// Is one column; lists of codes are no features and count as nothing known.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    Float(Float64Array),
    Integer(Int64Array),
    Boolean(BooleanArray),
    Text(StringArray),
    Nothing,
}

impl Column {
    fn read(facts: &FactsTable, at: usize) -> Self {
        let Some((array, column)) = facts.array(at).zip(facts.columns().get(at)) else {
            return Self::Nothing;
        };
        let any = array.as_any();
        let read = match column.value_type {
            ValueType::Float => any.downcast_ref().cloned().map(Self::Float),
            ValueType::Integer => any.downcast_ref().cloned().map(Self::Integer),
            ValueType::Boolean => any.downcast_ref().cloned().map(Self::Boolean),
            ValueType::Text => any.downcast_ref().cloned().map(Self::Text),
            ValueType::Codes | ValueType::Date | ValueType::Instant => None,
        };
        read.unwrap_or(Self::Nothing)
    }

    /// Tells whether the column holds texts.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// Writes the numbers from row `from` on; NaN is what is not known, infinities included.
    pub(crate) fn numbers(&self, from: usize, out: &mut [f64]) {
        match self {
            Self::Float(array) => {
                out.copy_from_slice(&array.values()[from..from + out.len()]);
                out.iter_mut().filter(|value| value.is_infinite()).for_each(|value| *value = f64::NAN);
                punch(array, from, out);
            }
            Self::Integer(array) => {
                let values = &array.values()[from..from + out.len()];
                out.iter_mut().zip(values).for_each(|(out, value)| *out = *value as f64);
                punch(array, from, out);
            }
            Self::Boolean(array) => {
                for (at, out) in out.iter_mut().enumerate() {
                    *out = f64::from(u8::from(array.value(from + at)));
                }
                punch(array, from, out);
            }
            Self::Text(_) | Self::Nothing => out.fill(f64::NAN),
        }
    }

    /// Returns the numbers from row `from` on, as many as `scratch` holds: those of the table itself where each is known,
    /// else a copy with holes.
    pub(crate) fn block<'a>(&'a self, from: usize, scratch: &'a mut [f64]) -> &'a [f64] {
        if let Self::Float(array) = self {
            let values = &array.values()[from..from + scratch.len()];
            // One pass without a branch.
            if array.null_count() == 0 && values.iter().fold(true, |all, value| all & value.is_finite()) {
                return values;
            }
        }
        self.numbers(from, scratch);
        scratch
    }

    /// Returns the text of a row.
    pub(crate) fn text(&self, row: usize) -> Option<&str> {
        match self {
            Self::Text(array) if array.is_valid(row) => Some(array.value(row)),
            Self::Text(_) | Self::Float(_) | Self::Integer(_) | Self::Boolean(_) | Self::Nothing => None,
        }
    }

    /// Returns what a feature reads in one row.
    pub(crate) fn given(&self, row: usize) -> Given {
        if let Self::Text(_) = self {
            return self.text(row).map_or(Given::Missing, |text| Given::Text(text.to_owned()));
        }
        let mut number = [0.0];
        self.numbers(row, &mut number);
        if number[0].is_nan() { Given::Missing } else { Given::Number(Exact(number[0])) }
    }

    fn take(&self, rows: &UInt32Array) -> Result<Self, ScoringError> {
        fn of<T: Array + Clone + 'static>(array: &T, rows: &UInt32Array) -> Option<T> {
            take(array, rows, None).ok()?.as_any().downcast_ref::<T>().cloned()
        }
        let taken = match self {
            Self::Float(array) => of(array, rows).map(Self::Float),
            Self::Integer(array) => of(array, rows).map(Self::Integer),
            Self::Boolean(array) => of(array, rows).map(Self::Boolean),
            Self::Text(array) => of(array, rows).map(Self::Text),
            Self::Nothing => Some(Self::Nothing),
        };
        let found = rows.len();
        taken.ok_or(ScoringError::Shape { what: "rows of a column", found, expected: found })
    }

    fn hash_into(&self, rows: usize, hasher: &mut Sha256) {
        if self.is_text() {
            for row in 0..rows {
                let text = self.text(row).map_or(&b"\xff"[..], str::as_bytes);
                hasher.update((text.len() as u64).to_le_bytes());
                hasher.update(text);
            }
            return;
        }
        let mut numbers = vec![0.0; rows];
        self.numbers(0, &mut numbers);
        let bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|value| if value.is_nan() { [0xff; 8] } else { value.to_bits().to_le_bytes() })
            .collect();
        hasher.update(&bytes);
    }
}

/// Makes holes where the validity bits say so.
fn punch(array: &dyn Array, from: usize, out: &mut [f64]) {
    if array.null_count() == 0 {
        return;
    }
    for (at, out) in out.iter_mut().enumerate() {
        if array.is_null(from + at) {
            *out = f64::NAN;
        }
    }
}

/// Holds the columns of some facts, in the order in which they were asked for.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    rows: usize,
    columns: Vec<Column>,
}

impl Frame {
    /// Reads columns of a table without copying them.
    pub(crate) fn read<'a>(
        facts: &FactsTable,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ScoringError> {
        let place = |name: &str| {
            facts.column(name).ok_or_else(|| ScoringError::FactUnknown { fact: name.to_owned() })
        };
        let columns = names.into_iter().map(|name| Ok(Column::read(facts, place(name)?)));
        Ok(Self { rows: facts.len(), columns: columns.collect::<Result<_, _>>()? })
    }

    /// Returns the number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the columns.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the numbers of a column, NaN where not known.
    pub(crate) fn numbers(&self, column: &Column) -> Vec<f64> {
        let mut numbers = vec![0.0; self.rows];
        column.numbers(0, &mut numbers);
        numbers
    }

    /// Returns the texts of a column.
    pub(crate) fn texts<'a>(&self, column: &'a Column) -> Vec<Option<&'a str>> {
        (0..self.rows).map(|row| column.text(row)).collect()
    }

    /// Returns one row.
    pub(crate) fn given(&self, row: usize) -> Vec<Given> {
        self.columns.iter().map(|column| column.given(row)).collect()
    }

    /// Returns the named rows, in that order.
    pub(crate) fn take(&self, rows: &[u32]) -> Result<Self, ScoringError> {
        let places = UInt32Array::from(rows.to_vec());
        let columns = self.columns.iter().map(|column| column.take(&places)).collect::<Result<_, _>>()?;
        Ok(Self { rows: rows.len(), columns })
    }

    /// Returns the columns at these places, all rows.
    pub(crate) fn select(&self, places: &[usize]) -> Self {
        let columns = places.iter().filter_map(|&place| self.columns.get(place).cloned()).collect();
        Self { rows: self.rows, columns }
    }

    /// Feeds every value to a hash, column by column.
    pub(crate) fn hash_into(&self, hasher: &mut Sha256) {
        self.columns.iter().for_each(|column| column.hash_into(self.rows, hasher));
    }
}
