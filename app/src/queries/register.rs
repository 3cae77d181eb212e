//! The register page: rows under a filter, their counts, and the same rows as CSV.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes::RiskCategory;
use super::common::{CategoryCount, TerritoryRef, whole};
use super::paging::{PageCall, cursor};
use super::{Queries, RegisterEntry, RegisterIndex};
use crate::error::AppError;

/// One object under one kind of control.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObjectRow {
    pub object_id: String,
    pub object_key: String,
    pub object_title: String,
    pub object_kind: String,
    pub control_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryRef>,
    /// In force; `low` when nobody has decided.
    pub category: RiskCategory,
    /// Whether an official decided it.
    pub category_decided: bool,
    /// Set when the latest run proposes something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed_category: Option<RiskCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    pub points: f64,
    pub score: f64,
    pub open_signs: i64,
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_event_on: Option<String>,
}

/// Sorted by active category descending, score descending, object key, control kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObjectPage {
    pub items: Vec<ObjectRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Counts of rows under the filter. `by_category` ignores the filter `category`, so that a chip shows what it would
/// give.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObjectCounts {
    pub total: i64,
    pub by_category: Vec<CategoryCount>,
}

/// Chooses rows.
#[derive(Clone, Debug, Default)]
pub struct RegisterCall {
    /// Categories in force; empty = all.
    pub categories: Vec<domain::RiskCategory>,
    pub control_kind: Option<String>,
    pub object_kind: Option<String>,
    pub territory: Option<String>,
    /// Part of a key or an address.
    pub text: Option<String>,
    /// Objects that are sealed to the caller: a second look waits for him.
    pub sealed: BTreeSet<domain::ObjectId>,
}

/// Place of a row in the register's order.
#[derive(Serialize, Deserialize)]
struct Place {
    category: domain::RiskCategory,
    score: u64,
    key: String,
    object: u32,
    control: usize,
}

impl RegisterCall {
    /// Says whether a row is chosen, but for its category.
    fn holds(&self, register: &RegisterIndex, row: &RegisterEntry, small: Option<&str>) -> bool {
        let object = register.object_of(row);
        let is =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        is(&self.control_kind, register.control_of(row))
            && is(&self.object_kind, &object.kind)
            && is(&self.territory, object.territory.as_deref().unwrap_or_default())
            && small.is_none_or(|small| register.holds(row, small))
            && !self.sealed.contains(&object.id)
    }

    fn small(&self) -> Option<String> {
        self.text.as_deref().map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty())
    }

    fn rows<'a>(&'a self, register: &'a RegisterIndex) -> impl Iterator<Item = &'a RegisterEntry> {
        self.chosen(register, register.rows())
    }

    /// Chooses among some rows of the register.
    pub(super) fn chosen<'a>(
        &'a self,
        register: &'a RegisterIndex,
        rows: &'a [RegisterEntry],
    ) -> impl Iterator<Item = &'a RegisterEntry> {
        let small = self.small();
        rows.iter().filter(move |row| {
            (self.categories.is_empty() || self.categories.contains(&row.category()))
                && self.holds(register, row, small.as_deref())
        })
    }
}

fn row_view(register: &RegisterIndex, row: &RegisterEntry) -> ObjectRow {
    let object = register.object_of(row);
    ObjectRow {
        object_id: object.id.to_string(),
        object_key: object.key.clone(),
        object_title: object.title.clone(),
        object_kind: object.kind.clone(),
        control_kind: register.control_of(row).to_owned(),
        territory: register.territory(object.territory.as_deref()),
        category: row.category().into(),
        category_decided: row.active.is_some(),
        proposed_category: row.proposed().map(RiskCategory::from),
        probability: row.probability,
        points: row.points,
        score: row.score,
        open_signs: i64::from(row.open_signs),
        last_event_on: row.last_event_on.map(|day| day.to_string()),
    }
}

impl Queries {
    /// Returns a page of the register.
    ///
    /// # Errors
    /// [`AppError::CursorInvalid`]; the store's.
    pub async fn objects(&self, call: &RegisterCall, page: &PageCall) -> Result<ObjectPage, AppError> {
        let register = self.register().await?;
        let after: Option<Place> = page.place()?;
        let is_after =
            |row: &&RegisterEntry| after.as_ref().is_none_or(|place| place.is_before(&register, row));
        let mut found: Vec<&RegisterEntry> =
            call.rows(&register).filter(is_after).take(page.limit + 1).collect();
        let more = found.len() > page.limit;
        found.truncate(page.limit);
        let last = found.last().filter(|_| more).map(|row| cursor(&Place::of(&register, row)));
        Ok(ObjectPage {
            items: found.iter().map(|row| row_view(&register, row)).collect(),
            next_cursor: last,
        })
    }

    /// Counts the register's rows under a filter.
    ///
    /// # Errors
    /// The store's.
    pub async fn object_counts(&self, call: &RegisterCall) -> Result<ObjectCounts, AppError> {
        let register = self.register().await?;
        let levels = self.dozor.methodology.manifest.scale.levels();
        let mut counts: BTreeMap<domain::RiskCategory, usize> =
            levels.iter().map(|level| (*level, 0)).collect();
        let small = call.small();
        let (mut total, wanted) = (0, &call.categories);
        for row in register.rows().iter().filter(|row| call.holds(&register, row, small.as_deref())) {
            *counts.entry(row.category()).or_default() += 1;
            total += i64::from(wanted.is_empty() || wanted.contains(&row.category()));
        }
        let counted = counts.into_iter();
        Ok(ObjectCounts {
            total,
            by_category: counted
                .map(|(category, count)| CategoryCount { category: category.into(), count: whole(count) })
                .collect(),
        })
    }
}

impl Place {
    fn of(register: &RegisterIndex, row: &RegisterEntry) -> Self {
        Self {
            category: row.category(),
            score: row.score.to_bits(),
            key: register.object_of(row).key.clone(),
            object: row.object,
            control: row.control,
        }
    }

    /// Tells whether the place stands before a row in the register's order.
    fn is_before(&self, register: &RegisterIndex, row: &RegisterEntry) -> bool {
        let order = row
            .category()
            .cmp(&self.category)
            .then_with(|| row.score.total_cmp(&f64::from_bits(self.score)))
            .then_with(|| self.key.cmp(&register.object_of(row).key))
            .then_with(|| self.object.cmp(&row.object))
            .then_with(|| self.control.cmp(&row.control));
        order.is_lt()
    }
}
