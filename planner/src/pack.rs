//! The planner's files of a pack, together with what `pack.toml` says that the planner needs.

use std::collections::BTreeMap;

use dozor_domain::{PackManifest, WorkCalendar};

use crate::{EventBook, FrequencyBook, GateCases, PlannerError, PlannerSettings, TermBook};

/// Is what a pack says about planning.
#[derive(Clone, Debug)]
pub struct PlannerPack {
    /// Kinds of event.
    pub events: EventBook,
    /// Norms, caps, moratoria.
    pub frequency: FrequencyBook,
    /// Weights, travel, search.
    pub settings: PlannerSettings,
    /// Terms of law; empty where the pack has no `terms.toml`.
    pub terms: TermBook,
    /// Questions to the gate with the law's answers; empty where the pack has no `gate.cases.toml`.
    pub gate_cases: GateCases,
    /// Working days.
    pub calendar: WorkCalendar,
}

impl PlannerPack {
    /// Parses `events.toml`, `frequency.toml`, `planner.toml`, `terms.toml` and `gate.cases.toml` out of a pack's files
    /// (path in the pack → text).
    ///
    /// # Errors
    /// The first problem of the first file that has one.
    pub fn parse(files: &BTreeMap<String, String>, manifest: &PackManifest) -> Result<Self, PlannerError> {
        let control_kinds: Vec<&str> = manifest.control_kinds.iter().map(|kind| kind.code.as_str()).collect();
        let text = |file: &'static str| {
            files.get(file).map(String::as_str).ok_or(PlannerError::FileMissing { file })
        };
        let events = EventBook::parse(text("events.toml")?, &control_kinds)?;
        let terms =
            files.get("terms.toml").map(|text| TermBook::parse(text)).transpose()?.unwrap_or_default();
        let cases = files.get("gate.cases.toml").map(|text| GateCases::parse(text)).transpose()?;
        let named = events.lines().iter().filter_map(|line| line.notice_term.as_deref());
        for term in named {
            if terms.lines().iter().all(|line| line.code != term) {
                let problem = format!("notice_term names «{term}», which terms.toml does not have");
                return Err(PlannerError::Pack { file: "events.toml", problem });
            }
        }
        let settings = PlannerSettings::parse(text("planner.toml")?, manifest.scale.levels())?;
        if let Some(problem) = settings.answers_problem(&terms) {
            return Err(PlannerError::Pack { file: "planner.toml", problem });
        }
        let kinds = settings.quotas.event_kind.keys().filter(|code| *code != "*");
        for code in kinds {
            if events.lines().iter().all(|line| line.code != *code) {
                let problem = format!("[quotas.event_kind] names «{code}», which events.toml does not have");
                return Err(PlannerError::Pack { file: "planner.toml", problem });
            }
        }
        let is_kind = |code: &&String| manifest.object_kinds.iter().any(|kind| kind.code == **code);
        let mut open = settings.openings.iter().flat_map(|hours| &hours.object_kinds);
        if let Some(code) = open.find(|code| !is_kind(code)) {
            let problem = format!("[[openings]] names «{code}», which pack.toml does not have");
            return Err(PlannerError::Pack { file: "planner.toml", problem });
        }
        Ok(Self {
            events,
            terms,
            gate_cases: cases.unwrap_or_default(),
            frequency: FrequencyBook::parse(text("frequency.toml")?, &control_kinds)?,
            settings,
            calendar: manifest.calendar.clone(),
        })
    }
}
