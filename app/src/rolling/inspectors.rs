//! Who inspected: read for the report alone, through the fields that facts.toml names so that no fact may read them.

use std::sync::Arc;

use dozor_domain::{ColumnData, RecordColumns};
use dozor_facts::FactKey;
use dozor_store::{GeometryUse, LoadRecords};

use super::outcomes::OutcomeRow;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::loading::Loaded;

impl Dozor {
    /// Returns who held each event: the name in a staff field of a record of the same object and instant. None where no
    /// record says it, or two say different names.
    pub(super) async fn who_inspected(
        &self,
        loaded: &Arc<Loaded>,
        rows: &[OutcomeRow],
    ) -> Result<Vec<Option<String>>, AppError> {
        let mut found = vec![None; rows.len()];
        for named in self.methodology.catalogue.staff_fields() {
            let Some((source, field)) = named.split_once('.') else { continue };
            let schema = self.methodology.source(source)?.schema();
            let request = LoadRecords {
                source: source.to_owned(),
                schema: schema.into_iter().filter(|one| one.name == field).collect(),
                geometry: GeometryUse::Skip,
                up_to_seq: loaded.up_to_seq,
            };
            let records = self.store.load_records(&request, &loaded.objects).await?;
            for (found, row) in found.iter_mut().zip(rows) {
                *found = found.take().or_else(|| inspector(&records, &row.key));
            }
        }
        Ok(found)
    }
}

fn inspector(records: &RecordColumns, key: &FactKey) -> Option<String> {
    let Some(ColumnData::Text { codes, dictionary }) = records.fields.first() else { return None };
    let same = records.rows_of(key.object).filter(|row| records.happened_at[*row] == key.as_of.micros());
    let mut names = same.filter_map(|row| dictionary.get(*codes.get(row)? as usize));
    let first = names.next()?;
    names.all(|name| name == first).then(|| first.to_string())
}
