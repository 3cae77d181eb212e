//! What the crate promises, seen from its public side.

mod chicago;
mod csv_files;
mod geojson_files;
mod matching;
mod never_panics;

use dozor_domain::{PackManifest, Reject, Timestamp};

use crate::{DeliveryContext, History, IngestError, MappedRecord, SourceSpec, read};

/// A pack around Moscow.
pub(crate) fn manifest() -> PackManifest {
    PackManifest::parse(
        r#"
name = "tiny"
title = { ru = "Малый", en = "Tiny" }
authority = { ru = "Орган", en = "Authority" }
zone = "Europe/Moscow"
bounds = [36.8, 55.1, 38.0, 56.1]
[scale]
levels = ["low", "medium", "high"]
titles = { low = { ru = "н", en = "l" }, medium = { ru = "с", en = "m" }, high = { ru = "в", en = "h" } }
[[object_kinds]]
code = "parcel"
title = { ru = "Участок", en = "Parcel" }
[[control_kinds]]
code = "land"
title = { ru = "З", en = "L" }
short = { ru = "З", en = "L" }
object_kinds = ["parcel"]
"#,
    )
    .unwrap()
}

pub(crate) fn spec(format: &str, rest: &str) -> SourceSpec {
    SourceSpec::parse(&format!(
        "name = \"s\"\ntitle = {{ ru = \"\", en = \"\" }}\ndelivery = \"delta\"\nformat = \"{format}\"\n{rest}"
    ))
    .unwrap()
}

pub(crate) fn context<'a>(manifest: &'a PackManifest, delivered: &str) -> DeliveryContext<'a> {
    let received_at = manifest.zone.parse_as_of(delivered).unwrap().plus_days(1);
    DeliveryContext { manifest, delivered: delivered.parse().unwrap(), received_at, history: History::First }
}

pub(crate) type Rows = (Vec<MappedRecord>, Vec<Reject>);

/// Reads a whole file, delivered on 2026-11-20.
pub(crate) fn read_all(spec: &SourceSpec, bytes: &[u8]) -> Result<Rows, IngestError> {
    let manifest = manifest();
    read_with(spec, &context(&manifest, "2026-11-20"), bytes)
}

pub(crate) fn read_with(
    spec: &SourceSpec,
    context: &DeliveryContext<'_>,
    bytes: &[u8],
) -> Result<Rows, IngestError> {
    let (mut records, mut rejects) = (Vec::new(), Vec::new());
    for batch in read(spec, context, bytes)? {
        let batch = batch?;
        records.extend(batch.records);
        rejects.extend(batch.rejects);
    }
    Ok((records, rejects))
}

pub(crate) fn code(error: &IngestError) -> &'static str {
    use dozor_domain::Coded;
    error.info().code
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn micros(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}
