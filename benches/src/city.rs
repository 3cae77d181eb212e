//! A seeded city as an authority would hold it: source files, and a database into which they were ingested.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dozor_app::{Dozor, Loaded, Location, PackFiles, Promotion, Silent, init, read_pack};
use dozor_city::{CityConfig, CityProgress, CityRequest, SourceFile, Summary, generate};
use dozor_domain::{Clock, FixedClock, PackManifest, Sha256Stream, Timestamp, hex};
use dozor_facts::{FactsTable, compute};
use dozor_scoring::ModelBundle;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::Failed;

/// Seed of every city that is measured.
pub const SEED: u64 = 1;
/// Its day: the city's history ends before it, and objects are assessed as of its first instant.
pub const DAY: &str = "2026-11-20";
/// What the clock says throughout: that day at noon in Moscow.
const NOW: &str = "2026-11-20T09:00:00Z";
const HISTORY_YEARS: u8 = 3;
const PACK: &str = "moscow";
const ACTOR: &str = "bench";
const SMALL: u32 = 10_000;
const LARGE: u32 = 100_000;
/// Set to 1, it adds the large city: making it takes minutes, once.
const LARGE_ASKED: &str = "DOZOR_BENCH_LARGE";

/// Is one seeded city.
#[derive(Debug)]
pub struct City {
    /// Objects of control.
    pub objects: u32,
    runtime: Runtime,
    summary: Summary,
    /// Folder of an ingested and trained database; nothing is written to it after it was made.
    database: PathBuf,
    /// Holds the source files as long as the city is used.
    _files: TempDir,
}

/// Makes or finds the cities to measure on: 10,000 objects, and 100,000 when `DOZOR_BENCH_LARGE=1`.
///
/// # Errors
/// Those of the generator, of ingest and of training.
pub fn cities() -> Result<Vec<City>, Failed> {
    let large = std::env::var(LARGE_ASKED).is_ok_and(|value| value == "1");
    let sizes = if large { vec![SMALL, LARGE] } else { vec![SMALL] };
    sizes.into_iter().map(City::make).collect()
}

impl City {
    /// Generates the files and, unless a city of the same bytes is kept, ingests them and trains a model.
    fn make(objects: u32) -> Result<Self, Failed> {
        let pack = read_pack(PACK)?;
        let kept = kept_cities();
        std::fs::create_dir_all(&kept)?;
        let files = TempDir::with_prefix_in("files-", &kept)?;
        let summary = write_files(&pack, objects, files.path())?;
        // Named by contents rather than by a version of the generator: whoever changes the generator or the pack need
        // not remember to say so.
        let digest = digest_of(&pack, &summary)?;
        let database = kept.join(format!("{objects}-seed-{SEED}-{digest}"));
        let runtime = Runtime::new()?;
        if !database.is_dir() {
            let unfinished = TempDir::with_prefix_in("unfinished-", &kept)?;
            runtime.block_on(ingest_all(unfinished.path(), pack, &summary))?;
            std::fs::rename(unfinished.keep(), &database)?;
        }
        Ok(Self { objects, runtime, summary, database, _files: files })
    }

    /// Names the city in a bench: its size and seed.
    pub fn name(&self) -> String {
        format!("{}-objects-seed-{SEED}", self.objects)
    }

    /// Returns the runtime on which the asynchronous use-cases run.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Returns the file of a source.
    ///
    /// # Errors
    /// When the city has no such file.
    pub fn file(&self, source: &str) -> Result<&SourceFile, Failed> {
        let found = self.summary.files.iter().find(|file| file.source == source);
        found.ok_or_else(|| format!("the city has no file of the source {source}").into())
    }

    /// Opens the kept database. What is timed on it must not write.
    ///
    /// # Errors
    /// Those of the store.
    pub fn open(&self) -> Result<Dozor, Failed> {
        self.runtime.block_on(open(&self.database))
    }

    /// Opens a copy of the kept database, to be written to and thrown away.
    ///
    /// # Errors
    /// Those of the file system and of the store.
    pub fn open_copy(&self) -> Result<(Dozor, TempDir), Failed> {
        let copy = TempDir::with_prefix_in("copy-", kept_cities())?;
        for entry in std::fs::read_dir(&self.database)? {
            let entry = entry?;
            std::fs::copy(entry.path(), copy.path().join(entry.file_name()))?;
        }
        Ok((self.runtime.block_on(open(copy.path()))?, copy))
    }

    /// Opens a new database that holds the pack and, of the city, only the given sources.
    ///
    /// # Errors
    /// Those of ingest and of the store.
    pub fn open_new(&self, sources: &[&str]) -> Result<(Dozor, TempDir), Failed> {
        let folder = TempDir::with_prefix_in("new-", kept_cities())?;
        let files = sources.iter().map(|source| self.file(source)).collect::<Result<Vec<_>, _>>()?;
        let dozor = self.runtime.block_on(async {
            init(&location(folder.path())?, read_pack(PACK)?, clock()?).await?;
            let dozor = open(folder.path()).await?;
            for file in files {
                ingest_file(&dozor, file).await?;
            }
            Ok::<_, Failed>(dozor)
        })?;
        Ok((dozor, folder))
    }

    /// Ingests the file of a source; returns its rows.
    ///
    /// # Errors
    /// Those of ingest; a row that was not read is one, for then less was measured than is said.
    pub fn ingest(&self, dozor: &Dozor, source: &str) -> Result<u64, Failed> {
        self.runtime.block_on(ingest_file(dozor, self.file(source)?))
    }

    /// Loads objects and records as columns.
    ///
    /// # Errors
    /// Those of the store.
    pub fn load(&self, dozor: &Dozor) -> Result<Arc<Loaded>, Failed> {
        Ok(self.runtime.block_on(dozor.load(&[], &Silent))?)
    }

    /// Returns the model that was trained on the city.
    ///
    /// # Errors
    /// Those of the store and of the check of a stored model.
    pub fn model(&self, dozor: &Dozor) -> Result<ModelBundle, Failed> {
        let bytes = self.runtime.block_on(async {
            let champion = dozor.store().champion().await?.ok_or("the city has no model")?;
            Ok::<_, Failed>(dozor.store().model_bundle(&champion.hash).await?)
        })?;
        Ok(ModelBundle::from_bytes(&bytes, &dozor.methodology().catalogue.hash())?)
    }
}

/// Computes the facts of all objects as of the city's day.
///
/// # Errors
/// Those of the facts engine.
pub fn facts_of_day(dozor: &Dozor, loaded: &Loaded) -> Result<FactsTable, Failed> {
    let methodology = dozor.methodology();
    let inputs = dozor_facts::FactInputs {
        objects: &loaded.objects,
        records: &loaded.records,
        zone: &methodology.manifest.zone,
    };
    let keys = loaded.keys_at(dozor.instant(DAY)?);
    Ok(compute(&methodology.catalogue, &inputs, &keys, loaded.up_to_seq)?)
}

/// Cities are build output: they lie beside it and go with `cargo clean`.
fn kept_cities() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"));
    target.join("bench-cities")
}

fn clock() -> Result<Arc<dyn Clock>, Failed> {
    let now = Timestamp::parse_rfc3339(NOW).ok_or("the bench's own instant is no instant")?;
    Ok(Arc::new(FixedClock(now)))
}

fn location(folder: &Path) -> Result<Location, Failed> {
    Ok(Location::from_arguments(folder, None)?)
}

async fn open(folder: &Path) -> Result<Dozor, Failed> {
    Ok(Dozor::open(&location(folder)?, clock()?).await?)
}

fn write_files(pack: &PackFiles, objects: u32, folder: &Path) -> Result<Summary, Failed> {
    let text = |file: &str| pack.get(file).ok_or_else(|| format!("the pack {PACK} has no {file}"));
    let config = CityConfig::parse(text("city.toml")?)?;
    let manifest = PackManifest::parse(text("pack.toml")?)?;
    let request = CityRequest { objects, seed: SEED, date: DAY.parse()?, history_years: HISTORY_YEARS };
    Ok(generate(&config, &manifest, &request, folder, &mut |_: CityProgress| ())?)
}

/// Returns 16 hexadecimal digits over the pack and the city's files.
fn digest_of(pack: &PackFiles, summary: &Summary) -> Result<String, Failed> {
    let mut hasher = Sha256Stream::default();
    for (path, text) in pack {
        std::io::copy(&mut format!("{path}\n{text}\n").as_bytes(), &mut hasher)?;
    }
    for file in &summary.files {
        std::io::copy(&mut std::fs::File::open(&file.path)?, &mut hasher)?;
    }
    Ok(hex(&hasher.finish()[..8]))
}

async fn ingest_all(folder: &Path, pack: PackFiles, summary: &Summary) -> Result<(), Failed> {
    init(&location(folder)?, pack, clock()?).await?;
    let dozor = open(folder).await?;
    for file in &summary.files {
        ingest_file(&dozor, file).await?;
    }
    dozor.train(dozor.instant(DAY)?, Promotion::Champion, ACTOR, &Silent).await?;
    // What still stands in the write-ahead log goes into the one file that is copied.
    dozor.store().close().await;
    Ok(())
}

async fn ingest_file(dozor: &Dozor, file: &SourceFile) -> Result<u64, Failed> {
    let day = dozor.delivery_day(DAY)?;
    let report =
        dozor.ingest(&file.source, Some(day), std::slice::from_ref(&file.path), ACTOR, &Silent).await?;
    if report.counts.received != file.rows {
        let read = report.counts.received;
        return Err(format!("{}: {read} rows of {} were read", file.source, file.rows).into());
    }
    Ok(report.counts.received)
}
