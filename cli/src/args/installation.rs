//! `demo`, `serve`, `user …`, `solve …`: making and running an installation, and searches that need none.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::DataDir;

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Objects of control in the city, 2,000 to 1,000,000.
    #[arg(long, default_value_t = 20_000, value_name = "N")]
    pub(crate) objects: u32,
    /// Seed of the city.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// The demo's today; else this day.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// Years of history before that day, 1 to 10.
    #[arg(long, default_value_t = 3, value_name = "Y", value_parser = clap::value_parser!(u8).range(1..=10))]
    pub(crate) history_years: u8,
    /// Check first that this address is free: `serve` will be called with it when the demo is made.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Address to listen on; port 0 lets the system choose.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS", env = "DOZOR_LISTEN")]
    pub(crate) listen: String,
    /// Write the address listened on to this file once the server is ready.
    #[arg(long, value_name = "FILE")]
    pub(crate) address_file: Option<PathBuf>,
    /// Say that a proxy in front speaks HTTPS; needed to listen beyond this machine.
    #[arg(long)]
    pub(crate) behind_proxy: bool,
    /// Serve a demo beyond this machine all the same: its logins and their password are known to everybody.
    #[arg(long)]
    pub(crate) demo_public: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SolveCommand {
    /// Team orienteering with time windows, in the format of KU Leuven.
    Toptw {
        /// The file of points.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Number of routes.
        #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(1..=1000))]
        vehicles: u32,
        #[command(flatten)]
        search: SearchArgs,
    },
    /// A day in a city: objects, inspectors and offices as JSON.
    City {
        /// The file of the day.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        search: SearchArgs,
    },
}

/// How long a search runs.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SearchArgs {
    /// Stop the search after so many seconds.
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    pub(crate) seconds: Option<f64>,
    /// Iterations of the search; with the same seed and cooling the number in an answer replays that answer.
    #[arg(long, value_name = "N")]
    pub(crate) iterations: Option<u64>,
    /// Iterations for which the cooling is made; as many as --iterations if not given.
    #[arg(long, value_name = "N", requires = "iterations")]
    pub(crate) cooling: Option<u64>,
    /// Seed of the search.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add a user; the password is asked for, or read as one line from a stdin that is no terminal.
    Add {
        #[command(flatten)]
        data: DataDir,
        /// What he logs in with.
        #[arg(long, value_name = "LOGIN")]
        login: String,
        /// Code of a role of the pack, e.g. inspector, head, administrator.
        #[arg(long, value_name = "CODE")]
        role: String,
        /// His name, as decisions and approvals carry it; else the login.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Key of his staff record: an inspector sees the tasks of this key.
        #[arg(long, value_name = "KEY")]
        staff: Option<String>,
    },
    /// Give a user another password, read as `add` does.
    Password(UserLogin),
    /// Keep a user out; his sessions end.
    Block(UserLogin),
    /// Let a blocked user in again.
    Unblock(UserLogin),
    /// List all users.
    List {
        #[command(flatten)]
        data: DataDir,
    },
}

#[derive(Debug, Args)]
pub(crate) struct UserLogin {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// What he logs in with.
    #[arg(long, value_name = "LOGIN")]
    pub(crate) login: String,
}
