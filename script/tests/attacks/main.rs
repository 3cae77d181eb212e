//! Scripts that try to hang, flood or leave the engine: each ends by refusal, budget or cap, and quickly.

#![expect(clippy::panic, reason = "helpers of tests may fail loudly")]

mod list;

use std::time::Instant;

use dozor_domain::ValueType;
use dozor_script::{Answer, Answered, BUDGET_MILLIS, Cell, Engine, MAX_SCRIPT_BYTES, Names};

use list::ATTACKS;

/// How an attack may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Refused,
    Failed(&'static str),
}

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
