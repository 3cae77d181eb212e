//! Words for codes: of records' fields and their values by the pack's `words.toml`, of what an event lacks here.

use dozor_domain as domain;
use dozor_domain::Value;

use super::Queries;
use super::common::{Localized, value_text};
use crate::dozor::Dozor;

impl Queries {
    /// Returns the name of a record's field: the pack's, else that of the fact of the same name, else its own.
    pub(super) fn field_title(&self, field: &str) -> Localized {
        if let Some(words) = self.dozor.methodology.words.fields.get(field) {
            return Localized::from(words);
        }
        let fact = self.dozor.methodology.catalogue.head(field);
        fact.map_or_else(|| Localized::same(field.replace('_', " ")), |fact| Localized::from(&fact.title))
    }

    /// Returns a value in words: codes by the pack's words, yes and no, else as it is.
    pub(super) fn value_words(&self, field: &str, value: &Value) -> Localized {
        let codes = self.dozor.methodology.words.values.get(field);
        let word = |code: &str| codes.and_then(|codes| codes.get(code));
        match value {
            Value::Boolean(true) => both("да", "yes"),
            Value::Boolean(false) => both("нет", "no"),
            Value::Text(code) => {
                if field == "rule" && self.dozor.methodology.rules.rule(code).is_some() {
                    return self.dozor.rule_title(code);
                }
                word(code).map_or_else(|| Localized::same(code), Localized::from)
            }
            Value::Integer(_) | Value::Float(_) | Value::Date(_) | Value::Instant(_) | Value::Codes(_) => {
                Localized::same(value_text(value))
            }
        }
    }
}

fn both(ru: &str, en: &str) -> Localized {
    Localized { ru: ru.to_owned(), en: en.to_owned() }
}

/// Says what the lightest kind of event lacks; the code itself for a code of a later version.
pub(super) fn lack(code: &str) -> Localized {
    match code {
        "event_kind" => {
            both("в этот день такого вида мероприятия нет", "there is no such kind of event on that day")
        }
        "control_kind" => {
            both("вид контроля не знает такого мероприятия", "the kind of control does not know this event")
        }
        "desk_decision" => {
            both("нет решения камеральной группы о признаке", "the desk has not decided the sign")
        }
        "ground" => {
            both("основание не подходит для мероприятия", "the ground is none for this kind of event")
        }
        "category_decision" => {
            both("категория только предложена, решения нет", "the category is only proposed")
        }
        "moratorium" => both("действует мораторий на проверки", "a moratorium forbids it"),
        "not_for_category" => {
            both("для этой категории таких мероприятий нет", "the category has no events of this kind")
        }
        "cap_used_up" => both("предел частоты уже исчерпан", "the cap of frequency is used up"),
        "prosecutor_approval" => both("нет согласования прокуратуры", "the prosecutor has not agreed"),
        "working_day" => both("день нерабочий", "the day is no working day"),
        other => Localized::same(other),
    }
}

impl Dozor {
    /// Returns the name of a rule; its id when the methodology has it no more.
    pub(super) fn rule_title(&self, id: &str) -> Localized {
        let rule = self.methodology.rules.rule(id);
        rule.map_or_else(|| Localized::same(id), |rule| Localized::from(&rule.head().title))
    }

    /// Returns the name of a skill: a kind of control, or the code of a piece of equipment.
    pub(super) fn skill_title(&self, code: &str) -> Localized {
        let kind = self.methodology.manifest.control_kinds.iter().find(|kind| kind.code == code);
        kind.map_or_else(|| Localized::same(code), |kind| Localized::from(&kind.short))
    }

    /// Returns the name of a role.
    pub(super) fn role_title(&self, code: &str) -> Localized {
        let role = self.methodology.manifest.roles.iter().find(|role| role.code == code);
        role.map_or_else(|| Localized::same(code), |role| Localized::from(&role.title))
    }

    /// Returns the name of a source.
    pub(super) fn source_title(&self, name: &str) -> Localized {
        let source = self.methodology.sources.get(name);
        source.map_or_else(|| Localized::same(name), |spec| Localized::from(&spec.title))
    }

    /// Returns the name of a feature of the model: of its fact, with the value or the gap that it stands for.
    pub(super) fn feature_title(&self, feature: &str) -> Localized {
        let title = |fact: &str| self.methodology.catalogue.head(fact).map(|head| head.title.clone());
        if let Some(found) = title(feature) {
            return Localized::from(&found);
        }
        if let Some(fact) = feature.strip_prefix("missing:") {
            let name =
                title(fact).unwrap_or_else(|| domain::Localized { ru: fact.to_owned(), en: fact.to_owned() });
            return both(&format!("{}: нет данных", name.ru), &format!("{}: no data", name.en));
        }
        match feature.split_once(['=', ':']) {
            Some((fact, value)) => title(fact).map_or_else(
                || Localized::same(feature),
                |name| both(&format!("{}: {value}", name.ru), &format!("{}: {value}", name.en)),
            ),
            None => Localized::same(feature),
        }
    }
}
