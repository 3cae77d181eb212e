//! Makes a long-range plan: what is asked for, who can do it, the weeks of each part of the staff, one plan of all.

use rayon::prelude::*;

use super::bound::Windows;
use super::crews::{OnePart, Staffing};
use super::demand::{Asked, Chain, Demand, Reaches};
use super::flow::{Links, WeekFlow};
use super::law::{KindOfVisit, LawBook};
use super::level::{Filled, Have, fill};
use super::period::Period;
use super::place::{Board, Placed};
use super::plan::{Load, MissReason, MissedVisit, WeekOfPlan, WorkShare, YearPlan, YearTiming, YearVisit};
use super::request::YearRequest;
use crate::{Lack, PlannerError, PlannerPack};

/// Is everything that is known before any week is filled.
struct Prepared<'a> {
    period: Period,
    demand: Demand<'a>,
    kinds: Vec<KindOfVisit>,
    staffing: Staffing,
    reaches: Reaches,
    /// Minutes of a visit by kind, the way included.
    minutes: Vec<u32>,
    /// The last day on which anybody of a reach is attested.
    last_days: Vec<i32>,
    open_permille: u32,
    daily_capacity: Option<u32>,
}

/// Is one part of the staff: crews that share work, directly or by others.
struct Part {
    crews: Vec<u32>,
    /// Places of its reaches in the plan.
    reaches: Vec<u32>,
    links: Links,
    local: Vec<usize>,
    works: Vec<(usize, u32)>,
    chains: Vec<u32>,
}

/// Plans a period.
///
/// # Errors
/// [`PlannerError::Input`] for a period of no length or of more than 800 days, or an object that comes twice under
/// one control kind.
pub fn plan_year(request: &YearRequest<'_>, pack: &PlannerPack) -> Result<YearPlan, PlannerError> {
    let prepared = prepare(request, pack)?;
    let parts = parts(&prepared);
    let filled: Vec<(Load, Filled)> = parts.par_iter().map(|part| fill_part(&prepared, part)).collect();
    Ok(assemble(request, prepared, &parts, filled))
}

fn prepare<'a>(request: &'a YearRequest<'a>, pack: &PlannerPack) -> Result<Prepared<'a>, PlannerError> {
    let period = Period::new(request.from, request.to, pack)?;
    let mut book = LawBook::new(pack);
    let demand = Demand::new(request, pack, &period, &mut book)?;
    let mut staffing = Staffing::new(&request.staff, pack.settings.pause, &period);
    let reaches = demand.reach_all(&mut staffing, &book);
    let minutes: u64 = staffing.crews.iter().map(|crew| u64::from(crew.minutes_a_day)).sum();
    let people: u64 = staffing.crews.iter().map(|crew| u64::from(crew.people)).sum();
    // A day that holds so many visits at most leaves none of them less than its share of the shift.
    let share = |most: u32| minutes.checked_div(people * u64::from(most));
    let least = pack.settings.visits_per_inspector.map(|most| share(most).unwrap_or(u64::from(u32::MAX)));
    let least = least.map_or(1, |least| u32::try_from(least).unwrap_or(u32::MAX).max(1));
    // What two make takes the minutes of both.
    let of_one = |kind: &KindOfVisit| kind.service.saturating_add(request.travel_minutes).max(least);
    let of_kind = |kind: &KindOfVisit| of_one(kind).saturating_mul(kind.inspectors);
    Ok(Prepared {
        period,
        demand,
        minutes: book.kinds.iter().map(of_kind).collect(),
        kinds: book.kinds,
        last_days: staffing.last_days(),
        staffing,
        reaches,
        open_permille: 1_000_u32.saturating_sub(request.reserve_permille),
        daily_capacity: pack.settings.daily_capacity,
    })
}

/// Returns how many of the minutes that people have in a week are open for norms.
pub(super) fn open_minutes(minutes: u64, week: &WeekOfPlan, open_permille: u32) -> u64 {
    let present = 1_000_u32.saturating_sub(week.leave_permille);
    minutes * u64::from(open_permille) * u64::from(present) / 1_000_000
}

impl Prepared<'_> {
    fn board<'b>(&'b self, part: &'b Part) -> Board<'b> {
        Board {
            demand: &self.demand,
            reaches: &self.reaches,
            period: &self.period,
            links: &part.links,
            local: &part.local,
            works: &part.works,
            minutes: &self.minutes,
            last_days: &self.last_days,
        }
    }

    fn minutes(&self, kind: u16) -> u32 {
        self.minutes.get(kind as usize).copied().unwrap_or(0)
    }

    /// Returns how many visits are open for norms of a number a day, in a week.
    fn open_visits(&self, a_day: u32, week: usize) -> u32 {
        let days = self.period.weeks.get(week).map_or(0, |week| week.working_days);
        let all = u64::from(a_day) * u64::from(days) * u64::from(self.open_permille) / 1_000;
        u32::try_from(all).unwrap_or(u32::MAX)
    }

    /// Returns the minutes of a crew that are open for norms in a week: some of the people are on leave, and the
    /// attestations of some may be over.
    fn open_minutes(&self, crew: u32, place: usize) -> u32 {
        let week = self.period.weeks.get(place);
        let Some((crew, week)) = self.staffing.crews.get(crew as usize).zip(week) else { return 0 };
        let minutes = open_minutes(crew.minutes_in((place, week)), week, self.open_permille);
        u32::try_from(minutes).unwrap_or(u32::MAX)
    }

    fn have(&self, part: &Part) -> Have {
        let weeks = 0..self.period.weeks.len();
        let of_week = |week| part.crews.iter().map(|crew| self.open_minutes(*crew, week)).collect();
        Have {
            minutes: weeks.clone().map(of_week).collect(),
            visits: self.daily_capacity.map(|most| weeks.map(|week| self.open_visits(most, week)).collect()),
        }
    }

    /// Says why a visit is not made in time, with its minutes and those who could have made it.
    fn told(&self, place: u32, asked: Asked) -> Option<MissedVisit> {
        let chain = self.demand.chains.get(place as usize)?;
        let law = self.demand.law(chain)?;
        let lawful = law.from(asked.due).filter(|(day, _)| *day <= asked.until);
        let kind = lawful.map(|(_, kind)| kind);
        let reach = kind.and_then(|kind| self.reach(chain, kind));
        let last_day = reach.and_then(|reach| self.last_days.get(reach as usize));
        let reason = match kind {
            None => MissReason::NotLawful { lack: law.lack.unwrap_or(Lack::WorkingDay) },
            Some(_) if !chain.is_placed => MissReason::NoPosition,
            Some(_) if reach.is_none() => MissReason::NoInspector,
            Some(_) if lawful.map(|(day, _)| day) > last_day.copied() => MissReason::NotAttested,
            Some(_) => MissReason::NoTime,
        };
        Some(MissedVisit {
            object: place,
            number: asked.number,
            due: self.period.date(asked.due),
            until: self.period.date(asked.until),
            minutes: kind.map_or(0, |kind| self.minutes(kind)),
            reach,
            reason,
        })
    }

    /// Returns those who can make a visit of a kind; none when nobody can.
    fn reach(&self, chain: &Chain, kind: u16) -> Option<u32> {
        let reach = self.reaches.of(chain).iter().find(|(of, _)| *of == kind)?.1;
        let crews = self.staffing.reaches.get(reach as usize)?;
        (!crews.is_empty()).then_some(reach)
    }
}

/// Cuts staff and work into parts that have nothing to do with each other. Chains that nobody can work on are in none.
fn parts(prepared: &Prepared<'_>) -> Vec<Part> {
    let staffing = &prepared.staffing;
    let one = if prepared.daily_capacity.is_some() { OnePart::Yes } else { OnePart::No };
    let (of_crew, of_reach) = staffing.parts(one);
    let count = of_crew.iter().max().map_or(0, |last| *last as usize + 1);
    let mut parts: Vec<Part> = (0..count).map(|_| Part::empty(staffing.reaches.len())).collect();
    for (crew, part) in (0_u32..).zip(&of_crew) {
        if let Some(part) = parts.get_mut(*part as usize) {
            part.crews.push(crew);
        }
    }
    for (reach, part) in (0_u32..).zip(&of_reach) {
        if let Some(part) = part.and_then(|part| parts.get_mut(part as usize)) {
            part.add_reach(reach, staffing.reaches.get(reach as usize).map_or(&[], Vec::as_slice));
        }
    }
    for (place, chain) in (0_u32..).zip(&prepared.demand.chains) {
        let reach =
            prepared.reaches.of(chain).iter().find_map(|(_, reach)| *of_reach.get(*reach as usize)?);
        if let Some(part) = reach.filter(|_| chain.is_placed).and_then(|part| parts.get_mut(part as usize)) {
            part.chains.push(place);
        }
    }
    for part in &mut parts {
        part.add_works(prepared);
        let chains = &prepared.demand.chains;
        part.chains.sort_by_key(|place| {
            let category = chains.get(*place as usize).map(|chain| chain.category);
            (std::cmp::Reverse(category), *place)
        });
    }
    parts
}

impl Part {
    fn empty(reaches: usize) -> Self {
        Self {
            crews: Vec::new(),
            reaches: Vec::new(),
            links: Links::default(),
            local: vec![usize::MAX; reaches],
            works: Vec::new(),
            chains: Vec::new(),
        }
    }

    fn add_reach(&mut self, reach: u32, crews: &[u32]) {
        let local = self.reaches.len();
        if let Some(slot) = self.local.get_mut(reach as usize) {
            *slot = local;
        }
        self.reaches.push(reach);
        self.links.reaches_of.resize(self.crews.len(), Vec::new());
        // Those who can do the least else give first: the others are kept for what only they can do.
        let places = crews.iter().filter_map(|crew| self.crews.binary_search(crew).ok());
        let places: Vec<usize> = places.collect();
        for place in &places {
            if let Some(list) = self.links.reaches_of.get_mut(*place) {
                list.push(local);
            }
        }
        self.links.crews_of.push(places);
    }

    fn add_works(&mut self, prepared: &Prepared<'_>) {
        let of = prepared.reaches.each().flatten();
        let works = of.filter_map(|(kind, reach)| {
            let local = self.local.get(*reach as usize).copied().filter(|local| *local != usize::MAX)?;
            Some((local, prepared.minutes(*kind)))
        });
        self.works = works.collect();
        self.works.sort_unstable();
        self.works.dedup();
        let reaches_of = &self.links.reaches_of;
        for crews in &mut self.links.crews_of {
            crews.sort_by_key(|crew| (reaches_of.get(*crew).map_or(0, Vec::len), *crew));
        }
    }
}

fn fill_part(prepared: &Prepared<'_>, part: &Part) -> (Load, Filled) {
    let (board, have) = (prepared.board(part), prepared.have(part));
    let filled = fill(&board, &part.chains, &have);
    let minutes: Vec<u64> =
        have.minutes.iter().map(|crews| crews.iter().map(|minutes| u64::from(*minutes)).sum()).collect();
    let visits: Option<Vec<u64>> = have.visits.map(|weeks| weeks.into_iter().map(u64::from).collect());
    let windows = Windows::of(&board, &part.chains);
    let load = Load {
        crews: part.crews.clone(),
        peak_permille: filled.peak_permille,
        least_missed: windows.least_missed(&minutes, visits.as_deref()),
    };
    (load, filled)
}

fn assemble(
    request: &YearRequest<'_>,
    prepared: Prepared<'_>,
    parts: &[Part],
    filled: Vec<(Load, Filled)>,
) -> YearPlan {
    let (mut loads, mut shares) = (Vec::new(), Vec::new());
    let (mut placed, mut missed, mut carried) = (Vec::new(), Vec::new(), Vec::new());
    for (part, (load, one)) in parts.iter().zip(filled) {
        loads.push(load);
        part_shares(part, &one.weeks, &mut shares);
        placed.extend(one.run.placed);
        missed.extend(one.run.missed);
        carried.extend(one.run.carried);
    }
    let mut is_served = vec![false; prepared.demand.chains.len()];
    for place in parts.iter().flat_map(|part| &part.chains) {
        if let Some(slot) = is_served.get_mut(*place as usize) {
            *slot = true;
        }
    }
    for ((place, chain), is_served) in (0_u32..).zip(&prepared.demand.chains).zip(is_served) {
        if !is_served {
            missed.extend(prepared.demand.all_of(chain).map(|asked| (place, asked)));
        }
    }
    placed.sort_unstable_by_key(|one: &Placed| (one.chain, one.asked.number));
    let told = |mut list: Vec<(u32, Asked)>| {
        list.sort_unstable_by_key(|(place, asked)| (*place, asked.number));
        list.into_iter().filter_map(|(place, asked)| prepared.told(place, asked)).collect::<Vec<_>>()
    };
    let is_late = |one: &&Placed| one.day > one.asked.until;
    let late = told(placed.iter().filter(is_late).map(|one| (one.chain, one.asked)).collect());
    let (missed, carried) = (told(missed), told(carried));
    shares.sort_unstable_by_key(|share: &WorkShare| (share.week, share.reach, share.crew));
    let visits = placed.iter().map(|one| visit(&prepared, one)).collect();
    let chains = &prepared.demand.chains;
    YearPlan {
        from: request.from,
        to: request.to,
        objects: chains.iter().map(|chain| chain.object).collect(),
        grounds: chains.iter().map(|chain| chain.ground).collect(),
        categories: chains.iter().map(|chain| chain.category).collect(),
        visits,
        missed,
        carried,
        late,
        shares,
        loads,
        kinds: prepared.kinds.iter().map(|kind| kind.code.clone()).collect(),
        weeks: prepared.period.weeks,
        crews: prepared.staffing.crews,
        reaches: prepared.staffing.reaches,
    }
}

fn visit(prepared: &Prepared<'_>, one: &Placed) -> YearVisit {
    YearVisit {
        object: one.chain,
        number: one.asked.number,
        due: prepared.period.date(one.asked.due),
        until: prepared.period.date(one.asked.until),
        week: one.week,
        day: prepared.period.date(one.day),
        timing: if one.day > one.asked.until { YearTiming::Late } else { YearTiming::InTime },
        kind: one.kind,
        minutes: prepared.minutes(one.kind),
    }
}

fn part_shares(part: &Part, weeks: &[WeekFlow], shares: &mut Vec<WorkShare>) {
    for (week, flow) in (0_u32..).zip(weeks) {
        for (local, reach) in part.reaches.iter().enumerate() {
            for (place, crew) in part.crews.iter().enumerate() {
                let minutes = flow.given(local, place);
                if minutes > 0 {
                    shares.push(WorkShare { week, reach: *reach, crew: *crew, minutes });
                }
            }
        }
    }
}
