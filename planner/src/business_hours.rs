//! Hours of small businesses over a whole day: each visit by itself may fit into what the law leaves of a year, and two of one
//! business may not. Who gives way is said by the ranks of the day (ADR 77).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{Candidate, LeftOut, LeftOutReason, ObjectId};
use jiff::civil::Date;

use crate::routing::Rank;
use crate::select::{Selection, Work};
use crate::{Lack, PlannerPack};

/// Names a business: by who holds the object where that is known, else by the object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Business {
    Holder(String),
    Object(ObjectId),
}

/// Says whether work stands already when a day is planned: of one rank what has been planned goes before what is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Somebody is at it, or was: nothing takes it out.
    Begun,
    /// The day's plan has it.
    Planned,
    /// It is new.
    New,
}

/// Leaves out work whose hours, with those of the work that goes before it, are more than its business has left: what has
/// begun goes first, then the higher rank, then what is planned, then what is worth most.
pub(crate) fn keep_within(
    selection: &mut Selection,
    pack: &PlannerPack,
    day: Date,
    place: impl Fn(&Work) -> (Rank, Standing),
) {
    let limited = |work: &Work| limit(work, pack, day).is_some();
    if !selection.work.iter().any(limited) {
        return;
    }
    let mut order: Vec<usize> =
        (0..selection.work.len()).filter(|at| limited(&selection.work[*at])).collect();
    order.sort_by(|a, b| {
        let (one, other) = (&selection.work[*a], &selection.work[*b]);
        let rank = |work: &Work| {
            let (rank, standing) = place(work);
            (standing != Standing::Begun, Reverse(rank), standing)
        };
        let value = other.value.total_cmp(&one.value);
        let key = |work: &Work| (work.candidate.key.clone(), work.candidate.control_kind.clone());
        rank(one).cmp(&rank(other)).then(value).then_with(|| key(one).cmp(&key(other)))
    });
    let mut taken: BTreeMap<Business, u32> = BTreeMap::new();
    let mut over = BTreeSet::new();
    for at in order {
        let work = &selection.work[at];
        let Some((used, most)) = limit(work, pack, day) else { continue };
        let hours = work.service.0.div_ceil(60);
        let businesses = businesses(&work.candidate);
        let before = businesses.iter().filter_map(|one| taken.get(one)).max().copied().unwrap_or(0);
        let wanted = used.saturating_add(before).saturating_add(hours);
        if wanted > most && place(work).1 != Standing::Begun {
            over.insert(at);
            continue;
        }
        for one in businesses {
            let known = taken.entry(one).or_default();
            *known = known.saturating_add(hours);
        }
    }
    let lacks = Lack::BusinessHours.code();
    let mut at = 0..;
    selection.work.retain(|work| {
        let is_over = at.next().is_some_and(|at: usize| over.contains(&at));
        if is_over {
            let reason = LeftOutReason::NoLawfulEvent { lacks: lacks.to_owned() };
            selection.left_out.push(LeftOut::new(work.candidate.clone(), reason));
        }
        !is_over
    });
}

/// Returns the hours that the business of work has had, and the most that it may have; none where nothing limits them.
fn limit(work: &Work, pack: &PlannerPack, day: Date) -> Option<(u32, u32)> {
    let business = work.candidate.case.business?;
    let most = pack.events.on(&work.event_kind, day)?.hours_a_year.get(&business.size)?;
    Some((business.used_hours, *most))
}

fn businesses(candidate: &Candidate) -> Vec<Business> {
    if candidate.owners.is_empty() {
        return vec![Business::Object(candidate.object)];
    }
    candidate.owners.iter().map(|owner| Business::Holder(owner.clone())).collect()
}
