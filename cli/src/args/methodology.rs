//! `rules …`, `pack …`, `methodology …`: what people do with the versions of a methodology.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::DataDir;

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
    /// Put a decision table into a draft from a sheet: a workbook (.xlsx) or CSV. Of a version in force it makes a draft.
    Table(TableArgs),
    /// Write the fact catalogue of a version: as a page (Markdown) or, with --json, for completion in an editor.
    Facts(CatalogueArgs),
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
pub(crate) struct TableArgs {
    #[command(flatten)]
    pub(crate) step: StepArgs,
    /// The sheet.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,
    /// Name by which scripts call the table.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// Which sheet of a workbook that has several.
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CatalogueArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Number or hash of the version; else the active one.
    #[arg(value_name = "VERSION")]
    pub(crate) version: Option<String>,
    /// Language of the page: ru or en.
    #[arg(long, default_value = "ru", value_name = "CODE")]
    pub(crate) language: String,
    /// File to write the page to; else it is printed.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
}
