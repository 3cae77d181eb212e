//! What if there were more inspectors, or fewer: where they would be put, and from where they would be missed least.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::InspectorDay;
use jiff::civil::Date;
use serde::Serialize;

use super::plan::{MissReason, MissedVisit, YearCrew, YearPlan};
use super::report::{open_in_all, open_of_one, used_minutes};
use super::request::YearRequest;

/// Is people added to a crew, or taken from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StaffChange {
    /// Code of the unit.
    pub unit: String,
    /// Territories; empty = all.
    pub territories: BTreeSet<String>,
    /// Skills.
    pub skills: BTreeSet<String>,
    /// People; below zero = taken away.
    pub people: i64,
}

/// Returns the staff of a plan with some people more, or fewer below zero. Each further one joins the crew whose work is
/// short by most minutes, as one of it whose attestation holds; each one fewer leaves the crew with the smallest load, whose
/// attestation ends first.
pub fn change_staff(
    request: &YearRequest<'_>,
    plan: &YearPlan,
    more: i32,
) -> (Vec<InspectorDay>, Vec<StaffChange>) {
    let mut change = Change::new(request, plan);
    for number in 0..more.unsigned_abs() {
        let crew = if more > 0 { change.shortest() } else { change.idlest() };
        let Some(crew) = crew else { break };
        if more > 0 { change.add(crew, number) } else { change.remove(crew) }
    }
    change.told()
}

struct Change<'a> {
    plan: &'a YearPlan,
    /// Staff by crew.
    members: Vec<Vec<InspectorDay>>,
    used: Vec<u64>,
    /// Minutes for norms over the period, by crew.
    have: Vec<u64>,
    /// Minutes of one person for norms over the period, by crew.
    each: Vec<u64>,
    /// Minutes that are short, by reach.
    short: BTreeMap<u32, u64>,
    counts: Vec<i64>,
}

impl<'a> Change<'a> {
    fn new(request: &YearRequest<'_>, plan: &'a YearPlan) -> Self {
        let crews = &plan.crews;
        let is_of = |crew: &YearCrew, one: &InspectorDay| {
            crew.unit == one.unit && crew.territories == one.territories && crew.skills == one.skills
        };
        let members = |crew: &YearCrew| {
            let mut found: Vec<InspectorDay> =
                request.staff.iter().filter(|one| is_of(crew, one)).cloned().collect();
            let last = |one: &InspectorDay| one.attested_until.unwrap_or(Date::MAX);
            found.sort_by(|a, b| last(b).cmp(&last(a)).then_with(|| a.key.cmp(&b.key)));
            found
        };
        let is_short =
            |one: &&MissedVisit| matches!(one.reason, MissReason::NoTime | MissReason::NotAttested);
        let mut short = BTreeMap::new();
        for one in plan.missed.iter().chain(&plan.late).filter(is_short) {
            if let Some(reach) = one.reach {
                *short.entry(reach).or_insert(0) += u64::from(one.minutes);
            }
        }
        Self {
            plan,
            members: crews.iter().map(members).collect(),
            have: crews.iter().map(|crew| open_in_all(crew, plan, request)).collect(),
            each: crews.iter().map(|crew| open_of_one(crew, plan, request)).collect(),
            counts: vec![0; crews.len()],
            used: used_minutes(plan),
            short,
        }
    }

    /// Returns the minutes short that each crew could work on, of all that is short.
    fn short_of(&self, crew: usize) -> u64 {
        let reaches = self.short.iter().filter(|(reach, _)| {
            let crews = self.plan.reaches.get(**reach as usize);
            crews.is_some_and(|crews| crews.contains(&(crew as u32)))
        });
        reaches.map(|(_, minutes)| *minutes).sum()
    }

    /// Returns the crew that most is short for; the most loaded one where nothing is short.
    fn shortest(&self) -> Option<usize> {
        let key = |crew: &usize| (self.short_of(*crew), self.load(*crew), std::cmp::Reverse(*crew));
        (0..self.plan.crews.len()).max_by_key(key)
    }

    /// Returns the crew with the smallest load that still has people.
    fn idlest(&self) -> Option<usize> {
        let has_people = |crew: &usize| self.members.get(*crew).is_some_and(|members| !members.is_empty());
        (0..self.plan.crews.len())
            .filter(has_people)
            .min_by_key(|crew| (self.short_of(*crew), self.load(*crew), *crew))
    }

    /// Returns the share of its minutes that a crew uses, in millionths.
    fn load(&self, crew: usize) -> u64 {
        let change = |minutes: &u64| {
            let each = self.each.get(crew).copied().unwrap_or(0).cast_signed();
            let people = self.counts.get(crew).copied().unwrap_or(0);
            minutes.saturating_add_signed(each.saturating_mul(people))
        };
        let have = self.have.get(crew).map_or(0, change);
        let used = self.used.get(crew).copied().unwrap_or(0);
        used.saturating_mul(1_000_000).checked_div(have).unwrap_or(u64::MAX)
    }

    fn add(&mut self, crew: usize, number: u32) {
        let Some(members) = self.members.get_mut(crew) else { return };
        let Some(model) = members.last().cloned() else { return };
        members.push(InspectorDay { key: format!("{} +{number}", model.key), attested_until: None, ..model });
        if let Some(count) = self.counts.get_mut(crew) {
            *count += 1;
        }
        let mut left = self.each.get(crew).copied().unwrap_or(0);
        let reaches = &self.plan.reaches;
        let mine = self.short.iter_mut().filter(|(reach, _)| {
            reaches.get(**reach as usize).is_some_and(|crews| crews.contains(&(crew as u32)))
        });
        for (_, minutes) in mine {
            let taken = left.min(*minutes);
            *minutes -= taken;
            left -= taken;
        }
    }

    fn remove(&mut self, crew: usize) {
        let gone = self.members.get_mut(crew).and_then(Vec::pop);
        if let Some(count) = self.counts.get_mut(crew).filter(|_| gone.is_some()) {
            *count -= 1;
        }
    }

    fn told(self) -> (Vec<InspectorDay>, Vec<StaffChange>) {
        let changed = self.plan.crews.iter().zip(self.counts).filter(|(_, people)| *people != 0);
        let changes = changed.map(|(crew, people)| StaffChange {
            unit: crew.unit.clone(),
            territories: crew.territories.clone(),
            skills: crew.skills.clone(),
            people,
        });
        (self.members.into_iter().flatten().collect(), changes.collect())
    }
}
