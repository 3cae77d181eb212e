//! What would lower the category, in the words of a reply to the person who asks.

use dozor_domain::{Assessment, BasisStep, Localized, RiskCategory, RuleVerdicts};

use super::basis::{category, rule_title};
use super::input::ExplainInput;
use super::lines::{ExplanationLine, Section, fact_detail, line};
use super::smallest::{ChangeQuestion, RuleChange, SmallestChange, smallest_changes};
use super::words::both;
use crate::{Policy, ScoringError};

/// So many ways are told; all of them are in the data.
const TOLD: usize = 5;

/// Finds the smallest changes that would lower an assessed category; the basis says what the search needs of severity
/// and model. `actionable` are the facts that the person can influence.
///
/// # Errors
/// As [`smallest_changes`].
pub fn changes_that_lower(
    policy: &Policy,
    assessment: &Assessment,
    (verdicts, row): (&RuleVerdicts, usize),
    actionable: &[&str],
) -> Result<Vec<SmallestChange>, ScoringError> {
    let severity = assessment.basis.iter().find_map(|step| match step {
        BasisStep::Severity { group, .. } => Some(group.as_str()),
        _ => None,
    });
    let model_group = assessment.basis.iter().find_map(|step| match step {
        BasisStep::ModelGroup { group, .. } => Some(group.as_str()),
        BasisStep::ScorecardGroup { band, .. } => Some(band.as_str()),
        _ => None,
    });
    let Some(severity) = severity.filter(|_| assessment.category > RiskCategory::Low) else {
        return Ok(Vec::new());
    };
    let control_kind = &assessment.control_kind;
    smallest_changes(
        policy,
        &ChangeQuestion { verdicts, row, control_kind, severity, model_group, actionable },
    )
}

/// Words what would lower the category, or that nothing would; nothing under the lowest one.
pub(super) fn lower_lines(input: &ExplainInput<'_>) -> Vec<ExplanationLine> {
    if input.assessment.category <= RiskCategory::Low {
        return Vec::new();
    }
    if input.changes.is_empty() {
        let text = both(
            "Ничто из того, на что лицо может влиять, категорию не понизит.",
            "Nothing that the person can influence would lower the category.",
        );
        return vec![line(Section::Lower, None, text, Vec::new())];
    }
    input.changes.iter().take(TOLD).map(|change| change_line(input, change)).collect()
}

fn change_line(input: &ExplainInput<'_>, change: &SmallestChange) -> ExplanationLine {
    let after = category(input, change.category);
    let (mut ru, mut en, mut details) = (Vec::new(), Vec::new(), Vec::new());
    for one in &change.changes {
        let (rule, facts, words) = match one {
            RuleChange::Cease { rule, facts } => (rule, facts, ("перестанет выполняться", "no longer holds")),
            RuleChange::Earn { rule, facts } => (rule, facts, ("начнёт выполняться", "comes to hold")),
        };
        let title = rule_title(input, rule);
        ru.push(format!("«{}» {}", title.ru, words.0));
        en.push(format!("“{}” {}", title.en, words.1));
        let known: Vec<Localized> = facts.iter().filter_map(|fact| fact_detail(input, fact)).collect();
        details.extend(known.into_iter().filter(|detail| !details.contains(detail)).collect::<Vec<_>>());
    }
    let text = both(
        format!("Категория станет «{}», если {}.", after.ru, ru.join(" и ")),
        format!("The category becomes “{}” if {}.", after.en, en.join(" and ")),
    );
    line(Section::Lower, None, text, details)
}
