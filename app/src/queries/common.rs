//! What several pages show: texts in two languages, places, shapes, values, references, grounds.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_domain as domain;
use dozor_domain::{Timestamp, Value, Zone};
use dozor_scoring::FactSaid;
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::{LegalMark, RiskCategory, ValueType};
use crate::second_looks::is_sent_by_chance;

/// A text in Russian and English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Localized {
    pub ru: String,
    pub en: String,
}

impl From<&domain::Localized> for Localized {
    fn from(text: &domain::Localized) -> Self {
        Self { ru: text.ru.clone(), en: text.en.clone() }
    }
}

impl Localized {
    /// Returns a text that is the same in both languages: a number, a code, a name.
    pub fn same(text: impl Into<String>) -> Self {
        let ru: String = text.into();
        Self { en: ru.clone(), ru }
    }

    /// Returns the text, or none when nothing is written in it.
    pub(crate) fn written(text: &domain::Localized) -> Option<Self> {
        (!text.ru.is_empty()).then(|| Self::from(text))
    }
}

/// WGS 84 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Position {
    pub lat: f64,
    pub lon: f64,
}

impl From<domain::Position> for Position {
    fn from(place: domain::Position) -> Self {
        Self { lat: place.lat, lon: place.lon }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TerritoryRef {
    pub code: String,
    pub name: String,
}

/// One legal reference. While `checked_on` is empty the card says that no lawyer has checked it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LegalReference {
    pub text: String,
    pub mark: LegalMark,
    /// Empty = nobody.
    pub checked_by: String,
    /// Empty = never.
    pub checked_on: String,
}

pub(crate) fn references(basis: &[domain::LegalReference]) -> Vec<LegalReference> {
    let reference = |one: &domain::LegalReference| LegalReference {
        text: one.text.clone(),
        mark: one.mark.into(),
        checked_by: one.checked_by.clone(),
        checked_on: one.checked_on.clone(),
    };
    basis.iter().map(reference).collect()
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum SeverityChange {
    AtLeast {
        group: String,
    },
    LiftBy {
        /// Steps up.
        steps: u32,
    },
}

impl From<domain::SeverityEffect> for SeverityChange {
    fn from(effect: domain::SeverityEffect) -> Self {
        match effect {
            domain::SeverityEffect::AtLeast(group) => Self::AtLeast { group },
            domain::SeverityEffect::LiftBy(steps) => Self::LiftBy { steps: u32::from(steps) },
        }
    }
}

/// A fact as it was read. No `value` = missing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FactValue {
    pub name: String,
    pub title: Localized,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Localized>,
    pub value_type: ValueType,
    /// Canonical text: numbers with a point, `true`/`false`, `YYYY-MM-DD`, codes joined by `, `.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Names of the value's codes, where they have any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Localized>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Localized>,
    /// The day of the latest record behind it.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_date: Option<String>,
}

impl FactValue {
    pub(crate) fn new(name: &str, value_type: domain::ValueType, said: &FactSaid) -> Self {
        Self {
            name: name.to_owned(),
            title: Localized::from(&said.title),
            unit: Localized::written(&said.unit),
            value_type: value_type.into(),
            value: said.value.as_ref().map(value_text),
            words: None,
            source: said.source.as_ref().map(Localized::from),
            source_date: said.date.map(|day| day.to_string()),
        }
    }
}

/// Writes a value as the contract's canonical text.
pub(crate) fn value_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        // Four decimals are finer than any instrument here; the rest is noise of arithmetic.
        Value::Float(number) => ((number * 1e4).round() / 1e4).to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Instant(instant) => instant.to_string(),
        Value::Codes(codes) => codes.join(", "),
    }
}

/// Why work on an object may be done.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum Ground {
    /// A sign that the desk confirmed or found in need of data.
    Sign { sign_id: String, rule: String, confirmed: bool },
    /// The frequency of its category makes a visit due.
    Frequency {
        /// None when never.
        #[serde(skip_serializing_if = "Option::is_none")]
        days_since: Option<i64>,
        every_days: i64,
    },
    /// A prescription is past its term.
    PrescriptionOverdue { days: i64 },
    /// The period in which its category has one mandatory preventive visit has run out.
    MandatoryVisit {
        /// Days since the last such visit, or since the decision on the category where that is later.
        days: i64,
        /// Whether they are counted from a visit; else from the decision.
        after_visit: bool,
        every_days: i64,
    },
    /// The event stands in the agreed plan of a year.
    Planned {
        /// Number of the plan's line.
        number: String,
        #[schema(format = Date)]
        agreed_on: String,
        /// First day on which it may be held.
        #[schema(format = Date)]
        from: String,
        /// Last day.
        #[schema(format = Date)]
        to: String,
    },
    /// A published risk indicator fired.
    Indicator {
        rule: String,
        /// Number of the prosecutor's consent; none = not given yet.
        #[serde(skip_serializing_if = "Option::is_none")]
        consent: Option<String>,
        /// Its day.
        #[schema(format = Date)]
        #[serde(skip_serializing_if = "Option::is_none")]
        consent_on: Option<String>,
    },
    /// The exploration reserve drew it by chance.
    Drawn {
        /// The chance by which it was drawn; not told to who is sent.
        #[serde(skip_serializing_if = "Option::is_none")]
        inclusion: Option<f64>,
        /// Objects of its territory that could have been drawn; not told to who is sent.
        #[serde(skip_serializing_if = "Option::is_none")]
        of: Option<i64>,
    },
    /// The lot chose an earlier visit to be made again by another inspector.
    SecondVisit {
        /// The chance by which it was chosen.
        inclusion: f64,
    },
}

impl Ground {
    /// Says a ground to who is sent on it. Whom chance sends is not told whether somebody was there for it before, nor by
    /// which chance: the two draws have shares of their own.
    pub(super) fn to_who_is_sent(ground: &domain::Ground) -> Self {
        match is_sent_by_chance(ground) {
            true => Self::Drawn { inclusion: None, of: None },
            false => Self::from(ground),
        }
    }
}

impl From<&domain::Ground> for Ground {
    fn from(ground: &domain::Ground) -> Self {
        match ground {
            domain::Ground::Sign { sign, rule, confirmed } => {
                Self::Sign { sign_id: sign.to_string(), rule: rule.clone(), confirmed: *confirmed }
            }
            domain::Ground::Frequency { days_since, every_days } => {
                Self::Frequency { days_since: *days_since, every_days: *every_days }
            }
            domain::Ground::PrescriptionOverdue { days } => Self::PrescriptionOverdue { days: *days },
            domain::Ground::MandatoryVisit { days, counted_from, every_days } => Self::MandatoryVisit {
                days: *days,
                after_visit: *counted_from == domain::CountedFrom::LastVisit,
                every_days: *every_days,
            },
            domain::Ground::Planned { paper, from, to } => Self::Planned {
                number: paper.number.clone(),
                agreed_on: paper.on.to_string(),
                from: from.to_string(),
                to: to.to_string(),
            },
            domain::Ground::Indicator { rule, approval } => Self::Indicator {
                rule: rule.clone(),
                consent: approval.as_ref().map(|paper| paper.number.clone()),
                consent_on: approval.as_ref().map(|paper| paper.on.to_string()),
            },
            domain::Ground::Drawn { inclusion, in_territory, in_all: _ } => {
                Self::Drawn { inclusion: Some(inclusion.get()), of: Some(i64::from(*in_territory)) }
            }
            domain::Ground::SecondVisit { inclusion, first: _ } => {
                Self::SecondVisit { inclusion: inclusion.get() }
            }
        }
    }
}

/// What is in force or proposed, counted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryCount {
    pub category: RiskCategory,
    pub count: i64,
}

/// received = accepted + duplicates + variants + rejected + held.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct IngestCounts {
    pub received: i64,
    pub accepted: i64,
    pub duplicates: i64,
    pub variants: i64,
    pub rejected: i64,
    pub held: i64,
    /// Accepted without an object.
    pub unmatched: i64,
}

impl From<domain::IngestCounts> for IngestCounts {
    fn from(counts: domain::IngestCounts) -> Self {
        Self {
            received: whole(counts.received),
            accepted: whole(counts.accepted),
            duplicates: whole(counts.duplicates),
            variants: whole(counts.variants),
            rejected: whole(counts.rejected),
            held: whole(counts.held),
            unmatched: whole(counts.unmatched),
        }
    }
}

/// Turns a count into the contract's integer; no count of rows comes near its end.
pub(crate) fn whole<N: TryInto<i64>>(count: N) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// Returns the local day of an instant as `YYYY-MM-DD`; empty outside the calendar.
pub(crate) fn day_text(zone: &Zone, instant: Timestamp) -> String {
    zone.day_of(instant).map(|day| day.to_string()).unwrap_or_default()
}
