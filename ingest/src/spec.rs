//! `sources/<name>.toml`: what a source is called, how its rows are read and what they mean. Unknown keys
//! are errors; what may not stand together is in `contradictions.rs`.

use std::collections::BTreeMap;

use dozor_domain::{Delivery, FieldDefinition, Localized, MatchMethod, Subject, ValueType};
use jiff::civil::Date;
use serde::Deserialize;

use crate::IngestError;

/// Says in which form the rows lie; gzip is recognised by its first bytes and needs no word here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text with a header.
    Csv,
    /// A GeoJSON FeatureCollection.
    Geojson,
}

/// Says when a dated record could have been known, from the day of `known_at` if given, else of `happened_at`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownOn {
    /// From 00:00 of that day: appeals.
    #[default]
    SameDay,
    /// From 00:00 of the next day: outcomes.
    NextDay,
}

/// Says how a CSV file is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvForm {
    /// One of `,` `;` tab `|`.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// `.` or `,`.
    #[serde(default = "point")]
    pub decimal: char,
}

fn comma() -> char {
    ','
}

fn point() -> char {
    '.'
}

impl Default for CsvForm {
    fn default() -> Self {
        Self { delimiter: comma(), decimal: point() }
    }
}

/// Names the columns of the external id. `*` stands for all columns of the header, `@geometry` for a digest
/// of the geometry, `@id` for the id of a GeoJSON feature.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySpec {
    /// Columns in order; their texts are joined by `|`.
    pub columns: Vec<String>,
}

/// Is a column that holds a day or an instant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeColumn {
    /// Name of the column.
    pub column: String,
    /// Pattern of `%Y %m %d %H %M %S` and literals.
    #[serde(default = "iso_day")]
    pub format: String,
}

fn iso_day() -> String {
    "%Y-%m-%d".to_owned()
}

/// Says whether `happened_at` may lie after the delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Future {
    /// It may not: such a row is refused.
    #[default]
    Refused,
    /// It may: terms that begin later.
    Allowed,
}

/// Names the columns of time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeSpec {
    /// When it was true; undated registries have none.
    pub happened_at: Option<TimeColumn>,
    /// When it became known, where the source says so.
    pub known_at: Option<TimeColumn>,
    /// Whether a row may be without a declared `happened_at`.
    #[serde(default)]
    pub optional: bool,
    /// Whether a row without its `known_at` is refused; else it counts as known from `happened_at`.
    #[serde(default)]
    pub known_at_required: bool,
    /// Whether `happened_at` may lie after the delivery.
    #[serde(default)]
    pub future: Future,
}

/// Names the kind of object that a registry's rows create.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum KindSpec {
    /// All rows are of one kind.
    Constant(String),
    /// A column names the kind.
    Column(ColumnName),
}

/// Is the name of a column as a table of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnName {
    /// Name of the column.
    pub column: String,
}

/// Names the holder of an object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParentSpec {
    /// Column with the holder's key.
    pub column: String,
    /// Registry that the key belongs to.
    pub source: String,
}

/// Says that each record creates or updates an object of control.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectSpec {
    /// Kind of the object.
    pub kind: KindSpec,
    /// Columns whose texts, joined by a comma, name the object for people.
    pub title: Vec<String>,
    /// The object that holds it.
    pub parent: Option<ParentSpec>,
    /// Column with the code of its territory; without one the territory follows from the position.
    pub territory: Option<ColumnName>,
}

/// Is one way to find the object of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchWith {
    /// By the object's key.
    Key,
    /// By the record's point in the object's polygon.
    PointInPolygon,
    /// By overlap of both polygons.
    Overlap,
    /// By the nearest object.
    Nearest,
}

impl From<MatchWith> for MatchMethod {
    fn from(with: MatchWith) -> Self {
        match with {
            MatchWith::Key => Self::Key,
            MatchWith::PointInPolygon => Self::PointInPolygon,
            MatchWith::Overlap => Self::Overlap,
            MatchWith::Nearest => Self::Nearest,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(MatchWith),
    More(Vec<MatchWith>),
}

/// Says how records find their objects.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "MatchText")]
pub struct MatchSpec {
    /// Ways in the order in which they are tried.
    pub by: Vec<MatchWith>,
    /// Column with the object's key.
    pub column: Option<String>,
    /// Registries in the order in which they are tried.
    pub registries: Vec<String>,
    /// Least share of the record's own area that the object must cover, from 0 to 1.
    pub min_share: f64,
    /// Greatest distance in metres.
    pub max_metres: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MatchText {
    by: OneOrMore,
    column: Option<String>,
    registries: Vec<String>,
    min_share: Option<f64>,
    max_metres: Option<f64>,
}

/// More than half of a record's own area decides where it lies.
const DEFAULT_MIN_SHARE: f64 = 0.5;

impl TryFrom<MatchText> for MatchSpec {
    type Error = String;
    fn try_from(text: MatchText) -> Result<Self, String> {
        let by = match text.by {
            OneOrMore::One(with) => vec![with],
            OneOrMore::More(list) => list,
        };
        if by.is_empty() || text.registries.is_empty() {
            return Err("`by` and `registries` name at least one each".to_owned());
        }
        if by.contains(&MatchWith::Key) != text.column.is_some() {
            return Err("`column` belongs to `by = \"key\"` and to nothing else".to_owned());
        }
        if by.contains(&MatchWith::Nearest) != text.max_metres.is_some() {
            return Err("`max_metres` belongs to `by = \"nearest\"` and to nothing else".to_owned());
        }
        let min_share = text.min_share.unwrap_or(DEFAULT_MIN_SHARE);
        let max_metres = text.max_metres.unwrap_or(0.0);
        if !(0.0..=1.0).contains(&min_share) || !max_metres.is_finite() || max_metres < 0.0 {
            return Err("`min_share` lies in 0..1, `max_metres` is not negative".to_owned());
        }
        Ok(Self { by, column: text.column, registries: text.registries, min_share, max_metres })
    }
}

/// Names the columns of a point in degrees.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionSpec {
    /// Column with the latitude.
    pub lat: String,
    /// Column with the longitude.
    pub lon: String,
    /// Refuses rows without a point.
    #[serde(default)]
    pub required: bool,
}

/// Is a check of a value beyond its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// A cadastral number.
    Cadastral,
    /// A day or instant not after the delivery.
    NotInFuture,
    /// A day or instant in 1990 or later.
    #[serde(rename = "not_before_1990")]
    NotBefore1990,
}

/// Declares one field: where its text comes from and how it is read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// Name by which facts and filters read it.
    pub name: String,
    /// Column with its text.
    pub column: Option<String>,
    /// The same text in every row, instead of a column.
    pub constant: Option<String>,
    /// Type of its values.
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// Pattern of days and instants; instants without one are RFC 3339.
    pub format: Option<String>,
    /// Texts that mean missing, besides the empty one.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Replaces texts before they are read.
    #[serde(default)]
    pub map: BTreeMap<String, String>,
    /// Refuses texts that `map` does not list.
    #[serde(default)]
    pub only_mapped: bool,
    /// Refuses rows without a value.
    #[serde(default)]
    pub required: bool,
    /// Factor to the field's unit.
    pub scale: Option<f64>,
    /// Separates the codes of a list.
    pub separator: Option<String>,
    /// A check beyond the type.
    pub check: Option<Check>,
}

/// Says which of two values puts its variant in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The greatest value.
    Highest,
    /// The smallest value.
    Lowest,
}

/// Says which of several contents of one key and version is current; a missing value always comes last.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantSpec {
    /// Field that decides: a number, day, instant or flag.
    pub field: String,
    /// Which value wins.
    pub take: Take,
}

/// Names the columns of personal data, which are split off on reading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalSpec {
    /// Columns in order.
    pub columns: Vec<String>,
}

/// Names the code of a territory.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerritorySpec {
    /// Column with the code; several areas may bear one.
    pub code: String,
}

/// Is a checked `sources/<name>.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// Code of the source; part of every derived id.
    pub name: String,
    /// Name for people.
    pub title: Localized,
    /// What its records are about.
    pub subject: Subject,
    /// How a delivery relates to earlier ones.
    pub delivery: Delivery,
    /// Form of the rows.
    pub format: Format,
    /// Whether records may be known in the past; without it nothing is known before its receipt.
    #[serde(default)]
    pub backfill: bool,
    /// Day from which an undated registry was known.
    pub known_from: Option<Date>,
    /// When a dated record could have been known.
    #[serde(default)]
    pub known_on: KnownOn,
    /// Form of a CSV file.
    #[serde(default)]
    pub csv: CsvForm,
    /// Columns of the external id.
    pub key: KeySpec,
    /// Column of the version; without one the version is the delivery's day.
    pub version: Option<TimeColumn>,
    /// Columns of time.
    pub time: Option<TimeSpec>,
    /// Object that each record creates or updates.
    pub object: Option<ObjectSpec>,
    /// How records find their objects.
    #[serde(rename = "match")]
    pub matching: Option<MatchSpec>,
    /// Columns of a point; CSV only.
    pub position: Option<PositionSpec>,
    /// Code of a territory.
    pub territory: Option<TerritorySpec>,
    /// Order among variants.
    pub variants: Option<VariantSpec>,
    /// Columns of personal data.
    #[serde(default)]
    pub personal: PersonalSpec,
    /// Days after its receipt for which the bytes of a package, its refused rows and its personal data are kept;
    /// without it they stay. Records, hashes and counts always stay.
    pub retention_days: Option<u32>,
    /// Mapped fields.
    #[serde(default)]
    pub fields: Vec<FieldSpec>,
}

impl SourceSpec {
    /// Parses and checks the text of a `sources/<name>.toml`.
    ///
    /// # Errors
    /// [`IngestError::SourceToml`] with line and key, or [`IngestError::SourceInconsistent`].
    pub fn parse(text: &str) -> Result<Self, IngestError> {
        let spec: Self =
            toml::from_str(text).map_err(|source| IngestError::SourceToml { source: Box::new(source) })?;
        match spec.contradiction() {
            Some(problem) => Err(IngestError::SourceInconsistent { name: spec.name, problem }),
            None => Ok(spec),
        }
    }

    /// Returns the declared fields in order: names and types of the values of every record.
    pub fn schema(&self) -> Vec<FieldDefinition> {
        self.fields
            .iter()
            .map(|field| FieldDefinition { name: field.name.clone(), value_type: field.value_type })
            .collect()
    }

    /// Tells whether its records are objects of control themselves.
    pub fn is_registry(&self) -> bool {
        self.object.is_some()
    }

    /// Returns the place among the fields of the one that holds a territory's code; without one the external id
    /// is the code.
    pub fn territory_field(&self) -> Option<usize> {
        let column = &self.territory.as_ref()?.code;
        self.fields.iter().position(|field| field.column.as_ref() == Some(column))
    }
}
