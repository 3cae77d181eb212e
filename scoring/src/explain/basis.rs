//! A sentence for each step of the basis that is not about one rule's points.

use dozor_domain::{BasisStep, Localized, RiskCategory};

use super::input::ExplainInput;
use super::words::{both, list, lower_first, number, percent, points_word};

/// Returns the name of a category.
pub(crate) fn category(input: &ExplainInput<'_>, category: RiskCategory) -> Localized {
    let title = input.manifest.category_titles.get(&category);
    title.map_or_else(
        || both(category.code(), category.code()),
        |title| both(lower_first(&title.ru), lower_first(&title.en)),
    )
}

/// Returns the wording of a rule.
pub(crate) fn rule_title(input: &ExplainInput<'_>, rule: &str) -> Localized {
    let head = input.heads.iter().find(|head| head.id == rule);
    head.map_or_else(|| both(rule, rule), |head| head.title.clone())
}

/// Returns the name of a fact.
pub(crate) fn fact_title(input: &ExplainInput<'_>, fact: &str) -> Localized {
    input.facts.get(fact).map_or_else(|| both(fact, fact), |said| said.title.clone())
}

/// Words one step; `None` for points, which stand with their rule, and for what a pack with one severity group
/// need not say.
pub(crate) fn sentence(input: &ExplainInput<'_>, step: &BasisStep) -> Option<Localized> {
    let has_severity = input.policy.text().severity_groups.len() > 1;
    Some(match step {
        BasisStep::Points { .. } => return None,
        BasisStep::ProbabilityGroup { sum, group } => points_group(input, *sum, group),
        BasisStep::Severity { group, because } if has_severity => severity(input, group, because),
        BasisStep::SeverityUnknown { group, because, missing } if has_severity => {
            severity_unknown(input, group, because, missing)
        }
        BasisStep::Severity { .. } | BasisStep::SeverityUnknown { .. } => return None,
        BasisStep::SeverityRaised { rule, group } => {
            let title = rule_title(input, rule);
            both(
                format!("Правило «{}» поднимает тяжесть до группы {group}.", title.ru),
                format!("The rule “{}” raises the severity to group {group}.", title.en),
            )
        }
        BasisStep::Table { severity, probability, category: found } => {
            let name = category(input, *found);
            let (ru, en) = if has_severity {
                (
                    format!("тяжесть {severity} и вероятность {probability}"),
                    format!("severity {severity} and likelihood {probability}"),
                )
            } else {
                (format!("группа вероятности {probability}"), format!("likelihood group {probability}"))
            };
            both(
                format!("По таблице методики: {ru} — категория «{}».", name.ru),
                format!("By the table of the methodology: {en} — the category “{}”.", name.en),
            )
        }
        BasisStep::Floor { rule, category: floor } => {
            let (title, name) = (rule_title(input, rule), category(input, *floor));
            both(
                format!("Категория не ниже «{}», пока действует «{}».", name.ru, title.ru),
                format!("The category is at least “{}” while “{}” holds.", name.en, title.en),
            )
        }
        BasisStep::ModelGroup { probability, group } => model_group(input, *probability, group),
        BasisStep::ScorecardGroup { points, band, group } => scorecard_group(input, *points, (band, group)),
        BasisStep::NoModel => both(
            "Модели пока нет: категория следует только из правил.",
            "There is no model yet: the category follows from the rules alone.",
        ),
        BasisStep::UnknownCouldRaise { rules, category: highest } => {
            let titles: Vec<Localized> = rules.iter().map(|rule| rule_title(input, rule)).collect();
            let (titles, name) = (list(&titles), category(input, *highest));
            both(
                format!("Недостающие сведения могли бы поднять категорию до «{}»: {}.", name.ru, titles.ru),
                format!("What is missing could raise the category to “{}”: {}.", name.en, titles.en),
            )
        }
    })
}

fn points_group(input: &ExplainInput<'_>, sum: f64, group: &str) -> Localized {
    let total = number(sum);
    let range = range(input, &input.policy.text().points, group, number);
    both(
        format!("Сумма {} {}: группа вероятности {group}{}.", total.ru, points_word(sum), range.ru),
        format!("Sum of points {}: likelihood group {group}{}.", total.en, range.en),
    )
}

fn model_group(input: &ExplainInput<'_>, probability: f64, group: &str) -> Localized {
    let chance = percent(probability);
    let range = range(input, &input.policy.text().probability, group, percent);
    both(
        format!("Модель оценивает вероятность нарушения в {}: группа {group}{}.", chance.ru, range.ru),
        format!("The model puts the probability of a violation at {}: group {group}{}.", chance.en, range.en),
    )
}

fn scorecard_group(input: &ExplainInput<'_>, points: i64, (band, group): (&str, &str)) -> Localized {
    let total = number(points as f64);
    let range = range(input, &input.policy.text().scorecard, band, number);
    let kept = band != group;
    let (ru, en) = match kept {
        true => (
            "карта поднимает группу правил не более чем на одну и никогда не снижает",
            "the card raises the rules' group by one at most and never lowers it",
        ),
        false => ("группа карты", "the card's group"),
    };
    both(
        format!(
            "Балльная карта: {} {}, это группа {band}{}; засчитана группа {group} ({ru}).",
            total.ru,
            points_word(points as f64),
            range.ru
        ),
        format!(
            "Scorecard: {} points, that is group {band}{}; group {group} counts ({en}).",
            total.en, range.en
        ),
    )
}

/// Writes the published bounds of a group, e.g. ` (от 12 до 25)`.
fn range(
    input: &ExplainInput<'_>,
    bounds: &std::collections::BTreeMap<String, f64>,
    group: &str,
    write: fn(f64) -> Localized,
) -> Localized {
    let groups = &input.policy.text().probability_groups;
    let place = groups.iter().position(|code| code == group);
    let above = place
        .and_then(|at| at.checked_sub(1))
        .and_then(|at| groups.get(at))
        .and_then(|code| bounds.get(code));
    match (bounds.get(group).map(|bound| write(*bound)), above.map(|bound| write(*bound))) {
        (Some(from), Some(to)) => both(
            format!(" (от {} и меньше {})", from.ru, to.ru),
            format!(" ({} to under {})", from.en, to.en),
        ),
        (Some(from), None) => both(format!(" (от {})", from.ru), format!(" ({} and more)", from.en)),
        (None, Some(to)) => both(format!(" (меньше {})", to.ru), format!(" (under {})", to.en)),
        (None, None) => both("", ""),
    }
}

fn severity_title(input: &ExplainInput<'_>, because: &str) -> Localized {
    let text = input.policy.text();
    let entry = text.severity.iter().find(|entry| entry.when == because);
    entry.map_or_else(|| text.severity_default.clone(), |entry| entry.title.clone())
}

fn severity(input: &ExplainInput<'_>, group: &str, because: &str) -> Localized {
    let title = severity_title(input, because);
    both(
        format!("Тяжесть возможных последствий: группа {group} ({}).", title.ru),
        format!("Severity of possible consequences: group {group} ({}).", title.en),
    )
}

fn severity_unknown(input: &ExplainInput<'_>, group: &str, because: &str, missing: &[String]) -> Localized {
    let titles: Vec<Localized> = missing.iter().map(|fact| fact_title(input, fact)).collect();
    let (titles, condition) = (list(&titles), severity_title(input, because));
    both(
        format!(
            "Не известно: {}. Если подтвердится «{}», тяжесть будет группы {group}.",
            titles.ru, condition.ru
        ),
        format!(
            "Not known: {}. If “{}” proves true, the severity will be group {group}.",
            titles.en, condition.en
        ),
    )
}
