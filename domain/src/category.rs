//! The five (federally six) risk categories and the scale that a pack switches on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Is a risk category, from the lightest to the heaviest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskCategory {
    /// низкий
    Low,
    /// умеренный
    Moderate,
    /// средний
    Medium,
    /// значительный (off by default)
    Significant,
    /// высокий
    High,
    /// чрезвычайно высокий
    ExtremelyHigh,
}

impl RiskCategory {
    /// All six, ascending.
    pub const ALL: [Self; 6] =
        [Self::Low, Self::Moderate, Self::Medium, Self::Significant, Self::High, Self::ExtremelyHigh];

    /// Returns the code used in files, API and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::Medium => "medium",
            Self::Significant => "significant",
            Self::High => "high",
            Self::ExtremelyHigh => "extremely_high",
        }
    }
}

impl fmt::Display for RiskCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for RiskCategory {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|category| category.code() == text)
            .ok_or_else(|| format!("«{text}» is no risk category"))
    }
}

/// Is the ordered set of categories that a pack uses: at least three, Low always (248-ФЗ art. 23).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<RiskCategory>", into = "Vec<RiskCategory>")]
pub struct CategoryScale(Vec<RiskCategory>);

impl CategoryScale {
    /// Accepts at least three different categories that include Low.
    ///
    /// # Errors
    /// Says which of the two conditions is broken.
    pub fn new(mut levels: Vec<RiskCategory>) -> Result<Self, String> {
        levels.sort_unstable();
        levels.dedup();
        if levels.len() < 3 {
            return Err("a scale has at least three categories".to_owned());
        }
        if levels.first() != Some(&RiskCategory::Low) {
            return Err("a scale includes `low`".to_owned());
        }
        Ok(Self(levels))
    }
    /// Returns the levels, ascending.
    pub fn levels(&self) -> &[RiskCategory] {
        &self.0
    }
    /// Tells whether the scale has this level.
    pub fn contains(&self, category: RiskCategory) -> bool {
        self.0.contains(&category)
    }
}

impl TryFrom<Vec<RiskCategory>> for CategoryScale {
    type Error = String;
    fn try_from(levels: Vec<RiskCategory>) -> Result<Self, String> {
        Self::new(levels)
    }
}

impl From<CategoryScale> for Vec<RiskCategory> {
    fn from(scale: CategoryScale) -> Self {
        scale.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_without_low_or_with_two_levels_is_refused() {
        assert!(CategoryScale::new(vec![RiskCategory::Low, RiskCategory::High]).is_err());
        assert!(
            CategoryScale::new(vec![RiskCategory::Moderate, RiskCategory::Medium, RiskCategory::High])
                .is_err()
        );
        let scale =
            CategoryScale::new(vec![RiskCategory::High, RiskCategory::Low, RiskCategory::Medium]).unwrap();
        assert_eq!(scale.levels()[2], RiskCategory::High);
    }
}
