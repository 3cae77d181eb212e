//! What the app hands over about one object under one control kind.

use std::collections::BTreeSet;

use dozor_domain::{
    AgreedPaper, Appointment, CaseFacts, Chance, DeskVerdict, ObjectId, Opening, Position, RiskCategory,
    SignId, TaskId,
};
use jiff::civil::Date;

use crate::GroundKind;

/// Is one open sign with what the desk said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenSign {
    /// The sign.
    pub sign: SignId,
    /// The rule that fired.
    pub rule: String,
    /// Priority of the sign: the larger is named first among an object's grounds.
    pub priority: f64,
    /// The desk's decision; none while it waits.
    pub verdict: Option<DeskVerdict>,
}

/// Is what open tasks at an object are there for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenWork {
    /// The grounds that they rest on.
    pub grounds: BTreeSet<GroundKind>,
    /// The first day, from the day of planning on, on which a visit of theirs is to be made or may still be; none = all such days
    /// are over.
    pub on: Option<Date>,
    /// The last day on which a result of theirs is waited for.
    pub until: Date,
}

/// Is an object under one control kind, as the day of planning finds it.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectState {
    /// The object.
    pub object: ObjectId,
    /// The registry's key, for people.
    pub key: String,
    /// Kind of the object.
    pub object_kind: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// Category of the active assignment; Low when there is none.
    pub category: RiskCategory,
    /// Whether an official's decision stands behind that category. One that is only proposed counts as Low.
    pub category_decided: bool,
    /// Its open signs.
    pub signs: Vec<OpenSign>,
    /// Whole days since the last event of any kind; none when there never was one.
    pub days_since_last_event: Option<i64>,
    /// Days past a prescription's term, zero when nothing is overdue (deferral and suspension taken off).
    pub prescription_overdue_days: i64,
    /// What is open for this object and control kind; none = no task is.
    pub task_open: Option<OpenWork>,
    /// The first day on which it may be planned again, where the head has put it off.
    pub deferred_until: Option<Date>,
    /// Where it is.
    pub position: Option<Position>,
    /// When work may begin there, as its records say; none = when its kind is open.
    pub opening: Option<Opening>,
    /// The next visit that was agreed with the person.
    pub appointment: Option<Appointment>,
    /// Code of its territory.
    pub territory: Option<String>,
    /// Order of work inside the category: larger comes first.
    pub score: f64,
    /// Calibrated probability of a violation; none without a model.
    pub probability: Option<f64>,
    /// Key of the inspector who made the last visit that had a result.
    pub last_inspector: Option<String>,
    /// Key of who made it with him; none where he was alone.
    pub last_partner: Option<String>,
    /// Keys of those who hold it, of whom somebody on duty said that he has a conflict of interest with them.
    pub owners: BTreeSet<String>,
    /// Set where chance has drawn it today: for the exploration reserve, or for a second visit.
    pub drawn: Option<Draw>,
    /// What records and papers say of it beyond its category.
    pub case: ObjectCase,
}

/// Is what records and papers say of an object beyond its category; the default is that nothing is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectCase {
    /// Days from which periods run, the business, whether people live there.
    pub facts: CaseFacts,
    /// Indicators that fire and that nobody has refuted.
    pub indicators: Vec<FiredIndicator>,
    /// Events of the agreed plan of a year.
    pub planned: Vec<PlannedEvent>,
}

/// Is a published risk indicator that fires at an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FiredIndicator {
    /// Its rule.
    pub rule: String,
    /// The prosecutor's consent; none = not given yet.
    pub approval: Option<AgreedPaper>,
}

/// Is an event at an object that stands in the agreed plan of a year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlannedEvent {
    /// First day on which it may be held.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The plan's line.
    pub paper: AgreedPaper,
}

/// Says by what chance an object was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// The chance.
    pub inclusion: Chance,
    /// Objects of its territory that could have been drawn.
    pub in_territory: u32,
    /// Objects of all territories that could have been drawn.
    pub in_all: u32,
    /// The task whose visit is made again; none where the exploration reserve drew the object.
    pub again: Option<TaskId>,
}
