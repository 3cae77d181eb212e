//! `planner.toml`: what a visit is worth, how people move, how long the search runs, generic people.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{InspectorDay, Minutes, Position, RiskCategory, TravelMode};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::{
    AppointmentField, AttemptRule, DayQuotas, GroundKind, OpeningHours, OwnerField, PaperSources, PauseRule,
    PlannerError, Travel, TravelTimes, Weights,
};

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

/// Is what the long-range plan goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LongRange {
    /// By how much of its norm a visit may come later than due and is still in time, per cent.
    #[serde(default = "usual_grace")]
    pub grace_percent: u32,
    /// Working days of leave that a person takes a year; no record of the staff tells who takes his when.
    #[serde(default)]
    pub leave_days: u32,
    /// How many parts of a year's leave are taken in each month, from January; none = as many as it has working days.
    #[serde(default)]
    pub leave_months: Option<[u32; 12]>,
}

fn usual_grace() -> u32 {
    25
}

impl Default for LongRange {
    /// A quarter: a norm of 180 days leaves 45 for levelling, one of 90 days 22.
    fn default() -> Self {
        Self { grace_percent: usual_grace(), leave_days: 0, leave_months: None }
    }
}

impl LongRange {
    /// Says why nobody takes leave like this. No year has more than 366 days, nor a month more parts than that.
    fn leave_problem(&self) -> Option<&'static str> {
        if self.leave_days > 366 {
            return Some("long_range.leave_days is above 366");
        }
        let months = self.leave_months?;
        let sane = months.iter().all(|parts| *parts <= 366) && months.iter().any(|parts| *parts > 0);
        (!sane).then_some("long_range.leave_months has no part, or one above 366")
    }
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
    /// Where the records have the agreed plan of a year and the prosecutor's consents.
    #[serde(default)]
    pub papers: PaperSources,
}

/// Names the facts that planning reads; without a name planning goes on as if nobody knew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannerFacts {
    /// Days since the last event of control.
    pub last_event: Option<String>,
    /// Days since the last event that had a result: nobody found shut, nothing invisible from outside.
    pub last_result: Option<String>,
    /// Days since the last event that found a violation.
    pub last_violation: Option<String>,
    /// Days by which a prescription is overdue.
    pub prescription_overdue: Option<String>,
    /// Minutes after local midnight from which work may begin at an object.
    pub opens: Option<String>,
    /// Minutes after local midnight until which it may.
    pub closes: Option<String>,
    /// Whether a micro-business runs the object.
    pub micro_business: Option<String>,
    /// Whether a small business runs it.
    pub small_business: Option<String>,
    /// Hours of events that this business has had in the year.
    pub business_hours: Option<String>,
    /// Whether people live there.
    pub dwelling: Option<String>,
    /// Whether those who live there let anybody in.
    pub dwelling_consent: Option<String>,
}

impl PlannerFacts {
    /// Returns the names that are given.
    pub fn named(&self) -> Vec<&str> {
        let named = [
            &self.last_event,
            &self.last_result,
            &self.last_violation,
            &self.prescription_overdue,
            &self.opens,
            &self.closes,
            &self.micro_business,
            &self.small_business,
            &self.business_hours,
            &self.dwelling,
            &self.dwelling_consent,
        ];
        named.into_iter().flatten().map(String::as_str).collect()
    }
}

impl PlannerSettings {
    /// Checks that every fact that planning reads is one that `is_number` knows: a number, or yes or no.
    ///
    /// # Errors
    /// [`PlannerError::Pack`] naming the first that is not.
    pub fn check_facts(&self, is_number: impl Fn(&str) -> bool) -> Result<(), PlannerError> {
        match self.facts.named().into_iter().find(|name| !is_number(name)) {
            Some(name) => {
                let problem =
                    format!("[facts] names «{name}», which is no fact with a number or a yes or no");
                Err(PlannerError::Pack { file: FILE, problem })
            }
            None => Ok(()),
        }
    }

    /// Checks that the records have every field that says who holds an object; `has_field` knows the fields of sources.
    ///
    /// # Errors
    /// [`PlannerError::Pack`] naming the first that is not there.
    pub fn check_owners(&self, has_field: impl Fn(&str, &str) -> bool) -> Result<(), PlannerError> {
        for OwnerField { source, field, until } in &self.owners {
            let mut named = std::iter::once(field).chain(until);
            if let Some(name) = named.find(|name| !has_field(source, name)) {
                let problem = format!("[[owners]] names the field «{name}» of «{source}», which has none");
                return Err(PlannerError::Pack { file: FILE, problem });
            }
        }
        Ok(())
    }

    /// Checks that the records have every field that says of an agreed visit; `has_field` knows the fields of sources.
    ///
    /// # Errors
    /// [`PlannerError::Pack`] naming the first that is not there.
    pub fn check_appointments(&self, has_field: impl Fn(&str, &str) -> bool) -> Result<(), PlannerError> {
        for line in &self.appointments {
            if let Some(name) = line.fields().find(|name| !has_field(&line.source, name)) {
                let source = &line.source;
                let problem =
                    format!("[[appointments]] names the field «{name}» of «{source}», which has none");
                return Err(PlannerError::Pack { file: FILE, problem });
            }
        }
        Ok(())
    }

    /// Checks that the records have every field that papers are read from; `has_field` knows the fields of sources.
    ///
    /// # Errors
    /// [`PlannerError::Pack`] naming the first that is not there.
    pub fn check_papers(&self, has_field: impl Fn(&str, &str) -> bool) -> Result<(), PlannerError> {
        for papers in self.papers.named() {
            let source = &papers.source;
            if let Some(name) = papers.fields().into_iter().find(|name| !has_field(source, name)) {
                let problem = format!("[papers] names the field «{name}» of «{source}», which has none");
                return Err(PlannerError::Pack { file: FILE, problem });
            }
        }
        Ok(())
    }

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
            })
            .collect()
    }
}
