//! The rolling evaluation as one HTML page that needs nothing else: figures beside each other, plots, in Russian or
//! English.

use std::fmt::Write as _;

use dozor_domain::Localized;

use super::bootstrap::Estimate;
use super::report::Metrics;
use super::rolling::{ContenderFigures, RollingEvaluation};
use super::svg::{Bar, Line, bars, escaped, lines};

/// Chooses the language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Russian.
    Russian,
    /// English.
    English,
}

/// Holds what the page says beside the figures.
#[derive(Clone, Debug, PartialEq)]
pub struct PageTexts<'a> {
    /// What was evaluated.
    pub title: Localized,
    /// Names of the categories, by code.
    pub categories: &'a [(String, Localized)],
    /// How far each fact moves the score: its name, and the spread of its part of the log-odds.
    pub effects: &'a [(Localized, f64)],
}

impl Language {
    fn of<'a>(self, ru: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Russian => ru,
            Self::English => en,
        }
    }
    fn choose(self, both: &Localized) -> &str {
        self.of(&both.ru, &both.en)
    }
    fn number(self, value: f64, digits: usize) -> String {
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
        escaped(&found.champion),
        language.of("Интервалы 95 %, повторных выборок:", "95 % intervals; resamples:"),
        found.resamples
    );
    page += &contenders_table(found, language);
    page += &windows_table(found, language);
    page += &plots(found, texts, language);
    page + "</body></html>\n"
}

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:1100px;margin:2em auto;padding:0 1em;color:#222}\
    table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #bbb;padding:.25em .6em;text-align:right}\
    td:first-child,th:first-child{text-align:left}figure{display:inline-block;margin:1em 1em 1em 0;vertical-align:top}\
    small{color:#555}";

/// Figures of the table: how it is called, its digits, what reads it.
type Column = (&'static str, &'static str, usize, fn(&Metrics) -> Option<Estimate>);

const COLUMNS: [Column; 7] = [
    ("AUC", "AUC", 3, |m| m.auc),
    ("Точность на первых 10 %", "Precision in the first 10 %", 3, |m| m.precision_at_10),
    ("Точность на мощности", "Precision at capacity", 3, |m| m.precision_at_capacity),
    ("Выигрыш на первых 10 %", "Lift in the first 10 %", 2, |m| m.lift_at_10),
    ("Раньше, дней", "Days earlier", 1, |m| m.days_earlier),
    ("Брайер", "Brier", 4, |m| m.brier),
    ("Ошибка калибровки в окне", "Calibration error in a window", 3, |m| {
        m.calibration_error
    }),
];

fn cell(estimate: Option<Estimate>, digits: usize, language: Language) -> String {
    estimate.map_or_else(
        || "<td>–</td>".to_owned(),
        |found| {
            let [value, low, high] =
                [found.value, found.low, found.high].map(|number| language.number(number, digits));
            format!("<td>{value}<br><small>{low} … {high}</small></td>")
        },
    )
}

fn contenders_table(found: &RollingEvaluation, language: Language) -> String {
    let reference = found.contenders.get(1).map_or("", |contender| &contender.name);
    let mut table = format!("<table><tr><th>{}</th>", language.of("Порядок работы", "Order of work"));
    for (ru, en, _, _) in COLUMNS {
        let _ = write!(table, "<th>{}</th>", language.of(ru, en));
    }
    let _ = write!(
        table,
        "<th>{} «{}»</th><th>{}</th><th>{}</th><th>{}</th></tr>",
        language.of("AUC против", "AUC against"),
        escaped(reference),
        language.of("Ошибка калибровки по всем окнам", "Calibration error of all windows"),
        language.of("AUC внутри инспектора", "AUC within inspector"),
        language.of("Сожаление", "Regret")
    );
    for contender in &found.contenders {
        let _ = write!(table, "<tr><td>{}</td>", escaped(&contender.name));
        for (_, _, digits, read) in COLUMNS {
            table += &cell(read(&contender.mean), digits, language);
        }
        table += &cell(contender.minus_reference.auc, 3, language);
        for value in
            [contender.pooled_calibration_error, contender.within_inspector_auc, Some(contender.regret)]
        {
            let text = value.map_or_else(|| "–".to_owned(), |value| language.number(value, 3));
            let _ = write!(table, "<td>{text}</td>");
        }
        table += "</tr>";
    }
    table + "</table>"
}

fn windows_table(found: &RollingEvaluation, language: Language) -> String {
    let mut table = format!(
        "<table><tr><th>{}</th><th>{}</th><th>{}</th>",
        language.of("Окно", "Window"),
        language.of("Исходов", "Outcomes"),
        language.of("Нарушений", "Violations")
    );
    for contender in &found.contenders {
        let _ = write!(table, "<th>AUC: {}</th>", escaped(&contender.name));
    }
    table += "</tr>";
    for window in &found.windows {
        let (name, events, positives) = (escaped(&window.name), window.events, window.positives);
        let _ = write!(table, "<tr><td>{name}</td><td>{events}</td><td>{positives}</td>");
        for area in &window.auc {
            let text = area.map_or_else(|| "–".to_owned(), |area| language.number(area, 3));
            let _ = write!(table, "<td>{text}</td>");
        }
        table += "</tr>";
    }
    table + "</table>"
}

fn plots(found: &RollingEvaluation, texts: &PageTexts<'_>, language: Language) -> String {
    let curve = |contender: &ContenderFigures| contender.precision.clone();
    let precision: Vec<Line<'_>> =
        found.contenders.iter().map(|one| Line { name: &one.name, points: curve(one) }).collect();
    let ideal = language.of("сказано = найдено", "promised = found");
    let mut calibration: Vec<Line<'_>> = found
        .contenders
        .iter()
        .filter(|one| !one.calibration.is_empty())
        .map(|one| Line {
            name: &one.name,
            points: one.calibration.iter().rev().map(|bin| (bin.promised, bin.found)).collect(),
        })
        .collect();
    let most = calibration
        .iter()
        .flat_map(|line| &line.points)
        .map(|point| point.0.max(point.1))
        .fold(0.0, f64::max);
    let most = if most > 0.0 { (most * 10.0).ceil() / 10.0 } else { 1.0 };
    calibration.push(Line { name: ideal, points: vec![(0.0, 0.0), (most, most)] });
    let name = |code: &str| {
        let known = texts.categories.iter().find(|(known, _)| known == code);
        known.map_or_else(|| code.to_owned(), |(_, title)| language.choose(title).to_owned())
    };
    let names: Vec<String> = found.categories.iter().map(|hits| name(&hits.category)).collect();
    let hits: Vec<Bar<'_>> = found
        .categories
        .iter()
        .zip(&names)
        .map(|(hits, name)| Bar {
            name,
            value: hits.hit_rate.value,
            interval: Some((hits.hit_rate.low, hits.hit_rate.high)),
        })
        .collect();
    let effects: Vec<Bar<'_>> = texts
        .effects
        .iter()
        .map(|(title, spread)| Bar { name: language.choose(title), value: *spread, interval: None })
        .collect();
    let share = |value: f64| format!("{} %", language.number(100.0 * value, 1));
    let figure = |title: &str, svg: String| format!("<figure><figcaption>{title}</figcaption>{svg}</figure>");
    let across = language.of("доля проверенных", "share visited");
    let up = language.of("доля нарушений среди них", "share of violations among them");
    let axes = (language.of("обещано", "promised"), language.of("найдено", "found"));
    [
        figure(
            language.of("Точность на первых k", "Precision in the first k"),
            lines(&precision, 1.0, (across, up)),
        ),
        figure(language.of("Калибровка", "Calibration"), lines(&calibration, most, axes)),
        figure(language.of("Доля нарушений по категориям", "Hit rate by category"), bars(&hits, share)),
        figure(
            language
                .of("Действие фактов, разброс логарифма шансов", "Effect of each fact, spread of log-odds"),
            bars(&effects, |value| language.number(value, 2)),
        ),
    ]
    .concat()
}

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
        let texts =
            PageTexts {
                title: both("Оценка <1>", "Evaluation"), categories: &categories, effects: &effects
            };
        let ru = evaluation_page(&found, &texts, Language::Russian);
        let en = evaluation_page(&found, &texts, Language::English);
        assert!(ru.contains("Оценка &lt;1&gt;") && ru.contains(">высокий<") && ru.contains("Долг"));
        assert!(en.contains("Debt") && en.contains("Calibration"));
        for page in [&ru, &en] {
            assert_eq!(page.matches("<svg").count(), 4);
            assert!(!page.contains("<script") && !page.contains("src="), "nothing is fetched");
        }
        assert_eq!(ru, evaluation_page(&found, &texts, Language::Russian));
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<crate::RollingEvaluation>(&json).unwrap().champion, "model");
    }
}
