//! What managers and methodologists keep an eye on: have facts, outcomes or promises moved, do the promises hold in every
//! group, does an inspector find more than the risk explains, which sources can be relied on, is a challenger better. It
//! is read afterwards and no score reads it.

mod alarms;
mod drift;
mod reliability;
mod shadow;

use std::collections::BTreeMap;

use dozor_domain::{RiskCategory, Timestamp};
use dozor_scoring::{
    AuditedObject, GroupFigures, InspectorEffect, InspectorEvent, Interval, PromiseDrift, disparity,
    inspector_effects, promise_drift, wilson,
};
use serde::Serialize;

pub use self::alarms::{Alarm, AlarmKind};
pub use self::drift::{FactsMoved, OutcomesMoved};
pub use self::reliability::{JudgedBy, SourceReliability};
pub use self::shadow::Shadow;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::progress::Progress;
use crate::rolling::{YearBehind, YearEvent};
use crate::second_looks::SecondLooks;

/// Groups with fewer outcomes say nothing yet: no alarm is raised for them.
const LEAST_OUTCOMES: usize = 30;

/// Is the share of violations of one category in the year.
#[derive(Clone, Debug, Serialize)]
pub struct CategoryRate {
    /// The category that the policy gave before the visit.
    pub category: RiskCategory,
    /// Outcomes.
    pub outcomes: usize,
    /// Share of violations.
    pub rate: Interval,
}

/// Is the year behind, judged by a model that had not seen it.
#[derive(Clone, Debug, Serialize)]
pub struct YearReport {
    /// First instant.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub from: Timestamp,
    /// First instant after it.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub until: Timestamp,
    /// Outcomes with a label.
    pub outcomes: usize,
    /// Whether they kept to what was promised.
    pub promise: Option<PromiseDrift>,
    /// Share of violations by category, the highest first.
    pub categories: Vec<CategoryRate>,
    /// Burden and promises by group, by attribute.
    pub groups: BTreeMap<String, Vec<GroupFigures>>,
    /// Hit rates of inspectors at the mean risk of all.
    pub inspectors: Vec<InspectorEffect>,
    /// Share of violations of all whose inspector is known.
    pub hit_rate: Option<Interval>,
}

/// Is everything.
#[derive(Clone, Debug, Serialize)]
pub struct Oversight {
    /// Instant.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub as_of: Timestamp,
    /// What asks for an answer.
    pub alarms: Vec<Alarm>,
    /// Facts of the latest run by `as_of` beside those of the first run by its model; none before a second run.
    pub facts: Option<FactsMoved>,
    /// Violations of the last quarter beside those that taught the champion.
    pub outcomes: Option<OutcomesMoved>,
    /// The year behind; none where too few outcomes lie before it.
    pub year: Option<YearReport>,
    /// Sources of signs.
    pub sources: Vec<SourceReliability>,
    /// The newest challenger beside the champion.
    pub shadow: Option<Shadow>,
    /// Second looks of the year.
    pub second_looks: SecondLooks,
}

impl Dozor {
    /// Works everything out as of an instant; stores nothing.
    ///
    /// # Errors
    /// [`AppError::AsOfInFuture`], [`AppError::ModelNotDeclared`]; the store's.
    pub async fn oversight(&self, as_of: Timestamp, progress: &dyn Progress) -> Result<Oversight, AppError> {
        self.expect_come(as_of).await?;
        let spec = self.model_spec()?;
        let loaded = self.load(&[&spec.outcome.source], progress).await?;
        let year = match self.year_behind(as_of, progress).await {
            Ok(year) => Some(year_report(&year)),
            // Too few outcomes before the year to judge it by: the rest is said without it.
            Err(AppError::Scoring(fault)) if fault.leaves_rules_alone() => None,
            Err(other) => return Err(other),
        };
        let facts = self.facts_moved(as_of).await?;
        let outcomes = self.outcomes_moved(&loaded, as_of).await?;
        let sources = self.source_reliability(&loaded, as_of).await?;
        let shadow = self.shadow(&loaded, as_of).await?;
        let second_looks = self.second_looks(as_of).await?;
        let alarms = Vec::new();
        let mut report = Oversight { as_of, alarms, facts, outcomes, year, sources, shadow, second_looks };
        report.alarms = alarms::of(&report);
        Ok(report)
    }
}

fn year_report(year: &YearBehind) -> YearReport {
    let events = &year.events;
    let labelled: Vec<(&YearEvent, bool)> =
        events.iter().filter_map(|event| Some((event, event.violation?))).collect();
    let promises: Vec<(f64, bool)> =
        labelled.iter().map(|(event, found)| (event.probability, *found)).collect();
    // Groups of all attributes stand on one page and are asked together.
    let asked: usize = year.groups.iter().map(|(_, groups)| groups_with_outcomes(&labelled, groups)).sum();
    let audited = |(attribute, groups): &(String, dozor_scoring::CodeColumn)| {
        let object = |event: &YearEvent| AuditedObject {
            group: groups.code(event.row).to_owned(),
            burdened: event.category >= RiskCategory::High,
            probability: Some(event.probability),
            violation: event.violation,
        };
        (attribute.clone(), told(disparity(&events.iter().map(object).collect::<Vec<_>>(), asked)))
    };
    let named = labelled.iter().filter_map(|(event, violation)| {
        let (inspector, probability) = (event.inspector.clone()?, event.probability);
        Some(InspectorEvent { inspector, probability, violation: *violation })
    });
    let named: Vec<InspectorEvent> = named.collect();
    let hits = named.iter().filter(|event| event.violation).count() as f64;
    let visits = named.len() as f64;
    YearReport {
        from: year.from,
        until: year.until,
        outcomes: labelled.len(),
        promise: promise_drift(&promises),
        categories: category_rates(&labelled),
        groups: year.groups.iter().map(audited).collect(),
        inspectors: inspector_effects(&named),
        hit_rate: (visits > 0.0).then(|| wilson(hits / visits, visits)),
    }
}

/// Takes back what would be said of groups with too few outcomes: no page names a group for which no alarm is raised.
fn told(mut groups: Vec<GroupFigures>) -> Vec<GroupFigures> {
    for group in &mut groups {
        group.misjudged &= group.visited >= LEAST_OUTCOMES;
    }
    groups
}

/// Counts the groups of an attribute that have outcomes enough to be judged.
fn groups_with_outcomes(labelled: &[(&YearEvent, bool)], groups: &dozor_scoring::CodeColumn) -> usize {
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    for (event, _) in labelled {
        *outcomes.entry(groups.code(event.row)).or_default() += 1;
    }
    outcomes.values().filter(|count| **count >= LEAST_OUTCOMES).count()
}

fn category_rates(labelled: &[(&YearEvent, bool)]) -> Vec<CategoryRate> {
    let mut counts: BTreeMap<RiskCategory, (usize, usize)> = BTreeMap::new();
    for (event, found) in labelled {
        let count = counts.entry(event.category).or_default();
        *count = (count.0 + 1, count.1 + usize::from(*found));
    }
    let line = |(category, (outcomes, found)): (RiskCategory, (usize, usize))| CategoryRate {
        category,
        outcomes,
        rate: wilson(found as f64 / outcomes as f64, outcomes as f64),
    };
    counts.into_iter().rev().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_with_too_few_outcomes_is_not_called_misjudged() {
        let object = |group: &str, probability: f64, found: bool| AuditedObject {
            group: group.to_owned(),
            burdened: false,
            probability: Some(probability),
            violation: Some(found),
        };
        let mut objects: Vec<_> = (0..400).map(|at| object("rest", 0.5, at % 2 == 0)).collect();
        objects.extend((0..40).map(|_| object("many", 0.9, false)));
        objects.extend((0..29).map(|_| object("few", 0.9, false)));
        let named = |groups: Vec<GroupFigures>| {
            let groups = groups.into_iter().skip(1).filter(|one| one.misjudged);
            groups.map(|one| one.group).collect::<Vec<_>>()
        };
        assert_eq!(named(disparity(&objects, 2)), ["few", "many"], "the rates lie apart in both");
        assert_eq!(named(told(disparity(&objects, 2))), ["many"]);
    }
}
