//! The card as an annex of the methodology: a table that a lawyer reads and an owner adds up, in two languages.

use std::fmt::Write as _;

use dozor_domain::Localized;

use super::card::{CardFact, Scorecard};

/// Is what the annex calls a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactName {
    /// The fact's title.
    pub title: Localized,
    /// Its unit; empty where it has none.
    pub unit: Localized,
}

/// Is the printed annex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annex {
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}

struct Words {
    title: &'static str,
    how: [&'static str; 2],
    head: &'static str,
    missing: &'static str,
    under: &'static str,
    from: &'static str,
    up_to: &'static str,
    any: &'static str,
    others: &'static str,
}

const RU: Words = Words {
    title: "Балльная карта",
    how: [
        "Баллы всех показателей складываются. Каждые",
        "баллов удваивают шансы нарушения; ноль баллов есть средний объект.",
    ],
    head: "| Показатель | Значение | Баллы | Исходов | Нарушений, % |",
    missing: "нет сведений",
    under: "меньше",
    from: "от",
    up_to: "до",
    any: "любое",
    others: "прочие",
};

const EN: Words = Words {
    title: "Scorecard",
    how: [
        "The points of all facts are added. Every",
        "points double the odds of a violation; no points are the average object.",
    ],
    head: "| Fact | Value | Points | Outcomes | Violations, % |",
    missing: "not known",
    under: "under",
    from: "from",
    up_to: "to under",
    any: "any",
    others: "all others",
};

impl Scorecard {
    /// Prints the card; `name` gives a fact's title and unit, and a fact without one is called by its code.
    pub fn annex(&self, name: impl Fn(&str) -> Option<FactName>) -> Annex {
        let text = |words: &Words, choose: fn(&Localized) -> &str| {
            let [before, after] = words.how;
            let mut text =
                format!("# {}: {}\n\n{before} {} {after}\n\n", words.title, self.name, self.points_to_double);
            let _ = writeln!(text, "{}\n|---|---|---:|---:|---:|", words.head);
            for fact in &self.facts {
                let named = name(&fact.fact).unwrap_or_default();
                let title = Some(choose(&named.title)).filter(|title| !title.is_empty());
                lines(&mut text, fact, (title.unwrap_or(&fact.fact), choose(&named.unit)), words);
            }
            text
        };
        Annex { ru: text(&RU, |both| &both.ru), en: text(&EN, |both| &both.en) }
    }
}

fn lines(text: &mut String, fact: &CardFact, (title, unit): (&str, &str), words: &Words) {
    let mut line = |value: String, points: i32, rows: String, share: String| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {title} | {value} | {points:+} | {rows} | {share} |");
    };
    let mut low: Option<f64> = None;
    for bin in &fact.numbers {
        let value = match (low, bin.below) {
            (None, None) => words.any.to_owned(),
            (None, Some(below)) => format!("{} {below}", words.under),
            (Some(low), Some(below)) => format!("{} {low} {} {below}", words.from, words.up_to),
            (Some(low), None) => format!("{} {low}", words.from),
        };
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        line(format!("{value}{unit}"), bin.points, bin.rows.to_string(), bin.violations_percent.to_string());
        low = bin.below;
    }
    for bin in &fact.texts {
        let value = bin.text.as_ref().map_or_else(|| words.others.to_owned(), |text| format!("«{text}»"));
        line(value, bin.points, bin.rows.to_string(), bin.violations_percent.to_string());
    }
    line(words.missing.to_owned(), fact.missing, "–".to_owned(), "–".to_owned());
}
