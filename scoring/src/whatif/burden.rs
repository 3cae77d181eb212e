//! Whom a candidate burdens: the share of each group in the categories that bring inspectors without a sign, before and
//! after. Groups are made by attributes that may be read for this question and never for a score.

use dozor_domain::RiskCategory;
use serde::{Deserialize, Serialize};

use super::interval::share;
use crate::Estimate;
use crate::policy::{CategoryColumn, CodeColumn};

/// Is how one group is burdened before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupBurden {
    /// The attribute by which groups are made: `object_kind` or a fact of use `R`.
    pub attribute: String,
    /// The group; empty for all objects.
    pub group: String,
    /// Objects.
    pub objects: u64,
    /// Share in the categories high and above under some control kind by the methodology in force.
    pub before: Option<Estimate>,
    /// The same by the candidate.
    pub after: Option<Estimate>,
}

/// Compares the burden of the groups of one attribute: all objects first, then the groups by name.
pub fn burdens(
    attribute: &str,
    groups: &CodeColumn,
    before: &[CategoryColumn],
    after: &[CategoryColumn],
) -> Vec<GroupBurden> {
    let sides = [before, after].map(|side| burdened(side, groups.len()));
    let mut counts = vec![(0_u64, [0_u64; 2]); groups.codes().len()];
    for (row, place) in groups.places().iter().enumerate() {
        let Some((objects, burdened)) = counts.get_mut(usize::from(*place)) else { continue };
        *objects += 1;
        for (count, side) in burdened.iter_mut().zip(&sides) {
            *count += u64::from(side[row]);
        }
    }
    let line = |group: &str, objects: u64, [before, after]: [u64; 2]| GroupBurden {
        attribute: attribute.to_owned(),
        group: group.to_owned(),
        objects,
        before: share(before, objects),
        after: share(after, objects),
    };
    let sum = |at: usize| counts.iter().map(|(_, burdened)| burdened[at]).sum();
    let all = line("", counts.iter().map(|(objects, _)| objects).sum(), [sum(0), sum(1)]);
    let mut found: Vec<GroupBurden> = groups
        .codes()
        .iter()
        .zip(&counts)
        .map(|(code, (objects, both))| line(code, *objects, *both))
        .collect();
    found.sort_by(|left, right| left.group.cmp(&right.group));
    found.insert(0, all);
    found
}

/// Marks the rows whose category is high or above under some control kind.
fn burdened(columns: &[CategoryColumn], rows: usize) -> Vec<bool> {
    let mut marks = vec![false; rows];
    for column in columns {
        for (mark, category) in marks.iter_mut().zip(&column.category) {
            *mark = *mark || category.is_some_and(|category| category >= RiskCategory::High);
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_counted_once_an_object_and_all_come_first() {
        use RiskCategory::{ExtremelyHigh, High, Low, Medium};
        let column = |control: &str, category: [Option<RiskCategory>; 4]| CategoryColumn {
            control_kind: control.to_owned(),
            category: category.to_vec(),
            ..CategoryColumn::default()
        };
        let before = [
            column("land", [Some(High), Some(Medium), Some(Low), None]),
            column("use", [Some(ExtremelyHigh), None, None, Some(Low)]),
        ];
        let after = [column("land", [Some(Medium), Some(High), Some(High), None])];
        let groups = CodeColumn::new(["company", "person", "company", "person"].into_iter());
        let found = burdens("owner_kind", &groups, &before, &after);
        let lines: Vec<(&str, u64, f64, f64)> = found
            .iter()
            .map(|one| {
                let value = |share: Option<Estimate>| share.map_or(f64::NAN, |share| share.value);
                (one.group.as_str(), one.objects, value(one.before), value(one.after))
            })
            .collect();
        assert_eq!(lines, [("", 4, 0.25, 0.5), ("company", 2, 0.5, 0.5), ("person", 2, 0.0, 0.5)]);
    }
}
