//! The tables of a pack that decide no category: words for the pages, terms of law, and who looks after refused rows.
//! Each is optional; one that is there must parse, for a table that is passed over in silence misleads people.

use dozor_domain::Localized;
use dozor_ingest::AdviceTable;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::AppError;
use crate::pack::PackFiles;
use crate::queries::words::PackWords;

/// Says what a term counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermUnit {
    /// All days.
    CalendarDays,
    /// Working days of the pack's calendar.
    WorkingDays,
}

/// Says what a term starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermStart {
    /// The receipt.
    Receipt,
    /// The registration.
    Registration,
    /// The delivery, not the sending.
    Delivery,
    /// The day on which the facts became known.
    Knowledge,
    /// The end of the event.
    EventEnd,
}

/// Is the legal ground of a term.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermBasis {
    /// Article and act.
    pub text: String,
    /// How sure the pack's author is of it.
    pub mark: String,
    /// When somebody compared it with the act.
    pub checked_on: Option<String>,
}

/// Is one term of law.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: Localized,
    /// Its length.
    pub days: u32,
    /// By how much it may be extended.
    pub extension_days: Option<u32>,
    /// What it counts.
    pub unit: TermUnit,
    /// What it starts with.
    pub starts: TermStart,
    /// Whether a last day off moves to the next working day.
    pub shift: bool,
    /// Its legal ground.
    pub basis: TermBasis,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TermsFile {
    #[serde(default)]
    terms: Vec<Term>,
}

/// Reads the words.
pub(crate) fn parse_words(files: &PackFiles) -> Result<PackWords, AppError> {
    parse(files, "words.toml")
}

/// Reads the terms.
pub(crate) fn parse_terms(files: &PackFiles) -> Result<Vec<Term>, AppError> {
    parse::<TermsFile>(files, "terms.toml").map(|file| file.terms)
}

/// Reads who looks after refused rows.
pub(crate) fn parse_advice(files: &PackFiles) -> Result<AdviceTable, AppError> {
    Ok(files.get("errors.toml").map(|text| AdviceTable::parse(text)).transpose()?.unwrap_or_default())
}

fn parse<T: DeserializeOwned + Default>(files: &PackFiles, file: &'static str) -> Result<T, AppError> {
    let Some(text) = files.get(file) else { return Ok(T::default()) };
    toml::from_str(text).map_err(|fault| AppError::PackTable { file, fault: fault.to_string() })
}

#[cfg(test)]
mod tests {
    use dozor_domain::Coded as _;

    use super::*;

    #[test]
    fn tables_of_the_built_in_packs_parse_and_unknown_keys_do_not() {
        for pack in ["moscow", "chicago"] {
            let files = crate::pack::read_pack(pack).unwrap();
            assert!(!parse_words(&files).unwrap().fields.is_empty(), "{pack}");
            assert!(!parse_advice(&files).unwrap().advice.is_empty(), "{pack}");
            assert_eq!(parse_terms(&files).unwrap().is_empty(), !files.contains_key("terms.toml"), "{pack}");
            for file in ["words.toml", "terms.toml", "errors.toml"] {
                let mut bent = files.clone();
                bent.insert(file.to_owned(), "colour = 1".to_owned());
                let refused = [parse_words(&bent).err(), parse_terms(&bent).err(), parse_advice(&bent).err()];
                let codes: Vec<_> = refused.iter().flatten().map(|fault| fault.info().code).collect();
                assert_eq!(codes.len(), 1, "{file}: {codes:?}");
            }
        }
    }
}
