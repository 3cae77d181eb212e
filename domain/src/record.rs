//! Records: what sources say, as rows with a key, a version and two times.

use serde::{Deserialize, Serialize};

use crate::{ObjectId, RecordId, Timestamp, ValidGeometry, Value, ValueType};

/// Is the sortable number of a version: a day or instant as microseconds, or a counter.
pub type Version = i64;

/// Says what a source's records are about (SEMANTICS.md, Identity).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Must match an object, or becomes an unregistered candidate; a registry source creates the objects.
    Object,
    /// A point that feeds densities and distances only.
    Place,
    /// A named area.
    Territory,
    /// A dated series of the whole city, e.g. weather.
    Series,
    /// What came of an event at an object.
    Outcome,
    /// People on duty: inspectors with districts, skills, shifts.
    Staff,
}

/// Says how a delivery relates to the source's earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Only what is new or changed.
    Delta,
    /// Everything: what is absent has ended (once confirmed).
    Full,
}

/// Declares one mapped field of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDefinition {
    /// Name by which facts and filters read it.
    pub name: String,
    /// Type of its values.
    pub value_type: ValueType,
}

/// Is one mapped row, before it is matched and stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Content-derived id.
    pub id: RecordId,
    /// Key in the source; several columns are joined by `|`.
    pub external_id: String,
    /// Version of this content.
    pub version: Version,
    /// SHA-256 of the mapped content (all fields, geometry and times, not the personal part).
    pub content_hash: [u8; 32],
    /// Rank among variants of one version by the source's declared order; the highest (then the highest hash) is current.
    pub preference: i64,
    /// When it was true; `None` for undated registries.
    pub happened_at: Option<Timestamp>,
    /// When it could have been known.
    pub known_at: Timestamp,
    /// Mapped values in the order of the source's field definitions.
    pub values: Vec<Option<Value>>,
    /// Checked geometry, WGS 84.
    pub geometry: Option<ValidGeometry>,
    /// Personal data as JSON, split off on reading and stored in a table of its own.
    pub personal: Option<String>,
    /// Line or feature number in the delivered file, from 1.
    pub line: u64,
}

/// Is one row of input that was refused, with where and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Code from the table of reject codes, e.g. `CADASTRAL_FORMAT`.
    pub code: String,
    /// Line or feature number in the delivered file, from 1.
    pub line: u64,
    /// The field at fault, where one is.
    pub field: Option<String>,
    /// The value seen, cut to 200 characters; personal fields are masked.
    pub seen: Option<String>,
    /// Why it was refused, in a sentence.
    pub cause: String,
    /// What to do next, in a sentence.
    pub action: String,
}

/// Says how a record found its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchMethod {
    /// The record is the object's own registry row.
    Registry,
    /// By the object's key.
    Key,
    /// By a point inside the object's polygon.
    PointInPolygon,
    /// By overlap of two polygons.
    Overlap,
    /// By nearness within a declared number of metres.
    Nearest,
}

/// Says which object a record belongs to and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Matched {
    /// The object.
    pub object: ObjectId,
    /// How it was found.
    pub method: MatchMethod,
    /// From 0 to 1; 1 for keys.
    pub confidence: f64,
}

/// Is one stored version of a record, as `store` writes and streams it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRecord {
    /// Content-derived id.
    pub id: RecordId,
    /// Key in the source.
    pub external_id: String,
    /// Version of this content.
    pub version: Version,
    /// SHA-256 of the mapped content.
    pub content_hash: [u8; 32],
    /// Rank among variants of one version.
    pub preference: i64,
    /// When it was true.
    pub happened_at: Option<Timestamp>,
    /// When it could have been known.
    pub known_at: Timestamp,
    /// When a confirmed full delivery no longer held it.
    pub ended_at: Option<Timestamp>,
    /// Commit order, from 1; 0 before it is stored.
    pub seq: i64,
    /// The object it belongs to.
    pub matched: Option<Matched>,
    /// Where it is (a geometry's inner point, or a bare point).
    pub position: Option<crate::Position>,
    /// WKB of the geometry when it is more than a point.
    pub geometry: Option<Vec<u8>>,
    /// Mapped values as one JSON object; missing values are absent.
    pub content: String,
}

/// Counts one ingest; `received = accepted + duplicates + variants + rejected + held`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IngestCounts {
    /// Rows read.
    pub received: u64,
    /// New records, or new versions of known ones.
    pub accepted: u64,
    /// Same key and content as already held.
    pub duplicates: u64,
    /// Same key and version, other content.
    pub variants: u64,
    /// Refused, each with a code.
    pub rejected: u64,
    /// Kept aside with the whole package until somebody decides.
    pub held: u64,
    /// Accepted records of subject `object` or `outcome` without an object.
    pub unmatched: u64,
}
