//! Whom the categories burden: by district, by kind or size of owner, or by any attribute that may be read for this
//! report and never for a score.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::proportion::{Interval, bound_among, wilson, wilson_at};

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
    /// Mean probability promised for those visited.
    pub promised: Option<f64>,
    /// Whether the model is wrong about the group in particular. See [`disparity`].
    pub misjudged: bool,
}

/// Makes the report: all first, then the groups by name.
///
/// A group is misjudged where its promise lies outside the interval of its hit rate, and still does once the promises of
/// all are scaled to what was found: where the model promises everybody too much, that is one finding and not one for
/// each group. Among many groups the intervals of this question are Šidák's for `comparisons`, so that by chance alone one
/// report in twenty names any group; the interval that is shown stays 95 % of its own. All together are one question.
pub fn disparity(objects: &[AuditedObject], comparisons: usize) -> Vec<GroupFigures> {
    let mut groups: BTreeMap<&str, Vec<&AuditedObject>> = BTreeMap::new();
    for object in objects {
        groups.entry(&object.group).or_default().push(object);
    }
    let all: Vec<&AuditedObject> = objects.iter().collect();
    let mut all = figures("", &all);
    let rate = |one: &GroupFigures| one.hit_rate.map(|rate| rate.value).zip(one.promised);
    let off =
        rate(&all).filter(|(_, promised)| *promised > 0.0).map_or(1.0, |(found, promised)| found / promised);
    all.misjudged = is_misjudged(&all, 1.0, bound_among(1));
    let bound = bound_among(comparisons);
    let figures = groups.into_iter().map(|(group, objects)| {
        let found = figures(group, &objects);
        GroupFigures { misjudged: is_misjudged(&found, off, bound), ..found }
    });
    std::iter::once(all).chain(figures).collect()
}

/// Tells whether a promise is too high, or too low, both as it is and scaled to what was found of all.
fn is_misjudged(group: &GroupFigures, off: f64, bound: f64) -> bool {
    let Some((rate, promised)) = group.hit_rate.zip(group.promised) else { return false };
    let interval = wilson_at(rate.value, group.visited as f64, bound);
    let promises = [promised, promised * off];
    promises.iter().all(|one| *one > interval.high) || promises.iter().all(|one| *one < interval.low)
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
    GroupFigures {
        group: group.to_owned(),
        objects: objects.len(),
        burdened: wilson(burdened / count.max(1.0), count),
        visited: visited.len(),
        hit_rate,
        promised,
        misjudged: false,
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
        objects.extend(group("fair too", 0.2, 18));
        objects.extend(group("overstated", 0.5, 20));
        let names = |found: &[GroupFigures]| -> Vec<(String, bool)> {
            found.iter().skip(1).map(|line| (line.group.clone(), line.misjudged)).collect()
        };
        let said = |name: &str, misjudged| (name.to_owned(), misjudged);
        let found = disparity(&objects, 3);
        assert_eq!(names(&found), [said("fair", false), said("fair too", false), said("overstated", true)]);
        assert_eq!((found[0].objects, found[0].visited), (1200, 300));
        assert!((found[1].burdened.value - 0.125).abs() < 1e-12);

        // What is wrong about all alike is said of all, once.
        let mut objects = group("north", 0.5, 20);
        objects.extend(group("south", 0.5, 22));
        let found = disparity(&objects, 2);
        assert!(found[0].misjudged);
        assert_eq!(names(&found), [said("north", false), said("south", false)]);

        // One interval of 95 % lies apart by chance where a hundred groups are asked.
        let mut objects = group("lucky", 0.2, 10);
        for rest in ["a", "b", "c", "d", "e"] {
            objects.extend(group(rest, 0.2, 20));
        }
        assert!(names(&disparity(&objects, 1)).contains(&said("lucky", true)));
        assert!(names(&disparity(&objects, 100)).contains(&said("lucky", false)));
    }
}
