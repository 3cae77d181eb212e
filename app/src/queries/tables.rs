//! Decision tables that come from a sheet.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::common::whole;
use super::versions::MethodologyVersion;
use crate::User;
use crate::error::AppError;
use crate::versions::TableSheet;

/// `file`: its path in the version. `rows`: below the head.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TableImport {
    pub version: MethodologyVersion,
    pub file: String,
    pub rows: i64,
}

impl Queries {
    /// Puts a sheet into a draft, or into a new draft of the version in force.
    ///
    /// # Errors
    /// As [`crate::Dozor::import_table`].
    pub async fn import_table(
        &self,
        version: &str,
        (name, sheet): (&str, Option<&str>),
        bytes: &[u8],
        user: &User,
    ) -> Result<TableImport, AppError> {
        let sheet = TableSheet { name, bytes, sheet };
        let done = self.dozor.import_table(sheet, version, &self.dozor.actor_of(user)).await?;
        Ok(TableImport { version: done.version.into(), file: done.file, rows: whole(done.rows) })
    }
}
