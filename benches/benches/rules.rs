//! Rules: every rule of the pack asked about every object.

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
    let name = format!("evaluate-{}-rules", rules.rules().len());
    group.bench_function(BenchmarkId::new(name, city.name()), |bencher| {
        bencher.iter(|| failed.keep(rules.evaluate(&table)));
    });
    group.finish();
    failed.end()
}
