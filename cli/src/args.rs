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
        #[arg(long, value_name = "NAME", required_unless_present_any = ["confirm", "dismiss"])]
        source: Option<String>,
        /// Day of the delivery (YYYY-MM-DD), not after today; else the day on which these bytes were first received.
        #[arg(long, value_name = "DATE")]
        delivered: Option<String>,
        /// Take a package that was held, and end the keys that a full delivery lacks: the source was asked.
        #[arg(long, value_name = "PACKAGE", conflicts_with_all = ["source", "delivered", "files"])]
        confirm: Option<String>,
        /// Put a held package away: the file was wrong. Needs --reason.
        #[arg(long, value_name = "PACKAGE", requires = "reason",
            conflicts_with_all = ["confirm", "source", "delivered", "files"])]
        dismiss: Option<String>,
        /// Why a package is put away.
        #[arg(long, value_name = "TEXT", requires = "dismiss")]
        reason: Option<String>,
        /// Files, plain or gzip.
        #[arg(required_unless_present_any = ["confirm", "dismiss"], value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List rows that were refused, each with code, line, cause and action.
    Rejects {
        #[command(flatten)]
        data: DataDir,
        /// Only this source.
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// Who looks at them: they hold values of people's rows, and each look is logged.
        #[arg(long, default_value = "cli", value_name = "NAME")]
        by: String,
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
    Evaluate(EvaluateArgs),
    /// Estimate from the surveys drawn by lot how much is missed, in all and by district.
    Exploration {
        #[command(flatten)]
        data: DataDir,
        /// Day or instant by which outcomes must be known.
        #[arg(long, value_name = "DATE")]
        as_of: String,
    },
    /// Draft an integer scorecard from outcomes, for the next version of the methodology.
    Scorecard {
        #[command(flatten)]
        data: DataDir,
        /// Day or instant: outcomes known before it are fitted on.
        #[arg(long, value_name = "DATE")]
        as_of: String,
        /// File to write, the methodology's scorecard.toml.
        #[arg(long, value_name = "FILE")]
        export: PathBuf,
        /// Annex for people to write, a table in Markdown.
        #[arg(long, value_name = "FILE")]
        annex: Option<PathBuf>,
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
    /// Approve a proposed plan: number its orders, issue its tasks.
    Approve {
        #[command(flatten)]
        data: DataDir,
        /// Id of the plan, as `dozor plan` printed it.
        #[arg(long, value_name = "ID")]
        plan: String,
        /// The official who approves.
        #[arg(long, value_name = "NAME")]
        official: String,
    },
    /// Show what the rest of a day would look like when somebody is away or an object cannot be entered; changes nothing.
    Replan(ReplanArgs),
    /// Solve a routing benchmark file; the answer is checked before it is printed.
    #[command(subcommand)]
    Solve(SolveCommand),
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
    /// Bring a methodology version from draft into force.
    #[command(subcommand)]
    Methodology(MethodologyCommand),
    /// Print the OpenAPI document.
    Openapi,
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Day or instant: outcomes known before it (00:00 of a day) are fitted on. Not with --rolling.
    #[arg(long, value_name = "DATE", required_unless_present = "rolling", conflicts_with = "rolling")]
    pub(crate) train_until: Option<String>,
    /// First day of the outcomes that are measured.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: String,
    /// Last day of the outcomes that are measured.
    #[arg(long, value_name = "DATE")]
    pub(crate) to: String,
    /// Cut the days into windows; each is measured by models that learnt before it.
    #[arg(long, value_enum, value_name = "LENGTH")]
    pub(crate) rolling: Option<Rolling>,
    /// Days before each window whose outcomes do not teach.
    #[arg(long, default_value_t = 30, value_name = "DAYS", requires = "rolling")]
    pub(crate) gap_days: u32,
    /// CSV to write: object_id,event_id,date,score,probability,category,label.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["rolling", "report"])]
    pub(crate) export: Option<PathBuf>,
    /// Report with plots to write, .html or .json; may be given twice.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Vec<PathBuf>,
    /// Language of the HTML report.
    #[arg(long, value_enum, default_value_t = ReportLanguage::Ru, value_name = "CODE")]
    pub(crate) language: ReportLanguage,
    /// Seed of the bootstrap and of the random order beside the model.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
}

/// Is the length of a window.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Rolling {
    /// A calendar month.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
}

/// Is the language of a report.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum ReportLanguage {
    /// Russian.
    Ru,
    /// English.
    En,
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
    #[arg(long, value_name = "S")]
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

#[derive(Debug, Args)]
pub(crate) struct ReplanArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// The day.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: String,
    /// Local time: whoever has left for a visit by then makes it.
    #[arg(long, value_name = "HH:MM")]
    pub(crate) at: String,
    /// Key of an inspector who begins nothing more; may be given again.
    #[arg(long, value_name = "KEY")]
    pub(crate) absent: Vec<String>,
    /// Registry key of an object that need not be visited any more; may be given again.
    #[arg(long, value_name = "ID")]
    pub(crate) drop: Vec<String>,
    /// Iterations of the search.
    #[arg(long, default_value_t = 2000, value_name = "N")]
    pub(crate) iterations: u64,
    /// Seed of the search.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Parse and check every rule.
    Check(RulesArgs),
    /// Run the cases beside the rules, and those of the gate.
    Test(RulesArgs),
    /// Compare a candidate with the active version: what moves, by which rule, and what it would have found.
    Backtest(BacktestArgs),
    /// Keep a sign off the desk's queue on one object until a day.
    Snooze {
        #[command(flatten)]
        data: DataDir,
        /// Registry key of the object.
        #[arg(long, value_name = "ID")]
        object: String,
        /// Id of the rule.
        #[arg(long, value_name = "RULE")]
        rule: String,
        /// Day until which it holds.
        #[arg(long, value_name = "DATE")]
        until: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        comment: String,
        /// Login of the person; in a database without users, his name.
        #[arg(long, value_name = "LOGIN")]
        by: String,
    },
    /// Look for what should be mended before publication: dead rules, contradictions, missing bases, dates.
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Folder of a pack, or the name of a built-in one; else the active version of --data.
    #[arg(long, value_name = "PATH")]
    pub(crate) pack: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct BacktestArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Folder of a pack, name of a built-in one, or hash or number of a stored version.
    #[arg(long, value_name = "PATH|ID")]
    pub(crate) candidate: String,
    /// Day (00:00 in the pack's zone) or RFC 3339 instant; else now.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// Write the moved objects to a CSV file.
    #[arg(long, value_name = "FILE")]
    pub(crate) export: Option<PathBuf>,
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
    /// Recompute stored assessments from what is stored of their runs, and compare every bit.
    Recompute {
        #[command(flatten)]
        data: DataDir,
        /// Only the assessments of this object; all runs and objects without it.
        #[arg(long, value_name = "KEY")]
        object: Option<String>,
    },
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
    /// Compare a candidate with the active methodology, by rule and by file.
    Diff {
        #[command(flatten)]
        data: DataDir,
        /// Folder of a pack, name of a built-in one, or hash or number of a stored version.
        #[arg(long, value_name = "PATH|ID")]
        candidate: String,
    },
    /// Import a folder as a draft of the next version.
    Upgrade(UpgradeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct UpgradeArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Folder of a pack, or the name of a built-in one.
    #[arg(long, value_name = "PATH")]
    pub(crate) from: String,
    /// Login of the author.
    #[arg(long, value_name = "LOGIN")]
    pub(crate) by: String,
    /// Replace the files of this draft instead of making a new one.
    #[arg(long, value_name = "ID")]
    pub(crate) draft: Option<String>,
}

/// A step of a version and who takes it.
#[derive(Debug, Args)]
pub(crate) struct StepArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Number or hash of the version.
    #[arg(value_name = "VERSION")]
    pub(crate) version: String,
    /// Login of the person; in a database without users, his name.
    #[arg(long, value_name = "LOGIN")]
    pub(crate) by: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MethodologyCommand {
    /// List all versions, the newest first.
    List {
        #[command(flatten)]
        data: DataDir,
    },
    /// Show one version and its steps.
    Show {
        #[command(flatten)]
        data: DataDir,
        /// Number or hash of the version.
        #[arg(value_name = "VERSION")]
        version: String,
    },
    /// Check a draft: rules, cases, verifier. From then on its files never change.
    Check(StepArgs),
    /// Give a checked version to the lawyer.
    Submit(StepArgs),
    /// Vouch for the legal bases, as the lawyer.
    Sign(StepArgs),
    /// Approve the version of another person; the publication gates say whose word it takes.
    Approve {
        #[command(flatten)]
        step: StepArgs,
        /// Why; needed where a gate asks for the head of unit or the head.
        #[arg(long, default_value = "", value_name = "TEXT")]
        reason: String,
    },
    /// Set the day from which an approved version is in force.
    Schedule {
        #[command(flatten)]
        step: StepArgs,
        /// Day (00:00 in the pack's zone) or RFC 3339 instant.
        #[arg(long, value_name = "DATE")]
        from: String,
    },
    /// Put an approved or scheduled version into force now.
    Activate(StepArgs),
    /// Give a version up.
    Reject {
        #[command(flatten)]
        step: StepArgs,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Write a version as a document that people read (Markdown).
    Document {
        #[command(flatten)]
        data: DataDir,
        /// Number or hash of the version; else the active one.
        #[arg(value_name = "VERSION")]
        version: Option<String>,
        /// Language: ru or en.
        #[arg(long, default_value = "ru", value_name = "CODE")]
        language: String,
        /// File to write; else it is printed.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Bring the version that was in force before back, in one step.
    Rollback {
        #[command(flatten)]
        data: DataDir,
        /// Login of the person; in a database without users, his name.
        #[arg(long, value_name = "LOGIN")]
        by: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Folder of a pack, or the name of a built-in one, to verify without a portfolio.
    #[arg(long, value_name = "PATH")]
    pub(crate) pack: Option<String>,
    /// Folder, built-in name, or stored version to verify on the portfolio of --data; else the active version.
    #[arg(long, value_name = "PATH|ID", conflicts_with = "pack")]
    pub(crate) candidate: Option<String>,
    /// Day (00:00 in the pack's zone) or RFC 3339 instant of the portfolio; else now.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
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
