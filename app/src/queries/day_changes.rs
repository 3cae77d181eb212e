//! The head changes a day that has begun: what would move is shown, then applied as it was shown.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;

use dozor_domain as domain;
use dozor_domain::{LeftOut, ObjectId, PlanId};
use dozor_store::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Queries;
use super::codes::ChangeKind;
use super::common::whole;
use super::left_out::counted;
use super::plan_views::{AwayInspector, LeftOutCount, LeftOutReason, PlanRest};
use super::register_index::RegisterIndex;
use crate::error::AppError;
use crate::replanning::{HandOver, ReplanApply, ReplanCall, ReplanMove};

/// Iterations of the search for the rest of a day; the command's default.
const ITERATIONS: u64 = 2_000;

/// A visit that another inspector of the unit is to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverWish {
    /// Registry key of the object.
    pub object: String,
    /// Key of the inspector.
    pub to: String,
}

/// What has happened since the day was planned.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayChangeWish {
    /// Minutes after local midnight: whoever has left for a visit by then makes it. The clock's when none is named.
    #[serde(default)]
    pub at: Option<u32>,
    /// Keys of the inspectors who begin nothing more.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Keys of those who were away at the last change of the day and are back.
    #[serde(default)]
    pub back: Vec<String>,
    /// Registry keys of objects that cannot be entered.
    #[serde(default)]
    pub dropped: Vec<String>,
    /// Visits that another inspector of the unit is to make.
    #[serde(default)]
    pub handed: Vec<HandOverWish>,
    /// Registry keys of objects that must be visited today, each with `:` and a code of a kind of control where the object
    /// is under several.
    #[serde(default)]
    pub urgent: Vec<String>,
}

/// Applies the change that was shown.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayChangeApply {
    pub wish: DayChangeWish,
    /// Of the difference that was shown.
    pub digest: String,
    /// In words: it stays on record.
    pub reason: String,
}

/// Who makes a visit, and when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangePlace {
    /// Key of the inspector.
    pub inspector: String,
    /// His name.
    pub name: String,
    /// Minutes after local midnight.
    pub start: u32,
}

/// One visit that would change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayChangeItem {
    /// 32 hexadecimal digits.
    pub object_id: String,
    /// Key in the registry.
    pub object_key: String,
    /// Address.
    pub object_title: String,
    pub control_kind: String,
    pub change: ChangeKind,
    /// None = it was not planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<ChangePlace>,
    /// None = nobody makes it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<ChangePlace>,
    /// Why nobody makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<LeftOutReason>,
}

/// Mandatory work that the rest of the day has no room for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayChangeConflict {
    /// 32 hexadecimal digits.
    pub object_id: String,
    /// Key in the registry.
    pub object_key: String,
    /// Address.
    pub object_title: String,
    pub control_kind: String,
    /// What it does not fit together with.
    pub reason: LeftOutReason,
}

/// What would change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayChange {
    pub plan_id: String,
    /// Names this difference: whoever applies it says which one he saw.
    pub digest: String,
    /// Minutes after local midnight from which the rest was planned.
    pub at: u32,
    pub visits: i64,
    /// Visits that have begun.
    pub begun: i64,
    pub value_before: f64,
    pub value_after: f64,
    /// By object and kind of control.
    pub items: Vec<DayChangeItem>,
    /// What would stay out, by the reason; by count, descending.
    pub left_out: Vec<LeftOutCount>,
    /// Mandatory work that would stay out; by value, descending.
    pub conflicts: Vec<DayChangeConflict>,
}

/// What applying did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayChanged {
    pub plan_id: String,
    /// New tasks.
    pub tasks: i64,
    /// Tasks that came back.
    pub returned: i64,
    /// Tasks whose hour or place in the day changed.
    pub retimed: i64,
    /// Numbers of the new orders.
    pub orders: Vec<String>,
    /// Numbers of orders under which nothing is left to do.
    pub orders_revoked: Vec<String>,
}

impl PlanRest {
    /// Tells of the last change of a plan's day, if there was one.
    pub(super) fn of(plan: &domain::Plan) -> Option<Self> {
        let rest = plan.rest.as_ref()?;
        let staff = plan.routes.iter().map(|route| &route.inspector);
        let away = staff.filter(|one| rest.away.contains(&one.key));
        let named =
            |one: &domain::InspectorDay| AwayInspector { key: one.key.clone(), name: one.name.clone() };
        Some(Self { at: rest.now.0, reason: rest.reason.clone(), away: away.map(named).collect() })
    }
}

impl Queries {
    /// Says what a change of a day would do.
    ///
    /// # Errors
    /// [`AppError::ReplanStale`] when the plan does not count any more; those of [`crate::Dozor::replan`].
    pub async fn day_change(&self, id: PlanId, wish: DayChangeWish) -> Result<DayChange, AppError> {
        let call = self.replan_call(id, wish).await?;
        let report = self.dozor.replan(&call).await?;
        let names = self.names_in(id).await?;
        let register = self.register().await?;
        let items = report.moves.iter().map(|one| self.change_item(one, &register, &names)).collect();
        let is_conflict =
            |out: &&LeftOut| matches!(out.reason, domain::LeftOutReason::MandatoryConflict { .. });
        let conflicts = report.after.left_out.iter().filter(is_conflict);
        Ok(DayChange {
            plan_id: report.plan.to_string(),
            digest: report.digest,
            at: report.now,
            visits: whole(report.visits),
            begun: whole(report.begun),
            value_before: report.value_before,
            value_after: report.value_after,
            items,
            left_out: counted(&report.after.left_out),
            conflicts: conflicts.map(|out| self.change_conflict(out, &register)).collect(),
        })
    }

    /// Applies the change that was shown.
    ///
    /// # Errors
    /// [`AppError::ReplanStale`] when the plan does not count any more; those of [`crate::Dozor::apply_replan`].
    pub async fn change_day(
        &self,
        id: PlanId,
        body: DayChangeApply,
        by: &User,
    ) -> Result<DayChanged, AppError> {
        let call = self.replan_call(id, body.wish).await?;
        let (digest, reason) = (body.digest, body.reason);
        let apply = ReplanApply { call, digest, reason, by: by.name.clone() };
        let applied = self.dozor.apply_replan(&apply, &by.login).await?;
        Ok(DayChanged {
            plan_id: applied.plan.to_string(),
            tasks: whole(applied.tasks),
            returned: whole(applied.returned),
            retimed: whole(applied.retimed),
            orders: applied.orders,
            orders_revoked: applied.orders_revoked,
        })
    }

    async fn replan_call(&self, id: PlanId, wish: DayChangeWish) -> Result<ReplanCall, AppError> {
        let date = self.stored_plan(id).await?.plan.date;
        let counts = self.dozor.plan_in_force(&date).await?.is_some_and(|stored| stored.plan.id == id);
        if !counts {
            return Err(AppError::ReplanStale { date, moved: "another plan took the day".to_owned() });
        }
        let DayChangeWish { at: now, absent, back, dropped, handed, urgent } = wish;
        let handed = handed.into_iter().map(|one| HandOver { object: one.object, to: one.to }).collect();
        let (seed, iterations) = (1, ITERATIONS);
        Ok(ReplanCall { date, now, absent, back, dropped, handed, urgent, seed, iterations })
    }

    /// Returns the names of a plan's inspectors by key.
    async fn names_in(&self, id: PlanId) -> Result<HashMap<String, String>, AppError> {
        let routes = self.stored_plan(id).await?.plan.routes.into_iter();
        Ok(routes.map(|route| (route.inspector.key, route.inspector.name)).collect())
    }

    fn change_item(
        &self,
        one: &ReplanMove,
        register: &RegisterIndex,
        names: &HashMap<String, String>,
    ) -> DayChangeItem {
        let place = |(inspector, start): &(String, u32)| ChangePlace {
            name: names.get(inspector).unwrap_or(inspector).clone(),
            inspector: inspector.clone(),
            start: *start,
        };
        DayChangeItem {
            object_id: one.object_id.to_string(),
            object_key: one.object.clone(),
            object_title: title(one.object_id, register),
            control_kind: one.control_kind.clone(),
            change: one.change.into(),
            from: one.from.as_ref().map(place),
            to: one.to.as_ref().map(place),
            reason: one.reason.as_ref().map(|reason| self.left_out_reason(reason, register)),
        }
    }

    fn change_conflict(&self, out: &LeftOut, register: &RegisterIndex) -> DayChangeConflict {
        DayChangeConflict {
            object_id: out.candidate.object.to_string(),
            object_key: out.candidate.key.clone(),
            object_title: title(out.candidate.object, register),
            control_kind: out.candidate.control_kind.clone(),
            reason: self.left_out_reason(&out.reason, register),
        }
    }
}

fn title(object: ObjectId, register: &RegisterIndex) -> String {
    register.object(object).map(|object| object.title.clone()).unwrap_or_default()
}
