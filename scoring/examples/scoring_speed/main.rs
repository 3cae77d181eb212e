//! Measures training and scoring on a seeded matrix and writes it for `benches/peers/scoring.py`, which asks other tools.
//! Usage: `scoring_speed [--rows N] [--scored N] [--write DIR]`.
#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]

mod matrix;

use std::time::Instant;

use dozor_domain::{PackManifest, Timestamp};
use dozor_facts::FactsTable;
use dozor_scoring::{
    EvaluateSettings, EvaluatedEvent, ModelBundle, ModelKind, ModelSpec, TrainingWindow, WeightedLogistic,
    evaluate, train,
};
use linfa::DatasetBase;
use linfa::traits::Fit;
use matrix::{COLUMNS, Matrix};
use ndarray::{Array1, Array2};

type Failed = Box<dyn std::error::Error>;

const REPEATS: usize = 5;
/// Parts of the score that a list of objects shows.
const REASONS: usize = 3;

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1).cloned()
    };
    let rows: usize = after("--rows").map_or(Ok(25_000), |text| text.parse())?;
    let scored: usize = after("--scored").map_or(Ok(1_000_000), |text| text.parse())?;
    let (taught, unseen) = (Matrix::draw(rows, 1), Matrix::draw(rows, 2));
    if let Some(folder) = after("--write") {
        let folder = std::path::Path::new(&folder);
        taught.write(folder, "train")?;
        unseen.write(folder, "test")?;
    }
    println!("{rows} × {COLUMNS}, threads {}", std::thread::available_parallelism().map_or(1, usize::from));
    fit_alone(&taught)?;
    let manifest = PackManifest::parse(MANIFEST)?;
    let catalogue = matrix::catalogue(&manifest)?;
    let (facts, labels) = taught.facts(&catalogue, 1)?;
    let (later, truth) = unseen.facts(&catalogue, 1)?;
    let labels: Vec<Option<bool>> = labels.into_iter().map(Some).collect();
    let window = TrainingWindow { as_of: Timestamp::from_micros(0), up_to_seq: 1 };
    let mut models = Vec::new();
    for kind in [ModelKind::Logistic, ModelKind::Scorecard, ModelKind::Trees] {
        let spec = spec()?.of_kind(kind);
        let (time, bundle) = median(|| train(&spec, &catalogue, &facts, &labels, &window))?;
        let (auc, brier) = quality(&bundle, &later, &truth)?;
        println!(
            "{kind:?}: train with calibration, held-out figures and golden rows {time}; AUC {auc:.4}, \
             Brier {brier:.5}"
        );
        models.push((kind, bundle));
    }
    drop(facts);
    let (many, _) = unseen.facts(&catalogue, scored.div_ceil(rows))?;
    println!("{} × {COLUMNS}", many.len());
    for (kind, bundle) in &models {
        let (alone, _) = median(|| bundle.predict(&many))?;
        let (reasons, _) = median(|| bundle.reasons(&many, REASONS))?;
        println!("{kind:?}: score {alone}, {REASONS} reasons for each {reasons}");
    }
    Ok(())
}

/// Measures what scikit-learn's LogisticRegression does: numbers in, weights out.
fn fit_alone(taught: &Matrix) -> Result<(), Failed> {
    let rows = taught.rows.len();
    let mut records = Array2::from_shape_fn((rows, COLUMNS), |(row, column)| taught.rows[row][column]);
    for mut column in records.columns_mut() {
        let mean = column.sum() / rows as f64;
        let deviation = (column.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / rows as f64).sqrt();
        column.mapv_inplace(|value| (value - mean) / deviation);
    }
    let dataset = DatasetBase::new(records, Array1::from(taught.labels.clone()));
    let (time, _) = median(|| WeightedLogistic { l2: 1.0 }.fit(&dataset))?;
    println!("logistic fit alone, standardised columns {time}");
    Ok(())
}

fn quality(bundle: &ModelBundle, facts: &FactsTable, truth: &[bool]) -> Result<(f64, f64), Failed> {
    let event = |(scored, label): (dozor_scoring::Scored, &bool)| EvaluatedEvent {
        day: 0,
        score: scored.raw,
        probability: Some(scored.probability.get()),
        points: 0.0,
        label: Some(*label),
    };
    let events: Vec<EvaluatedEvent> = bundle.predict(facts)?.into_iter().zip(truth).map(event).collect();
    let found = evaluate(&events, &EvaluateSettings { seed: 1, resamples: 1, capacity_k: 1 })?;
    let (auc, brier) = found.model.auc.zip(found.model.brier).ok_or("no figures")?;
    Ok((auc.value, brier.value))
}

/// Is how long something took: the middle of some runs, and what each cost both cores on average, which a busy machine
/// does not stretch.
struct Took {
    seconds: f64,
    cpu_seconds: f64,
}

impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3} s ({:.3} s CPU)", self.seconds, self.cpu_seconds)
    }
}

/// Returns the seconds that all threads of this program have computed for, in hundredths; 0 where the system does not say.
fn cpu_seconds() -> f64 {
    let said = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = said.rsplit(')').next().unwrap_or_default();
    // User and system time are the 14th and 15th field, the 12th and 13th after the name.
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// Runs some times and returns how long that took with the last answer.
fn median<T, E: std::error::Error + 'static>(body: impl Fn() -> Result<T, E>) -> Result<(Took, T), Failed> {
    let mut seconds = Vec::new();
    let mut last = None;
    let before = cpu_seconds();
    for _ in 0..REPEATS {
        #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
        let started = Instant::now();
        last = Some(body()?);
        seconds.push(started.elapsed().as_secs_f64());
    }
    let cpu_seconds = (cpu_seconds() - before) / REPEATS as f64;
    seconds.sort_by(f64::total_cmp);
    Ok((Took { seconds: seconds[REPEATS / 2], cpu_seconds }, last.ok_or("nothing was run")?))
}

fn spec() -> Result<ModelSpec, Failed> {
    let features: String = (0..COLUMNS).map(|at| format!("[[features]]\nfact = \"x{at}\"\n")).collect();
    Ok(ModelSpec::parse(&format!(
        "name = \"speed\"\ncapacity_k = 100\n[outcome]\nsource = \"register\"\npositive = \"x0 > 0.0\"\nnegative = \
         \"x0 <= 0.0\"\n[training]\nl2 = 1.0\n[calibration]\nshare = 0.25\n{features}"
    ))?)
}

const MANIFEST: &str = r#"
name = "speed"
title = { ru = "ч", en = "s" }
authority = { ru = "ч", en = "s" }
zone = "UTC"
bounds = [0.0, 0.0, 1.0, 1.0]
[calendar]
years = [1970]
[scale]
levels = ["low", "medium", "high"]
titles = { low = { ru = "н", en = "l" }, medium = { ru = "с", en = "m" }, high = { ru = "в", en = "h" } }
[[object_kinds]]
code = "thing"
title = { ru = "в", en = "t" }
[[control_kinds]]
code = "control"
title = { ru = "к", en = "c" }
short = { ru = "к", en = "c" }
object_kinds = ["thing"]
"#;
