//! What limits a day as data of the pack: its break, and quotas of visits.

use std::collections::BTreeMap;

use dozor_domain::QuotaKind;
use serde::Deserialize;

/// Is the break that everybody takes who is at work when it falls due. A visit in hand is finished first; one that would
/// last beyond the latest start is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseRule {
    /// When it falls due, minutes after local midnight.
    pub at: u32,
    /// How long it is.
    pub minutes: u32,
    /// The latest minute in which it begins.
    pub latest: u32,
}

impl PauseRule {
    pub(crate) fn is_sane(&self) -> bool {
        const DAY: u32 = 24 * 60;
        let fits = self.latest.checked_add(self.minutes).is_some_and(|end| end <= DAY);
        self.minutes > 0 && self.at <= self.latest && fits
    }
}

/// Is the most visits a day by code; `*` stands for every code that has no line of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayQuotas {
    /// By kind of event.
    #[serde(default)]
    pub event_kind: BTreeMap<String, u32>,
    /// By territory; objects without one are not counted.
    #[serde(default)]
    pub territory: BTreeMap<String, u32>,
    /// By unit of the inspectors.
    #[serde(default)]
    pub unit: BTreeMap<String, u32>,
}

impl DayQuotas {
    /// Returns the most visits a day; none = no such limit.
    pub fn most(&self, of: QuotaKind, code: &str) -> Option<u32> {
        let lines = match of {
            QuotaKind::EventKind => &self.event_kind,
            QuotaKind::Territory => &self.territory,
            QuotaKind::Unit => &self.unit,
        };
        lines.get(code).or_else(|| lines.get("*")).copied()
    }
}
