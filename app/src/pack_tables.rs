//! The tables of a pack that decide no category: words for the pages, and who looks after refused rows.
//! Each is optional; one that is there must parse, for a table that is passed over in silence misleads people.

use std::collections::BTreeMap;

use dozor_domain::Localized;
use dozor_ingest::AdviceTable;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::AppError;
use crate::pack::PackFiles;

/// Is `words.toml` of a pack: words for the pages, which decide nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackWords {
    /// Names of records' fields.
    #[serde(default)]
    pub fields: BTreeMap<String, Localized>,
    /// Words of codes, by field, then by code.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, Localized>>,
    /// Parts of a rule's sentence, by rule.
    #[serde(default)]
    pub(crate) sentences: BTreeMap<String, Vec<Clause>>,
}

/// Is one part of a rule's sentence. It is left out where a fact that it names is missing, or where its condition
/// does not hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Clause {
    /// Text; `{fact}` stands for the fact's value with its unit.
    pub(crate) ru: String,
    pub(crate) en: String,
    /// The part is said only where this fact …
    #[serde(default)]
    pub(crate) fact: Option<String>,
    /// … has this value, as the contract writes it.
    #[serde(default)]
    pub(crate) is: Option<String>,
}

/// Reads the words.
pub(crate) fn parse_words(files: &PackFiles) -> Result<PackWords, AppError> {
    parse(files, "words.toml")
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
            for file in ["words.toml", "errors.toml"] {
                let mut bent = files.clone();
                bent.insert(file.to_owned(), "colour = 1".to_owned());
                let refused = [parse_words(&bent).err(), parse_advice(&bent).err()];
                let codes: Vec<_> = refused.iter().flatten().map(|fault| fault.info().code).collect();
                assert_eq!(codes.len(), 1, "{file}: {codes:?}");
            }
        }
    }

    #[test]
    fn each_field_of_each_source_has_words_for_the_pages() {
        for pack in ["moscow", "chicago"] {
            let files = crate::pack::read_pack(pack).unwrap();
            let words = parse_words(&files).unwrap();
            for (path, text) in files.iter().filter(|(path, _)| path.starts_with("sources/")) {
                let spec = dozor_ingest::SourceSpec::parse(text).unwrap();
                let silent = spec.fields.iter().filter(|field| !words.fields.contains_key(&field.name));
                let silent: Vec<_> = silent.map(|field| &field.name).collect();
                assert!(silent.is_empty(), "{pack}/{path}: {silent:?} would be shown by their code");
            }
        }
    }
}
