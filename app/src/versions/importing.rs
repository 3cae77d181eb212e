//! Importing a decision table: the sheet that a methodologist keeps becomes `tables/<name>.csv` of a draft. The sheet
//! itself is not kept: what decides is the text in the version, which everybody can read and compare.

use dozor_domain::{MethodologyStage, Permission};
use dozor_ingest::{read_sheet, write_sheet};
use serde::Serialize;

use super::error::VersionError;
use super::life::{Actor, VersionReport};
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;

/// Letters of the longest name of a table.
const LONGEST_NAME: usize = 60;

/// Is a sheet to import.
#[derive(Clone, Copy, Debug)]
pub struct TableSheet<'a> {
    /// Name of the table: that of its file, without the ending.
    pub name: &'a str,
    /// The workbook (.xlsx) or the CSV file.
    pub bytes: &'a [u8],
    /// Which of its sheets; needed where there are several.
    pub sheet: Option<&'a str>,
}

/// Says what was imported.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedTable {
    /// The draft.
    pub version: VersionReport,
    /// The file in the pack.
    pub file: String,
    /// Rows below the head.
    pub rows: usize,
}

impl TableSheet<'_> {
    /// Returns the file in the pack, its text, and the number of its rows.
    ///
    /// # Errors
    /// [`VersionError::TableName`]; those of the sheet.
    pub fn read(&self) -> Result<(String, String, usize), AppError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.name.is_empty() || self.name.len() > LONGEST_NAME || !self.name.chars().all(plain) {
            return Err(VersionError::TableName { name: self.name.to_owned() }.into());
        }
        let rows = read_sheet(self.bytes, self.sheet)?;
        Ok((format!("tables/{}.csv", self.name), write_sheet(&rows)?, rows.len().saturating_sub(1)))
    }
}

impl Dozor {
    /// Puts a table into a draft, or into a new draft of the version in force. What reads the table is parsed with it:
    /// a band that falls, a key that stands twice or a value that is no number is refused here.
    ///
    /// # Errors
    /// Those of the sheet and of the files; as [`Dozor::draft_version`] and [`Dozor::replace_draft`].
    pub async fn import_table(
        &self,
        sheet: TableSheet<'_>,
        version: &str,
        actor: &Actor,
    ) -> Result<ImportedTable, AppError> {
        actor.may(Permission::EditMethodology)?;
        let (name, bytes) = (sheet.name.to_owned(), sheet.bytes.to_vec());
        let of_book = sheet.sheet.map(str::to_owned);
        let read = move || TableSheet { name: &name, bytes: &bytes, sheet: of_book.as_deref() }.read();
        let (file, text, rows) = blocking("the reading of a sheet", read).await??;
        let found = self.version(version).await?;
        let is_active = found.life.stage == MethodologyStage::Active;
        let mut files = found.stored.files;
        files.insert(file.clone(), text);
        let version = match is_active {
            true => self.draft_version(files, actor).await?,
            false => self.replace_draft(version, files, actor).await?,
        };
        Ok(ImportedTable { version, file, rows })
    }
}
