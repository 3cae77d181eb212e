//! Whom the categories burden: by district, by kind or size of owner, or by any attribute that may be read for this
//! report and never for a score.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::proportion::{Interval, wilson};

/// Is an object as the report sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditedObject {
    /// Value of the attribute by which groups are made.
    pub group: String,
    /// Whether its category lets inspectors come without a sign: high and above.
    pub burdened: bool,
    /// Calibrated probability, where there is a model.
    pub probability: Option<f64>,
    /// What the last visit found, where there was one.
    pub violation: Option<bool>,
}

/// Holds a group's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupFigures {
    /// The group; empty for all.
    pub group: String,
    /// Objects.
    pub objects: usize,
    /// Share in the burdened categories.
    pub burdened: Interval,
    /// Objects visited with an answer.
    pub visited: usize,
    /// Share of these with a violation; none without a visit.
    pub hit_rate: Option<Interval>,
    /// Mean probability promised for those visited; outside the interval of the hit rate the model is wrong about
    /// the group.
    pub promised: Option<f64>,
    /// Whether the promise lies outside the interval.
    pub misjudged: bool,
}

/// Makes the report: all first, then the groups by name.
pub fn disparity(objects: &[AuditedObject]) -> Vec<GroupFigures> {
    let mut groups: BTreeMap<&str, Vec<&AuditedObject>> = BTreeMap::new();
    for object in objects {
        groups.entry(&object.group).or_default().push(object);
    }
    let all: Vec<&AuditedObject> = objects.iter().collect();
    std::iter::once(("", all)).chain(groups).map(|(group, objects)| figures(group, &objects)).collect()
}

fn figures(group: &str, objects: &[&AuditedObject]) -> GroupFigures {
    let count = objects.len() as f64;
    let burdened = objects.iter().filter(|object| object.burdened).count() as f64;
    let visited: Vec<&&AuditedObject> = objects.iter().filter(|object| object.violation.is_some()).collect();
    let hits = visited.iter().filter(|object| object.violation == Some(true)).count() as f64;
    let seen = visited.len() as f64;
    let hit_rate = (seen > 0.0).then(|| wilson(hits / seen, seen));
    let promises: Option<Vec<f64>> = visited.iter().map(|object| object.probability).collect();
    let promised = promises.filter(|all| !all.is_empty()).map(|all| all.iter().sum::<f64>() / seen);
    let misjudged = hit_rate.zip(promised).is_some_and(|(rate, p)| p < rate.low || p > rate.high);
    GroupFigures {
        group: group.to_owned(),
        objects: objects.len(),
        burdened: wilson(burdened / count.max(1.0), count),
        visited: visited.len(),
        hit_rate,
        promised,
        misjudged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_whose_risk_is_overstated_is_misjudged_and_a_fair_one_is_not() {
        let group = |name: &str, probability: f64, hits: usize| -> Vec<AuditedObject> {
            let one = |at: usize| AuditedObject {
                group: name.to_owned(),
                burdened: at < 50,
                probability: Some(probability),
                violation: (at < 100).then_some(at < hits),
            };
            (0..400).map(one).collect()
        };
        let mut objects = group("fair", 0.2, 20);
        objects.extend(group("overstated", 0.5, 20));
        let found = disparity(&objects);
        let names: Vec<(&str, bool)> =
            found.iter().map(|line| (line.group.as_str(), line.misjudged)).collect();
        assert_eq!(names[1..], [("fair", false), ("overstated", true)]);
        assert_eq!((found[0].objects, found[0].visited), (800, 200));
        assert!((found[1].burdened.value - 0.125).abs() < 1e-12);
    }
}
