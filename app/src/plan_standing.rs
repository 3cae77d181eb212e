//! What a plan stands on, as it is now: days may lie between planning and approval, and hours between a plan and its
//! change. Each reason for a visit is asked again; what moved is named.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use dozor_domain::{
    Appointment, DeskVerdict, Ground, InspectorDay, ObjectId, Plan, RiskCategory, SignId, SignState, Task,
    TaskId, ViolationSign, Visit,
};
use dozor_planner::{FiredIndicator, ObjectCase, PlannedEvent};
use dozor_store::{SignScope, TaskFilter, TaskScope};
use jiff::civil::Date;

use crate::appointments::AgreedVisits;
use crate::cases::Cases;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::planning::whole;
use crate::progress::Silent;
use crate::settlement::Settlement;

/// What moved is named up to this many times: the rest is a number.
const NAMED: usize = 10;

/// Holds what a plan stands on, as it is now.
#[derive(Clone)]
pub(crate) struct Standing {
    categories: HashMap<(ObjectId, String), RiskCategory>,
    signs: HashMap<SignId, ViolationSign>,
    open_tasks: HashSet<(ObjectId, String)>,
    /// Work of earlier days whose orders were extended to the plan's day or beyond it.
    carried: Vec<Task>,
    /// What the head has put off beyond the plan's day.
    deferred: HashMap<(ObjectId, String), Date>,
    facts: Arc<StandingFacts>,
}

/// Holds what the records say of the plan's day.
#[derive(Default)]
pub(crate) struct StandingFacts {
    /// The plan's day.
    day: Date,
    /// Last commit of records that was read.
    up_to_seq: i64,
    /// Days since the last event, and days by which a prescription is overdue; objects that ended are not here.
    days: HashMap<ObjectId, (Option<i64>, i64)>,
    /// What records and papers say beyond the category.
    cases: Cases,
    /// Visits that were agreed with the person.
    agreed: AgreedVisits,
    /// Who is on duty, by key, as the records have them now.
    on_duty: HashMap<String, InspectorDay>,
}

impl Dozor {
    /// Computes the facts that planning reads as of the plan's day, from what is known now.
    pub(crate) async fn standing_facts(&self, plan: &Plan) -> Result<StandingFacts, AppError> {
        let date = self.day(&plan.date)?;
        let named = &self.methodology.planner.settings.facts;
        let as_of = self.instant(&plan.date)?;
        let (loaded, table) = self.compute_part(&named.named(), as_of, &Silent).await?;
        let overdue = self.overdue_prescriptions((&loaded, &table), as_of).await?;
        let days = |row: usize| {
            let id = table.object_id(row);
            let last = whole(&table, row, named.last_event.as_deref());
            (id, (last, overdue.get(&id).copied().unwrap_or(0)))
        };
        let staff = self.on_duty(date).await?.on.into_iter();
        let cases = self.cases((&loaded, &table), (date, as_of)).await?;
        let agreed = self.agreed_visits((&loaded.objects, loaded.up_to_seq), (date, as_of)).await?;
        Ok(StandingFacts {
            day: date,
            cases,
            agreed,
            up_to_seq: loaded.up_to_seq,
            days: (0..table.len()).map(days).collect(),
            on_duty: staff.map(|one| (one.key.clone(), one)).collect(),
        })
    }

    /// Reads what else a plan stands on, beside what the records say.
    pub(crate) async fn standing(&self, facts: Arc<StandingFacts>) -> Result<Standing, AppError> {
        let open = TaskFilter { scope: TaskScope::Open, ..TaskFilter::default() };
        let tasks = self.store.tasks(&open).await?.into_iter();
        let signs = self.store.signs(SignScope::Open).await?.into_iter();
        Ok(Standing {
            categories: self.active_categories().await?,
            signs: signs.map(|sign| (sign.id, sign)).collect(),
            open_tasks: tasks.map(|task| (task.object, task.control_kind)).collect(),
            carried: self.carried_to(facts.day, None).await?,
            deferred: self.deferred_from(facts.day).await?,
            facts,
        })
    }
}

impl Standing {
    /// Compares every visit of a plan with what is in force now.
    pub(crate) fn still_carries(&self, plan: &Plan) -> Result<(), AppError> {
        let routes = plan.routes.iter().filter(|route| !route.visits.is_empty());
        // The rest of a day is planned with what its plan knew: a later extension is the head's own to bear in mind.
        let carried = |one: &InspectorDay| plan.rest.is_none().then(|| self.more_carried(one)).flatten();
        let others = routes
            .filter_map(|route| self.other_inspector(&route.inspector).or_else(|| carried(&route.inspector)));
        let visits = plan.routes.iter().flat_map(|route| &route.visits);
        // Only the change of a day brings in urgent work, which waits for no day agreed before.
        let promised = |visit: &Visit| plan.rest.is_none().then(|| self.promised(visit)).flatten();
        let of_visits = visits.filter_map(|visit| self.moved(visit).or_else(|| promised(visit)));
        let mut moved: Vec<String> = others.chain(of_visits).collect();
        if moved.is_empty() {
            return Ok(());
        }
        let more = moved.len().saturating_sub(NAMED);
        moved.truncate(NAMED);
        if more > 0 {
            moved.push(format!("and {more} more"));
        }
        Err(AppError::PlanStale { plan: plan.id.to_string(), moved: moved.join("; ") })
    }

    /// Returns what a plan stands on once tasks, orders and signs have come back.
    pub(crate) fn after(mut self, settlement: &Settlement) -> Self {
        for (_, task) in &settlement.tasks {
            self.open_tasks.remove(&(task.object, task.control_kind.clone()));
        }
        self.signs.extend(settlement.signs.iter().map(|(_, sign)| (sign.id, sign.clone())));
        self
    }

    /// Returns the last commit of records that was read.
    pub(crate) fn up_to_seq(&self) -> i64 {
        self.facts.up_to_seq
    }

    /// Returns an open sign.
    pub(crate) fn sign(&self, id: SignId) -> Option<&ViolationSign> {
        self.signs.get(&id)
    }

    /// Says what of an inspector is no longer as the plan has it: whoever was planned to go is not he who would go now.
    pub(crate) fn other_inspector(&self, planned: &InspectorDay) -> Option<String> {
        let Some(now) = self.facts.on_duty.get(&planned.key) else {
            return Some(format!("{} is not on duty", planned.name));
        };
        // Whoever is on duty is attested on the day: that his attestation was prolonged, or ends sooner, changes nothing of it.
        // What is carried over is no part of his record.
        let (attested_until, carried) = (planned.attested_until, planned.carried.clone());
        let now = &InspectorDay { attested_until, carried, ..now.clone() };
        if now == planned {
            return None;
        }
        let differs = [
            ("unit", now.unit != planned.unit),
            ("territories", now.territories != planned.territories),
            ("skills", now.skills != planned.skills),
            ("way of travelling", now.mode != planned.mode),
            ("shift", (now.shift_start, now.shift_end) != (planned.shift_start, planned.shift_end)),
            ("base", now.base != planned.base),
            (
                "conflicts of interest",
                (&now.avoids, &now.avoids_owners) != (&planned.avoids, &planned.avoids_owners),
            ),
        ];
        let named: Vec<&str> = differs.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect();
        let named = if named.is_empty() { "record".to_owned() } else { named.join(", ") };
        Some(format!("{}: his {named} changed", planned.name))
    }

    /// Says what an inspector has to do of earlier days that the plan leaves him no time for: an order was extended since.
    fn more_carried(&self, planned: &InspectorDay) -> Option<String> {
        let known: HashSet<TaskId> = planned.carried.tasks.iter().map(|one| one.task).collect();
        let left = self.carried.iter().filter(|task| task.is_of(&planned.key));
        let more = left.filter(|task| !known.contains(&task.id)).count();
        (more > 0).then(|| {
            format!("{}: {more} more of his tasks of earlier days are carried over to this day", planned.name)
        })
    }

    /// Says what was agreed with the person of the day otherwise than the plan has it: moved, called off, or agreed since.
    fn other_appointment(&self, visit: &Visit) -> Option<String> {
        let candidate = &visit.candidate;
        let of_day = |agreed: Option<Appointment>| agreed.filter(|agreed| agreed.on == self.facts.day);
        let planned = of_day(candidate.appointment);
        let now = of_day(self.facts.agreed.of(candidate.object, &candidate.control_kind));
        if now == planned {
            return None;
        }
        let what = match (planned, now) {
            (Some(_), None) => "the visit agreed for this day was moved or called off",
            (Some(then), Some(now)) if then.hours == now.hours => {
                "the visit agreed for this day is agreed to be held otherwise: by video, or on the spot"
            }
            (Some(_), Some(_)) => "the visit agreed for this day was moved to other hours",
            _ => "a visit was agreed for hours of this day",
        };
        Some(format!("{}: {what}", candidate.key))
    }

    /// Says that a visit was promised for another day since.
    fn promised(&self, visit: &Visit) -> Option<String> {
        let candidate = &visit.candidate;
        let agreed = self.facts.agreed.of(candidate.object, &candidate.control_kind)?;
        let on = Some(agreed.on).filter(|on| *on != self.facts.day)?;
        Some(format!("{}: a visit was agreed for {on}", candidate.key))
    }

    /// Says what of a visit is no longer as the plan has it.
    pub(crate) fn moved(&self, visit: &Visit) -> Option<String> {
        let candidate = &visit.candidate;
        let key = (candidate.object, candidate.control_kind.clone());
        let active = self.categories.get(&key).copied();
        let category = active.unwrap_or(RiskCategory::Low);
        if (category, active.is_some()) != (candidate.category, candidate.category_decided) {
            let (was, is) = (candidate.category.code(), category.code());
            return Some(format!("{}: the category in force was {was}, is {is}", candidate.key));
        }
        if self.open_tasks.contains(&key) {
            return Some(format!("{}: it has an open task", candidate.key));
        }
        if let Some(until) = self.deferred.get(&key) {
            return Some(format!("{}: it was put off until {until}", candidate.key));
        }
        if let Some(text) = self.other_appointment(visit) {
            return Some(text);
        }
        let Some(&(last_event, overdue)) = self.facts.days.get(&candidate.object) else {
            return Some(format!("{}: its register no longer has it", candidate.key));
        };
        let (sign, rule, confirmed) = match &visit.ground {
            Ground::Sign { sign, rule, confirmed } => (sign, rule, confirmed),
            Ground::Frequency { days_since, .. } => {
                return (*days_since != last_event).then(|| format!("{}: it was visited", candidate.key));
            }
            Ground::MandatoryVisit { .. } | Ground::Planned { .. } | Ground::Indicator { .. } => {
                let case = self.facts.cases.get(&key);
                return (!still_agreed(case, visit))
                    .then(|| format!("{}: what its event rests on is no longer so", candidate.key));
            }
            // Chance has drawn it, and nothing that moves can undo that.
            Ground::Drawn { .. } | Ground::SecondVisit { .. } => return None,
            Ground::PrescriptionOverdue { days } => {
                let is_other = *days != overdue;
                return is_other
                    .then(|| format!("{}: its prescription is no longer overdue so", candidate.key));
            }
        };
        let wanted = if *confirmed { DeskVerdict::Confirmed } else { DeskVerdict::NeedsData };
        let stands = self
            .signs
            .get(sign)
            .is_some_and(|sign| matches!(sign.state, SignState::Desk { verdict, .. } if verdict == wanted));
        (!stands).then(|| format!("{}: the sign «{rule}» no longer stands as it did", candidate.key))
    }
}

/// Tells whether periods of law, the agreed plan and consents are as a visit has them.
fn still_agreed(case: Option<&ObjectCase>, visit: &Visit) -> bool {
    let unknown = ObjectCase::default();
    let case = case.unwrap_or(&unknown);
    match &visit.ground {
        Ground::MandatoryVisit { .. } => case.facts == visit.candidate.case,
        Ground::Planned { paper, from, to } => {
            let line = PlannedEvent { from: *from, to: *to, paper: paper.clone() };
            case.facts == visit.candidate.case && case.planned.contains(&line)
        }
        Ground::Indicator { rule, approval } => {
            let (rule, approval) = (rule.clone(), approval.clone());
            case.indicators.contains(&FiredIndicator { rule, approval })
        }
        Ground::Sign { .. }
        | Ground::Frequency { .. }
        | Ground::PrescriptionOverdue { .. }
        | Ground::Drawn { .. }
        | Ground::SecondVisit { .. } => true,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use dozor_domain::{Candidate, DeskReviewId, Minutes, PlanId, Timestamp, VisitCause};

    use super::*;

    fn visit(category: RiskCategory, ground: Ground) -> Visit {
        let candidate = Candidate {
            object: ObjectId::from_bytes([1; 16]),
            key: "77-1".to_owned(),
            control_kind: "land".to_owned(),
            object_kind: "parcel".to_owned(),
            category,
            category_decided: true,
            probability: None,
            score: 1.0,
            grounds: vec![ground.clone()],
            territory: None,
            position: None,
            opening: None,
            last_inspector: None,
            last_partner: None,
            owners: std::collections::BTreeSet::new(),
            appointment: None,
            case: Default::default(),
        };
        let minute = Minutes(600);
        let event_kind = "field_survey".to_owned();
        let (arrive, start, end, travel) = (minute, minute, minute, minute);
        let cause = VisitCause::Worth;
        Visit {
            candidate,
            event_kind,
            ground,
            arrive,
            start,
            end,
            travel,
            value: 1.0,
            cause,
            partner: None,
            by_video: false,
        }
    }

    fn standing(category: RiskCategory, signs: Vec<ViolationSign>) -> Standing {
        let key = (ObjectId::from_bytes([1; 16]), "land".to_owned());
        Standing {
            categories: HashMap::from([(key, category)]),
            signs: signs.into_iter().map(|sign| (sign.id, sign)).collect(),
            open_tasks: HashSet::new(),
            carried: Vec::new(),
            deferred: HashMap::new(),
            facts: Arc::new(StandingFacts {
                days: HashMap::from([(ObjectId::from_bytes([1; 16]), (None, 12))]),
                ..StandingFacts::default()
            }),
        }
    }

    fn inspector() -> InspectorDay {
        InspectorDay {
            key: "i1".to_owned(),
            name: "Иванов".to_owned(),
            unit: "u1".to_owned(),
            territories: BTreeSet::new(),
            skills: ["land".to_owned()].into(),
            mode: dozor_domain::TravelMode::Car,
            shift_start: Minutes(540),
            shift_end: Minutes(1080),
            base: dozor_domain::Position { lat: 55.7, lon: 37.6 },
            avoids: BTreeSet::new(),
            avoids_owners: BTreeSet::new(),
            attested_until: None,
            carried: Default::default(),
        }
    }

    #[test]
    fn an_inspector_who_is_no_longer_the_one_that_was_planned_is_named() {
        let planned = inspector();
        let with = |now: Option<InspectorDay>| {
            let on_duty = now.into_iter().map(|one| (one.key.clone(), one)).collect();
            let facts = Arc::new(StandingFacts { on_duty, ..StandingFacts::default() });
            let said =
                Standing { facts, ..standing(RiskCategory::High, Vec::new()) }.other_inspector(&planned);
            said.unwrap_or_default()
        };
        assert_eq!(with(Some(planned.clone())), "");
        assert_eq!(with(None), "Иванов is not on duty");
        let conflict = InspectorDay { avoids: ["77-1".to_owned()].into(), ..planned.clone() };
        assert_eq!(with(Some(conflict)), "Иванов: his conflicts of interest changed");
        let other = InspectorDay { skills: BTreeSet::new(), shift_end: Minutes(700), ..planned.clone() };
        assert_eq!(with(Some(other)), "Иванов: his skills, shift changed");
        let prolonged =
            InspectorDay { attested_until: Some(jiff::civil::date(2030, 1, 1)), ..planned.clone() };
        assert_eq!(with(Some(prolonged)), "", "he is attested on the day as he was");
    }

    #[test]
    fn an_order_extended_since_the_plan_is_named_and_work_done_since_is_not() {
        let planned = inspector;
        let task = |mark: u8, of: &str| Task {
            id: TaskId::from_bytes([mark; 16]),
            plan: PlanId::from_bytes([1; 16]),
            order: dozor_domain::OrderId::from_bytes([1; 16]),
            object: ObjectId::from_bytes([mark; 16]),
            object_key: "77-1".to_owned(),
            control_kind: "land".to_owned(),
            event_kind: "field_survey".to_owned(),
            ground: Ground::Frequency { days_since: None, every_days: 365 },
            unit: "u1".to_owned(),
            inspector: of.to_owned(),
            partner: None,
            date: "2026-11-20".to_owned(),
            position: 1,
            start: Minutes(600),
            end: Minutes(630),
            state: dozor_domain::TaskState::Assigned,
            changed_at: dozor_domain::Timestamp::from_micros(0),
        };
        let more = |now: Vec<Task>, planned: &InspectorDay| {
            let standing = Standing { carried: now, ..standing(RiskCategory::High, Vec::new()) };
            standing.more_carried(planned)
        };
        let said = "Иванов: 1 more of his tasks of earlier days are carried over to this day";
        assert_eq!(more(vec![task(1, "i1"), task(2, "i2")], &planned()).as_deref(), Some(said));
        let known = dozor_domain::CarriedTask {
            task: TaskId::from_bytes([1; 16]),
            key: "77-1".to_owned(),
            object_kind: "parcel".to_owned(),
            event_kind: "field_survey".to_owned(),
            position: None,
            service: Minutes(30),
            travel: Minutes(0),
        };
        let carried = dozor_domain::Carried { tasks: vec![known], travel_back: Minutes(0) };
        let knowing = InspectorDay { carried, ..planned() };
        assert_eq!(more(vec![task(1, "i1")], &knowing), None);
        assert_eq!(more(Vec::new(), &knowing), None, "done since");
    }

    #[test]
    fn a_visit_that_was_agreed_moved_or_called_off_since_the_plan_is_named() {
        let day: Date = "2026-11-24".parse().unwrap();
        let agreed = |on: Date, opens| Appointment {
            on,
            hours: dozor_domain::Opening { opens: Minutes(opens), closes: Minutes(opens + 15) },
            by_video: false,
        };
        let due = Ground::Frequency { days_since: None, every_days: 365 };
        let with = |planned: Option<Appointment>, now: Option<Appointment>| {
            let mut visit = visit(RiskCategory::High, due.clone());
            visit.candidate.appointment = planned;
            let now = now.map(|one| (visit.candidate.object, vec![(Some("land".to_owned()), one)]));
            let facts = StandingFacts {
                day,
                days: HashMap::from([(visit.candidate.object, (None, 0))]),
                agreed: AgreedVisits(now.into_iter().collect()),
                ..StandingFacts::default()
            };
            let standing = Standing { facts: Arc::new(facts), ..standing(RiskCategory::High, Vec::new()) };
            let said = [Some(moved(&standing, &visit)), standing.promised(&visit)];
            said.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | ")
        };
        let (ten, three) = (agreed(day, 600), agreed(day, 900));
        let thursday = agreed("2026-11-26".parse().unwrap(), 600);
        assert_eq!(with(Some(ten), Some(ten)), "");
        assert_eq!(with(None, None), "");
        let called_off = "77-1: the visit agreed for this day was moved or called off";
        assert_eq!(with(Some(ten), None), called_off);
        assert_eq!(
            with(Some(ten), Some(three)),
            "77-1: the visit agreed for this day was moved to other hours"
        );
        assert_eq!(with(None, Some(ten)), "77-1: a visit was agreed for hours of this day");
        let promised = "77-1: a visit was agreed for 2026-11-26";
        assert_eq!(with(Some(ten), Some(thursday)), format!("{called_off} | {promised}"));
        assert_eq!(with(None, Some(thursday)), promised);
    }

    fn moved(standing: &Standing, visit: &Visit) -> String {
        standing.moved(visit).unwrap_or_default()
    }

    #[test]
    fn a_category_decided_otherwise_since_the_plan_is_named() {
        let due = Ground::Frequency { days_since: None, every_days: 365 };
        let visit = visit(RiskCategory::High, due);
        assert_eq!(moved(&standing(RiskCategory::High, Vec::new()), &visit), "");
        let said = moved(&standing(RiskCategory::Medium, Vec::new()), &visit);
        assert_eq!(said, "77-1: the category in force was high, is medium");
        let nobody = Standing { categories: HashMap::new(), ..standing(RiskCategory::High, Vec::new()) };
        assert_eq!(moved(&nobody, &visit), "77-1: the category in force was high, is low");
    }

    #[test]
    fn a_visit_made_meanwhile_a_prescription_fulfilled_and_an_object_that_ended_are_named() {
        let of = |ground| visit(RiskCategory::High, ground);
        let here = standing(RiskCategory::High, Vec::new());
        let due = |days_since| of(Ground::Frequency { days_since, every_days: 365 });
        assert_eq!(moved(&here, &due(None)), "");
        assert_eq!(moved(&here, &due(Some(400))), "77-1: it was visited");
        assert_eq!(moved(&here, &of(Ground::PrescriptionOverdue { days: 12 })), "");
        let other = moved(&here, &of(Ground::PrescriptionOverdue { days: 11 }));
        assert_eq!(other, "77-1: its prescription is no longer overdue so");
        let ended = Standing { facts: Arc::default(), ..here };
        assert_eq!(moved(&ended, &due(None)), "77-1: its register no longer has it");
    }

    #[test]
    fn a_sign_that_expired_or_was_decided_otherwise_carries_no_order() {
        let id = SignId::from_bytes([2; 16]);
        let ground = Ground::Sign { sign: id, rule: "growth".to_owned(), confirmed: true };
        let visit = visit(RiskCategory::High, ground);
        let sign = |verdict| ViolationSign {
            id,
            object: ObjectId::from_bytes([1; 16]),
            control_kind: "land".to_owned(),
            rule: "growth".to_owned(),
            points: 1.0,
            priority: 1.0,
            opened_at: Timestamp::from_micros(0),
            evidence: String::new(),
            state: SignState::Desk { verdict, review: DeskReviewId::from_bytes([3; 16]) },
        };
        for (signs, stands) in [
            (vec![sign(DeskVerdict::Confirmed)], true),
            (vec![sign(DeskVerdict::NeedsData)], false),
            (Vec::new(), false),
        ] {
            assert_eq!(moved(&standing(RiskCategory::High, signs), &visit).is_empty(), stands);
        }
    }
}
