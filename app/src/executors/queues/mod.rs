//! What waits with a term of its own, queue by queue: how much falls due when, and what will be late at the pace of the last
//! weeks. Each queue has the term and the pace of its own work.

mod answers;
mod desk;
mod prescriptions;
mod work;

use dozor_domain::{CategoryRequestId, ObjectId, SignId, WorkCalendar};
use jiff::civil::Date;
use serde::Serialize;

use super::records::WorkRecords;
use super::terms::{Breaking, DueDay, Waiting, forecast};
use super::trails::Trails;
use crate::dozor::Dozor;
use crate::error::AppError;

/// The pace of a queue is that of so many working days before today.
const PACE_DAYS: u32 = 20;
/// So much of each kind is named: the rest is counted.
const NAMED: usize = 20;

/// Is what waits together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueKind {
    /// Signs that wait for the desk; the term is terms.toml's.
    Desk,
    /// Orders issued whose work is left; each has its own last day, or that of its extension.
    Orders,
    /// Visits of past days without a result; results are awaited for so many working days.
    Results,
    /// Prescriptions whose term ends and for which nobody is to go afterwards; each has its own term.
    Prescriptions,
    /// Requests for another category; the term is terms.toml's.
    Requests,
    /// Papers of the sources that the pack names; the term is terms.toml's.
    Answers,
}

/// Is what one queue will come to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueueTerms {
    /// Which.
    pub queue: QueueKind,
    /// How many wait.
    pub waiting: usize,
    /// Those whose last day has passed.
    pub overdue: usize,
    /// Those whose last day will pass before their turn comes.
    pub will_break: usize,
    /// Done a working day over the last weeks.
    pub pace: f64,
    /// So many a working day would keep every term not broken yet.
    pub needed: f64,
    /// By last day, from today on.
    pub days: Vec<DueDay>,
    /// The first of those whose last day has passed.
    pub late: Vec<DueWork>,
    /// The first of those that will break, by last day, then by place in the queue.
    pub breaking: Vec<DueWork>,
}

/// Is a piece of work with its last day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DueWork {
    /// Its object; none where it is about none, or about one that nobody has found.
    pub object: Option<ObjectId>,
    /// Its key in the registry.
    pub object_key: Option<String>,
    /// What it is.
    #[serde(flatten)]
    pub what: DueWhat,
    /// The last day of its term.
    pub due: Date,
    /// When its turn comes at this pace; none where nothing is done, and of what is late already.
    pub turn: Option<Date>,
}

/// Is what a piece of work is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum DueWhat {
    /// A sign.
    Sign {
        /// Its id.
        sign: SignId,
        /// The rule that fired.
        rule: String,
    },
    /// An order whose work is left.
    Order {
        /// Its number.
        number: String,
        /// Key of the inspector.
        inspector: String,
        /// Its first day.
        planned: Date,
        /// Visits that are left.
        left: usize,
    },
    /// A visit without a result.
    Visit {
        /// Key of the inspector.
        inspector: String,
        /// Its day.
        planned: Date,
    },
    /// A prescription.
    Prescription,
    /// A request for another category.
    Request {
        /// Its id.
        request: CategoryRequestId,
        /// Number of the paper.
        reference: String,
    },
    /// A paper that must be answered.
    Paper {
        /// Its source.
        source: String,
        /// Its key in that source.
        reference: String,
    },
}

/// Is what waits, without its last day.
struct Due {
    object: Option<ObjectId>,
    what: DueWhat,
}

impl Due {
    fn work(self, due: Date, turn: Option<Date>) -> DueWork {
        DueWork { object: self.object, object_key: None, what: self.what, due, turn }
    }
}

/// Is what the queues are read from.
pub(super) struct Ground<'a> {
    pub(super) work: &'a WorkRecords,
    pub(super) trails: &'a Trails,
    pub(super) today: Date,
    /// First day of the year behind.
    pub(super) first: Date,
}

impl Dozor {
    /// Returns the queues that the pack knows, also empty ones, in the order in which a day is looked at.
    pub(super) async fn queues(&self, ground: &Ground<'_>) -> Result<Vec<QueueTerms>, AppError> {
        let calendar = &self.methodology.manifest.calendar;
        let queues = [
            self.orders_queue(ground)?,
            self.results_queue(ground)?,
            self.prescriptions_queue(ground).await?,
            self.desk_queue(ground).await?,
            self.requests_queue(ground).await?,
            self.answers_queue(ground).await?,
        ];
        let mut found = Vec::new();
        for queue in queues.into_iter().flatten() {
            let mut terms = queue.terms(ground.today, calendar);
            for one in terms.late.iter_mut().chain(&mut terms.breaking) {
                let Some(object) = one.object else { continue };
                one.object_key = self.store.object(object).await?.map(|object| object.key);
            }
            found.push(terms);
        }
        Ok(found)
    }
}

/// Is a queue in the order in which it is worked, with the days on which some of it was done.
struct Queue {
    kind: QueueKind,
    waiting: Vec<Waiting<Due>>,
    done: Vec<Date>,
}

impl Queue {
    /// Puts what waits in the order of its last days: who works without a list of his own takes the earliest first.
    fn by_last_day(kind: QueueKind, mut waiting: Vec<Waiting<Due>>, done: Vec<Date>) -> Self {
        waiting.sort_by_key(|one| one.due);
        Self { kind, waiting, done }
    }

    fn terms(self, today: Date, calendar: &WorkCalendar) -> QueueTerms {
        let pace = pace(&self.done, today, calendar);
        let found = forecast(self.waiting, today, pace, calendar);
        let late = |one: Waiting<Due>| one.what.work(one.due, None);
        let breaking = |one: Breaking<Due>| one.what.work(one.due, one.turn);
        QueueTerms {
            queue: self.kind,
            waiting: found.waiting,
            overdue: found.overdue,
            will_break: found.will_break,
            pace,
            needed: found.needed,
            days: found.days,
            late: found.late.into_iter().take(NAMED).map(late).collect(),
            breaking: found.breaking.into_iter().take(NAMED).map(breaking).collect(),
        }
    }
}

/// Returns how many a working day were done over the last weeks before a day.
fn pace(done: &[Date], today: Date, calendar: &WorkCalendar) -> f64 {
    let (mut first, mut working) = (today, 0);
    while working < PACE_DAYS {
        let Ok(earlier) = first.yesterday() else { break };
        first = earlier;
        working += u32::from(calendar.is_working(first));
    }
    let made = done.iter().filter(|day| (first..today).contains(*day)).count();
    made as f64 / f64::from(working.max(1))
}
