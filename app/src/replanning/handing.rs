//! Handing a visit over: another inspector of the unit makes it, if skills, attestations, conflicts of interest, rotation and
//! time allow. It is a change of the day like any other, so that the plan is checked and the order is his.

use std::collections::BTreeMap;

use dozor_domain::{Plan, Route, Visit};
use dozor_planner::Disturbance;

use super::difference::{Key, key_of};
use super::urgent::refused;
use crate::error::AppError;

/// Is a visit that another inspector is to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Registry key of the object.
    pub object: String,
    /// Key of the inspector.
    pub to: String,
}

/// Returns to whom the work of the day goes.
pub(super) fn handed(plan: &Plan, wishes: &[HandOver]) -> Result<BTreeMap<Key, String>, AppError> {
    let mut handed = BTreeMap::new();
    for wish in wishes {
        let taker = plan.routes.iter().find(|route| route.inspector.key == wish.to);
        let taker = taker.ok_or_else(|| refused(&wish.to, "he is not on duty on that day"))?;
        let visits = plan.visits().filter(|(_, visit)| visit.candidate.key == wish.object);
        let visits: Vec<(&Route, &Visit)> = visits.collect();
        if visits.is_empty() {
            return Err(refused(&wish.object, "the day's plan does not have it"));
        }
        for (route, visit) in visits {
            if visit.partner.is_some() {
                return Err(refused(&wish.object, "two make the visit: name who is away instead"));
            }
            if route.inspector.unit != taker.inspector.unit {
                return Err(refused(&wish.to, "he is of another unit"));
            }
            if handed.insert(key_of(visit), wish.to.clone()).is_some_and(|other| other != wish.to) {
                return Err(refused(&wish.object, "it is handed to two inspectors"));
            }
        }
    }
    Ok(handed)
}

/// Refuses a new plan in which somebody else, or nobody, makes what was handed over.
pub(super) fn expect_handed(after: &Plan, disturbance: &Disturbance) -> Result<(), AppError> {
    for (key, to) in &disturbance.handed {
        let visit = after.visits().find(|(_, visit)| key_of(visit) == *key);
        if visit.is_some_and(|(route, _)| route.inspector.key == *to) {
            continue;
        }
        let out = after.left_out.iter().map(|out| &out.candidate);
        let named = visit
            .map(|(_, visit)| &visit.candidate)
            .or_else(|| out.into_iter().find(|one| one.object == key.0 && one.control_kind == key.1));
        let what = named.map_or_else(|| key.1.clone(), |candidate| candidate.key.clone());
        let problem = match visit {
            Some(_) => "somebody has left for it",
            None => {
                "he may not or cannot make it: skills, territory, conflicts of interest, rotation or time"
            }
        };
        return Err(refused(&what, &format!("{to}: {problem}")));
    }
    Ok(())
}
