//! The fact catalogue of a methodology for people: a page, and JSON for completion in an editor.

use dozor_facts::{Language as PageLanguage, catalogue_markdown, catalogue_value};

use crate::document::Language;
use crate::error::AppError;
use crate::methodology::LoadedMethodology;

impl LoadedMethodology {
    /// Writes the catalogue as a page (Markdown): a list of all facts, then what is to be known of each.
    pub fn catalogue_page(&self, language: Language) -> String {
        let language = match language {
            Language::Russian => PageLanguage::Ru,
            Language::English => PageLanguage::En,
        };
        catalogue_markdown(&self.catalogue, language)
    }

    /// Returns the catalogue as JSON: `{ hash, facts: [{ code, title, unit, … }] }`, facts in the order of columns.
    ///
    /// # Errors
    /// [`AppError::Facts`] where a fact has no JSON form.
    pub fn catalogue_json(&self) -> Result<serde_json::Value, AppError> {
        Ok(catalogue_value(&self.catalogue)?)
    }
}
