//! The catalogue as people read it: a page in Markdown, and JSON for completion in an editor. Pure functions of the
//! catalogue: the same catalogue gives the same bytes.

use dozor_domain::{Localized, ValueType, hex};
use serde_json::{Value, json};

use crate::catalogue::FactCatalogue;
use crate::definition::{MissingMeans, RiskDirection, Sensitivity};
use crate::describe::KindText;
use crate::error::FactsError;
use crate::head::{FactHead, FactUse};

/// Is a language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Russian.
    Ru,
    /// English.
    En,
}

impl Language {
    fn of(self, text: &Localized) -> &str {
        match self {
            Self::Ru => &text.ru,
            Self::En => &text.en,
        }
    }
    fn either(self, ru: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Ru => ru,
            Self::En => en,
        }
    }
    fn kind(self, head: &FactHead) -> KindText {
        match self {
            Self::Ru => head.kind.in_russian(),
            Self::En => head.kind.in_english(),
        }
    }
}

/// Returns the catalogue as JSON: `{ hash, facts: [{ code, title, … , kind_text }] }`, facts in the order of columns.
///
/// # Errors
/// [`FactsError::Input`] where a head has no JSON form.
pub fn catalogue_json(catalogue: &FactCatalogue) -> Result<String, FactsError> {
    serde_json::to_string_pretty(&catalogue_value(catalogue)?).map_err(problem)
}

fn problem(error: serde_json::Error) -> FactsError {
    FactsError::Input { problem: format!("the catalogue has no JSON form: {error}") }
}

/// Returns what [`catalogue_json`] writes.
///
/// # Errors
/// As [`catalogue_json`].
pub fn catalogue_value(catalogue: &FactCatalogue) -> Result<Value, FactsError> {
    let one = |head: &FactHead| {
        let mut value = serde_json::to_value(head).map_err(problem)?;
        if let Value::Object(keys) = &mut value {
            let texts = json!({ "ru": head.kind.in_russian(), "en": head.kind.in_english() });
            keys.insert("kind_text".to_owned(), texts);
            keys.insert("is_feature".to_owned(), Value::Bool(head.is_feature()));
            keys.insert("use".to_owned(), Value::String(head.uses.letters()));
        }
        Ok(value)
    };
    let facts = catalogue.facts().iter().map(one).collect::<Result<Vec<Value>, FactsError>>()?;
    let hash = hex(&catalogue.hash());
    Ok(json!({ "hash": hash, "facts": facts }))
}

/// Returns the catalogue as a page: a list of all facts, then a section for each.
pub fn catalogue_markdown(catalogue: &FactCatalogue, language: Language) -> String {
    let heads = catalogue.facts();
    let mut page = format!(
        "# {}\n\n{} {}\n\n",
        language.either("Каталог фактов", "The fact catalogue"),
        language.either("Фактов:", "Facts:"),
        heads.len()
    );
    page.push_str(language.either(
        "| факт | название | применение | направление риска | может изменить лицо |\n|---|---|---|---|---|\n",
        "| fact | title | use | direction of risk | the person can change it |\n|---|---|---|---|---|\n",
    ));
    for head in heads {
        let cells = [
            format!("[`{0}`](#{0})", head.code),
            cell(language.of(&head.title)),
            uses(head, language),
            direction(head, language).to_owned(),
            actionable(head, language).to_owned(),
        ];
        page.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    for head in heads {
        page.push_str(&section(head, language));
    }
    page
}

fn section(head: &FactHead, language: Language) -> String {
    let mut text = format!("\n## {}\n\n{}", head.code, language.of(&head.title));
    let unit = language.of(&head.unit);
    if !unit.is_empty() {
        text.push_str(&format!(", {unit}"));
    }
    text.push_str(".\n\n");
    if let Some(note) = &head.note {
        text.push_str(&format!("{}\n\n", language.of(note)));
    }
    let kind = language.kind(head);
    let mut line = |name: &str, value: &str| text.push_str(&format!("* {name}: {value}\n"));
    line(language.either("вид", "kind"), &format!("`{}`, {}", head.kind.code(), kind.gives));
    line(language.either("значение", "value"), type_name(head.value_type, language));
    if !head.sources.is_empty() {
        line(language.either("источник", "source"), &codes(&head.sources));
    }
    if !head.reads.is_empty() {
        line(language.either("по фактам", "from the facts"), &codes(&head.reads));
    }
    for (key, written) in &head.definition {
        line(&format!("`{key}`"), &format!("`{}`", written.replace('\n', " ").replace('`', "'")));
    }
    if !head.object_kinds.is_empty() {
        line(
            language.either("только для видов объектов", "only for kinds of object"),
            &codes(&head.object_kinds),
        );
    }
    line(language.either("неизвестно", "missing"), &missing(head, kind, language));
    line(language.either("направление риска", "direction of risk"), direction(head, language));
    line(language.either("применение", "use"), &uses(head, language));
    line(language.either("может изменить лицо", "the person can change it"), actionable(head, language));
    if let Some(mark) = head.sensitivity {
        line(language.either("пометка", "mark"), sensitivity(mark, language));
    }
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn codes(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn missing(head: &FactHead, kind: KindText, language: Language) -> String {
    match head.missing {
        MissingMeans::Unknown => kind.missing.to_owned(),
        MissingMeans::Zero => {
            let zero = language.either("законно считается нулём (нет)", "lawfully taken for zero (no)");
            format!("{zero}: {}", kind.missing)
        }
    }
}

fn direction(head: &FactHead, language: Language) -> &'static str {
    match head.risk {
        Some(RiskDirection::More) => language.either("больше — риск выше", "more means more risk"),
        Some(RiskDirection::Less) => language.either("больше — риск ниже", "more means less risk"),
        Some(RiskDirection::Neither) => language.either("само по себе не указывает", "none by itself"),
        None => language.either("не объявлено", "not declared"),
    }
}

fn actionable(head: &FactHead, language: Language) -> &'static str {
    if head.actionable { language.either("да", "yes") } else { language.either("нет", "no") }
}

fn uses(head: &FactHead, language: Language) -> String {
    let name = |one: &FactUse| match one {
        FactUse::Criterion => language.either("критерий", "criterion"),
        FactUse::Sign => language.either("признак", "sign"),
        FactUse::Model => language.either("модель", "model"),
        FactUse::Ordering => language.either("очерёдность", "ordering"),
        FactUse::Gate => language.either("допуск", "gate"),
        FactUse::Report => language.either("отчёт", "report"),
    };
    head.uses.all().iter().map(name).collect::<Vec<_>>().join(", ")
}

fn type_name(value_type: ValueType, language: Language) -> &'static str {
    match value_type {
        ValueType::Boolean => language.either("да или нет", "yes or no"),
        ValueType::Integer => language.either("целое число", "whole number"),
        ValueType::Float => language.either("число", "number"),
        ValueType::Text => language.either("текст", "text"),
        ValueType::Codes => language.either("список кодов", "list of codes"),
        ValueType::Date => language.either("день", "day"),
        ValueType::Instant => language.either("момент", "instant"),
    }
}

fn sensitivity(mark: Sensitivity, language: Language) -> &'static str {
    match mark {
        Sensitivity::Protected => {
            language.either("защищённый признак: только отчёт", "protected: report only")
        }
        Sensitivity::Personal => {
            language.either("персональные данные: только отчёт", "personal: report only")
        }
        Sensitivity::Proxy => language.either(
            "заместитель: не для категории и модели",
            "a proxy: neither for a category nor the model",
        ),
    }
}
