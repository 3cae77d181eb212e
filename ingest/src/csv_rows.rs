//! CSV: a header that binds the mapping, then rows in batches.

use std::borrow::Cow;

use csv::{ByteRecord, Reader, ReaderBuilder};
use rayon::prelude::*;

use crate::IngestError;
use crate::fields::trim;
use crate::input::Input;
use crate::map::{Mapped, Row};
use crate::plan::Plan;
use crate::read::{Batch, DeliveryContext};
use crate::reject::{Fault, reject};
use crate::spec::SourceSpec;

/// Rows read before they are mapped together: enough to keep all cores busy, few enough for small memory.
const BATCH_ROWS: usize = 4096;
/// No honest row is larger; an unclosed quotation mark is stopped here.
const MAX_ROW_BYTES: usize = 4 << 20;
/// How much is read at once.
const BUFFER_BYTES: usize = 256 << 10;
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// Reads the rows of one CSV file.
#[derive(Debug)]
pub(crate) struct CsvRows<'a> {
    reader: Reader<Input<'a>>,
    bound: Bound<'a>,
    rows: Vec<ByteRecord>,
}

/// Is the mapping with the place in the row of each slot.
#[derive(Debug)]
struct Bound<'a> {
    plan: Plan<'a>,
    places: Vec<usize>,
    width: usize,
    /// The reader counts a line when it passes `\n`; of `\r\n` that is only at the start of the next row.
    line_shift: u64,
}

impl<'a> CsvRows<'a> {
    /// Reads the header and binds the mapping.
    pub(crate) fn open(
        spec: &'a SourceSpec,
        context: &DeliveryContext<'a>,
        mut input: Input<'a>,
    ) -> Result<Self, IngestError> {
        input.allow(MAX_ROW_BYTES);
        let delimiter = u8::try_from(spec.csv.delimiter).unwrap_or(b',');
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(input);
        let mut first = ByteRecord::new();
        if let Err(fault) = reader.read_byte_record(&mut first) {
            return Err(stop(&reader, fault));
        }
        let header: Vec<String> =
            first.iter().map(|cell| trim(&String::from_utf8_lossy(cell)).to_owned()).collect();
        check_header(spec, &header)?;
        let header_lines = 1 + first.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let line_shift = u64::from(reader.position().line() == header_lines);
        let plan = Plan::new(spec, context, &header);
        let places = bind(spec, &plan, &header)?;
        Ok(Self { reader, bound: Bound { plan, places, width: header.len(), line_shift }, rows: Vec::new() })
    }

    /// Reads and maps the next rows; `None` at the end.
    pub(crate) fn next_batch(&mut self) -> Result<Option<Batch>, IngestError> {
        let mut count = 0;
        while count < BATCH_ROWS {
            if self.rows.len() == count {
                self.rows.push(ByteRecord::new());
            }
            let Some(row) = self.rows.get_mut(count) else { break };
            self.reader.get_mut().allow(MAX_ROW_BYTES);
            match self.reader.read_byte_record(row) {
                Ok(true) => count += 1,
                Ok(false) => break,
                Err(fault) => return Err(stop(&self.reader, fault)),
            }
        }
        if count == 0 {
            return Ok(None);
        }
        let rows = self.rows.get(..count).unwrap_or_default();
        let bound = &self.bound;
        let mapped: Vec<_> = rows.par_iter().with_min_len(256).map(|row| bound.map(row)).collect();
        Ok(Some(Batch::of(mapped)))
    }
}

impl Bound<'_> {
    fn map(&self, row: &ByteRecord) -> Mapped {
        let line = row.position().map_or(0, csv::Position::line) + self.line_shift;
        if row.len() != self.width {
            let detail = format!("the row has {} columns, the header has {}", row.len(), self.width);
            return Err(reject(line, vec![Fault::of_row("ROW_COLUMNS", detail)]));
        }
        let mut cells = Vec::with_capacity(self.places.len());
        for (slot, &place) in self.places.iter().enumerate() {
            match std::str::from_utf8(row.get(place).unwrap_or_default()) {
                Ok(text) => cells.push(Cow::Borrowed(text)),
                Err(_) => {
                    return Err(reject(line, vec![Fault::of_value("ENCODING", self.plan.column(slot), "")]));
                }
            }
        }
        self.plan.map(Row { line, cells: &cells, shape: None, feature_id: None })
    }
}

fn stop(reader: &Reader<Input<'_>>, fault: csv::Error) -> IngestError {
    let line = reader.position().line();
    let source = match fault.into_kind() {
        csv::ErrorKind::Io(source) => source,
        other => std::io::Error::other(format!("{other:?}")),
    };
    reader.get_ref().fault(source, line, MAX_ROW_BYTES)
}

fn check_header(spec: &SourceSpec, header: &[String]) -> Result<(), IngestError> {
    let name = || spec.name.clone();
    match header {
        [] => Err(IngestError::NoHeader { name: name() }),
        [only] if only.is_empty() => Err(IngestError::NoHeader { name: name() }),
        [only] => match DELIMITERS.iter().find(|d| **d != spec.csv.delimiter && only.contains(**d)) {
            Some(found) => Err(IngestError::WrongDelimiter {
                name: name(),
                expected: spec.csv.delimiter.escape_default().to_string(),
                found: found.escape_default().to_string(),
            }),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn bind(spec: &SourceSpec, plan: &Plan<'_>, header: &[String]) -> Result<Vec<usize>, IngestError> {
    let mut places = Vec::with_capacity(plan.columns.len());
    let mut absent = Vec::new();
    for column in &plan.columns {
        let mut found = header.iter().enumerate().filter(|(_, name)| *name == column).map(|(at, _)| at);
        match (found.next(), found.next()) {
            (Some(place), None) => places.push(place),
            (Some(_), Some(_)) => {
                return Err(IngestError::ColumnTwice { name: spec.name.clone(), column: column.clone() });
            }
            (None, _) => absent.push(column.as_str()),
        }
    }
    if absent.is_empty() {
        return Ok(places);
    }
    Err(IngestError::ColumnAbsent {
        name: spec.name.clone(),
        columns: absent.join("», «"),
        header: header.join("», «").chars().take(1000).collect(),
    })
}
