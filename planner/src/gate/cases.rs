//! `gate.cases.toml` of a pack: questions with the answers that the law gives, run by tests and by
//! `dozor rules test`.

use dozor_domain::RiskCategory;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CategoryStanding, Circumstances, Gate, Lack, Moment, Question, Refusal};
use crate::{GroundKind, PlannerError, PlannerPack};

const FILE: &str = "gate.cases.toml";

/// Is one question with its answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateCase {
    /// Number and what it is about.
    pub title: String,
    /// The day.
    pub on: Date,
    /// When it is asked.
    #[serde(default)]
    pub moment: Moment,
    /// Code of the kind of event.
    pub event: String,
    /// The ground.
    pub ground: GroundKind,
    /// Code of the control kind.
    pub control_kind: String,
    /// The category that an official decided; none = only proposed.
    #[serde(default)]
    pub category: Option<RiskCategory>,
    /// Day of that decision.
    #[serde(default)]
    pub decided_on: Option<Date>,
    /// Whether it was set against the criteria.
    #[serde(default)]
    pub against_criteria: bool,
    /// What else is known.
    #[serde(default)]
    pub with: Circumstances,
    /// What is lacking, in the gate's order; nothing = it may be started.
    #[serde(default)]
    pub refused: Vec<Lack>,
    /// Words of the article that a refusal names.
    #[serde(default)]
    pub article: Option<String>,
}

/// Is how a case went.
#[derive(Clone, Debug, Serialize)]
pub struct CaseOutcome {
    /// Its title.
    pub title: String,
    /// Whether the gate says what the case does, and names the article.
    pub passed: bool,
    /// What the case says.
    pub expected: Vec<Lack>,
    /// What the gate says.
    pub refusals: Vec<Refusal>,
}

impl CaseOutcome {
    /// Says in codes what was expected and what came, with the articles that were named.
    pub fn difference(&self) -> String {
        let expected: Vec<_> = self.expected.iter().map(|lack| lack.code()).collect();
        let came: Vec<_> = self
            .refusals
            .iter()
            .map(|one| {
                let articles: Vec<_> = one.basis.iter().map(|basis| basis.text.as_str()).collect();
                format!("{} ({})", one.lack.code(), articles.join("; "))
            })
            .collect();
        format!("expected [{}], got [{}]", expected.join(", "), came.join(", "))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CasesText {
    cases: Vec<GateCase>,
}

/// Is all cases of a pack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GateCases {
    /// In the file's order.
    pub cases: Vec<GateCase>,
}

impl GateCases {
    /// Parses the file.
    ///
    /// # Errors
    /// [`PlannerError::Toml`]; [`PlannerError::Pack`] for a refusal without an article, or an article without one.
    pub fn parse(text: &str) -> Result<Self, PlannerError> {
        let CasesText { cases } =
            toml::from_str(text).map_err(|source| PlannerError::Toml { file: FILE, source })?;
        match cases.iter().find(|case| case.refused.is_empty() == case.article.is_some()) {
            Some(case) => {
                let problem = format!("«{}»: a refusal names its article, a consent has none", case.title);
                Err(PlannerError::Pack { file: FILE, problem })
            }
            None => Ok(Self { cases }),
        }
    }

    /// Asks the gate every question.
    pub fn run(&self, pack: &PlannerPack) -> Vec<CaseOutcome> {
        self.cases.iter().map(|case| case.run(pack)).collect()
    }
}

impl GateCase {
    /// Returns the question.
    pub fn question(&self) -> Question<'_> {
        let category = match self.category {
            None => CategoryStanding::Proposed,
            Some(category) if self.against_criteria => CategoryStanding::AgainstCriteria { category },
            Some(category) => CategoryStanding::Decided { category, on: self.decided_on },
        };
        Question {
            moment: self.moment,
            event: &self.event,
            ground: self.ground,
            control_kind: &self.control_kind,
            category,
            circumstances: self.with.clone(),
        }
    }

    fn run(&self, pack: &PlannerPack) -> CaseOutcome {
        let refusals = Gate::new(pack, self.on).refusals(&self.question());
        let lacks: Vec<Lack> = refusals.iter().map(|refusal| refusal.lack).collect();
        let is_named = self.article.as_deref().is_none_or(|words| {
            refusals.iter().flat_map(|refusal| &refusal.basis).any(|basis| basis.text.contains(words))
        });
        let all_named = refusals.iter().all(|refusal| !refusal.basis.is_empty());
        CaseOutcome {
            title: self.title.clone(),
            passed: lacks == self.refused && is_named && all_named,
            expected: self.refused.clone(),
            refusals,
        }
    }
}
