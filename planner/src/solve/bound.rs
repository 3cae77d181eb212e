//! No plan of the day could be worth more than this: ways back, turns and windows are left out, each visit takes its
//! service and the shortest way from anywhere, and people who serve the same work share one sum of minutes. Of a day that has
//! begun what is done counts as done, and only the minutes that are left are shared.

use crate::routing::{Crew, Hold, Pair, Ways};
use crate::travel::Spot;

use super::instance::Instance;
use super::ways::DayRoads;

/// Is a visit in the relaxation.
#[derive(Clone, Copy)]
struct Piece {
    profit: i64,
    minutes: i64,
}

/// Returns the bound in thousandths.
pub(crate) fn bound<W: DayRoads>(instance: &Instance<'_, W>) -> i64 {
    let problem = &instance.problem;
    let count = problem.items.len();
    let groups = groups(instance);
    let group_count = groups.len();
    let least = least_ways(instance);
    let done = Done::of(instance, &least);
    let mut capacity = vec![0_i64; group_count];
    let mut most_visits = vec![0_usize; group_count];
    for ((crew, begun), group) in problem.crews.iter().zip(&done.begun).zip(&groups) {
        capacity[*group] += free_minutes(crew, begun, instance.now);
        let left = problem.most_visits_each().saturating_sub(begun.len());
        most_visits[*group] = most_visits[*group].saturating_add(left);
    }
    let mut pieces: Vec<Vec<Piece>> = vec![Vec::new(); group_count];
    for (item, least) in (0..count as u32).zip(least) {
        // Of work that needs two the item of who leads stands for both: twice the minutes, of the same people.
        let people = i64::from(instance.work_of(item).inspectors);
        let is_new = !instance.is_assist(item) && !done.stands(instance, item);
        let Some(first) = instance.able(item).first().filter(|_| is_new) else { continue };
        let what = &problem.items[item as usize];
        let profit = problem.worth([&item]);
        let minutes = people * i64::from(what.service + least);
        pieces[groups[*first as usize]].push(Piece { profit, minutes });
    }
    let left = problem.most_visits().saturating_sub(done.begun.iter().map(Vec::len).sum());
    let mut most = 0;
    for ((pieces, minutes), by_count) in pieces.iter_mut().zip(capacity).zip(most_visits) {
        most += fill(pieces, minutes).min(best_of(pieces, by_count.min(left)));
    }
    let all: Vec<Piece> = pieces.into_iter().flatten().collect();
    done.worth + most.min(best_of(&all, left))
}

/// Is a visit that has begun.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Begun {
    arrives: i32,
    ends: i32,
    /// Minutes of the shortest way to it.
    way: i32,
}

/// Is what of a day is done, or stands as two people have agreed on it.
struct Done {
    /// For each crew its visits that have begun, in order.
    begun: Vec<Vec<Begun>>,
    /// What all that is worth.
    worth: i64,
}

impl Done {
    fn of<W: DayRoads>(instance: &Instance<'_, W>, least: &[i32]) -> Self {
        let problem = &instance.problem;
        let alone = instance.begun.keys().filter(|item| instance.pair_of(**item).is_none());
        let mut begun = vec![Vec::new(); problem.crews.len()];
        for item in alone.clone() {
            let what = &problem.items[*item as usize];
            if let [crew] = problem.able(*item) {
                let (arrives, way) = (what.open, least[*item as usize]);
                begun[*crew as usize].push(Begun { arrives, ends: arrives + what.service, way });
            }
        }
        begun.iter_mut().for_each(|visits| visits.sort_unstable());
        // Whether both still come is not asked: then it counts, and takes none of the minutes that are left.
        let together = problem.pairs().iter().filter(|pair| is_agreed(pair)).map(|pair| &pair.lead);
        Self { begun, worth: problem.worth(alone.chain(together)) }
    }

    fn stands<W: DayRoads>(&self, instance: &Instance<'_, W>, item: u32) -> bool {
        match instance.pair_of(item) {
            Some(pair) => is_agreed(pair),
            None => instance.begun.contains_key(&item),
        }
    }
}

fn is_agreed(pair: &Pair) -> bool {
    pair.appointed.is_some_and(|appointed| appointed.hold == Hold::Agreed)
}

/// Returns the minutes in which a crew may still do something new: after what it has begun, and before it where that is not
/// over yet. The way to what is new may lie before the hour it is.
fn free_minutes(crew: &Crew, begun: &[Begun], now: i32) -> i64 {
    let (mut free, mut from) = (0, crew.start);
    for one in begun {
        if one.arrives >= now {
            free += i64::from((one.arrives - from - one.way).max(0));
        }
        from = from.max(one.ends);
    }
    free + i64::from((crew.end - from).max(0))
}

/// Numbers the crews so that two who may do the same work have the same number.
fn groups<W: DayRoads>(instance: &Instance<'_, W>) -> Vec<usize> {
    let mut group: Vec<usize> = (0..instance.problem.crews.len()).collect();
    let pairs = instance.problem.pairs().iter().map(|pair| &pair.able);
    for class in instance.problem.classes.iter().chain(pairs) {
        let Some(first) = class.first() else { continue };
        let into = group[*first as usize];
        let joined: Vec<usize> = class.iter().map(|crew| group[*crew as usize]).collect();
        group.iter_mut().filter(|one| joined.contains(one)).for_each(|one| *one = into);
    }
    group
}

/// Returns for each item the shortest way to it from any other node, by the fastest mode on duty.
fn least_ways<W: DayRoads>(instance: &Instance<'_, W>) -> Vec<i32> {
    let all = &instance.problem.ways;
    let ways = all.by_distance();
    let of_crew = |crew: &Crew| (all.pace_of(crew.profile), crew.profile);
    let mut profiles: Vec<(u32, u32)> = instance.problem.crews.iter().map(of_crew).collect();
    profiles.sort_unstable();
    // Where crews have ways of their own, one stands for all who move like it: what they share is the shortest ways.
    profiles.dedup_by_key(|(pace, _)| *pace);
    let nearest = nearest(&ways.spots);
    let count = instance.problem.items.len() as u32;
    let least = |item: u32| {
        let other = nearest[item as usize]?;
        profiles.iter().map(|(pace, _)| ways.way(*pace, item, other)).min()
    };
    let mut least: Vec<i32> = (0..count).map(|item| least(item).unwrap_or(0)).collect();
    profiles.iter().for_each(|(_, profile)| all.shorten(*profile, &mut least));
    least
}

/// Finds the nearest other spot of each, by a sweep along the axis of the poles.
fn nearest(spots: &[Spot]) -> Vec<Option<u32>> {
    let mut order: Vec<u32> = (0..spots.len() as u32).collect();
    let height = |at: u32| spots[at as usize].height();
    order.sort_by(|a, b| height(*a).total_cmp(&height(*b)).then(a.cmp(b)));
    let mut found = vec![None; spots.len()];
    for (place, at) in order.iter().enumerate() {
        let mut best: Option<(f64, u32)> = None;
        let mut look = |other: u32| {
            let rise = height(other) - height(*at);
            if best.is_some_and(|(least, _)| rise * rise >= least) {
                return false;
            }
            let far = spots[*at as usize].chord_squared(&spots[other as usize]);
            if best.is_none_or(|(least, _)| far < least) {
                best = Some((far, other));
            }
            true
        };
        let _ = order[..place].iter().rev().all(|other| look(*other));
        let _ = order[place + 1..].iter().all(|other| look(*other));
        found[*at as usize] = best.map(|(_, other)| other);
    }
    found
}

/// Fills minutes with what brings most for each; the last piece in part.
fn fill(pieces: &mut [Piece], mut minutes: i64) -> i64 {
    let ratio = |piece: &Piece| piece.profit as f64 / piece.minutes.max(1) as f64;
    pieces.sort_by(|a, b| ratio(b).total_cmp(&ratio(a)));
    let mut most = 0;
    for piece in pieces {
        if piece.minutes <= minutes {
            minutes -= piece.minutes;
            most += piece.profit;
        } else {
            // Rounded up: a bound may be too high, never too low.
            return most + (piece.profit as f64 * minutes as f64 / piece.minutes as f64).ceil() as i64;
        }
    }
    most
}

fn best_of(pieces: &[Piece], count: usize) -> i64 {
    let mut profits: Vec<i64> = pieces.iter().map(|piece| piece.profit).collect();
    profits.sort_unstable_by(|a, b| b.cmp(a));
    profits.iter().take(count).sum()
}
