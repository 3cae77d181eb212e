//! The load that a plan reports, added up again from its visits.

use dozor_domain::Route;

use super::pause::served;
use super::{Findings, ViolationCode};

/// Checks what a route says of its load; a plan need not say it.
pub(super) fn check_load(route: &Route, found: &mut Findings) {
    let Some(load) = route.load else { return };
    let work: u64 = (0..route.visits.len()).filter_map(|place| served(route, place)).map(u64::from).sum();
    let ways: u64 = route.visits.iter().map(|visit| u64::from(visit.travel.0)).sum();
    let ways = ways + u64::from(route.travel_back.0);
    if (u64::from(load.service.0), u64::from(load.travel.0)) != (work, ways) {
        let detail = format!(
            "{} minutes of work and {} of ways are said, it is {work} and {ways}",
            load.service.0, load.travel.0
        );
        found.note(ViolationCode::Load, &route.inspector.key, "", detail);
    }
}
