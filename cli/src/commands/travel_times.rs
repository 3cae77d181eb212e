//! `travel-times …`: which minutes between places are in force.

use std::time::Duration;

use dozor_app::{FetchTravelTimes, FetchedTravelTimes, ServiceKind, TravelTimesReport};
use dozor_domain::TravelMode;
use serde_json::json;

use super::Session;
use crate::args::{FetchArgs, Mode, Service, TravelTimesCommand};
use crate::output::{Done, Failure};
use crate::progress::Bars;

/// Wait before a question is asked again.
const RETRY_WAIT: Duration = Duration::from_millis(500);

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
        TravelTimesCommand::Fetch(args) => fetch(session, args).await,
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

async fn fetch(session: &Session, args: FetchArgs) -> Result<Done, Failure> {
    let dozor = session.open(&args.mode.data).await?;
    let call = FetchTravelTimes {
        service: args.service,
        kind: match args.kind {
            Service::Osrm => ServiceKind::Osrm,
            Service::Valhalla => ServiceKind::Valhalla,
        },
        mode: args.mode.mode.into(),
        profile: args.profile,
        near: args.near as usize,
        timeout: Duration::from_secs(args.timeout),
        retry_wait: RETRY_WAIT,
        out: args.out,
    };
    let bars = Bars::new();
    let report = dozor.fetch_travel_times(call, &bars).await?;
    drop(bars);
    Ok(Done::clean(&report, fetched(&report)))
}

fn fetched(report: &FetchedTravelTimes) -> String {
    format!(
        "{}: {} of {} ways between {} objects and {} bases, {} without a way, {} questions; import it: {}\n",
        report.mode.code(),
        report.ways,
        report.pairs,
        report.objects,
        report.bases,
        report.without_way,
        report.requests,
        report.file
    )
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
