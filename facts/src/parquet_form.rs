//! Parquet: the stored form of a table, and what DuckDB and pandas read. Equal tables give equal bytes: settings and
//! metadata are fixed, and nothing of the machine or the day goes in.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, FixedSizeBinaryArray, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::compute::concat_batches;
use dozor_domain::{ObjectId, array_from_hex, hex};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterVersion};

use crate::engine::FactEngine;
use crate::error::FactsError;
use crate::table::{AS_OF, Column, FactColumn, FactsTable, Keys, LEADING, OBJECT_BYTES, OBJECT_KEY};

const CATALOGUE: &str = "dozor.catalogue";
const UP_TO_SEQ: &str = "dozor.up_to_seq";
const COLUMNS: &str = "dozor.columns";
/// Rows that are written together: small enough that a reader need not hold a million rows of one column.
const ROWS_A_GROUP: usize = 65_536;
/// Rows that a table of a whole city is computed and written by: a few megabytes at a time.
pub const BATCH_ROWS: usize = 16_384;

fn writing(error: impl std::fmt::Display) -> FactsError {
    FactsError::File { doing: "writing", problem: error.to_string() }
}

fn reading(error: impl std::fmt::Display) -> FactsError {
    FactsError::File { doing: "reading", problem: error.to_string() }
}

/// Writes a table that comes in batches. Equal rows give equal bytes, however many come at a time, if each batch but
/// the last is of [`BATCH_ROWS`] rows.
pub struct FactsWriter<W: Write + Send> {
    writer: ArrowWriter<W>,
    columns: Vec<FactColumn>,
    /// Commit and catalogue: of one table.
    of: (i64, [u8; 32]),
}

impl<W: Write + Send> std::fmt::Debug for FactsWriter<W> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("FactsWriter").field("columns", &self.columns.len()).finish_non_exhaustive()
    }
}

impl<W: Write + Send> FactsWriter<W> {
    /// Begins a file for the tables of an engine.
    ///
    /// # Errors
    /// [`FactsError::File`] where the writer refuses.
    pub fn new(out: W, engine: &FactEngine<'_>) -> Result<Self, FactsError> {
        Self::like(out, &engine.compute(&[])?)
    }

    /// Begins a file for tables of the same columns, commit and catalogue as `table`.
    fn like(out: W, table: &FactsTable) -> Result<Self, FactsError> {
        let columns = serde_json::to_string(table.columns()).map_err(writing)?;
        let facts = [
            (CATALOGUE, hex(&table.catalogue_hash())),
            (UP_TO_SEQ, table.up_to_seq().to_string()),
            (COLUMNS, columns),
        ];
        let metadata = facts.into_iter().map(|(key, value)| KeyValue::new(key.to_owned(), value)).collect();
        let properties = WriterProperties::builder()
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_created_by("dozor".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).map_err(writing)?))
            .set_max_row_group_row_count(Some(ROWS_A_GROUP))
            .set_key_value_metadata(Some(metadata))
            .build();
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let schema = Arc::new(table.schema());
        let writer = ArrowWriter::try_new_with_options(out, schema, options).map_err(writing)?;
        let of = (table.up_to_seq(), table.catalogue_hash());
        Ok(Self { writer, columns: table.columns().to_vec(), of })
    }

    /// Adds the rows of a table.
    ///
    /// # Errors
    /// [`FactsError::File`] where the table is of other columns, another commit or another catalogue, or the writer
    /// refuses.
    pub fn push(&mut self, table: &FactsTable) -> Result<(), FactsError> {
        if table.columns() != self.columns || self.of != (table.up_to_seq(), table.catalogue_hash()) {
            return Err(writing("a batch is of another table than the one before it"));
        }
        self.writer.write(&table.batch()?).map_err(writing)
    }

    /// Ends the file and returns what it was written to.
    ///
    /// # Errors
    /// [`FactsError::File`] where the writer refuses.
    pub fn finish(self) -> Result<W, FactsError> {
        self.writer.into_inner().map_err(writing)
    }
}

impl FactsTable {
    /// Writes the table as Parquet (zstd).
    ///
    /// # Errors
    /// [`FactsError::File`] where the writer refuses.
    pub fn to_parquet(&self) -> Result<Vec<u8>, FactsError> {
        let mut writer = FactsWriter::like(Vec::new(), self)?;
        writer.push(self)?;
        writer.finish()
    }

    /// Reads what [`FactsTable::to_parquet`] wrote.
    ///
    /// # Errors
    /// [`FactsError::File`] where the bytes are not such a table.
    pub fn from_parquet(bytes: &[u8]) -> Result<Self, FactsError> {
        let bytes = bytes::Bytes::copy_from_slice(bytes);
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(reading)?;
        let metadata = builder.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
        let find = |name: &str| {
            let entry = metadata.iter().find(|entry| entry.key == name);
            entry
                .and_then(|entry| entry.value.as_deref())
                .ok_or_else(|| reading(format!("«{name}» is not there")))
        };
        let catalogue_hash =
            array_from_hex(find(CATALOGUE)?).ok_or_else(|| reading("the catalogue's hash is cut"))?;
        let up_to_seq = find(UP_TO_SEQ)?.parse().map_err(reading)?;
        let columns: Vec<FactColumn> = serde_json::from_str(find(COLUMNS)?).map_err(reading)?;
        let schema = Arc::clone(builder.schema());
        let batches = builder.build().map_err(reading)?.collect::<Result<Vec<_>, _>>().map_err(reading)?;
        let batch = concat_batches(&schema, &batches).map_err(reading)?;
        let keys = read_keys(&batch)?;
        let data = columns.into_iter().enumerate().map(|(at, column)| {
            let field = batch
                .schema_ref()
                .fields()
                .get(LEADING + at)
                .is_some_and(|field| *field.name() == column.code);
            let array = batch.columns().get(LEADING + at).filter(|_| field);
            let data = array.and_then(|array| Column::from_array(array, column.value_type));
            let problem = format!("the column «{}» is not there or of another type", column.code);
            data.map(|data| (column, data)).ok_or_else(|| reading(problem))
        });
        let data = data.collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(keys, data, (up_to_seq, catalogue_hash), Vec::new()))
    }
}

fn read_keys(batch: &RecordBatch) -> Result<Keys, FactsError> {
    let leading = |name: &str| {
        let array = batch.column_by_name(name).filter(|array| array.null_count() == 0);
        array.ok_or_else(|| reading(format!("the column «{name}» is not there or not whole")))
    };
    fn of_type<T: Array + Clone + 'static>(array: &ArrayRef, name: &str) -> Result<T, FactsError> {
        let typed = array.as_any().downcast_ref::<T>().cloned();
        typed.ok_or_else(|| reading(format!("the column «{name}» is of another type")))
    }
    let ids: FixedSizeBinaryArray = of_type(leading(OBJECT_BYTES)?, OBJECT_BYTES)?;
    let ids = ids.iter().flatten().map(|bytes| bytes.try_into().map(ObjectId::from_bytes));
    let as_of: TimestampMicrosecondArray = of_type(leading(AS_OF)?, AS_OF)?;
    let names: StringArray = of_type(leading(OBJECT_KEY)?, OBJECT_KEY)?;
    Ok(Keys { ids: ids.collect::<Result<_, _>>().map_err(reading)?, names, as_of: as_of.values().to_vec() })
}
