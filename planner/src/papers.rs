//! Where the records have papers by which others agreed to an event: the plan of a year, the prosecutor's consents.

use serde::Deserialize;

/// Names a source with papers, each about one kind of event at one object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperSource {
    /// Name of the source.
    pub source: String,
    /// Its field with the number of the paper's line.
    pub number: String,
    /// Its field with the day on which it was agreed.
    pub agreed_on: String,
    /// Its field with the code of the kind of event.
    pub event_kind: String,
    /// Its field with the first day for which it holds.
    pub from: String,
    /// Its field with the last day.
    pub to: String,
}

impl PaperSource {
    /// Returns the names of its fields.
    pub fn fields(&self) -> [&str; 5] {
        [&self.number, &self.agreed_on, &self.event_kind, &self.from, &self.to]
    }
}

/// Names the sources of papers; without one nothing is agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PaperSources {
    /// Lines of the agreed plan of a year.
    pub planned: Option<PaperSource>,
    /// The prosecutor's consents to events outside the plan.
    pub consents: Option<PaperSource>,
}

impl PaperSources {
    /// Returns those that are named.
    pub fn named(&self) -> impl Iterator<Item = &PaperSource> {
        self.planned.iter().chain(&self.consents)
    }
}
