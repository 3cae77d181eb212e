//! `planner.toml`: what a visit is worth, how people move, how long the search runs, generic people.

mod long_range;
mod named;

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{InspectorDay, Minutes, Position, RiskCategory, TravelMode};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::{
    AnswerTerm, AppointmentField, AttemptRule, DayQuotas, GroundKind, OpeningHours, OwnerField, PaperSources,
    PauseRule, PlannerError, Travel, TravelTimes, Weights,
};

pub use long_range::LongRange;
pub use named::{HeldField, PlannerFacts};

const FILE: &str = "planner.toml";

/// A tenth of the visits of a day.
fn exploration_share() -> f64 {
    0.1
}

/// One in fifty is enough to know agreement within a few hundredths after a year, and costs little.
fn second_look_share() -> f64 {
    0.02
}

/// Is how the search runs; all else is relative to the day and belongs to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "SearchText")]
pub struct Search {
    /// Iterations of a usual plan, over which the search cools down.
    pub iterations: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "keys of the search before this one: stored versions have them, and they say nothing now"
)]
struct SearchText {
    iterations: u64,
    neighbours: Option<IgnoredAny>,
    removed: Option<IgnoredAny>,
    half_life: Option<IgnoredAny>,
    start_temperature: Option<IgnoredAny>,
}

impl From<SearchText> for Search {
    fn from(text: SearchText) -> Self {
        Self { iterations: text.iterations }
    }
}

/// Is a crew without names, for packs that have no staff register.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generic {
    /// How many.
    pub count: u32,
    /// Their unit.
    pub unit: String,
    /// Base latitude, degrees.
    pub lat: f64,
    /// Base longitude, degrees.
    pub lon: f64,
    /// How they move.
    pub mode: TravelMode,
    /// What they can do.
    pub skills: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shift {
    start: u32,
    end: u32,
}

fn usual_wait() -> u32 {
    5
}

/// Is a checked `planner.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannerSettings {
    /// Value of a visit.
    pub weights: Weights,
    /// By mode of travel.
    pub travel: BTreeMap<TravelMode, Travel>,
    /// Imported travel times. They are the installation's: no file of a pack has them.
    #[serde(skip)]
    pub times: TravelTimes,
    /// The search.
    pub search: Search,
    /// Most visits of all people together in a day; none = no such limit.
    #[serde(default)]
    pub daily_capacity: Option<u32>,
    /// Most visits of one inspector in a day; none = no such limit.
    #[serde(default)]
    pub visits_per_inspector: Option<u32>,
    /// Most visits of a day by kind of event, territory and unit.
    #[serde(default)]
    pub quotas: DayQuotas,
    /// Grounds whose work is mandatory: it is planned before everything else, and what can't be is reported with what
    /// stands against it.
    #[serde(default)]
    pub mandatory: BTreeSet<GroundKind>,
    /// Share of the visits of a day that are drawn by chance from what nobody would look at; 0 = none.
    #[serde(default = "exploration_share")]
    pub exploration_share: f64,
    /// Share of desk decisions that another analyst reads again without seeing the first verdict; 0 = none.
    #[serde(default = "second_look_share")]
    pub second_reading_share: f64,
    /// Share of visits with a result that another inspector makes again without knowing it; 0 = none.
    #[serde(default = "second_look_share")]
    pub second_visit_share: f64,
    /// Working days within which the result of a visit is among the records; then its task comes back.
    #[serde(default = "usual_wait")]
    pub results_within_working_days: u32,
    /// When somebody tries again where nobody was let in; none = at any hour.
    #[serde(default)]
    pub attempts: Option<AttemptRule>,
    /// The long-range plan.
    #[serde(default)]
    pub long_range: LongRange,
    shift: Shift,
    /// The break of a day's work; none = nobody takes one.
    #[serde(default, rename = "break")]
    pub pause: Option<PauseRule>,
    /// Crew without names.
    #[serde(default)]
    pub generic: Option<Generic>,
    /// The facts that planning reads.
    #[serde(default)]
    pub facts: PlannerFacts,
    /// Where the records say who holds an object; without a line nobody has a conflict with an owner.
    #[serde(default)]
    pub owners: Vec<OwnerField>,
    /// When objects of a kind are open, where no fact says so of the object.
    #[serde(default)]
    pub openings: Vec<OpeningHours>,
    /// Where the records say that a visit was agreed with the person.
    #[serde(default)]
    pub appointments: Vec<AppointmentField>,
    /// What must be answered within a term.
    #[serde(default)]
    pub answers: Vec<AnswerTerm>,
    /// Where the records say which event was the visit at the start of an activity; none = no record does.
    #[serde(default)]
    pub held: Option<HeldField>,
    /// Where the records have the agreed plan of a year and the prosecutor's consents.
    #[serde(default)]
    pub papers: PaperSources,
}

impl PlannerSettings {
    /// Parses and checks the text.
    ///
    /// # Errors
    /// [`PlannerError::Toml`], or [`PlannerError::Pack`] for a missing weight, a speed that moves nobody, a
    /// negative number or a shift that ends before it begins.
    pub fn parse(text: &str, levels: &[RiskCategory]) -> Result<Self, PlannerError> {
        let settings: Self =
            toml::from_str(text).map_err(|source| PlannerError::Toml { file: FILE, source })?;
        match settings.problem(levels) {
            Some(problem) => Err(PlannerError::Pack { file: FILE, problem }),
            None => Ok(settings),
        }
    }

    fn problem(&self, levels: &[RiskCategory]) -> Option<String> {
        let weights = &self.weights;
        if let Some(level) = levels.iter().find(|level| !weights.categories.contains_key(level)) {
            return Some(format!("[weights.categories] has no line for «{level}»"));
        }
        if let Some(problem) = weights.problem() {
            return Some(problem);
        }
        if !(0.0..=0.5).contains(&self.exploration_share) {
            return Some("exploration_share lies between 0 and 0.5".to_owned());
        }
        if self.long_range.grace_percent > 100 {
            return Some("long_range.grace_percent is above 100".to_owned());
        }
        if let Some(problem) = self.long_range.leave_problem() {
            return Some(problem.to_owned());
        }
        let shares = [self.second_reading_share, self.second_visit_share];
        if !shares.iter().all(|share| (0.0..=0.5).contains(share)) {
            return Some("second_reading_share and second_visit_share lie between 0 and 0.5".to_owned());
        }
        if let Some(problem) = self.travel_problem().or_else(|| self.openings_problem()) {
            return Some(problem);
        }
        if self.attempts.is_some_and(|rule| !rule.is_sane()) {
            return Some("[attempts] halves the day after midnight or before the first minute".to_owned());
        }
        if self.pause.is_some_and(|pause| !pause.is_sane()) {
            let problem =
                "[break] takes no time, begins at the latest before it is due, or lasts past midnight";
            return Some(problem.to_owned());
        }
        (self.shift.end < self.shift.start || self.shift.end > 24 * 60)
            .then(|| "[shift] ends before it begins or after midnight".to_owned())
    }

    /// Returns the usual shift in minutes after local midnight, for staff records that name none.
    pub fn default_shift(&self) -> (Minutes, Minutes) {
        (Minutes(self.shift.start), Minutes(self.shift.end))
    }

    /// Returns the crew without names; empty where the pack has a staff register.
    pub fn generic_inspectors(&self) -> Vec<InspectorDay> {
        let Some(generic) = &self.generic else { return Vec::new() };
        (1..=generic.count)
            .map(|number| InspectorDay {
                key: format!("{}-{number:02}", generic.unit),
                name: format!("{} {number:02}", generic.unit),
                unit: generic.unit.clone(),
                territories: BTreeSet::new(),
                skills: generic.skills.clone(),
                mode: generic.mode,
                shift_start: Minutes(self.shift.start),
                shift_end: Minutes(self.shift.end),
                base: Position { lat: generic.lat, lon: generic.lon },
                avoids: BTreeSet::new(),
                avoids_owners: BTreeSet::new(),
                attested_until: None,
                carried: Default::default(),
            })
            .collect()
    }
}
