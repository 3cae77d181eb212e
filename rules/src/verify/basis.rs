//! Criteria and indicators are published with an act: a reference that nobody has filled is none.

use dozor_domain::{LegalMark, RuleKind};

use super::Finding;
use crate::rule::Rule;

pub(super) fn check(rule: &Rule) -> Option<Finding> {
    let head = rule.head();
    let needs_act =
        head.is(RuleKind::Criterion) || head.is(RuleKind::Indicator) || head.is(RuleKind::GoodFaith);
    let is_named =
        head.basis.iter().any(|basis| basis.mark != LegalMark::ToFill && !basis.text.trim().is_empty());
    if !needs_act || is_named {
        return None;
    }
    let message = if head.basis.is_empty() {
        "there is no reference at all"
    } else {
        "every reference is still to be filled by the authority"
    };
    Some(Finding::warning("VERIFY_BASIS", &head.id, message))
}
