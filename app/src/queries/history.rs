//! What is recorded about one object: its history, its outlines as seen, its signs.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;

use dozor_domain as domain;
use dozor_domain::{ObjectId, UserId, Value, ValueType};
use dozor_store::SourceRecord;
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::codes::{DeskVerdict, SignStateCode};
use super::common::{FactValue, Localized, day_text, value_text};
use super::shapes::Geometry;
use crate::error::AppError;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryDetail {
    pub title: Localized,
    pub value: Localized,
}

/// A record about the object, except the registries' own rows.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    pub id: String,
    pub source: String,
    pub title: Localized,
    #[schema(format = Date)]
    pub happened_on: String,
    #[schema(format = DateTime)]
    pub known_at: String,
    pub details: Vec<HistoryDetail>,
}

/// A contour that was seen: a detection, a survey, a fence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Picture {
    pub title: Localized,
    #[schema(format = Date)]
    pub seen_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    pub geometry: Geometry,
    pub details: Vec<HistoryDetail>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignEntry {
    pub id: String,
    pub rule: String,
    pub title: Localized,
    pub control_kind: String,
    pub state: SignStateCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<DeskVerdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<String>,
    #[schema(format = DateTime)]
    pub opened_at: String,
    pub priority: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Localized>,
}

/// Returns evidence, which scripts write in figures, signs and units: in Russian with a comma for the point, in English
/// with the units' English names; none when there is none.
fn evidence_words(evidence: &str, units: &[&domain::Localized]) -> Option<Localized> {
    let letters: Vec<char> = evidence.chars().collect();
    let is_digit = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
    let russian = letters.iter().enumerate().map(|(at, letter)| match letter {
        '.' if is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)) => ',',
        other => *other,
    });
    let english = |word: &str| {
        let unit = units.iter().find(|unit| unit.ru == word);
        unit.map_or_else(|| word.to_owned(), |unit| unit.en.clone())
    };
    (!evidence.is_empty()).then(|| Localized {
        ru: russian.collect(),
        en: evidence.split(' ').map(english).collect::<Vec<_>>().join(" "),
    })
}

/// Names of staff by key.
type StaffNames = HashMap<String, String>;

/// Holds the records about an object as its pages show them.
pub(super) struct Recorded {
    pub(super) attributes: Vec<FactValue>,
    pub(super) history: Vec<HistoryEntry>,
    pub(super) pictures: Vec<Picture>,
}

impl Queries {
    /// Returns the current records about an object, newest first; with an instant, those known before it.
    pub(super) async fn recorded(
        &self,
        object: &domain::ObjectRow,
        before: Option<domain::Timestamp>,
    ) -> Result<Recorded, AppError> {
        let mut newest: HashMap<(String, String), SourceRecord> = HashMap::new();
        let all = self.dozor.store().records_of_object(object.id).await?.into_iter();
        for one in all.filter(|one| before.is_none_or(|before| one.record.known_at < before)) {
            let key = (one.source.clone(), one.record.external_id.clone());
            let order = |one: &SourceRecord| (one.record.version, one.record.preference, one.record.seq);
            let newer = newest.get(&key).is_none_or(|known| order(known) < order(&one));
            if newer && one.record.ended_at.is_none() {
                newest.insert(key, one);
            }
        }
        let mut records: Vec<SourceRecord> = newest.into_values().collect();
        records.sort_by_key(|one| {
            std::cmp::Reverse((
                one.record.happened_at.unwrap_or(one.record.known_at),
                one.record.known_at,
                one.record.id,
            ))
        });
        let staff = match records.iter().any(|one| self.names_staff(&one.source)) {
            true => self.staff_names().await?,
            false => StaffNames::new(),
        };
        let mut recorded = Recorded { attributes: Vec::new(), history: Vec::new(), pictures: Vec::new() };
        for one in &records {
            let registry =
                self.dozor.methodology.sources.get(&one.source).is_some_and(|spec| spec.is_registry());
            if registry {
                if one.source == object.source && one.record.external_id == object.key {
                    recorded.attributes = self.attributes(one);
                }
                continue;
            }
            recorded.pictures.extend(self.picture(one, &staff));
            recorded.history.push(self.history_entry(one, &staff));
        }
        Ok(recorded)
    }

    /// Returns the fields of a record that are known, in the order of its source.
    fn fields(&self, one: &SourceRecord) -> Vec<(String, ValueType, Value)> {
        let Some(spec) = self.dozor.methodology.sources.get(&one.source) else { return Vec::new() };
        let Ok(content) = serde_json::from_str::<HashMap<String, serde_json::Value>>(&one.record.content)
        else {
            return Vec::new();
        };
        let known = |field: domain::FieldDefinition| {
            let value = Value::from_json(field.value_type, content.get(&field.name)?)?;
            Some((field.name, field.value_type, value))
        };
        spec.schema().into_iter().filter_map(known).collect()
    }

    fn attributes(&self, one: &SourceRecord) -> Vec<FactValue> {
        let zone = &self.dozor.methodology.manifest.zone;
        let date = one.record.happened_at.map(|instant| day_text(zone, instant));
        let unit = |name: &str| {
            self.dozor.methodology.catalogue.head(name).and_then(|fact| Localized::written(&fact.unit))
        };
        let attribute = |(name, value_type, value): (String, ValueType, Value)| FactValue {
            title: self.field_title(&name),
            unit: unit(&name),
            value_type: value_type.into(),
            value: Some(value_text(&value)),
            words: self.code_words(&name, &value),
            source: Some(self.dozor.source_title(&one.source)),
            source_date: date.clone(),
            name,
        };
        self.fields(one).into_iter().map(attribute).collect()
    }

    /// Tells whether a source's records name somebody of the staff by his key.
    fn names_staff(&self, source: &str) -> bool {
        let fields = self.dozor.methodology.catalogue.staff_fields();
        fields.iter().any(|field| field.split_once('.').is_some_and(|(of, _)| of == source))
    }

    fn details(&self, one: &SourceRecord, staff: &StaffNames) -> Vec<HistoryDetail> {
        let fields = self.dozor.methodology.catalogue.staff_fields();
        let somebody = |name: &str, value: &Value| {
            let is_staff =
                fields.iter().any(|field| field.split_once('.') == Some((one.source.as_str(), name)));
            is_staff.then(|| staff.get(&value_text(value)).map(Localized::same)).flatten()
        };
        let detail = |(name, _, value): (String, ValueType, Value)| HistoryDetail {
            title: self.field_title(&name),
            value: somebody(&name, &value).unwrap_or_else(|| self.value_words(&name, &value)),
        };
        self.fields(one).into_iter().map(detail).collect()
    }

    fn history_entry(&self, one: &SourceRecord, staff: &StaffNames) -> HistoryEntry {
        let zone = &self.dozor.methodology.manifest.zone;
        HistoryEntry {
            id: one.record.id.to_string(),
            source: one.source.clone(),
            title: self.dozor.source_title(&one.source),
            happened_on: day_text(zone, one.record.happened_at.unwrap_or(one.record.known_at)),
            known_at: one.record.known_at.to_string(),
            details: self.details(one, staff),
        }
    }

    fn picture(&self, one: &SourceRecord, staff: &StaffNames) -> Option<Picture> {
        let geometry = Geometry::of_wkb(one.record.geometry.as_deref()?)?;
        let zone = &self.dozor.methodology.manifest.zone;
        let confidence = self.fields(one).into_iter().find_map(|(name, _, value)| match value {
            Value::Float(share) if name == "confidence" => Some(share),
            _ => None,
        });
        // The confidence stands beside the title already.
        let mut details = self.details(one, staff);
        if confidence.is_some() {
            let title = self.field_title("confidence");
            details.retain(|detail| detail.title != title);
        }
        Some(Picture {
            title: self.dozor.source_title(&one.source),
            seen_on: day_text(zone, one.record.happened_at.unwrap_or(one.record.known_at)),
            confidence,
            geometry,
            details,
        })
    }

    /// Returns evidence in words, its units by the catalogue of facts.
    pub(super) fn evidence_text(&self, evidence: &str) -> Option<Localized> {
        let facts = self.dozor.methodology.catalogue.facts();
        evidence_words(evidence, &facts.iter().map(|fact| &fact.unit).collect::<Vec<_>>())
    }

    /// Returns the names of users by id: what decisions are signed with.
    pub(super) async fn user_names(&self) -> Result<HashMap<UserId, String>, AppError> {
        let users = self.dozor.store().users().await?;
        Ok(users.into_iter().map(|user| (user.id, user.name)).collect())
    }

    /// Returns the signs of an object, newest first, with what the desk said.
    pub(super) async fn sign_entries(&self, object: ObjectId) -> Result<Vec<SignEntry>, AppError> {
        let store = self.dozor.store();
        let decisions = store.desk_decisions_of(object).await?;
        let names = self.user_names().await?;
        let entry = |sign: domain::ViolationSign| {
            let decision = decisions.iter().find(|decision| decision.sign == sign.id);
            let verdict = match &sign.state {
                domain::SignState::Desk { verdict, .. } => Some(*verdict),
                domain::SignState::Detected
                | domain::SignState::Tasked { .. }
                | domain::SignState::Field { .. }
                | domain::SignState::Expired => decision.map(|one| one.verdict),
            };
            SignEntry {
                id: sign.id.to_string(),
                title: self.dozor.rule_title(&sign.rule),
                state: SignStateCode::from(&sign.state),
                verdict: verdict.map(DeskVerdict::from),
                comment: decision.map(|one| one.comment.clone()),
                author: decision.and_then(|one| names.get(&one.author).cloned()),
                decided_at: decision.map(|one| one.decided_at.to_string()),
                opened_at: sign.opened_at.to_string(),
                priority: sign.priority,
                evidence: self.evidence_text(&sign.evidence),
                rule: sign.rule,
                control_kind: sign.control_kind,
            }
        };
        Ok(store.signs_of(object).await?.into_iter().map(entry).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_has_the_signs_and_units_of_its_language() {
        let unit = |ru: &str, en: &str| domain::Localized { ru: ru.to_owned(), en: en.to_owned() };
        let (metres, squares, days) = (unit("м", "m"), unit("м²", "m²"), unit("дн", "days"));
        let words = |evidence| evidence_words(evidence, &[&metres, &squares, &days]);
        let growth = words("+12.5 > 10 м²").unwrap();
        assert_eq!((growth.ru.as_str(), growth.en.as_str()), ("+12,5 > 10 м²", "+12.5 > 10 m²"));
        assert_eq!(words("120 > 90 дн").unwrap().en, "120 > 90 days");
        assert_eq!(words(""), None);
    }
}
