//! A mapping bound to a delivery: every column name became a slot of the row, every pattern is compiled,
//! every instant that is the same for all rows is known.

use dozor_domain::{PackManifest, Timestamp, Version};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::dates::DatePattern;
use crate::read::{DeliveryContext, History};
use crate::spec::{FieldSpec, KindSpec, KnownOn, SourceSpec, Take, TimeColumn};

/// Is one part of the external id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyPart {
    Slot(usize),
    /// The cell as it stands: where the whole row is the key, a blank at its end is part of the row.
    Verbatim(usize),
    Geometry,
    FeatureId,
}

/// Is a column with its compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) slot: usize,
    pub(crate) pattern: DatePattern,
}

/// Is a field with its slot and pattern.
#[derive(Debug)]
pub(crate) struct FieldPlan<'a> {
    pub(crate) spec: &'a FieldSpec,
    pub(crate) slot: Option<usize>,
    pub(crate) pattern: Option<DatePattern>,
    pub(crate) personal: bool,
}

/// Is a mapping bound to a delivery.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) spec: &'a SourceSpec,
    pub(crate) manifest: &'a PackManifest,
    pub(crate) zone: TimeZone,
    pub(crate) received_at: Timestamp,
    pub(crate) delivered: Version,
    /// When a record without a date of its own was known.
    pub(crate) undated_known_at: Timestamp,
    /// Distinct columns that the mapping reads.
    pub(crate) columns: Vec<String>,
    pub(crate) key: Vec<KeyPart>,
    pub(crate) fields: Vec<FieldPlan<'a>>,
    pub(crate) version: Option<Moment>,
    pub(crate) happened_at: Option<Moment>,
    pub(crate) known_at: Option<Moment>,
    pub(crate) kind: Option<usize>,
    pub(crate) title: Vec<usize>,
    pub(crate) parent: Option<usize>,
    pub(crate) territory: Option<usize>,
    pub(crate) match_key: Option<usize>,
    pub(crate) position: Option<(usize, usize)>,
    pub(crate) personal: Vec<usize>,
    pub(crate) preference: Option<(usize, Take)>,
}

#[derive(Default)]
struct Columns(Vec<String>);

impl Columns {
    fn slot(&mut self, name: &str) -> usize {
        self.0.iter().position(|known| known == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        })
    }

    fn moment(&mut self, column: &TimeColumn) -> Option<Moment> {
        // A checked mapping holds no other pattern.
        let pattern = DatePattern::new(&column.format).ok()?;
        Some(Moment { slot: self.slot(&column.column), pattern })
    }
}

impl<'a> Plan<'a> {
    /// Binds a mapping; `header` holds the names of all columns where the format has a header.
    pub(crate) fn new(spec: &'a SourceSpec, context: &DeliveryContext<'a>, header: &[String]) -> Self {
        let mut columns = Columns::default();
        let zone = TimeZone::get(&context.manifest.zone_name).unwrap_or(TimeZone::UTC);
        let time = spec.time.as_ref();
        let object = spec.object.as_ref();
        let key = key_parts(spec, header, &mut columns);
        let fields = spec.fields.iter().map(|field| field_plan(spec, field, &mut columns)).collect();
        let kind = object.and_then(|object| match &object.kind {
            KindSpec::Constant(_) => None,
            KindSpec::Column(name) => Some(columns.slot(&name.column)),
        });
        let territory = match (object.and_then(|object| object.territory.as_ref()), &spec.territory) {
            (Some(name), _) => Some(name.column.as_str()),
            (None, Some(territory)) => Some(territory.code.as_str()),
            (None, None) => None,
        };
        Self {
            key,
            fields,
            version: spec.version.as_ref().and_then(|column| columns.moment(column)),
            happened_at: time
                .and_then(|time| time.happened_at.as_ref())
                .and_then(|column| columns.moment(column)),
            known_at: time.and_then(|time| time.known_at.as_ref()).and_then(|column| columns.moment(column)),
            kind,
            title: object
                .map(|o| o.title.iter().map(|name| columns.slot(name)).collect())
                .unwrap_or_default(),
            parent: object
                .and_then(|object| object.parent.as_ref())
                .map(|parent| columns.slot(&parent.column)),
            territory: territory.map(|name| columns.slot(name)),
            match_key: spec
                .matching
                .as_ref()
                .and_then(|m| m.column.as_deref())
                .map(|name| columns.slot(name)),
            position: spec.position.as_ref().map(|p| (columns.slot(&p.lat), columns.slot(&p.lon))),
            personal: spec.personal.columns.iter().map(|name| columns.slot(name)).collect(),
            preference: spec.variants.as_ref().and_then(|variants| {
                let at = spec.fields.iter().position(|field| field.name == variants.field)?;
                Some((at, variants.take))
            }),
            columns: columns.0,
            received_at: context.received_at,
            delivered: start_of(&zone, context.delivered).map_or(0, Timestamp::micros),
            undated_known_at: undated_known_at(spec, context, &zone),
            spec,
            manifest: context.manifest,
            zone,
        }
    }

    /// Returns the instant of a local day and time; past the calendar's range there is none.
    pub(crate) fn instant(&self, moment: DateTime) -> Option<Timestamp> {
        let zoned = self.zone.to_zoned(moment).ok()?;
        Some(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
    }

    /// Returns 00:00 of a day, or of the next one.
    pub(crate) fn known_on(&self, day: Date) -> Option<Timestamp> {
        match self.spec.known_on {
            KnownOn::SameDay => start_of(&self.zone, day),
            KnownOn::NextDay => start_of(&self.zone, day.tomorrow().ok()?),
        }
    }

    /// Returns the name of the column in a slot.
    pub(crate) fn column(&self, slot: usize) -> &str {
        self.columns.get(slot).map_or("", String::as_str)
    }

    /// Tells whether the column in a slot holds personal data.
    pub(crate) fn is_personal(&self, slot: usize) -> bool {
        self.personal.contains(&slot)
    }
}

fn start_of(zone: &TimeZone, day: Date) -> Option<Timestamp> {
    let zoned = day.to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
}

/// `known_from` speaks for what the register held when it first came; what a later delivery brings was not
/// known before its own day.
fn undated_known_at(spec: &SourceSpec, context: &DeliveryContext<'_>, zone: &TimeZone) -> Timestamp {
    if !spec.backfill {
        return context.received_at;
    }
    let delivered = start_of(zone, context.delivered).unwrap_or(context.received_at);
    let known_from = spec.known_from.and_then(|day| start_of(zone, day));
    match (context.history, known_from) {
        (History::First, Some(known_from)) => known_from,
        (History::Later, Some(known_from)) => known_from.max(delivered),
        (_, None) => delivered,
    }
}

fn key_parts(spec: &SourceSpec, header: &[String], columns: &mut Columns) -> Vec<KeyPart> {
    let part = |columns: &mut Columns, name: &str| match name {
        "@geometry" => KeyPart::Geometry,
        "@id" => KeyPart::FeatureId,
        name => KeyPart::Slot(columns.slot(name)),
    };
    match spec.key.columns.as_slice() {
        [all] if all == "*" => header.iter().map(|name| KeyPart::Verbatim(columns.slot(name))).collect(),
        names => names.iter().map(|name| part(columns, name)).collect(),
    }
}

fn field_plan<'a>(spec: &SourceSpec, field: &'a FieldSpec, columns: &mut Columns) -> FieldPlan<'a> {
    FieldPlan {
        spec: field,
        slot: field.column.as_deref().map(|name| columns.slot(name)),
        pattern: field.format.as_deref().and_then(|format| DatePattern::new(format).ok()),
        personal: field.column.as_ref().is_some_and(|name| spec.personal.columns.contains(name)),
    }
}
