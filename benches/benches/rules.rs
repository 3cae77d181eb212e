//! Rules: every rule of the pack asked about every object, in columns and with reasons.

use criterion::{BenchmarkId, Criterion, Throughput};
use dozor_benches::{City, Failed, FirstError, cities, criterion, facts_of_day};

fn main() -> Result<(), Failed> {
    let mut criterion = criterion();
    for city in cities()? {
        rules(&mut criterion, &city)?;
    }
    criterion.final_summary();
    Ok(())
}

fn rules(criterion: &mut Criterion, city: &City) -> Result<(), Failed> {
    let dozor = city.open()?;
    let table = facts_of_day(&dozor, &*city.load(&dozor)?)?;
    let rules = &dozor.methodology().rules;
    let failed = FirstError::default();
    let mut group = criterion.benchmark_group("rules");
    let answers = table.len() as u64 * rules.rules().len() as u64;
    group.throughput(Throughput::Elements(answers));
    let count = rules.rules().len();
    group.bench_function(BenchmarkId::new(format!("columns-{count}-rules"), city.name()), |bencher| {
        bencher.iter(|| failed.keep(rules.evaluate_columns(&table)));
    });
    group.bench_function(BenchmarkId::new(format!("evaluate-{count}-rules"), city.name()), |bencher| {
        bencher.iter(|| failed.keep(rules.evaluate(&table)));
    });
    group.finish();
    failed.end()
}
