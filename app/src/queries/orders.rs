//! Orders of a day with what each lacks, one order with its history, and its steps.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;

use dozor_domain as domain;
use dozor_domain::{DocumentReference, Order, OrderEvent, OrderId, OrderStep, Task, TaskState};
use dozor_planner::latest_end;
use dozor_store::{OrderFilter, TaskFilter, User};
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::codes::{OrderLackCode, OrderStateCode, OrderStepCode};
use super::common::whole;
use crate::error::AppError;
use crate::order_life::{OrderError, OrderWish, OrderWork, RefusedVisit, can_be_called_off};
use crate::versions::Actor;

/// Tasks under an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderTasks {
    /// With work still to be done.
    pub open: i64,
    /// Closed by a result.
    pub closed: i64,
    /// Came back, or were called off.
    pub ended: i64,
}

/// An order and what it lacks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderItem {
    pub id: String,
    /// Inner number, without gaps within a year.
    pub number: String,
    #[schema(format = Date)]
    pub date: String,
    /// Last day on which its work may start.
    #[schema(format = Date)]
    pub last_day: String,
    /// Last day to which it may be extended; none where its kind of event has no term in days.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_end: Option<String>,
    pub control_kind: String,
    pub event_kind: String,
    pub unit: String,
    pub inspector: String,
    pub inspector_name: String,
    pub state: OrderStateCode,
    #[schema(format = DateTime)]
    pub changed_at: String,
    /// What is still to come before its work may start, in order; once it is issued, at most the notice.
    pub missing: Vec<OrderLackCode>,
    /// Steps that it takes now.
    pub next: Vec<OrderStepCode>,
    pub tasks: OrderTasks,
    /// Work was done under it although nobody issued it.
    pub worked_unissued: bool,
    /// Number of the state register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// Day on which the notice reached the controlled person.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notified_on: Option<String>,
    /// Why it was extended or called off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// By day and number.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderList {
    pub items: Vec<OrderItem>,
}

/// A document that a step refers to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderPaper {
    pub number: String,
    /// 64 hexadecimal digits.
    pub sha256: String,
}

/// A notice of the controlled person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderNotice {
    /// In which way it went.
    pub way: String,
    pub number: String,
}

/// One step that was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderHistoryStep {
    pub step: OrderStepCode,
    /// Login, or the program's own actor.
    pub by: String,
    #[schema(format = DateTime)]
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<OrderPaper>,
    /// Number of the state register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<OrderNotice>,
    /// Day of the paper; of a notice, the day on which it reached the person.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// The new last day.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One order with everything that happened to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderCard {
    pub order: OrderItem,
    pub history: Vec<OrderHistoryStep>,
    /// Visits that the gate would refuse if it were signed now; only while it waits for its signature.
    pub refused: Vec<RefusedVisit>,
}

impl From<&DocumentReference> for OrderPaper {
    fn from(document: &DocumentReference) -> Self {
        Self { number: document.number().to_owned(), sha256: document.sha256().to_string() }
    }
}

impl From<&OrderStep> for OrderHistoryStep {
    fn from(step: &OrderStep) -> Self {
        let bare = Self {
            step: step.event.kind().into(),
            by: step.by.clone(),
            at: step.at.to_string(),
            document: None,
            register_number: None,
            notice: None,
            on: None,
            until: None,
            reason: None,
        };
        match &step.event {
            OrderEvent::RequestApproval { request, .. } => Self { document: Some(request.into()), ..bare },
            OrderEvent::Agree { agreement: answer } | OrderEvent::Refuse { refusal: answer } => {
                Self { document: Some((&answer.document).into()), on: Some(answer.on.to_string()), ..bare }
            }
            OrderEvent::Sign { signature, .. } => Self {
                document: Some(signature.document().into()),
                on: Some(signature.on().to_string()),
                ..bare
            },
            OrderEvent::Register { entry } => Self {
                register_number: Some(entry.number().to_owned()),
                on: Some(entry.on().to_string()),
                ..bare
            },
            OrderEvent::Notify { notice, .. } => Self {
                notice: Some(OrderNotice {
                    way: notice.way().to_owned(),
                    number: notice.number().to_owned(),
                }),
                on: Some(notice.on().to_string()),
                ..bare
            },
            OrderEvent::Extend { until, reason } => {
                Self { until: Some(until.to_string()), reason: Some(reason.clone()), ..bare }
            }
            OrderEvent::Revoke { reason } => Self { reason: Some(reason.clone()), ..bare },
            OrderEvent::Check { .. } | OrderEvent::Issue { .. } | OrderEvent::Execute | OrderEvent::Close => {
                bare
            }
        }
    }
}

fn tasks_view(tasks: &[Task]) -> OrderTasks {
    let count = |is_it: fn(&TaskState) -> bool| whole(tasks.iter().filter(|task| is_it(&task.state)).count());
    OrderTasks {
        open: count(TaskState::is_open),
        closed: count(|state| matches!(state, TaskState::Closed { .. })),
        ended: count(|state| !state.is_open() && !matches!(state, TaskState::Closed { .. })),
    }
}

impl Queries {
    /// Returns the orders of a day, with those of earlier days that were extended to it or beyond; of today when none is
    /// named.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`]; the store's.
    pub async fn orders_of_day(&self, date: Option<&str>) -> Result<OrderList, AppError> {
        let day = match date {
            Some(text) => self.dozor.day(text)?,
            None => self.dozor.today().await?,
        };
        let date = day.to_string();
        let store = self.dozor.store();
        let filter = OrderFilter { date: Some(date.clone()), ..OrderFilter::default() };
        let orders = store.orders(&filter).await?;
        let mut of_order: HashMap<OrderId, Vec<Task>> = HashMap::new();
        let filter = TaskFilter { date: Some(date.clone()), ..TaskFilter::default() };
        for task in store.tasks(&filter).await? {
            of_order.entry(task.order).or_default().push(task);
        }
        let names = self.staff_names().await?;
        let mut items = Vec::with_capacity(orders.len());
        for order in self.dozor.extended_orders().await? {
            if order.date < date && order.last_day().is_some_and(|last| day <= last) {
                items.push(self.order_item(&self.dozor.order_work(order.id).await?, &names)?);
            }
        }
        for order in orders {
            let tasks = of_order.remove(&order.id).unwrap_or_default();
            items.push(self.order_item(&self.dozor.work_of(order, tasks)?, &names)?);
        }
        Ok(OrderList { items })
    }

    /// Returns one order with everything that happened to it.
    ///
    /// # Errors
    /// [`OrderError::Unknown`]; the store's.
    pub async fn order_card(&self, id: OrderId) -> Result<OrderCard, AppError> {
        let work = self.dozor.order_work(id).await?;
        let history = self.dozor.order_history(&work.order).await?;
        let waits = matches!(
            work.order.state,
            domain::OrderState::Checked { .. } | domain::OrderState::ProsecutorAgreed { .. }
        );
        let refused = if waits { self.dozor.check_order(id).await?.refused } else { Vec::new() };
        Ok(OrderCard {
            order: self.order_item(&work, &self.staff_names().await?)?,
            history: history.iter().map(OrderHistoryStep::from).collect(),
            refused,
        })
    }

    /// Takes a step of an order and returns the order as it is then.
    ///
    /// # Errors
    /// Those of [`crate::Dozor::take_order_step`].
    pub async fn order_step(&self, id: OrderId, wish: &OrderWish, by: &User) -> Result<OrderCard, AppError> {
        self.order_step_by(id, wish, &self.dozor.actor_of(by)).await
    }

    /// Takes a step for who acts.
    ///
    /// # Errors
    /// Those of [`crate::Dozor::take_order_step`].
    pub async fn order_step_by(
        &self,
        id: OrderId,
        wish: &OrderWish,
        actor: &Actor,
    ) -> Result<OrderCard, AppError> {
        self.dozor.take_order_step(id, wish, actor).await?;
        self.order_card(id).await
    }

    fn order_item(&self, work: &OrderWork, names: &HashMap<String, String>) -> Result<OrderItem, AppError> {
        let Order { state, inspector, .. } = &work.order;
        let first = self.dozor.day(&work.order.date)?;
        let last = work.order.last_day().unwrap_or(first);
        let latest = latest_end(&self.dozor.methodology.planner, (&work.order.event_kind, first));
        let can_extend = latest.is_some_and(|latest| latest > last);
        let next = work.order.next_steps(work.needs).into_iter();
        let can_revoke = can_be_called_off(work);
        let next = next.filter(|step| match step {
            domain::OrderStepKind::Extend => can_extend,
            domain::OrderStepKind::Revoke => can_revoke,
            _ => true,
        });
        let tasks = tasks_view(&work.tasks);
        Ok(OrderItem {
            id: work.order.id.to_string(),
            number: work.order.number_text(),
            date: work.order.date.clone(),
            last_day: last.to_string(),
            latest_end: latest.map(|day| day.to_string()),
            control_kind: work.order.control_kind.clone(),
            event_kind: work.order.event_kind.clone(),
            unit: work.order.unit.clone(),
            inspector: inspector.clone(),
            inspector_name: names.get(inspector).unwrap_or(inspector).clone(),
            state: state.into(),
            changed_at: work.order.changed_at.to_string(),
            missing: work.order.missing(work.needs).into_iter().map(OrderLackCode::from).collect(),
            next: next.map(OrderStepCode::from).collect(),
            worked_unissued: tasks.closed > 0 && state.signed_papers().is_none(),
            tasks,
            register_number: state.entry().map(|entry| entry.number().to_owned()),
            signer: state.signed_papers().map(|papers| papers.signature.signer().to_owned()),
            notified_on: state.notice().map(|notice| notice.on().to_string()),
            reason: state.reason().map(str::to_owned),
        })
    }
}

/// Reads the id of an order.
///
/// # Errors
/// [`OrderError::Unknown`].
pub fn order_id(text: &str) -> Result<OrderId, AppError> {
    OrderId::parse(text).ok_or_else(|| OrderError::Unknown { order: text.to_owned() }.into())
}
