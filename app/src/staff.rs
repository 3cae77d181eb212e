//! Who is on duty: the staff records that are current on a day, as the planner's inspectors.

use std::collections::{BTreeSet, HashMap};

use dozor_domain::{
    Carried, InspectorDay, Minutes, Position, RecordColumns, RecordId, Subject, Timestamp, TravelMode, Value,
};
use dozor_store::{GeometryUse, LoadRecords};
use jiff::civil::Date;
use serde::Serialize;

use crate::dozor::Dozor;
use crate::error::AppError;

/// Is one person of the staff, and the days off on which his record says that he works.
struct Member {
    day: InspectorDay,
    duty_days: BTreeSet<String>,
}

/// Is who of the staff works on a day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Duty {
    /// On duty, by key.
    pub(crate) on: Vec<InspectorDay>,
    /// Not on duty although the day is theirs, by key.
    pub(crate) off: Vec<OffDuty>,
}

/// Names somebody who is not on duty although the day is his.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OffDuty {
    /// Key of the staff record.
    pub inspector: String,
    /// His name.
    pub name: String,
    /// Why, as a code.
    pub reason: &'static str,
}

/// Says that somebody's attestation is over.
const ATTESTATION_EXPIRED: &str = "attestation_expired";
/// Says that a record names no base: nobody can start from nowhere.
const NO_BASE: &str = "no_base";
/// Says that a record names a way of travelling that the program does not know: nobody knows how far it gets.
const UNKNOWN_MODE: &str = "unknown_mode";

/// Is somebody whose record does not say enough to be planned with.
struct Unfit {
    off: OffDuty,
    duty_days: BTreeSet<String>,
}

/// Is the whole staff, by key.
#[derive(Default)]
struct Staff {
    fit: Vec<Member>,
    unfit: Vec<Unfit>,
}

impl Dozor {
    /// Returns who is on duty on a day: everybody on a working day of the pack's calendar; on a day off those whose
    /// staff record names it in the field `duty_days` (codes, `YYYY-MM-DD`). Whose attestation is over (field
    /// `attested_until`, its last day) is not. Everybody goes as the season has it.
    ///
    /// # Errors
    /// [`AppError::DayOff`] when that is nobody; [`AppError::NoInspectors`] when there is no staff at all, or none whose
    /// attestation holds.
    pub(crate) async fn on_duty(&self, date: Date) -> Result<Duty, AppError> {
        let day = date.to_string();
        let begins = self.instant(&day)?;
        // What is said of somebody in the morning of a day counts on it.
        let known_by = if date == self.today().await? { begins.max(self.now()) } else { begins };
        let mut staff = self.staff(known_by).await?;
        if !self.methodology.manifest.calendar.is_working(date) {
            staff.fit.retain(|one| one.duty_days.contains(&day));
            staff.unfit.retain(|one| one.duty_days.contains(&day));
        }
        if staff.fit.is_empty() && staff.unfit.is_empty() {
            return Err(AppError::DayOff { date: day });
        }
        let mut duty = Duty { on: Vec::new(), off: staff.unfit.into_iter().map(|one| one.off).collect() };
        for one in staff.fit {
            if one.day.is_attested_on(date) {
                let mode = self.methodology.planner.settings.mode_on(one.day.mode, date);
                duty.on.push(InspectorDay { mode, ..one.day });
            } else {
                let (inspector, name) = (one.day.key, one.day.name);
                duty.off.push(OffDuty { inspector, name, reason: ATTESTATION_EXPIRED });
            }
        }
        duty.off.sort_by(|a, b| a.inspector.cmp(&b.inspector));
        if duty.on.is_empty() { Err(AppError::NoInspectors { date: day }) } else { Ok(duty) }
    }

    /// Returns the inspectors known at `as_of`, by key; those that the planner's settings declare when the pack has
    /// no staff source.
    ///
    /// # Errors
    /// [`AppError::NoInspectors`] when there is nobody.
    pub async fn inspectors(&self, as_of: Timestamp) -> Result<Vec<InspectorDay>, AppError> {
        Ok(self.staff(as_of).await?.fit.into_iter().map(|one| one.day).collect())
    }

    /// Returns the inspectors known at `as_of` whose attestation is not over by a day, by key; it may end later.
    ///
    /// # Errors
    /// [`AppError::NoInspectors`] when there is nobody.
    pub(crate) async fn attested(&self, as_of: Timestamp, day: Date) -> Result<Vec<InspectorDay>, AppError> {
        let mut attested = self.inspectors(as_of).await?;
        attested.retain(|one| one.is_attested_on(day));
        if attested.is_empty() { Err(AppError::NoInspectors { date: day.to_string() }) } else { Ok(attested) }
    }

    /// Returns the inspectors known today, nobody where there is nobody.
    pub(crate) async fn staff_or_nobody(&self) -> Result<Vec<InspectorDay>, AppError> {
        match self.inspectors(self.instant_of_today().await?).await {
            Err(AppError::NoInspectors { .. }) => Ok(Vec::new()),
            other => other,
        }
    }

    /// Tells whether a key is that of somebody of the staff at an instant, also of one who cannot be planned with.
    pub(crate) async fn is_of_staff(&self, key: &str, as_of: Timestamp) -> Result<bool, AppError> {
        match self.staff(as_of).await {
            Ok(staff) => {
                let mut fit = staff.fit.iter().map(|one| &one.day.key);
                Ok(fit.any(|one| one == key) || staff.unfit.iter().any(|one| one.off.inspector == key))
            }
            Err(AppError::NoInspectors { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    async fn staff(&self, as_of: Timestamp) -> Result<Staff, AppError> {
        let settings = &self.methodology.planner.settings;
        let generic = settings.generic_inspectors().into_iter();
        let mut found = Staff { fit: generic.map(Member::of).collect(), unfit: Vec::new() };
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
            for row in rows {
                let Some(key) = keys.get(&records.ids[row]) else { continue };
                match inspector(&records, row, key.clone(), settings.default_shift()) {
                    Ok(member) => found.fit.push(member),
                    Err(unfit) => found.unfit.push(unfit),
                }
            }
        }
        if found.fit.is_empty() && found.unfit.is_empty() {
            let day = self.methodology.manifest.zone.day_of(as_of);
            let date = day.map_or_else(|| as_of.to_string(), |day| day.to_string());
            return Err(AppError::NoInspectors { date });
        }
        found.fit.sort_by(|a, b| a.day.key.cmp(&b.day.key));
        Ok(found)
    }
}

impl Member {
    /// Makes a member of whom no more is known.
    fn of(day: InspectorDay) -> Self {
        Self { day, duty_days: BTreeSet::new() }
    }
}

/// Reads one staff record; one without a base can't start anywhere, and of one whose way of travelling is unknown nobody
/// knows how far it gets: neither can be planned with.
fn inspector(
    records: &RecordColumns,
    row: usize,
    key: String,
    shift: (Minutes, Minutes),
) -> Result<Member, Unfit> {
    let value = |name: &str| records.value(row, name);
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
    let attested_until = match value("attested_until") {
        Some(Value::Date(day)) => Some(day),
        _ => None,
    };
    let (lat, lon) = (records.lat[row], records.lon[row]);
    let mode = match text("mode") {
        Some(code) => travel_mode(&code),
        None => Some(TravelMode::Walk),
    };
    let duty_days = codes("duty_days");
    let name = text("name").unwrap_or_else(|| key.clone());
    let (mode, reason) = match mode {
        Some(mode) if !lat.is_nan() && !lon.is_nan() => (mode, None),
        Some(mode) => (mode, Some(NO_BASE)),
        None => (TravelMode::Walk, Some(UNKNOWN_MODE)),
    };
    if let Some(reason) = reason {
        return Err(Unfit { off: OffDuty { inspector: key, name, reason }, duty_days });
    }
    let day = InspectorDay {
        name,
        key,
        unit: text("unit").unwrap_or_default(),
        territories: codes("territories"),
        skills: codes("skills"),
        mode,
        shift_start: minutes("shift_start").unwrap_or(shift.0),
        shift_end: minutes("shift_end").unwrap_or(shift.1),
        base: Position { lat, lon },
        avoids: codes("conflicts"),
        avoids_owners: codes("owner_conflicts"),
        attested_until,
        carried: Carried::default(),
    };
    Ok(Member { day, duty_days })
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

#[cfg(test)]
mod tests {
    use dozor_domain::{NO_OBJECT, RecordColumnsBuilder, RecordRow, ValueType};

    use super::*;
    use crate::test_records::{field, record};

    fn read(position: Option<Position>, mode: &str) -> Result<Member, Unfit> {
        let schema = vec![field("name", ValueType::Text), field("mode", ValueType::Text)];
        let mut builder = RecordColumnsBuilder::new("inspectors", schema, 0);
        let row = RecordRow { position, ..record("inspectors", "i1", 1, NO_OBJECT) };
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        builder.push(row, [text("Иванов"), text(mode)]);
        inspector(&builder.finish(), 0, "i1".to_owned(), (Minutes(540), Minutes(1080)))
    }

    #[test]
    fn a_record_that_says_too_little_is_named_with_the_reason() {
        let base = Some(Position { lat: 55.7, lon: 37.6 });
        let said = |read: Result<Member, Unfit>| match read {
            Ok(member) => (member.day.name, "on duty"),
            Err(unfit) => (unfit.off.name, unfit.off.reason),
        };
        assert_eq!(said(read(base, "car")), ("Иванов".to_owned(), "on duty"));
        assert_eq!(said(read(None, "car")), ("Иванов".to_owned(), NO_BASE));
        assert_eq!(said(read(base, "rocket")), ("Иванов".to_owned(), UNKNOWN_MODE));
    }
}
