//! What later plans, made already, say of what stayed out of an earlier one: a plan that exists knows better than an
//! estimate of when its turn comes.

use std::collections::{HashMap, HashSet};

use dozor_domain::ObjectId;

use super::Queries;
use super::plans::heads_of_days;
use crate::error::AppError;

/// Plans of so many later days are read; nobody plans further ahead.
const DAYS_AHEAD: usize = 10;

/// An object under one kind of control.
type Key = (ObjectId, String);

/// Is what a plan of a later day says of each candidate.
#[derive(Debug, Default)]
pub(super) struct LaterPlan {
    date: String,
    visited: HashSet<Key>,
    /// With the day on which their turn comes.
    left_out: HashMap<Key, Option<String>>,
}

/// Is what is to be expected of what stayed out.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Outlook {
    /// The day of the plan that visits it.
    pub(super) planned_on: Option<String>,
    /// When its turn comes.
    pub(super) expected: Option<String>,
}

/// Follows a candidate through later plans, the nearest day first.
pub(super) fn outlook(key: &Key, expected: Option<&str>, later: &[LaterPlan]) -> Outlook {
    if let Some(plan) = later.iter().find(|plan| plan.visited.contains(key)) {
        return Outlook { planned_on: Some(plan.date.clone()), expected: None };
    }
    let last = later.iter().rev().find_map(|plan| plan.left_out.get(key));
    let said = last.map_or_else(|| expected.map(str::to_owned), Clone::clone);
    // A day whose plan is made and does not have it will not bring it.
    let made = |day: &String| later.iter().any(|plan| plan.date == *day);
    Outlook { planned_on: None, expected: said.filter(|day| !made(day)) }
}

impl Queries {
    /// Returns the plans that count on the days after a day, the nearest first.
    pub(super) async fn later_plans(&self, date: &str) -> Result<Vec<LaterPlan>, AppError> {
        /// Plans of several years.
        const NEWEST: i64 = 5_000;
        let all = self.dozor.store().plans(None, NEWEST).await?;
        let heads = heads_of_days(self.dozor.made_in_time(all).await?);
        let mut later = Vec::new();
        for head in heads.into_iter().rev().filter(|head| head.date.as_str() > date).take(DAYS_AHEAD) {
            let plan = self.stored_plan(head.id).await?.plan;
            let visits = plan.routes.iter().flat_map(|route| &route.visits).map(|visit| &visit.candidate);
            let out = plan.left_out.iter();
            later.push(LaterPlan {
                date: head.date,
                visited: visits.map(|one| (one.object, one.control_kind.clone())).collect(),
                left_out: out
                    .map(|left| {
                        let one = &left.candidate;
                        ((one.object, one.control_kind.clone()), left.expected.clone())
                    })
                    .collect(),
            });
        }
        Ok(later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_that_is_made_knows_better_than_an_estimate() {
        let key = |number: u8| (ObjectId::from_bytes([number; 16]), "land".to_owned());
        let plan = |date: &str, visited: u8, left_out: u8, expected: &str| LaterPlan {
            date: date.to_owned(),
            visited: HashSet::from([key(visited)]),
            left_out: HashMap::from([(key(left_out), Some(expected.to_owned()))]),
        };
        let later = [plan("2026-11-19", 1, 2, "2026-11-20"), plan("2026-11-20", 3, 2, "2026-11-25")];
        let day = |text: &str| Some(text.to_owned());
        let said = |number, expected| outlook(&key(number), Some(expected), &later);
        let planned = |on| Outlook { planned_on: day(on), expected: None };
        assert_eq!(said(1, "2026-11-19"), planned("2026-11-19"));
        assert_eq!(said(3, "2026-11-19"), planned("2026-11-20"));
        assert_eq!(said(2, "2026-11-19"), Outlook { planned_on: None, expected: day("2026-11-25") });
        assert_eq!(said(4, "2026-11-19"), Outlook::default(), "that day is planned without it");
        assert_eq!(said(4, "2026-11-23"), Outlook { planned_on: None, expected: day("2026-11-23") });
    }
}
