//! What a passport owes its reader. Rules of order burden nobody and owe less.

use dozor_domain::{Localized, RuleKind};

use super::Finding;
use crate::rule::Rule;

pub(super) fn check(rule: &Rule) -> Vec<Finding> {
    let (head, passport) = (rule.head(), rule.passport());
    let is_ordering = head.is(RuleKind::Ordering);
    let written = |text: &Option<Localized>| text.as_ref().is_some_and(|text| !text.ru.trim().is_empty());
    let owed = [
        ("protects", written(&passport.protects) || is_ordering),
        ("threshold", written(&passport.threshold) || is_ordering),
        ("owner", written(&passport.owner)),
        ("review_on", passport.review_on.is_some()),
    ];
    let missing = owed.into_iter().filter(|(_, is_there)| !is_there);
    missing
        .map(|(field, _)| {
            Finding::warning("VERIFY_PASSPORT", &head.id, format!("passport.{field} is not written"))
        })
        .collect()
}
