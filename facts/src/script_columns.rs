//! Columns of a table as kernels of scripts read them: borrowed, nothing is copied.

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::buffer::NullBuffer;
use dozor_domain::ObjectId;
use dozor_script::{Bits, ColumnValues, Texts};

use crate::error::FactsError;
use crate::table::{Column, FactColumn, FactsTable, Keys};

impl FactsTable {
    /// Builds a table of given columns without any records: for benches. Row `i` is of an object that is called `i`, as
    /// of 1970.
    ///
    /// # Errors
    /// [`FactsError::Input`] where a column is of another length or type than it says.
    pub fn from_arrays(columns: Vec<(FactColumn, ArrayRef)>) -> Result<Self, FactsError> {
        let rows = columns.first().map_or(0, |(_, array)| array.len());
        let typed = columns.into_iter().map(|(column, array)| {
            let data = Column::from_array(&array, column.value_type).filter(|_| array.len() == rows);
            let problem = || format!("the column «{}» is of another length or type", column.code);
            let data = data.ok_or_else(|| FactsError::Input { problem: problem() })?;
            Ok((column, data))
        });
        let columns = typed.collect::<Result<Vec<_>, FactsError>>()?;
        let names: Vec<String> = (0..rows).map(|row| row.to_string()).collect();
        let keys = Keys {
            ids: names.iter().map(|name| ObjectId::derive("cases", "rows", name)).collect(),
            names: StringArray::from(names),
            as_of: vec![0; rows],
        };
        Ok(Self::new(keys, columns, (0, [0; 32]), Vec::new()))
    }

    /// Returns a column for kernels; `None` where there is none at this place.
    pub fn script_column(&self, column: usize) -> Option<dozor_script::Column<'_>> {
        match self.data(column)? {
            Column::Float(array) => Some(view(ColumnValues::Float(array.values()), array.nulls())),
            Column::Integer(array) => Some(view(ColumnValues::Integer(array.values()), array.nulls())),
            Column::Boolean(array) => {
                let bits = Bits::new(array.values().values(), array.values().offset());
                Some(view(ColumnValues::Boolean(bits), array.nulls()))
            }
            Column::Text(array) => Some(view(ColumnValues::Text(texts(array)?), array.nulls())),
            Column::Codes(array) => Some(view(ColumnValues::Codes(texts(array)?), array.nulls())),
        }
    }
}

fn view<'a>(values: ColumnValues<'a>, nulls: Option<&'a NullBuffer>) -> dozor_script::Column<'a> {
    let valid = nulls.map(|nulls| Bits::new(nulls.validity(), nulls.offset()));
    dozor_script::Column { values, valid }
}

/// Arrow checked the texts when the array was made; the check here makes them a `str` again.
fn texts(array: &StringArray) -> Option<Texts<'_>> {
    let data = std::str::from_utf8(array.value_data()).ok()?;
    Some(Texts::new(array.value_offsets(), data))
}
