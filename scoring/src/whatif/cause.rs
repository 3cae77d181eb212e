//! Which rule moved an object. A rule is the cause when the candidate without the change of that one rule would have
//! left the category elsewhere; where no single rule is, all that answer otherwise are named together.

use dozor_domain::{RiskCategory, RuleHead, SeverityEffect, VerdictColumn};
use serde::{Deserialize, Serialize};

use super::compare::Side;

/// Is what moved an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// A rule answers otherwise, or has another effect.
    Rule {
        /// Its id.
        rule: String,
    },
    /// Bands, table or severity expressions of the policy.
    Policy,
    /// The catalogue of facts: the object's own severity is another although the policy is the same.
    Facts,
    /// The probability, or whether it counts.
    Model,
}

/// Is what one counting rule does to one object.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Effect<'a> {
    rule: &'a str,
    points: f64,
    floor: Option<RiskCategory>,
    severity: Option<&'a SeverityEffect>,
}

/// Holds both sides of a comparison under one control kind, with the rules that count there, sorted by id.
pub(super) struct Movers<'a> {
    before: &'a Side<'a>,
    after: &'a Side<'a>,
    rules: [Vec<(&'a RuleHead, &'a VerdictColumn)>; 2],
    is_same_policy: bool,
}

fn counting<'a>(side: &Side<'a>, control_kind: &str) -> Vec<(&'a RuleHead, &'a VerdictColumn)> {
    let of_control = |head: &RuleHead| {
        head.control_kinds.is_empty() || head.control_kinds.iter().any(|code| code == control_kind)
    };
    let rules = side.answers.rules().iter().copied();
    rules.filter(|(head, _)| head.counts_in_category() && of_control(head)).collect()
}

fn effects<'a>(rules: &[(&'a RuleHead, &'a VerdictColumn)], row: usize) -> Vec<Effect<'a>> {
    let fired = rules.iter().filter(|(_, column)| column.fired.get(row));
    fired
        .map(|(head, column)| Effect {
            rule: &head.id,
            points: column.points_at(head, row),
            floor: column.floor_at(head, row),
            severity: column.severity_at(head, row),
        })
        .collect()
}

/// Returns the category that a side's policy gives to these effects.
fn category(
    side: &Side<'_>,
    own: usize,
    likely: (Option<f64>, Option<i64>),
    effects: &[Effect<'_>],
) -> RiskCategory {
    let tables = &side.policy.tables;
    let at_least = effects.iter().filter_map(|effect| match effect.severity {
        Some(SeverityEffect::AtLeast(group)) => tables.severity_group(group),
        Some(SeverityEffect::LiftBy(_)) | None => None,
    });
    let lifted = effects.iter().map(|effect| match effect.severity {
        Some(SeverityEffect::LiftBy(steps)) => usize::from(*steps),
        Some(SeverityEffect::AtLeast(_)) | None => 0,
    });
    let severity = at_least.fold(own, usize::min).saturating_sub(lifted.sum());
    let points = effects.iter().map(|effect| effect.points).sum();
    let floor = effects.iter().filter_map(|effect| effect.floor).max();
    tables.category(severity, points, likely, floor).1
}

impl<'a> Movers<'a> {
    pub(super) fn new(before: &'a Side<'a>, after: &'a Side<'a>, control_kind: &str) -> Self {
        let rules = [before, after].map(|side| counting(side, control_kind));
        Self { before, after, rules, is_same_policy: before.policy.hash() == after.policy.hash() }
    }

    /// Names what moved a row from the category that `before` gives it to the one that `after` gives.
    pub(super) fn causes(&self, row: usize) -> Vec<Cause> {
        let (before, after) = (self.before, self.after);
        let [was, is] = [0, 1].map(|side| effects(&self.rules[side], row));
        let (own_before, own_after) = (before.severity.group(row), after.severity.group(row));
        // What a model says, and the points on a published card.
        let likely = |side: &Side<'_>| (side.probability(row), side.severity.card(row));
        let (likely_before, likely_after) = (likely(before), likely(after));
        let found = category(after, own_after, likely_after, &is);
        let differing = differing(&was, &is);
        let mut decisive: Vec<Cause> = differing
            .iter()
            .filter(|rule| category(after, own_after, likely_after, &undone(&was, &is, rule)) != found)
            .map(|rule| Cause::Rule { rule: (*rule).to_owned() })
            .collect();
        // Points on a card are read of facts; a card itself is the policy's, and goes and comes with it.
        let (of_facts, of_model) = ((likely_after.0, likely_before.1), (likely_before.0, likely_after.1));
        if !self.is_same_policy && category(before, own_before, of_facts, &is) != found {
            decisive.push(Cause::Policy);
        }
        if self.is_same_policy && category(after, own_before, of_facts, &is) != found {
            decisive.push(Cause::Facts);
        }
        if likely_before.0 != likely_after.0 && category(after, own_after, of_model, &is) != found {
            decisive.push(Cause::Model);
        }
        if decisive.is_empty() {
            decisive = differing.into_iter().map(|rule| Cause::Rule { rule: rule.to_owned() }).collect();
        }
        decisive
    }
}

/// Returns the rules whose effect differs, sorted. Both lists are sorted by rule.
fn differing<'a>(was: &[Effect<'a>], is: &[Effect<'a>]) -> Vec<&'a str> {
    let of = |effects: &[Effect<'a>], rule: &str| effects.iter().find(|effect| effect.rule == rule).copied();
    let mut rules: Vec<&str> = was.iter().chain(is).map(|effect| effect.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules.retain(|rule| of(was, rule) != of(is, rule));
    rules
}

/// Returns the effects of the candidate with one rule as it was before.
fn undone<'a>(was: &[Effect<'a>], is: &[Effect<'a>], rule: &str) -> Vec<Effect<'a>> {
    let others = is.iter().filter(|effect| effect.rule != rule);
    let mut mixed: Vec<Effect<'a>> =
        others.chain(was.iter().filter(|effect| effect.rule == rule)).copied().collect();
    mixed.sort_by_key(|effect| effect.rule);
    mixed
}
