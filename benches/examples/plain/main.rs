//! Measures the plain interpreter of Rhai on the rules and the portfolio of the example `speed`: an engine as it comes, one
//! thread, a scope filled with the facts that a rule reads. No budget, no three values: the least that somebody pays who
//! embeds Rhai and asks every rule about every object. Usage: `plain [--rows N]`.
#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]

#[path = "../../../rules/examples/speed/clock.rs"]
mod clock;
#[path = "../../../rules/examples/speed/portfolio.rs"]
mod portfolio;
#[path = "../../../rules/examples/speed/variants.rs"]
mod variants;

use clock::timed;
use dozor_facts::FactsTable;
use dozor_rules::Rule;
use dozor_script::Cell;
use rhai::{AST, Dynamic, Engine, Scope};

type Failed = Box<dyn std::error::Error>;

const OBJECTS: f64 = 1_000_000.0;
const ROWS: usize = 20_000;
const REPEATS: usize = 3;
const RULES: usize = 50;
const SEED: u64 = 1;

/// Is a rule as a plain host would hold it.
struct Plain<'a> {
    ast: AST,
    kinds: &'a [String],
    reads: Vec<(String, usize)>,
}

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().position(|argument| argument == "--rows");
    let rows = given.and_then(|at| arguments.get(at + 1)).map_or(Ok(ROWS), |text| text.parse())?;
    let (rules, names) = variants::rules(RULES)?;
    let table = portfolio::table(&rules, &names, (rows, SEED), &[])?;
    let mut engine = Engine::new();
    engine.register_fn("show", |number: f64| ((number * 100.0).round() / 100.0).to_string());
    engine.register_fn("show", |number: i64| number.to_string());
    engine.register_fn("is_known", |value: Dynamic| !value.is_unit());
    let plain = |rule| plain(&engine, rule, &table);
    let plain = rules.rules().iter().map(plain).collect::<Result<Vec<Plain<'_>>, Failed>>()?;
    let kind_column = table.column("object_kind").ok_or("no kinds")?;
    let (mut fired, mut failed) = (0_u64, 0_u64);
    let time = timed(REPEATS, || {
        (fired, failed) = (0, 0);
        let mut scope = Scope::new();
        for row in 0..rows {
            let kind = match table.cell(row, kind_column) {
                Cell::Text(kind) => kind,
                _ => "",
            };
            for rule in
                plain.iter().filter(|rule| rule.kinds.is_empty() || rule.kinds.iter().any(|one| one == kind))
            {
                scope.clear();
                for (name, column) in &rule.reads {
                    scope.push_dynamic(name.as_str(), dynamic(table.cell(row, *column)));
                }
                match engine.eval_ast_with_scope::<Dynamic>(&mut scope, &rule.ast) {
                    Ok(value) => fired += u64::from(!matches!(value.as_bool(), Ok(false))),
                    Err(_) => failed += 1,
                }
            }
        }
        Ok(())
    })?;
    let times = OBJECTS / rows as f64;
    println!("rows {rows}, rules {RULES}: {time}");
    println!("fired {fired}, ended by an error, most of them at a missing fact: {failed}");
    println!(
        "a million objects on one thread: {:.1} s, of the processor {:.1} s",
        time.median * times,
        time.processor * times
    );
    Ok(())
}

fn plain<'a>(engine: &Engine, rule: &'a Rule, table: &FactsTable) -> Result<Plain<'a>, Failed> {
    let column = |name: &String| table.column(name).map(|column| (name.clone(), column));
    let reads = rule.program().reads().iter().map(column).collect::<Option<Vec<_>>>();
    Ok(Plain {
        ast: engine.compile(rule.script())?,
        kinds: &rule.head().object_kinds,
        reads: reads.ok_or("a fact has no column")?,
    })
}

fn dynamic(cell: Cell<'_>) -> Dynamic {
    match cell {
        Cell::Missing => Dynamic::UNIT,
        Cell::Boolean(flag) => flag.into(),
        Cell::Integer(whole) => whole.into(),
        Cell::Float(number) => number.into(),
        Cell::Text(text) => text.into(),
        Cell::JoinedCodes(codes) => codes.into(),
        Cell::Codes(codes) => codes.join(";").into(),
    }
}
