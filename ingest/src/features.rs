//! GeoJSON: a FeatureCollection read feature by feature.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use geo::CoordsIter;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::IngestError;
use crate::fields::{LIST_SEPARATOR, trim};
use crate::input::Input;
use crate::json_stream::JsonStream;
use crate::map::{Mapped, Row};
use crate::plan::{KeyPart, Plan};
use crate::read::{Batch, DeliveryContext};
use crate::reject::{Fault, reject};
use crate::shape::GeometryText;
use crate::spec::SourceSpec;

/// Features mapped together; a batch ends earlier when it holds [`BATCH_BYTES`].
const BATCH_FEATURES: usize = 2048;
const BATCH_BYTES: usize = 8 << 20;
/// A hundred thousand vertices, the most that is accepted, take some 5 MB.
const MAX_FEATURE_BYTES: usize = 32 << 20;
/// Members beside the features are small; a larger one is no GeoJSON that anybody writes.
const MAX_MEMBER_BYTES: usize = 64 << 10;

/// Names of coordinate systems that are WGS 84 degrees, in lower case.
const WGS_84: [&str; 6] = [
    "urn:ogc:def:crs:ogc:1.3:crs84",
    "urn:ogc:def:crs:ogc::crs84",
    "ogc:crs84",
    "crs84",
    "epsg:4326",
    "urn:ogc:def:crs:epsg::4326",
];

#[derive(Debug, Deserialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: String,
    id: Option<Json>,
    properties: Option<BTreeMap<String, Json>>,
    geometry: Option<GeometryText>,
}

/// Says what features had. A table has a header; here the file as a whole is asked, for a feature may leave out what it
/// has no value for.
#[derive(Debug, Default)]
struct Presence {
    /// Whether a feature named the column, by slot.
    named: Vec<AtomicBool>,
    /// Whether any item was a feature at all.
    parsed: AtomicBool,
}

/// Reads the features of one FeatureCollection.
#[derive(Debug)]
pub(crate) struct Features<'a> {
    stream: JsonStream<'a>,
    plan: Plan<'a>,
    is_collection: bool,
    seen: u64,
    ended: bool,
    raw: Vec<Vec<u8>>,
    /// Features that were read ahead by `open`.
    ahead: usize,
    presence: Presence,
    /// Names that the first feature has, for the message.
    header: String,
}

impl<'a> Features<'a> {
    /// Reads up to the first feature and checks what it tells of the file.
    pub(crate) fn open(
        spec: &'a SourceSpec,
        context: &DeliveryContext<'a>,
        input: Input<'a>,
    ) -> Result<Self, IngestError> {
        let plan = Plan::new(spec, context, &[]);
        let mut features = Self {
            stream: JsonStream::new(&spec.name, input),
            presence: Presence {
                named: plan.columns.iter().map(|_| AtomicBool::new(false)).collect(),
                parsed: AtomicBool::new(false),
            },
            header: String::new(),
            plan,
            is_collection: false,
            seen: 0,
            ended: false,
            raw: Vec::new(),
            ahead: 0,
        };
        features.stream.expect(b'{')?;
        if !features.members_up_to_features()? {
            return Err(features.stream.malformed("the file has no member «features»"));
        }
        if !features.stream.accept(b']')? {
            features.ahead = usize::from(features.pull(0)?);
            features.check_first()?;
        } else {
            features.finish()?;
        }
        Ok(features)
    }

    /// Reads members until the list of features begins; `false` when the object ends before.
    fn members_up_to_features(&mut self) -> Result<bool, IngestError> {
        if self.stream.accept(b'}')? {
            return Ok(false);
        }
        let mut text = Vec::new();
        loop {
            self.stream.take(&mut text, MAX_MEMBER_BYTES, self.seen)?;
            let name: String = serde_json::from_slice(&text)
                .map_err(|_| self.stream.malformed("a member's name is expected"))?;
            self.stream.expect(b':')?;
            match name.as_str() {
                "features" if !self.ended => {
                    self.stream.expect(b'[')?;
                    return Ok(true);
                }
                "type" => {
                    self.stream.take(&mut text, MAX_MEMBER_BYTES, self.seen)?;
                    if text != b"\"FeatureCollection\"" {
                        return Err(self.stream.malformed("the file is no FeatureCollection"));
                    }
                    self.is_collection = true;
                }
                "crs" => {
                    self.stream.take(&mut text, MAX_MEMBER_BYTES, self.seen)?;
                    self.check_crs(&text)?;
                }
                _ => self.stream.skip()?,
            }
            if !self.stream.accept(b',')? {
                self.stream.expect(b'}')?;
                return Ok(false);
            }
        }
    }

    fn check_crs(&self, text: &[u8]) -> Result<(), IngestError> {
        let declared: Json =
            serde_json::from_slice(text).map_err(|_| self.stream.malformed("the member «crs» is no JSON"))?;
        let name = declared.pointer("/properties/name").and_then(Json::as_str);
        let known = name.is_some_and(|name| WGS_84.contains(&name.to_ascii_lowercase().as_str()));
        // RFC 7946 and its forerunner: no member, or null, means WGS 84 or unknown; anything else is a claim.
        if declared.is_null() || known {
            return Ok(());
        }
        let declared = name.map_or_else(|| declared.to_string(), str::to_owned);
        Err(IngestError::GeojsonCrs {
            name: self.plan.spec.name.clone(),
            declared: declared.chars().take(200).collect(),
        })
    }

    /// Reads the rest of the file after the last feature.
    fn finish(&mut self) -> Result<(), IngestError> {
        self.ended = true;
        if self.stream.accept(b',')? {
            self.members_up_to_features()?;
        } else {
            self.stream.expect(b'}')?;
        }
        if !self.is_collection {
            return Err(self.stream.malformed("the file is no FeatureCollection"));
        }
        match self.stream.peek()? {
            None => Ok(()),
            Some(_) => Err(self.stream.malformed("the file goes on after its end")),
        }
    }

    /// Reads the next feature's bytes into a place; the separator after it decides whether the list goes on.
    fn pull(&mut self, place: usize) -> Result<bool, IngestError> {
        if self.ended {
            return Ok(false);
        }
        if self.raw.len() == place {
            self.raw.push(Vec::new());
        }
        let Some(bytes) = self.raw.get_mut(place) else { return Ok(false) };
        self.seen += 1;
        self.stream.take(bytes, MAX_FEATURE_BYTES, self.seen)?;
        if !self.stream.accept(b',')? {
            self.stream.expect(b']')?;
            self.finish()?;
        }
        Ok(true)
    }

    /// The first feature tells whether the mapping fits the file and whether its coordinates are degrees.
    fn check_first(&mut self) -> Result<(), IngestError> {
        let first = self.raw.first().map_or(&[][..], Vec::as_slice);
        let Ok(feature) = serde_json::from_slice::<Feature>(first) else { return Ok(()) };
        let spec = self.plan.spec;
        let properties = feature.properties.unwrap_or_default();
        let header: Vec<&str> = properties.keys().map(String::as_str).collect();
        self.header = header.join("», «").chars().take(1000).collect();
        let required =
            self.plan.fields.iter().filter(|field| field.spec.required).filter_map(|field| field.slot);
        let keys = self.plan.key.iter().filter_map(|part| match part {
            KeyPart::Slot(slot) | KeyPart::Verbatim(slot) => Some(*slot),
            KeyPart::Geometry | KeyPart::FeatureId => None,
        });
        let mut absent: Vec<&str> = keys
            .chain(required)
            .map(|slot| self.plan.column(slot))
            .filter(|name| !properties.contains_key(*name))
            .collect();
        absent.sort_unstable();
        absent.dedup();
        self.refuse_absent(&absent)?;
        let Some(Ok(shape)) = feature.geometry.map(|geometry| geometry.shape()) else { return Ok(()) };
        let bounds = &self.plan.manifest.bounds;
        match shape.coords_iter().find(|c| c.x.abs() > 180.0 || c.y.abs() > 90.0) {
            // Where longitudes exceed 90 degrees, swapped axes are no degrees either: rows say so better.
            Some(c) if !bounds.contains(c.y, c.x) => {
                Err(IngestError::Projected { name: spec.name.clone(), feature: 1, x: c.x, y: c.y })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn refuse_absent(&self, absent: &[&str]) -> Result<(), IngestError> {
        if absent.is_empty() {
            return Ok(());
        }
        Err(IngestError::ColumnAbsent {
            name: self.plan.spec.name.clone(),
            columns: absent.join("», «"),
            header: self.header.clone(),
        })
    }

    /// After the last feature: a mapped column that none of them named was renamed or left out by the export. Its
    /// values are not missing, they are elsewhere; read as missing, a record would be known too early or belong to none.
    fn check_named(&self) -> Result<(), IngestError> {
        if !self.presence.parsed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let slots = self.plan.columns.iter().zip(&self.presence.named);
        let absent: Vec<&str> = slots
            .filter(|(_, named)| !named.load(Ordering::Relaxed))
            .map(|(name, _)| name.as_str())
            .collect();
        self.refuse_absent(&absent)
    }

    /// Reads and maps the next features; `None` at the end.
    pub(crate) fn next_batch(&mut self) -> Result<Option<Batch>, IngestError> {
        let first = self.seen + 1 - self.ahead as u64;
        let mut count = std::mem::take(&mut self.ahead);
        let mut bytes = 0;
        while count < BATCH_FEATURES && bytes < BATCH_BYTES && self.pull(count)? {
            bytes += self.raw.get(count).map_or(0, Vec::len);
            count += 1;
        }
        if count == 0 {
            self.check_named()?;
            return Ok(None);
        }
        let raw = self.raw.get(..count).unwrap_or_default();
        let mapped: Vec<_> = raw
            .par_iter()
            .enumerate()
            .with_min_len(64)
            .map(|(at, bytes)| map_feature(&self.plan, &self.presence, bytes, first + at as u64))
            .collect();
        Ok(Some(Batch::of(mapped)))
    }
}

fn map_feature(plan: &Plan<'_>, presence: &Presence, bytes: &[u8], line: u64) -> Mapped {
    let of_row = |code, detail: String| reject(line, vec![Fault::of_row(code, detail)]);
    let feature: Feature = serde_json::from_slice(bytes).map_err(|fault| {
        // The reader's own words may quote the value, which may be personal: only the place is said.
        let place = format!("line {}, column {} of the item", fault.line(), fault.column());
        of_row("FEATURE_FORM", format!("the item is no feature, as seen at {place}"))
    })?;
    if feature.kind != "Feature" {
        return Err(of_row("FEATURE_FORM", "the item is no feature: its type is another".to_owned()));
    }
    let shape = match feature.geometry.map(|geometry| geometry.shape()) {
        Some(Ok(shape)) => Some(shape),
        Some(Err(problem)) => return Err(of_row("GEOMETRY_INVALID", problem)),
        None => None,
    };
    let properties = feature.properties.unwrap_or_default();
    presence.parsed.store(true, Ordering::Relaxed);
    for (name, named) in plan.columns.iter().zip(&presence.named) {
        // Most often it is known already: a load costs nothing, a store by each thread would.
        if !named.load(Ordering::Relaxed) && properties.contains_key(name) {
            named.store(true, Ordering::Relaxed);
        }
    }
    let cells: Vec<Cow<'_, str>> =
        plan.columns.iter().map(|name| properties.get(name).map_or(Cow::Borrowed(""), text)).collect();
    let feature_id = feature.id.as_ref().map(text);
    plan.map(Row { line, cells: &cells, shape, feature_id: feature_id.as_deref().map(trim) })
}

/// Returns a property as the text that a table would hold.
fn text(json: &Json) -> Cow<'_, str> {
    match json {
        Json::Null => Cow::Borrowed(""),
        Json::Bool(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        Json::Number(number) => Cow::Owned(number.to_string()),
        Json::String(text) => Cow::Borrowed(text),
        Json::Array(items) => Cow::Owned(items.iter().map(text).collect::<Vec<_>>().join(LIST_SEPARATOR)),
        Json::Object(_) => Cow::Owned(json.to_string()),
    }
}
