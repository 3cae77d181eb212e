//! Who may do what: the classes of work that the same people can do.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{InspectorDay, QuotaKind};

use super::instance::Barrier;
use super::quotas::{DayGroups, Groups};
use super::so_far::SoFar;
use crate::{DayQuotas, Work};

/// Territory, skills, who may not do it although able to, and the quotas in which it counts.
type ClassKey<'a> = (Option<&'a str>, &'a BTreeSet<String>, Vec<u32>, Limited<'a>);
/// What of a piece of work is limited by quotas.
type Limited<'a> = Vec<(QuotaKind, &'a str)>;

/// Is the classes of work that needs two, and who may do either half.
#[derive(Clone, Debug)]
pub(super) struct PairClass {
    pub(super) lead: u32,
    pub(super) assist: u32,
    pub(super) able: Vec<u32>,
}

/// Finds who may do work; each class of work is looked at once.
pub(super) struct Classes<'s, 'a> {
    staff: &'s [&'a InspectorDay],
    is_closed: &'s [bool],
    /// Number of each inspector, by key.
    numbers: BTreeMap<&'a str, u32>,
    /// For objects, by registry key, who has a conflict of interest there.
    avoided: BTreeMap<&'a str, BTreeSet<u32>>,
    /// The same for owners, by their key.
    avoided_owners: BTreeMap<&'a str, BTreeSet<u32>>,
    known: BTreeMap<ClassKey<'a>, Result<u32, Barrier>>,
    known_pairs: BTreeMap<ClassKey<'a>, Result<PairClass, Barrier>>,
    /// Classes of work that has begun, by crew.
    own: BTreeMap<(u32, Limited<'a>), u32>,
    groups: Groups<'s>,
    /// For each class the crews who may do it, ascending.
    able: Vec<Vec<u32>>,
    /// For each class the groups of the quotas.
    counted: Vec<Vec<u32>>,
    /// For each class whether it is the second half of work that needs two.
    uncounted: Vec<bool>,
}

impl<'s, 'a> Classes<'s, 'a> {
    pub(super) fn new(staff: &'s [&'a InspectorDay], so_far: &'s SoFar, quotas: &'s DayQuotas) -> Self {
        let mut avoided: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        let mut avoided_owners: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for (number, inspector) in (0_u32..).zip(staff) {
            for key in &inspector.avoids {
                avoided.entry(key).or_default().insert(number);
            }
            for owner in &inspector.avoids_owners {
                avoided_owners.entry(owner).or_default().insert(number);
            }
        }
        Self {
            staff,
            is_closed: so_far.is_closed.as_slice(),
            numbers: staff.iter().map(|one| one.key.as_str()).zip(0..).collect(),
            avoided,
            avoided_owners,
            known: BTreeMap::new(),
            known_pairs: BTreeMap::new(),
            own: BTreeMap::new(),
            groups: Groups::new(quotas),
            able: Vec::new(),
            counted: Vec::new(),
            uncounted: Vec::new(),
        }
    }

    /// Returns the classes: who may do each, and the groups of the quotas.
    pub(super) fn end(self) -> (Vec<Vec<u32>>, DayGroups) {
        let mut groups = self.groups.end(self.counted, self.staff);
        // Days without work for two need not ask.
        if self.uncounted.contains(&true) {
            groups.limits = groups.limits.with_uncounted(self.uncounted);
        }
        (self.able, groups)
    }

    fn add(&mut self, able: Vec<u32>, limited: &Limited<'_>) -> u32 {
        let groups = limited.iter().filter_map(|(of, code)| self.groups.group(*of, code)).collect();
        self.able.push(able);
        self.counted.push(groups);
        self.uncounted.push(false);
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
        let key = self.key(piece);
        if let Some(class) = self.known.get(&key) {
            return class.clone();
        }
        let class = self.able(&key).map(|able| self.add(able, &key.3));
        self.known.insert(key, class.clone());
        class
    }

    /// Returns the classes of a piece of work that needs two. Nobody is in them until it is appointed.
    pub(super) fn of_pair(&mut self, piece: &'a Work) -> Result<PairClass, Barrier> {
        let key = self.key(piece);
        if let Some(class) = self.known_pairs.get(&key) {
            return class.clone();
        }
        let class = match self.able(&key) {
            Ok(able) if able.len() < 2 => Err(Barrier::NoSecondInspector),
            Ok(able) => Ok(self.pair(able, &key.3)),
            Err(barrier) => Err(barrier),
        };
        self.known_pairs.insert(key, class.clone());
        class
    }

    /// Returns the classes of a piece of work that is appointed already, whoever else could do it.
    pub(super) fn of_appointed(&mut self, piece: &'a Work) -> PairClass {
        let limited = self.groups.limited(piece);
        self.of_pair(piece).unwrap_or_else(|_| self.pair(Vec::new(), &limited))
    }

    fn pair(&mut self, able: Vec<u32>, limited: &Limited<'_>) -> PairClass {
        let (lead, assist) = (self.add(Vec::new(), limited), self.add(Vec::new(), &Vec::new()));
        self.uncounted[assist as usize] = true;
        PairClass { lead, assist, able }
    }

    fn key(&self, piece: &'a Work) -> ClassKey<'a> {
        (
            piece.candidate.territory.as_deref(),
            &piece.skills,
            self.excluded(piece),
            self.groups.limited(piece),
        )
    }

    /// Returns who may not do a piece of work for what he is to it, not for what he can, ascending.
    fn excluded(&self, piece: &Work) -> Vec<u32> {
        let again = piece.not_again.iter().filter_map(|key| self.numbers.get(key.as_str()));
        let owners = piece.candidate.owners.iter();
        let avoiding_owner = owners.filter_map(|owner| self.avoided_owners.get(owner.as_str()));
        let avoiding = self.avoided.get(piece.candidate.key.as_str()).into_iter().chain(avoiding_owner);
        let all: BTreeSet<u32> = again.chain(avoiding.flatten()).copied().collect();
        all.into_iter().collect()
    }

    /// Finds who may do work of a class.
    fn able(&self, (territory, skills, excluded, _): &ClassKey<'a>) -> Result<Vec<u32>, Barrier> {
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
        Ok(able)
    }
}

fn serves(inspector: &InspectorDay, territory: Option<&str>) -> bool {
    inspector.territories.is_empty() || territory.is_some_and(|code| inspector.territories.contains(code))
}
