//! The pure library: every function answers the same in the interpreter and in kernels, and what the docs say.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

use dozor_domain::{ValueType, WorkCalendar, day_number};
use dozor_script::{
    Answer, Answered, Asked, Cell, Column, ColumnValues, Engine, IrType, Kernels, Library, Names, Program,
    Texts, is_set,
};

fn names() -> Names {
    [("day_of", ValueType::Date), ("number", ValueType::Float), ("name", ValueType::Text)]
        .into_iter()
        .collect()
}

fn engine() -> Engine {
    // 4 November is a holiday; Saturday 7 November was made a working day.
    let calendar =
        WorkCalendar::new([2026], ["2026-11-04".parse().unwrap()], ["2026-11-07".parse().unwrap()]);
    let library = Library::new(calendar)
        .with_table("use_conflict", "permitted;actual;conflict\n2.1;4.4;2\n6.9;4.1;1\n")
        .unwrap()
        .with_table("quoted", "use,answer\n\"shop, kiosk\",\"a \"\"yes\"\"\"\n,\n")
        .unwrap()
        .with_table("points", "from,points\n0,1\n10,2.5\n100,4\n")
        .unwrap();
    Engine::with_library(library)
}

const DAY: &str = "2026-11-02";

/// Runs a script in the interpreter and by kernels; both must say the same.
fn both(text: &str) -> Answer {
    let program = engine().compile(text, &names()).unwrap();
    let day = day_number(DAY.parse().unwrap());
    let name = "  ООО «Ёлка—Сад» № 12 ";
    let cell = |read: &String| match read.as_str() {
        "day_of" => Cell::Integer(day),
        "number" => Cell::Float(55.5),
        _ => Cell::Text(name),
    };
    let cells: Vec<Cell<'_>> = program.reads().iter().map(cell).collect();
    let interpreted = program.run(&cells);
    let ir = program.ir().unwrap_or_else(|reason| panic!("{text}: {reason}"));
    let kernels = Kernels::new(&[Asked { ir, only: None }]);
    let (days, numbers) = ([day], [55.5]);
    let offsets = [0, i32::try_from(name.len()).unwrap()];
    let needed: Vec<&str> = kernels.facts().collect();
    let column = |fact: &&str| match *fact {
        "day_of" => Column { values: ColumnValues::Integer(&days), valid: None },
        "number" => Column { values: ColumnValues::Float(&numbers), valid: None },
        _ => Column { values: ColumnValues::Text(Texts::new(&offsets, name)), valid: None },
    };
    let columns: Vec<Column<'_>> = needed.iter().map(column).collect();
    let mut runner = kernels.runner(&columns);
    runner.run(0, 1);
    compare(&program, &runner, &interpreted, text);
    interpreted
}

fn compare(program: &Program, runner: &dozor_script::KernelRunner<'_>, interpreted: &Answer, text: &str) {
    let ends = runner.ends(0);
    let ir = program.ir().unwrap();
    match interpreted {
        Answer::Failed { .. } => assert!(is_set(&ends.ask, 0), "{text}"),
        Answer::Unknown { .. } => assert!(is_set(&ends.unknown, 0), "{text}"),
        Answer::Value(value) => {
            assert!(is_set(&ends.known, 0), "{text}");
            let got = match ir.type_of(ir.outcome().value) {
                IrType::Boolean => Answered::Boolean(is_set(&ends.fired, 0)),
                IrType::Integer => Answered::Integer(runner.wholes(0)[0]),
                IrType::Float => Answered::Float(runner.floats(0)[0]),
                _ => Answered::Text(runner.text(0, 0).unwrap().into_owned()),
            };
            assert_eq!(got, *value, "{text}");
        }
    }
}

fn whole(text: &str, expect: i64) {
    assert_eq!(both(text), Answer::Value(Answered::Integer(expect)), "{text}");
}

fn decimal(text: &str, expect: f64) {
    let Answer::Value(Answered::Float(got)) = both(text) else { panic!("{text}: {:?}", both(text)) };
    assert!((got - expect).abs() <= 1e-6 * expect.abs(), "{text}: {got}");
}

fn truth(text: &str, expect: bool) {
    assert_eq!(both(text), Answer::Value(Answered::Boolean(expect)), "{text}");
}

fn words(text: &str, expect: &str) {
    assert_eq!(both(text), Answer::Value(Answered::Text(expect.to_owned())), "{text}");
}

fn fails(text: &str) {
    assert!(matches!(both(text), Answer::Failed { .. }), "{text}: {:?}", both(text));
}

#[test]
fn dates_are_taken_apart_and_moved() {
    truth("day_of == day(\"2026-11-02\")", true);
    whole("year(day_of)", 2026);
    whole("month(day_of) * 100 + day_of_month(day_of)", 1102);
    whole("weekday(day_of)", 1);
    truth("add_months(day(\"2026-01-31\"), 1) == day(\"2026-02-28\")", true);
    truth("add_months(day_of, -12) == day(\"2025-11-02\")", true);
    fails("day(\"2026-02-30\")");
    fails("year(day_of + 9223372036854000000)");
}

#[test]
fn working_days_are_those_of_the_calendar() {
    truth("is_working_day(day_of)", true);
    truth("is_working_day(day(\"2026-11-04\"))", false);
    truth("is_working_day(day(\"2026-11-07\"))", true);
    truth("add_working_days(day_of, 5) == day(\"2026-11-09\")", true);
    whole("working_days_between(day_of, day(\"2026-11-09\"))", 5);
    whole("working_days_between(day(\"2026-11-09\"), day_of)", -5);
    fails("add_working_days(day_of, -1)");
    fails("add_working_days(day_of, 1000000)");
}

#[test]
fn texts_of_two_registers_are_brought_to_one_form() {
    words("normalise(name)", "ооо елка сад № 12");
    truth("normalise(name) == normalise(\"ООО Елка-Сад  № 12\")", true);
    words("digits(name)", "12");
    truth("is_cadastral(\"77:01:0001001:1\")", true);
    truth("is_cadastral(\"77:1:0001001:1\") || is_cadastral(name)", false);
}

#[test]
fn places_have_distances() {
    decimal("distance_m(55.75, 37.62, 55.75, 37.63)", 625.811_390);
    truth("within_m(55.75, 37.62, 55.75, 37.63, 600)", false);
    truth("within_m(number, 37, number, 37, 0)", true);
    truth("in_box(number, 37.6, 55, 37, 56, 38)", true);
    fails("distance_m(number * 10, 37.0, 55.0, 37.0)");
}

#[test]
fn tolerances_are_those_of_the_methodology() {
    decimal("area_tolerance_m2(0.1, 900)", 3.5 * 0.1 * 30.0);
    decimal("footprint_error_m2(number, 0.2)", 55.5 * 0.4);
    fails("area_tolerance_m2(0.1, -1.0)");
}

#[test]
fn tables_and_bands_are_data() {
    words("lookup(\"use_conflict\", \"2.1\", \"4.4\")", "2");
    fails("lookup(\"use_conflict\", \"2.1\", \"9\")");
    fails("lookup(\"no_such_table\", \"2.1\")");
    words("lookup(\"quoted\", \"shop, kiosk\")", "a \"yes\"");
    decimal("band(\"points\", number)", 2.5);
    decimal("band(\"points\", 100)", 4.0);
    fails("band(\"points\", -1)");
}

#[test]
fn a_table_that_is_not_one_is_refused_with_its_line() {
    let wrong = |name: &str, csv: &str| Library::default().with_table(name, csv).unwrap_err().line;
    assert_eq!(wrong("empty", ""), 1);
    assert_eq!(wrong("short", "a;b;c\n1;2;3\n1;2\n"), 3);
    assert_eq!(wrong("twice", "a;b\n1;2\n1;3\n"), 3);
    assert_eq!(wrong("falls", "from;points\n5;1\n4;2\n"), 3);
    assert_eq!(wrong("nameless", "a;\n1;2\n"), 1);
    assert_eq!(wrong("words", "from;points\nfive;1\n"), 2);
}
