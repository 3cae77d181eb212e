//! `facts`: writes the table as of an instant as Parquet or CSV. Files appear whole or not at all.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use dozor_domain::Timestamp;
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::progress::Progress;

/// Says what was written.
#[derive(Debug, Serialize)]
pub struct FactsReport {
    /// Rows, one an object.
    pub rows: usize,
    /// Facts.
    pub facts: usize,
    /// Instant of the table.
    pub as_of: String,
    /// Last commit seen.
    pub up_to_seq: i64,
    /// The file.
    pub file: String,
}

impl Dozor {
    /// Computes all facts as of an instant and writes them to a `.parquet` or `.csv` file.
    ///
    /// # Errors
    /// [`AppError::ExportFormat`] for another ending, [`AppError::Write`] when the file can't be written.
    pub async fn export_facts(
        &self,
        as_of: Timestamp,
        file: &Path,
        progress: &dyn Progress,
    ) -> Result<FactsReport, AppError> {
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_owned();
        if !["parquet", "csv"].contains(&ending.as_str()) {
            return Err(AppError::ExportFormat { path: file.display().to_string() });
        }
        expect_writable(file)?;
        let loaded = self.load(&[], progress).await?;
        progress.stage("facts", None);
        let table = self.compute(&loaded, loaded.keys_at(as_of)).await?;
        let report = FactsReport {
            rows: table.len(),
            facts: table.columns().len(),
            as_of: as_of.to_string(),
            up_to_seq: loaded.up_to_seq,
            file: file.display().to_string(),
        };
        let path = file.to_owned();
        blocking("the export", move || {
            write_whole(&path, |out| {
                if ending == "csv" {
                    return Ok(table.to_csv(out)?);
                }
                let bytes = table.to_parquet()?;
                out.write_all(&bytes)
                    .map_err(|source| AppError::Write { path: "the Parquet bytes".to_owned(), source })
            })
        })
        .await??;
        Ok(report)
    }
}

/// Finds out before any work whether a file can be written.
///
/// # Errors
/// [`AppError::Write`]; nothing is left at `path` or beside it.
pub fn expect_writable(path: &Path) -> Result<(), AppError> {
    let failed = |source| AppError::Write { path: path.display().to_string(), source };
    if path.is_dir() {
        return Err(failed(std::io::ErrorKind::IsADirectory.into()));
    }
    let probe = beside(path, ".probe");
    // A file of that name may be somebody's.
    std::fs::File::create_new(&probe).map_err(failed)?;
    std::fs::remove_file(&probe).map_err(failed)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// Writes a file beside its place and moves it there once it is whole.
///
/// # Errors
/// [`AppError::Write`], or whatever the writing closure returns; nothing is left at `path` then.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let failed = |source| AppError::Write { path: path.display().to_string(), source };
    let part = beside(path, ".part");
    let file = std::fs::File::create(&part).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let written = write(&mut out).and_then(|()| {
        out.flush().map_err(failed)?;
        out.get_ref().sync_all().map_err(failed)
    });
    if let Err(fault) = written {
        drop(out);
        std::fs::remove_file(&part).map_err(failed)?;
        return Err(fault);
    }
    std::fs::rename(&part, path).map_err(failed)
}

/// Quotes a text for a CSV cell where it needs it, and disarms what a spreadsheet would run as a formula.
pub fn csv_field(text: &str) -> String {
    let armed = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let safe = if armed { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_export_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        let failed = write_whole(&path, |out| {
            out.write_all(b"half").unwrap();
            Err(AppError::NotADemo)
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        write_whole(&path, |out| {
            out.write_all(b"whole").unwrap();
            Ok(())
        })
        .unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
    }

    #[test]
    fn formulas_are_disarmed_and_numbers_are_not() {
        assert_eq!(csv_field("=1+1"), "'=1+1");
        assert_eq!(csv_field("-5.5"), "-5.5");
        assert_eq!(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
