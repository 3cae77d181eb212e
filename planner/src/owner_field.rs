//! Where the records say who holds an object.

use serde::Deserialize;

/// Names where the records of an object say who holds it. No fact reads it: it only keeps away who may not go.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerField {
    /// Name of the source.
    pub source: String,
    /// Its field with the key of the person.
    pub field: String,
    /// Its field with the last day on which that was so; none = for as long as the record stands.
    #[serde(default)]
    pub until: Option<String>,
}
