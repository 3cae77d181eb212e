//! The reply to a request for another category: the criteria with their facts, what is not confirmed, and the smallest
//! change that would lower it. A draft: an official answers.

use dozor_domain::Localized;

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

/// Writes the reply from an explanation, with the number of the order by which the category is in force, if one was given.
pub fn reply(head: &ReplyHead, explanation: &Explanation, order: Option<&str>) -> Localized {
    let day = date(head.filed_on);
    let mut parts = vec![both(
        format!(
            "На заявление № {} от {}: {} ({}).",
            head.reference, day.ru, head.object, head.control_kind.ru
        ),
        format!(
            "On request No. {} of {}: {} ({}).",
            head.reference, day.en, head.object, head.control_kind.en
        ),
    )];
    parts.extend(order.map(|order| {
        both(
            format!("Категория отнесена приказом № {order}."),
            format!("The category was assigned by order No. {order}."),
        )
    }));
    parts.push(explanation.summary.clone());
    for (section, ru, en) in [
        (Section::Category, "Как определена категория:", "How the category came about:"),
        (Section::Rules, "Критерии и сведения:", "Criteria and facts:"),
        (Section::Unknown, "Не подтверждено и в категории не учтено:", "Not confirmed, and not counted:"),
        (
            Section::Lower,
            "Наименьшее изменение, при котором категория станет ниже:",
            "The smallest change that lowers the category:",
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
    let join = |pick: fn(&Localized) -> &str| parts.iter().map(pick).collect::<Vec<_>>().join("\n");
    Localized { ru: join(|part| &part.ru), en: join(|part| &part.en) }
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
        let text = reply(&head, &explanation, Some("2026-ОК/1"));
        assert!(text.ru.starts_with("На заявление № ВХ-7 от 20.11.2026"), "{}", text.ru);
        let english: Vec<&str> = text.en.lines().skip(1).collect();
        assert_eq!(
            english,
            [
                "The category was assigned by order No. 2026-ОК/1.",
                "High",
                "Criteria and facts:",
                "— prescription overdue",
                "    40 days, acts, 2026-10-01",
                "The smallest change that lowers the category:",
                "— fulfil it",
            ],
            "the order of work is no criterion: the model says nothing here"
        );
    }
}
