//! The command line of `dozor`: a contract that outside checks call. Texts of `--help` live here.

mod installation;
mod methodology;
mod orders;
mod tasks;
mod travel_times;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use self::installation::{DemoArgs, SearchArgs, ServeArgs, SolveCommand, UserCommand, UserLogin};
pub(crate) use self::methodology::{
    BacktestArgs, CatalogueArgs, MethodologyCommand, PackCommand, RulesArgs, RulesCommand, StepArgs,
    TableArgs, UpgradeArgs, VerifyArgs,
};
pub(crate) use self::orders::{OrderArgs, OrderCommand, PaperArgs};
pub(crate) use self::tasks::{TaskArgs, TaskCommand};
pub(crate) use self::travel_times::{FetchArgs, Mode, Service, TravelTimesCommand};

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
    /// Say what moved, who finds more than the risk explains, whom categories burden, which sources hold.
    Oversight {
        #[command(flatten)]
        data: DataDir,
        /// Day or instant by which outcomes must be known.
        #[arg(long, value_name = "DATE")]
        as_of: String,
    },
    /// Say which terms are about to break, how long each stage takes and how each executor works; never what was found.
    Executors {
        #[command(flatten)]
        data: DataDir,
    },
    /// Propose bounds of the probability groups from the outcomes of a year; people approve them as a version.
    Thresholds {
        #[command(flatten)]
        data: DataDir,
        /// Day or instant by which outcomes must be known.
        #[arg(long, value_name = "DATE")]
        as_of: String,
        /// Make a draft of the next version under this login.
        #[arg(long, value_name = "LOGIN")]
        by: Option<String>,
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
        /// File to write the order's annex to (CSV): object, old and new category, criteria, acts. The same order over the
        /// same run writes it again at any time.
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
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
    /// Ask the gate: may this kind of event on this ground be started for this object on this day? Stores nothing.
    Gate(GateArgs),
    /// Plan a day: who goes where, in which order, and why the rest stays out.
    Plan {
        #[command(flatten)]
        data: DataDir,
        /// The day.
        #[arg(long, value_name = "DATE")]
        date: String,
        /// Stop the search after so many seconds.
        #[arg(long, value_name = "S", allow_negative_numbers = true)]
        seconds: Option<f64>,
        /// Iterations of the search, at most a million; the same number replays a plan byte for byte.
        #[arg(long, value_name = "N")]
        iterations: Option<u64>,
        /// Seed of the search.
        #[arg(long, default_value_t = 1, value_name = "N")]
        seed: u64,
    },
    /// Bring in travel times of a mode, in place of the great circle.
    #[command(subcommand)]
    TravelTimes(TravelTimesCommand),
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
    /// Bring orders from checked to closed: papers, signature, register, issue.
    #[command(subcommand)]
    Order(OrderCommand),
    /// Follow tasks from approval to their end: taken, on the way, reported, put off, in vain.
    #[command(subcommand)]
    Task(TaskCommand),
    /// Show what the rest of a day would look like when somebody is away, an object cannot be entered or work is urgent;
    /// with --apply, do what was shown.
    Replan(ReplanArgs),
    /// Plan a quarter or a year: what the norms ask for beside what the staff can do, and what does not fit; stores nothing.
    Year(YearArgs),
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
    /// Seed of the bootstrap; with --rolling or --report also of the random order beside the models.
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
pub(crate) struct GateArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Registry key of the object.
    #[arg(long, value_name = "KEY")]
    pub(crate) object: String,
    /// Code of the kind of event, as in events.toml.
    #[arg(long, value_name = "CODE")]
    pub(crate) event: String,
    /// Code of the ground, as in events.toml.
    #[arg(long, value_name = "CODE")]
    pub(crate) ground: String,
    /// The day; also a past one.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: String,
    /// When it is asked: planning, signing or start.
    #[arg(long, default_value = "planning", value_name = "MOMENT")]
    pub(crate) moment: String,
    /// Code of the kind of control, where the object has several.
    #[arg(long, value_name = "CODE")]
    pub(crate) control_kind: Option<String>,
    /// Day on which the plan of the year that holds the event was agreed.
    #[arg(long, value_name = "DATE")]
    pub(crate) plan_agreed_on: Option<String>,
    /// Day of the prosecutor's consent.
    #[arg(long, value_name = "DATE")]
    pub(crate) prosecutor_agreed_on: Option<String>,
    /// Day on which the person was notified.
    #[arg(long, value_name = "DATE")]
    pub(crate) notified_on: Option<String>,
    /// Day of the register's entry.
    #[arg(long, value_name = "DATE")]
    pub(crate) registered_on: Option<String>,
    /// Key of the inspector who would go.
    #[arg(long, value_name = "KEY")]
    pub(crate) inspector: Option<String>,
    /// Working days that the event would last at one place.
    #[arg(long, value_name = "N")]
    pub(crate) working_days: Option<u32>,
    /// What kind of place it is: public, closed, dwelling or dwelling_with_consent.
    #[arg(long, value_name = "CODE")]
    pub(crate) access: Option<String>,
    /// How large the business is that runs it: micro or small.
    #[arg(long, value_name = "CODE")]
    pub(crate) business_size: Option<String>,
    /// Hours of events that this business has had in the year, with those of others.
    #[arg(long, value_name = "N")]
    pub(crate) business_hours: Option<u32>,
    /// Day of the mandatory visit that was the one at the start of the activity: no cap counts it.
    #[arg(long, value_name = "DATE")]
    pub(crate) start_visit_on: Option<String>,
    /// The category in force was set by an official against the published criteria.
    #[arg(long)]
    pub(crate) against_criteria: bool,
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
    /// Key of an inspector who was away at the last change of the day and is back; may be given again.
    #[arg(long, value_name = "KEY")]
    pub(crate) back: Vec<String>,
    /// Registry key of an object that need not be visited any more; may be given again.
    #[arg(long, value_name = "ID")]
    pub(crate) drop: Vec<String>,
    /// Hand the visit to an object over to another inspector of the unit, as ID=KEY; may be given again.
    #[arg(long, value_name = "ID=KEY")]
    pub(crate) hand: Vec<String>,
    /// Registry key of an object that must be visited today, with `:` and the code of the control kind where it is under
    /// several; may be given again.
    #[arg(long, value_name = "ID[:KIND]")]
    pub(crate) urgent: Vec<String>,
    /// Iterations of the search, at most a million.
    #[arg(long, default_value_t = 2000, value_name = "N")]
    pub(crate) iterations: u64,
    /// Seed of the search.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// Apply the difference of this digest, as it was shown for the same call.
    #[arg(long, value_name = "DIGEST", requires_all = ["official", "reason"])]
    pub(crate) apply: Option<String>,
    /// Name of the official who applies it.
    #[arg(long, value_name = "NAME", requires = "apply")]
    pub(crate) official: Option<String>,
    /// Why, in words: it stays on record.
    #[arg(long, value_name = "TEXT", requires = "apply")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct YearArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// First day of the period.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: String,
    /// Last day of the period.
    #[arg(long, value_name = "DATE")]
    pub(crate) to: String,
    /// Show also what so many more inspectors would change; fewer below zero.
    #[arg(long, default_value_t = 0, value_name = "N", allow_negative_numbers = true)]
    pub(crate) more_inspectors: i32,
    /// Per cent of all time that is kept for draws and other work; else the pack's share of draws and what other work took
    /// on the last planned days.
    #[arg(long, value_name = "PERCENT")]
    pub(crate) reserve: Option<u32>,
    /// CSV to write, one row a visit.
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

/// Takes whatever is given, so that a call ends with the one answer that is true.
#[derive(Debug, Args)]
pub(crate) struct NotYet {
    /// Ignored: the command does not exist yet.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _rest: Vec<String>,
}
