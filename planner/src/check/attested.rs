//! Whose attestation is over goes nowhere: each route's inspector on the day of the plan, read from what the plan says of
//! him.

use dozor_domain::Route;
use jiff::civil::Date;

use super::{Findings, ViolationCode};

/// Checks the inspector of a route: also one who visits nobody is not on duty.
pub(super) fn check_route(route: &Route, day: Date, found: &mut Findings) {
    let Some(last) = route.inspector.attested_until else { return };
    if last < day {
        let detail = format!("the attestation was over after {last}, the plan is of {day}");
        found.note(ViolationCode::Attestation, &route.inspector.key, "", detail);
    }
}
