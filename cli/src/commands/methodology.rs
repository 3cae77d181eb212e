//! `methodology …`, `pack diff`, `pack upgrade`: versions from draft to in force.

use std::path::Path;
use std::sync::Arc;

use dozor_app::{
    AppError, Dozor, Language, LoadedMethodology, TableSheet, VersionReport, document, read_pack, write_whole,
};
use serde_json::json;

use super::{Session, instant};
use crate::args::{CatalogueArgs, DataDir, MethodologyCommand, StepArgs, TableArgs, UpgradeArgs};
use crate::output::{Done, Failure};
use crate::progress::Bars;

/// Runs one of the commands of versions.
pub(super) async fn run(session: &Session, command: MethodologyCommand) -> Result<Done, Failure> {
    match command {
        MethodologyCommand::List { data } => {
            let versions = session.open(&data).await?.versions().await?;
            let text: Vec<String> = versions.iter().map(line).collect();
            Ok(Done::clean(&json!({ "versions": versions }), text.join("\n")))
        }
        MethodologyCommand::Show { data, version } => {
            let report = session.open(&data).await?.version_report(&version).await?;
            Ok(told(&report))
        }
        MethodologyCommand::Check(args) => check(session, &args).await,
        MethodologyCommand::Submit(args) => {
            let (dozor, actor) = acting(session, &args.data, &args.by).await?;
            Ok(told(&dozor.submit_version(&args.version, &actor).await?))
        }
        MethodologyCommand::Sign(args) => {
            let (dozor, actor) = acting(session, &args.data, &args.by).await?;
            Ok(told(&dozor.sign_version(&args.version, &actor).await?))
        }
        MethodologyCommand::Approve { step, reason } => approve(session, &step, &reason).await,
        MethodologyCommand::Schedule { step, from } => {
            let (dozor, actor) = acting(session, &step.data, &step.by).await?;
            let from = instant(&dozor, &from)?;
            Ok(told(&dozor.schedule_version(&step.version, from, &actor).await?))
        }
        MethodologyCommand::Activate(args) => {
            let (dozor, actor) = acting(session, &args.data, &args.by).await?;
            Ok(told(&dozor.activate_version(&args.version, &actor).await?))
        }
        MethodologyCommand::Reject { step, reason } => {
            let (dozor, actor) = acting(session, &step.data, &step.by).await?;
            Ok(told(&dozor.reject_version(&step.version, &reason, &actor).await?))
        }
        MethodologyCommand::Table(args) => import_table(session, &args).await,
        MethodologyCommand::Facts(args) => write_catalogue(session, &args).await,
        MethodologyCommand::Document { data, version, language, to } => {
            write_document(session, &data, version.as_deref(), (&language, to.as_deref())).await
        }
        MethodologyCommand::Rollback { data, by, reason } => {
            let (dozor, actor) = acting(session, &data, &by).await?;
            let report = dozor.roll_back(&reason, &actor).await?;
            let text = format!(
                "version {} is in force again in place of {}",
                report.restored.number, report.replaced
            );
            Ok(Done::clean(&report, text))
        }
    }
}

async fn acting(session: &Session, data: &DataDir, by: &str) -> Result<(Dozor, dozor_app::Actor), Failure> {
    let dozor = session.open(data).await?;
    let actor = dozor.actor(by).await?;
    Ok((dozor, actor))
}

async fn check(session: &Session, args: &StepArgs) -> Result<Done, Failure> {
    let (dozor, actor) = acting(session, &args.data, &args.by).await?;
    let report = dozor.check_version(&args.version, &actor).await?;
    let mut text = format!("{}\n{} cases passed\n", line(&report.version), report.cases);
    report.warnings.iter().for_each(|warning| text.push_str(&format!("{warning}\n")));
    Ok(Done::clean(&report, text))
}

async fn approve(session: &Session, step: &StepArgs, reason: &str) -> Result<Done, Failure> {
    let (dozor, actor) = acting(session, &step.data, &step.by).await?;
    let report = dozor.approve_version(&step.version, reason, &actor, &Bars::new()).await?;
    let needs = super::backtest::gate_text(report.gate.level);
    let agreed = if report.agreed { "everybody who must agree has" } else { "somebody else must agree too" };
    let text = format!("{}\n{needs}\n{agreed}", line(&report.version));
    Ok(Done::clean(&report, text))
}

/// Puts a decision table into a draft from a sheet.
async fn import_table(session: &Session, args: &TableArgs) -> Result<Done, Failure> {
    let (dozor, actor) = acting(session, &args.step.data, &args.step.by).await?;
    let path = args.from.display().to_string();
    let bytes = std::fs::read(&args.from).map_err(|source| AppError::Read { path, source })?;
    let sheet = TableSheet { name: &args.name, bytes: &bytes, sheet: args.sheet.as_deref() };
    let report = dozor.import_table(sheet, &args.step.version, &actor).await?;
    let text = format!("{}\n{} rows → {}", line(&report.version), report.rows, report.file);
    Ok(Done::clean(&report, text))
}

/// Writes the fact catalogue of a version.
async fn write_catalogue(session: &Session, args: &CatalogueArgs) -> Result<Done, Failure> {
    let language = language(&args.language)?;
    let dozor = session.open(&args.data).await?;
    let (methodology, _) = version_of(&dozor, args.version.as_deref()).await?;
    let page = methodology.catalogue_page(language);
    let catalogue = methodology.catalogue_json()?;
    match &args.to {
        None => Ok(Done::clean(&catalogue, page)),
        Some(file) => {
            let path = write_text(file, &page)?;
            let facts = methodology.catalogue.facts().len();
            Ok(Done::clean(&json!({ "facts": facts, "file": path }), format!("{facts} facts → {path}")))
        }
    }
}

fn language(code: &str) -> Result<Language, Failure> {
    let unknown = || super::usage("LANGUAGE_INVALID", &format!("reading --language {code}"));
    Language::parse(code).ok_or_else(unknown)
}

/// Returns a version, or the one in force, with its number.
async fn version_of(dozor: &Dozor, version: Option<&str>) -> Result<(Arc<LoadedMethodology>, i64), Failure> {
    match version {
        Some(version) => Ok((dozor.candidate(version).await?, dozor.version_report(version).await?.number)),
        None => {
            let active = Arc::new(dozor.methodology().clone());
            let number = dozor.version_report(&active.hash).await?.number;
            Ok((active, number))
        }
    }
}

/// Writes a text whole or not at all; returns the file's name.
fn write_text(file: &Path, text: &str) -> Result<String, Failure> {
    let path = file.display().to_string();
    let failed = |source| AppError::Write { path: path.clone(), source };
    write_whole(file, |out| out.write_all(text.as_bytes()).map_err(failed))?;
    Ok(path)
}

async fn write_document(
    session: &Session,
    data: &DataDir,
    version: Option<&str>,
    (code, to): (&str, Option<&Path>),
) -> Result<Done, Failure> {
    let language = language(code)?;
    let dozor = session.open(data).await?;
    let (methodology, number) = version_of(&dozor, version).await?;
    let passports = dozor.passports_of(&methodology, dozor.now(), &Bars::new()).await?;
    let text = document(&methodology, Some(number), &passports, language);
    match to {
        None => Ok(Done::clean(&json!({ "version": number, "document": text }), text)),
        Some(file) => {
            let path = write_text(file, &text)?;
            Ok(Done::clean(&json!({ "version": number, "file": path }), format!("version {number} → {path}")))
        }
    }
}

fn told(report: &VersionReport) -> Done {
    let mut text = line(report);
    for step in &report.steps {
        text.push_str(&format!("\n  {} {} by {}", step.at, step.event.code(), step.by.name));
    }
    Done::clean(report, text)
}

fn line(report: &VersionReport) -> String {
    let authors: Vec<&str> = report.life.authors.iter().map(|author| author.name.as_str()).collect();
    let short: String = report.hash.chars().take(12).collect();
    format!("version {} ({short}) by {}: {}", report.number, authors.join(", "), report.life.stage.code())
}

/// Compares a candidate with the active version, by rule.
pub(super) async fn diff(session: &Session, data: &DataDir, candidate: &str) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let candidate = dozor.candidate(candidate).await?;
    let difference = dozor.difference(&candidate);
    let mut text = format!("{} rules and {} files differ\n", difference.rules.len(), difference.files.len());
    for rule in &difference.rules {
        text.push_str(&format!("{} {:?}\n", rule.rule, rule.change));
        for field in &rule.fields {
            text.push_str(&format!("  {}: «{}» → «{}»\n", field.field, field.before, field.after));
        }
        if rule.script_before.is_some() && rule.script_after.is_some() {
            text.push_str("  script changed\n");
        }
    }
    for file in &difference.files {
        text.push_str(&format!("{:?} {}\n", file.change, file.path));
    }
    Ok(Done::clean(&difference, text))
}

/// Makes a draft of a folder, or replaces the files of a draft.
pub(super) async fn upgrade(session: &Session, args: &UpgradeArgs) -> Result<Done, Failure> {
    let (dozor, actor) = acting(session, &args.data, &args.by).await?;
    let files = read_pack(&args.from)?;
    let report = match &args.draft {
        Some(draft) => dozor.replace_draft(draft, files, &actor).await?,
        None => dozor.draft_version(files, &actor).await?,
    };
    Ok(told(&report))
}
