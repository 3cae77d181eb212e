//! What would fire under other numbers: only numbers that decide are moved, each in its own place.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use std::collections::BTreeMap;

use dozor_domain::{PackManifest, Value, ValueType};
use dozor_facts::FactsTable;
use dozor_rules::RuleSet;
use dozor_script::Names;

const COLUMNS: [(&str, ValueType); 2] = [("area", ValueType::Float), ("count", ValueType::Integer)];

const PACK: &str = r#"
name = "tiny"
title = { ru = "Малый", en = "Tiny" }
authority = { ru = "Орган", en = "Authority" }
zone = "Europe/Moscow"
bounds = [36.0, 55.0, 38.0, 57.0]
[scale]
levels = ["low", "medium", "high"]
titles = { low = { ru = "н", en = "l" }, medium = { ru = "с", en = "m" }, high = { ru = "в", en = "h" } }
[[object_kinds]]
code = "parcel"
title = { ru = "Участок", en = "Parcel" }
[[control_kinds]]
code = "land"
title = { ru = "З", en = "L" }
short = { ru = "З", en = "L" }
object_kinds = ["parcel"]
"#;

fn rules(scripts: &[(&str, &str)]) -> RuleSet {
    let file = |(id, script): &(&str, &str)| {
        let text = format!(
            "/*\nid = \"{id}\"\nkinds = [\"criterion\"]\ncontrol_kinds = [\"land\"]\npoints = 8\n\
             title = {{ ru = \"Р\", en = \"R\" }}\nbasis = [{{ text = \"ст. 1\", mark = \"known\" }}]\n*/\n{script}"
        );
        (format!("rules/{id}.rhai"), text)
    };
    let files: BTreeMap<String, String> = scripts.iter().map(file).collect();
    let names: Names = COLUMNS.into_iter().collect();
    RuleSet::parse(&files, &names, &PackManifest::parse(PACK).unwrap()).unwrap()
}

#[test]
fn each_number_that_decides_is_moved_and_no_other() {
    let wide = "// 7 of the law\nif area - 5.0 > max(20.0, 1.0) {\n    #{ fired: true, points: 8, evidence: `${area} > ${max(20.0, 1.0)}` }\n} else { false }";
    let rules = rules(&[("seen", "count >= 2"), ("wide", wide)]);
    let rows: Vec<Vec<Option<Value>>> = (0..200)
        .map(|row| {
            let area = (row != 7).then(|| Value::Float(f64::from(row) / 2.0));
            vec![area, Some(Value::Integer(i64::from(row % 4)))]
        })
        .collect();
    let table = FactsTable::from_rows(&COLUMNS, &rows).unwrap();
    let names: Names = COLUMNS.into_iter().collect();
    let found = rules.thresholds(&names, &table).unwrap();
    let said: Vec<(&str, &str)> = found.iter().map(|one| (one.rule.as_str(), one.written.as_str())).collect();
    assert_eq!(said, [("seen", "2"), ("wide", "5.0"), ("wide", "20.0")]);
    assert_eq!(found[2].line, "if area - 5.0 > max(20.0, 1.0) {");
    let steps: Vec<(&str, u64)> =
        found[2].steps.iter().map(|step| (step.written.as_str(), step.fired.count())).collect();
    // Areas are 0, 0.5 … 99.5: more than 5 + the threshold of them fire.
    assert_eq!(steps, [("10.0", 169), ("15.0", 159), ("20.0", 149), ("30.0", 129), ("40.0", 109)]);
    let steps: Vec<(&str, u64)> =
        found[0].steps.iter().map(|step| (step.written.as_str(), step.fired.count())).collect();
    assert_eq!(steps, [("1", 150), ("2", 100), ("3", 50), ("4", 0)]);
    let own = rules.evaluate_columns(&table).unwrap();
    assert_eq!(own.columns[1].fired, found[2].steps[2].fired, "the number itself fires as the rule does");
}
