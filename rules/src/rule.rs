//! One rule: passport, script and the day from which it holds.

use std::collections::BTreeSet;

use dozor_domain::{PackManifest, RiskCategory, RuleHead, RuleKind, SeverityEffect};
use dozor_script::{Answer, Answered, Engine, Names, Program, RuleResult};
use jiff::civil::Date;

use crate::error::{RuleProblem, info_of};
use crate::passport::{HeadText, Passport, severity_effect};

/// Code of a result that the rule may not give.
pub(crate) const RESULT_ERROR: &str = "RULE_RESULT";

/// Is one rule, ready to be asked.
#[derive(Clone, Debug)]
pub struct Rule {
    head: RuleHead,
    passport: Passport,
    effective_from: Option<Date>,
    effective_to: Option<Date>,
    source: String,
    program: Program,
    levels: Vec<RiskCategory>,
}

/// Is what a rule says of one object, before it goes into columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    NotFired,
    Fired(Box<Effect>),
    /// Places of missing facts in the program's reads.
    Unknown(Vec<u16>),
    Failed(&'static str, String),
}

/// Is the effect of a fired rule; `None` = as in the head.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Effect {
    pub(crate) points: Option<f64>,
    pub(crate) floor: Option<RiskCategory>,
    pub(crate) severity: Option<SeverityEffect>,
    pub(crate) evidence: Option<String>,
}

impl Rule {
    /// Reads a rule's file; gives all that is wrong with it.
    pub(crate) fn parse(
        engine: &Engine,
        file: &str,
        text: &str,
        names: &Names,
        manifest: &PackManifest,
    ) -> Result<Self, Vec<RuleProblem>> {
        let head = read_head(file, text);
        let program = engine.compile(text, names).map_err(|error| RuleProblem::of_script(file, &error));
        let (head, program) = match (head, program) {
            (Ok(head), Ok(program)) => {
                let problems = head.problems(file, manifest);
                if !problems.is_empty() {
                    return Err(problems);
                }
                (head, program)
            }
            (Ok(head), Err(script)) => {
                return Err(head.problems(file, manifest).into_iter().chain([script]).collect());
            }
            (Err(problem), Ok(_)) => return Err(vec![problem]),
            (Err(problem), Err(script)) => return Err(vec![problem, script]),
        };
        let severity = head.severity.as_deref().and_then(severity_effect);
        let object_kinds = object_kinds(&head, manifest);
        Ok(Self {
            head: RuleHead {
                id: head.id,
                kinds: head.kinds,
                control_kinds: head.control_kinds,
                object_kinds,
                title: head.title,
                basis: head.basis,
                points: head.points,
                priority: head.priority,
                floor: head.floor,
                severity,
                facts: program.reads().to_vec(),
            },
            passport: head.passport,
            effective_from: head.effective_from,
            effective_to: head.effective_to,
            source: text.to_owned(),
            program,
            levels: manifest.scale.levels().to_vec(),
        })
    }

    /// Returns what the rule says of itself.
    pub fn head(&self) -> &RuleHead {
        &self.head
    }
    /// Returns what its author says about it.
    pub fn passport(&self) -> &Passport {
        &self.passport
    }
    /// Returns the first day on which it holds; none = always held.
    pub fn effective_from(&self) -> Option<Date> {
        self.effective_from
    }
    /// Returns the last day on which it holds; none = until replaced.
    pub fn effective_to(&self) -> Option<Date> {
        self.effective_to
    }
    /// Returns the text of its file.
    pub fn source(&self) -> &str {
        &self.source
    }
    /// Returns the script alone, without the leading comment.
    pub fn script(&self) -> &str {
        crate::difference::script_of(&self.source)
    }
    /// Returns its compiled script.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Returns the rule with another number at a place of its source; `None` where the script does not take it. It may
    /// give any points: what is asked of it is whether it fires.
    pub(crate) fn with_number(
        &self,
        place: &std::ops::Range<usize>,
        number: &str,
        names: &Names,
    ) -> Option<Self> {
        let mut rule = self.clone();
        let (before, after) = (self.source.get(..place.start)?, self.source.get(place.end..)?);
        rule.source = [before, number, after].concat();
        rule.program = self.program.compile_beside(&rule.source, names).ok()?;
        rule.head.points = f64::MAX.copysign(self.head.points);
        Some(rule)
    }

    /// Returns the categories of the pack.
    pub(crate) fn levels(&self) -> &[RiskCategory] {
        &self.levels
    }

    /// Tells whether the rule holds on a local day.
    pub fn is_effective_on(&self, day: Date) -> bool {
        self.effective_from.is_none_or(|from| from <= day) && self.effective_to.is_none_or(|to| day <= to)
    }

    /// Turns a script's answer into what the rule says.
    pub(crate) fn said(&self, answer: Answer) -> Said {
        match answer {
            Answer::Unknown { missing } => Said::Unknown(missing),
            Answer::Failed { code, message } => Said::Failed(code, message),
            Answer::Value(Answered::Boolean(false)) => Said::NotFired,
            Answer::Value(Answered::Boolean(true)) => Said::Fired(Box::default()),
            Answer::Value(Answered::Map(RuleResult { fired: false, .. })) => Said::NotFired,
            Answer::Value(Answered::Map(result)) => match self.effect(result) {
                Ok(effect) => Said::Fired(Box::new(effect)),
                Err(message) => Said::Failed(info_of(RESULT_ERROR).code, message),
            },
            Answer::Value(Answered::Integer(_) | Answered::Float(_) | Answered::Text(_)) => {
                Said::Failed(info_of(RESULT_ERROR).code, "the script is neither true nor false".to_owned())
            }
        }
    }

    /// Returns the points that the script may give: the head names the largest, which people approve and what an
    /// unknown rule could give at most.
    pub(crate) fn lawful_points(&self) -> std::ops::RangeInclusive<f64> {
        if self.head.is(RuleKind::GoodFaith) { self.head.points..=0.0 } else { 0.0..=self.head.points }
    }

    /// Tells whether the script may give so many points.
    pub(crate) fn may_give(&self, points: f64) -> bool {
        self.lawful_points().contains(&points)
    }

    /// Tells whether the head allows the script's floor.
    pub(crate) fn may_set(&self, floor: RiskCategory) -> bool {
        self.head.floor.is_some_and(|highest| floor <= highest)
    }

    /// Tells whether the head allows the script's effect on severity: a lift of no more steps, or the same group.
    pub(crate) fn may_move(&self, severity: &SeverityEffect) -> bool {
        match (severity, &self.head.severity) {
            (SeverityEffect::LiftBy(steps), Some(SeverityEffect::LiftBy(most))) => steps <= most,
            (SeverityEffect::AtLeast(group), Some(SeverityEffect::AtLeast(named))) => group == named,
            (SeverityEffect::LiftBy(_) | SeverityEffect::AtLeast(_), _) => false,
        }
    }

    fn effect(&self, result: RuleResult) -> Result<Effect, String> {
        let floor = match result.floor {
            None => None,
            Some(code) => Some(
                self.levels
                    .iter()
                    .copied()
                    .find(|level| level.code() == code)
                    .ok_or_else(|| format!("«{code}» is no category of the pack"))?,
            ),
        };
        let severity = match result.severity {
            None => None,
            Some(text) => Some(severity_effect(&text).ok_or_else(|| format!("«{text}» is no severity"))?),
        };
        let counts = self.head.counts_in_category();
        if !counts && (floor.is_some() || severity.is_some()) {
            return Err("only a criterion sets a floor or moves the severity".to_owned());
        }
        if let Some(points) = result.points.filter(|points| !self.may_give(*points)) {
            let lawful = self.lawful_points();
            return Err(format!(
                "{points} points, where the head allows {}..{}",
                lawful.start(),
                lawful.end()
            ));
        }
        if let Some(floor) = floor.filter(|floor| !self.may_set(*floor)) {
            return Err(format!("the floor «{}» is above the head's, or the head has none", floor.code()));
        }
        if severity.as_ref().is_some_and(|severity| !self.may_move(severity)) {
            return Err("the severity is not the one that the head declares".to_owned());
        }
        Ok(Effect { points: result.points, floor, severity, evidence: result.evidence })
    }
}

/// Returns the kinds of object that the rule is about: as written, else those of its control kinds.
fn object_kinds(head: &HeadText, manifest: &PackManifest) -> Vec<String> {
    if !head.object_kinds.is_empty() {
        return head.object_kinds.clone();
    }
    let kinds: BTreeSet<&String> = manifest
        .control_kinds
        .iter()
        .filter(|kind| head.control_kinds.contains(&kind.code))
        .flat_map(|kind| &kind.object_kinds)
        .collect();
    let all = manifest.object_kinds.iter().all(|kind| kinds.contains(&kind.code));
    if all { Vec::new() } else { kinds.into_iter().cloned().collect() }
}

fn read_head(file: &str, text: &str) -> Result<HeadText, RuleProblem> {
    let wrong = |line: usize, message: String| RuleProblem::error("RULE_HEAD", file, Some(line), message);
    let comment = text.trim_start_matches('\u{feff}').trim_start();
    let before = text.len() - comment.len();
    let Some(body) = comment.strip_prefix("/*") else {
        return Err(wrong(1, "the file does not begin with a block comment".to_owned()));
    };
    let Some(end) = body.find("*/") else {
        return Err(wrong(1, "the leading block comment does not end".to_owned()));
    };
    let toml = body.get(..end).unwrap_or_default();
    if toml.contains("/*") {
        return Err(wrong(1, "a comment inside the leading comment".to_owned()));
    }
    let start = before + 2;
    toml::from_str(toml).map_err(|error| {
        let offset = start + error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        wrong(line, error.message().to_owned())
    })
}
