//! The command line of `dozor`: a contract that outside checks call. Texts of `--help` live here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Risk-scoring inspection planner: files in, categories with reasons, a day's plan out.
#[derive(Debug, Parser)]
#[command(name = "dozor", version, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Print one JSON document on stdout; progress and messages go to stderr.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// PostgreSQL address that is used instead of the embedded database of --data.
    #[arg(long, global = true, value_name = "URL", env = "DOZOR_DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// Threads for heavy work; the results do not depend on it.
    #[arg(long, global = true, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Take this instant (RFC 3339) for "now": replays and tests.
    #[arg(long, global = true, value_name = "INSTANT", hide = true, env = "DOZOR_NOW")]
    pub(crate) now: Option<String>,
}

/// The folder of the embedded database.
#[derive(Clone, Debug, Args)]
pub(crate) struct DataDir {
    /// Folder of the embedded database and its blobs.
    #[arg(long, value_name = "DIR", env = "DOZOR_DATA")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a database and import a pack as methodology version 1.
    Init {
        #[command(flatten)]
        data: DataDir,
        /// Folder of a pack, or the name of a built-in one: moscow, chicago.
        #[arg(long, value_name = "PATH")]
        pack: String,
    },
    /// Generate a demo city, ingest it, train, score, decide and plan a day.
    Demo(DemoArgs),
    /// Serve the web and the API.
    Serve(ServeArgs),
    /// Read files of a source.
    Ingest {
        #[command(flatten)]
        data: DataDir,
        /// Name of the source, as in the pack's sources/*.toml.
        #[arg(long, value_name = "NAME")]
        source: String,
        /// Day of the delivery (YYYY-MM-DD); else the day on which these bytes were first received.
        #[arg(long, value_name = "DATE")]
        delivered: Option<String>,
        /// Files, plain or gzip.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List rows that were refused, each with code, line, cause and action.
    Rejects {
        #[command(flatten)]
        data: DataDir,
        /// Only this source.
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// Write them to a CSV file.
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
    },
    /// Write the table of facts as of an instant.
    Facts {
        #[command(flatten)]
        data: DataDir,
        /// Day (00:00 in the pack's zone) or RFC 3339 instant.
        #[arg(long, value_name = "DATE")]
        as_of: String,
        /// File to write: .parquet or .csv.
        #[arg(long, value_name = "FILE")]
        export: PathBuf,
    },
    /// Check, test and compare rules.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Train a model from outcomes known by an instant.
    Train {
        #[command(flatten)]
        data: DataDir,
        /// Day or instant by which outcomes must be known.
        #[arg(long, value_name = "DATE")]
        as_of: String,
        /// Make it the champion even when there is one.
        #[arg(long)]
        promote: bool,
    },
    /// Fit from outcomes known by one day and measure on later ones; stores nothing.
    Evaluate {
        #[command(flatten)]
        data: DataDir,
        /// Day or instant: outcomes known before it (00:00 of a day) are fitted on.
        #[arg(long, value_name = "DATE")]
        train_until: String,
        /// First day of the outcomes that are measured.
        #[arg(long, value_name = "DATE")]
        from: String,
        /// Last day of the outcomes that are measured.
        #[arg(long, value_name = "DATE")]
        to: String,
        /// CSV to write: object_id,event_id,date,score,probability,category,label.
        #[arg(long, value_name = "FILE")]
        export: PathBuf,
        /// Seed of the bootstrap and of the random order beside the model.
        #[arg(long, default_value_t = 1, value_name = "N")]
        seed: u64,
    },
    /// Assess every object as of an instant and propose categories.
    Score {
        #[command(flatten)]
        data: DataDir,
        /// Day or instant of the facts.
        #[arg(long, value_name = "DATE")]
        as_of: String,
        /// CSV to write, one row per object and control kind.
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
    },
    /// Record an official's decision: a batch of proposed categories becomes active.
    Decide {
        #[command(flatten)]
        data: DataDir,
        /// Number of the category order.
        #[arg(long, value_name = "NUMBER")]
        order: String,
        /// Name of the official who decides.
        #[arg(long, value_name = "NAME")]
        official: String,
        /// Run whose proposals are decided; else the latest.
        #[arg(long, value_name = "ID")]
        run: Option<String>,
    },
    /// Say why an object has its category.
    Explain {
        #[command(flatten)]
        data: DataDir,
        /// Registry key of the object.
        #[arg(long, value_name = "ID")]
        object: String,
        /// Day or instant; else the latest run.
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
    },
    /// Plan a day: who goes where, in which order, and why the rest stays out.
    Plan {
        #[command(flatten)]
        data: DataDir,
        /// The day.
        #[arg(long, value_name = "DATE")]
        date: String,
        /// Stop the search after so many seconds.
        #[arg(long, value_name = "S")]
        seconds: Option<f64>,
        /// Iterations of the search; the same number replays a plan byte for byte.
        #[arg(long, value_name = "N")]
        iterations: Option<u64>,
        /// Seed of the search.
        #[arg(long, default_value_t = 1, value_name = "N")]
        seed: u64,
    },
    /// Solve a routing benchmark file. (Not built yet: comes with the planner's own issue.)
    Solve(NotYet),
    /// Match detections with a registry. (Not built yet: comes with imagery.)
    Match(NotYet),
    /// Verify and checkpoint the audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Export, compare and upgrade the methodology.
    #[command(subcommand)]
    Pack(PackCommand),
    /// Add, block and list those who may log in.
    #[command(subcommand)]
    User(UserCommand),
    /// Print the OpenAPI document.
    Openapi,
}

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
pub(crate) enum RulesCommand {
    /// Parse and check every rule.
    Check(RulesArgs),
    /// Run the cases beside the rules.
    Test(RulesArgs),
    /// Compare a candidate with the active version. (Not built yet: comes with the methodologist's engine.)
    Backtest(NotYet),
    /// Look for contradictions and dead rules. (Not built yet: comes with the methodologist's engine.)
    Verify(NotYet),
}

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Folder of a pack, or the name of a built-in one; else the active version of --data.
    #[arg(long, value_name = "PATH")]
    pub(crate) pack: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Recompute every leaf and the chain of the audit log.
    Verify {
        #[command(flatten)]
        data: DataDir,
        /// Compare with a checkpoint written earlier.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// Print the log's length and last chain value, to be kept elsewhere.
    Checkpoint {
        #[command(flatten)]
        data: DataDir,
    },
    /// Recompute stored assessments. (Not built yet: comes with scoring's own issue.)
    Recompute(NotYet),
}

#[derive(Debug, Subcommand)]
pub(crate) enum PackCommand {
    /// Write the active methodology as a folder of files.
    Export {
        #[command(flatten)]
        data: DataDir,
        /// Folder to write; must not exist.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// Compare the active methodology with a folder. (Not built yet: comes with methodology versions.)
    Diff(NotYet),
    /// Import a folder as a draft. (Not built yet: comes with methodology versions.)
    Upgrade(NotYet),
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

/// Takes whatever is given, so that a call ends with the one answer that is true.
#[derive(Debug, Args)]
pub(crate) struct NotYet {
    /// Ignored: the command does not exist yet.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _rest: Vec<String>,
}
