//! What would lower the category, in the words of a reply to the person who asks: no more than was tried.

use dozor_domain::{Localized, RiskCategory};

use super::basis::{category, rule_title};
use super::input::ExplainInput;
use super::lines::{ExplanationLine, Section, fact_detail, line};
use super::smallest::{FactChange, RuleChange, SmallestChange, WaysDown};
use super::words::{both, list, points, value};

/// So many ways are told; all of them are in the data.
const TOLD: usize = 5;

/// Words what would lower the category, or what was tried in vain; nothing under the lowest one, nor where nothing
/// could be tried.
pub(super) fn lower_lines(input: &ExplainInput<'_>) -> Vec<ExplanationLine> {
    match input.ways {
        Some(found) if input.assessment.category > RiskCategory::Low => {
            if found.ways.is_empty() {
                vec![line(Section::Lower, None, in_vain(input, found), Vec::new())]
            } else {
                found.ways.iter().take(TOLD).map(|way| way_line(input, way)).collect()
            }
        }
        Some(_) | None => Vec::new(),
    }
}

fn in_vain(input: &ExplainInput<'_>, found: &WaysDown) -> Localized {
    let titles = found.tried.iter().filter_map(|fact| input.facts.get(fact)).map(|said| &said.title);
    let names = list(titles);
    if found.tried.is_empty() {
        return both(
            "Среди сведений, от которых зависит категория, нет таких, на которые лицо сейчас может повлиять.",
            "Among the facts that the category hangs on there is none that the person can influence now.",
        );
    }
    let (ru, en) = if found.together >= found.tried.len() {
        ("по одному и все вместе".to_owned(), "one by one and all together".to_owned())
    } else {
        (format!("не более {} сразу", found.together), format!("no more than {} at once", found.together))
    };
    both(
        format!(
            "Проверено, {ru}: {}. Ни при одном из проверенных значений категория не понижается.",
            names.ru
        ),
        format!("Tried, {en}: {}. At none of the values that were tried is the category lower.", names.en),
    )
}

fn way_line(input: &ExplainInput<'_>, way: &SmallestChange) -> ExplanationLine {
    let after = category(input, way.category);
    let (mut ru, mut en) = (Vec::new(), Vec::new());
    for one in &way.changes {
        let (rule, words) = match one {
            RuleChange::Cease { rule, .. } => (rule, both("перестанет выполняться", "no longer holds")),
            RuleChange::Earn { rule, .. } => (rule, both("начнёт выполняться", "comes to hold")),
            RuleChange::Regrade { rule, to, .. } => {
                let to = points(*to);
                (rule, both(format!("даст {}", to.ru), format!("gives {}", to.en)))
            }
        };
        let title = rule_title(input, rule);
        ru.push(format!("«{}» {}", title.ru, words.ru));
        en.push(format!("“{}” {}", title.en, words.en));
    }
    if way.changes.is_empty() {
        ru.push("изменятся сведения, от которых зависят баллы карты".to_owned());
        en.push("the facts change that the card's points hang on".to_owned());
    }
    let text = both(
        format!("Категория станет «{}», если {}, а остальное не изменится.", after.ru, ru.join(" и ")),
        format!("The category becomes “{}” if {} and all else stays as it is.", after.en, en.join(" and ")),
    );
    line(Section::Lower, None, text, way.facts.iter().filter_map(|one| fact_line(input, one)).collect())
}

/// Words a fact with the value that it has and the one that is needed.
fn fact_line(input: &ExplainInput<'_>, change: &FactChange) -> Option<Localized> {
    let said = input.facts.get(&change.fact)?;
    let now = fact_detail(input, &change.fact).unwrap_or_else(|| {
        both(format!("{}: не известно", said.title.ru), format!("{}: not known", said.title.en))
    });
    let to = value(&change.value, &said.unit);
    Some(both(format!("{}; нужно: {}", now.ru, to.ru), format!("{}; needed: {}", now.en, to.en)))
}
