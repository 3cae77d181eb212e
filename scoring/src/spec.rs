//! `model.toml`: what is learnt from what. It names an outcome source, says which outcomes are violations, and
//! lists the features with their declared transforms. It holds no learnt number.

use serde::{Deserialize, Serialize};

use crate::ScoringError;

/// Says which outcomes teach and how they are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeSpec {
    /// Name of the outcome source.
    pub source: String,
    /// Rhai over the outcome's fields: a violation was found.
    pub positive: String,
    /// Rhai over the outcome's fields: the event was held and found nothing.
    pub negative: String,
    /// Rhai over the outcome's fields: no label at all (no access, annulled); asked first.
    #[serde(default)]
    pub none: Option<String>,
}

/// Is what computes the score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Ridge logistic regression.
    #[default]
    Logistic,
    /// Integer scorecard: monotone bins, weight of evidence, whole points.
    Scorecard,
    /// Gradient boosting of small trees on histograms.
    Trees,
}

/// Says what an unknown fact gives on a scorecard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingPoints {
    /// Nothing: what is not known burdens nobody and excuses nobody.
    #[default]
    Neutral,
    /// What the outcomes of such objects say.
    Learnt,
}

/// Says how a scorecard is made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScorecardSpec {
    /// So many points more double the odds.
    pub points_to_double: u32,
    /// What an unknown fact gives.
    pub missing: MissingPoints,
    /// Weight of ½‖w‖² on the evidence of the facts.
    pub l2: f64,
}

impl Default for ScorecardSpec {
    fn default() -> Self {
        Self { points_to_double: 10, missing: MissingPoints::Neutral, l2: 1.0 }
    }
}

/// Is how the score becomes a probability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationMethod {
    /// Two numbers on the log-odds.
    #[default]
    Platt,
    /// A non-decreasing function.
    Isotonic,
}

/// Says how the model is fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSpec {
    /// What computes the score.
    #[serde(default)]
    pub kind: ModelKind,
    /// Weight of ½‖w‖² against the summed log-loss of all rows.
    pub l2: f64,
    /// Outcomes older than so many days before the instant are left out; absent = all.
    #[serde(default)]
    pub history_days: Option<u32>,
}

/// Says how the score becomes a probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationSpec {
    /// Share of the outcomes, the latest by time, on which the calibration is fitted.
    pub share: f64,
    /// How the score becomes a probability.
    #[serde(default)]
    pub method: CalibrationMethod,
}

/// Is a change of scale applied to a number before it is standardised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// As it is.
    Identity,
    /// sign(x)·ln(1 + |x|): for counts, areas and distances with long tails.
    Log1p,
}

impl Transform {
    /// Applies the change of scale.
    pub fn apply(self, value: f64) -> f64 {
        match self {
            Self::Identity => value,
            Self::Log1p => value.abs().ln_1p().copysign(value),
        }
    }
}

fn identity() -> Transform {
    Transform::Identity
}

/// Declares one feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSpec {
    /// Name of the fact.
    pub fact: String,
    /// Change of scale for numbers.
    #[serde(default = "identity")]
    pub transform: Transform,
    /// Numbers above it count as it, before the transform.
    #[serde(default)]
    pub cap: Option<f64>,
    /// Texts that get a column each; all others share the base.
    #[serde(default)]
    pub levels: Option<Vec<String>>,
    /// How many texts get a column: the most frequent in the training rows, ties by text.
    #[serde(default)]
    pub top: Option<usize>,
}

/// Names a field that says which source, of several alike, a sign came from: a version of a detector, a flight, a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceGroup {
    /// Name of the source.
    pub source: String,
    /// Its field.
    pub field: String,
}

/// Says which sources of signs are judged by what desk and field found afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliabilitySpec {
    /// What the desk decided; none where the pack has no desk.
    #[serde(default)]
    pub desk: Option<OutcomeSpec>,
    /// The first answer within so many days judges a record.
    pub within_days: u32,
    /// The fields by which sources are told apart.
    pub groups: Vec<SourceGroup>,
}

/// Is a checked `model.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSpec {
    /// Code of the model.
    pub name: String,
    /// Where the labels come from.
    pub outcome: OutcomeSpec,
    /// How it is fitted.
    pub training: TrainingSpec,
    /// How it is calibrated.
    pub calibration: CalibrationSpec,
    /// How a scorecard is made of the same facts.
    #[serde(default)]
    pub scorecard: ScorecardSpec,
    /// How many objects the authority can visit in a period: precision at this rank is reported.
    pub capacity_k: u32,
    /// Which sources are judged; teaches nothing, and is no part of what names a model.
    #[serde(default, skip_serializing)]
    pub reliability: Option<ReliabilitySpec>,
    /// The features, in the model's order.
    pub features: Vec<FeatureSpec>,
}

impl ModelSpec {
    /// Parses and checks the text of a `model.toml`.
    ///
    /// # Errors
    /// [`ScoringError::ModelToml`] with line and key, or [`ScoringError::ModelSpec`].
    pub fn parse(text: &str) -> Result<Self, ScoringError> {
        let spec: Self = toml::from_str(text).map_err(ScoringError::ModelToml)?;
        spec.problem().map_or(Ok(spec), |problem| Err(ScoringError::ModelSpec { problem }))
    }

    /// Returns the same spec with another kind of model: how challengers are asked for.
    #[must_use]
    pub fn of_kind(&self, kind: ModelKind) -> Self {
        let training = TrainingSpec { kind, ..self.training.clone() };
        Self { training, ..self.clone() }
    }

    /// Returns the names of the facts that are features, in order.
    pub fn facts(&self) -> Vec<&str> {
        self.features.iter().map(|feature| feature.fact.as_str()).collect()
    }

    fn problem(&self) -> Option<String> {
        if !(self.training.l2.is_finite() && self.training.l2 > 0.0) {
            return Some("`training.l2` is a positive number".to_owned());
        }
        if !(self.calibration.share > 0.0 && self.calibration.share < 1.0) {
            return Some("`calibration.share` lies between 0 and 1".to_owned());
        }
        if self.scorecard.points_to_double == 0 || !(self.scorecard.l2 > 0.0 && self.scorecard.l2.is_finite())
        {
            return Some("`scorecard.points_to_double` and `scorecard.l2` are positive numbers".to_owned());
        }
        if self.features.is_empty() {
            return Some("it lists no features".to_owned());
        }
        let mut seen = std::collections::BTreeSet::new();
        self.features.iter().find_map(|feature| {
            let fact = &feature.fact;
            if !seen.insert(fact) {
                return Some(format!("feature «{fact}» stands twice"));
            }
            if feature.levels.is_some() && feature.top.is_some() {
                return Some(format!("feature «{fact}» has both `levels` and `top`"));
            }
            if feature.cap.is_some_and(|cap| !cap.is_finite()) {
                return Some(format!("`cap` of «{fact}» is not finite"));
            }
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::Coded;

    use super::*;

    const SPEC: &str = r#"
name = "m"
capacity_k = 10
[outcome]
source = "inspections"
positive = "critical > 0"
negative = "critical == 0"
[training]
l2 = 1.0
[calibration]
share = 0.2
[[features]]
fact = "a"
transform = "log1p"
cap = 10.0
[[features]]
fact = "b"
top = 5
"#;

    #[test]
    fn a_good_file_parses_and_broken_ones_are_refused_with_a_code() {
        assert_eq!(ModelSpec::parse(SPEC).unwrap().facts(), ["a", "b"]);
        for (from, to) in [
            ("l2 = 1.0", "l2 = 0.0"),
            ("share = 0.2", "share = 1.0"),
            ("top = 5", "top = 5\nlevels = [\"x\"]"),
            ("fact = \"b\"", "fact = \"a\""),
            ("top = 5", "colour = 1"),
        ] {
            let error = ModelSpec::parse(&SPEC.replace(from, to)).unwrap_err();
            assert_eq!(error.info().code, "MODEL_SPEC", "{to}");
        }
    }

    #[test]
    fn log1p_keeps_the_sign() {
        assert_eq!(Transform::Log1p.apply(0.0), 0.0);
        assert!((Transform::Log1p.apply(-1.0) + 2.0_f64.ln()).abs() < 1e-15);
    }
}
