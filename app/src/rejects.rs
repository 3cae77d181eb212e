//! `rejects`: what was refused, from which file, why, and what to do.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use dozor_domain::{PackageId, Reject};
use dozor_store::RejectFilter;
use serde::Serialize;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::exporting::{csv_field, write_whole};

/// Rows read at once.
const PAGE: i64 = 10_000;

/// Is one refused row with its file.
#[derive(Clone, Debug, Serialize)]
pub struct RejectRow {
    /// Name of the source.
    pub source: String,
    /// Name of the file.
    pub file: String,
    /// What was refused and why.
    #[serde(flatten)]
    pub reject: Reject,
}

impl Dozor {
    /// Returns all rejects, of one source or of all, by package and line.
    ///
    /// # Errors
    /// [`AppError::SourceUnknown`]; the store's.
    pub async fn rejects(&self, source: Option<&str>) -> Result<Vec<RejectRow>, AppError> {
        if let Some(name) = source {
            self.methodology.source(name)?;
        }
        let packages = self.store.packages(source, i64::MAX).await?;
        let files: HashMap<PackageId, String> = packages.into_iter().map(|p| (p.id, p.file_name)).collect();
        let mut filter = RejectFilter { source: source.map(str::to_owned), ..RejectFilter::default() };
        let mut rows = Vec::new();
        loop {
            let page = self.store.rejects(&filter, PAGE).await?;
            let Some(last) = page.last() else { return Ok(rows) };
            filter.after = Some((last.package, last.number));
            rows.extend(page.into_iter().map(|row| RejectRow {
                source: row.source,
                file: files.get(&row.package).cloned().unwrap_or_default(),
                reject: row.reject,
            }));
        }
    }

    /// Writes all rejects as CSV and returns their number.
    ///
    /// # Errors
    /// As [`Dozor::rejects`]; [`AppError::Write`].
    pub async fn export_rejects(&self, source: Option<&str>, file: &Path) -> Result<u64, AppError> {
        let rows = self.rejects(source).await?;
        write_whole(file, |out| {
            write_rows(&rows, out)
                .map_err(|source| AppError::Write { path: file.display().to_string(), source })
        })?;
        Ok(rows.len() as u64)
    }
}

fn write_rows(rows: &[RejectRow], out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "source,file,line,code,field,seen,cause,action")?;
    for RejectRow { source, file, reject } in rows {
        let line = reject.line.to_string();
        let field = reject.field.as_deref().unwrap_or_default();
        let seen = reject.seen.as_deref().unwrap_or_default();
        let cells = [source, file, &line, &reject.code, field, seen, &reject.cause, &reject.action];
        writeln!(out, "{}", cells.map(csv_field).join(","))?;
    }
    Ok(())
}
