//! One row under other values: what an object would be if some of its facts were otherwise. A question, not a record:
//! such a table is never stored.

use arrow::array::StringArray;
use dozor_domain::Value;

use crate::error::FactsError;
use crate::table::{FactsTable, Keys, column_of_values};

impl FactsTable {
    /// Returns a table of one row under other values: row `i` is `row` with the cells of `variants[i]` (place of the
    /// column, value) in place of its own. Facts that are derived from them stay as they are.
    ///
    /// # Errors
    /// [`FactsError::Input`] where a value is not of its column's type.
    pub fn varied(&self, row: usize, variants: &[Vec<(usize, Value)>]) -> Result<Self, FactsError> {
        let rows = vec![row; variants.len()];
        let mut columns = Vec::with_capacity(self.columns().len());
        for (place, column) in self.columns().iter().enumerate() {
            let Some(data) = self.data(place) else { continue };
            let is_varied = variants.iter().flatten().any(|(varied, _)| *varied == place);
            let data = if is_varied {
                let own = self.value(row, place);
                let other = |variant: &Vec<(usize, Value)>| {
                    let found = variant.iter().find(|(varied, _)| *varied == place);
                    found.map_or_else(|| own.clone(), |(_, value)| Some(value.clone()))
                };
                let values: Vec<Option<Value>> = variants.iter().map(other).collect();
                column_of_values(column.value_type, values.iter().map(Option::as_ref)).ok_or_else(|| {
                    FactsError::Input {
                        problem: format!("a value of «{}» is not of its type", column.code)
                    }
                })?
            } else {
                data.take(&rows)?
            };
            columns.push((column.clone(), data));
        }
        let keys = Keys {
            ids: vec![self.object_id(row); rows.len()],
            names: StringArray::from(vec![self.object_key(row); rows.len()]),
            as_of: vec![self.as_of(row).micros(); rows.len()],
        };
        Ok(Self::new(keys, columns, (self.up_to_seq(), self.catalogue_hash()), Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::ValueType;

    use super::*;

    #[test]
    fn a_row_stands_under_each_set_of_other_values_and_under_its_own() {
        let columns = [("days", ValueType::Integer), ("valid", ValueType::Boolean)];
        let rows = [
            vec![Some(Value::Integer(7)), None],
            vec![Some(Value::Integer(40)), Some(Value::Boolean(false))],
        ];
        let table = FactsTable::from_rows(&columns, &rows).unwrap();
        let variants =
            [vec![], vec![(0, Value::Integer(0))], vec![(0, Value::Integer(0)), (1, Value::Boolean(true))]];
        let varied = table.varied(1, &variants).unwrap();
        let row = |at| (varied.value(at, 0).unwrap(), varied.value(at, 1).unwrap());
        assert_eq!(row(0), (Value::Integer(40), Value::Boolean(false)));
        assert_eq!(row(1), (Value::Integer(0), Value::Boolean(false)));
        assert_eq!(row(2), (Value::Integer(0), Value::Boolean(true)));
        assert_eq!((varied.len(), varied.object_key(2)), (3, "1"));
        assert!(table.varied(1, &[vec![(0, Value::Boolean(true))]]).is_err());
    }
}
