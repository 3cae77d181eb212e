//! What `planner.toml` names of the rest of the pack: facts of the catalogue, fields of sources. Whether they are there
//! is known only to whoever has read the whole pack.

use serde::Deserialize;

use super::FILE;
use crate::{PlannerError, PlannerSettings};

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

/// Names where the records of events that were held say which of them was the visit at the start of an activity: no cap counts
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldField {
    /// Name of the outcomes' source.
    pub source: String,
    /// Its field, yes or no; a record that says nothing was none.
    pub at_start_of_activity: String,
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

    /// Checks that the records have every field that says who holds an object, what was agreed with the person, when
    /// something was answered, what papers say, or which event was the visit at the start of an activity; `has_field` knows
    /// the fields of sources.
    ///
    /// # Errors
    /// [`PlannerError::Pack`] naming the first that is not there.
    pub fn check_fields(&self, has_field: impl Fn(&str, &str) -> bool) -> Result<(), PlannerError> {
        match self.fields().into_iter().find(|(_, source, field)| !has_field(source, field)) {
            Some((table, source, field)) => {
                let problem = format!("{table} names the field «{field}» of «{source}», which has none");
                Err(PlannerError::Pack { file: FILE, problem })
            }
            None => Ok(()),
        }
    }

    /// Checks that `[held]` names the source of outcomes: no other tells of events that were held.
    ///
    /// # Errors
    /// [`PlannerError::Pack`].
    pub fn check_held(&self, outcomes: Option<&str>) -> Result<(), PlannerError> {
        match self.held.as_ref().filter(|held| Some(held.source.as_str()) != outcomes) {
            Some(held) => {
                let problem =
                    format!("[held] names the source «{}», which is not that of the outcomes", held.source);
                Err(PlannerError::Pack { file: FILE, problem })
            }
            None => Ok(()),
        }
    }

    /// Returns every field that is named: the table that names it, its source, its name.
    fn fields(&self) -> Vec<(&'static str, &str, &str)> {
        let mut fields = Vec::new();
        for line in &self.owners {
            let named = std::iter::once(&line.field).chain(&line.until);
            fields.extend(named.map(|field| ("[[owners]]", line.source.as_str(), field.as_str())));
        }
        for line in &self.appointments {
            fields.extend(
                line.fields().map(|field| ("[[appointments]]", line.source.as_str(), field.as_str())),
            );
        }
        for line in &self.answers {
            fields.push(("[[answers]]", line.source.as_str(), line.answered_on.as_str()));
        }
        if let Some(line) = &self.held {
            fields.push(("[held]", line.source.as_str(), line.at_start_of_activity.as_str()));
        }
        for papers in self.papers.named() {
            fields.extend(papers.fields().map(|field| ("[papers]", papers.source.as_str(), field)));
        }
        fields
    }
}
