//! `docs/ERRORS.md` as it must read: made from the tables of all crates, so that code and document can't drift.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use dozor_domain::ErrorInfo;

/// Returns every table of codes with the name of its crate.
pub fn tables() -> Vec<(&'static str, &'static str, &'static [ErrorInfo])> {
    vec![
        ("domain", "The pack's own file", dozor_domain::PACK_ERRORS),
        ("ingest", "Files as a whole", dozor_ingest::INGEST_ERRORS),
        (
            "ingest (rejects)",
            "Single rows: each is a reject, the rest of the file goes on",
            dozor_ingest::REJECT_CODES,
        ),
        ("script", "Scripts of rules, facts and policy", dozor_script::SCRIPT_ERRORS),
        ("facts", "The fact catalogue", dozor_facts::FACTS_ERRORS),
        ("rules", "Rules and their cases", dozor_rules::RULES_ERRORS),
        ("verifier", "Findings about rules (`rules verify`)", dozor_rules::VERIFY_FINDINGS),
        ("scoring", "Model and policy", dozor_scoring::SCORING_ERRORS),
        ("policy", "Findings about the policy (`rules verify`)", dozor_scoring::POLICY_FINDINGS),
        ("planner", "Planning", dozor_planner::PLANNER_ERRORS),
        ("travel times", "Files of travel times, as a whole and by row", dozor_app::TRAVEL_TIMES_ERRORS),
        ("table services", "Services that are asked for travel times", dozor_app::TRAVEL_SERVICE_ERRORS),
        ("city", "The demo city", dozor_city::CITY_ERRORS),
        ("store", "The database", dozor_store::STORE_ERRORS),
        ("app", "Use-cases", dozor_app::APP_ERRORS),
        ("orders", "Orders", dozor_app::ORDER_ERRORS),
        ("tasks", "Tasks", dozor_app::TASK_ERRORS),
        ("versions", "Versions of the methodology", dozor_app::VERSION_ERRORS),
        ("api", "Requests", dozor_api::API_ERRORS),
        (
            "cli",
            "The command line: calls that make no sense (exit code 2), the server",
            crate::usage::USAGE_ERRORS,
        ),
        (
            "checks",
            "What a check of the command line finds (exit code 1, beside the findings)",
            crate::findings::FOUND_ERRORS,
        ),
    ]
}

/// Codes that stand in two tables and mean the same in both: a row or a request names an object that is not there.
const SHARED: [&str; 1] = ["OBJECT_NOT_FOUND"];

/// Returns the codes that stand in more than one table, but for those that mean the same there.
pub fn codes_in_two_tables() -> Vec<&'static str> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for info in tables().iter().flat_map(|(_, _, table)| table.iter()) {
        *seen.entry(info.code).or_default() += 1;
    }
    seen.into_iter()
        .filter(|(code, count)| *count > 1 && !SHARED.contains(code))
        .map(|(code, _)| code)
        .collect()
}

/// Returns the whole document.
pub fn document() -> String {
    let mut text = String::from(
        "# Errors\n\n\
         Every message that ends a command, refuses a row or answers a request has a code, a cause and an action.\n\
         Codes never change their meaning. This page is made from the tables in the code: \
         `DOZOR_WRITE_DOCS=1 cargo test --profile ci -p dozor-tests --test errors_doc` writes it anew.\n",
    );
    for (name, about, table) in tables() {
        let _ = write!(text, "\n## {about} (`{name}`)\n\n| code | cause | action |\n|---|---|---|\n");
        let mut rows: Vec<&ErrorInfo> = table.iter().collect();
        rows.sort_by_key(|info| info.code);
        for info in rows {
            let _ = writeln!(text, "| `{}` | {} | {} |", info.code, cell(info.cause), cell(info.action));
        }
    }
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
