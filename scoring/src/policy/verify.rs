//! What the verifier says of a policy with its rules: categories and groups that nothing can reach. That table and
//! bands are monotone is proved when a policy is read: another one is refused.

use std::collections::BTreeSet;

use dozor_domain::{ErrorInfo, RiskCategory, RuleHead, RuleKind, SeverityEffect};
use serde::Serialize;

use super::text::{ModelRole, Policy};

/// Lists the codes of findings about a policy.
pub const POLICY_FINDINGS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "VERIFY_GROUP_UNREACHABLE",
        cause: "all rules together cannot reach the bound of a probability group, so its column of the table is idle",
        action: "lower the bound, or give the rules the points that the table counts on",
    },
    ErrorInfo {
        code: "VERIFY_CATEGORY_UNREACHABLE",
        cause: "no cell that can be reached and no floor of a rule gives this category",
        action: "correct the table, or switch the category off in pack.toml",
    },
    ErrorInfo {
        code: "VERIFY_FLOOR_IDLE",
        cause: "a floor is not above the lowest category that the table can give: it never holds anything up",
        action: "raise the floor, or remove it",
    },
];

/// Is one finding about a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyFinding {
    /// Stable code.
    pub code: &'static str,
    /// What was found.
    pub message: String,
    /// Why this matters.
    pub cause: &'static str,
    /// What to do next.
    pub action: &'static str,
}

fn finding(code: &str, message: String) -> PolicyFinding {
    let info = POLICY_FINDINGS.iter().find(|info| info.code == code).unwrap_or(&POLICY_FINDINGS[0]);
    PolicyFinding { code: info.code, message, cause: info.cause, action: info.action }
}

impl Policy {
    /// Finds groups and categories that no object can get under a control kind, whatever its facts.
    pub fn verify(&self, heads: &[RuleHead], levels: &[RiskCategory]) -> Vec<PolicyFinding> {
        let mut found = Vec::new();
        for control in &self.control_kinds {
            let serves = |head: &&RuleHead| {
                head.counts_in_category()
                    && (head.control_kinds.is_empty() || head.control_kinds.contains(&control.code))
            };
            let rules: Vec<&RuleHead> = heads.iter().filter(serves).collect();
            self.verify_control(&control.code, &rules, levels, &mut found);
        }
        found
    }

    fn verify_control(
        &self,
        control: &str,
        rules: &[&RuleHead],
        levels: &[RiskCategory],
        found: &mut Vec<PolicyFinding>,
    ) {
        // A criterion that states neither points nor another effect computes points: it could give anything.
        let is_open = |head: &&RuleHead| {
            head.is(RuleKind::Criterion)
                && head.points == 0.0
                && head.floor.is_none()
                && head.severity.is_none()
        };
        let most: f64 = rules.iter().map(|head| head.points.max(0.0)).sum();
        let most = if rules.iter().any(is_open) { f64::INFINITY } else { most };
        let by_points = self.role() != ModelRole::Matrix;
        let by_rules = if by_points { self.tables.points_group(most) } else { 0 };
        // The card raises by one.
        let first = by_rules.saturating_sub(usize::from(self.role() == ModelRole::ScorecardMatrix));
        for (group, bound) in self.tables.probability.iter().zip(&self.tables.point_bounds).take(first) {
            let message =
                format!("group «{group}» of {control} begins at {bound} points, all rules give {most}");
            found.push(finding("VERIFY_GROUP_UNREACHABLE", message));
        }
        let severities = self.reachable_severities(rules);
        let cells: BTreeSet<RiskCategory> = severities
            .iter()
            .flat_map(|severity| {
                (first..self.tables.probability.len()).map(|group| self.tables.cell(*severity, group))
            })
            .collect();
        let floors: BTreeSet<RiskCategory> = rules.iter().filter_map(|head| head.floor).collect();
        for level in levels.iter().filter(|level| !cells.contains(level) && !floors.contains(level)) {
            let message = format!("no object under {control} can get «{level}»");
            found.push(finding("VERIFY_CATEGORY_UNREACHABLE", message));
        }
        for head in rules {
            if let (Some(floor), Some(lowest)) = (head.floor, cells.first())
                && floor <= *lowest
            {
                let message = format!("floor «{floor}» of {} under {control}", head.id);
                found.push(finding("VERIFY_FLOOR_IDLE", message));
            }
        }
    }

    /// Returns the severity groups that expressions, the default and lifts of rules can give.
    fn reachable_severities(&self, rules: &[&RuleHead]) -> BTreeSet<usize> {
        let last = self.tables.severity.len().saturating_sub(1);
        let mut reachable: BTreeSet<usize> =
            self.severity.iter().map(|one| one.group).chain([last]).collect();
        let at_least = rules.iter().filter_map(|head| match &head.severity {
            Some(SeverityEffect::AtLeast(group)) => self.tables.severity_group(group),
            Some(SeverityEffect::LiftBy(_)) | None => None,
        });
        reachable.extend(at_least.collect::<Vec<_>>());
        let lifts: usize = rules
            .iter()
            .map(|head| match head.severity {
                Some(SeverityEffect::LiftBy(steps)) => usize::from(steps),
                Some(SeverityEffect::AtLeast(_)) | None => 0,
            })
            .sum();
        let lifted: Vec<usize> = reachable
            .iter()
            .flat_map(|group| (0..=lifts).map(move |steps| group.saturating_sub(steps)))
            .collect();
        reachable.extend(lifted);
        reachable
    }
}
