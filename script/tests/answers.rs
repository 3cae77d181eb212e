//! What scripts answer: three values, short circuit, `is_known`, mixed numbers, results and refusals.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use std::collections::BTreeMap;

use dozor_domain::{Coded as _, Value, ValueType};
use dozor_script::{Answer, Answered, Cell, Engine, NamedRow, Names, Program, RuleResult, ScriptError};

fn names() -> Names {
    [
        ("area", ValueType::Float),
        ("excess", ValueType::Float),
        ("count", ValueType::Integer),
        ("known_right", ValueType::Boolean),
        ("kind", ValueType::Text),
        ("codes", ValueType::Codes),
        ("day", ValueType::Date),
    ]
    .into_iter()
    .collect()
}

fn compile(text: &str) -> Program {
    Engine::new().compile(text, &names()).unwrap()
}

fn row(values: &[(&str, Value)]) -> BTreeMap<String, Value> {
    values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn run(text: &str, values: &[(&str, Value)]) -> Answer {
    let program = compile(text);
    program.run(&NamedRow::new(program.reads(), &row(values)))
}

fn yes(flag: bool) -> Answer {
    Answer::Value(Answered::Boolean(flag))
}

fn unknown(missing: &[u16]) -> Answer {
    Answer::Unknown { missing: missing.to_vec() }
}

fn refusal(text: &str) -> ScriptError {
    Engine::new().compile(text, &names()).unwrap_err()
}

#[test]
fn a_condition_has_three_values() {
    let check =
        |values: &[(&str, Value)], expect| assert_eq!(run("area > 20.0", values), expect, "{values:?}");
    check(&[("area", Value::Float(20.5))], yes(true));
    check(&[("area", Value::Float(20.0))], yes(false));
    check(&[], unknown(&[0]));
    check(&[("area", Value::Float(f64::NAN))], unknown(&[0]));
}

#[test]
fn short_circuit_decides_what_is_read() {
    let both = "known_right || area > 1.0";
    assert_eq!(run(both, &[("known_right", Value::Boolean(true))]), yes(true));
    assert_eq!(run(both, &[("known_right", Value::Boolean(false))]), unknown(&[0]));
    assert_eq!(
        run(both, &[("area", Value::Float(5.0))]),
        unknown(&[1]),
        "the order of reading is the author's"
    );
    assert_eq!(run(both, &[]), unknown(&[0, 1]), "everything that could have been read is listed");
    assert_eq!(run("!known_right && area > 1.0", &[("known_right", Value::Boolean(true))]), yes(false));
}

#[test]
fn is_known_asks_without_reading() {
    let program = compile("is_known(area) && area > 1.0");
    assert_eq!(program.reads(), ["area"]);
    assert_eq!(run("is_known(area) && area > 1.0", &[]), yes(false));
    assert_eq!(run("is_known(area)", &[("area", Value::Float(0.0))]), yes(true));
    assert_eq!(run("!is_known(area) || count > 1", &[("area", Value::Float(1.0))]), unknown(&[1]));
    assert_eq!(
        run("if is_known(area) { area > 1.0 } else { count > 3 }", &[("count", Value::Integer(4))]),
        yes(true)
    );
    assert!(matches!(refusal("is_known(aera)"), ScriptError::FactUnknown { .. }));
}

#[test]
fn whole_and_decimal_numbers_compare_by_value() {
    assert_eq!(run("area == 20", &[("area", Value::Float(20.0))]), yes(true));
    assert_eq!(run("count < 2.5", &[("count", Value::Integer(2))]), yes(true));
    assert_eq!(run("count >= 2.0", &[("count", Value::Integer(2))]), yes(true));
    assert_eq!(run("max(20, area) > 20.0", &[("area", Value::Float(21.0))]), yes(true));
    assert_eq!(run("min(20.0, count) == 3", &[("count", Value::Integer(3))]), yes(true));
    assert_eq!(run("abs(count) == 3", &[("count", Value::Integer(-3))]), yes(true));
    assert_eq!(
        run(
            "round(area) == 21.0 && round(count) == 3",
            &[("area", Value::Float(20.6)), ("count", Value::Integer(3))]
        ),
        yes(true)
    );
    assert_eq!(
        run("round(area, 1)", &[("area", Value::Float(20.649))]),
        Answer::Value(Answered::Float(20.6))
    );
    assert_eq!(
        run("`${show(area)} ${show(count)}`", &[("area", Value::Float(20.0)), ("count", Value::Integer(3))]),
        Answer::Value(Answered::Text("20 3".into()))
    );
}

#[test]
fn lists_of_codes_are_searched() {
    let codes = [("codes", Value::Codes(vec!["2.1".into(), "4.4".into()]))];
    assert_eq!(run("\"2.1\" in codes", &codes), yes(true));
    assert_eq!(run("codes.some(|code| code == \"9\")", &codes), yes(false));
    let with_kind = [codes[0].clone(), ("kind", Value::Text("4.4".into()))];
    assert_eq!(run("codes.some(|code| code == kind)", &with_kind), yes(true), "a closure may read a fact");
    assert_eq!(run("codes.some(|code| code == kind)", &codes), unknown(&[1]));
    let program = compile("codes.len() == 2");
    assert_eq!(program.run(&vec![Cell::JoinedCodes("a;b")]), yes(true));
    assert_eq!(program.run(&vec![Cell::JoinedCodes("")]), yes(false));
}

#[test]
fn dates_are_day_numbers() {
    let day = Value::Date("1970-01-11".parse().unwrap());
    assert_eq!(run("day - 3 == 7", &[("day", day)]), yes(true));
}

#[test]
fn a_rule_may_answer_with_a_map() {
    let text = "#{fired: count >= 1, points: if count >= 2 { 14 } else { 8.5 }, floor: \"medium\", severity: \"+1\", evidence: `${count} шт`}";
    let expect = RuleResult {
        fired: true,
        points: Some(14.0),
        floor: Some("medium".into()),
        severity: Some("+1".into()),
        evidence: Some("3 шт".into()),
    };
    assert_eq!(run(text, &[("count", Value::Integer(3))]), Answer::Value(Answered::Map(expect)));
    assert_eq!(run(text, &[]), unknown(&[0]));
}

#[test]
fn a_result_of_another_form_is_a_coded_failure() {
    let code = |text: &str| match run(text, &[("count", Value::Integer(0))]) {
        Answer::Failed { code, .. } => code,
        other => panic!("{text}: {other:?}"),
    };
    for text in [
        "()",
        "[1]",
        "#{points: 1}",
        "#{fired: 1}",
        "#{fired: true, colour: 1}",
        "#{fired: true, points: \"a\"}",
        "#{fired: true, points: 1.0 / 0.0}",
        "'a'",
        "1..2",
    ] {
        assert_eq!(code(text), "SCRIPT_RESULT", "{text}");
    }
    assert_eq!(code("1 / count"), "SCRIPT_ARITHMETIC");
    assert_eq!(code("9223372036854775807 + 1"), "SCRIPT_ARITHMETIC");
    assert_eq!(code("1.0 / 0.0"), "SCRIPT_ARITHMETIC");
    assert_eq!(code("no_such(1)"), "SCRIPT_RUN");
}

#[test]
fn all_unknown_names_are_listed_with_the_nearest_known_one() {
    let ScriptError::FactUnknown { facts } = refusal("aera > 1.0\n && cuont > 2 && colour") else { panic!() };
    let seen: Vec<_> = facts.iter().map(|f| (f.name.as_str(), f.line, f.nearest.as_deref())).collect();
    assert_eq!(seen, [("aera", 1, Some("area")), ("cuont", 2, Some("count")), ("colour", 2, None)]);
    assert_eq!(refusal("aera").info().code, "FACT_UNKNOWN");
}

#[test]
fn a_local_may_not_have_the_name_of_a_fact() {
    for text in [
        "let area = 1.0; area > 0.5",
        "const area = 1.0; area > 0.5",
        "for area in [1] { } true",
        "for (x, count) in [1] { } true",
        "codes.some(|area| area == 1)",
        "fn f(area) { area } f(1) > 0",
        "codes.some(|code| { let kind = code; kind == \"x\" })",
    ] {
        assert_eq!(refusal(text).info().code, "FACT_SHADOWED", "{text}");
    }
    assert_eq!(run("let half = area / 2.0; half > 1.0", &[("area", Value::Float(3.0))]), yes(true));
    let in_function = "fn large() { area > 1.0 } large()";
    assert_eq!(
        run(in_function, &[("area", Value::Float(3.0))]),
        yes(true),
        "a function of the script sees facts"
    );
    assert_eq!(run(in_function, &[]), unknown(&[0]));
}

#[test]
fn a_fact_cannot_be_assigned() {
    for text in [
        "area = 1.0; true",
        "area += 1.0; true",
        "codes[0] = \"x\"; true",
        "fn f() { area = 2.0; } f(); true",
    ] {
        assert_eq!(refusal(text).info().code, "FACT_SHADOWED", "{text}");
    }
}

#[test]
fn comparing_unlike_types_is_refused_when_compiling() {
    for text in [
        "area == \"20\"",
        "kind > 1",
        "known_right == 1",
        "codes == \"2.1\"",
        "area && known_right",
        "!count",
        "kind * 2 > 1",
        "known_right || (excess - area)",
        "area - excess > kind",
        "is_known(area) == 1",
    ] {
        assert_eq!(refusal(text).info().code, "SCRIPT_TYPES", "{text}");
    }
    for text in
        ["kind == \"nto\"", "area > count", "-area < 1", "kind + \"x\" == \"ax\"", "known_right == true"]
    {
        compile(text);
    }
}

#[test]
fn one_runner_serves_many_rows_and_forgets_each() {
    let program = compile("let twice = count * 2; kind == \"nto\" && twice > 2");
    let mut runner = program.runner();
    for _ in 0..3 {
        assert_eq!(runner.run(&vec![Cell::Integer(2), Cell::Text("nto")]), yes(true));
        assert_eq!(runner.run(&vec![Cell::Integer(2), Cell::Missing]), unknown(&[1]));
        assert_eq!(runner.run(&vec![Cell::Missing, Cell::Text("nto")]), unknown(&[0]));
        assert_eq!(runner.run(&vec![Cell::Integer(2), Cell::Text("fence")]), yes(false));
    }
}

#[test]
fn a_comment_before_the_script_keeps_the_line_numbers() {
    let ScriptError::Syntax { line, .. } = refusal("/*\nid = \"a\"\n*/\narea > > 1") else { panic!() };
    assert_eq!(line, 4);
}
