//! Reading a delivery: a mapping, its context and the bytes become batches of records and rejects.

use std::io::Read;

use dozor_domain::{PackManifest, Reject, Timestamp};
use jiff::civil::Date;

use crate::csv_rows::CsvRows;
use crate::features::Features;
use crate::input::Input;
use crate::map::Mapped;
use crate::spec::{Format, SourceSpec};
use crate::{IngestError, MappedRecord};

/// Says whether the source has delivered before: `known_from` speaks for the first delivery only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// No earlier delivery of this source is held.
    First,
    /// An earlier delivery is held.
    Later,
}

/// Is what a delivery brings besides its bytes.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryContext<'a> {
    /// The pack: its name, zone and bounds.
    pub manifest: &'a PackManifest,
    /// The day of the delivery: the version of sources without a version column.
    pub delivered: Date,
    /// When the bytes were received: nothing in live work is known earlier, and no date may be later.
    pub received_at: Timestamp,
    /// Whether the source has delivered before.
    pub history: History,
}

/// Holds the next rows of a file, in its order: each row is in exactly one of the two lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Rows that were mapped.
    pub records: Vec<MappedRecord>,
    /// Rows that were refused.
    pub rejects: Vec<Reject>,
}

impl Batch {
    pub(crate) fn of(rows: Vec<Mapped>) -> Self {
        let mut batch = Self { records: Vec::with_capacity(rows.len()), rejects: Vec::new() };
        for row in rows {
            match row {
                Ok(record) => batch.records.push(record),
                Err(reject) => batch.rejects.push(*reject),
            }
        }
        batch
    }
}

#[derive(Debug)]
enum Rows<'a> {
    Csv(Box<CsvRows<'a>>),
    Geojson(Box<Features<'a>>),
    Ended,
}

/// Gives out the batches of a delivery. After an error it ends: what came before is to be dropped as well,
/// for half a file is no delivery.
#[derive(Debug)]
pub struct Batches<'a>(Rows<'a>);

/// Opens a delivery: checks what can be told before the first row.
///
/// # Errors
/// Faults of the file as a whole: an absent column, a wrong delimiter, broken gzip, foreign coordinates.
pub fn read<'a>(
    spec: &'a SourceSpec,
    context: &DeliveryContext<'a>,
    bytes: impl Read + Send + 'a,
) -> Result<Batches<'a>, IngestError> {
    let input = Input::open(&spec.name, bytes)?;
    let rows = match spec.format {
        Format::Csv => Rows::Csv(Box::new(CsvRows::open(spec, context, input)?)),
        Format::Geojson => Rows::Geojson(Box::new(Features::open(spec, context, input)?)),
    };
    Ok(Batches(rows))
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match &mut self.0 {
            Rows::Csv(rows) => rows.next_batch(),
            Rows::Geojson(rows) => rows.next_batch(),
            Rows::Ended => return None,
        };
        match next {
            Ok(Some(batch)) => return Some(Ok(batch)),
            Ok(None) => self.0 = Rows::Ended,
            Err(error) => {
                self.0 = Rows::Ended;
                return Some(Err(error));
            }
        }
        None
    }
}
