//! `order …`: the life of orders, one command a step.

use clap::{Args, Subcommand};

use super::DataDir;

/// An order and who acts on it.
#[derive(Debug, Args)]
pub(crate) struct OrderArgs {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Number of the order, e.g. 2026/000017.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) order: String,
    /// Login of the person; in a database without users, his name.
    #[arg(long, value_name = "LOGIN")]
    pub(crate) by: String,
}

/// A document: its number and the SHA-256 of its bytes.
#[derive(Debug, Args)]
pub(crate) struct PaperArgs {
    /// Number of the document.
    #[arg(long, value_name = "TEXT")]
    pub(crate) document: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    #[arg(long, value_name = "HEX")]
    pub(crate) sha256: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum OrderCommand {
    /// List the orders of a day with what each lacks.
    List {
        #[command(flatten)]
        data: DataDir,
        /// The day; else today.
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
    },
    /// Show one order and its history.
    Show {
        #[command(flatten)]
        data: DataDir,
        /// Number of the order, e.g. 2026/000017.
        #[arg(long, value_name = "NUMBER")]
        order: String,
    },
    /// Say what an order lacks, and ask the gate about it as at the signature; changes nothing.
    Check {
        #[command(flatten)]
        data: DataDir,
        /// Number of the order, e.g. 2026/000017.
        #[arg(long, value_name = "NUMBER")]
        order: String,
    },
    /// Enter the request to the prosecutor, where the kind of event needs his agreement.
    RequestApproval {
        #[command(flatten)]
        order: OrderArgs,
        #[command(flatten)]
        paper: PaperArgs,
    },
    /// Enter that the prosecutor agrees.
    Agree {
        #[command(flatten)]
        order: OrderArgs,
        #[command(flatten)]
        paper: PaperArgs,
        /// Day of the answer.
        #[arg(long, value_name = "DATE")]
        on: String,
    },
    /// Enter that the prosecutor refuses: the order's tasks are free again.
    Refuse {
        #[command(flatten)]
        order: OrderArgs,
        #[command(flatten)]
        paper: PaperArgs,
        /// Day of the answer.
        #[arg(long, value_name = "DATE")]
        on: String,
    },
    /// Sign: the gate is asked once more.
    Sign {
        #[command(flatten)]
        order: OrderArgs,
        #[command(flatten)]
        paper: PaperArgs,
        /// Value of the signature, base64 or PEM, as the signing program gave it.
        #[arg(long, value_name = "TEXT")]
        signature: String,
    },
    /// Enter the number of the state register of control events.
    Register {
        #[command(flatten)]
        order: OrderArgs,
        /// The number.
        #[arg(long, value_name = "NUMBER")]
        number: String,
        /// Day of the entry.
        #[arg(long, value_name = "DATE")]
        on: String,
    },
    /// Issue to the inspector: its work may start.
    Issue(OrderArgs),
    /// Enter that the controlled person was told of the event: its term runs before the start.
    Notify {
        #[command(flatten)]
        order: OrderArgs,
        /// In which way, e.g. «личный кабинет ЕПГУ».
        #[arg(long, value_name = "TEXT")]
        way: String,
        /// Number of the notice.
        #[arg(long, value_name = "NUMBER")]
        number: String,
        /// Day on which it reached the person.
        #[arg(long, value_name = "DATE")]
        on: String,
    },
    /// Give an issued order a later end, within the term of its kind of event.
    Extend {
        #[command(flatten)]
        order: OrderArgs,
        /// The last day, inclusive.
        #[arg(long, value_name = "DATE")]
        until: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Close an order whose work is done.
    Close(OrderArgs),
    /// Call an order off: its tasks are free again.
    Revoke {
        #[command(flatten)]
        order: OrderArgs,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}
