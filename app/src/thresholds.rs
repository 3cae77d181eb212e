//! Bounds of the probability groups that the outcomes of a year propose. A proposal moves nothing: as a draft of the next
//! version it goes the way of every version, past people.

use std::collections::BTreeMap;

use dozor_domain::Timestamp;
use dozor_scoring::{ModelRole, ProposedBounds, propose_bounds};
use serde::Serialize;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::progress::Progress;
use crate::rolling::YearEvent;
use crate::versions::{Actor, VersionReport};

/// No group may hold fewer of the outcomes: a smaller one is an accident.
const LEAST_SHARE: f64 = 0.03;
const POLICY: &str = "policy.toml";

/// Says what is proposed.
#[derive(Clone, Debug, Serialize)]
pub struct ThresholdReport {
    /// Key of policy.toml that the role of the model reads.
    pub key: &'static str,
    /// Outcomes of the year that say it.
    pub outcomes: usize,
    /// Largest share of the outcomes that the two highest groups may hold: what can be visited in a year.
    pub most: f64,
    /// Bounds in force, by group.
    pub in_force: BTreeMap<String, f64>,
    /// Bounds that are proposed, by group; empty where no bounds make hit rates fall strictly and fit.
    pub proposed: BTreeMap<String, f64>,
    /// Share of the outcomes and of violations in each proposed group, the highest first.
    pub groups: Vec<ProposedGroup>,
    /// The draft that was made of it.
    pub draft: Option<VersionReport>,
}

/// Is a proposed group.
#[derive(Clone, Debug, Serialize)]
pub struct ProposedGroup {
    /// Code.
    pub group: String,
    /// Share of the outcomes.
    pub share: f64,
    /// Share of violations among them.
    pub hit_rate: f64,
}

impl Dozor {
    /// Proposes bounds from the year before an instant: hit rates fall strictly over the groups, and the two highest hold
    /// no more than can be visited in a year. With an author it makes a draft of the next version.
    ///
    /// # Errors
    /// As [`Dozor::oversight`]; those of a draft.
    pub async fn propose_thresholds(
        &self,
        as_of: Timestamp,
        author: Option<&Actor>,
        progress: &dyn Progress,
    ) -> Result<ThresholdReport, AppError> {
        self.expect_come(as_of).await?;
        let year = self.year_behind(as_of, progress).await?;
        let text = self.methodology.policy.text();
        let (key, in_force) = match text.role {
            ModelRole::RulesOnly => ("points", &text.points),
            ModelRole::ScorecardMatrix => ("scorecard", &text.scorecard),
            ModelRole::Matrix => ("probability", &text.probability),
        };
        let number = |event: &YearEvent| match text.role {
            ModelRole::RulesOnly => Some(event.points),
            ModelRole::ScorecardMatrix => event.card.map(|points| points as f64),
            ModelRole::Matrix => Some(event.probability),
        };
        let outcomes: Vec<(f64, bool)> =
            year.events.iter().filter_map(|event| Some((number(event)?, event.violation?))).collect();
        let most = self.share_that_can_be_visited(as_of).await?;
        let groups = &text.probability_groups;
        let found = propose_bounds(&outcomes, groups.len(), (LEAST_SHARE, most));
        let proposed: BTreeMap<String, f64> =
            found.iter().flat_map(|found| groups.iter().cloned().zip(found.bounds.iter().copied())).collect();
        let draft = match author.filter(|_| !proposed.is_empty()) {
            Some(author) => Some(self.draft_with_bounds(key, &proposed, author).await?),
            None => None,
        };
        Ok(ThresholdReport {
            key,
            outcomes: outcomes.len(),
            most,
            in_force: in_force.clone(),
            groups: found.map(|found| proposed_groups(groups, &found)).unwrap_or_default(),
            proposed,
            draft,
        })
    }

    /// Returns the share of all objects that can be visited in a year; all where the pack does not say.
    async fn share_that_can_be_visited(&self, as_of: Timestamp) -> Result<f64, AppError> {
        let Some(a_year) = self.visits_a_year(as_of).await? else { return Ok(1.0) };
        let objects: u64 = self.store.object_counts().await?.iter().map(|(_, count)| count).sum();
        Ok((a_year / (objects.max(1) as f64)).min(1.0))
    }

    async fn draft_with_bounds(
        &self,
        key: &str,
        bounds: &BTreeMap<String, f64>,
        author: &Actor,
    ) -> Result<VersionReport, AppError> {
        let mut files = self.methodology.files.as_ref().clone();
        let missing = || AppError::PackFileMissing { file: POLICY.to_owned() };
        let text = files.get(POLICY).ok_or_else(missing)?;
        let changed = with_bounds(text, key, bounds);
        let changed = changed.ok_or_else(|| AppError::BoundsNotInLine { key: key.to_owned() })?;
        files.insert(POLICY.to_owned(), changed);
        self.draft_version(files, author).await
    }
}

fn proposed_groups(codes: &[String], found: &ProposedBounds) -> Vec<ProposedGroup> {
    let figures = found.shares.iter().zip(&found.hit_rates);
    let line = |(code, (share, hit_rate)): (&String, (&f64, &f64))| ProposedGroup {
        group: code.clone(),
        share: *share,
        hit_rate: *hit_rate,
    };
    codes.iter().zip(figures).map(line).collect()
}

/// Writes bounds into the line of their key; none where the text has no such line, or its value goes on in the next ones.
fn with_bounds(text: &str, key: &str, bounds: &BTreeMap<String, f64>) -> Option<String> {
    let is_its = |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
    let mut lines: Vec<&str> = text.split('\n').collect();
    let line =
        lines.iter_mut().find(|line| is_its(line)).filter(|line| line.matches(['{', '}']).count() == 2)?;
    let pairs: Vec<String> = bounds.iter().map(|(group, bound)| format!("\"{group}\" = {bound:?}")).collect();
    let written = format!("{key} = {{ {} }}", pairs.join(", "));
    *line = &written;
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_take_the_place_of_their_line_and_of_no_other() {
        let text = "# points = 1\nprobability_groups = [\"1\"]\nprobability = { \"1\" = 0.5 }\n[order]\nprobability = 100.0\n";
        let bounds = BTreeMap::from([("1".to_owned(), 0.25), ("2".to_owned(), 30.0)]);
        let found = with_bounds(text, "probability", &bounds).unwrap();
        assert_eq!(found, text.replace("{ \"1\" = 0.5 }", "{ \"1\" = 0.25, \"2\" = 30.0 }"));
        assert_eq!(with_bounds(text, "scorecard", &bounds), None);
        let commented = format!("# as before: probability = {{ \"1\" = 0.5 }}\n{text}");
        let found = with_bounds(&commented, "probability", &bounds).unwrap();
        assert!(found.starts_with("# as before: probability = { \"1\" = 0.5 }\n"), "{found}");
        assert_eq!(with_bounds("probability = {\n  \"1\" = 0.5 }\n", "probability", &bounds), None);
    }
}
