//! Measures the search on benchmark files in CPU seconds of one thread, each answer passed through the checker.
//!
//! `sweep toptw --data DIR --out FILE --seconds S [--seeds N] [--vehicles 2,4] [--only r,rc,pr] [--every K]`
//! appends a line a run to FILE and leaves out the runs that it already holds, so that a sweep may be stopped and
//! begun again; `sweep summary --out FILE` and `sweep table --out FILE` read it.
//! `sweep city --file FILE --seconds S [--seeds N] [--iterations I]` prints a line a run.
//! `sweep large [--objects N] [--inspectors K] [--seconds S]` runs on a generated city, on all threads.
//! `sweep day --pack DIR [--objects N] [--inspectors K] [--iterations I]` plans such a day as `dozor plan` does, and again
//! after one absence and after one urgent order.
//! Settings of the search are changed by `--set name=value,name=value`.
#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]

mod arguments;
mod city;
mod clock;
mod day;
mod large;
mod results;
mod toptw;

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let arguments = arguments::Arguments::read();
    match arguments.command.as_str() {
        "toptw" => toptw::sweep(&arguments),
        "summary" => results::summary(&arguments.text("--out")?),
        "table" => results::table(&arguments.text("--out")?),
        "city" => city::sweep(&arguments),
        "large" => large::run(&arguments),
        "day" => day::run(&arguments),
        other => Err(format!("«{other}» is none of toptw, summary, table, city, large, day").into()),
    }
}
