//! Behaviour of training and of the stored bundle, on small seeded tables.

use dozor_domain::{Coded, Timestamp, Value, ValueType};
use dozor_facts::FactsTable;
use rand::Rng;
use rand::seq::SliceRandom;

use super::bundle::ModelBundle;
use super::summary::TrainingWindow;
use super::train::{Samples, learn, samples};
use crate::hex;
use crate::seed::generator;
use crate::spec::ModelSpec;

const SPEC: &str = r#"
name = "m"
capacity_k = 10
[outcome]
source = "events"
positive = "x"
negative = "!x"
[training]
l2 = 1.0
[calibration]
share = 0.25
[[features]]
fact = "debt"
transform = "log1p"
[[features]]
fact = "kind"
top = 2
[[features]]
fact = "flag"
[[features]]
fact = "always"
"#;

const WINDOW: TrainingWindow = TrainingWindow { as_of: Timestamp::from_micros(0), up_to_seq: 7 };

type Rows = Vec<Vec<Option<Value>>>;

/// Draws rows in which debt and kind drive the outcome, a fifth of the debts is missing, and one fact is constant.
fn data(rows: usize) -> (Rows, Vec<Option<bool>>) {
    let mut chance = generator(1, "test/data", 0);
    let mut table = Vec::new();
    let mut labels = Vec::new();
    for _ in 0..rows {
        let debt = chance.random_range(0.0..50.0_f64);
        let kind = ["a", "b", "c"][chance.random_range(0..3)];
        let log_odds = debt / 10.0 - 3.0 + if kind == "a" { 1.5 } else { 0.0 };
        labels.push(Some(chance.random_bool(1.0 / (1.0 + f64::exp(-log_odds)))));
        table.push(vec![
            chance.random_bool(0.8).then_some(Value::Float(debt)),
            Some(Value::Text(kind.to_owned())),
            Some(Value::Boolean(chance.random_bool(0.5))),
            Some(Value::Integer(3)),
        ]);
    }
    (table, labels)
}

fn table(rows: &[Vec<Option<Value>>]) -> FactsTable {
    let columns = [
        ("debt", ValueType::Float),
        ("kind", ValueType::Text),
        ("flag", ValueType::Boolean),
        ("always", ValueType::Integer),
    ];
    FactsTable::from_rows(&columns, rows).unwrap()
}

/// Reads samples, the outcome of row `i` on day `i`.
fn dated(facts: &FactsTable, labels: &[Option<bool>]) -> Samples {
    let mut samples = samples(&ModelSpec::parse(SPEC).unwrap(), facts, labels, None).unwrap();
    let days = labels.iter().zip(0..).filter(|(label, _)| label.is_some()).map(|(_, day)| day);
    for (key, day) in samples.keys.iter_mut().zip(days) {
        key.at = Timestamp::from_micros(0).plus_days(day);
    }
    samples
}

fn learn_from(facts: &FactsTable, samples: &Samples) -> Result<ModelBundle, crate::ScoringError> {
    learn(&ModelSpec::parse(SPEC).unwrap(), &hex(&facts.catalogue_hash()), samples, &WINDOW)
}

fn train(facts: &FactsTable, labels: &[Option<bool>]) -> Result<ModelBundle, crate::ScoringError> {
    learn_from(facts, &dated(facts, labels))
}

#[test]
fn a_model_learns_what_drives_the_outcome_and_drops_what_is_constant() {
    let (rows, labels) = data(2_000);
    let bundle = train(&table(&rows), &labels).unwrap();
    let summary = bundle.summary();
    assert!(summary.held_out.auc > 0.7, "{:?}", summary.held_out);
    assert_eq!(summary.dropped.len(), 1);
    assert_eq!(
        (summary.dropped[0].fact.as_str(), summary.dropped[0].reason.as_str()),
        ("always", "constant")
    );
    let scored = bundle.predict(&table(&rows)).unwrap();
    let mean = scored.iter().map(|s| s.probability.get()).sum::<f64>() / scored.len() as f64;
    let rate = labels.iter().filter(|label| **label == Some(true)).count() as f64 / labels.len() as f64;
    assert!((mean - rate).abs() < 0.05, "{mean} {rate}");
}

#[test]
fn the_order_of_rows_changes_no_byte() {
    let (rows, labels) = data(600);
    let facts = table(&rows);
    let mut order: Vec<u32> = (0..600).collect();
    order.shuffle(&mut generator(2, "test/order", 0));
    let shuffled = dated(&facts, &labels).take(&order).unwrap();
    let first = train(&facts, &labels).unwrap();
    let second = learn_from(&facts, &shuffled).unwrap();
    assert_eq!(first.to_bytes().unwrap(), second.to_bytes().unwrap());
    let mut turned_rows = rows.clone();
    turned_rows.reverse();
    let straight = first.predict(&facts).unwrap();
    let turned = first.predict(&table(&turned_rows)).unwrap();
    for (a, b) in straight.iter().zip(turned.iter().rev()) {
        assert_eq!(a.probability.get().to_bits(), b.probability.get().to_bits());
    }
}

#[test]
fn contributions_add_up_to_the_log_odds() {
    let (rows, labels) = data(500);
    let facts = table(&rows);
    let bundle = train(&facts, &labels).unwrap();
    for (row, scored) in bundle.predict(&facts).unwrap().iter().enumerate() {
        let found = bundle.contributions(&facts, row).unwrap();
        let sum = found.parts.iter().map(|part| part.log_odds).sum::<f64>() + found.base_log_odds;
        assert!((sum - found.log_odds).abs() < 1e-9);
        let odds = scored.probability.get() / (1.0 - scored.probability.get());
        assert!((odds.ln() - found.log_odds).abs() < 1e-9);
        let missing = rows[row][0].is_none();
        assert_eq!(found.parts.iter().any(|part| part.feature == "missing:debt"), missing);
    }
}

#[test]
fn a_stored_bundle_opens_and_a_changed_or_foreign_one_is_refused() {
    let (rows, labels) = data(100);
    let facts = table(&rows);
    let bundle = train(&facts, &labels).unwrap();
    let bytes = bundle.to_bytes().unwrap();
    let catalogue = facts.catalogue_hash();
    assert_eq!(ModelBundle::from_bytes(&bytes, &catalogue).unwrap(), bundle);
    let code = |bytes: &[u8]| ModelBundle::from_bytes(bytes, &catalogue).unwrap_err().info().code;
    for at in [0, 14, 100, bytes.len() / 2, bytes.len() - 2] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert_eq!(code(&changed), "MODEL_BUNDLE_DAMAGED", "byte {at}");
    }
    assert_eq!(code(&bytes[..bytes.len() - 1]), "MODEL_BUNDLE_DAMAGED");
    assert_eq!(code(b""), "MODEL_BUNDLE_DAMAGED");
    let mut other = catalogue;
    other[0] ^= 1;
    let error = ModelBundle::from_bytes(&bytes, &other).unwrap_err();
    assert_eq!(error.info().code, "MODEL_OTHER_CATALOGUE");
}

#[test]
fn an_opened_bundle_has_the_bytes_and_the_hash_of_the_stored_one() {
    for size in 60..180 {
        let (rows, labels) = data(size);
        let facts = table(&rows);
        let Ok(bundle) = train(&facts, &labels) else { continue };
        let bytes = bundle.to_bytes().unwrap();
        let opened = ModelBundle::from_bytes(&bytes, &facts.catalogue_hash()).unwrap();
        assert_eq!(opened.to_bytes().unwrap(), bytes, "{size} rows");
        assert_eq!(opened.hash().unwrap(), hex(&dozor_domain::sha256(&bytes)));
    }
}

#[test]
fn a_forged_weight_with_a_fitting_hash_fails_the_golden_rows() {
    let (rows, labels) = data(300);
    let facts = table(&rows);
    let bytes = train(&facts, &labels).unwrap().to_bytes().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let json = text.splitn(3, '\n').nth(2).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(json).unwrap();
    value["body"]["intercept"] = serde_json::Value::from("0.5");
    let json = value.to_string();
    let forged = format!("dozor-model 2\n{}\n{json}", hex(&dozor_domain::sha256(json.as_bytes())));
    let error = ModelBundle::from_bytes(forged.as_bytes(), &facts.catalogue_hash()).unwrap_err();
    assert!(error.to_string().contains("golden row"), "{error}");
}

#[test]
fn nothing_to_learn_from_is_a_coded_error_and_the_rules_go_on() {
    let (rows, labels) = data(400);
    let facts = table(&rows);
    let code = |labels: &[Option<bool>]| {
        let error = train(&facts, labels).unwrap_err();
        assert!(error.leaves_rules_alone(), "{error}");
        error.info().code
    };
    assert_eq!(code(&vec![Some(false); 400]), "MODEL_NO_POSITIVES");
    assert_eq!(code(&vec![None; 400]), "MODEL_NO_POSITIVES");
    assert_eq!(code(&vec![Some(true); 400]), "MODEL_NO_NEGATIVES");
    let early: Vec<_> = (0..400).map(|at| Some(at < 200 && labels[at] == Some(true))).collect();
    assert_eq!(code(&early), "MODEL_CALIBRATION");
    let few: Vec<_> = (0..400).map(|at| if at < 5 { Some(at % 2 == 0) } else { None }).collect();
    assert_eq!(code(&few), "MODEL_TOO_FEW_OUTCOMES");
    let same = vec![rows[0].clone(); 400];
    let error = train(&table(&same), &labels).unwrap_err();
    assert_eq!(error.info().code, "MODEL_NO_FEATURES");
}

#[test]
fn a_fact_missing_everywhere_is_left_out_and_said() {
    let (mut rows, labels) = data(400);
    rows.iter_mut().for_each(|row| row[0] = None);
    let bundle = train(&table(&rows), &labels).unwrap();
    let debt = bundle.summary().dropped.iter().find(|dropped| dropped.fact == "debt").unwrap();
    assert_eq!(debt.reason, "missing_everywhere");
}

#[test]
fn reasons_of_all_rows_are_the_largest_contributions_of_each() {
    let (rows, labels) = data(300);
    let facts = table(&rows);
    let bundle = train(&facts, &labels).unwrap();
    let reasons = bundle.reasons(&facts, 2).unwrap();
    for row in 0..rows.len() {
        let whole = bundle.contributions(&facts, row).unwrap();
        let expected: Vec<f64> = whole.parts.iter().take(2).map(|part| part.log_odds.abs()).collect();
        let found: Vec<f64> = reasons.of(row).map(|(_, part)| part.abs()).collect();
        assert!(expected.iter().zip(&found).all(|(a, b)| (a - b).abs() < 1e-6), "{expected:?} {found:?}");
    }
}

#[test]
fn a_row_alone_and_in_its_column_scores_the_same_bits() {
    let (rows, labels) = data(300);
    let facts = table(&rows);
    let bundle = train(&facts, &labels).unwrap();
    let frame = bundle.frame(&facts).unwrap();
    for (row, scored) in bundle.predict(&facts).unwrap().iter().enumerate() {
        assert_eq!(bundle.body().raw(&frame.given(row)).to_bits(), scored.raw.to_bits());
    }
}

#[test]
fn cases_whose_facts_move_the_score_alike_are_near_and_tell_how_often_a_violation_was_found() {
    let (rows, labels) = data(2_000);
    let facts = table(&rows);
    let bundle = train(&facts, &labels).unwrap();
    let known: Vec<(usize, bool)> = labels.iter().map(|label| *label == Some(true)).enumerate().collect();
    let cases = crate::PastCases::new(&bundle, &facts, &known).unwrap();
    let like = |row: usize, may: &(dyn Fn(usize) -> bool + Sync)| {
        let one = table(&rows[row..=row]);
        cases.like((&bundle, &one), may, (5, 100)).unwrap()
    };
    let own = like(7, &|_| true);
    assert_eq!((own.nearest.len(), own.nearest[0].distance, own.counted), (5, 0.0, 100));
    assert!(like(7, &|place| place != 7).nearest.iter().all(|case| case.place != 7));
    // Cases like those with a large debt of the risky kind were violations more often than cases like the others.
    let share = |debts: std::ops::Range<f64>, kind: &str| {
        let wanted = |row: &Vec<Option<Value>>| {
            matches!(&row[0], Some(Value::Float(debt)) if debts.contains(debt))
                && row[1] == Some(Value::Text(kind.to_owned()))
        };
        let row = rows.iter().position(wanted).unwrap();
        like(row, &|_| true).share.unwrap()
    };
    assert!(share(45.0..50.0, "a").low > share(0.0..5.0, "b").high);
    assert_eq!(like(7, &|_| false).share, None);
}
