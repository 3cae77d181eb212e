//! Behaviour that every kind of model shares, and what is particular to the scorecard.

use dozor_domain::{Timestamp, Value, ValueType};
use dozor_facts::FactsTable;
use rand::Rng;

use super::bundle::ModelBundle;
use super::summary::TrainingWindow;
use super::train::{Samples, learn, samples};
use crate::hex;
use crate::seed::generator;
use crate::spec::{CalibrationMethod, ModelKind, ModelSpec};
use crate::{FactName, Scorecard};

const SPEC: &str = r#"
name = "kinds"
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
[[features]]
fact = "kind"
[[features]]
fact = "noise"
"#;

const KINDS: [ModelKind; 3] = [ModelKind::Logistic, ModelKind::Scorecard, ModelKind::Trees];

/// Draws rows in which violations rise with the debt, more so for kind `a`.
fn table(rows: usize) -> (FactsTable, Vec<Option<bool>>) {
    let mut chance = generator(3, "test/kinds", 0);
    let (mut table, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let debt = chance.random_range(0.0..50.0_f64);
        let kind = ["a", "b", "c"][chance.random_range(0..3)];
        let log_odds = debt / 10.0 - 3.0 + if kind == "a" { 1.5 } else { 0.0 };
        labels.push(Some(chance.random_bool(1.0 / (1.0 + f64::exp(-log_odds)))));
        table.push(vec![
            chance.random_bool(0.9).then_some(Value::Float(debt)),
            Some(Value::Text(kind.to_owned())),
            Some(Value::Float(chance.random_range(0.0..1.0))),
        ]);
    }
    let columns = [("debt", ValueType::Float), ("kind", ValueType::Text), ("noise", ValueType::Float)];
    (FactsTable::from_rows(&columns, &table).unwrap(), labels)
}

fn dated(facts: &FactsTable, labels: &[Option<bool>]) -> Samples {
    let mut samples = samples(&ModelSpec::parse(SPEC).unwrap(), facts, labels, None).unwrap();
    for (key, day) in samples.keys.iter_mut().zip(0..) {
        key.at = Timestamp::from_micros(0).plus_days(day);
    }
    samples
}

fn bundle(kind: ModelKind, method: CalibrationMethod, facts: &FactsTable, samples: &Samples) -> ModelBundle {
    let mut spec = ModelSpec::parse(SPEC).unwrap().of_kind(kind);
    spec.calibration.method = method;
    let window = TrainingWindow { as_of: Timestamp::from_micros(0), up_to_seq: 1 };
    learn(&spec, &hex(&facts.catalogue_hash()), samples, &window).unwrap()
}

#[test]
fn every_kind_orders_takes_itself_apart_and_opens_again() {
    let (facts, labels) = table(3_000);
    let samples = dated(&facts, &labels);
    for kind in KINDS {
        for method in [CalibrationMethod::Platt, CalibrationMethod::Isotonic] {
            let bundle = bundle(kind, method, &facts, &samples);
            let held_out = &bundle.summary().held_out;
            assert!(held_out.auc > 0.75 && held_out.auc_interval[0] > 0.7, "{kind:?} {held_out:?}");
            assert!(held_out.calibrations.iter().all(|one| one.brier < 0.2), "{held_out:?}");
            let frame = bundle.frame(&facts).unwrap();
            for (row, scored) in bundle.predict(&facts).unwrap().iter().enumerate().step_by(7) {
                assert_eq!(bundle.body().raw(&frame.given(row)).to_bits(), scored.raw.to_bits(), "{kind:?}");
                let found = bundle.contributions(&facts, row).unwrap();
                let sum = found.base_log_odds + found.parts.iter().map(|part| part.log_odds).sum::<f64>();
                assert!((sum - found.log_odds).abs() < 1e-9, "{kind:?}: {sum} {}", found.log_odds);
            }
            let bytes = bundle.to_bytes().unwrap();
            let opened = ModelBundle::from_bytes(&bytes, &facts.catalogue_hash()).unwrap();
            assert_eq!(opened.to_bytes().unwrap(), bytes);
            let mut changed = bytes;
            let middle = changed.len() / 2;
            changed[middle] ^= 1;
            assert!(ModelBundle::from_bytes(&changed, &facts.catalogue_hash()).is_err());
        }
    }
}

#[test]
fn threads_and_the_order_of_rows_change_no_byte_of_any_kind() {
    let (facts, labels) = table(2_500);
    let samples = dated(&facts, &labels);
    let turned = samples.take(&(0..2_500).rev().collect::<Vec<u32>>()).unwrap();
    for kind in KINDS {
        let on = |threads, samples: &Samples| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| bundle(kind, CalibrationMethod::Platt, &facts, samples).to_bytes().unwrap())
        };
        assert_eq!(on(1, &samples), on(3, &turned), "{kind:?}");
    }
}

#[test]
fn a_card_has_whole_monotone_points_and_comes_back_from_its_file() {
    let (facts, labels) = table(3_000);
    let model = bundle(ModelKind::Scorecard, CalibrationMethod::Platt, &facts, &dated(&facts, &labels));
    let card = model.scorecard().unwrap();
    let debt = card.facts.iter().find(|fact| fact.fact == "debt").unwrap();
    let points: Vec<i32> = debt.numbers.iter().map(|bin| bin.points).collect();
    assert!(points.len() >= 3 && points.windows(2).all(|pair| pair[0] < pair[1]), "{points:?}");
    assert_eq!(debt.missing, 0, "what is not known burdens nobody");
    let kind = card.facts.iter().find(|fact| fact.fact == "kind").unwrap();
    let of = |text: &str| kind.texts.iter().find(|bin| bin.text.as_deref() == Some(text)).unwrap().points;
    assert!(of("a") > of("b"));
    assert_eq!(Scorecard::parse(&card.to_toml().unwrap()).unwrap(), *card);
    let annex = card.annex(|fact| {
        let title = dozor_domain::Localized {
            ru: format!("Показатель {fact}"), en: format!("Fact {fact}")
        };
        Some(FactName { title, unit: Default::default() })
    });
    assert!(annex.ru.contains("| Показатель debt | меньше ") && annex.en.contains("| Fact debt | under "));
    for (from, to) in
        [("points_to_double = 10", "points_to_double = 0"), ("fact = \"kind\"", "fact = \"debt\"")]
    {
        assert!(Scorecard::parse(&card.to_toml().unwrap().replace(from, to)).is_err(), "{to}");
    }
}
