//! The quotas of a day, counted again over the plan's visits.

use std::collections::BTreeMap;

use dozor_domain::{Candidate, Plan, QuotaKind, Route, Visit};

use super::pairs::assists;
use super::{Findings, ViolationCode};
use crate::PlannerPack;

/// Is how many visits a plan makes of each kind of event, in each territory and by each unit.
pub(super) struct Tally<'a> {
    pack: &'a PlannerPack,
    made: BTreeMap<(QuotaKind, &'a str), u64>,
}

impl<'a> Tally<'a> {
    pub(super) fn of(plan: &'a Plan, pack: &'a PlannerPack) -> Self {
        let mut made: BTreeMap<(QuotaKind, &str), u64> = BTreeMap::new();
        for route in &plan.routes {
            for visit in route.visits.iter().filter(|visit| !assists(visit)) {
                for code in codes(route, visit) {
                    *made.entry(code).or_default() += 1;
                }
            }
        }
        Self { pack, made }
    }

    /// Returns what the pack allows of a code; none where it sets no limit.
    fn allowed(&self, (of, code): (QuotaKind, &str)) -> Option<u64> {
        let quotas = &self.pack.settings.quotas;
        let lines = match of {
            QuotaKind::EventKind => &quotas.event_kind,
            QuotaKind::Territory => &quotas.territory,
            QuotaKind::Unit => &quotas.unit,
        };
        let own = lines.iter().find(|(line, _)| *line == code);
        let any = lines.iter().find(|(line, _)| *line == "*");
        own.or(any).map(|(_, most)| u64::from(*most))
    }

    fn made(&self, code: (QuotaKind, &str)) -> u64 {
        self.made.iter().find(|(key, _)| **key == code).map_or(0, |(_, made)| *made)
    }

    /// Tells whether no further visit of a code is allowed.
    pub(super) fn is_full(&self, of: QuotaKind, code: &str) -> bool {
        self.allowed((of, code)).is_some_and(|most| self.made((of, code)) >= most)
    }

    /// Tells whether the kind of event or the territory of a candidate allows no further visit.
    pub(super) fn is_full_for(&self, candidate: &Candidate, event_kind: &str) -> bool {
        let territory = candidate.territory.as_deref();
        self.is_full(QuotaKind::EventKind, event_kind)
            || territory.is_some_and(|code| self.is_full(QuotaKind::Territory, code))
    }

    /// Tells whether a candidate is within the quotas on a route, in the place of some visits of some routes.
    pub(super) fn allows(
        &self,
        (candidate, event_kind): (&Candidate, &str),
        route: &Route,
        given: &[(&Route, &[Visit])],
    ) -> bool {
        let mut wanted =
            vec![(QuotaKind::EventKind, event_kind), (QuotaKind::Unit, route.inspector.unit.as_str())];
        wanted.extend(candidate.territory.as_deref().map(|code| (QuotaKind::Territory, code)));
        wanted.into_iter().all(|code| {
            let given =
                given.iter().flat_map(|(from, visits)| visits.iter().map(move |visit| (*from, visit)));
            let gone = given.filter(|(from, visit)| codes(from, visit).contains(&code)).count() as u64;
            self.allowed(code).is_none_or(|most| self.made(code) - gone < most)
        })
    }

    /// Tells whether a quota of so many keeps a candidate out; `units` are those of everybody who could go.
    pub(super) fn keeps_out(
        &self,
        (candidate, event_kind): (&Candidate, &str),
        (of, code, most): (QuotaKind, &str, u32),
        units: &[&str],
    ) -> bool {
        let is_its = match of {
            QuotaKind::EventKind => event_kind == code,
            QuotaKind::Territory => candidate.territory.as_deref() == Some(code),
            QuotaKind::Unit => {
                units.contains(&code) && units.iter().all(|unit| self.is_full(QuotaKind::Unit, unit))
            }
        };
        is_its && self.allowed((of, code)) == Some(u64::from(most)) && self.is_full(of, code)
    }
}

fn codes<'a>(route: &'a Route, visit: &'a Visit) -> Vec<(QuotaKind, &'a str)> {
    let mut codes = vec![
        (QuotaKind::EventKind, visit.event_kind.as_str()),
        (QuotaKind::Unit, route.inspector.unit.as_str()),
    ];
    codes.extend(visit.candidate.territory.as_deref().map(|code| (QuotaKind::Territory, code)));
    codes
}

/// Checks that no quota is exceeded.
pub(super) fn check_quotas(tally: &Tally<'_>, found: &mut Findings) {
    for (code, made) in &tally.made {
        if let Some(most) = tally.allowed(*code)
            && *made > most
        {
            let detail = format!("{made} visits of {:?} «{}», the quota is {most}", code.0, code.1);
            found.note(ViolationCode::Quota, "", "", detail);
        }
    }
}
