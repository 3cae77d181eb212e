//! `errors.toml` of a pack: who looks after a reject and what to do, in the words of that authority.

use dozor_domain::Localized;
use serde::Deserialize;

use crate::IngestError;

/// Says who owns rejects of a code and what they should do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// Codes that it speaks of; a trailing `*` stands for any ending.
    pub codes: Vec<String>,
    /// Sources that it speaks of; none = all.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Who looks after it.
    pub owner: Localized,
    /// What to do.
    pub advice: Localized,
    /// Working days until it must be settled.
    pub due_working_days: Option<u32>,
}

impl Advice {
    fn speaks_of(&self, source: &str, code: &str) -> bool {
        let named = |pattern: &String| match pattern.strip_suffix('*') {
            Some(beginning) => code.starts_with(beginning),
            None => pattern == code,
        };
        self.codes.iter().any(named)
            && (self.sources.is_empty() || self.sources.iter().any(|name| name == source))
    }
}

/// Is a checked `errors.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceTable {
    /// Entries; the first that speaks of a reject counts.
    #[serde(default)]
    pub advice: Vec<Advice>,
}

impl AdviceTable {
    /// Parses the text of an `errors.toml`.
    ///
    /// # Errors
    /// [`IngestError::AdviceToml`] with line and key.
    pub fn parse(text: &str) -> Result<Self, IngestError> {
        toml::from_str(text).map_err(|source| IngestError::AdviceToml { source: Box::new(source) })
    }

    /// Returns the first entry that speaks of a code of a source.
    pub fn find(&self, source: &str, code: &str) -> Option<&Advice> {
        self.advice.iter().find(|entry| entry.speaks_of(source, code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_entry_that_speaks_of_a_reject_counts() {
        let table = AdviceTable::parse(
            r#"
[[advice]]
codes = ["DATE_*"]
sources = ["leases"]
owner = { ru = "а", en = "lease clerk" }
advice = { ru = "а", en = "a" }
[[advice]]
codes = ["DATE_IN_FUTURE", "CRS_MISSING"]
owner = { ru = "б", en = "engineer" }
advice = { ru = "б", en = "b" }
due_working_days = 5
"#,
        )
        .unwrap();
        let owner = |source, code| table.find(source, code).map(|entry| entry.owner.en.as_str());
        assert_eq!(owner("leases", "DATE_IN_FUTURE"), Some("lease clerk"));
        assert_eq!(owner("nto", "DATE_IN_FUTURE"), Some("engineer"));
        assert_eq!(owner("nto", "DATE_FORMAT"), None);
        assert!(AdviceTable::parse("[[advice]]\ncolour = 1").is_err());
    }
}
