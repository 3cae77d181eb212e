//! The start of a visit: the gate is asked for the day of the start with what is known then. What was captured without a
//! network is never lost: an attempt is stored whatever came of it, and what was unlawful is named to the head.

use dozor_domain::{
    Ground, Notice, Order, OrderEvent, RegisterNumber, StartOutcome, StartRefusal, Task, TaskEvent, TaskId,
    TaskStart, TaskStartId, Timestamp,
};
use dozor_planner::{
    CategoryStanding, Circumstances, Gate, GroundKind, Manner, Moment, Question, Refusal, order_days,
};
use dozor_store::StoreError;
use jiff::civil::Date;
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::grounds_now::{GroundNow, RecordsNow};
use crate::known_case::term_overdue_by;
use crate::planned_calls::PlannedCalls;

/// Says, as a code, that the order is for another day.
pub(crate) const ORDER_DAY: &str = "order_day";
/// Says, as a code, that an event with interaction has no order that was issued.
pub(crate) const ORDER_NOT_ISSUED: &str = "order_not_issued";

/// Says, as a code, that the order of an event with interaction was issued after the visit had begun.
pub(crate) const ORDER_ISSUED_LATER: &str = "order_issued_later";

/// Is what an inspector says of beginning a visit.
#[derive(Clone, Copy, Debug)]
pub struct StartCall {
    /// Made where it was captured.
    pub id: TaskStartId,
    /// The task.
    pub task: TaskId,
    /// When he began; none = now.
    pub started_at: Option<Timestamp>,
}

impl Dozor {
    /// Begins a visit, if the law lets it begin on that day; else the attempt is stored with what is lacking. The same id
    /// again is the same attempt.
    ///
    /// # Errors
    /// [`AppError::TaskNotFound`], also for a task of somebody else; [`AppError::StartIdTaken`]; `STATE_CHANGED` when its
    /// task moved at this moment: then the call may be repeated.
    pub async fn start_task(
        &self,
        call: &StartCall,
        inspector: &str,
        actor: &str,
    ) -> Result<TaskStart, AppError> {
        if let Some(known) = self.known_start(call, inspector).await? {
            return Ok(known);
        }
        // Whoever of two is there first begins for both.
        let is_his = |task: &Task| task.inspector == inspector || task.partner.as_deref() == Some(inspector);
        let task = self.store.task(call.task).await?.filter(is_his);
        let task = task.ok_or_else(|| AppError::TaskNotFound { task: call.task.to_string() })?;
        let start = self.judged(call, &task, inspector).await?;
        match self.keep_start(&start, &task, actor).await {
            // The same was sent twice at once, and the other one was first.
            Err(AppError::Store(StoreError::Constraint { constraint, source })) => {
                let fault = AppError::Store(StoreError::Constraint { constraint, source });
                self.known_start(call, inspector).await?.ok_or(fault)
            }
            kept => kept.map(|()| start),
        }
    }

    /// Returns the attempt that an id names already.
    async fn known_start(&self, call: &StartCall, inspector: &str) -> Result<Option<TaskStart>, AppError> {
        let Some(known) = self.store.task_start(call.id).await? else { return Ok(None) };
        if known.task == call.task && known.inspector == inspector {
            return Ok(Some(known));
        }
        Err(AppError::StartIdTaken { id: call.id.to_string() })
    }

    /// Stores an attempt and what it does to its task.
    async fn keep_start(&self, start: &TaskStart, task: &Task, actor: &str) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.insert_task_start(start).await?;
        if start.outcome == StartOutcome::Begun {
            let event = TaskEvent::Start { since: start.started_at };
            let after = task.clone().apply(event, start.received_at)?;
            tx.change_task(&task.state, &after).await?;
        }
        let lacks: Vec<&str> = start.refusals.iter().map(|one| one.code.as_str()).collect();
        let details = json!({ "start": start.id, "outcome": start.outcome.code(), "lacks": lacks });
        tx.audit(self.audit(actor, "start_task", &task.id.to_string(), &details));
        tx.commit().await?;
        Ok(())
    }

    /// Judges an attempt by what is known when it arrives of the day on which it was made.
    async fn judged(&self, call: &StartCall, task: &Task, inspector: &str) -> Result<TaskStart, AppError> {
        let now = self.now();
        let invalid = || AppError::DateInvalid { text: now.to_string() };
        // A device whose clock is ahead has begun nothing in the future.
        let (started_at, day) = match call.started_at {
            Some(at) => {
                let at = at.min(now);
                (at, self.methodology.manifest.zone.day_of(at).ok_or_else(invalid)?)
            }
            None => (now, self.today().await?),
        };
        let (outcome, refusals) = if task.state.has_begun() {
            (StartOutcome::AlreadyBegun, Vec::new())
        } else if task.state.is_open() {
            let refusals = self.start_refusals(task, (started_at, day)).await?;
            let is_free = refusals.is_empty();
            (if is_free { StartOutcome::Begun } else { StartOutcome::Refused }, refusals)
        } else {
            (StartOutcome::NotOpen, Vec::new())
        };
        Ok(TaskStart {
            id: call.id,
            task: task.id,
            inspector: inspector.to_owned(),
            date: task.date.clone(),
            started_at,
            received_at: now,
            outcome,
            refusals,
        })
    }

    /// Asks the gate whether the event of a task may be started on a day.
    async fn start_refusals(
        &self,
        task: &Task,
        (started_at, day): (Timestamp, Date),
    ) -> Result<Vec<StartRefusal>, AppError> {
        let order = self.store.order(task.order).await?;
        let papers = order.as_ref().map(|order| &order.state);
        let mut refusals = self.order_refusals(task, order.as_ref(), (started_at, day)).await?;
        let (now, records) = self.ground_at_start(task, day).await?;
        let facts = now.facts.unwrap_or_default();
        let mut on_record = Circumstances { ground_gone: now.is_gone, ..Circumstances::of(&facts) };
        if !now.is_gone {
            on_record.note_papers(now.ground.as_ref(), &task.event_kind, day);
        }
        let key = (task.object, task.control_kind.clone());
        let category = match self.active_categories().await?.get(&key) {
            Some(&category) => CategoryStanding::Decided { category, on: facts.decided_on },
            None => CategoryStanding::Proposed,
        };
        // Who was there last matters where the kind of event rotates.
        let line = self.methodology.planner.events.on(&task.event_kind, day);
        let last = match line.is_none_or(|line| line.rotation) {
            true => self.last_visit_before(task).await?,
            false => None,
        };
        let circumstances = Circumstances {
            registered_on: papers.and_then(|state| state.entry()).map(RegisterNumber::on),
            notified_on: papers.and_then(|state| state.notice()).map(Notice::on),
            prosecutor_agreed_on: papers.and_then(|state| state.agreement()).map(|answer| answer.on),
            prescription: matches!(task.ground, Ground::PrescriptionOverdue { .. })
                .then(|| term_overdue_by(records.overdue_days(task.object), day)),
            working_days: order.as_ref().and_then(|order| self.days_of(order)),
            inspector: Some(task.inspector.clone()),
            partner: task.partner.clone(),
            last_partner: last.as_ref().and_then(|last| last.partner.clone()),
            last_inspector: last.map(|last| last.inspector),
            ..on_record
        };
        let question = Question {
            moment: Moment::Start,
            event: &task.event_kind,
            ground: now.ground.as_ref().map_or(GroundKind::SignUndecided, GroundKind::of),
            control_kind: &task.control_kind,
            category,
            circumstances,
        };
        let object = self.store.object(task.object).await?;
        let object_kind = object.map(|object| object.kind).unwrap_or_default();
        let planner = &self.methodology.planner;
        let manner = match line.filter(|_| question.circumstances.business.is_some()) {
            Some(line) => self.manner_of(task, line, &mut PlannedCalls::default()).await?,
            None => Manner::OnTheSpot,
        };
        let question = question.lasting_by_the_pack(planner, (&object_kind, day), manner);
        let said = Gate::new(planner, day).refusals(&question);
        refusals.extend(said.iter().map(said_of));
        Ok(refusals)
    }

    /// Says what the order of a task lacks for a start: it is for that day, and an event with interaction begins under an
    /// order that was issued by then, whatever was issued since.
    async fn order_refusals(
        &self,
        task: &Task,
        order: Option<&Order>,
        (started_at, day): (Timestamp, Date),
    ) -> Result<Vec<StartRefusal>, AppError> {
        let mut lacks = Vec::new();
        let last = order.and_then(Order::last_day);
        let on_its_day = task.date == day.to_string();
        let extended = task.date < day.to_string() && last.is_some_and(|last| day <= last);
        if !on_its_day && !extended {
            lacks.push(ORDER_DAY);
        }
        // Work without interaction is within the authority: it is told to the head, and not held up (ADR 73).
        let line = self.methodology.planner.events.on(&task.event_kind, day);
        if line.is_none_or(|line| line.interaction) {
            match order.filter(|order| order.state.is_issued()) {
                None => lacks.push(ORDER_NOT_ISSUED),
                Some(order) if self.issued_at(order).await?.is_none_or(|at| started_at < at) => {
                    lacks.push(ORDER_ISSUED_LATER);
                }
                Some(_) => {}
            }
        }
        let refusal = |code: &str| StartRefusal { code: code.to_owned(), articles: Vec::new() };
        Ok(lacks.into_iter().map(refusal).collect())
    }

    /// Returns the working days that an order lasts.
    fn days_of(&self, order: &Order) -> Option<u32> {
        let first: Date = order.date.parse().ok()?;
        Some(order_days(&self.methodology.planner, (first, order.last_day()?)))
    }

    /// Returns when an order was issued, as the steps of its life say.
    async fn issued_at(&self, order: &Order) -> Result<Option<Timestamp>, AppError> {
        let steps = self.store.order_steps(order.id).await?.into_iter();
        let mut issued = steps.filter(|step| matches!(step.event, OrderEvent::Issue { .. }));
        Ok(issued.next_back().map(|step| step.at))
    }

    /// Returns what a task rests on at its start, with the records that say so. Nobody is held up at the door by the own norm: it
    /// is no ground of law that could be gone, and the head saw at the signature whether somebody had been there.
    async fn ground_at_start(&self, task: &Task, day: Date) -> Result<(GroundNow, RecordsNow), AppError> {
        let is_own_norm = matches!(task.ground, Ground::Frequency { .. });
        let records = match is_own_norm && !self.asks_of_case(&task.ground, (&task.event_kind, day)) {
            true => RecordsNow::default(),
            false => self.records_now([task], day).await?,
        };
        let now = self.ground_now(task, &records, day).await?;
        Ok((GroundNow { is_gone: now.is_gone && !is_own_norm, ..now }, records))
    }
}

fn said_of(refusal: &Refusal) -> StartRefusal {
    StartRefusal {
        code: refusal.lack.code().to_owned(),
        articles: refusal.basis.iter().map(|basis| basis.text.clone()).collect(),
    }
}
