//! Columns of a table as kernels of scripts read them: borrowed, nothing is copied.

use arrow::array::{Array, StringArray};
use arrow::buffer::NullBuffer;
use dozor_script::{Bits, ColumnValues, Texts};

use crate::table::{Column, FactsTable};

impl FactsTable {
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
