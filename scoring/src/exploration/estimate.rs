//! What the drawn objects say of all: prevalence and missed violations per district, with intervals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::audit::{Interval, wilson};

/// Is a drawn object after its survey.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyedObject {
    /// Code of the district.
    pub district: String,
    /// The recorded chance by which it was drawn.
    pub inclusion: f64,
    /// What was found; none = not visible or no access, which says nothing.
    pub violation: Option<bool>,
}

/// Is what is estimated for a district, or for all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DistrictEstimate {
    /// Code of the district; empty for all.
    pub district: String,
    /// Objects that could have been drawn.
    pub objects: usize,
    /// Drawn and surveyed with an answer.
    pub answered: usize,
    /// Violations found among them.
    pub found: usize,
    /// Share of the objects with a violation.
    pub prevalence: Interval,
    /// Objects with a violation that nobody would have visited.
    pub missed: Interval,
}

/// Counts the objects that could have been drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawnFrom {
    /// In all districts, those too in which nobody was drawn.
    pub all: usize,
    /// By code of the district.
    pub districts: BTreeMap<String, usize>,
}

/// Estimates prevalence and missed violations among the objects that could have been drawn. The first line is of all, the others by code. Districts without an answer have no line.
///
/// Each answer counts as the inverse of its chance (Hájek's ratio). The interval is Wilson's at the effective number
/// of answers (Kish), corrected for the share of the district that was drawn.
pub fn estimate_prevalence(surveyed: &[SurveyedObject], from: &DrawnFrom) -> Vec<DistrictEstimate> {
    let all: Vec<&SurveyedObject> = surveyed.iter().collect();
    let mut by_district: BTreeMap<&str, Vec<&SurveyedObject>> = BTreeMap::new();
    for object in surveyed {
        by_district.entry(&object.district).or_default().push(object);
    }
    let districts = by_district.into_iter().filter_map(|(district, objects)| {
        one(district, &objects, from.districts.get(district).copied().unwrap_or(0))
    });
    one("", &all, from.all).into_iter().chain(districts).collect()
}

fn one(district: &str, drawn: &[&SurveyedObject], objects: usize) -> Option<DistrictEstimate> {
    let answers: Vec<(f64, bool)> = drawn
        .iter()
        .filter(|object| object.inclusion > 0.0)
        .filter_map(|object| Some((1.0 / object.inclusion, object.violation?)))
        .collect();
    let weight: f64 = answers.iter().map(|(weight, _)| weight).sum();
    let squares: f64 = answers.iter().map(|(weight, _)| weight * weight).sum();
    if answers.is_empty() || objects == 0 {
        return None;
    }
    let hits: f64 = answers.iter().filter(|(_, found)| *found).map(|(weight, _)| weight).sum();
    let drawn_share = (answers.len() as f64 / objects as f64).min(1.0);
    let effective = weight * weight / squares / (1.0 - drawn_share).max(1e-9);
    let prevalence = wilson(hits / weight, effective);
    let total = objects as f64;
    Some(DistrictEstimate {
        district: district.to_owned(),
        objects,
        answered: answers.len(),
        found: answers.iter().filter(|(_, found)| *found).count(),
        prevalence,
        missed: Interval {
            value: prevalence.value * total,
            low: prevalence.low * total,
            high: prevalence.high * total,
        },
    })
}

/// Returns the share of hits that exploration costs: share · (1 − draw rate / greedy rate), the hits that the same
/// visits would have found at the places of highest risk. `None` where the greedy rate is not positive.
pub fn exploration_cost(share: f64, draw_rate: f64, greedy_rate: f64) -> Option<f64> {
    (greedy_rate > 0.0).then(|| share * (1.0 - draw_rate / greedy_rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_count_as_the_inverse_of_their_chance() {
        let object = |inclusion, violation| SurveyedObject { district: "d".into(), inclusion, violation };
        // Weights 10 (clean), 2 (found), 2 (found): 4 of 14.
        let surveyed =
            [object(0.1, Some(false)), object(0.5, Some(true)), object(0.5, Some(true)), object(0.5, None)];
        let from = DrawnFrom { all: 20, districts: BTreeMap::from([("d".to_owned(), 14)]) };
        let found = estimate_prevalence(&surveyed, &from);
        assert_eq!(found.len(), 2);
        assert!((found[1].prevalence.value - 4.0 / 14.0).abs() < 1e-12);
        assert!((found[1].missed.value - 4.0).abs() < 1e-12);
        assert_eq!((found[1].answered, found[1].found), (3, 2));
        assert!((found[0].missed.value - 20.0 * 4.0 / 14.0).abs() < 1e-12, "other districts count in all");
        assert!(estimate_prevalence(&[], &DrawnFrom::default()).is_empty());
    }

    #[test]
    fn the_cost_follows_its_formula() {
        assert_eq!(exploration_cost(0.1, 0.09, 0.18), Some(0.05));
        assert_eq!(exploration_cost(0.1, 0.09, 0.0), None);
    }
}
