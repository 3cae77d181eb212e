//! Names of streets and people.

use serde::Deserialize;

/// Is the city's store of names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    /// Names of streets, complete («улица Лесная», «Заводской проезд»).
    pub(crate) streets: Vec<String>,
    /// How a house is written: `{street}`, `{house}`.
    pub(crate) address: String,
    /// What is added for a second building: `{}`.
    pub(crate) building: String,
    /// What is added for premises: `{}`.
    pub(crate) premises: String,
    /// Men's names.
    pub(crate) men: Vec<String>,
    /// Men's patronymics.
    pub(crate) men_patronymics: Vec<String>,
    /// Men's surnames.
    pub(crate) men_surnames: Vec<String>,
    /// Women's names.
    pub(crate) women: Vec<String>,
    /// Women's patronymics.
    pub(crate) women_patronymics: Vec<String>,
    /// Women's surnames.
    pub(crate) women_surnames: Vec<String>,
    /// How appeals begin.
    pub(crate) greetings: Vec<String>,
    /// How appeals end.
    pub(crate) closings: Vec<String>,
    /// Specialisations of temporary structures.
    pub(crate) specialisations: Vec<String>,
}
