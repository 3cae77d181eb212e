//! Who is on duty: the staff records that are current on a day, as the planner's inspectors.

use std::collections::{BTreeSet, HashMap};

use dozor_domain::{
    InspectorDay, Minutes, Position, RecordColumns, RecordId, Subject, Timestamp, TravelMode, Value,
};
use dozor_store::{GeometryUse, LoadRecords};
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

/// Is one person of the staff, and the days off on which his record says that he works.
struct Member {
    day: InspectorDay,
    duty_days: BTreeSet<String>,
}

impl Dozor {
    /// Returns who is on duty on a day: everybody on a working day of the pack's calendar; on a day off those whose
    /// staff record names it in the field `duty_days` (codes, `YYYY-MM-DD`).
    ///
    /// # Errors
    /// [`AppError::DayOff`] when that is nobody; [`AppError::NoInspectors`] when there is no staff at all.
    pub(crate) async fn on_duty(&self, date: Date) -> Result<Vec<InspectorDay>, AppError> {
        let day = date.to_string();
        let mut staff = self.staff(self.instant(&day)?).await?;
        if !self.methodology.manifest.calendar.is_working(date) {
            staff.retain(|one| one.duty_days.contains(&day));
        }
        if staff.is_empty() {
            return Err(AppError::DayOff { date: day });
        }
        Ok(staff.into_iter().map(|one| one.day).collect())
    }

    /// Returns the inspectors known at `as_of`, by key; those that the planner's settings declare when the pack has
    /// no staff source.
    ///
    /// # Errors
    /// [`AppError::NoInspectors`] when there is nobody.
    pub async fn inspectors(&self, as_of: Timestamp) -> Result<Vec<InspectorDay>, AppError> {
        Ok(self.staff(as_of).await?.into_iter().map(|one| one.day).collect())
    }

    async fn staff(&self, as_of: Timestamp) -> Result<Vec<Member>, AppError> {
        let settings = &self.methodology.planner.settings;
        let generic = settings.generic_inspectors().into_iter();
        let mut found: Vec<Member> = generic.map(|day| Member { day, duty_days: BTreeSet::new() }).collect();
        let sources: Vec<_> = self
            .methodology
            .sources
            .values()
            .filter(|spec| spec.subject == Subject::Staff)
            .cloned()
            .collect();
        let up_to_seq = self.store.last_seq().await?;
        for spec in sources {
            let request = LoadRecords {
                source: spec.name.clone(),
                schema: spec.schema(),
                geometry: GeometryUse::Skip,
                up_to_seq,
            };
            let records = self.store.load_records(&request, &dozor_domain::ObjectColumns::default()).await?;
            let keys: HashMap<RecordId, String> = self
                .store
                .source_keys(&spec.name)
                .await?
                .into_iter()
                .map(|row| (row.id, row.external_id))
                .collect();
            let rows = (0..records.len()).filter(|&row| records.is_current(row, as_of.micros(), up_to_seq));
            found.extend(rows.filter_map(|row| {
                let key = keys.get(&records.ids[row])?.clone();
                inspector(&records, row, key, settings.default_shift())
            }));
        }
        if found.is_empty() {
            return Err(AppError::NoInspectors { date: as_of.to_string() });
        }
        found.sort_by(|a, b| a.day.key.cmp(&b.day.key));
        Ok(found)
    }
}

/// Reads one staff record; one without a base can't start anywhere and is not on duty.
fn inspector(records: &RecordColumns, row: usize, key: String, shift: (Minutes, Minutes)) -> Option<Member> {
    let value = |name: &str| {
        let field = records.field(name)?;
        records.fields[field].get(row, records.schema[field].value_type)
    };
    let text = |name: &str| match value(name) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    };
    let codes = |name: &str| match value(name) {
        Some(Value::Codes(codes)) => codes.into_iter().collect(),
        _ => BTreeSet::new(),
    };
    let minutes = |name: &str| match value(name) {
        Some(Value::Integer(minutes)) => u32::try_from(minutes).ok().map(Minutes),
        _ => None,
    };
    let (lat, lon) = (records.lat[row], records.lon[row]);
    if lat.is_nan() || lon.is_nan() {
        return None;
    }
    let duty_days = codes("duty_days");
    let day = InspectorDay {
        name: text("name").unwrap_or_else(|| key.clone()),
        key,
        unit: text("unit").unwrap_or_default(),
        territories: codes("territories"),
        skills: codes("skills"),
        mode: text("mode").and_then(|code| travel_mode(&code)).unwrap_or(TravelMode::Walk),
        shift_start: minutes("shift_start").unwrap_or(shift.0),
        shift_end: minutes("shift_end").unwrap_or(shift.1),
        base: Position { lat, lon },
    };
    Some(Member { day, duty_days })
}

fn travel_mode(code: &str) -> Option<TravelMode> {
    match code {
        "walk" => Some(TravelMode::Walk),
        "scooter" => Some(TravelMode::Scooter),
        "car" => Some(TravelMode::Car),
        "transit" => Some(TravelMode::Transit),
        _ => None,
    }
}
