//! Rules that can never fire or never rest, whatever the facts, and scripts that go beyond what their head declares.

use dozor_domain::RuleKind;
use dozor_facts::FactCatalogue;
use dozor_script::{Answer, Answered};

use super::reasoning::{Reach, reach};
use super::{Finding, examples};
use crate::error::RuleProblem;
use crate::passport::severity_effect;
use crate::rule::Rule;

pub(super) fn check(rule: &Rule, catalogue: &FactCatalogue) -> Vec<Finding> {
    let Some(reach) = reach(rule, catalogue) else { return Vec::new() };
    let id = &rule.head().id;
    let mut found = Vec::new();
    if !reach.can_fire {
        let message = "no values of its facts make its condition true";
        found.push(Finding::warning("VERIFY_NEVER_FIRES", id, message));
    } else if !reach.can_rest {
        let message = "its condition is true wherever its facts are known";
        let finding = Finding::warning("VERIFY_ALWAYS_FIRES", id, message);
        let fires = examples::find(rule, catalogue, |answer| given(answer).is_some());
        found.push(match fires {
            Some(object) => finding.shown_by(object),
            None => finding,
        });
    }
    found
}

/// Says what a script does beyond its rule's head, where an object or the script itself shows it.
pub(crate) fn beyond_head(rule: &Rule, catalogue: &FactCatalogue) -> Vec<RuleProblem> {
    let Some(reach) = reach(rule, catalogue) else { return Vec::new() };
    let file = format!("rules/{}.rhai", rule.head().id);
    let mut found: Vec<String> = points(rule, &reach, catalogue).into_iter().collect();
    for code in reach.floors.iter().flatten() {
        let level = rule.levels().iter().find(|level| level.code() == code.as_ref());
        if level.is_none_or(|level| !rule.may_set(*level)) {
            found.push(format!("the script may name the floor «{code}», which the head does not allow"));
        }
    }
    for text in reach.severities.iter().flatten() {
        if severity_effect(text).is_none_or(|severity| !rule.may_move(&severity)) {
            found.push(format!("the script may name the severity «{text}», which the head does not allow"));
        }
    }
    found.into_iter().map(|message| RuleProblem::error("RULE_BEYOND_HEAD", &file, None, message)).collect()
}

fn points(rule: &Rule, reach: &Reach, catalogue: &FactCatalogue) -> Option<String> {
    let head = rule.head();
    let (least, most) = reach.points?;
    let is_good_faith = head.is(RuleKind::GoodFaith);
    let stays = if is_good_faith { least >= head.points } else { most <= head.points };
    if stays {
        return None;
    }
    // What cannot be ruled out need not happen: an object shows it, or nothing is said.
    let is_beyond = |points: f64| if is_good_faith { points < head.points } else { points > head.points };
    let goes_beyond = |answer: &Answer| given(answer).flatten().is_some_and(is_beyond);
    let object = examples::find(rule, catalogue, goes_beyond)?;
    Some(format!("the script may give more than the head's {} points: {object}", head.points))
}

/// Returns the points that a fired script names, if it names any; none where it does not fire.
fn given(answer: &Answer) -> Option<Option<f64>> {
    match answer {
        Answer::Value(Answered::Boolean(true)) => Some(None),
        Answer::Value(Answered::Map(result)) if result.fired => Some(result.points),
        Answer::Value(_) | Answer::Unknown { .. } | Answer::Failed { .. } => None,
    }
}
