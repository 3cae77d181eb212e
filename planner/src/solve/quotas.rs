//! The day's quotas as groups of the search, and which of them keeps work out.

use std::collections::BTreeMap;

use dozor_domain::{InspectorDay, LeftOutReason, QuotaKind};

use super::instance::Instance;
use super::ways::DayRoads;
use crate::routing::Quotas;
use crate::{DayQuotas, Work};

/// Numbers the groups as they come up.
pub(super) struct Groups<'s> {
    settings: &'s DayQuotas,
    numbers: BTreeMap<(QuotaKind, String), u32>,
    most: Vec<u32>,
}

/// Is the names and the limits of the groups.
#[derive(Clone, Debug, Default)]
pub(crate) struct DayGroups {
    names: Vec<(QuotaKind, String)>,
    pub(super) limits: Quotas,
}

impl<'s> Groups<'s> {
    pub(super) fn new(settings: &'s DayQuotas) -> Self {
        Self { settings, numbers: BTreeMap::new(), most: Vec::new() }
    }

    /// Returns the codes of a piece of work that are limited: its kind of event and its territory.
    pub(super) fn limited<'w>(&self, piece: &'w Work) -> Vec<(QuotaKind, &'w str)> {
        let territory = piece.candidate.territory.as_deref().map(|code| (QuotaKind::Territory, code));
        let codes = std::iter::once((QuotaKind::EventKind, piece.event_kind.as_str())).chain(territory);
        codes.filter(|(of, code)| self.settings.most(*of, code).is_some()).collect()
    }

    /// Returns the group of a code; none where it is not limited.
    pub(super) fn group(&mut self, of: QuotaKind, code: &str) -> Option<u32> {
        let most = self.settings.most(of, code)?;
        let next = self.most.len() as u32;
        let group = *self.numbers.entry((of, code.to_owned())).or_insert(next);
        if group == next {
            self.most.push(most);
        }
        Some(group)
    }

    /// Ends the numbering with the units of the staff.
    pub(super) fn end(mut self, of_class: Vec<Vec<u32>>, staff: &[&InspectorDay]) -> DayGroups {
        let of_crew: Vec<Vec<u32>> =
            staff.iter().map(|one| self.group(QuotaKind::Unit, &one.unit).into_iter().collect()).collect();
        let mut names: Vec<((QuotaKind, String), u32)> = self.numbers.into_iter().collect();
        names.sort_by_key(|(_, group)| *group);
        let names = names.into_iter().map(|(name, _)| name).collect();
        DayGroups { names, limits: Quotas::new(of_class, of_crew, self.most) }
    }
}

/// Says which quota leaves no room for an item beside some routes: of its kind of event, of its territory, or of the unit
/// of everybody who could go.
pub(super) fn full_quota<W: DayRoads>(
    instance: &Instance<'_, W>,
    counts: &[u32],
    item: u32,
) -> Option<LeftOutReason> {
    let (problem, groups) = (&instance.problem, &instance.groups);
    let quotas = problem.quotas();
    let is_full =
        |group: &u32| counts.get(*group as usize).is_some_and(|count| *count >= quotas.most(*group));
    let of_class = quotas.groups_of_class(problem.items[item as usize].class);
    let full = of_class.iter().copied().filter(is_full).min_by_key(|group| &groups.names[*group as usize]);
    let of_units = || {
        let full = |crew: &u32| quotas.groups_of_crew(*crew).iter().copied().find(is_full);
        let units: Option<Vec<u32>> = instance.able(item).iter().map(full).collect();
        units?.into_iter().min_by_key(|group| &groups.names[*group as usize])
    };
    let group = full.or_else(of_units)?;
    let (of, code) = groups.names.get(group as usize)?.clone();
    Some(LeftOutReason::Quota { of, code, most: quotas.most(group) })
}
