//! What a version asks of the staff and whom it burdens, as its page shows them.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_scoring::{CategoryLoad, GroupBurden, PublicationReason};
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::RiskCategory;
use super::common::whole;
use super::version_effects::Share;

/// Pairs are before, after. Hours a year.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryHours {
    pub category: RiskCategory,
    pub hours: Vec<f64>,
}

/// Hours a year that categories ask for against those of the staff; pairs are before, after.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CapacityFit {
    pub categories: Vec<CategoryHours>,
    pub asked: Vec<f64>,
    pub staff: f64,
    /// Whether the staff can do it.
    pub fits: Vec<bool>,
}

/// Share of a group in the categories high and above; `group` is empty for all objects.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupBurdenView {
    /// Name of the fact by which groups are made.
    pub attribute: String,
    pub group: String,
    pub objects: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Share>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Share>,
}

/// Why more than one approver is needed. `reason`: moved load_above_capacity disparity.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GateReason {
    pub reason: String,
    /// Of moved: the share; of load: visits; of disparity: the group's share.
    pub value: f64,
    /// Of moved: the bound; of load: the capacity; of disparity: the share of all objects.
    pub against: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

impl From<&[CategoryLoad; 2]> for CapacityFit {
    fn from([before, after]: &[CategoryLoad; 2]) -> Self {
        let mut categories: Vec<dozor_domain::RiskCategory> =
            before.hours.iter().chain(&after.hours).map(|(category, _)| *category).collect();
        categories.sort_by(|a, b| b.cmp(a));
        categories.dedup();
        let hours = |side: &CategoryLoad, wanted| {
            side.hours.iter().find(|(category, _)| *category == wanted).map_or(0.0, |(_, hours)| *hours)
        };
        let line = |category: dozor_domain::RiskCategory| CategoryHours {
            category: category.into(),
            hours: vec![hours(before, category), hours(after, category)],
        };
        Self {
            categories: categories.into_iter().map(line).collect(),
            asked: vec![before.asked, after.asked],
            staff: after.staff,
            fits: vec![before.fits, after.fits],
        }
    }
}

impl From<&GroupBurden> for GroupBurdenView {
    fn from(one: &GroupBurden) -> Self {
        Self {
            attribute: one.attribute.clone(),
            group: one.group.clone(),
            objects: whole(one.objects),
            before: one.before.map(Share::from),
            after: one.after.map(Share::from),
        }
    }
}

impl From<&PublicationReason> for GateReason {
    fn from(reason: &PublicationReason) -> Self {
        let plain = |reason: &str, value: f64, against: f64| Self {
            reason: reason.to_owned(),
            value,
            against,
            attribute: None,
            group: None,
        };
        match reason {
            PublicationReason::Moved { share, above } => plain("moved", *share, *above),
            PublicationReason::LoadAboveCapacity { visits, capacity } => {
                plain("load_above_capacity", *visits, *capacity)
            }
            PublicationReason::Disparity { attribute, group, share, low: _, of_all } => Self {
                attribute: Some(attribute.clone()),
                group: Some(group.clone()),
                ..plain("disparity", *share, *of_all)
            },
        }
    }
}
