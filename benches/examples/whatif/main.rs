//! Measures a what-if over a seeded portfolio: the 50 rules of the example `speed` in force, a candidate beside them, the
//! migration matrix and every moved object with what moved it. Usage: `whatif [--objects N]`.
#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]

#[path = "../../../rules/examples/speed/clock.rs"]
mod clock;
#[path = "../../../rules/examples/speed/portfolio.rs"]
mod portfolio;
#[path = "../../../rules/examples/speed/variants.rs"]
mod variants;

use std::collections::BTreeMap;
use std::path::Path;

use clock::timed;
use dozor_domain::{PackManifest, VerdictColumns};
use dozor_facts::FactsTable;
use dozor_rules::RuleSet;
use dozor_scoring::{Answers, CategoryColumn, CodeColumn, Comparison, Policy, SeverityColumn, Side, compare};
use dozor_script::{Cell, Names};

type Failed = Box<dyn std::error::Error>;

const REPEATS: usize = 7;
const RULES: usize = 50;
const SEED: u64 = 1;
/// The rule whose threshold the candidate moves, and how.
const CHANGED: (&str, &str, &str) =
    ("rules/prior_violations_0.rhai", "if violations_final_3y >= 1", "if violations_final_3y >= 40");

/// Holds what both sides share.
struct Portfolio {
    table: FactsTable,
    policy: Policy,
    kinds: CodeColumn,
    territories: CodeColumn,
}

/// Holds one side: answers, severity, categories.
struct Weighed {
    verdicts: VerdictColumns,
    severity: SeverityColumn,
    categories: Vec<CategoryColumn>,
}

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().position(|argument| argument == "--objects");
    let objects = given.and_then(|at| arguments.get(at + 1)).map_or(Ok(1_000_000), |text| text.parse())?;
    let (active, names) = variants::rules(RULES)?;
    let (candidate, _) = variants::changed(RULES, CHANGED)?;
    let portfolio = portfolio_of(&active, &names, objects)?;
    let before = portfolio.weighed(&active)?;
    let mut found = None;
    let one_rule = timed(REPEATS, || {
        let own = candidate.changed_since(&active).evaluate_columns(&portfolio.table)?;
        found = Some(portfolio.compared(&before, &own)?);
        Ok(())
    })?;
    let both = timed(REPEATS, || {
        let before = portfolio.weighed(&active)?;
        let own = candidate.evaluate_columns(&portfolio.table)?;
        found = Some(portfolio.compared(&before, &own)?);
        Ok(())
    })?;
    let Some(found) = found else { return Ok(()) };
    println!("objects {objects}, rules {RULES}, control kinds {}", found.matrices.len());
    println!("moved {} objects, {} moves with causes", found.moved_objects, found.moved.len());
    println!("one rule changed, the side in force at hand: {one_rule}");
    println!("both sides from the facts: {both}");
    Ok(())
}

fn portfolio_of(rules: &RuleSet, names: &Names, objects: usize) -> Result<Portfolio, Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/moscow");
    let manifest = PackManifest::parse(&std::fs::read_to_string(folder.join("pack.toml"))?)?;
    let policy = Policy::parse(&std::fs::read_to_string(folder.join("policy.toml"))?, names, &manifest)?;
    let read: Vec<String> = policy.severity_facts().map(str::to_owned).collect();
    let table = portfolio::table(rules, names, (objects, SEED), &read)?;
    let kind_column = table.column("object_kind").ok_or("no kinds")?;
    let kind = |row| match table.cell(row, kind_column) {
        Cell::Text(kind) => kind,
        _ => "",
    };
    let kinds = CodeColumn::new((0..objects).map(kind));
    let districts: Vec<String> = (0..125).map(|place| format!("district_{place}")).collect();
    let territories = CodeColumn::new((0..objects).map(|row| districts[row % districts.len()].as_str()));
    Ok(Portfolio { policy, kinds, territories, table })
}

impl Portfolio {
    fn weighed(&self, rules: &RuleSet) -> Result<Weighed, Failed> {
        let verdicts = rules.evaluate_columns(&self.table)?;
        let severity = self.policy.severity_column(&self.table)?;
        let categories = self.policy.categorise(&Answers::from(&verdicts), &severity, None, &self.kinds)?;
        Ok(Weighed { verdicts, severity, categories })
    }

    /// Puts a candidate's own answers over those in force and compares.
    fn compared(&self, before: &Weighed, own: &VerdictColumns) -> Result<Comparison, Failed> {
        let (was, own) = (before.verdicts.heads.iter().zip(&before.verdicts.columns), own);
        let answers = Answers::of(own.rows, was.chain(own.heads.iter().zip(&own.columns)));
        let categories = self.policy.categorise(&answers, &before.severity, None, &self.kinds)?;
        let side = |answers, categories| Side {
            policy: &self.policy,
            answers,
            severity: &before.severity,
            probabilities: None,
            categories,
        };
        let active = Answers::from(&before.verdicts);
        Ok(compare(
            &side(&active, &before.categories),
            &side(&answers, &categories),
            (&self.kinds, &self.territories),
            &BTreeMap::new(),
        ))
    }
}
