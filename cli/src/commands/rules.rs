//! `rules check` and `rules test`: of a pack, or of the active methodology.

use dozor_app::{LoadedMethodology, ProblemLevel, check_rules, read_pack, test_rules};
use serde_json::json;

use super::Session;
use crate::args::RulesArgs;
use crate::output::{Done, Ending, Failure};

/// Checks every rule and lists all problems.
pub(super) async fn check(session: &Session, args: &RulesArgs) -> Result<Done, Failure> {
    let report = match &args.pack {
        Some(pack) => check_rules(&read_pack(pack)?)?,
        None => check_rules(&session.open(&args.data).await?.methodology().files)?,
    };
    let mut text =
        format!("{} rules, {} cases, {} problems\n", report.rules, report.cases, report.problems.len());
    for problem in &report.problems {
        text.push_str(&format!("{problem}\n"));
    }
    let broken = report.problems.iter().any(|problem| problem.level == ProblemLevel::Error);
    let ending = if broken { Ending::FoundProblems } else { Ending::Clean };
    Ok(Done { document: json!(report), text, ending })
}

/// Runs the cases of every rule.
pub(super) async fn test(session: &Session, args: &RulesArgs) -> Result<Done, Failure> {
    let results = match &args.pack {
        Some(pack) => test_rules(&LoadedMethodology::parse(read_pack(pack)?)?),
        None => test_rules(session.open(&args.data).await?.methodology()),
    };
    let failed = results.iter().filter(|result| !result.passed).count();
    let mut text = format!("{} cases, {} passed, {failed} failed\n", results.len(), results.len() - failed);
    for result in results.iter().filter(|result| !result.passed) {
        text.push_str(&format!(
            "{} · {}: expected {:?}, got {:?}. {}\n",
            result.rule, result.case, result.expected, result.got, result.message
        ));
    }
    let document = json!({ "cases": results.len(), "failed": failed, "results": results });
    let ending = if failed == 0 { Ending::Clean } else { Ending::FoundProblems };
    Ok(Done { document, text, ending })
}
