//! The problem in numbers: work and people by index, who may do what, how long the ways are.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use dozor_domain::InspectorDay;

use crate::travel::{Pace, Spot};
use crate::value::to_mills;
use crate::{PlannerSettings, Work};

/// Says why a piece of work can never be on a route of this day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Barrier {
    NoPosition,
    NoInspectorInTerritory,
    NoInspectorWithSkill(String),
    TooFar,
}

/// Is one piece of work that somebody could do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) spot: Spot,
    /// Thousandths.
    pub(crate) value: i64,
    pub(crate) service: i32,
    /// Index into the instance's classes.
    pub(crate) class: u32,
    /// Index into the instance's work.
    pub(crate) work: u32,
}

/// Is one inspector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) base: Spot,
    pub(crate) pace: Pace,
    /// Minutes of the shift.
    pub(crate) minutes: i32,
}

/// Is the whole problem.
pub(crate) struct Instance<'a> {
    pub(crate) work: Vec<&'a Work>,
    pub(crate) staff: Vec<&'a InspectorDay>,
    pub(crate) people: Vec<Person>,
    pub(crate) items: Vec<Item>,
    /// Work that no route can hold, with why.
    pub(crate) barred: Vec<(u32, Barrier)>,
    /// For each class of work (territory and skills) the inspectors who may do it.
    pub(crate) classes: Vec<Vec<u32>>,
    pub(crate) most_visits: usize,
    pub(crate) most_visits_each: usize,
}

impl<'a> Instance<'a> {
    /// Takes work sorted by key and staff sorted by key, both checked.
    pub(crate) fn new(work: Vec<&'a Work>, staff: Vec<&'a InspectorDay>, settings: &PlannerSettings) -> Self {
        let people: Vec<Person> = staff.iter().filter_map(|inspector| person(inspector, settings)).collect();
        let limit = |most: Option<u32>| most.map_or(usize::MAX, |most| most as usize);
        let mut instance = Self {
            work: Vec::new(),
            staff,
            people,
            items: Vec::new(),
            barred: Vec::new(),
            classes: Vec::new(),
            most_visits: limit(settings.daily_capacity),
            most_visits_each: limit(settings.visits_per_inspector),
        };
        let mut known: BTreeMap<ClassKey<'a>, Result<u32, Barrier>> = BTreeMap::new();
        for (index, &piece) in work.iter().enumerate() {
            match instance.item(piece, index as u32, &mut known) {
                Ok(item) => instance.items.push(item),
                Err(barrier) => instance.barred.push((index as u32, barrier)),
            }
        }
        instance.work = work;
        instance
    }

    fn item(
        &mut self,
        piece: &'a Work,
        index: u32,
        known: &mut BTreeMap<ClassKey<'a>, Result<u32, Barrier>>,
    ) -> Result<Item, Barrier> {
        let position = piece.candidate.position.ok_or(Barrier::NoPosition)?;
        let key = (piece.candidate.territory.as_deref(), &piece.skills);
        let class = match known.get(&key) {
            Some(class) => class.clone(),
            None => {
                let class = self.class(key);
                known.insert(key, class.clone());
                class
            }
        }?;
        let service = piece.service.0.min(i32::MAX as u32 / 4) as i32;
        let item =
            Item { spot: Spot::new(position), value: to_mills(piece.value), service, class, work: index };
        let near_enough = |person: &u32| {
            let person = &self.people[*person as usize];
            2 * i64::from(person.pace.minutes(&person.base, &item.spot)) + i64::from(service)
                <= i64::from(person.minutes)
        };
        let eligible = &self.classes[class as usize];
        eligible.iter().any(near_enough).then_some(item).ok_or(Barrier::TooFar)
    }

    /// Makes the class of a territory and a set of skills.
    fn class(&mut self, (territory, skills): ClassKey<'a>) -> Result<u32, Barrier> {
        let there: Vec<u32> = (0_u32..)
            .zip(&self.staff)
            .filter(|(_, inspector)| serves(inspector, territory))
            .map(|(index, _)| index)
            .collect();
        if there.is_empty() {
            return Err(Barrier::NoInspectorInTerritory);
        }
        let able: Vec<u32> = there
            .iter()
            .copied()
            .filter(|index| skills.is_subset(&self.staff[*index as usize].skills))
            .collect();
        if able.is_empty() {
            let nobody_has = |skill: &&String| {
                there.iter().all(|index| !self.staff[*index as usize].skills.contains(*skill))
            };
            // Where each skill is there and no one person has them all, the first one stands for the set.
            let skill =
                skills.iter().find(nobody_has).or_else(|| skills.first()).cloned().unwrap_or_default();
            return Err(Barrier::NoInspectorWithSkill(skill));
        }
        self.classes.push(able);
        Ok(self.classes.len() as u32 - 1)
    }

    /// Returns the inspectors who may do an item.
    pub(crate) fn eligible(&self, item: u32) -> &[u32] {
        &self.classes[self.items[item as usize].class as usize]
    }
}

type ClassKey<'a> = (Option<&'a str>, &'a BTreeSet<String>);

fn person(inspector: &InspectorDay, settings: &PlannerSettings) -> Option<Person> {
    let minutes = inspector.shift_end.0.saturating_sub(inspector.shift_start.0).min(i32::MAX as u32 / 4);
    Some(Person {
        base: Spot::new(inspector.base),
        pace: Pace::new(inspector.mode, settings)?,
        minutes: minutes as i32,
    })
}

fn serves(inspector: &InspectorDay, territory: Option<&str>) -> bool {
    inspector.territories.is_empty() || territory.is_some_and(|code| inspector.territories.contains(code))
}
