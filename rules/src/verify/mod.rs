//! The verifier: what a methodologist and a lawyer should know before a rule set is published. One check a file. A
//! finding names a rule, and where there is one an object of the portfolio or a case that shows it.

mod basis;
mod contradiction;
mod direction;
mod examples;
mod firing;
mod in_force;
mod limits;
mod overlap;
mod passport;
mod reasoning;
mod twins;
mod units;

use dozor_domain::{ErrorInfo, VerdictColumns};
use dozor_facts::{FactCatalogue, FactsTable};
use serde::Serialize;

use crate::error::{ProblemLevel, RuleProblem};
use crate::ruleset::RuleSet;

/// Lists the codes of findings.
pub const VERIFY_FINDINGS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "VERIFY_BASIS",
        cause: "a rule that burdens a person has no legal reference whose act is named",
        action: "name number, date and entry into force of the act, or make the rule a sign",
    },
    ErrorInfo {
        code: "VERIFY_PASSPORT",
        cause: "the passport lacks what a reader asks first: what is protected, why this threshold, who answers, when it is looked at again",
        action: "fill the field that the message names",
    },
    ErrorInfo {
        code: "VERIFY_BEFORE_ACT",
        cause: "the rule holds before the act on which it rests is in force",
        action: "set effective_from to the first day of the act or later",
    },
    ErrorInfo {
        code: "VERIFY_AFTER_ACT",
        cause: "the rule still holds although every act on which it rests has ended",
        action: "name the act that followed, or set effective_to to the last day of the act",
    },
    ErrorInfo {
        code: "VERIFY_UNITS",
        cause: "facts of different units are compared, or subtracted one from the other",
        action: "bring both to one unit, or correct `unit` in facts.toml",
    },
    ErrorInfo {
        code: "VERIFY_SAME_CONDITION",
        cause: "two rules of one kind have the same script: one thing counts twice",
        action: "remove one of them, or give one rule both kinds",
    },
    ErrorInfo {
        code: "VERIFY_DIRECTION",
        cause: "the rule does not behave as its passport declares",
        action: "correct `direction`, or the comparison in the script",
    },
    ErrorInfo {
        code: "VERIFY_NEVER_FIRES",
        cause: "the rule fires on no object of the portfolio",
        action: "check threshold and exceptions; a rule that cannot fire says nothing",
    },
    ErrorInfo {
        code: "VERIFY_ALWAYS_FIRES",
        cause: "the rule fires on every object that it is about: it tells none from another",
        action: "check the threshold, or put the points into the severity of the kind of object",
    },
    ErrorInfo {
        code: "VERIFY_NEVER_KNOWN",
        cause: "the rule is unknown on every object that it is about",
        action: "connect the source of the facts that it reads, or let it ask is_known first",
    },
    ErrorInfo {
        code: "VERIFY_FAILS",
        cause: "the script fails on objects of the portfolio",
        action: "guard the operation that the code names: a division by zero, an overflow, a result of another form",
    },
    ErrorInfo {
        code: "VERIFY_OVERLAP",
        cause: "two rules of one kind fire on exactly the same objects: one circumstance counts twice",
        action: "join them, or let one exclude the other",
    },
    ErrorInfo {
        code: "VERIFY_CONTRADICTION",
        cause: "a criterion and a rule of good faith that read the same facts fire on one object",
        action: "exclude one by the other, or say in the passport why both hold",
    },
];

/// Is one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// An error stops the check of a version; a warning does not.
    pub level: ProblemLevel,
    /// Stable code.
    pub code: &'static str,
    /// The rule.
    pub rule: String,
    /// The other rule, where two are involved.
    pub other: Option<String>,
    /// What was found.
    pub message: String,
    /// Key of an object, or name of a case, that shows it.
    pub example: Option<String>,
    /// Why this matters.
    pub cause: &'static str,
    /// What to do next.
    pub action: &'static str,
}

impl Finding {
    fn new(level: ProblemLevel, code: &str, rule: &str, message: impl Into<String>) -> Self {
        let info = VERIFY_FINDINGS.iter().find(|info| info.code == code).unwrap_or(&VERIFY_FINDINGS[0]);
        let (code, cause, action) = (info.code, info.cause, info.action);
        let (rule, message) = (rule.to_owned(), message.into());
        Self { level, code, rule, other: None, message, example: None, cause, action }
    }

    fn warning(code: &str, rule: &str, message: impl Into<String>) -> Self {
        Self::new(ProblemLevel::Warning, code, rule, message)
    }

    fn error(code: &str, rule: &str, message: impl Into<String>) -> Self {
        Self::new(ProblemLevel::Error, code, rule, message)
    }

    fn with(self, other: &str) -> Self {
        Self { other: Some(other.to_owned()), ..self }
    }

    fn shown_by(self, example: impl Into<String>) -> Self {
        Self { example: Some(example.into()), ..self }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.rule)?;
        if let Some(other) = &self.other {
            write!(f, " and {other}")?;
        }
        write!(f, ": {}: {}", self.code, self.message)?;
        if let Some(example) = &self.example {
            write!(f, " (see {example})")?;
        }
        write!(f, ". {}: {}", self.cause, self.action)
    }
}

impl RuleSet {
    /// Finds scripts that go beyond what the heads of their rules declare: more points, a higher floor, another
    /// severity. On an object such a script fails; here its author learns it first.
    pub fn check_limits(&self, catalogue: &FactCatalogue) -> Vec<RuleProblem> {
        self.rules().iter().flat_map(|rule| limits::beyond_head(rule, catalogue)).collect()
    }

    /// Looks at the rules themselves: bases, passports, dates, directions, twins. Sorted by rule, then by code.
    pub fn verify(&self, catalogue: &FactCatalogue) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        for rule in self.rules() {
            found.extend(basis::check(rule));
            found.extend(passport::check(rule));
            found.extend(in_force::check(rule));
            found.extend(limits::check(rule, catalogue));
            found.extend(units::check(rule, catalogue));
            found.extend(direction::check(rule, self.cases(&rule.head().id), catalogue));
        }
        found.extend(twins::check(self.rules()));
        sorted(found)
    }

    /// Looks at what the rules answer about a portfolio: dead rules, rules that always fire, failures, overlaps,
    /// contradictions; each with an object that shows it.
    pub fn verify_on(&self, table: &FactsTable, verdicts: &VerdictColumns) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        let columns = verdicts.heads.iter().zip(&verdicts.columns);
        let rules: Vec<_> = columns.filter(|(head, _)| self.rule(&head.id).is_some()).collect();
        if !table.is_empty() {
            found.extend(firing::check(&rules, table));
            found.extend(overlap::check(&rules, table));
            found.extend(contradiction::check(&rules, table));
            found.extend(in_force::check_on(&rules, table, &self.zone));
        }
        sorted(found)
    }
}

fn sorted(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by(|a, b| {
        (&a.rule, a.code, &a.other, &a.message).cmp(&(&b.rule, b.code, &b.other, &b.message))
    });
    found
}

/// Is a rule with its answers.
type Answered<'a> = (&'a dozor_domain::RuleHead, &'a dozor_domain::VerdictColumn);
