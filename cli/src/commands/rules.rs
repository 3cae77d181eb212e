//! `rules check`, `rules test`, `rules verify`: of a pack, or of the active methodology.

use std::sync::Arc;

use dozor_app::{
    AppError, CaseOutcome, CaseResult, CheckReport, LoadedMethodology, ProblemLevel, SnoozeCommand,
    VerifyReport, check_rules, read_pack, test_gate, test_rules, verify_rules,
};
use dozor_domain::SnoozeId;
use serde_json::json;

use super::{Session, found, instant};
use crate::args::{DataDir, RulesArgs, VerifyArgs};
use crate::edge;
use crate::output::{Done, Ending, Failure};
use crate::progress::Bars;

/// Checks every rule and lists all problems.
pub(super) async fn check(session: &Session, args: &RulesArgs) -> Result<Done, Failure> {
    let report = match &args.pack {
        Some(pack) => check_pack(pack)?,
        None => check_rules(&session.open(&args.data).await?.methodology().files)?,
    };
    let mut text =
        format!("{} rules, {} cases, {} problems\n", report.rules, report.cases, report.problems.len());
    for problem in &report.problems {
        text.push_str(&format!("{problem}\n"));
    }
    let broken = report.problems.iter().filter(|problem| problem.level == ProblemLevel::Error).count();
    let ending = ending("RULES_INVALID", "checking the rules", broken);
    Ok(Done { document: json!(report), text, ending })
}

/// Checks a pack: its rules first, whose problems are listed all at once; where they are sound, every other file.
fn check_pack(pack: &str) -> Result<CheckReport, AppError> {
    let files = read_pack(pack)?;
    let report = check_rules(&files)?;
    if report.problems.iter().all(|problem| problem.level != ProblemLevel::Error) {
        LoadedMethodology::parse(files)?;
    }
    Ok(report)
}

/// Runs the cases of every rule and of the gate.
pub(super) async fn test(session: &Session, args: &RulesArgs) -> Result<Done, Failure> {
    let (results, gate) = match &args.pack {
        Some(pack) => tested(&LoadedMethodology::parse(read_pack(pack)?)?),
        None => tested(session.open(&args.data).await?.methodology()),
    };
    let failed = results.iter().filter(|result| !result.passed).count();
    let mut text = format!("{} cases, {} passed, {failed} failed\n", results.len(), results.len() - failed);
    for result in results.iter().filter(|result| !result.passed) {
        text.push_str(&format!(
            "{} · {}: expected {:?}, got {:?}. {}\n",
            result.rule, result.case, result.expected, result.got, result.message
        ));
    }
    let refused = gate.iter().filter(|outcome| !outcome.passed).count();
    if !gate.is_empty() {
        text.push_str(&format!(
            "{} cases of the gate, {} passed, {refused} failed\n",
            gate.len(),
            gate.len() - refused
        ));
    }
    for outcome in gate.iter().filter(|outcome| !outcome.passed) {
        text.push_str(&format!("{}: {}\n", outcome.title, outcome.difference()));
    }
    let document = json!({ "cases": results.len(), "failed": failed, "results": results,
        "gate": { "cases": gate.len(), "failed": refused, "results": gate } });
    let ending = ending("RULES_CASES_FAILED", "testing the rules and the gate", failed + refused);
    Ok(Done { document, text, ending })
}

fn ending(code: &str, doing: &str, count: usize) -> Ending {
    match count {
        0 => Ending::Clean,
        count => Ending::FoundProblems(found(code, format!("{doing}: {count} found"))),
    }
}

fn tested(methodology: &LoadedMethodology) -> (Vec<CaseResult>, Vec<CaseOutcome>) {
    (test_rules(methodology), test_gate(methodology))
}

/// Runs the verifier; warnings end well, errors do not.
pub(super) async fn verify(session: &Session, args: &VerifyArgs) -> Result<Done, Failure> {
    let report = match &args.pack {
        Some(pack) => verify_rules(&LoadedMethodology::parse(read_pack(pack)?)?),
        None => {
            let dozor = session.open(&args.data).await?;
            let methodology = match &args.candidate {
                Some(candidate) => dozor.candidate(candidate).await?,
                None => Arc::new(dozor.methodology().clone()),
            };
            let as_of = match &args.as_of {
                Some(text) => instant(&dozor, text)?,
                None => dozor.now(),
            };
            dozor.verify_rules(methodology, as_of, &Bars::new()).await?
        }
    };
    let errors = report.findings.iter().filter(|finding| finding.level == ProblemLevel::Error).count();
    let ending = ending("RULES_UNSOUND", "verifying the rules", errors);
    Ok(Done { text: verified(&report), document: json!(report), ending })
}

fn verified(report: &VerifyReport) -> String {
    let portfolio = report.objects.map_or_else(String::new, |objects| format!(" on {objects} objects"));
    let count = report.findings.len() + report.policy.len();
    let mut text = format!("{} rules verified{portfolio}, {count} findings\n", report.rules);
    report.findings.iter().for_each(|finding| text.push_str(&format!("{finding}\n")));
    for finding in &report.policy {
        text.push_str(&format!(
            "{}: {}. {}: {}\n",
            finding.code, finding.message, finding.cause, finding.action
        ));
    }
    text
}

/// Is what `rules snooze` is called with.
pub(super) struct SnoozeCall {
    pub(super) object: String,
    pub(super) rule: String,
    pub(super) until: String,
    pub(super) comment: String,
    pub(super) by: String,
}

/// Snoozes a rule on one object.
pub(super) async fn snooze(session: &Session, data: &DataDir, call: SnoozeCall) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let until = instant(&dozor, &call.until)?;
    let actor = dozor.actor(&call.by).await?;
    let found = dozor.store().objects_by_key(&call.object).await?.into_iter().next();
    let object = found.ok_or(AppError::ObjectNotFound { key: call.object })?;
    let id = SnoozeId::new(edge::new_id());
    let command = SnoozeCommand { id, rule: call.rule, comment: call.comment, until };
    let snooze = dozor.snooze_rule(&object, command, &actor).await?;
    let text = format!("{} is not queued on {} until {}", snooze.rule, object.key, snooze.until);
    Ok(Done::clean(&snooze, text))
}
