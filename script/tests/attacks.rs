//! Scripts that try to hang, flood or leave the engine: each ends by refusal, budget or cap, and quickly.

#![expect(clippy::panic, reason = "helpers of tests may fail loudly")]

use std::time::Instant;

use dozor_domain::ValueType;
use dozor_script::{Answer, Answered, BUDGET_MILLIS, Cell, Engine, MAX_SCRIPT_BYTES, Names};

/// How an attack may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Refused,
    Failed(&'static str),
}

const ATTACKS: &[(&str, &str)] = &[
    ("endless loop", "loop { }"),
    (
        "loop in a closure in filter",
        "let a = []; for i in 0..500 { a.push(i); } a.filter(|x| { let s = 0; for k in 0..900 { s += k; } s > 0 }).len() > 0",
    ),
    (
        "three closures deep",
        "let a = []; for i in 0..200 { a.push(i); } a.map(|x| [1, 2, 3, 4, 5, 6, 7, 8, 9].map(|y| [1, 2, 3, 4, 5, 6, 7, 8, 9].map(|z| x + y + z).len()).len()).len() > 0",
    ),
    ("endless while", "while true { }"),
    ("endless do", "do { } while true"),
    ("endless until", "do { } until false"),
    ("long range", "for i in 0..9_000_000_000_000 { } true"),
    ("inclusive range", "for i in 0..=9_223_372_036_854_775_807 { } true"),
    ("step of zero", "for i in range(0, 10, 0) { } true"),
    ("long float range", "for i in range(0.0, 1e18, 0.001) { } true"),
    ("counter loop", "let x = 0; while x < 1_000_000_000 { x += 1; } true"),
    ("recursion", "fn f(x) { f(x + 1) } f(0)"),
    ("mutual recursion", "fn f(x) { g(x) } fn g(x) { f(x) } f(0)"),
    ("exponential recursion", "fn f(n) { if n < 2 { 1 } else { f(n - 1) + f(n - 2) } } f(15) > 0"),
    ("recursive closure", "let f = |g| g.call(g); f.call(f)"),
    (
        "nested closures in filter",
        "let a = []; for i in 0..999 { a.push(i); } a.filter(|x| a.filter(|y| a.filter(|z| true).len() > 0).len() > 0).len() > 0",
    ),
    (
        "nested closures in map",
        "let a = []; for i in 0..500 { a.push(i); } a.map(|x| a.map(|y| x * y).len()).len() > 0",
    ),
    (
        "closure in sort",
        "let a = []; for i in 0..999 { a.push(-i); } a.sort(|x, y| { let s = 0; for k in 0..1000 { s += k; } x - y }); true",
    ),
    (
        "closure in reduce",
        "let a = []; for i in 0..900 { a.push(i); } a.reduce(|sum, v| { let t = 0; for k in 0..900 { t += k; } t }, 0) > 0",
    ),
    ("closure in retain", "let a = []; for i in 0..900 { a.push(i); } loop { a.retain(|x| true); }"),
    ("padding a list", "let a = []; a.pad(1_000_000_000, 0); true"),
    ("padding a list with lists", "let a = []; a.pad(1_000, [0, 0, 0]); true"),
    ("padding a text", "let s = \"\"; s.pad(1_000_000_000, \"x\"); true"),
    ("growing a text", "let s = \"xxxxxxxxxx\"; loop { s += s; }"),
    ("growing a text in one expression", "let s = \"x\"; for i in 0..64 { s = s + s; } true"),
    ("interpolated growth", "let s = \"x\"; for i in 0..64 { s = `${s}${s}`; } true"),
    ("growing a list", "let a = [1]; loop { a += a; }"),
    ("pushing for ever", "let a = []; loop { a.push(1); }"),
    ("list of lists", "let a = [1]; for i in 0..64 { a = [a, a]; } true"),
    ("list in itself", "let a = [1]; loop { a.push(a); }"),
    ("growing a map", "let m = #{}; for i in 0..100_000 { m[`k${i}`] = i; } true"),
    ("map of maps", "let m = #{a: 1}; for i in 0..64 { m = #{a: m, b: m}; } true"),
    ("inserting", "let a = []; loop { a.insert(0, 1); }"),
    ("appending", "let a = [1, 2]; loop { a.append(a); }"),
    ("splitting", "let s = \"\"; for i in 0..9_000 { s += \",\"; } s.split(\",\").len() > 0"),
    ("replacing", "let s = \"aaaaaaaaaa\"; loop { s.replace(\"a\", \"aaaaaaaaaa\"); }"),
    (
        "sorting for ever",
        "let a = []; for i in 0..999 { a.push(i * 7919 % 1009); } loop { a.sort(); a.reverse(); }",
    ),
    ("comparing for ever", "let a = []; for i in 0..999 { a.push(i); } let b = a; loop { if a != b { } }"),
    (
        "copying for ever",
        "let a = []; for i in 0..999 { a.push(\"some text that is long\"); } loop { let b = a; b[0] = 1; }",
    ),
    ("searching for ever", "let a = []; for i in 0..999 { a.push(i); } loop { a.contains(-1); }"),
    (
        "searching a text for ever",
        "let s = \"\"; for i in 0..4_000 { s += \"a\"; } loop { s.contains(\"aaaaaaaaaaaaaaaaaaaaaaab\"); }",
    ),
    ("huge power", "2 ** 1_000_000_000 > 0"),
    ("power of powers", "9 ** 9 ** 9 ** 9 > 0"),
    ("smallest divided by minus one", "(-9223372036854775807 - 1) / -1 > 0"),
    ("smallest modulo minus one", "(-9223372036854775807 - 1) % -1 > 0"),
    ("smallest negated", "-(-9223372036854775807 - 1) > 0"),
    ("index out of range", "let a = [1]; a[9_223_372_036_854_775_807] > 0"),
    ("negative index", "let a = [1]; a[-9_223_372_036_854_775_807] > 0"),
    ("text slice out of range", "let s = \"абв\"; s.sub_string(-9, 9_223_372_036_854_775_807) > 0"),
    ("many variables", "let a0=0; let n = 0; loop { let x = n; n += 1; }"),
    ("eval", "eval(\"loop { }\")"),
    ("import", "import \"os\" as os; true"),
    ("export", "let x = 1; export x; true"),
    ("function pointer", "Fn(\"f\").call()"),
    ("currying", "let f = |x, y| x; f.curry(1).call(2) > 0"),
    ("calling a closure", "let f = |x| x; f.call(2) > 0"),
    ("printing", "print(\"x\"); true"),
    ("debugging", "debug(\"x\"); true"),
    ("sleeping", "sleep(1000); true"),
    ("leaving", "exit(1); true"),
    ("timestamps", "timestamp() > 0"),
    ("random", "rand() > 0"),
    ("parsing JSON", "parse_json(\"{}\").len() > 0"),
    ("catching the end", "try { area > 1.0 } catch { true }"),
    ("throwing", "throw 1"),
    ("asking the type", "type_of(area) == \"f64\""),
    ("shared values", "is_shared(area)"),
    ("the caller", "this.x"),
    ("a module path", "os::system(\"ls\")"),
    ("global constants", "global::x > 1"),
    ("bytes", "let b = blob(1_000_000_000, 0); true"),
    ("unbalanced", "((((((((((area > 1.0"),
];

fn names() -> Names {
    [("area", ValueType::Float)].into_iter().collect()
}

fn end_of(text: &str) -> Ended {
    let Ok(program) = Engine::new().compile(text, &names()) else { return Ended::Refused };
    match program.run(&vec![Cell::Float(1.0)]) {
        Answer::Failed { code, .. } => Ended::Failed(code),
        other => panic!("«{text}» was let through: {other:?}"),
    }
}

/// Measures up to three times: a busy machine may stop any process for a while, an endless script is slow each time.
fn within_the_limit<T>(title: &str, body: impl Fn() -> T) -> T {
    let mut fastest = u128::MAX;
    for _ in 0..3 {
        #[expect(clippy::disallowed_methods, reason = "the limit under test is one of time")]
        let started = Instant::now();
        let result = body();
        fastest = fastest.min(started.elapsed().as_millis());
        if fastest <= 100 {
            return result;
        }
    }
    panic!("{title} took {fastest} ms");
}

#[test]
fn every_attack_ends_in_time_and_the_host_goes_on() {
    assert!(ATTACKS.len() >= 40);
    const { assert!(BUDGET_MILLIS <= 100) };
    // The engine is made outside the measured part: a pack makes one, not one a script.
    let engine = Engine::new();
    let mut ends = std::collections::BTreeMap::<String, usize>::new();
    for (title, text) in ATTACKS {
        let end = within_the_limit(title, || end_of(text));
        eprintln!("{title}: {end:?}");
        *ends.entry(format!("{end:?}")).or_default() += 1;
        let honest = engine.compile("area > 0.5", &names()).unwrap();
        assert_eq!(
            honest.run(&vec![Cell::Float(1.0)]),
            Answer::Value(Answered::Boolean(true)),
            "after {title}"
        );
    }
    eprintln!("{} attacks: {ends:?}", ATTACKS.len());
}

#[test]
fn loops_end_by_budget_and_growth_by_cap() {
    let check = |title: &str, expect: Ended| {
        let (_, text) = ATTACKS.iter().find(|(name, _)| *name == title).unwrap();
        assert_eq!(end_of(text), expect, "{title}");
    };
    for title in [
        "endless loop",
        "long range",
        "counter loop",
        "loop in a closure in filter",
        "three closures deep",
        "closure in sort",
    ] {
        check(title, Ended::Failed("SCRIPT_BUDGET"));
    }
    for title in ["recursion", "growing a text", "growing a list", "padding a list", "list of lists"] {
        check(title, Ended::Failed("SCRIPT_SIZE"));
    }
    for title in
        ["eval", "import", "function pointer", "currying", "printing", "catching the end", "the caller"]
    {
        check(title, Ended::Refused);
    }
}

#[test]
fn monstrous_texts_are_refused() {
    let deep = format!("{}1{} > 0", "(".repeat(20_000), ")".repeat(20_000));
    let nested = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let blocks = format!("{}true{}", "{ ".repeat(10_000), " }".repeat(10_000));
    let nots = format!("{}true", "!".repeat(30_000));
    let sums = format!("1{} > 0", " + 1".repeat(10_000));
    let closures = format!("{}1", "|x| ".repeat(5_000));
    let elses = format!("{}{{ true }}", "if area > 1.0 { false } else ".repeat(1_500));
    let functions: String = (0..1_000).map(|n| format!("fn f{n}(x) {{ x }} ")).collect();
    let long = "1 ".repeat(MAX_SCRIPT_BYTES);
    for (title, text) in [
        ("deep", deep),
        ("nested", nested),
        ("blocks", blocks),
        ("nots", nots),
        ("sums", sums),
        ("closures", closures),
        ("elses", elses),
        ("functions", functions),
        ("long", long),
    ] {
        within_the_limit(title, || assert_eq!(end_of(&text), Ended::Refused, "{title}"));
    }
    let text = format!("\"{}\" == \"x\"", "y".repeat(20_000));
    assert_eq!(end_of(&text), Ended::Refused, "a long literal");
    let list = format!("[{}].len() > 0", "1,".repeat(2_000));
    assert!(matches!(end_of(&list), Ended::Refused | Ended::Failed("SCRIPT_SIZE")), "a long list");
}
