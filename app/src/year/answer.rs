//! What a long-range plan is answered with: figures, and a row a visit.

use std::path::Path;

use dozor_domain::{ObjectColumns, RiskCategory, Timestamp};
use dozor_planner::{
    GroundKind, MissReason, MissedVisit, StaffChange, YearPlan, YearReport, YearRequest, YearTiming,
};
use jiff::civil::Date;
use serde::Serialize;

use super::basis::YearBasis;
use crate::error::AppError;
use crate::exporting::{csv_field, write_whole};

/// Is the same period with another number of inspectors.
#[derive(Clone, Debug, Serialize)]
pub struct YearChange {
    /// How many more; fewer below zero.
    pub more: i32,
    /// How many that makes.
    pub inspectors: usize,
    /// Where they are added or taken.
    pub changes: Vec<StaffChange>,
    /// Figures.
    pub report: YearReport,
}

/// Is one visit that norms ask for, and what becomes of it.
#[derive(Clone, Debug, Serialize)]
pub struct YearRow {
    /// Registry key of the object.
    pub object_id: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// What it rests on.
    pub ground: GroundKind,
    /// Category.
    pub category: RiskCategory,
    /// First day on which it is due.
    pub due: Date,
    /// Last day on which it is in time.
    pub until: Date,
    /// First day of the week's part in which it is planned.
    pub planned: Option<Date>,
    /// `in_time`, `late`, `missed` or `carried`.
    pub state: &'static str,
    /// Code of the kind of event.
    pub event_kind: String,
    /// Why it is late or missed.
    pub reason: String,
}

/// Is the answer.
#[derive(Clone, Debug, Serialize)]
pub struct YearAnswer {
    /// What was known by then.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub as_of: Timestamp,
    /// What is taken for granted.
    pub basis: YearBasis,
    /// Inspectors.
    pub inspectors: usize,
    /// Figures.
    pub report: YearReport,
    /// With more inspectors, or fewer.
    pub changed: Option<YearChange>,
    /// All visits, by due day, object, control kind, where they are asked for.
    #[serde(skip)]
    pub rows: Vec<YearRow>,
}

/// Returns the code of a reason.
fn reason_code(reason: MissReason) -> String {
    match reason {
        MissReason::NoTime => "no_time".to_owned(),
        MissReason::NoInspector => "no_inspector".to_owned(),
        MissReason::NotAttested => "not_attested".to_owned(),
        MissReason::NoPosition => "no_position".to_owned(),
        MissReason::NotLawful { lack } => format!("not_lawful:{}", lack.code()),
    }
}

/// Lists every visit of a plan.
pub(super) fn rows(plan: &YearPlan, request: &YearRequest<'_>, objects: &ObjectColumns) -> Vec<YearRow> {
    let row = |place: u32, due: Date, until: Date, state: &'static str| {
        let object = request.objects.get(*plan.objects.get(place as usize)? as usize)?;
        let known = objects.rows().get(objects.index_of(object.object)? as usize)?;
        Some(YearRow {
            object_id: known.key.clone(),
            control_kind: object.control_kind.to_owned(),
            ground: *plan.grounds.get(place as usize)?,
            category: object.category(),
            due,
            until,
            planned: None,
            state,
            event_kind: String::new(),
            reason: String::new(),
        })
    };
    let mut late = plan.late.iter();
    let made = plan.visits.iter().filter_map(|visit| {
        let is_late = visit.timing == YearTiming::Late;
        let reason = if is_late { late.next().map(|one| reason_code(one.reason)) } else { None };
        let found = row(visit.object, visit.due, visit.until, if is_late { "late" } else { "in_time" })?;
        let event_kind = plan.kinds.get(visit.kind as usize).cloned().unwrap_or_default();
        Some(YearRow { planned: Some(visit.day), event_kind, reason: reason.unwrap_or_default(), ..found })
    });
    let told = |one: &MissedVisit, state| row(one.object, one.due, one.until, state);
    let missed = plan
        .missed
        .iter()
        .filter_map(|one| Some(YearRow { reason: reason_code(one.reason), ..told(one, "missed")? }));
    let carried = plan.carried.iter().filter_map(|one| told(one, "carried"));
    let mut rows: Vec<YearRow> = made.chain(missed).chain(carried).collect();
    rows.sort_by(|a, b| (a.due, &a.object_id, &a.control_kind).cmp(&(b.due, &b.object_id, &b.control_kind)));
    rows
}

impl YearAnswer {
    /// Writes the visits as CSV.
    ///
    /// # Errors
    /// [`AppError::Write`] when the file can't be written.
    pub fn export(&self, file: &Path) -> Result<(), AppError> {
        let failed = |source| AppError::Write { path: file.display().to_string(), source };
        write_whole(file, |out| {
            let head = "object_id,control_kind,ground,category,due,until,planned,state,event_kind,reason";
            writeln!(out, "{head}").map_err(failed)?;
            self.rows.iter().try_for_each(|row| writeln!(out, "{}", line(row))).map_err(failed)
        })
    }
}

fn line(row: &YearRow) -> String {
    let ground = match row.ground {
        GroundKind::Planned => "planned",
        GroundKind::MandatoryVisit => "mandatory_visit",
        _ => "own_norm",
    };
    let planned = row.planned.map(|day| day.to_string()).unwrap_or_default();
    let cells = [
        csv_field(&row.object_id),
        csv_field(&row.control_kind),
        ground.to_owned(),
        row.category.to_string(),
        row.due.to_string(),
        row.until.to_string(),
        planned,
        row.state.to_owned(),
        csv_field(&row.event_kind),
        row.reason.clone(),
    ];
    cells.join(",")
}
