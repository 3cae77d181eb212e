//! The rolling evaluation as one HTML page that needs nothing else: figures beside each other, plots, in Russian or
//! English.

use std::fmt::Write as _;

use dozor_domain::Localized;

use super::bootstrap::Estimate;
use super::page_plots::plots;
use super::page_tables::{contenders_table, further_table, windows_table};
use super::rolling::RollingEvaluation;
use super::svg::escaped;

/// Chooses the language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Russian.
    Russian,
    /// English.
    English,
}

/// Is a further table of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageTable {
    /// What it shows and how it is to be read.
    pub title: Localized,
    /// Heads of the columns.
    pub head: Vec<Localized>,
    /// Cells by row.
    pub rows: Vec<Vec<Localized>>,
}

/// Holds what the page says beside the figures.
#[derive(Clone, Debug, PartialEq)]
pub struct PageTexts<'a> {
    /// What was evaluated.
    pub title: Localized,
    /// Names of the categories, by code.
    pub categories: &'a [(String, Localized)],
    /// Names of the orders of work, by name in the figures.
    pub contenders: &'a [(String, Localized)],
    /// Area by the number of outcomes that taught.
    pub learning: &'a [(f64, Estimate)],
    /// What follows the plots.
    pub tables: &'a [PageTable],
    /// How far each fact moves the score: its name, and the spread of its part of the log-odds.
    pub effects: &'a [(Localized, f64)],
}

impl PageTexts<'_> {
    /// Returns the name of an order of work for people.
    pub(super) fn contender<'b>(&'b self, name: &'b str, language: Language) -> &'b str {
        let known = self.contenders.iter().find(|(known, _)| known == name);
        known.map_or(name, |(_, title)| language.choose(title))
    }
}

impl Language {
    pub(super) fn of<'a>(self, ru: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Russian => ru,
            Self::English => en,
        }
    }
    pub(super) fn choose(self, both: &Localized) -> &str {
        self.of(&both.ru, &both.en)
    }
    /// Writes a number as the language does.
    pub fn number(self, value: f64, digits: usize) -> String {
        let text = format!("{value:.digits$}");
        match self {
            Self::Russian => text.replace('.', ","),
            Self::English => text,
        }
    }
}

/// Makes the page.
pub fn evaluation_page(found: &RollingEvaluation, texts: &PageTexts<'_>, language: Language) -> String {
    let title = escaped(language.choose(&texts.title));
    let tag = language.of("ru", "en");
    let mut page = format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}\
         </style></head><body><h1>{title}</h1>"
    );
    // Writing to a String cannot fail.
    let _ = write!(
        page,
        "<p>{} <b>{}</b>. {} {}.</p>",
        language.of(
            "Наименьшее сожаление по окнам среди тех, кто даёт вероятность:",
            "Least regret over the windows among those that give a probability:"
        ),
        escaped(texts.contender(&found.champion, language)),
        language.of("Интервалы 95 %, повторных выборок:", "95 % intervals; resamples:"),
        found.resamples
    );
    page += &contenders_table(found, texts, language);
    page += &plots(found, texts, language);
    let _ = write!(page, "<h2>{}</h2>", language.of("По окнам", "By window"));
    page += &windows_table(found, texts, language);
    page.extend(texts.tables.iter().map(|table| further_table(table, language)));
    page + "</body></html>\n"
}

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:1240px;margin:2em auto;padding:0 1em;color:#222}\
    h1{font-size:1.5em}h2{font-size:1.1em;margin:1.6em 0 .3em}div{overflow-x:auto}\
    table{border-collapse:collapse;margin:.6em 0;font-size:13px}\
    td,th{border:1px solid #ccc;padding:.25em .6em;text-align:right;font-variant-numeric:tabular-nums;vertical-align:top}\
    th{background:#f3f5f7;font-weight:600}td:first-child,th:first-child{text-align:left}td:first-child{min-width:5.4em}\
    figure{display:inline-block;margin:1em 2em 1em 0;vertical-align:top}figcaption{font-weight:600;margin-bottom:.3em}\
    small{color:#555;white-space:nowrap}svg text{fill:#333}";

#[cfg(test)]
mod tests {
    use super::super::rolling::tests_support::{SETTINGS, windows};
    use super::*;
    use crate::evaluate::evaluate_rolling;

    #[test]
    fn the_page_needs_nothing_else_and_speaks_both_languages() {
        let found = evaluate_rolling(&windows(), &["high", "low"], &SETTINGS).unwrap();
        let both = |ru: &str, en: &str| Localized { ru: ru.into(), en: en.into() };
        let categories = [("high".to_owned(), both("высокий", "high"))];
        let effects = [(both("Долг", "Debt"), 0.4), (both("Возраст", "Age"), -0.2)];
        let learning = [(400.0, found.contenders[0].mean.auc.unwrap())];
        let tables = [PageTable {
            title: both("Сдвиг", "Drift"),
            head: vec![both("Факт", "Fact")],
            rows: vec![vec![both("<i>", "<i>")]],
        }];
        let contenders = [("rules".to_owned(), both("только правила", "rules alone"))];
        let texts = PageTexts {
            title: both("Оценка <1>", "Evaluation"),
            categories: &categories,
            contenders: &contenders,
            learning: &learning,
            tables: &tables,
            effects: &effects,
        };
        let ru = evaluation_page(&found, &texts, Language::Russian);
        let en = evaluation_page(&found, &texts, Language::English);
        for said in ["Оценка &lt;1&gt;", "высокий", "Долг"] {
            assert!(ru.contains(said), "{said}");
        }
        assert!(ru.contains("только правила") && ru.contains("&lt;i&gt;") && ru.contains("400 исходов"));
        assert!(en.contains("Debt") && en.contains("Calibration") && en.contains("rules alone"));
        for page in [&ru, &en] {
            assert_eq!(page.matches("<svg").count(), 5);
            assert!(!page.contains("<script") && !page.contains("src="), "nothing is fetched");
        }
        assert_eq!(ru, evaluation_page(&found, &texts, Language::Russian));
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<crate::RollingEvaluation>(&json).unwrap().champion, "model");
    }
}
