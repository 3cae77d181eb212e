//! Who can do what: people alike become a crew, work that the same crews can do becomes one reach.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::InspectorDay;

use super::law::{KindOfVisit, NEVER};
use super::period::Period;
use super::plan::YearCrew;
use crate::PauseRule;

/// Is the staff as crews, and the sets of crews that work needs.
pub(super) struct Staffing {
    pub(super) crews: Vec<YearCrew>,
    pub(super) reaches: Vec<Vec<u32>>,
    /// The last day on which anybody of a crew is attested, by crew.
    last_days: Vec<i32>,
    places: BTreeMap<Vec<u32>, u32>,
    known: BTreeMap<(u16, Option<String>), u32>,
}

/// Puts people together who belong to one unit and can do the same. A break is no time of work.
fn crews_of(staff: &[InspectorDay], pause: Option<PauseRule>, period: &Period) -> Vec<(YearCrew, i32)> {
    type Alike<'a> = (&'a str, &'a BTreeSet<String>, &'a BTreeSet<String>);
    let mut crews: BTreeMap<Alike<'_>, (YearCrew, i32)> = BTreeMap::new();
    for one in staff {
        let alike = (one.unit.as_str(), &one.territories, &one.skills);
        let (crew, last_day) = crews.entry(alike).or_insert_with(|| (nobody_of(one, period), i32::MIN));
        let minutes = work_minutes(one, pause);
        crew.people += 1;
        crew.minutes_a_day = crew.minutes_a_day.saturating_add(minutes);
        let Some(last) = one.attested_until.map(|last| period.distance(last)) else {
            *last_day = NEVER;
            continue;
        };
        *last_day = last.max(*last_day);
        for (week, lapsed) in crew.lapsed.iter_mut().enumerate() {
            *lapsed += u64::from(minutes) * u64::from(period.working_after(week, last));
        }
    }
    crews.into_values().collect()
}

/// Returns a crew of nobody who can do what somebody can.
fn nobody_of(one: &InspectorDay, period: &Period) -> YearCrew {
    YearCrew {
        unit: one.unit.clone(),
        territories: one.territories.clone(),
        skills: one.skills.clone(),
        people: 0,
        minutes_a_day: 0,
        lapsed: vec![0; period.weeks.len()],
    }
}

/// Returns the minutes of somebody's shift without his break, which he takes when it falls due while he is at work.
pub fn work_minutes(one: &InspectorDay, pause: Option<PauseRule>) -> u32 {
    let (start, end) = (one.shift_start.0, one.shift_end.0);
    let rest = pause.filter(|pause| start <= pause.at && pause.at < end);
    let rest = rest.map_or(0, |pause| pause.minutes.min(end - pause.at));
    end.saturating_sub(start).saturating_sub(rest)
}

/// Tells whether a crew serves a territory with all skills.
pub(super) fn can_do(crew: &YearCrew, territory: Option<&str>, skills: &BTreeSet<String>) -> bool {
    let serves = crew.territories.is_empty()
        || territory.is_some_and(|code| crew.territories.iter().any(|own| own == code));
    serves && skills.is_subset(&crew.skills)
}

impl Staffing {
    pub(super) fn new(staff: &[InspectorDay], pause: Option<PauseRule>, period: &Period) -> Self {
        let (crews, last_days) = crews_of(staff, pause, period).into_iter().unzip();
        Self { crews, last_days, reaches: Vec::new(), places: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// Returns the number of the set of crews that can make visits of a kind in a territory; the set may be empty.
    pub(super) fn reach(&mut self, place: u16, kind: &KindOfVisit, territory: Option<&str>) -> u32 {
        let key = (place, territory.map(str::to_owned));
        if let Some(reach) = self.known.get(&key) {
            return *reach;
        }
        let able = (0_u32..).zip(&self.crews).filter(|(_, crew)| can_do(crew, territory, &kind.skills));
        let able: Vec<u32> = able.map(|(place, _)| place).collect();
        let next = self.reaches.len() as u32;
        let reach = *self.places.entry(able.clone()).or_insert(next);
        if reach == next {
            self.reaches.push(able);
        }
        self.known.insert(key, reach);
        reach
    }

    /// Returns for each reach the last day on which anybody who can do its work is attested.
    pub(super) fn last_days(&self) -> Vec<i32> {
        let of_crew = |crew: &u32| self.last_days.get(*crew as usize).copied();
        let of_reach = |crews: &Vec<u32>| crews.iter().filter_map(of_crew).max().unwrap_or(i32::MIN);
        self.reaches.iter().map(of_reach).collect()
    }

    /// Returns for each crew the number of the part of the staff that shares work with it, and for each reach its
    /// part; a limit on all visits of a day makes everybody one part. An empty reach belongs to none.
    pub(super) fn parts(&self, everybody: OnePart) -> (Vec<u32>, Vec<Option<u32>>) {
        let mut part: Vec<usize> = (0..self.crews.len()).collect();
        for reach in &self.reaches {
            for pair in reach.windows(2) {
                if let [a, b] = pair {
                    join(&mut part, *a as usize, *b as usize);
                }
            }
        }
        if everybody == OnePart::Yes {
            (1..part.len()).for_each(|crew| join(&mut part, 0, crew));
        }
        let mut numbers: BTreeMap<usize, u32> = BTreeMap::new();
        let of_crew: Vec<u32> = (0..part.len())
            .map(|crew| {
                let root = root(&part, crew);
                let next = numbers.len() as u32;
                *numbers.entry(root).or_insert(next)
            })
            .collect();
        let of_reach = |reach: &Vec<u32>| of_crew.get(*reach.first()? as usize).copied();
        let of_reach = self.reaches.iter().map(of_reach).collect();
        (of_crew, of_reach)
    }
}

/// Says whether a limit binds all people together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnePart {
    Yes,
    No,
}

fn root(part: &[usize], mut crew: usize) -> usize {
    while let Some(up) = part.get(crew).filter(|up| **up != crew) {
        crew = *up;
    }
    crew
}

fn join(part: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(part, a), root(part, b));
    // The smaller number stays the root: parts are numbered in the order of their first crews.
    if let Some(up) = part.get_mut(a.max(b)) {
        *up = a.min(b);
    }
}
