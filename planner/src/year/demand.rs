//! Which visits the norms ask for: for each object a chain of due days, from the last event on, one norm apart.

use std::collections::BTreeMap;

use dozor_domain::RiskCategory;

use super::crews::Staffing;
use super::law::{LawBook, LawKey, Lawful, NEVER};
use super::period::Period;
use super::request::{YearObject, YearRequest};
use crate::{CapGroup, GroundKind, PlannerError, PlannerPack};

/// No calendar year is longer: a cap of so many years is kept by visits so many days apart, however its periods lie.
const MOST_DAYS_OF_YEAR: i32 = 366;

/// Stands for the due day of an object that was never visited, until it has a turn.
const NO_TURN: i32 = i32::MIN;

/// Is the visits that a norm asks for at one object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    /// Place of the object in the request.
    pub(super) object: u32,
    pub(super) ground: GroundKind,
    pub(super) category: RiskCategory,
    /// Place in [`Demand::laws`].
    pub(super) law: u32,
    /// Place in [`Demand::norms`].
    norm: u32,
    /// Place in [`Demand::territories`].
    pub(super) territory: u32,
    first_due: i32,
    pub(super) is_placed: bool,
}

/// Is the days between two visits, by the day on which the first of them is due; 0 = none is asked for.
struct NormOfDays {
    every: Vec<i32>,
    least_apart: i32,
}

/// Is one visit that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) number: u32,
    pub(super) due: i32,
    pub(super) until: i32,
}

/// Is everything that is asked for in a period.
pub(super) struct Demand<'a> {
    pub(super) chains: Vec<Chain>,
    pub(super) laws: Vec<Lawful>,
    pub(super) territories: Vec<Option<&'a str>>,
    norms: Vec<NormOfDays>,
    grace_percent: i32,
    working_next: Vec<i32>,
}

/// Returns the first of two objects that are one.
fn twin<'b, 'c>(pair: &[(u32, &'b YearObject<'c>)]) -> Option<(u32, &'b YearObject<'c>)> {
    match pair {
        [(place, a), (_, b)] if a.order() == b.order() => Some((*place, a)),
        _ => None,
    }
}

/// Grounds on which the norms of a pack may make work due.
const GROUNDS: [GroundKind; 3] = [GroundKind::OwnNorm, GroundKind::Planned, GroundKind::MandatoryVisit];

impl<'a> Demand<'a> {
    pub(super) fn new(
        request: &'a YearRequest<'a>,
        pack: &PlannerPack,
        period: &Period,
        book: &mut LawBook<'_>,
    ) -> Result<Self, PlannerError> {
        let mut order: Vec<(u32, &YearObject<'_>)> = (0_u32..).zip(&request.objects).collect();
        order.sort_unstable_by(|(_, a), (_, b)| a.order().cmp(&b.order()));
        if let Some((_, twice)) = order.windows(2).find_map(|pair| twin(pair)) {
            let problem = format!("the object {} comes twice under «{}»", twice.object, twice.control_kind);
            return Err(PlannerError::Input { date: request.from.to_string(), problem });
        }
        let mut demand = Self {
            chains: Vec::new(),
            laws: Vec::new(),
            territories: Vec::new(),
            norms: Vec::new(),
            grace_percent: pack.settings.long_range.grace_percent.cast_signed(),
            working_next: working_next(period),
        };
        let mut known = Known::default();
        for (place, object) in order {
            for ground in GROUNDS {
                demand.add((place, object, ground), pack, period, (&mut known, book));
            }
        }
        demand.spread();
        Ok(demand)
    }

    fn add(
        &mut self,
        (place, object, ground): (u32, &'a YearObject<'a>, GroundKind),
        pack: &PlannerPack,
        period: &Period,
        (known, book): (&mut Known<'a>, &mut LawBook<'_>),
    ) {
        let category = object.category();
        let norm = *known.norms.entry((object.control_kind, category, ground)).or_insert_with(|| {
            let norm = norm_of(pack, (object.control_kind, category, ground), period);
            norm.map(|norm| {
                self.norms.push(norm);
                self.norms.len() as u32 - 1
            })
        });
        let Some(norm) = norm else { return };
        let Some(first_due) = self.first(object, ground, norm, period) else { return };
        let key = LawKey::new(object.control_kind, object.object_kind, ground, object.standing);
        // The own past of an object is asked for by caps alone.
        let past = if ground == GroundKind::OwnNorm { Past::default() } else { Past::of(object) };
        let law = *known.laws.entry((key.clone(), past)).or_insert_with(|| {
            self.laws.push(book.ask(&key, (object.standing, &object.held), period));
            self.laws.len() as u32 - 1
        });
        let territory = *known.territories.entry(object.territory).or_insert_with(|| {
            self.territories.push(object.territory);
            self.territories.len() as u32 - 1
        });
        let is_placed = object.is_placed;
        let (object, norm) = (place, norm);
        self.chains.push(Chain { object, ground, category, law, norm, territory, first_due, is_placed });
    }

    /// Returns the day on which the first visit is due: what was overdue before the period is due on its first day, who
    /// was never visited is still to get a turn.
    fn first(&self, object: &YearObject<'_>, ground: GroundKind, norm: u32, period: &Period) -> Option<i32> {
        let (start, days) = self.start(norm)?;
        let last = match ground {
            GroundKind::Planned => last_held(object, CapGroup::Planned),
            GroundKind::MandatoryVisit => last_held(object, CapGroup::MandatoryVisit),
            _ => object.last_event,
        };
        let Some(last) = last else { return Some(NO_TURN) };
        let due = start.max(period.distance(last).saturating_add(days));
        self.every(norm, due).map(|_| due)
    }

    /// Returns the first day on which a norm asks for visits, and the days between two by then.
    fn start(&self, norm: u32) -> Option<(i32, i32)> {
        let every = &self.norms.get(norm as usize)?.every;
        let start = every.iter().position(|days| *days > 0)?;
        Some((start as i32, *every.get(start)?))
    }

    /// Gives those who were never visited their turns: evenly over one norm, in the order of their ids.
    fn spread(&mut self) {
        let mut counts = vec![(0_i64, 0_i64); self.norms.len()];
        let waiting = |chain: &&Chain| chain.first_due == NO_TURN;
        for chain in self.chains.iter().filter(waiting) {
            if let Some(count) = counts.get_mut(chain.norm as usize) {
                count.1 += 1;
            }
        }
        let mut chains = std::mem::take(&mut self.chains);
        for chain in chains.iter_mut().filter(|chain| chain.first_due == NO_TURN) {
            let start = self.start(chain.norm);
            let (Some((start, days)), Some((turn, all))) = (start, counts.get_mut(chain.norm as usize))
            else {
                continue;
            };
            let later = *turn * i64::from(days) / (*all).max(1);
            *turn += 1;
            chain.first_due = start.saturating_add(i32::try_from(later).unwrap_or(NEVER));
        }
        chains.retain(|chain| self.every(chain.norm, chain.first_due).is_some());
        self.chains = chains;
    }

    /// Returns the last day in time for a visit that is due on a day: a share of the norm later, and never before
    /// there was a working day.
    fn until(&self, norm: u32, due: i32) -> i32 {
        let every = self.every(norm, due).unwrap_or(0);
        self.at_work(due).max(due.saturating_add(every.saturating_mul(self.grace_percent) / 100))
    }

    fn at_work(&self, day: i32) -> i32 {
        usize::try_from(day).ok().and_then(|day| self.working_next.get(day)).copied().unwrap_or(day)
    }

    fn every(&self, norm: u32, due: i32) -> Option<i32> {
        let every = &self.norms.get(norm as usize)?.every;
        every.get(usize::try_from(due).ok()?).copied().filter(|days| *days > 0)
    }

    /// Returns the first visit of a chain.
    pub(super) fn first_of(&self, chain: &Chain) -> Asked {
        Asked { number: 0, due: chain.first_due, until: self.until(chain.norm, chain.first_due) }
    }

    /// Returns the visit after one; none when it is due after the period.
    pub(super) fn after(&self, chain: &Chain, asked: Asked) -> Option<Asked> {
        let due = asked.due.saturating_add(self.apart(chain, asked.due)?);
        self.every(chain.norm, due)?;
        Some(Asked { number: asked.number + 1, due, until: self.until(chain.norm, due) })
    }

    /// Returns how many days lie at least between a visit that is due on a day and the next one.
    pub(super) fn apart(&self, chain: &Chain, due: i32) -> Option<i32> {
        let least = self.norms.get(chain.norm as usize)?.least_apart;
        Some(self.every(chain.norm, due)?.max(least))
    }

    /// Returns all visits of a chain.
    pub(super) fn all_of<'b>(&'b self, chain: &'b Chain) -> impl Iterator<Item = Asked> + 'b {
        std::iter::successors(Some(self.first_of(chain)), |asked| self.after(chain, *asked))
    }

    pub(super) fn law(&self, chain: &Chain) -> Option<&Lawful> {
        self.laws.get(chain.law as usize)
    }

    /// Returns who can make the visits that chains ask for.
    pub(super) fn reach_all(&self, staffing: &mut Staffing, book: &LawBook<'_>) -> Reaches {
        let mut reaches = Reaches::default();
        for chain in &self.chains {
            if reaches.known.contains_key(&(chain.law, chain.territory)) {
                continue;
            }
            let territory = self.territories.get(chain.territory as usize).copied().flatten();
            let kinds = self.law(chain).map(Lawful::all_kinds).unwrap_or_default();
            let of_kind = kinds.into_iter().filter_map(|kind| {
                let reach = staffing.reach(kind, book.kinds.get(kind as usize)?, territory);
                Some((kind, reach))
            });
            reaches.known.insert((chain.law, chain.territory), of_kind.collect());
        }
        reaches
    }
}

/// Is which crews reach the visits of a law in a territory, by kind.
#[derive(Default)]
pub(super) struct Reaches {
    known: BTreeMap<(u32, u32), Vec<(u16, u32)>>,
}

impl Reaches {
    pub(super) fn of(&self, chain: &Chain) -> &[(u16, u32)] {
        self.known.get(&(chain.law, chain.territory)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &[(u16, u32)]> {
        self.known.values().map(Vec::as_slice)
    }
}

/// Is the events of the past of one object, as a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Past(Option<jiff::civil::Date>, Vec<(CapGroup, jiff::civil::Date, bool)>);

impl Past {
    fn of(object: &YearObject<'_>) -> Self {
        let decided = match object.standing {
            crate::CategoryStanding::Decided { on, .. } => on,
            crate::CategoryStanding::Proposed | crate::CategoryStanding::AgainstCriteria { .. } => None,
        };
        Self(decided, object.held.iter().map(|one| (one.group, one.on, one.at_start_of_activity)).collect())
    }
}

/// Is what was worked out for earlier objects.
#[derive(Default)]
struct Known<'a> {
    norms: BTreeMap<(&'a str, RiskCategory, GroundKind), Option<u32>>,
    laws: BTreeMap<(LawKey<'a>, Past), u32>,
    territories: BTreeMap<Option<&'a str>, u32>,
}

fn last_held(object: &YearObject<'_>, group: CapGroup) -> Option<jiff::civil::Date> {
    let counted = object.held.iter().filter(|one| one.group == group && !one.at_start_of_activity);
    counted.map(|one| one.on).max()
}

fn norm_of(
    pack: &PlannerPack,
    (control_kind, category, ground): (&str, RiskCategory, GroundKind),
    period: &Period,
) -> Option<NormOfDays> {
    let book = &pack.frequency;
    let of_day = |day: &jiff::civil::Date| book.norm_days_on(ground, control_kind, category, *day);
    let every: Vec<i32> = period
        .days
        .iter()
        .map(|day| of_day(day).map_or(0, |days| i32::try_from(days).unwrap_or(NEVER)))
        .collect();
    let group = match ground {
        GroundKind::Planned => Some(CapGroup::Planned),
        GroundKind::MandatoryVisit => Some(CapGroup::MandatoryVisit),
        _ => None,
    };
    let years = |day| group.and_then(|group| book.cap(group, control_kind, category, day));
    let years = period.days.iter().filter_map(|day| years(*day)).map(|cap| cap.one_in_years).max();
    let years = i32::try_from(years.unwrap_or(0)).unwrap_or(NEVER);
    let least_apart = years.saturating_mul(MOST_DAYS_OF_YEAR);
    every.iter().any(|days| *days > 0).then_some(NormOfDays { every, least_apart })
}

fn working_next(period: &Period) -> Vec<i32> {
    let mut coming = period.length();
    let mut next: Vec<i32> = (0..period.length())
        .rev()
        .map(|day| {
            if period.is_working(day) {
                coming = day;
            }
            coming
        })
        .collect();
    next.reverse();
    next
}
