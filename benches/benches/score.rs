//! Score: the model's probabilities, the policy's categories, and the whole use-case from records to a stored run.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use dozor_app::{Dozor, Silent};
use dozor_benches::{City, DAY, Failed, FirstError, cities, criterion, facts_of_day, long};
use dozor_domain::Probability;

fn main() -> Result<(), Failed> {
    let mut criterion = criterion();
    for city in cities()? {
        steps(&mut criterion, &city)?;
        whole_run(&mut criterion, &city)?;
    }
    criterion.final_summary();
    Ok(())
}

fn steps(criterion: &mut Criterion, city: &City) -> Result<(), Failed> {
    let dozor = city.open()?;
    let loaded = city.load(&dozor)?;
    let table = facts_of_day(&dozor, &loaded)?;
    let (methodology, model) = (dozor.methodology(), city.model(&dozor)?);
    let verdicts = methodology.rules.evaluate(&table)?;
    let probabilities: Vec<Probability> = model.predict(&table)?.iter().map(|row| row.probability).collect();
    let objects = loaded.objects.rows();
    let keys = loaded.keys_at(dozor.instant(DAY)?);
    let kinds: Vec<&str> =
        keys.iter().filter_map(|key| Some(objects.get(key.object as usize)?.kind.as_str())).collect();
    let failed = FirstError::default();
    let mut group = criterion.benchmark_group("score");
    group.throughput(Throughput::Elements(u64::from(city.objects)));
    group.bench_function(BenchmarkId::new("predict", city.name()), |bencher| {
        bencher.iter(|| failed.keep(model.predict(&table)));
    });
    group.bench_function(BenchmarkId::new("policy", city.name()), |bencher| {
        bencher
            .iter(|| failed.keep(methodology.policy.assess(&table, &verdicts, Some(&probabilities), &kinds)));
    });
    group.finish();
    failed.end()
}

fn score(city: &City, dozor: &Dozor) -> Result<u64, Failed> {
    let as_of = dozor.instant(DAY)?;
    let report = city.runtime().block_on(dozor.score(as_of, "bench", &Silent))?;
    Ok(report.assessments)
}

/// Each iteration has a copy of the database: the second run of the same inputs would find the first.
fn whole_run(criterion: &mut Criterion, city: &City) -> Result<(), Failed> {
    let failed = FirstError::default();
    let mut group = criterion.benchmark_group("score");
    long(&mut group);
    group.throughput(Throughput::Elements(u64::from(city.objects)));
    group.bench_function(BenchmarkId::new("use-case-sqlite", city.name()), |bencher| {
        let run = |opened: Option<_>| {
            let (dozor, folder) = opened?;
            failed.keep(score(city, &dozor))?;
            Some((dozor, folder))
        };
        bencher.iter_batched(|| failed.keep(city.open_copy()), run, BatchSize::PerIteration);
    });
    group.finish();
    failed.end()
}
