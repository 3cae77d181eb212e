//! What stayed out of a plan: the reason of each in words, what would have to give way, and when its turn comes.

use std::collections::BTreeMap;

use dozor_domain as domain;
use dozor_domain::PlanId;
use dozor_store::User;

use super::codes::LeftOutReasonCode;
use super::common::{Ground, Position};
use super::later_plans::{LaterPlan, outlook};
use super::paging::PageCall;
use super::plan_views::{Forcing, LeftOut, LeftOutCall, LeftOutCount, LeftOutPage, LeftOutReason};
use super::plans::Reader;
use super::{Queries, RegisterIndex, words};
use crate::error::AppError;

fn forcing_view(forcing: &domain::Forcing, routes: &[domain::Route]) -> Option<Forcing> {
    let (mut names, mut gives_way) = (Vec::new(), Vec::new());
    for (route, giving) in forcing.giving(routes)? {
        names.push(route.inspector.name.clone());
        gives_way.extend(giving.iter().map(|visit| visit.candidate.key.clone()));
    }
    Some(Forcing { inspector: names.join(", "), gives_way, loss: forcing.loss })
}

/// Tells whether a text in lower case is part of a candidate's key or address.
fn is_named(candidate: &domain::Candidate, wanted: &str, register: &RegisterIndex) -> bool {
    let has = |text: &str| text.to_lowercase().contains(wanted);
    has(&candidate.key) || register.object(candidate.object).is_some_and(|one| has(&one.title))
}

/// Counts what stayed out by the reason; by count, descending.
pub(super) fn counted(left_out: &[domain::LeftOut]) -> Vec<LeftOutCount> {
    let mut counts: BTreeMap<LeftOutReasonCode, i64> = BTreeMap::new();
    for left in left_out {
        *counts.entry(LeftOutReasonCode::from(&left.reason)).or_default() += 1;
    }
    let mut counts: Vec<_> =
        counts.into_iter().map(|(reason, count)| LeftOutCount { reason, count }).collect();
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.reason.cmp(&b.reason)));
    counts
}

impl Queries {
    /// Returns a page of what stayed out of a plan, without objects that are sealed to the caller. A plan that was made when its
    /// day was over answers nothing: it holds what was known later.
    ///
    /// # Errors
    /// [`AppError::PlanNotFound`], [`AppError::PlanMadeLater`], [`AppError::CursorInvalid`]; the store's.
    pub async fn left_out(
        &self,
        id: PlanId,
        call: &LeftOutCall,
        page: &PageCall,
        user: &User,
    ) -> Result<LeftOutPage, AppError> {
        let sealed = self.dozor.sealed_to(user).await?;
        // Who makes visits himself may be sent there tomorrow.
        let reader = user.staff.as_ref().map_or(Reader::Other, |_| Reader::Sent);
        let (stored, register) = (self.stored_plan(id).await?, self.register().await?);
        if !self.dozor.is_in_time(&stored).await? {
            let (plan, date) = (id.to_string(), stored.plan.date);
            return Err(AppError::PlanMadeLater { plan, date });
        }
        let later = self.later_plans(&stored.plan.date).await?;
        let wanted = call.text.as_ref().map(|text| text.trim().to_lowercase());
        let (mut rows, routes) = (stored.plan.left_out, stored.plan.routes);
        rows.retain(|left| {
            let (reason, territory) =
                (crate::planning::left_out_code(&left.reason), &left.candidate.territory);
            !sealed.contains(&left.candidate.object)
                && call.reason.as_deref().is_none_or(|wanted| wanted == reason)
                && (call.territory.is_none() || call.territory == *territory)
                && wanted.as_deref().is_none_or(|wanted| is_named(&left.candidate, wanted, &register))
        });
        let key =
            |left: &domain::LeftOut| format!("{}|{}", left.candidate.object, left.candidate.control_kind);
        let (rows, next_cursor) = page.cut(rows, key)?;
        Ok(LeftOutPage {
            items: rows
                .iter()
                .map(|left| self.left_out_view(left, &routes, (&*register, later.as_slice()), reader))
                .collect(),
            next_cursor,
        })
    }

    fn left_out_view(
        &self,
        left: &domain::LeftOut,
        routes: &[domain::Route],
        (register, later): (&RegisterIndex, &[LaterPlan]),
        reader: Reader,
    ) -> LeftOut {
        let candidate = &left.candidate;
        let key = (candidate.object, candidate.control_kind.clone());
        let outlook = outlook(&key, left.expected.as_deref(), later);
        LeftOut {
            object_id: candidate.object.to_string(),
            object_key: candidate.key.clone(),
            object_title: register.object(candidate.object).map(|one| one.title.clone()).unwrap_or_default(),
            object_kind: candidate.object_kind.clone(),
            control_kind: candidate.control_kind.clone(),
            territory: register.territory(candidate.territory.as_deref()),
            category: candidate.category.into(),
            score: candidate.score,
            grounds: match reader {
                Reader::Sent => candidate.grounds.iter().map(Ground::to_who_is_sent).collect(),
                Reader::Other => candidate.grounds.iter().map(Ground::from).collect(),
            },
            location: candidate.position.map(Position::from),
            reason: self.left_out_reason(&left.reason, register),
            forcing: left.forcing.as_ref().and_then(|forcing| forcing_view(forcing, routes)),
            planned_on: outlook.planned_on,
            expected: outlook.expected,
        }
    }

    /// Says why a candidate stays out, with the names of what the reason mentions.
    pub(super) fn left_out_reason(
        &self,
        reason: &domain::LeftOutReason,
        register: &RegisterIndex,
    ) -> LeftOutReason {
        use domain::LeftOutReason as Reason;
        match reason {
            Reason::NoLawfulEvent { lacks } => {
                LeftOutReason::NoLawfulEvent { lacks: words::lack(lacks), needs: words::needed(lacks) }
            }
            Reason::NoPosition => LeftOutReason::NoPosition,
            Reason::NoInspectorInTerritory => LeftOutReason::NoInspectorInTerritory,
            Reason::NoInspectorWithSkill { skill } => {
                LeftOutReason::NoInspectorWithSkill { skill: self.dozor.skill_title(skill) }
            }
            Reason::InspectorsExcluded => LeftOutReason::InspectorsExcluded,
            Reason::NoSecondInspector => LeftOutReason::NoSecondInspector,
            Reason::TooFar => LeftOutReason::TooFar,
            Reason::NoTimeLeft { value, least_planned } => {
                LeftOutReason::NoTimeLeft { value: *value, least_planned: *least_planned }
            }
            Reason::Quota { of, code, most } => {
                let title = self.dozor.quota_title(*of, code, register);
                LeftOutReason::Quota { of: (*of).into(), title, most: *most }
            }
            Reason::MandatoryConflict { with, proof } => {
                LeftOutReason::MandatoryConflict { with: with.clone(), proof: (*proof).into() }
            }
            Reason::TaskOpen => LeftOutReason::TaskOpen,
            Reason::MandatoryTaskOpen { until } => {
                LeftOutReason::MandatoryTaskOpen { until: until.to_string() }
            }
            Reason::NeverOpen => LeftOutReason::NeverOpen,
            Reason::Deferred { until } => LeftOutReason::Deferred { until: until.clone() },
            Reason::Appointed { on } => LeftOutReason::Appointed { on: on.to_string() },
            Reason::SetAside => LeftOutReason::SetAside,
        }
    }
}
