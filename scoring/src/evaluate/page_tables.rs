//! The tables of the evaluation's page.

use std::fmt::Write as _;

use dozor_domain::Localized;

use super::bootstrap::Estimate;
use super::page::{Language, PageTable, PageTexts};
use super::report::Metrics;
use super::rolling::RollingEvaluation;
use super::svg::escaped;

/// Figures of the table: how it is called, its digits, what reads it.
type Column = (&'static str, &'static str, usize, fn(&Metrics) -> Option<Estimate>);

const COLUMNS: [Column; 9] = [
    ("AUC", "AUC", 3, |m| m.auc),
    ("Точность на первых 10 %", "Precision in the first 10 %", 3, |m| m.precision_at_10),
    ("Точность на мощности", "Precision at capacity", 3, |m| m.precision_at_capacity),
    ("Полнота на мощности", "Recall at capacity", 3, |m| m.recall_at_capacity),
    ("Средняя точность", "Average precision", 3, |m| m.average_precision),
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

/// Writes the figures of all orders of work, one a line.
pub(super) fn contenders_table(
    found: &RollingEvaluation,
    texts: &PageTexts<'_>,
    language: Language,
) -> String {
    let reference =
        found.contenders.get(1).map_or("", |contender| texts.contender(&contender.name, language));
    let mut table = format!("<div><table><tr><th>{}</th>", language.of("Порядок работы", "Order of work"));
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
        let _ = write!(table, "<tr><td>{}</td>", escaped(texts.contender(&contender.name, language)));
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
    table + "</table></div>"
}

/// Writes the areas of every window, one a line.
pub(super) fn windows_table(found: &RollingEvaluation, texts: &PageTexts<'_>, language: Language) -> String {
    let mut table = format!(
        "<div><table><tr><th>{}</th><th>{}</th><th>{}</th>",
        language.of("Окно", "Window"),
        language.of("Исходов", "Outcomes"),
        language.of("Нарушений", "Violations")
    );
    for contender in &found.contenders {
        let _ = write!(table, "<th>AUC: {}</th>", escaped(texts.contender(&contender.name, language)));
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
    table + "</table></div>"
}

/// Writes a table that the caller brings.
pub(super) fn further_table(table: &PageTable, language: Language) -> String {
    let cells = |tag: &str, row: &[Localized]| -> String {
        let cell = |text: &Localized| format!("<{tag}>{}</{tag}>", escaped(language.choose(text)));
        row.iter().map(cell).collect()
    };
    let rows: String = table.rows.iter().map(|row| format!("<tr>{}</tr>", cells("td", row))).collect();
    format!(
        "<h2>{}</h2><div><table><tr>{}</tr>{rows}</table></div>",
        escaped(language.choose(&table.title)),
        cells("th", &table.head)
    )
}
