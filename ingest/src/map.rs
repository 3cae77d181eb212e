//! One row to one record: key, version, times, values, geometry, object, personal part, hash.

use std::borrow::Cow;

use dozor_domain::{
    GeometryFault, ObjectId, Position, Record, RecordId, Reject, Timestamp, ValidGeometry, Value, Version,
    day_number, hex,
};
use jiff::civil::DateTime;
use sha2::{Digest as _, Sha256};

use crate::content::{ContentHasher, push_json_text};
use crate::fields::{decimal, trim};
use crate::plan::{KeyPart, Moment, Plan};
use crate::reject::{Fault, reject};
use crate::spec::{Future, KindSpec, Take};

/// Is what a registry's record says of its object besides the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectMapping {
    /// Id derived from pack, source and external id.
    pub id: ObjectId,
    /// Code of the kind of object.
    pub kind: String,
    /// Name for people.
    pub title: String,
    /// Id of the holder, whether it is held already or not.
    pub parent: Option<ObjectId>,
    /// Code of the territory, where the row names it.
    pub territory: Option<String>,
}

/// Is one mapped row with what its matching needs.
#[derive(Clone, Debug, PartialEq)]
pub struct MappedRecord {
    /// The record.
    pub record: Record,
    /// The object that it creates or updates; registries only.
    pub object: Option<ObjectMapping>,
    /// Key of the object that it belongs to, where the row names one.
    pub match_key: Option<String>,
    /// Code of the area; subject `territory` only, the external id where the mapping names no column.
    pub territory_code: Option<String>,
}

/// Is what becomes of one row.
pub(crate) type Mapped = Result<MappedRecord, Box<Reject>>;

/// Is one row as an adapter gives it: a trimmed text per slot of the plan, empty where there is none.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) line: u64,
    pub(crate) cells: &'a [Cow<'a, str>],
    pub(crate) shape: Option<geo::Geometry<f64>>,
    pub(crate) feature_id: Option<&'a str>,
}

impl Row<'_> {
    fn cell(&self, slot: usize) -> &str {
        self.cells.get(slot).map_or("", |cell| trim(cell))
    }

    fn given(&self, slot: Option<usize>) -> Option<&str> {
        slot.map(|slot| self.cell(slot)).filter(|text| !text.is_empty())
    }
}

/// Is what was read of a row before it became a record.
struct Parts {
    external_id: String,
    version: Version,
    times: Times,
    values: Vec<Option<Value>>,
    geometry: Option<ValidGeometry>,
}

struct Times {
    happened_at: Option<Timestamp>,
    /// What the row itself says; `known_at` may be later than that.
    stated_known_at: Option<Timestamp>,
    known_at: Timestamp,
}

impl Plan<'_> {
    /// Maps one row, or says all that is wrong with it.
    pub(crate) fn map(&self, mut row: Row<'_>) -> Mapped {
        let line = row.line;
        // Not every database can hold it, and no person sees it.
        if let Some(slot) = row.cells.iter().position(|cell| cell.contains('\0')) {
            return Err(reject(line, vec![Fault::of_value("NUL_CHARACTER", self.column(slot), "")]));
        }
        if row.feature_id.is_some_and(|id| id.contains('\0')) {
            return Err(reject(line, vec![Fault::of_value("NUL_CHARACTER", "id", "")]));
        }
        let mut faults = Vec::new();
        let geometry = self.geometry(&mut row).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let external_id = self.external_id(&row, geometry.as_ref());
        if external_id.is_none() {
            faults.push(Fault::of_row("KEY_MISSING", None));
        }
        let values = self.values(&row, &mut faults);
        let version = self.version(&row).map_err(|fault| faults.push(fault));
        let times = self.times(&row).map_err(|fault| faults.push(fault));
        match (external_id, version, times) {
            (Some(external_id), Ok(version), Ok(times)) if faults.is_empty() => {
                let parts = Parts { external_id, version, times, values, geometry };
                self.assemble(&row, parts).map_err(|fault| reject(line, vec![fault]))
            }
            _ => Err(reject(line, faults)),
        }
    }

    fn assemble(&self, row: &Row<'_>, parts: Parts) -> Result<MappedRecord, Fault> {
        let Parts { external_id, version, times, values, geometry } = parts;
        let object = self.object(row, &external_id);
        let match_key = row.given(self.match_key);
        let territory_code = match (&self.spec.object, self.spec.subject) {
            (None, dozor_domain::Subject::Territory) => {
                Some(row.given(self.territory).unwrap_or(&external_id).to_owned())
            }
            _ => None,
        };
        let mut content = ContentHasher::new();
        values.iter().for_each(|value| content.value(value.as_ref()));
        content.instant(times.happened_at);
        content.instant(times.stated_known_at);
        content.text(match_key);
        content.text(territory_code.as_deref());
        if let Some(object) = &object {
            content.text(Some(&object.kind));
            content.text(Some(&object.title));
            content.text(row.given(self.parent));
            content.text(object.territory.as_deref());
        }
        content.geometry(geometry.as_ref()).map_err(|fault| invalid(&fault))?;
        let content_hash = content.finish();
        let pack = &self.manifest.name;
        Ok(MappedRecord {
            match_key: match_key.map(str::to_owned),
            record: Record {
                id: RecordId::derive(pack, &self.spec.name, &external_id, version, &content_hash),
                external_id,
                version,
                content_hash,
                preference: self.preference(&values),
                happened_at: times.happened_at,
                known_at: times.known_at,
                values,
                geometry,
                personal: self.personal(row),
                line: row.line,
            },
            object,
            territory_code,
        })
    }

    fn values(&self, row: &Row<'_>, faults: &mut Vec<Fault>) -> Vec<Option<Value>> {
        let read = |field: &crate::plan::FieldPlan<'_>| {
            let text = match field.slot {
                Some(slot) => row.cell(slot),
                None => field.spec.constant.as_deref().unwrap_or(""),
            };
            field.read(self, text)
        };
        self.fields
            .iter()
            .map(|field| {
                read(field).unwrap_or_else(|fault| {
                    faults.push(fault);
                    None
                })
            })
            .collect()
    }

    /// Joins the parts of the key by `|`; a `|` or `\` inside one is escaped, so that borders count. A key
    /// whose parts are all empty is none.
    fn external_id(&self, row: &Row<'_>, geometry: Option<&ValidGeometry>) -> Option<String> {
        let mut id = String::new();
        let mut any = false;
        for (at, part) in self.key.iter().enumerate() {
            if at > 0 {
                id.push('|');
            }
            let before = id.len();
            match part {
                KeyPart::Slot(slot) => push_escaped(&mut id, row.cell(*slot)),
                KeyPart::Verbatim(slot) => {
                    push_escaped(&mut id, row.cells.get(*slot).map_or("", AsRef::as_ref))
                }
                KeyPart::FeatureId => push_escaped(&mut id, row.feature_id.unwrap_or("")),
                KeyPart::Geometry => id.push_str(&geometry.and_then(digest).unwrap_or_default()),
            }
            any |= id.len() > before;
        }
        any.then_some(id)
    }

    fn version(&self, row: &Row<'_>) -> Result<Version, Fault> {
        match &self.version {
            None => Ok(self.delivered),
            Some(column) => match self.moment(row, column)? {
                // It would stand in front of every later delivery.
                Some((_, instant)) if instant > self.received_at => {
                    Err(Fault::of_value("DATE_IN_FUTURE", self.column(column.slot), row.cell(column.slot)))
                }
                Some((_, instant)) => Ok(instant.micros()),
                None => Err(Fault::of_value("VALUE_MISSING", self.column(column.slot), "")),
            },
        }
    }

    fn moment(&self, row: &Row<'_>, column: &Moment) -> Result<Option<(DateTime, Timestamp)>, Fault> {
        let text = row.cell(column.slot);
        if text.is_empty() {
            return Ok(None);
        }
        let read = column.pattern.read(text).and_then(|moment| Some((moment, self.instant(moment)?)));
        let seen = if self.is_personal(column.slot) { "***" } else { text };
        read.map(Some).ok_or_else(|| Fault::of_value("DATE_FORMAT", self.column(column.slot), seen))
    }

    fn times(&self, row: &Row<'_>) -> Result<Times, Fault> {
        let happened = self.happened(row)?;
        let known = match &self.known_at {
            Some(column) => self.moment(row, column)?.map(|known| (column, known)),
            None => None,
        };
        if known.is_none() && self.spec.time.as_ref().is_some_and(|time| time.known_at_required) {
            let column = self.known_at.as_ref().map_or("", |column| self.column(column.slot));
            return Err(Fault::of_value("VALUE_MISSING", column, ""));
        }
        let stated = known.and_then(|(column, known)| self.becomes_known(column, known));
        let followed = || {
            let (column, happened) = self.happened_at.as_ref().zip(happened)?;
            self.becomes_known(column, happened)
        };
        let base = stated.or_else(followed).unwrap_or(self.undated_known_at);
        let known_at = if self.spec.backfill { base } else { base.max(self.received_at) };
        let happened_at = happened.map(|(_, instant)| instant);
        Ok(Times { happened_at, stated_known_at: stated, known_at })
    }

    fn happened(&self, row: &Row<'_>) -> Result<Option<(DateTime, Timestamp)>, Fault> {
        let Some((time, column)) = self.spec.time.as_ref().zip(self.happened_at.as_ref()) else {
            return Ok(None);
        };
        let happened = self.moment(row, column)?;
        let late = happened.is_some_and(|(_, instant)| instant > self.received_at);
        if late && time.future == Future::Refused {
            return Err(Fault::of_value("DATE_IN_FUTURE", self.column(column.slot), row.cell(column.slot)));
        }
        if happened.is_none() && !time.optional {
            return Err(Fault::of_value("VALUE_MISSING", self.column(column.slot), ""));
        }
        Ok(happened)
    }

    /// A column with a time of day says the instant itself; a day counts from its own or the next midnight.
    fn becomes_known(&self, column: &Moment, (moment, instant): (DateTime, Timestamp)) -> Option<Timestamp> {
        if column.pattern.is_timed() { Some(instant) } else { self.known_on(moment.date()) }
    }

    fn object(&self, row: &Row<'_>, external_id: &str) -> Option<ObjectMapping> {
        let spec = self.spec.object.as_ref()?;
        let kind = match (&spec.kind, self.kind) {
            (KindSpec::Constant(kind), _) => kind.clone(),
            (KindSpec::Column(_), slot) => row.given(slot).unwrap_or("").to_owned(),
        };
        let titles: Vec<&str> =
            self.title.iter().map(|slot| row.cell(*slot)).filter(|text| !text.is_empty()).collect();
        let title = if titles.is_empty() { external_id.to_owned() } else { titles.join(", ") };
        let parent = spec.parent.as_ref().zip(row.given(self.parent));
        Some(ObjectMapping {
            id: ObjectId::derive(&self.manifest.name, &self.spec.name, external_id),
            kind,
            title,
            parent: parent.map(|(parent, key)| ObjectId::derive(&self.manifest.name, &parent.source, key)),
            territory: row.given(self.territory).map(str::to_owned),
        })
    }

    fn geometry(&self, row: &mut Row<'_>) -> Result<Option<ValidGeometry>, Fault> {
        let bounds = &self.manifest.bounds;
        let checked = match (row.shape.take(), self.position) {
            (Some(shape), _) => ValidGeometry::new(shape, bounds),
            (None, Some((lat, lon))) => match (self.degrees(row, lat)?, self.degrees(row, lon)?) {
                (Some(lat), Some(lon)) => ValidGeometry::point(Position { lat, lon }, bounds),
                (None, None) if self.spec.position.as_ref().is_some_and(|position| position.required) => {
                    return Err(Fault::of_value("VALUE_MISSING", self.column(lat), ""));
                }
                (None, None) => return Ok(None),
                (Some(_), None) => return Err(half_a_position(self.column(lon))),
                (None, Some(_)) => return Err(half_a_position(self.column(lat))),
            },
            (None, None) => return Ok(None),
        };
        checked.map(Some).map_err(|fault| invalid(&fault))
    }

    fn degrees(&self, row: &Row<'_>, slot: usize) -> Result<Option<f64>, Fault> {
        let text = row.cell(slot);
        if text.is_empty() {
            return Ok(None);
        }
        let number = decimal(text, self.spec.csv.decimal);
        number.map(Some).ok_or_else(|| Fault::of_value("VALUE_TYPE", self.column(slot), text))
    }

    fn personal(&self, row: &Row<'_>) -> Option<String> {
        let mut json = String::new();
        for &slot in self.personal.iter().filter(|&&slot| !row.cell(slot).is_empty()) {
            json.push(if json.is_empty() { '{' } else { ',' });
            push_json_text(&mut json, self.column(slot));
            json.push(':');
            push_json_text(&mut json, row.cell(slot));
        }
        if json.is_empty() {
            return None;
        }
        json.push('}');
        Some(json)
    }

    /// Returns the rank of a content among variants: the declared field as a number that orders as it does.
    fn preference(&self, values: &[Option<Value>]) -> i64 {
        let Some((field, take)) = self.preference else { return 0 };
        let rank = match values.get(field).and_then(Option::as_ref) {
            Some(Value::Integer(number)) => *number,
            Some(Value::Float(number)) => float_rank(*number),
            Some(Value::Boolean(flag)) => i64::from(*flag),
            Some(Value::Date(day)) => day_number(*day),
            Some(Value::Instant(instant)) => instant.micros(),
            Some(Value::Text(_) | Value::Codes(_)) | None => return i64::MIN,
        };
        match take {
            Take::Highest => rank.max(i64::MIN + 1),
            Take::Lowest => rank.checked_neg().unwrap_or(i64::MAX),
        }
    }
}

/// Maps a float to an integer of the same order (the bits of IEEE 754, negative numbers reversed).
fn float_rank(number: f64) -> i64 {
    let bits = number.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn push_escaped(id: &mut String, part: &str) {
    if part.contains(['|', '\\']) {
        for character in part.chars() {
            if matches!(character, '|' | '\\') {
                id.push('\\');
            }
            id.push(character);
        }
    } else {
        id.push_str(part);
    }
}

/// Returns 16 hexadecimal digits of the SHA-256 of the WKB: enough to tell areas of one name apart.
fn digest(geometry: &ValidGeometry) -> Option<String> {
    let hash = Sha256::digest(geometry.to_wkb().ok()?);
    Some(hex(&hash[..8]))
}

fn half_a_position(column: &str) -> Fault {
    Fault::of_value("GEOMETRY_INVALID", column, "")
        .because("only one of latitude and longitude is given".to_owned())
}

fn invalid(fault: &GeometryFault) -> Fault {
    let code = match fault {
        GeometryFault::AxesSwapped { .. } => "GEOMETRY_AXES_SWAPPED",
        GeometryFault::OutsideBounds { lon, lat } if lon.abs() > 180.0 || lat.abs() > 90.0 => "CRS_MISSING",
        GeometryFault::OutsideBounds { .. } => "GEOMETRY_OUTSIDE_BOUNDS",
        GeometryFault::Empty
        | GeometryFault::NotFinite
        | GeometryFault::Invalid(_)
        | GeometryFault::TooLarge(_)
        | GeometryFault::Wkb(_) => "GEOMETRY_INVALID",
    };
    let seen = match fault {
        GeometryFault::AxesSwapped { lon, lat } | GeometryFault::OutsideBounds { lon, lat } => {
            format!("{lon} {lat}")
        }
        _ => String::new(),
    };
    Fault::of_value(code, "geometry", &seen).because(fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_floats_order_as_the_floats_do() {
        let numbers = [f64::MIN, -2.5, -0.1, 0.0, 0.1, 41.9, f64::MAX];
        assert!(numbers.windows(2).all(|pair| float_rank(pair[0]) < float_rank(pair[1])));
    }

    #[test]
    fn a_separator_inside_a_key_part_is_escaped() {
        let key = |parts: &[&str]| {
            let mut id = String::new();
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    id.push('|');
                }
                push_escaped(&mut id, part);
            }
            id
        };
        assert_ne!(key(&["a|b", "c"]), key(&["a", "b|c"]));
        assert_eq!(key(&["a", "b"]), "a|b");
    }
}
