//! Kernels against the interpreter: random scripts of the grammar over random facts must agree in value, in error and
//! in what is unknown, with the same list of missing facts.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests say what they know by failing, in helpers too")]

mod chance;
mod facts;
mod generate;

use std::collections::BTreeMap;

use dozor_script::{
    Answer, Answered, Asked, BATCH_ROWS, Cell, Column, Engine, IrType, KernelRunner, Kernels, Program,
    RuleResult, is_set,
};

use facts::Facts;
use generate::Writer;

/// Scripts that are compiled together, and rows that they are asked about.
const GROUP: usize = 10;
const ROWS: usize = 24;
/// Every so many groups the batch is a whole one, whose facts are read where they lie.
const WHOLE_BATCH_EVERY: usize = 50;
/// Disagreements that are shown.
const MOST_WRONG: usize = 10;
/// Scripts of the long run; the usual run takes a tenth of them.
const SCRIPTS: usize = 100_000;

fn scripts() -> usize {
    if std::env::var("DOZOR_TEST_LONG").is_ok_and(|long| long == "1") { SCRIPTS } else { SCRIPTS / 10 }
}

#[derive(Debug, Default)]
struct Tally {
    scripts: usize,
    compiled: usize,
    rows: usize,
    unknown: usize,
    failed: usize,
    /// Rows that kernels gave to the interpreter although it has an answer.
    handed_over: usize,
    reasons: BTreeMap<String, usize>,
    /// The first disagreements.
    wrong: Vec<String>,
}

#[test]
fn random_scripts_answer_in_columns_as_in_the_interpreter() {
    let (engine, names) = (Engine::new(), facts::names());
    let mut writer = Writer::new(20_261_122);
    let mut tally = Tally::default();
    for group in 0..scripts() / GROUP {
        let rows = if group % WHOLE_BATCH_EVERY == 0 { BATCH_ROWS } else { ROWS };
        let texts: Vec<String> = (0..GROUP).map(|_| writer.script()).collect();
        let programs: Vec<(&str, Program)> = texts
            .iter()
            .map(|text| {
                (
                    text.as_str(),
                    engine.compile(text, &names).unwrap_or_else(|error| panic!("{error}\n{text}")),
                )
            })
            .collect();
        let facts = Facts::new(&mut writer.chance, rows);
        tally.scripts += programs.len();
        compare(&programs, &facts, &mut tally);
    }
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n\n"));
    report(&tally, &writer.counts);
}

/// Compares all programs of a group that have a typed form.
fn compare(programs: &[(&str, Program)], facts: &Facts, tally: &mut Tally) {
    for (_, program) in programs {
        if let Err(reason) = program.ir() {
            *tally.reasons.entry(reason.reason.clone()).or_default() += 1;
        }
    }
    let compiled: Vec<&(&str, Program)> =
        programs.iter().filter(|(_, program)| program.ir().is_ok()).collect();
    tally.compiled += compiled.len();
    let asked: Vec<Asked<'_>> =
        compiled.iter().map(|(_, program)| Asked { ir: program.ir().unwrap(), only: None }).collect();
    let kernels = Kernels::new(&asked);
    let needed: Vec<&str> = kernels.facts().collect();
    let columns: Vec<Column<'_>> = needed.iter().map(|name| facts.column(name)).collect();
    assert!(columns.iter().enumerate().all(|(fact, column)| kernels.accepts(fact, column)));
    let mut runner = kernels.runner(&columns);
    runner.run(0, facts.rows);
    for (script, (text, program)) in compiled.iter().enumerate() {
        for row in 0..facts.rows {
            let cells: Vec<Cell<'_>> = program.reads().iter().map(|name| facts.cell(name, row)).collect();
            let expect = program.run(&cells);
            let got = answer(&runner, script, row, (program, &needed));
            count(tally, &expect);
            match (got, &expect) {
                (Some(got), expect) => {
                    if same_form(&got) != same_form(expect) && tally.wrong.len() < MOST_WRONG {
                        tally.wrong.push(format!(
                            "kernels {got:?}, interpreter {expect:?}, row {cells:?} of\n{text}"
                        ));
                    }
                }
                (None, Answer::Failed { .. }) => {}
                (None, _) => tally.handed_over += 1,
            }
        }
    }
}

fn count(tally: &mut Tally, expect: &Answer) {
    tally.rows += 1;
    match expect {
        Answer::Unknown { .. } => tally.unknown += 1,
        Answer::Failed { .. } => tally.failed += 1,
        Answer::Value(_) => {}
    }
}

/// Reads what kernels say of a row; `None` where they ask the interpreter.
fn answer(
    runner: &KernelRunner<'_>,
    script: usize,
    row: usize,
    (program, facts): (&Program, &[&str]),
) -> Option<Answer> {
    let ends = runner.ends(script);
    if is_set(&ends.ask, row) {
        return None;
    }
    if is_set(&ends.unknown, row) {
        let reads = program.reads().iter().zip(program.must_be_known()).enumerate();
        let missing = reads.filter(|(_, (name, must_be_known))| {
            let fact = facts.iter().position(|fact| fact == name).unwrap();
            **must_be_known && !is_set(&runner.known(fact), row)
        });
        return Some(Answer::Unknown {
            missing: missing.map(|(at, _)| u16::try_from(at).unwrap()).collect(),
        });
    }
    assert!(is_set(&ends.known, row));
    let ir = program.ir().unwrap();
    let value = match ir.type_of(ir.outcome().value) {
        IrType::Boolean => Answered::Map(RuleResult {
            fired: is_set(&ends.fired, row),
            points: runner.points(script).map(|points| points[row]).filter(|points| points.is_finite()),
            floor: runner.floor(script, row).map(|floor| floor.into_owned()),
            severity: runner.severity(script, row).map(|severity| severity.into_owned()),
            evidence: None,
        }),
        IrType::Integer => Answered::Integer(runner.wholes(script)[row]),
        IrType::Float => Answered::Float(runner.floats(script)[row]),
        IrType::Text => Answered::Text(runner.text(script, row)?.into_owned()),
        other => panic!("a script ends with {other:?}"),
    };
    Some(Answer::Value(value))
}

/// Brings answers to one form: `true` is a rule that fired and says no more; evidence is the interpreter's own.
fn same_form(answer: &Answer) -> Answer {
    match answer {
        Answer::Value(Answered::Boolean(fired)) => {
            Answer::Value(Answered::Map(RuleResult { fired: *fired, ..RuleResult::default() }))
        }
        Answer::Value(Answered::Map(result)) => {
            Answer::Value(Answered::Map(RuleResult { evidence: None, ..result.clone() }))
        }
        other => other.clone(),
    }
}

/// Prints the counts and holds them to what makes the test worth its name.
fn report(tally: &Tally, counts: &BTreeMap<&'static str, usize>) {
    let share = |part: usize, of: usize| part as f64 / of as f64;
    eprintln!(
        "{} scripts, {} compiled to kernels, {} rows compared",
        tally.scripts, tally.compiled, tally.rows
    );
    eprintln!(
        "unknown {:.1} %, failed {:.1} %, handed over though answerable {:.2} %",
        100.0 * share(tally.unknown, tally.rows),
        100.0 * share(tally.failed, tally.rows),
        100.0 * share(tally.handed_over, tally.rows)
    );
    for (part, scripts) in counts {
        eprintln!("  {part}: in {:.1} % of the scripts", 100.0 * share(*scripts, tally.scripts));
        assert!(share(*scripts, tally.scripts) >= 0.01, "{part} is too rare");
    }
    eprintln!("not vectorised: {:?}", tally.reasons);
    assert!(share(tally.compiled, tally.scripts) >= 0.8);
    assert!(share(tally.unknown, tally.rows) >= 0.2);
    assert!(share(tally.failed, tally.rows) >= 0.05);
    // Long texts, and rows where one part fails that the interpreter never reaches, for another is unknown before it.
    assert!(share(tally.handed_over, tally.rows) <= 0.05);
}
