//! What other work takes of people's time, measured on the days that were planned: signs, prescriptions, indicators and
//! second visits; what chance draws is a share of the pack and not measured.

use dozor_domain::{Candidate, Ground, LeftOutReason, Plan, Route, Visit, VisitCause};
use dozor_planner::{GroundKind, PlannerPack, work_minutes};

/// Is what was measured on some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OtherWork {
    /// Minutes of shifts, breaks taken off.
    at_work: u64,
    /// Minutes of other work, ways included.
    other: u64,
    /// Days on which a visit that a norm asked for stayed out for want of time.
    pub(super) crowded_days: usize,
}

impl OtherWork {
    pub(super) fn of(plans: &[Plan], pack: &PlannerPack) -> Self {
        plans.iter().fold(Self::default(), |sum, plan| {
            let is_crowded = is_crowded(plan, pack);
            let routes = plan.routes.iter();
            let shifts =
                routes.clone().map(|one| u64::from(work_minutes(&one.inspector, pack.settings.pause)));
            let visits = routes.flat_map(|route| route.visits.iter().map(move |visit| (route, visit)));
            let other = visits.filter(|(_, visit)| goes_before_norms(visit, is_crowded, pack)).map(minutes);
            // What is carried over had its time on its own day: norms have none of this.
            let carried = plan.routes.iter().map(|one| u64::from(one.inspector.carried.minutes().0));
            Self {
                at_work: sum.at_work + shifts.sum::<u64>(),
                other: sum.other + other.sum::<u64>() + carried.sum::<u64>(),
                crowded_days: sum.crowded_days + usize::from(is_crowded),
            }
        })
    }

    /// Returns the thousandths of the time at work that other work took; none where nobody was at work.
    pub(super) fn permille(self) -> Option<u32> {
        let share = (self.other * 1_000).div_ceil(self.at_work.max(1)).min(1_000);
        (self.at_work > 0).then_some(share as u32)
    }
}

/// Tells whether a norm asks for a visit to a candidate: whatever else it rests on, it is in the long-range plan.
fn is_asked(candidate: &Candidate, pack: &PlannerPack) -> bool {
    let has_norm = |ground: &Ground| {
        let kind = GroundKind::of(ground);
        pack.frequency.norms.iter().any(|norm| norm.ground == kind)
    };
    candidate.grounds.iter().any(has_norm)
}

/// Tells whether visits that norms ask for and other work were in each other's way.
fn is_crowded(plan: &Plan, pack: &PlannerPack) -> bool {
    plan.left_out
        .iter()
        .any(|out| matches!(out.reason, LeftOutReason::NoTimeLeft { .. }) && is_asked(&out.candidate, pack))
}

/// Tells whether a visit took time that norms could not have. On a day with room for all that norms asked for, other work
/// that need not be done filled what was free anyway.
fn goes_before_norms(visit: &Visit, is_crowded: bool, pack: &PlannerPack) -> bool {
    let is_other = !is_asked(&visit.candidate, pack) && !matches!(visit.ground, Ground::Drawn { .. });
    is_other && (is_crowded || visit.cause != VisitCause::Worth)
}

/// Returns the minutes that a visit takes of its inspector's time; two people who make it spend them twice.
fn minutes((route, visit): (&Route, &Visit)) -> u64 {
    u64::from(visit.travel.0) + u64::from(route.service(visit).0)
}
