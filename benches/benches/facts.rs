//! Facts: records loaded from SQLite as columns, and all facts of all objects computed as of one instant.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use dozor_benches::{City, Failed, FirstError, cities, criterion, facts_of_day, long};

fn main() -> Result<(), Failed> {
    let mut criterion = criterion();
    for city in cities()? {
        facts(&mut criterion, &city)?;
    }
    criterion.final_summary();
    Ok(())
}

fn facts(criterion: &mut Criterion, city: &City) -> Result<(), Failed> {
    let dozor = city.open()?;
    let loaded = city.load(&dozor)?;
    let failed = FirstError::default();
    let mut group = criterion.benchmark_group("facts");
    long(&mut group);
    let records: usize = loaded.records.values().map(dozor_domain::RecordColumns::len).sum();
    group.throughput(Throughput::Elements(records as u64));
    group.bench_function(BenchmarkId::new("load-records", city.name()), |bencher| {
        // An installation gives its last load again for as long as somebody holds it: each iteration opens its own.
        let load = |fresh: Option<dozor_app::Dozor>| failed.keep(city.load(&fresh?));
        bencher.iter_batched(|| failed.keep(city.open()), load, BatchSize::PerIteration);
    });
    group.throughput(Throughput::Elements(u64::from(city.objects)));
    group.bench_function(BenchmarkId::new("compute-all", city.name()), |bencher| {
        bencher.iter(|| failed.keep(facts_of_day(&dozor, &loaded)));
    });
    let table = facts_of_day(&dozor, &loaded)?;
    group.bench_function(BenchmarkId::new("write-parquet", city.name()), |bencher| {
        bencher.iter(|| failed.keep(table.to_parquet()));
    });
    group.finish();
    failed.end()
}
