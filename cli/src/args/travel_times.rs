//! `travel-times …`: minutes between places that an installation brings.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::DataDir;

/// Is a mode of travel.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Mode {
    /// On foot.
    Walk,
    /// By e-scooter.
    Scooter,
    /// By car.
    Car,
    /// By public transport.
    Transit,
}

#[derive(Debug, Args)]
pub(crate) struct ModeArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// The mode of travel.
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) mode: Mode,
}

/// Is how a table service is spoken to.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Service {
    /// OSRM: `/table/v1`.
    Osrm,
    /// Valhalla: `/sources_to_targets`.
    Valhalla,
}

#[derive(Debug, Args)]
pub(crate) struct FetchArgs {
    #[command(flatten)]
    pub(crate) mode: ModeArgs,
    /// Root of the service: `https://…`, or `http://` of this machine. Nobody else is asked.
    #[arg(long, value_name = "URL")]
    pub(crate) service: String,
    /// How it is spoken to.
    #[arg(long, value_enum, default_value_t = Service::Osrm, value_name = "KIND")]
    pub(crate) kind: Service,
    /// Name of the mode there; else the usual one (driving, foot, bike; auto, pedestrian, bicycle).
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// So many nearest objects are asked for from each object, 1 to 500; bases are asked for with all objects they serve.
    #[arg(long, default_value_t = 32, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=500))]
    pub(crate) near: u32,
    /// Longest wait for one answer, in seconds.
    #[arg(long, default_value_t = 30, value_name = "S", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) timeout: u64,
    /// CSV to write, to be imported.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TravelTimesCommand {
    /// Take a CSV (from, to, minutes) as the table of a mode; ways that it lacks stay the great circle's.
    Import {
        #[command(flatten)]
        mode: ModeArgs,
        /// The file. A place is a registry key, or `base:` and the key of a staff record.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Ask a routing service for the ways between near places and write them as a CSV to be imported.
    Fetch(FetchArgs),
    /// List the modes that have a table.
    List {
        #[command(flatten)]
        data: DataDir,
    },
    /// Let the ways of a mode be the great circle's again; plans that stand keep their table.
    Drop(ModeArgs),
}
