//! One function a command: open, call one use-case, word the result.

mod audit;
mod backtest;
mod day;
mod evaluate;
mod executors;
mod gate;
mod ingest;
mod methodology;
mod model;
mod order;
mod oversight;
mod rules;
mod serve;
mod setup;
mod solve;
mod task;
mod travel_times;
mod user;
mod work;
mod year;

use dozor_app::{AppError, Dozor, Location};
use dozor_domain::{Clock, ErrorBody, ErrorInfo, Timestamp};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::args::{AuditCommand, Cli, Command, DataDir, Global, PackCommand, RulesCommand};
use crate::edge;
use crate::findings::FOUND_ERRORS;
use crate::output::{Done, Failure};
use crate::usage::USAGE_ERRORS;

/// More threads than any machine has use for: each takes memory before it takes work.
const MOST_THREADS: usize = 256;

/// What commands share: the global options, the clock made from them, and what they opened.
pub(crate) struct Session {
    pub(crate) global: Global,
    pub(crate) clock: Arc<dyn Clock>,
    opened: Mutex<Vec<Dozor>>,
}

impl Session {
    fn new(global: Global) -> Result<Self, Failure> {
        let now = match &global.now {
            Some(text) => {
                let instant = Timestamp::parse_rfc3339(text);
                Some(instant.ok_or_else(|| usage("NOW_INVALID", &format!("reading --now {text}")))?)
            }
            None => None,
        };
        if let Some(threads) = global.threads {
            let invalid = || usage("THREADS_INVALID", &format!("starting {threads} threads"));
            if !(1..=MOST_THREADS).contains(&threads) {
                return Err(invalid());
            }
            dozor_app::limit_threads(threads).map_err(|_| invalid())?;
        }
        Ok(Self { clock: edge::clock(now), global, opened: Mutex::default() })
    }

    /// Closes what was opened, so that a database is one file when the program has ended.
    async fn close(&self) {
        let opened = std::mem::take(&mut *self.opened.lock().unwrap_or_else(PoisonError::into_inner));
        for dozor in opened {
            dozor.store().close().await;
        }
    }

    /// Returns where the database is.
    pub(crate) fn location(&self, data: &DataDir) -> Result<Location, Failure> {
        match (&data.data, &self.global.database_url) {
            (Some(folder), url) => Ok(Location::from_arguments(folder, url.as_deref())?),
            (None, Some(url)) => Ok(Location::from_arguments(Path::new("."), Some(url))?),
            (None, None) => Err(usage("DATA_MISSING", "looking for the database")),
        }
    }

    /// Opens the installation.
    pub(crate) async fn open(&self, data: &DataDir) -> Result<Dozor, Failure> {
        let dozor = Dozor::open(&self.location(data)?, Arc::clone(&self.clock)).await?;
        let dozor = dozor.with_holders(Arc::new(edge::Processes));
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push(dozor.clone());
        Ok(dozor)
    }
}

/// Returns an entry of the command line's own table.
pub(crate) fn usage_entry(code: &str) -> &'static ErrorInfo {
    USAGE_ERRORS.iter().find(|info| info.code == code).unwrap_or(&USAGE_ERRORS[0])
}

/// Builds a failure of usage from its entry in the table.
pub(crate) fn usage(code: &str, message: &str) -> Failure {
    let info = usage_entry(code);
    let [code, message, cause, action] = [info.code, message, info.cause, info.action].map(str::to_owned);
    Failure::Usage(ErrorBody { code, message, cause, action })
}

/// Words what a check found.
pub(crate) fn found(code: &str, message: String) -> ErrorBody {
    let mut tables = FOUND_ERRORS.iter().chain(dozor_app::APP_ERRORS);
    let info = tables.find(|info| info.code == code).unwrap_or(&FOUND_ERRORS[0]);
    let [code, cause, action] = [info.code, info.cause, info.action].map(str::to_owned);
    ErrorBody { code, message, cause, action }
}

fn not_yet(command: &str, comes_with: &str) -> Result<Done, Failure> {
    Err(usage("COMMAND_NOT_BUILT", &format!("running `dozor {command}`, which comes with {comes_with}")))
}

/// Runs one command.
pub(crate) async fn run(cli: Cli) -> Result<Done, Failure> {
    let session = Session::new(cli.global)?;
    let done = run_in(&session, cli.command).await;
    session.close().await;
    done
}

#[expect(clippy::too_many_lines, reason = "a table: one arm a command")]
async fn run_in(session: &Session, command: Command) -> Result<Done, Failure> {
    match command {
        Command::Init { data, pack } => setup::init(session, &data, &pack).await,
        Command::Demo(args) => setup::demo(session, &args).await,
        Command::Serve(args) => serve::serve(session, &args).await,
        Command::Ingest { data, confirm: Some(package), .. } => {
            ingest::confirm(session, &data, &package).await
        }
        Command::Ingest { data, dismiss: Some(package), reason, .. } => {
            ingest::dismiss(session, &data, &package, reason.as_deref().unwrap_or_default()).await
        }
        Command::Ingest { data, source, delivered, files, .. } => {
            let source = source.unwrap_or_default();
            ingest::ingest(session, &data, &source, delivered.as_deref(), &files).await
        }
        Command::Rejects { data, source, by, export } => {
            ingest::rejects(session, &data, source.as_deref(), &by, export.as_deref()).await
        }
        Command::Facts { data, as_of, export } => model::facts(session, &data, &as_of, &export).await,
        Command::Rules(RulesCommand::Check(args)) => rules::check(session, &args).await,
        Command::Rules(RulesCommand::Test(args)) => rules::test(session, &args).await,
        Command::Rules(RulesCommand::Backtest(args)) => backtest::backtest(session, &args).await,
        Command::Rules(RulesCommand::Verify(args)) => rules::verify(session, &args).await,
        Command::Rules(RulesCommand::Snooze { data, object, rule, until, comment, by }) => {
            let call = rules::SnoozeCall { object, rule, until, comment, by };
            rules::snooze(session, &data, call).await
        }
        Command::Methodology(command) => methodology::run(session, command).await,
        Command::Train { data, as_of, promote } => model::train(session, &data, &as_of, promote).await,
        Command::Scorecard { data, as_of, export, annex } => {
            model::scorecard(session, &data, &as_of, (&export, annex.as_deref())).await
        }
        Command::Exploration { data, as_of } => model::exploration(session, &data, &as_of).await,
        Command::Oversight { data, as_of } => oversight::oversight(session, &data, &as_of).await,
        Command::Executors { data } => executors::executors(session, &data).await,
        Command::Thresholds { data, as_of, by } => {
            oversight::thresholds(session, &data, &as_of, by.as_deref()).await
        }
        Command::Evaluate(args) => evaluate::evaluate(session, &args).await,
        Command::Score { data, as_of, export } => {
            work::score(session, &data, &as_of, export.as_deref()).await
        }
        Command::Decide { data, order, official, run, export } => {
            work::decide(session, &data, (order, official, run), export.as_deref()).await
        }
        Command::Explain { data, object, as_of } => {
            work::explain(session, &data, &object, as_of.as_deref()).await
        }
        Command::Gate(args) => gate::gate(session, args).await,
        Command::Plan { data, date, seconds, iterations, seed } => {
            work::plan(session, &data, &date, work::Search { seconds, iterations, seed }).await
        }
        Command::Approve { data, plan, official } => day::approve(session, &data, &plan, official).await,
        Command::Order(command) => order::run(session, command).await,
        Command::Task(command) => task::run(session, command).await,
        Command::TravelTimes(command) => travel_times::run(session, command).await,
        Command::Replan(args) => day::replan(session, args).await,
        Command::Year(args) => year::year(session, &args).await,
        Command::Solve(command) => solve::solve(&command),
        Command::Match(_) => not_yet("match", "imagery"),
        Command::Audit(AuditCommand::Verify { data, checkpoint }) => {
            audit::verify(session, &data, checkpoint.as_deref()).await
        }
        Command::Audit(AuditCommand::Checkpoint { data }) => audit::checkpoint(session, &data).await,
        Command::Audit(AuditCommand::Recompute { data, object }) => {
            audit::recompute(session, &data, object.as_deref()).await
        }
        Command::Pack(PackCommand::Export { data, to }) => setup::export(session, &data, &to).await,
        Command::Pack(PackCommand::Diff { data, candidate }) => {
            methodology::diff(session, &data, &candidate).await
        }
        Command::Pack(PackCommand::Upgrade(args)) => methodology::upgrade(session, &args).await,
        Command::User(command) => user::run(session, command).await,
        Command::Openapi => Ok(Done {
            document: dozor_api::openapi(),
            text: dozor_api::openapi_text(),
            ending: crate::output::Ending::Clean,
        }),
    }
}

/// Reads a day; a failure is one of usage.
pub(crate) fn instant(dozor: &Dozor, text: &str) -> Result<Timestamp, Failure> {
    dozor.instant(text).map_err(|error: AppError| Failure::Usage(ErrorBody::new(&error)))
}
