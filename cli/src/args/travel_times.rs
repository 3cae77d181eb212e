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
    /// List the modes that have a table.
    List {
        #[command(flatten)]
        data: DataDir,
    },
    /// Let the ways of a mode be the great circle's again; plans that stand keep their table.
    Drop(ModeArgs),
}
