//! When a visit may lawfully be made: for objects that the gate cannot tell apart one answer a working day.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::RiskCategory;
use jiff::civil::Date;

use super::period::Period;
use crate::{
    CategoryStanding, Circumstances, Gate, GroundKind, Held, Lack, Moment, Place, PlannerPack, Question,
};

/// Stands for «on no later day of the period».
pub(super) const NEVER: i32 = i32::MAX;

/// Is a kind of event at a kind of object: what it takes and who can do it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KindOfVisit {
    pub(super) code: String,
    pub(super) service: u32,
    /// How many inspectors make it together.
    pub(super) inspectors: u32,
    pub(super) skills: BTreeSet<String>,
}

/// Is what the gate tells objects apart by, but for their own past.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LawKey<'a> {
    pub(super) control_kind: &'a str,
    pub(super) object_kind: &'a str,
    pub(super) ground: GroundKind,
    pub(super) category: RiskCategory,
    pub(super) standing: u8,
}

impl<'a> LawKey<'a> {
    pub(super) fn new(
        control_kind: &'a str,
        object_kind: &'a str,
        ground: GroundKind,
        standing: CategoryStanding,
    ) -> Self {
        let standing_code = match standing {
            CategoryStanding::Proposed => 0,
            CategoryStanding::Decided { .. } => 1,
            CategoryStanding::AgainstCriteria { .. } => 2,
        };
        Self { control_kind, object_kind, ground, category: standing.category(), standing: standing_code }
    }
}

/// Is the days on which visits of one key are lawful.
pub(super) struct Lawful {
    /// By day: place of the lightest lawful kind; none = none is, or it is no working day.
    kinds: Vec<Option<u16>>,
    /// By day: the first day from it on with a lawful kind.
    next: Vec<i32>,
    /// What was lacking on the first working day without one.
    pub(super) lack: Option<Lack>,
}

impl Lawful {
    /// Returns the first lawful day from a day on, and its kind.
    pub(super) fn from(&self, day: i32) -> Option<(i32, u16)> {
        let next = *self.next.get(usize::try_from(day.max(0)).ok()?)?;
        let kind = self.kinds.get(usize::try_from(next).ok()?).copied().flatten()?;
        Some((next, kind))
    }

    /// Returns every kind that is the lightest on some day.
    pub(super) fn all_kinds(&self) -> BTreeSet<u16> {
        self.kinds.iter().copied().flatten().collect()
    }
}

/// Asks the gate and remembers its answers.
pub(super) struct LawBook<'a> {
    pack: &'a PlannerPack,
    pub(super) kinds: Vec<KindOfVisit>,
    places: BTreeMap<KindOfVisit, u16>,
}

impl<'a> LawBook<'a> {
    pub(super) fn new(pack: &'a PlannerPack) -> Self {
        Self { pack, kinds: Vec::new(), places: BTreeMap::new() }
    }

    /// Asks for every working day of a period.
    pub(super) fn ask(
        &mut self,
        key: &LawKey<'_>,
        (standing, held): (CategoryStanding, &[Held]),
        period: &Period,
    ) -> Lawful {
        let mut lack = None;
        let days = (0..period.length()).zip(&period.days);
        let kinds: Vec<Option<u16>> = days
            .map(|(place, day)| {
                if !period.is_working(place) {
                    return None;
                }
                match self.lightest(key, standing, held, (*day, period.date(0))) {
                    Ok(kind) => Some(self.place_of(kind)),
                    Err(lacking) => {
                        lack = lack.or(Some(lacking));
                        None
                    }
                }
            })
            .collect();
        let mut next = vec![NEVER; kinds.len()];
        let mut coming = NEVER;
        for ((place, kind), slot) in kinds.iter().enumerate().zip(&mut next).rev() {
            if kind.is_some() {
                coming = place as i32;
            }
            *slot = coming;
        }
        Lawful { kinds, next, lack }
    }

    fn place_of(&mut self, kind: KindOfVisit) -> u16 {
        if let Some(place) = self.places.get(&kind) {
            return *place;
        }
        let place = self.kinds.len() as u16;
        self.kinds.push(kind.clone());
        self.places.insert(kind, place);
        place
    }

    /// Returns the lightest kind of a day with a stop on a route that the gate lets pass, or what it lacks. The plan
    /// asked for is the draft of the year's agreed plan: it counts as agreed by its first day.
    fn lightest(
        &self,
        key: &LawKey<'_>,
        standing: CategoryStanding,
        held: &[Held],
        (day, agreed): (Date, Date),
    ) -> Result<KindOfVisit, Lack> {
        let gate = Gate::new(self.pack, day);
        let mut lack = None;
        for line in self.pack.events.ladder(day) {
            let may = line.is_known_to(key.control_kind) && line.grounds.contains(&key.ground);
            let known = line.place == Place::Route && may;
            let Some(service) = line.service_at(key.object_kind).filter(|_| known) else { continue };
            let circumstances = Circumstances {
                held: held.to_vec(),
                plan_agreed_on: Some(agreed),
                ..Circumstances::default()
            };
            let (event, ground) = (line.code.as_str(), key.ground);
            let control_kind = key.control_kind;
            let category = standing;
            let moment = Moment::Planning;
            let question = Question { moment, event, ground, control_kind, category, circumstances };
            match gate.lacks(&question).first() {
                Some(lacking) => lack = lack.or(Some(*lacking)),
                None => {
                    let mut skills = line.skills.clone();
                    skills.insert(key.control_kind.to_owned());
                    let (code, inspectors) = (line.code.clone(), line.inspectors);
                    return Ok(KindOfVisit { code, service, inspectors, skills });
                }
            }
        }
        Err(lack.unwrap_or(Lack::Ground))
    }
}
