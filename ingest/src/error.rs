//! Faults of a mapping or of a file as a whole. Faults of single rows are rejects (see `reject`).

use dozor_domain::{Coded, ErrorInfo};
use thiserror::Error;

/// Codes of faults that stop a delivery or a mapping.
pub const INGEST_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "SOURCE_TOML",
        cause: "a file of sources/ is not TOML of the expected form: a key is unknown, missing or of another type",
        action: "correct the key that the message names",
    },
    ErrorInfo {
        code: "SOURCE_INCONSISTENT",
        cause: "a file of sources/ contradicts itself",
        action: "correct the part that the message names",
    },
    ErrorInfo {
        code: "ADVICE_TOML",
        cause: "errors.toml is not TOML of the expected form",
        action: "correct the key that the message names",
    },
    ErrorInfo {
        code: "COLUMN_ABSENT",
        cause: "the mapping names a column that the file does not have; no row was read",
        action: "compare the file's header with sources/*.toml: correct the mapping, or ask for the agreed file",
    },
    ErrorInfo {
        code: "COLUMN_TWICE",
        cause: "the header names a mapped column twice, so it is open which one is meant; no row was read",
        action: "ask for a file whose columns have names of their own",
    },
    ErrorInfo {
        code: "CSV_WRONG_DELIMITER",
        cause: "the header is one single column that contains another delimiter; no row was read",
        action: "set [csv] delimiter in sources/*.toml to the delimiter that the message names",
    },
    ErrorInfo {
        code: "CSV_NO_HEADER",
        cause: "the file is empty or its first line is",
        action: "ask the source for the file again",
    },
    ErrorInfo {
        code: "INPUT_GZIP_BROKEN",
        cause: "the gzip data ends too early or does not pass its own checksum",
        action: "transfer the file again; nothing of this delivery is to be kept",
    },
    ErrorInfo {
        code: "INPUT_READ",
        cause: "the bytes could not be read",
        action: "check the medium and try again; nothing of this delivery is to be kept",
    },
    ErrorInfo {
        code: "RECORD_TOO_LARGE",
        cause: "one row is larger than any honest row; most often a quotation mark is never closed",
        action: "look at the place that the message names and correct the file",
    },
    ErrorInfo {
        code: "GEOJSON_FORM",
        cause: "the file is no GeoJSON FeatureCollection, or it ends too early",
        action: "export a FeatureCollection; transfer the file again if it was cut",
    },
    ErrorInfo {
        code: "GEOJSON_CRS",
        cause: "the file declares coordinates that are not WGS 84 degrees",
        action: "export in EPSG:4326 (CRS84), longitude first",
    },
    ErrorInfo {
        code: "CRS_PROJECTED",
        cause: "the first geometry has coordinates that are no degrees, and the file names no coordinate system",
        action: "export in EPSG:4326 (CRS84), longitude first",
    },
    ErrorInfo {
        code: "SHEET_FORM",
        cause: "the file is no sheet: neither a workbook (.xlsx) nor CSV, cut, too large, or of several sheets",
        action: "save the one sheet as .xlsx or CSV, or name the sheet",
    },
    ErrorInfo {
        code: "SHEET_CELL",
        cause: "a cell of the sheet is neither text nor a number, or stands beside the table",
        action: "correct the cell that the message names and import the sheet again",
    },
];

/// Says why a mapping or a delivery was refused as a whole.
#[derive(Debug, Error)]
pub enum IngestError {
    /// A source's file does not parse.
    #[error("reading a source's mapping")]
    SourceToml {
        /// Line and key.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A source's file contradicts itself.
    #[error("checking the mapping of «{name}»: {problem}")]
    SourceInconsistent {
        /// Name of the source.
        name: String,
        /// What contradicts what.
        problem: String,
    },
    /// `errors.toml` does not parse.
    #[error("reading errors.toml")]
    AdviceToml {
        /// Line and key.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// Mapped columns are not in the file.
    #[error("binding the mapping of «{name}»: the file has no column «{columns}»; it has «{header}»")]
    ColumnAbsent {
        /// Name of the source.
        name: String,
        /// The absent columns.
        columns: String,
        /// What the file has.
        header: String,
    },
    /// A mapped column stands in the header twice.
    #[error("binding the mapping of «{name}»: the file has the column «{column}» twice")]
    ColumnTwice {
        /// Name of the source.
        name: String,
        /// The column.
        column: String,
    },
    /// The header is one column with another delimiter in it.
    #[error(
        "reading the header of «{name}»: expected the delimiter «{expected}», the header is written with «{found}»"
    )]
    WrongDelimiter {
        /// Name of the source.
        name: String,
        /// The declared delimiter.
        expected: String,
        /// The delimiter seen.
        found: String,
    },
    /// There is no header.
    #[error("reading the header of «{name}»: there is none")]
    NoHeader {
        /// Name of the source.
        name: String,
    },
    /// The gzip stream is broken.
    #[error("unpacking the delivery of «{name}»")]
    Gzip {
        /// Name of the source.
        name: String,
        /// What the decoder said.
        #[source]
        source: std::io::Error,
    },
    /// The bytes could not be read.
    #[error("reading the delivery of «{name}»")]
    Read {
        /// Name of the source.
        name: String,
        /// What the reader said.
        #[source]
        source: std::io::Error,
    },
    /// One row is too large.
    #[error(
        "reading the delivery of «{name}»: the row at line or feature {line} is larger than {limit} bytes"
    )]
    TooLarge {
        /// Name of the source.
        name: String,
        /// Line or feature, from 1.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// The file is no FeatureCollection.
    #[error("reading the delivery of «{name}»: {problem} (byte {offset})")]
    GeojsonForm {
        /// Name of the source.
        name: String,
        /// What was expected.
        problem: String,
        /// Where, in bytes of the unpacked file.
        offset: u64,
    },
    /// The file declares another coordinate system.
    #[error("reading the delivery of «{name}»: the coordinate system is «{declared}»")]
    GeojsonCrs {
        /// Name of the source.
        name: String,
        /// The declared system.
        declared: String,
    },
    /// The coordinates are no degrees.
    #[error("reading the delivery of «{name}»: {x} {y} are no degrees (feature {feature})")]
    Projected {
        /// Name of the source.
        name: String,
        /// Number of the feature, from 1.
        feature: u64,
        /// First coordinate.
        x: f64,
        /// Second coordinate.
        y: f64,
    },
    /// A file is no sheet.
    #[error("reading the sheet: {problem}")]
    SheetForm {
        /// What it is instead.
        problem: String,
    },
    /// A cell of a sheet can't be taken.
    #[error("reading the cell «{cell}» of the sheet: {problem}")]
    SheetCell {
        /// Column and row, as spreadsheets name them.
        cell: String,
        /// Why not.
        problem: String,
    },
}

impl Coded for IngestError {
    fn info(&self) -> &'static ErrorInfo {
        let at = match self {
            Self::SourceToml { .. } => 0,
            Self::SourceInconsistent { .. } => 1,
            Self::AdviceToml { .. } => 2,
            Self::ColumnAbsent { .. } => 3,
            Self::ColumnTwice { .. } => 4,
            Self::WrongDelimiter { .. } => 5,
            Self::NoHeader { .. } => 6,
            Self::Gzip { .. } => 7,
            Self::Read { .. } => 8,
            Self::TooLarge { .. } => 9,
            Self::GeojsonForm { .. } => 10,
            Self::GeojsonCrs { .. } => 11,
            Self::Projected { .. } => 12,
            Self::SheetForm { .. } => 13,
            Self::SheetCell { .. } => 14,
        };
        &INGEST_ERRORS[at]
    }
}
