//! What a law demands stays out for nothing that no law demands: neither a draw nor anything voluntary holds its place.

use dozor_domain::{Candidate, Ground, LeftOutReason, Plan, Route, Visit};
use jiff::civil::Date;

use super::drive::{DayRest, Pace, drive, stops_of};
use super::quota::Tally;
use super::{law, video};
use crate::{EventKind, PlannerPack};

/// Is what work counts as: the higher never gives way to the lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Voluntary,
    Drawn,
    Demanded,
}

fn standing(ground: &Ground, pack: &PlannerPack) -> Standing {
    match ground {
        _ if !law::is_mandatory(ground, pack) => Standing::Voluntary,
        Ground::Drawn { .. } | Ground::SecondVisit { .. } => Standing::Drawn,
        _ => Standing::Demanded,
    }
}

/// Is work that stayed out and why, with its kind of event and its ground.
pub(super) type Asked<'a> = ((&'a Candidate, &'a LeftOutReason), (&'a EventKind, &'a Ground));

/// Says where mandatory work that stayed out of the plan of a whole day would have fitted in the place of visits that
/// stand below it, or which draw is said to stand against what a law demands.
pub(super) fn kept_out_by_less(
    ((candidate, reason), (line, ground)): Asked<'_>,
    (plan, tally): (&Plan, &Tally<'_>),
    (pack, day): (&PlannerPack, Date),
    rest: &DayRest,
) -> Option<String> {
    // In the rest of a day what has begun stays, whatever it is; work for two is placed before everything else.
    if plan.rest.is_some() || *rest != DayRest::default() || line.inspectors > 1 {
        return None;
    }
    let own = standing(ground, pack);
    if let (LeftOutReason::MandatoryConflict { with }, Standing::Demanded) = (reason, own)
        && let Some(drawn) = with.iter().find(|key| !is_demanded(key, plan, (pack, day)))
    {
        return Some(format!("no law demands «{drawn}», which is to stand against it"));
    }
    let stop = video::stop_of(line, candidate, day)?;
    let able = plan.routes.iter().filter(|route| law::may_go(&route.inspector, candidate, line));
    for route in able {
        let stops = stops_of(route);
        for run in lower_runs(route, own, pack) {
            let Some(giving) = route.visits.get(run.clone()) else { continue };
            let mut instead = stops.clone();
            instead.splice(run, [stop]);
            let begins = i64::from(route.inspector.shift_start.0);
            if drive(&route.inspector, begins, &instead, (pack, Pace::Slow))
                && tally.allows((candidate, &line.code), route, &[(route, giving)])
            {
                let names: Vec<&str> = giving.iter().map(|visit| visit.candidate.key.as_str()).collect();
                let names = names.join(", ");
                return Some(format!("it goes before {names} on «{}»", route.inspector.key));
            }
        }
    }
    None
}

/// Returns the longest runs of visits of a route that stand below.
fn lower_runs(route: &Route, own: Standing, pack: &PlannerPack) -> Vec<std::ops::Range<usize>> {
    // What two have agreed on gives way to nothing.
    let is_lower = |visit: &Visit| visit.partner.is_none() && standing(&visit.ground, pack) < own;
    let mut runs = Vec::new();
    let mut first = None;
    for (place, visit) in route.visits.iter().enumerate() {
        match (is_lower(visit), first) {
            (true, None) => first = Some(place),
            (false, Some(from)) => {
                runs.push(from..place);
                first = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    runs.extend(first.map(|from| from..route.visits.len()));
    runs
}

/// Tells whether a law demands some work of the plan at an object, or two have agreed to be there: that is placed first.
fn is_demanded(key: &str, plan: &Plan, (pack, day): (&PlannerPack, Date)) -> bool {
    let demanded = |ground: &Ground| standing(ground, pack) == Standing::Demanded;
    let visits = plan.routes.iter().flat_map(|route| &route.visits);
    let is_planned = visits
        .filter(|visit| visit.candidate.key == key)
        .any(|visit| visit.partner.is_some() || demanded(&visit.ground));
    let mut out = plan.left_out.iter().map(|out| &out.candidate).filter(|candidate| candidate.key == key);
    is_planned
        || out
            .any(|candidate| law::lightest(candidate, pack, day).is_some_and(|(_, ground)| demanded(ground)))
}
