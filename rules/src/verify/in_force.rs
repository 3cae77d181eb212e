//! A rule may not hold before the act on which it rests.

use super::Finding;
use crate::rule::Rule;

pub(super) fn check(rule: &Rule) -> Vec<Finding> {
    let too_early = rule.head().basis.iter().filter_map(|basis| {
        let from = basis.in_force_from?;
        let message = match rule.effective_from() {
            Some(day) if day >= from => return None,
            Some(day) => format!("it holds from {day}, «{}» from {from}", basis.text),
            None => format!("it holds from ever, «{}» from {from}", basis.text),
        };
        Some(Finding::error("VERIFY_BEFORE_ACT", &rule.head().id, message))
    });
    too_early.collect()
}
