//! What became of files, in counts and words.

use std::collections::BTreeMap;

use dozor_domain::IngestCounts;
use dozor_store::Package;
use serde::Serialize;

/// Says what became of the files.
#[derive(Clone, Debug, Default)]
pub struct IngestReport {
    /// Counts over all files.
    pub counts: IngestCounts,
    /// Refused rows by code.
    pub rejects: BTreeMap<String, u64>,
    /// What people should know: held packages, vanished keys, rows that fit several objects.
    pub notes: Vec<String>,
    /// The packages, in the order of the files.
    pub packages: Vec<PackageReport>,
}

/// Says what became of one file.
#[derive(Clone, Debug, Serialize)]
pub struct PackageReport {
    /// Id of its package.
    pub package: String,
    /// Name of the file.
    pub file: String,
    /// `done` or `held`.
    pub status: &'static str,
    /// Live keys that a full delivery lacks; they end when the package is confirmed.
    pub vanished: u64,
}

impl IngestReport {
    pub(super) fn add(&mut self, counts: IngestCounts) {
        self.counts.received += counts.received;
        self.counts.accepted += counts.accepted;
        self.counts.duplicates += counts.duplicates;
        self.counts.variants += counts.variants;
        self.counts.rejected += counts.rejected;
        self.counts.held += counts.held;
        self.counts.unmatched += counts.unmatched;
    }

    /// Says that a package was confirmed by an earlier call: nothing of it is new.
    pub(crate) fn confirmed_before(&mut self, package: &Package) {
        self.add(seen_again(package));
        self.add_package(package, 0);
        self.notes.push(format!("{}: it was confirmed before", package.file_name));
    }

    /// Says that a package, whose rows were stored before, is confirmed now.
    pub(crate) fn confirmed_now(&mut self, package: &Package) {
        self.add(seen_again(package));
        self.add_package(package, 0);
        self.notes.extend(package.note.clone());
    }

    /// Says that a held package is put away.
    pub(crate) fn dismissed(&mut self, package: &Package) {
        self.add(seen_again(package));
        self.add_package(package, 0);
        self.notes.extend(package.note.clone());
    }

    pub(super) fn add_package(&mut self, package: &Package, vanished: u64) {
        self.packages.push(PackageReport {
            package: package.id.to_string(),
            file: package.file_name.clone(),
            status: package.status_code(),
            vanished,
        });
    }
}

/// Says what became of the files before the one that failed: they are stored and stay.
pub(super) fn done_before(report: &IngestReport) -> String {
    let files = report.packages.len();
    if files == 0 {
        return String::new();
    }
    let IngestCounts { received, accepted, duplicates, variants, rejected, held, .. } = report.counts;
    format!(
        "; before it {files} files are stored: received {received} = accepted {accepted} + duplicates {duplicates} + \
         variants {variants} + rejected {rejected} + held {held}"
    )
}

pub(super) fn received_before(package: &Package) -> String {
    let mut note = format!("{}: these bytes were received before", package.file_name);
    if let Some(known) = &package.note {
        note.push_str(&format!(": {known}"));
    }
    note
}

/// Counts a package that was received before: nothing of it is new.
pub(super) fn seen_again(package: &Package) -> IngestCounts {
    let IngestCounts { received, rejected, held, .. } = package.counts;
    IngestCounts {
        received,
        duplicates: received - rejected - held,
        rejected,
        held,
        ..IngestCounts::default()
    }
}
