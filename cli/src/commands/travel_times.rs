//! `travel-times …`: which minutes between places are in force.

use dozor_app::TravelTimesReport;
use dozor_domain::TravelMode;
use serde_json::json;

use super::Session;
use crate::args::{Mode, TravelTimesCommand};
use crate::output::{Done, Failure};

impl From<Mode> for TravelMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Walk => Self::Walk,
            Mode::Scooter => Self::Scooter,
            Mode::Car => Self::Car,
            Mode::Transit => Self::Transit,
        }
    }
}

/// Runs one of the commands.
pub(super) async fn run(session: &Session, command: TravelTimesCommand) -> Result<Done, Failure> {
    match command {
        TravelTimesCommand::Import { mode, file } => {
            let dozor = session.open(&mode.data).await?;
            let report = dozor.import_travel_times(mode.mode.into(), &file, "cli").await?;
            Ok(Done::clean(&report, imported(&report)))
        }
        TravelTimesCommand::List { data } => {
            let rows = session.open(&data).await?.travel_times().await?;
            let lines = rows.iter().map(|row| format!("{:8} {}\n", row.mode.code(), row.table));
            let text = if rows.is_empty() {
                "all ways are the great circle's\n".to_owned()
            } else {
                lines.collect()
            };
            Ok(Done::clean(&rows, text))
        }
        TravelTimesCommand::Drop(args) => {
            let mode = TravelMode::from(args.mode);
            let dropped = session.open(&args.data).await?.drop_travel_times(mode, "cli").await?;
            let text = match &dropped {
                Some(table) => format!("{}: table {table} is no longer in force\n", mode.code()),
                None => format!("{}: there was no table\n", mode.code()),
            };
            Ok(Done::clean(&json!({ "mode": mode.code(), "dropped": dropped }), text))
        }
    }
}

fn imported(report: &TravelTimesReport) -> String {
    let replaces = report.replaces.as_ref().map(|table| format!(", replaces {table}")).unwrap_or_default();
    format!(
        "{}: table {} with {} ways between {} objects and {} bases{replaces}\n",
        report.mode.code(),
        report.table,
        report.pairs,
        report.objects,
        report.bases
    )
}
