//! packs/chicago reads the real files row for row.

use std::collections::HashSet;
use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use dozor_domain::{IngestCounts, PackManifest, Timestamp};

use crate::{
    AdviceTable, Confirmation, ContentForm, DeliveryContext, HeldContent, History, IndexedObject,
    MatchOutcome, MatchQuery, ObjectIndex, REJECT_CODES, Recency, SourceSpec, SourceState, Tally,
    TerritoryIndex, Verdict, read,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn pack_text(path: &str) -> String {
    std::fs::read_to_string(root().join("packs/chicago").join(path)).unwrap()
}

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("DOZOR_TEST_DATA")
        .map_or_else(|| root().join("../shared/data"), PathBuf::from)
        .join("chicago");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no test data in {}", folder.display());
    None
}

/// External id, version, preference and hash of a stored content.
type Stored = (String, i64, i64, [u8; 32]);

struct Delivered {
    counts: IngestCounts,
    unmatched: u64,
    stored: Vec<Stored>,
}

struct Chicago {
    manifest: PackManifest,
    objects: ObjectIndex,
}

impl Chicago {
    fn new() -> Self {
        Self {
            manifest: PackManifest::parse(&pack_text("pack.toml")).unwrap(),
            objects: ObjectIndex::default(),
        }
    }

    fn spec(name: &str) -> SourceSpec {
        SourceSpec::parse(&pack_text(&format!("sources/{name}.toml"))).unwrap()
    }

    fn context(&self) -> DeliveryContext<'_> {
        DeliveryContext {
            manifest: &self.manifest,
            delivered: jiff::civil::date(2026, 11, 20),
            received_at: Timestamp::parse_rfc3339("2026-11-20T12:00:00Z").unwrap(),
            history: History::First,
        }
    }

    fn deliver(&self, name: &str, file: &std::path::Path, held: &[Stored]) -> Delivered {
        let spec = Self::spec(name);
        let form = ContentForm::new(&spec.schema());
        let mut state = SourceState::new();
        for (external_id, version, preference, content_hash) in held {
            let (version, preference) = (*version, *preference);
            state.load(HeldContent { external_id, version, preference, content_hash, ended: false });
        }
        let mut rows = Vec::new();
        for batch in read(&spec, &self.context(), File::open(file).unwrap()).unwrap() {
            let batch = batch.unwrap();
            assert_eq!(batch.rejects, [], "{name}");
            for mapped in &batch.records {
                state.name(&mapped.record);
                assert!(serde_json::from_str::<serde_json::Value>(&form.json(&mapped.record.values)).is_ok());
                let lost = spec.matching.as_ref().is_some_and(|matching| {
                    let query = MatchQuery { key: mapped.match_key.as_deref(), geometry: None };
                    self.objects.find(matching, query) == MatchOutcome::NotFound
                });
                let record = &mapped.record;
                let stored =
                    (record.external_id.clone(), record.version, record.preference, record.content_hash);
                rows.push((record.id, lost, stored));
            }
        }
        let settled = state.settle(crate::Recency::Newest);
        let verdict = Tally::default().verdict(&spec, &settled, Recency::Newest, Confirmation::Awaited);
        let Verdict::Take { counts, vanished } = verdict else { panic!("{name} is held") };
        assert_eq!(vanished, Vec::<String>::new(), "{name}");
        let (mut ids, mut stored, mut unmatched) = (HashSet::new(), held.to_vec(), 0);
        for ((id, lost, row), verdict) in rows.into_iter().zip(&settled.verdicts) {
            if verdict.classified != crate::Classified::Duplicate {
                assert!(ids.insert(id), "{name}: an id repeats");
                unmatched += u64::from(lost);
                stored.push(row);
            }
        }
        Delivered { counts, unmatched, stored }
    }

    fn load_objects(&mut self, file: &std::path::Path) -> usize {
        let spec = Self::spec("establishments");
        let mut objects = Vec::new();
        for batch in read(&spec, &self.context(), File::open(file).unwrap()).unwrap() {
            objects.extend(batch.unwrap().records.into_iter().map(|mapped| IndexedObject {
                id: mapped.object.unwrap().id,
                source: spec.name.clone(),
                key: mapped.record.external_id,
                geometry: mapped.record.geometry.map(std::sync::Arc::new),
                position: None,
            }));
        }
        let ids: HashSet<_> = objects.iter().map(|object| object.id).collect();
        self.objects = ObjectIndex::build(objects);
        ids.len()
    }
}

fn counts(accepted: u64, duplicates: u64, variants: u64) -> IngestCounts {
    let received = accepted + duplicates + variants;
    IngestCounts { received, accepted, duplicates, variants, ..IngestCounts::default() }
}

#[test]
fn every_row_of_chicago_is_accounted_for_and_the_same_again_changes_nothing_on_shared_data() {
    let Some(folder) = data() else { return };
    let mut chicago = Chicago::new();
    assert_eq!(chicago.load_objects(&folder.join("establishments.csv.gz")), 12_367);
    for (name, ending, expect, unmatched) in [
        ("establishments", "csv.gz", counts(12_367, 0, 136), 0),
        ("licences", "csv.gz", counts(19_802, 0, 0), 0),
        ("sanitation_complaints", "csv.gz", counts(74_026, 3, 372), 0),
        ("inspections", "csv.gz", counts(22_843, 0, 0), 0),
        // 21,770 of all rows; 21,712 of those that differ.
        ("visits", "csv.gz", counts(63_180, 100, 0), 21_712),
        ("weather", "csv.gz", counts(1_310, 0, 0), 0),
        ("police_districts", "geojson", counts(25, 0, 0), 0),
    ] {
        let file = folder.join(format!("{name}.{ending}"));
        let first = chicago.deliver(name, &file, &[]);
        assert_eq!((first.counts, first.unmatched), (expect, unmatched), "{name}");
        let again = chicago.deliver(name, &file, &first.stored);
        assert_eq!(again.counts, counts(0, expect.received, 0), "{name}");
    }
}

#[test]
fn times_of_chicago_are_those_of_the_semantics_on_shared_data() {
    let Some(folder) = data() else { return };
    let chicago = Chicago::new();
    let first = |name: &str, file: &str| {
        let spec = Chicago::spec(name);
        let mut batches = read(&spec, &chicago.context(), File::open(folder.join(file)).unwrap()).unwrap();
        let record = batches.next().unwrap().unwrap().records.swap_remove(0).record;
        (record.happened_at.map(|at| at.to_string()), record.known_at.to_string())
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        first("inspections", "inspections.csv.gz"),
        (some("2011-09-02T05:00:00Z"), "2011-09-03T05:00:00Z".to_owned()),
        "an outcome is known from 00:00 of the next day"
    );
    assert_eq!(
        first("sanitation_complaints", "sanitation_complaints.csv.gz"),
        (some("2000-01-03T06:00:00Z"), "2000-01-03T06:00:00Z".to_owned()),
        "an appeal is known from 00:00 of its day"
    );
    assert_eq!(first("establishments", "establishments.csv.gz"), (None, "2010-01-01T06:00:00Z".to_owned()));
}

#[test]
fn police_districts_find_the_territory_of_a_point_on_shared_data() {
    let Some(folder) = data() else { return };
    let chicago = Chicago::new();
    let spec = Chicago::spec("police_districts");
    let mut areas = Vec::new();
    for batch in
        read(&spec, &chicago.context(), File::open(folder.join("police_districts.geojson")).unwrap()).unwrap()
    {
        let records = batch.unwrap().records.into_iter();
        areas.extend(
            records.map(|m| (m.territory_code.unwrap(), std::sync::Arc::new(m.record.geometry.unwrap()))),
        );
    }
    let index = TerritoryIndex::build(areas);
    let at = |lat, lon| index.code_of(dozor_domain::Position { lat, lon });
    // The first establishment, 853 W Randolph, whose licence names district 12.
    assert_eq!(at(41.88426142200001, -87.6495341312589), Some("12"));
    assert_eq!(at(41.75, -87.45), None, "the lake belongs to no district");
}

#[test]
fn the_mappings_of_every_pack_are_consistent() {
    let mut names = Vec::new();
    for pack in ["chicago", "moscow"] {
        let folder = root().join("packs").join(pack).join("sources");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let spec = SourceSpec::parse(&std::fs::read_to_string(&path).unwrap());
            let spec = spec.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(Some(spec.name.as_str()), path.file_stem().and_then(|stem| stem.to_str()));
            names.push(spec.name);
        }
    }
    assert!(names.len() > 30, "{names:?}");
}

#[test]
fn the_pack_parses_and_its_advice_names_only_codes_that_exist() {
    let chicago = Chicago::new();
    assert_eq!(chicago.manifest.territory_source.as_deref(), Some("police_districts"));
    let table = AdviceTable::parse(&pack_text("errors.toml")).unwrap();
    let known = |pattern: &str| match pattern.strip_suffix('*') {
        Some(beginning) => REJECT_CODES.iter().any(|info| info.code.starts_with(beginning)),
        None => pattern == "FULL_DUMP_SHRANK" || REJECT_CODES.iter().any(|info| info.code == pattern),
    };
    let unknown: Vec<_> = table.advice.iter().flat_map(|a| &a.codes).filter(|code| !known(code)).collect();
    assert_eq!(unknown, Vec::<&String>::new());
    for info in REJECT_CODES {
        assert!(table.find("inspections", info.code).is_some(), "{} has no owner", info.code);
    }
}

/// Says how quickly the largest file is mapped; run with `--ignored --nocapture` in release.
#[test]
#[ignore = "a measurement, not a check"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures and prints")]
fn speed_of_mapping_on_shared_data() {
    let Some(folder) = data() else { return };
    let chicago = Chicago::new();
    let spec = Chicago::spec("sanitation_complaints");
    let mut plain = Vec::new();
    let file = File::open(folder.join("sanitation_complaints.csv.gz")).unwrap();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(file), &mut plain).unwrap();
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = std::time::Instant::now();
        let mut rows = 0;
        for batch in read(&spec, &chicago.context(), plain.as_slice()).unwrap() {
            rows += batch.unwrap().records.len();
        }
        assert_eq!(rows, 74_401);
        best = best.min(start.elapsed());
    }
    println!("74401 rows in {best:?}: {:.0} rows/s", 74_401.0 / best.as_secs_f64());
}
