//! `frequency.toml`: the authority's own norm of work, and the law's caps and moratoria. Caps are upper limits:
//! nothing here reads one as a duty; only the own norm makes work due.

use std::collections::BTreeSet;

use dozor_domain::{LegalReference, RiskCategory};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{GroundKind, PlannerError};

const FILE: &str = "frequency.toml";

/// Is one dated line of the own norm: work of the kinds that list its ground, every so many days. The plan of a day
/// knows the ground `own_norm`; `planned` and `mandatory_visit` are the programme of a year, and stay under the caps.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norm {
    /// Control kinds it is for; empty = all.
    #[serde(default)]
    pub control_kinds: BTreeSet<String>,
    /// The category.
    pub category: RiskCategory,
    /// Days between two.
    pub every_days: u32,
    /// What the work rests on: `own_norm`, `planned` or `mandatory_visit`.
    #[serde(default = "own_norm")]
    pub ground: GroundKind,
    /// First day on which the line holds; none = from ever.
    #[serde(default)]
    pub from: Option<Date>,
    /// First day on which it no longer holds; none = for ever.
    #[serde(default)]
    pub to: Option<Date>,
    /// Basis.
    #[serde(default)]
    pub basis: Vec<LegalReference>,
}

fn own_norm() -> GroundKind {
    GroundKind::OwnNorm
}

/// Is what a cap counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapGroup {
    /// Planned control events.
    Planned,
    /// Mandatory preventive visits.
    MandatoryVisit,
}

/// Is one dated upper limit. Where no line holds, no event of that group is allowed at all.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// What it counts.
    pub group: CapGroup,
    /// Control kinds it is for; empty = all.
    #[serde(default)]
    pub control_kinds: BTreeSet<String>,
    /// The category.
    pub category: RiskCategory,
    /// One event in so many years, counted from the decision on the category.
    pub one_in_years: u32,
    /// Whether the other group's event takes this one's place.
    #[serde(default)]
    pub instead_of: Option<CapGroup>,
    /// First day on which the line holds; none = from ever.
    #[serde(default)]
    pub from: Option<Date>,
    /// First day on which it no longer holds; none = for ever.
    #[serde(default)]
    pub to: Option<Date>,
    /// Basis.
    #[serde(default)]
    pub basis: Vec<LegalReference>,
}

/// Is a time in which a group of events is forbidden except for some categories.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moratorium {
    /// What it forbids.
    pub forbids: CapGroup,
    /// Categories that it spares.
    pub except: BTreeSet<RiskCategory>,
    /// First day.
    pub from: Date,
    /// First day on which it no longer holds.
    pub to: Date,
    /// Basis.
    pub basis: Vec<LegalReference>,
}

/// Is a checked `frequency.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrequencyBook {
    /// The own norm.
    #[serde(default)]
    pub norms: Vec<Norm>,
    /// Upper limits.
    #[serde(default)]
    pub caps: Vec<Cap>,
    /// Moratoria.
    #[serde(default)]
    pub moratoria: Vec<Moratorium>,
}

impl FrequencyBook {
    /// Parses and checks the text.
    ///
    /// # Errors
    /// [`PlannerError::Toml`], or [`PlannerError::Pack`] for a control kind that the pack does not declare, a
    /// period of no length, or a norm of zero days.
    pub fn parse(text: &str, control_kinds: &[&str]) -> Result<Self, PlannerError> {
        let book: Self = toml::from_str(text).map_err(|source| PlannerError::Toml { file: FILE, source })?;
        let refused = |problem: String| Err(PlannerError::Pack { file: FILE, problem });
        let named = book.norms.iter().map(|line| &line.control_kinds);
        let named = named.chain(book.caps.iter().map(|line| &line.control_kinds)).flatten();
        if let Some(unknown) = named.into_iter().find(|code| !control_kinds.contains(&code.as_str())) {
            return refused(format!("a line names the control kind «{unknown}»"));
        }
        if book.norms.iter().any(|line| line.every_days == 0) {
            return refused("a norm has every_days = 0".to_owned());
        }
        let known = [GroundKind::OwnNorm, GroundKind::Planned, GroundKind::MandatoryVisit];
        if book.norms.iter().any(|line| !known.contains(&line.ground)) {
            return refused(
                "a norm rests on another ground than own_norm, planned or mandatory_visit".to_owned(),
            );
        }
        if book.caps.iter().any(|line| line.one_in_years == 0) {
            return refused("a cap has one_in_years = 0".to_owned());
        }
        if book.moratoria.iter().any(|line| line.to <= line.from) {
            return refused("a moratorium ends before it begins".to_owned());
        }
        Ok(book)
    }

    /// Returns the own norm in days for a control kind and category on a day; the shortest where several hold.
    pub fn norm_days(&self, control_kind: &str, category: RiskCategory, day: Date) -> Option<u32> {
        self.norm_days_on(GroundKind::OwnNorm, control_kind, category, day)
    }

    /// Returns the days between two visits that a norm asks for on a ground; the shortest where several hold.
    pub fn norm_days_on(
        &self,
        ground: GroundKind,
        control_kind: &str,
        category: RiskCategory,
        day: Date,
    ) -> Option<u32> {
        self.norms
            .iter()
            .filter(|line| line.ground == ground && line.category == category)
            .filter(|line| is_for(&line.control_kinds, control_kind))
            .filter(|line| holds(line.from, line.to, day))
            .map(|line| line.every_days)
            .min()
    }

    /// Returns the cap of a group for a control kind and category on a day.
    pub fn cap(
        &self,
        group: CapGroup,
        control_kind: &str,
        category: RiskCategory,
        day: Date,
    ) -> Option<&Cap> {
        self.caps
            .iter()
            .filter(|line| line.group == group && line.category == category)
            .find(|line| is_for(&line.control_kinds, control_kind) && holds(line.from, line.to, day))
    }

    /// Returns the moratorium that forbids a group for a category on a day.
    pub fn forbidden_by(&self, group: CapGroup, category: RiskCategory, day: Date) -> Option<&Moratorium> {
        self.moratoria
            .iter()
            .filter(|line| line.forbids == group && line.from <= day && day < line.to)
            .find(|line| !line.except.contains(&category))
    }
}

fn is_for(control_kinds: &BTreeSet<String>, control_kind: &str) -> bool {
    control_kinds.is_empty() || control_kinds.contains(control_kind)
}

fn holds(from: Option<Date>, to: Option<Date>, day: Date) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day < to)
}
