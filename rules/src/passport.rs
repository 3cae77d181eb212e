//! The passport of a rule: the TOML in the leading block comment of its file.

use std::collections::BTreeSet;

use dozor_domain::{LegalReference, Localized, PackManifest, RiskCategory, RuleKind, SeverityEffect};
use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::RuleProblem;

/// Is an estimate from history with its 95 % interval, or just a count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The estimate, a share from 0 to 1.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Number of cases behind it.
    pub cases: u64,
}

/// Says which way a fact moves the answer; the verifier proves it later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More of the fact makes the rule fire.
    MoreFires,
    /// Less of the fact makes the rule fire.
    LessFires,
    /// The rule is a question of yes or no.
    YesNo,
}

/// Holds what a methodologist and a lawyer write about a rule; nothing here changes its answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passport {
    /// Охраняемая ценность: what the requirement protects.
    pub protects: Option<Localized>,
    /// The threshold and why it is what it is.
    pub threshold: Option<Localized>,
    /// Which way the leading fact moves the answer.
    pub direction: Option<Direction>,
    /// Exceptions: when the rule does not apply.
    pub exceptions: Option<Localized>,
    /// How the expression differs from the wording, and why.
    pub note: Option<Localized>,
    /// The unit or person that answers for the rule.
    pub owner: Option<Localized>,
    /// The day by which the rule must be looked at again.
    pub review_on: Option<Date>,
    /// How often it fired in history.
    pub fired_in_history: Option<u64>,
    /// Share confirmed in the field.
    pub confirmed_in_field: Option<Estimate>,
    /// Share annulled on complaint or in court.
    pub annulled_on_complaint: Option<Estimate>,
}

/// Is the TOML of a rule's head as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadText {
    pub(crate) id: String,
    pub(crate) kinds: Vec<RuleKind>,
    pub(crate) control_kinds: Vec<String>,
    #[serde(default)]
    pub(crate) object_kinds: Vec<String>,
    pub(crate) title: Localized,
    #[serde(default)]
    pub(crate) basis: Vec<LegalReference>,
    #[serde(default, deserialize_with = "day")]
    pub(crate) effective_from: Option<Date>,
    #[serde(default, deserialize_with = "day")]
    pub(crate) effective_to: Option<Date>,
    #[serde(default)]
    pub(crate) points: f64,
    #[serde(default)]
    pub(crate) priority: f64,
    pub(crate) floor: Option<RiskCategory>,
    pub(crate) severity: Option<String>,
    #[serde(default)]
    pub(crate) passport: Passport,
}

/// Reads a day written as text or as TOML's own date.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = match toml::Value::deserialize(deserializer)? {
        toml::Value::String(text) => text,
        toml::Value::Datetime(date) if date.time.is_none() => date.to_string(),
        other => return Err(D::Error::custom(format!("a day is written as 2026-11-21, not as {other}"))),
    };
    text.parse().map(Some).map_err(|fault| D::Error::custom(format!("{text}: {fault}")))
}

/// Reads `+N` as a lift and anything else as the code of a severity group.
pub(crate) fn severity_effect(text: &str) -> Option<SeverityEffect> {
    match text.strip_prefix('+') {
        Some(steps) => match steps.parse() {
            Ok(0) | Err(_) => None,
            Ok(steps) => Some(SeverityEffect::LiftBy(steps)),
        },
        None => (!text.is_empty()).then(|| SeverityEffect::AtLeast(text.to_owned())),
    }
}

impl HeadText {
    fn is(&self, kind: RuleKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Finds everything that contradicts the pack or the powers of the rule's kinds.
    pub(crate) fn problems(&self, file: &str, manifest: &PackManifest) -> Vec<RuleProblem> {
        let mut problems = Vec::new();
        let stem = file.rsplit('/').next().and_then(|name| name.strip_suffix(".rhai")).unwrap_or_default();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.id != stem || self.id.is_empty() || !self.id.chars().all(plain) {
            let message = format!("the id «{}» is not the file's name", self.id);
            problems.push(RuleProblem::error("RULE_ID", file, None, message));
        }
        for message in self.unknown_codes(manifest) {
            problems.push(RuleProblem::error("RULE_CODE_UNKNOWN", file, None, message));
        }
        for message in self.power_problems() {
            problems.push(RuleProblem::error("RULE_POWER", file, None, message));
        }
        if self.title.ru.trim().is_empty() || self.title.en.trim().is_empty() {
            problems.push(RuleProblem::error("RULE_HEAD", file, None, "the title is empty in one language"));
        }
        if self.basis.is_empty() && !self.is(RuleKind::Ordering) {
            problems.push(RuleProblem::error("RULE_BASIS_MISSING", file, None, "`basis` is empty"));
        }
        problems
    }

    fn unknown_codes(&self, manifest: &PackManifest) -> Vec<String> {
        let mut unknown = Vec::new();
        for code in &self.control_kinds {
            if manifest.control_kinds.iter().all(|kind| kind.code != *code) {
                unknown.push(format!("control kind «{code}» does not exist"));
            }
        }
        for code in &self.object_kinds {
            if manifest.object_kinds.iter().all(|kind| kind.code != *code) {
                unknown.push(format!("object kind «{code}» does not exist"));
            }
        }
        if let Some(floor) = self.floor
            && !manifest.scale.contains(floor)
        {
            unknown.push(format!("category «{floor}» is not switched on"));
        }
        if self.control_kinds.is_empty() {
            unknown.push("`control_kinds` is empty".to_owned());
        }
        unknown
    }

    fn power_problems(&self) -> Vec<String> {
        let counts = self.is(RuleKind::Criterion) || self.is(RuleKind::GoodFaith);
        let distinct: BTreeSet<RuleKind> = self.kinds.iter().copied().collect();
        let pairs = [
            (self.kinds.is_empty(), "a rule has at least one kind"),
            (distinct.len() != self.kinds.len(), "a kind is listed twice"),
            (
                distinct.len() > 1 && distinct != BTreeSet::from([RuleKind::Sign, RuleKind::Indicator]),
                "only `sign` and `indicator` may go together: one condition, two powers",
            ),
            (
                !self.is(RuleKind::Criterion) && (self.floor.is_some() || self.severity.is_some()),
                "only a criterion sets a floor or moves the severity",
            ),
            (
                self.is(RuleKind::GoodFaith) && self.points > 0.0,
                "good faith lowers points; it never adds any",
            ),
            (!self.is(RuleKind::GoodFaith) && self.points < 0.0, "only good faith has negative points"),
            (
                !counts && self.is(RuleKind::Indicator) && !self.is(RuleKind::Sign) && self.points != 0.0,
                "an indicator alone gives no points",
            ),
            (!(0.0..=100.0).contains(&self.priority), "`priority` lies between 0 and 100"),
            (!self.points.is_finite(), "`points` is a finite number"),
            (
                self.severity.as_deref().is_some_and(|text| severity_effect(text).is_none()),
                "`severity` is \"+1\" or the code of a group",
            ),
            (
                matches!((self.effective_from, self.effective_to), (Some(from), Some(to)) if to < from),
                "`effective_to` is before `effective_from`",
            ),
        ];
        pairs.into_iter().filter(|(wrong, _)| *wrong).map(|(_, message)| message.to_owned()).collect()
    }
}
