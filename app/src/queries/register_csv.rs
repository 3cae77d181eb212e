//! The register's rows as CSV, some at a time: a large register is never one text in memory, and writing it gives the
//! thread back between its parts.

use std::sync::Arc;

use dozor_domain as domain;

use super::register::RegisterCall;
use super::{Queries, RegisterEntry, RegisterIndex};
use crate::error::AppError;
use crate::exporting::csv_field;

/// Rows of the register that one part looks at: about a millisecond of work.
const ROWS_A_PART: usize = 1000;
/// Byte order mark and names of the columns.
const HEAD: &str = "\u{feff}object_key,object_title,object_kind,control_kind,territory,category,category_decided,\
                    proposed_category,probability,points,score,open_signs,last_event_on\r\n";

/// Gives the parts of the file one after the other; cells that a spreadsheet would run are neutralised.
#[derive(Debug)]
pub struct RegisterCsv {
    register: Arc<RegisterIndex>,
    call: RegisterCall,
    /// Rows that were looked at; none before the head is given.
    done: Option<usize>,
}

impl Queries {
    /// Returns the register's rows under a filter as the parts of a CSV file.
    ///
    /// # Errors
    /// The store's.
    pub async fn objects_csv(&self, call: RegisterCall) -> Result<RegisterCsv, AppError> {
        Ok(RegisterCsv { register: self.register().await?, call, done: None })
    }
}

impl Iterator for RegisterCsv {
    type Item = String;
    fn next(&mut self) -> Option<String> {
        let Some(done) = self.done else {
            self.done = Some(0);
            return Some(HEAD.to_owned());
        };
        let rows = self.register.rows().get(done..)?;
        let rows = rows.get(..ROWS_A_PART).unwrap_or(rows);
        if rows.is_empty() {
            return None;
        }
        self.done = Some(done + rows.len());
        Some(self.call.chosen(&self.register, rows).map(|row| line(&self.register, row)).collect())
    }
}

fn line(register: &RegisterIndex, row: &RegisterEntry) -> String {
    let object = register.object_of(row);
    let proposed = row.proposed().map(domain::RiskCategory::code).unwrap_or_default();
    let cells = [
        csv_field(&object.key),
        csv_field(&object.title),
        csv_field(&object.kind),
        csv_field(register.control_of(row)),
        csv_field(object.territory.as_deref().unwrap_or_default()),
        row.category().code().to_owned(),
        row.active.is_some().to_string(),
        proposed.to_owned(),
        row.probability.map(|one| one.to_string()).unwrap_or_default(),
        row.points.to_string(),
        row.score.to_string(),
        row.open_signs.to_string(),
        row.last_event_on.map(|day| day.to_string()).unwrap_or_default(),
    ];
    format!("{}\r\n", cells.join(","))
}
