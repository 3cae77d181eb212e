//! The planner's files of a pack, together with what `pack.toml` says that the planner needs.

use std::collections::BTreeMap;

use dozor_domain::{PackManifest, WorkCalendar};

use crate::{EventBook, FrequencyBook, PlannerError, PlannerSettings};

/// Is what a pack says about planning.
#[derive(Clone, Debug)]
pub struct PlannerPack {
    /// Kinds of event.
    pub events: EventBook,
    /// Norms, caps, moratoria.
    pub frequency: FrequencyBook,
    /// Weights, travel, search.
    pub settings: PlannerSettings,
    /// Working days.
    pub calendar: WorkCalendar,
}

impl PlannerPack {
    /// Parses `events.toml`, `frequency.toml` and `planner.toml` out of a pack's files (path in the pack → text).
    ///
    /// # Errors
    /// The first problem of the first file that has one.
    pub fn parse(files: &BTreeMap<String, String>, manifest: &PackManifest) -> Result<Self, PlannerError> {
        let control_kinds: Vec<&str> = manifest.control_kinds.iter().map(|kind| kind.code.as_str()).collect();
        let text = |file: &'static str| {
            files.get(file).map(String::as_str).ok_or(PlannerError::FileMissing { file })
        };
        Ok(Self {
            events: EventBook::parse(text("events.toml")?, &control_kinds)?,
            frequency: FrequencyBook::parse(text("frequency.toml")?, &control_kinds)?,
            settings: PlannerSettings::parse(text("planner.toml")?, manifest.scale.levels())?,
            calendar: manifest.calendar.clone(),
        })
    }
}
