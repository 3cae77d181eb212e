//! From bytes to records: adapters driven by a pack's `sources/*.toml`, classification of a delivery
//! against what is already held, and matching of records to objects.
//!
//! Invariants:
//! * pure: bytes and values in, values out; no file, network, database, clock or chance;
//! * every row of a file is accounted for: it is a record or a reject, never both and never neither;
//! * memory does not grow with the file: rows are read and given out in batches;
//! * a fault of the file as a whole (broken gzip, absent column, foreign coordinates) is an [`IngestError`],
//!   a fault of one row is a [`dozor_domain::Reject`].

mod advice;
mod cadastral;
mod classify;
mod content;
mod contradictions;
mod csv_rows;
mod dates;
mod delivery;
mod error;
mod features;
mod fields;
mod input;
mod json_stream;
mod map;
mod matching;
mod plan;
mod read;
mod reject;
mod shape;
mod sheet;
mod spec;
mod workbook;

pub use advice::{Advice, AdviceTable};
pub use classify::{Classified, HeldContent, RowVerdict, Settled, SourceState, VersionOrder};
pub use content::ContentForm;
pub use delivery::{Confirmation, HOLD_SHARE, HoldReason, Recency, Tally, Verdict};
pub use error::{INGEST_ERRORS, IngestError};
pub use map::{MappedRecord, ObjectMapping};
pub use matching::{IndexedObject, MatchOutcome, MatchQuery, ObjectIndex, TerritoryIndex};
pub use read::{Batch, Batches, DeliveryContext, History, read};
pub use reject::REJECT_CODES;
pub use sheet::{read_sheet, write_sheet};
pub use spec::{
    Check, ColumnName, CsvForm, FieldSpec, Format, Future, KeySpec, KindSpec, KnownOn, MatchSpec, MatchWith,
    ObjectSpec, ParentSpec, PersonalSpec, PositionSpec, SourceSpec, Take, TerritorySpec, TimeColumn,
    TimeSpec, VariantSpec,
};

#[cfg(test)]
mod tests;
