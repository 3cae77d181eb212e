//! Whether the data hold a ground for an object on a day. The gate takes a ground at its word; whoever asks is told beside
//! the answer whether there is one.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{DeskVerdict, Ground, ObjectId, RiskCategory, SignState};
use dozor_planner::{GroundKind, OnRecord, grounds};
use dozor_store::{GeometryUse, TaskFilter, TaskScope};
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::known_case::KnownCase;
use crate::loading::Loaded;
use crate::signs::{DESK_SOURCE, decided_before};

/// Is a ground that somebody names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedGround<'a> {
    pub(crate) object: ObjectId,
    pub(crate) control_kind: &'a str,
    pub(crate) ground: GroundKind,
    /// Code of the kind of event that would rest on it.
    pub(crate) event: &'a str,
    pub(crate) day: Date,
}

impl Dozor {
    /// Tells whether the data hold a ground on its day.
    pub(crate) async fn is_on_record(
        &self,
        named: &NamedGround<'_>,
        (category, known): (RiskCategory, &KnownCase),
    ) -> Result<bool, AppError> {
        match named.ground {
            GroundKind::SignUndecided | GroundKind::SignNeedsData | GroundKind::SignConfirmed => {
                Ok(self.sign_grounds(named).await?.contains(&named.ground))
            }
            GroundKind::Chance => self.is_drawn(named).await,
            // These stay on paper: no source of a pack brings them.
            GroundKind::Harm
            | GroundKind::ProsecutorDemand
            | GroundKind::AppealVerified
            | GroundKind::AppealUnverified => Ok(false),
            GroundKind::OwnNorm
            | GroundKind::PrescriptionOverdue
            | GroundKind::Planned
            | GroundKind::MandatoryVisit
            | GroundKind::Indicator => Ok(self.is_known(named, category, known)),
        }
    }

    /// Tells whether records and papers give a ground, as they give it to a plan of that day.
    fn is_known(&self, named: &NamedGround<'_>, category: RiskCategory, known: &KnownCase) -> bool {
        let object = OnRecord {
            control_kind: named.control_kind,
            category,
            signs: &[],
            days_since_last_event: known.days_since_last_event,
            prescription_overdue_days: known.overdue_days,
            drawn: None,
            case: &known.case,
        };
        let is_it = |ground: &Ground| match ground {
            // A line of the plan is about one kind of event.
            Ground::Planned { paper, .. } if paper.event_kind != named.event => false,
            ground => GroundKind::of(ground) == named.ground,
        };
        known.is_there && grounds(&object, &self.methodology.planner, named.day).iter().any(is_it)
    }

    async fn sign_grounds(&self, named: &NamedGround<'_>) -> Result<BTreeSet<GroundKind>, AppError> {
        match named.day < self.today().await? {
            true => self.past_sign_grounds(named).await,
            false => self.open_sign_grounds(named).await,
        }
    }

    /// Returns which grounds the open signs are now; one that a task carries is the ground of that task.
    async fn open_sign_grounds(&self, named: &NamedGround<'_>) -> Result<BTreeSet<GroundKind>, AppError> {
        let mut found = BTreeSet::new();
        for sign in self.store.signs_of(named.object).await? {
            match sign.state {
                _ if sign.control_kind != named.control_kind => {}
                SignState::Detected => {
                    found.insert(GroundKind::SignUndecided);
                }
                SignState::Desk { verdict, .. } => found.extend(ground_of(verdict)),
                SignState::Tasked { .. } | SignState::Field { .. } | SignState::Expired => {}
            }
        }
        let open = TaskFilter { object: Some(named.object), scope: TaskScope::Open, ..TaskFilter::default() };
        let tasks = self.store.tasks(&open).await?.into_iter();
        let of_sign = tasks.filter(|task| {
            task.control_kind == named.control_kind && matches!(task.ground, Ground::Sign { .. })
        });
        found.extend(of_sign.map(|task| GroundKind::of(&task.ground)));
        Ok(found)
    }

    /// Returns which grounds the signs were by the end of a past day: as the desk had decided by then. Of one that waited
    /// and has expired since nobody knows on which day it did.
    async fn past_sign_grounds(&self, named: &NamedGround<'_>) -> Result<BTreeSet<GroundKind>, AppError> {
        let until = self.end_of_day(&named.day.to_string())?;
        let decided = decided_before(&self.desk_records().await?, until);
        let heads = self.methodology.rules.heads();
        let is_about = |rule: &str| {
            let head = heads.iter().find(|head| head.id == rule);
            head.is_some_and(|head| {
                head.control_kinds.is_empty()
                    || head.control_kinds.iter().any(|one| one == named.control_kind)
            })
        };
        let of_it = decided.iter().filter(|((object, rule), _)| *object == named.object && is_about(rule));
        let mut found: BTreeSet<GroundKind> = of_it
            .filter_map(|(_, state)| match state {
                SignState::Desk { verdict, .. } => ground_of(*verdict),
                SignState::Detected
                | SignState::Tasked { .. }
                | SignState::Field { .. }
                | SignState::Expired => None,
            })
            .collect();
        let signs = self.store.signs_of(named.object).await?.into_iter();
        let waited = signs
            .filter(|sign| sign.control_kind == named.control_kind && sign.opened_at < until)
            .filter(|sign| sign.state != SignState::Expired)
            .any(|sign| !decided.contains_key(&(named.object, sign.rule)));
        if waited {
            found.insert(GroundKind::SignUndecided);
        }
        Ok(found)
    }

    /// Loads what the desk has decided, where the pack has a desk.
    async fn desk_records(&self) -> Result<Loaded, AppError> {
        let up_to_seq = self.store.last_seq().await?;
        let objects = self.store.load_objects_at(GeometryUse::Skip, up_to_seq).await?;
        let mut records = BTreeMap::new();
        if self.methodology.sources.contains_key(DESK_SOURCE) {
            let decisions = self.all_fields(DESK_SOURCE, &objects, up_to_seq).await?;
            records.insert(DESK_SOURCE.to_owned(), decisions);
        }
        Ok(Loaded { objects, records, up_to_seq })
    }

    /// Tells whether chance drew the object for the day, by the plan that counts on it.
    async fn is_drawn(&self, named: &NamedGround<'_>) -> Result<bool, AppError> {
        let Some(stored) = self.plan_in_force(&named.day.to_string()).await? else { return Ok(false) };
        let visits = stored.plan.visits().map(|(_, visit)| &visit.candidate);
        let mut all = visits.chain(stored.plan.left_out.iter().map(|left| &left.candidate));
        Ok(all.any(|one| {
            let is_it = one.object == named.object && one.control_kind == named.control_kind;
            is_it && one.grounds.iter().any(|ground| GroundKind::of(ground) == GroundKind::Chance)
        }))
    }
}

fn ground_of(verdict: DeskVerdict) -> Option<GroundKind> {
    match verdict {
        DeskVerdict::Confirmed => Some(GroundKind::SignConfirmed),
        DeskVerdict::NeedsData => Some(GroundKind::SignNeedsData),
        DeskVerdict::Refuted | DeskVerdict::Referred => None,
    }
}
