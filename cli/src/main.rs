//! The binary `dozor`: the composition root. It reads the clock, makes ids, draws progress bars, prints results and
//! turns errors into exit codes; everything else happens in `app` and `api`.

mod args;
mod commands;
mod edge;
mod findings;
mod output;
mod progress;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;

/// Long runs allocate on many threads and free on others: see ADR 17 for what the system's allocator keeps then.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    // Also where the arguments do not parse, or belong to a command that takes whatever is given.
    let json = words.iter().any(|word| word == "--json");
    let cli = match Cli::try_parse_from(&words) {
        Ok(cli) => cli,
        Err(fault) => return output::not_parsed(&fault, json),
    };
    edge::start_logging();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => return output::failed_to_start(&fault),
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(done) => output::print(&done, json),
        Err(failure) => output::fail(&failure, json),
    }
}
