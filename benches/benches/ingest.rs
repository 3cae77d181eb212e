//! Ingest: rows of a CSV and of a GeoJSON file mapped and classified in memory, and both files taken into SQLite.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use dozor_benches::{City, DAY, Failed, FirstError, cities, criterion, long};
use dozor_domain::PackManifest;
use dozor_ingest::{
    Classified, DeliveryContext, History, Recency, RowVerdict, SourceSpec, SourceState, Tally, read,
};

/// A registry with polygons, and a stream of texts that is matched to it.
const MEASURED: [&str; 2] = ["egrn_parcels", "appeals"];
/// Has to be there for the registry to find its territories.
const GROUND: &str = "districts";

fn main() -> Result<(), Failed> {
    let mut criterion = criterion();
    for city in cities()? {
        in_memory(&mut criterion, &city)?;
        into_sqlite(&mut criterion, &city)?;
    }
    criterion.final_summary();
    Ok(())
}

/// Reads, maps and classifies a file as ingest's first pass does; returns how many rows are new.
fn map_and_classify(
    spec: &SourceSpec,
    context: &DeliveryContext<'_>,
    bytes: &[u8],
    tally: &mut Tally,
) -> Result<u64, Failed> {
    let mut state = SourceState::new();
    for batch in read(spec, context, bytes)? {
        let batch = batch?;
        for mapped in &batch.records {
            state.name(&mapped.record);
        }
        batch.rejects.iter().for_each(|reject| tally.reject(reject));
    }
    let is_new = |verdict: &&RowVerdict| matches!(verdict.classified, Classified::Accepted(_));
    Ok(state.settle(Recency::Newest).verdicts.iter().filter(is_new).count() as u64)
}

fn in_memory(criterion: &mut Criterion, city: &City) -> Result<(), Failed> {
    let dozor = city.open()?;
    let manifest: &PackManifest = &dozor.methodology().manifest;
    let context = DeliveryContext {
        manifest,
        delivered: dozor.delivery_day(DAY)?,
        received_at: dozor.now(),
        history: History::First,
    };
    let failed = FirstError::default();
    let mut group = criterion.benchmark_group("ingest/map-and-classify");
    for source in MEASURED {
        let (file, spec) = (city.file(source)?, dozor.methodology().source(source)?);
        let bytes = std::fs::read(&file.path)?;
        group.throughput(Throughput::ElementsAndBytes { elements: file.rows, bytes: bytes.len() as u64 });
        group.bench_function(BenchmarkId::new(source, city.name()), |bencher| {
            bencher.iter(|| {
                let mut tally = Tally::default();
                failed.keep(map_and_classify(spec, &context, black_box(&bytes), &mut tally))
            });
        });
    }
    group.finish();
    failed.end()
}

fn into_sqlite(criterion: &mut Criterion, city: &City) -> Result<(), Failed> {
    let rows = MEASURED.iter().map(|source| Ok(city.file(source)?.rows)).sum::<Result<u64, Failed>>()?;
    let failed = FirstError::default();
    let mut group = criterion.benchmark_group("ingest/use-case-sqlite");
    long(&mut group);
    group.throughput(Throughput::Elements(rows));
    group.bench_function(BenchmarkId::new(MEASURED.join("+"), city.name()), |bencher| {
        let take = |opened: Option<_>| {
            let (dozor, folder) = opened?;
            for source in MEASURED {
                failed.keep(city.ingest(&dozor, source))?;
            }
            Some((dozor, folder))
        };
        bencher.iter_batched(|| failed.keep(city.open_new(&[GROUND])), take, BatchSize::PerIteration);
    });
    group.finish();
    failed.end()
}
