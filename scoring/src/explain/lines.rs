//! The explanation: its lines in the order in which a person asks.

use dozor_domain::{
    Assessment, BasisStep, Localized, PackManifest, RiskCategory, RuleHead, RuleKind, RuleState,
};
use serde::{Deserialize, Serialize};

use super::basis::{category, fact_title, rule_title, sentence};
use super::input::{ExplainInput, ExplainedRule};
use super::lower::lower_lines;
use super::words::{both, date, legal_basis, list, lower_first, percent, points, value};
use crate::policy::ModelRole;

/// Parts of the model's score that are worth a line each; the rest is small.
const MODEL_LINES: usize = 6;
/// Log-odds below which a part is not worth a line: the odds change by less than a tenth.
const NEGLIGIBLE: f64 = 0.1;

/// Says what a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// The category itself and how it was computed.
    Category,
    /// Rules that count in the category.
    Rules,
    /// Signs and indicators: they move no category.
    Signs,
    /// What moves the order of work only.
    Ordering,
    /// What is not known and what it could change.
    Unknown,
    /// What would lower the category: the reply to a request for a change.
    Lower,
    /// What the model says.
    Model,
}

/// Is one sentence with the lines under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplanationLine {
    /// What it is about.
    pub section: Section,
    /// The rule that it is about, where it is about one.
    pub rule: Option<String>,
    /// The sentence.
    pub text: Localized,
    /// Values with dates and sources, legal basis, evidence.
    pub details: Vec<Localized>,
}

/// Is a whole explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Code of the control kind.
    pub control_kind: String,
    /// The category.
    pub category: RiskCategory,
    /// What the rules alone give.
    pub rule_category: RiskCategory,
    /// The highest category that unknown rules could give.
    pub highest_if_unknown: RiskCategory,
    /// One sentence for lists.
    pub summary: Localized,
    /// Everything, in order.
    pub lines: Vec<ExplanationLine>,
}

/// Explains one assessment.
pub fn explain(input: &ExplainInput<'_>) -> Explanation {
    let assessment = input.assessment;
    let mut lines = vec![head_line(input)];
    lines.extend(assessment.basis.iter().filter(|step| !is_about_unknown(step)).filter_map(|step| {
        sentence(input, step).map(|text| line(Section::Category, None, text, Vec::new()))
    }));
    lines.extend(input.rules.iter().filter(|rule| serves(input, rule)).map(|rule| rule_line(input, rule)));
    lines.extend(
        assessment.basis.iter().filter(|step| is_about_unknown(step)).filter_map(|step| {
            sentence(input, step).map(|text| line(Section::Unknown, None, text, Vec::new()))
        }),
    );
    lines.extend(lower_lines(input));
    lines.extend(model_lines(input));
    lines.sort_by_key(|line| line.section);
    Explanation {
        control_kind: assessment.control_kind.clone(),
        category: assessment.category,
        rule_category: assessment.rule_category,
        highest_if_unknown: assessment.highest_if_unknown,
        summary: why_sentence(assessment, input.heads, input.manifest),
        lines,
    }
}

/// Says in one sentence why an object has its category: for lists, without facts.
pub fn why_sentence(assessment: &Assessment, heads: &[RuleHead], manifest: &PackManifest) -> Localized {
    let title = manifest.category_titles.get(&assessment.category);
    let name = title.cloned().unwrap_or_else(|| both(assessment.category.code(), assessment.category.code()));
    let mut reasons: Vec<Localized> = Vec::new();
    let mut model = None;
    for step in &assessment.basis {
        match step {
            BasisStep::Floor { rule, .. }
            | BasisStep::Points { rule, .. }
            | BasisStep::SeverityRaised { rule, .. } => {
                if let Some(head) = heads.iter().find(|head| head.id == *rule)
                    && !reasons.contains(&head.title)
                {
                    reasons.push(head.title.clone());
                }
            }
            BasisStep::ModelGroup { probability, .. } => model = Some(percent(*probability)),
            BasisStep::ProbabilityGroup { .. }
            | BasisStep::Severity { .. }
            | BasisStep::SeverityUnknown { .. }
            | BasisStep::Table { .. }
            | BasisStep::ScorecardGroup { .. }
            | BasisStep::NoModel
            | BasisStep::UnknownCouldRaise { .. } => {}
        }
    }
    if let Some(chance) = model {
        let text = both(
            format!("вероятность нарушения {}", chance.ru),
            format!("probability of a violation {}", chance.en),
        );
        reasons.insert(0, text);
    }
    if reasons.is_empty() {
        reasons.push(both("ни один критерий не сработал", "no criterion has fired"));
    }
    let reasons = list(&reasons);
    both(
        format!("{}: {}.", upper_first(&name.ru), reasons.ru),
        format!("{}: {}.", upper_first(&name.en), reasons.en),
    )
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn line(
    section: Section,
    rule: Option<&str>,
    text: Localized,
    details: Vec<Localized>,
) -> ExplanationLine {
    ExplanationLine { section, rule: rule.map(str::to_owned), text, details }
}

fn is_about_unknown(step: &BasisStep) -> bool {
    matches!(step, BasisStep::SeverityUnknown { .. } | BasisStep::UnknownCouldRaise { .. })
}

fn head_line(input: &ExplainInput<'_>) -> ExplanationLine {
    let assessment = input.assessment;
    let kind = input.manifest.control_kinds.iter().find(|kind| kind.code == assessment.control_kind);
    let kind = kind
        .map_or_else(|| both(&assessment.control_kind, &assessment.control_kind), |kind| kind.title.clone());
    let name = category(input, assessment.category);
    let mut text = both(
        format!("Категория риска: {} ({}).", name.ru, lower_first(&kind.ru)),
        format!("Risk category: {} ({}).", name.en, lower_first(&kind.en)),
    );
    if assessment.rule_category != assessment.category {
        let alone = category(input, assessment.rule_category);
        text.ru.push_str(&format!(" По одним правилам: {}.", alone.ru));
        text.en.push_str(&format!(" By the rules alone: {}.", alone.en));
    }
    line(Section::Category, None, text, Vec::new())
}

fn head<'a>(input: &ExplainInput<'a>, rule: &str) -> Option<&'a RuleHead> {
    input.heads.iter().find(|head| head.id == rule)
}

fn serves(input: &ExplainInput<'_>, rule: &ExplainedRule) -> bool {
    input.assessment.rules.iter().any(|(id, _)| *id == rule.rule)
}

fn rule_line(input: &ExplainInput<'_>, rule: &ExplainedRule) -> ExplanationLine {
    let title = rule_title(input, &rule.rule);
    let head = head(input, &rule.rule);
    let mut details = Vec::new();
    let (section, text) = if rule.state == RuleState::Unknown {
        (Section::Unknown, unknown_text(input, rule, &title))
    } else {
        details.extend(
            head.into_iter().flat_map(|head| &head.facts).filter_map(|fact| fact_detail(input, fact)),
        );
        fired_text(input, rule, head, &title)
    };
    details.extend(head.and_then(|head| legal_basis(&head.basis)));
    line(section, Some(&rule.rule), text, details)
}

fn unknown_text(input: &ExplainInput<'_>, rule: &ExplainedRule, title: &Localized) -> Localized {
    if rule.missing.is_empty() {
        let code = rule.error.as_deref().unwrap_or("–");
        return both(
            format!("Нет ответа: «{}» — правило не удалось вычислить ({code}).", title.ru),
            format!("No answer: “{}”: the rule could not be computed ({code}).", title.en),
        );
    }
    let titles: Vec<Localized> = rule.missing.iter().map(|fact| fact_title(input, fact)).collect();
    let missing = list(&titles);
    both(
        format!("Нет ответа: «{}». Не хватает сведений: {}.", title.ru, missing.ru),
        format!("No answer: “{}”. Missing: {}.", title.en, missing.en),
    )
}

fn fired_text(
    input: &ExplainInput<'_>,
    rule: &ExplainedRule,
    head: Option<&RuleHead>,
    title: &Localized,
) -> (Section, Localized) {
    let is = |kind: RuleKind| head.is_some_and(|head| head.is(kind));
    let given = input.assessment.basis.iter().find_map(|step| match step {
        BasisStep::Points { rule: id, points: given } if *id == rule.rule => Some(points(*given)),
        _ => None,
    });
    let end = |ru: String, en: String| both(format!("{}: {ru}.", title.ru), format!("{}: {en}.", title.en));
    if let Some(given) = given {
        (Section::Rules, end(given.ru, given.en))
    } else if head.is_some_and(RuleHead::counts_in_category) {
        (Section::Rules, both(format!("{}.", title.ru), format!("{}.", title.en)))
    } else if is(RuleKind::Ordering) {
        (
            Section::Ordering,
            end("очерёдность, не категория".to_owned(), "order of work, not the category".to_owned()),
        )
    } else {
        let (mut ru, mut en) = (Vec::new(), Vec::new());
        if is(RuleKind::Sign) {
            ru.push("признак для камерального анализа, сам по себе категорию не меняет");
            en.push("a sign for desk review, moves no category by itself");
        }
        if is(RuleKind::Indicator) {
            ru.push("индикатор риска");
            en.push("a risk indicator");
        }
        (Section::Signs, end(ru.join("; "), en.join("; ")))
    }
}

/// Writes one fact with value, source and day.
pub(super) fn fact_detail(input: &ExplainInput<'_>, fact: &str) -> Option<Localized> {
    let said = input.facts.get(fact)?;
    let known = said.value.as_ref()?;
    let shown = value(known, &said.unit);
    let (mut ru, mut en) =
        (format!("{}: {}", said.title.ru, shown.ru), format!("{}: {}", said.title.en, shown.en));
    if let Some(source) = &said.source {
        let day = said.date.map(date);
        let dated = |name: &str, day: Option<&String>| {
            day.map_or_else(|| name.to_owned(), |day| format!("{name}, {day}"))
        };
        ru.push_str(&format!(" ({})", dated(&source.ru, day.as_ref().map(|day| &day.ru))));
        en.push_str(&format!(" ({})", dated(&source.en, day.as_ref().map(|day| &day.en))));
    }
    Some(both(ru, en))
}

fn model_lines(input: &ExplainInput<'_>) -> Vec<ExplanationLine> {
    let (Some(contributions), Some(probability)) = (input.contributions, input.assessment.probability) else {
        return Vec::new();
    };
    let (chance, usual) =
        (percent(probability.get()), percent(crate::fit::sigmoid(contributions.base_log_odds)));
    let (ru, en) = match input.policy.role() {
        ModelRole::Matrix => ("", ""),
        ModelRole::RulesOnly | ModelRole::ScorecardMatrix => (
            " На категорию не влияет, только на очерёдность внутри неё.",
            " It moves no category, only the order inside it.",
        ),
    };
    let head = both(
        format!(
            "Модель: вероятность нарушения {}, у объекта со средними показателями {}.{ru}",
            chance.ru, usual.ru
        ),
        format!(
            "Model: probability of a violation {}, of an object with average figures {}.{en}",
            chance.en, usual.en
        ),
    );
    let parts = contributions.parts.iter().filter(|part| part.log_odds.abs() >= NEGLIGIBLE).take(MODEL_LINES);
    let details = parts.map(|part| contribution_text(input, &part.feature, part.log_odds)).collect();
    vec![line(Section::Model, None, head, details)]
}

fn contribution_text(input: &ExplainInput<'_>, feature: &str, log_odds: f64) -> Localized {
    let times = super::words::times(log_odds.abs().exp());
    let (way_ru, way_en) =
        if log_odds > 0.0 { ("повышает", "raises") } else { ("понижает", "lowers") };
    let what = match feature.strip_prefix("missing:") {
        Some(fact) => {
            let title = fact_title(input, fact);
            both(format!("{}: не известно", title.ru), format!("{}: not known", title.en))
        }
        None => fact_detail(input, feature).unwrap_or_else(|| fact_title(input, feature)),
    };
    both(
        format!("{} — {way_ru} шансы нарушения {}", what.ru, times.ru),
        format!("{}: {way_en} the odds of a violation {}", what.en, times.en),
    )
}
