//! What a long-range plan is asked for.

use dozor_domain::{InspectorDay, ObjectId, RiskCategory};
use jiff::civil::Date;

use crate::{CategoryStanding, Held};

/// Is an object under one control kind, as the first day of the period finds it.
#[derive(Clone, Debug, PartialEq)]
pub struct YearObject<'a> {
    /// The object.
    pub object: ObjectId,
    /// Code of the control kind.
    pub control_kind: &'a str,
    /// Kind of the object.
    pub object_kind: &'a str,
    /// Code of its territory.
    pub territory: Option<&'a str>,
    /// Its category, and what stands behind it: one that is only proposed counts as Low.
    pub standing: CategoryStanding,
    /// Day of the last event of any kind; none when there never was one.
    pub last_event: Option<Date>,
    /// Events of the past that caps count.
    pub held: Vec<Held>,
    /// Whether anybody knows where it is.
    pub is_placed: bool,
}

impl YearObject<'_> {
    /// Returns the category that counts.
    pub fn category(&self) -> RiskCategory {
        self.standing.category()
    }

    /// Returns what the plan sorts by.
    pub(crate) fn order(&self) -> (ObjectId, &str) {
        (self.object, self.control_kind)
    }
}

/// Is what a long-range plan is asked for.
#[derive(Clone, Debug)]
pub struct YearRequest<'a> {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Objects under control kinds.
    pub objects: Vec<YearObject<'a>>,
    /// Everybody of the staff.
    pub staff: Vec<InspectorDay>,
    /// Minutes on the way that a visit takes besides its service.
    pub travel_minutes: u32,
    /// Thousandths of all minutes that are kept for work on other grounds: signs, prescriptions, draws.
    pub reserve_permille: u32,
}

impl YearRequest<'_> {
    /// Returns the thousandths of all minutes that are open for norms.
    pub(crate) fn open_permille(&self) -> u32 {
        1_000_u32.saturating_sub(self.reserve_permille)
    }
}
