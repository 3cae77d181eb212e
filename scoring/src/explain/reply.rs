//! The reply to a request for another category: the criteria with their facts, what is not confirmed, and the smallest
//! change that would lower it. A draft: an official answers.

use dozor_domain::{Localized, RequestVerdict};

use super::lines::{Explanation, ExplanationLine, Section};
use super::words::{both, date};

/// Names the request that is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyHead {
    /// Its number among the incoming papers.
    pub reference: String,
    /// The day on which it came.
    pub filed_on: jiff::civil::Date,
    /// Address or name of the object.
    pub object: String,
    /// Name of the kind of control.
    pub control_kind: Localized,
}

/// Is what a reply on the merits stands on.
#[derive(Clone, Debug)]
pub struct ReplyGround<'a> {
    /// Name of the category in force.
    pub category: Localized,
    /// Number of the order by which it is; none where nobody decided another than the lowest.
    pub order: Option<&'a str>,
    /// Why the object has this category; none where no run that gave it is known.
    pub explanation: Option<&'a Explanation>,
    /// Another category that the latest run proposes, as of a day: nobody has decided it.
    pub proposed: Option<(Localized, jiff::civil::Date)>,
}

/// Writes the reply that says a verdict. The category is the one in force with its own grounds; what is only proposed is
/// said apart. A request that is left gets no word on its merits.
pub fn reply(head: &ReplyHead, verdict: RequestVerdict, ground: &ReplyGround<'_>) -> Localized {
    let day = date(head.filed_on);
    let mut parts = vec![
        both(
            format!(
                "На заявление № {} от {}: {} ({}).",
                head.reference, day.ru, head.object, head.control_kind.ru
            ),
            format!(
                "On request No. {} of {}: {} ({}).",
                head.reference, day.en, head.object, head.control_kind.en
            ),
        ),
        match verdict {
            RequestVerdict::Granted => both(
                "Заявление удовлетворено: категория понижена.",
                "The request is granted: the category is lower now.",
            ),
            RequestVerdict::Refused => both("В изменении категории отказано.", "The request is refused."),
            RequestVerdict::Left => both(
                "Заявление оставлено без рассмотрения.",
                "The request is left without an answer on its merits.",
            ),
        },
    ];
    if verdict != RequestVerdict::Left {
        parts.push(in_force(ground));
        parts.extend(ground.proposed.as_ref().map(|(category, day)| proposed(category, *day)));
        match ground.explanation {
            Some(explanation) => merits(explanation, &mut parts),
            None => parts.push(both(
                "Расчёта, по которому она определена, нет: критерии указаны ниже.",
                "There is no assessment that gave it: the criteria are named below.",
            )),
        }
    }
    let join = |pick: fn(&Localized) -> &str| parts.iter().map(pick).collect::<Vec<_>>().join("\n");
    Localized { ru: join(|part| &part.ru), en: join(|part| &part.en) }
}

fn in_force(ground: &ReplyGround<'_>) -> Localized {
    let Localized { ru, en } = &ground.category;
    match ground.order {
        Some(order) => both(
            format!("Действующая категория: {ru}, отнесена приказом № {order}."),
            format!("The category in force: {en}, assigned by order No. {order}."),
        ),
        None => both(
            format!("Действующая категория: {ru}; приказом другая не отнесена."),
            format!("The category in force: {en}; no order has assigned another one."),
        ),
    }
}

fn proposed(category: &Localized, day: jiff::civil::Date) -> Localized {
    let day = date(day);
    both(
        format!(
            "По сведениям на {} предлагается другая категория: {}. Решение о ней не принято.",
            day.ru, category.ru
        ),
        format!(
            "By what was known on {} another one is proposed: {}. Nobody has decided it.",
            day.en, category.en
        ),
    )
}

fn merits(explanation: &Explanation, parts: &mut Vec<Localized>) {
    parts.push(explanation.summary.clone());
    for (section, ru, en) in [
        (Section::Category, "Как определена категория:", "How the category came about:"),
        (Section::Rules, "Критерии и сведения:", "Criteria and facts:"),
        (Section::Unknown, "Не подтверждено и в категории не учтено:", "Not confirmed, and not counted:"),
        (
            Section::Lower,
            "Что понизило бы категорию (наименьшие изменения):",
            "What would lower the category (the smallest changes):",
        ),
    ] {
        let lines: Vec<&ExplanationLine> =
            explanation.lines.iter().filter(|line| line.section == section).collect();
        if lines.is_empty() {
            continue;
        }
        parts.push(both(ru, en));
        for line in lines {
            parts.push(both(format!("— {}", line.text.ru), format!("— {}", line.text.en)));
            let details = line.details.iter();
            parts.extend(details.map(|one| both(format!("    {}", one.ru), format!("    {}", one.en))));
        }
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::RiskCategory;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_reply_names_the_request_its_criteria_with_facts_and_the_way_down() {
        let line = |section, text: &str, details: &[&str]| ExplanationLine {
            section,
            rule: None,
            text: both(text, text),
            details: details.iter().map(|one| both(*one, *one)).collect(),
        };
        let explanation = Explanation {
            control_kind: "land".to_owned(),
            category: RiskCategory::High,
            rule_category: RiskCategory::High,
            highest_if_unknown: RiskCategory::High,
            summary: both("Высокий", "High"),
            lines: vec![
                line(Section::Rules, "prescription overdue", &["40 days, acts, 2026-10-01"]),
                line(Section::Model, "the model says", &[]),
                line(Section::Lower, "fulfil it", &[]),
            ],
        };
        let head = ReplyHead {
            reference: "ВХ-7".to_owned(),
            filed_on: date(2026, 11, 20),
            object: "ул. Садовая, 1".to_owned(),
            control_kind: both("земельный контроль", "land control"),
        };
        let mut ground = ReplyGround {
            category: both("Высокий", "High"),
            order: Some("2026-ОК/1"),
            explanation: Some(&explanation),
            proposed: None,
        };
        let text = reply(&head, RequestVerdict::Refused, &ground);
        assert!(text.ru.starts_with("На заявление № ВХ-7 от 20.11.2026"), "{}", text.ru);
        let english: Vec<&str> = text.en.lines().skip(1).collect();
        assert_eq!(
            english,
            [
                "The request is refused.",
                "The category in force: High, assigned by order No. 2026-ОК/1.",
                "High",
                "Criteria and facts:",
                "— prescription overdue",
                "    40 days, acts, 2026-10-01",
                "What would lower the category (the smallest changes):",
                "— fulfil it",
            ],
            "the order of work is no criterion: the model says nothing here"
        );
        ground.proposed = Some((both("Средний", "Medium"), date(2026, 11, 20)));
        let text = reply(&head, RequestVerdict::Refused, &ground).ru;
        assert!(text.contains("другая категория: Средний. Решение о ней не принято."), "{text}");
        let left = reply(&head, RequestVerdict::Left, &ground).ru;
        assert_eq!(left.lines().skip(1).collect::<Vec<_>>(), ["Заявление оставлено без рассмотрения."]);
        ground.explanation = None;
        assert!(reply(&head, RequestVerdict::Granted, &ground).ru.contains("критерии указаны ниже"));
    }
}
