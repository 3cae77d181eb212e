//! Conflicts of mandatory work that are said to be certain: whoever finds a way of making the visits has refuted them.

use dozor_domain::{Candidate, InspectorDay, LeftOut, Plan, Route};
use jiff::civil::Date;

use super::carried::begins;
use super::drive::{Pace, Stop, drive};
use super::{all_candidates, law, video};
use crate::{EventKind, PlannerPack};

/// So many routes are driven for one conflict: enough for three visits among some inspectors, and few beside a plan.
const MOST_DRIVES: u32 = 2_000;

/// Is one visit that is to be given to somebody.
struct Wanted<'a> {
    candidate: &'a Candidate,
    line: &'a EventKind,
    stop: Stop<'a>,
}

/// Tells whether a way was found of making a visit that stayed out together with those that are said to stand against it.
/// Nothing else is on the routes. What two make is not looked at.
pub(super) fn is_refuted(
    plan: &Plan,
    (out, with): (&LeftOut, &[String]),
    (pack, day): (&PlannerPack, Date),
) -> bool {
    let named = with.iter().map(|key| only_one(plan, key));
    let wanted = std::iter::once(Some(&out.candidate)).chain(named).map(|candidate| {
        let candidate = candidate?;
        let (line, _) = law::lightest(candidate, pack, day).filter(|(line, _)| line.inspectors == 1)?;
        Some(Wanted { candidate, line, stop: video::stop_of(line, candidate, day)? })
    });
    let Some(wanted) = wanted.collect::<Option<Vec<_>>>() else { return false };
    let mut search = Search { plan, pack, drives: 0, stops: vec![Vec::new(); plan.routes.len()] };
    search.places_all(&wanted)
}

/// Returns the candidate with a key; none where several have it under different control kinds.
fn only_one<'a>(plan: &'a Plan, key: &str) -> Option<&'a Candidate> {
    let mut found = all_candidates(plan).filter(|candidate| candidate.key == key);
    let first = found.next()?;
    found.all(|other| other.control_kind == first.control_kind).then_some(first)
}

struct Search<'a> {
    plan: &'a Plan,
    pack: &'a PlannerPack,
    drives: u32,
    /// Stops of each route of the plan.
    stops: Vec<Vec<Stop<'a>>>,
}

impl<'a> Search<'a> {
    /// Puts the first of some visits on every route in every place, the others behind it, until all are on one.
    fn places_all(&mut self, wanted: &[Wanted<'a>]) -> bool {
        let Some((one, others)) = wanted.split_first() else { return true };
        let plan = self.plan;
        for (number, Route { inspector, .. }) in plan.routes.iter().enumerate() {
            if !law::may_go(inspector, one.candidate, one.line) {
                continue;
            }
            for place in 0..=self.stops[number].len() {
                self.stops[number].insert(place, one.stop);
                if self.drives_through(inspector, number) && self.places_all(others) {
                    return true;
                }
                self.stops[number].remove(place);
            }
        }
        false
    }

    fn drives_through(&mut self, inspector: &InspectorDay, number: usize) -> bool {
        self.drives += 1;
        let begins = begins(inspector, self.pack);
        self.drives <= MOST_DRIVES && drive(inspector, begins, &self.stops[number], (self.pack, Pace::Slow))
    }
}
