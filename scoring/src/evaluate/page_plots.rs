//! The plots of the evaluation's page.

use super::page::{Language, PageTexts};
use super::rolling::{ContenderFigures, RollingEvaluation};
use super::svg::{Bar, Line, bars, escaped, lines};

/// Draws all plots, one after the other.
pub(super) fn plots(found: &RollingEvaluation, texts: &PageTexts<'_>, language: Language) -> String {
    let parts = [precision, calibration, hit_rates, learning, effects];
    parts.iter().map(|part| part(found, texts, language)).collect()
}

fn figure(title: &str, svg: &str) -> String {
    format!("<figure><figcaption>{}</figcaption>{svg}</figure>", escaped(title))
}

fn precision(found: &RollingEvaluation, texts: &PageTexts<'_>, language: Language) -> String {
    let line =
        |one: &ContenderFigures| (texts.contender(&one.name, language).to_owned(), one.precision.clone());
    let named: Vec<(String, Vec<(f64, f64)>)> = found.contenders.iter().map(line).collect();
    let across = language.of("доля проверенных", "share visited");
    let up = language.of("доля нарушений среди них", "share of violations among them");
    let drawn = lines(&as_lines(&named), 1.0, (across, up));
    figure(language.of("Точность на первых k", "Precision in the first k"), &drawn)
}

fn calibration(found: &RollingEvaluation, texts: &PageTexts<'_>, language: Language) -> String {
    let promising = found.contenders.iter().filter(|one| !one.calibration.is_empty());
    let mut named: Vec<(String, Vec<(f64, f64)>)> = promising
        .map(|one| {
            let points = one.calibration.iter().rev().map(|bin| (bin.promised, bin.found)).collect();
            (texts.contender(&one.name, language).to_owned(), points)
        })
        .collect();
    let points = named.iter().flat_map(|(_, points)| points);
    let most = points.map(|point| point.0.max(point.1)).fold(0.0, f64::max);
    // The axis ends at a whole tenth.
    let most = if most > 0.0 { (most * 10.0).ceil() / 10.0 } else { 1.0 };
    let ideal = language.of("обещано = найдено", "promised = found");
    named.push((ideal.to_owned(), vec![(0.0, 0.0), (most, most)]));
    let axes = (language.of("обещано", "promised"), language.of("найдено", "found"));
    figure(
        language.of("Калибровка по всем окнам", "Calibration over all windows"),
        &lines(&as_lines(&named), most, axes),
    )
}

fn hit_rates(found: &RollingEvaluation, texts: &PageTexts<'_>, language: Language) -> String {
    let name = |code: &str| {
        let known = texts.categories.iter().find(|(known, _)| known == code);
        known.map_or(code, |(_, title)| language.choose(title)).to_owned()
    };
    let percent = |share: f64| format!("{} %", language.number(100.0 * share, 1));
    // A category that no event has says nothing.
    let held = || found.categories.iter().filter(|hits| hits.events > 0);
    let names: Vec<String> = held()
        .map(|hits| {
            format!(
                "{}, {} {}",
                name(&hits.category),
                percent(hits.share),
                language.of("исходов", "of outcomes")
            )
        })
        .collect();
    let drawn: Vec<Bar<'_>> = held()
        .zip(&names)
        .map(|(hits, name)| {
            let rate = hits.hit_rate;
            Bar { name, value: rate.value, interval: Some((rate.low, rate.high)) }
        })
        .collect();
    figure(language.of("Доля нарушений по категориям", "Hit rate by category"), &bars(&drawn, percent))
}

fn learning(_: &RollingEvaluation, texts: &PageTexts<'_>, language: Language) -> String {
    if texts.learning.is_empty() {
        return String::new();
    }
    let outcomes = language.of("исходов", "outcomes");
    let names: Vec<String> = texts
        .learning
        .iter()
        .map(|(count, _)| format!("{} {outcomes}", language.number(*count, 0)))
        .collect();
    let drawn: Vec<Bar<'_>> = texts
        .learning
        .iter()
        .zip(&names)
        .map(|((_, area), name)| Bar { name, value: area.value, interval: Some((area.low, area.high)) })
        .collect();
    let title =
        language.of("AUC по числу исходов, на которых учили", "AUC by the number of outcomes that taught");
    figure(title, &bars(&drawn, |value| language.number(value, 3)))
}

fn effects(_: &RollingEvaluation, texts: &PageTexts<'_>, language: Language) -> String {
    let bar =
        |(title, spread): &'_ (dozor_domain::Localized, f64)| (language.choose(title).to_owned(), *spread);
    let named: Vec<(String, f64)> = texts.effects.iter().map(bar).collect();
    let drawn: Vec<Bar<'_>> =
        named.iter().map(|(name, value)| Bar { name, value: *value, interval: None }).collect();
    let title = language.of(
        "Действие фактов: разброс части логарифма шансов",
        "Effect of facts: spread of their part of the log-odds",
    );
    figure(title, &bars(&drawn, |value| language.number(value, 2)))
}

fn as_lines(named: &[(String, Vec<(f64, f64)>)]) -> Vec<Line<'_>> {
    named.iter().map(|(name, points)| Line { name, points: points.clone() }).collect()
}
