//! `rejects`: what was refused, from which file, why, and what to do.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use dozor_domain::{Localized, PackageId, Reject};
use dozor_store::{RejectFilter, StoredReject};
use serde::Serialize;
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::exporting::{csv_field, expect_writable, write_whole};

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
    /// Who looks after it, by the pack.
    pub owner: Option<Localized>,
    /// What the owner should do.
    pub advice: Option<Localized>,
    /// Working days until it must be settled.
    pub due_working_days: Option<u32>,
}

impl Dozor {
    /// Returns all rejects, of one source or of all, by package and line. They hold values of people's rows: each look
    /// is written down with who looks.
    ///
    /// # Errors
    /// [`AppError::SourceUnknown`]; the store's.
    pub async fn rejects(&self, source: Option<&str>, by: &str) -> Result<Vec<RejectRow>, AppError> {
        if let Some(name) = source {
            self.methodology.source(name)?;
        }
        let packages = self.store.packages(source, i64::MAX).await?;
        let files: HashMap<PackageId, String> = packages.into_iter().map(|p| (p.id, p.file_name)).collect();
        let mut filter = RejectFilter { source: source.map(str::to_owned), ..RejectFilter::default() };
        let mut rows = Vec::new();
        loop {
            let page = self.store.rejects(&filter, PAGE).await?;
            let Some(last) = page.last() else { break };
            filter.after = Some((last.package, last.number));
            rows.extend(page.into_iter().map(|row| {
                let file = files.get(&row.package).cloned().unwrap_or_default();
                self.with_advice(row, file)
            }));
        }
        let mut tx = self.store.begin().await?;
        let details = json!({ "source": source, "rows": rows.len() });
        tx.audit(self.audit(by, "look_at_rejects", source.unwrap_or("all"), &details));
        tx.commit().await?;
        Ok(rows)
    }

    fn with_advice(&self, row: StoredReject, file: String) -> RejectRow {
        let advice = self.methodology.advice.find(&row.source, &row.reject.code);
        RejectRow {
            file,
            owner: advice.map(|advice| advice.owner.clone()),
            advice: advice.map(|advice| advice.advice.clone()),
            due_working_days: advice.and_then(|advice| advice.due_working_days),
            source: row.source,
            reject: row.reject,
        }
    }

    /// Writes all rejects as CSV and returns their number.
    ///
    /// # Errors
    /// As [`Dozor::rejects`]; [`AppError::Write`].
    pub async fn export_rejects(&self, source: Option<&str>, by: &str, file: &Path) -> Result<u64, AppError> {
        expect_writable(file)?;
        let rows = self.rejects(source, by).await?;
        write_whole(file, |out| {
            write_rows(&rows, out)
                .map_err(|source| AppError::Write { path: file.display().to_string(), source })
        })?;
        Ok(rows.len() as u64)
    }
}

fn write_rows(rows: &[RejectRow], out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "source,file,line,code,field,seen,cause,action,owner_ru,owner_en,advice_ru,advice_en")?;
    for RejectRow { source, file, reject, owner, advice, .. } in rows {
        let words = |text: &Option<Localized>| {
            text.as_ref().map_or([String::new(), String::new()], |text| [text.ru.clone(), text.en.clone()])
        };
        let ([owner_ru, owner_en], [advice_ru, advice_en]) = (words(owner), words(advice));
        let line = reject.line.to_string();
        let field = reject.field.as_deref().unwrap_or_default();
        let seen = reject.seen.as_deref().unwrap_or_default();
        let cells = [
            source,
            file,
            &line,
            &reject.code,
            field,
            seen,
            &reject.cause,
            &reject.action,
            &owner_ru,
            &owner_en,
            &advice_ru,
            &advice_en,
        ];
        writeln!(out, "{}", cells.map(csv_field).join(","))?;
    }
    Ok(())
}
