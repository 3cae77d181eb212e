//! Who may do what: the classes of work that the same people can do.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{InspectorDay, QuotaKind};

use super::instance::{Barrier, SoFar};
use super::quotas::{DayGroups, Groups};
use crate::{DayQuotas, Work};

/// Territory, skills, who may not do it although able to, and the quotas in which it counts.
type ClassKey<'a> = (Option<&'a str>, &'a BTreeSet<String>, Vec<u32>, Limited<'a>);
/// What of a piece of work is limited by quotas.
type Limited<'a> = Vec<(QuotaKind, &'a str)>;

/// Finds who may do work; each class of work is looked at once.
pub(super) struct Classes<'s, 'a> {
    staff: &'s [&'a InspectorDay],
    is_closed: &'s [bool],
    /// Number of each inspector, by key.
    numbers: BTreeMap<&'a str, u32>,
    /// For objects, by registry key, who has a conflict of interest there.
    avoided: BTreeMap<&'a str, BTreeSet<u32>>,
    known: BTreeMap<ClassKey<'a>, Result<u32, Barrier>>,
    /// Classes of work that has begun, by crew.
    own: BTreeMap<(u32, Limited<'a>), u32>,
    groups: Groups<'s>,
    /// For each class the crews who may do it, ascending.
    able: Vec<Vec<u32>>,
    /// For each class the groups of the quotas.
    counted: Vec<Vec<u32>>,
}

impl<'s, 'a> Classes<'s, 'a> {
    pub(super) fn new(staff: &'s [&'a InspectorDay], so_far: &'s SoFar, quotas: &'s DayQuotas) -> Self {
        let mut avoided: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for (number, inspector) in (0_u32..).zip(staff) {
            for key in &inspector.avoids {
                avoided.entry(key).or_default().insert(number);
            }
        }
        Self {
            staff,
            is_closed: so_far.is_closed.as_slice(),
            numbers: staff.iter().map(|one| one.key.as_str()).zip(0..).collect(),
            avoided,
            known: BTreeMap::new(),
            own: BTreeMap::new(),
            groups: Groups::new(quotas),
            able: Vec::new(),
            counted: Vec::new(),
        }
    }

    /// Returns the classes: who may do each, and the groups of the quotas.
    pub(super) fn end(self) -> (Vec<Vec<u32>>, DayGroups) {
        (self.able, self.groups.end(self.counted, self.staff))
    }

    fn add(&mut self, able: Vec<u32>, limited: &Limited<'_>) -> u32 {
        let groups = limited.iter().filter_map(|(of, code)| self.groups.group(*of, code)).collect();
        self.able.push(able);
        self.counted.push(groups);
        self.able.len() as u32 - 1
    }

    /// Returns the class of a piece of work that only one crew does.
    pub(super) fn of_one(&mut self, piece: &'a Work, crew: u32) -> u32 {
        let key = (crew, self.groups.limited(piece));
        if let Some(class) = self.own.get(&key) {
            return *class;
        }
        let class = self.add(vec![crew], &key.1);
        self.own.insert(key, class);
        class
    }

    pub(super) fn of(&mut self, piece: &'a Work) -> Result<u32, Barrier> {
        let key = (
            piece.candidate.territory.as_deref(),
            &piece.skills,
            self.excluded(piece),
            self.groups.limited(piece),
        );
        if let Some(class) = self.known.get(&key) {
            return class.clone();
        }
        let class = self.make(&key);
        self.known.insert(key, class.clone());
        class
    }

    /// Returns who may not do a piece of work for what he is to it, not for what he can, ascending.
    fn excluded(&self, piece: &Work) -> Vec<u32> {
        let again = piece.not_again.as_deref().and_then(|key| self.numbers.get(key));
        let avoiding = self.avoided.get(piece.candidate.key.as_str());
        let all: BTreeSet<u32> = again.into_iter().chain(avoiding.into_iter().flatten()).copied().collect();
        all.into_iter().collect()
    }

    fn make(&mut self, (territory, skills, excluded, limited): &ClassKey<'a>) -> Result<u32, Barrier> {
        let there: Vec<u32> = (0_u32..)
            .zip(self.staff)
            .filter(|(index, inspector)| {
                !self.is_closed.get(*index as usize).is_some_and(|is| *is) && serves(inspector, *territory)
            })
            .map(|(index, _)| index)
            .collect();
        if there.is_empty() {
            return Err(Barrier::NoInspectorInTerritory);
        }
        let has = |index: &u32, skill: &String| self.staff[*index as usize].skills.contains(skill);
        let mut able: Vec<u32> =
            there.iter().copied().filter(|index| skills.iter().all(|skill| has(index, skill))).collect();
        if able.is_empty() {
            // Where each skill is there and no one person has them all, the first one stands for the set.
            let nobody_has = skills.iter().find(|skill| !there.iter().any(|index| has(index, skill)));
            let skill = nobody_has.or_else(|| skills.first()).cloned().unwrap_or_default();
            return Err(Barrier::NoInspectorWithSkill(skill));
        }
        able.retain(|index| excluded.binary_search(index).is_err());
        if able.is_empty() {
            return Err(Barrier::InspectorsExcluded);
        }
        Ok(self.add(able, limited))
    }
}

fn serves(inspector: &InspectorDay, territory: Option<&str>) -> bool {
    inspector.territories.is_empty() || territory.is_some_and(|code| inspector.territories.contains(code))
}
