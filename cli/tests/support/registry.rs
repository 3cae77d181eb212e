//! An installation of packs/chicago with small full deliveries of its registry.

use std::path::{Path, PathBuf};

use super::{Ended, NOW, done, dozor, dozor_at, folder, text};

/// Writes a registry of Chicago with the licences of a range and returns the file.
pub fn registry(folder: &Path, name: &str, licences: std::ops::Range<u32>) -> PathBuf {
    let mut rows = String::from(
        "License,DBA_Name,AKA_Name,Facility_Type,Risk,Address,City,State,Zip,Latitude,Longitude\n",
    );
    for licence in licences {
        rows.push_str(&format!(
            "{licence},Shop {licence},,Restaurant,Risk 1 (High),1 Main St,CHICAGO,IL,60601,41.88,-87.63\n"
        ));
    }
    let path = folder.join(name);
    std::fs::write(&path, rows).unwrap();
    path
}

/// Is an installation of packs/chicago whose registry is delivered whole, again and again.
pub struct Chicago {
    folder: tempfile::TempDir,
}

impl Chicago {
    pub fn new() -> Self {
        let chicago = Self { folder: folder() };
        done(&["init", "--data", text(&chicago.data()), "--pack", "chicago"]);
        chicago
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Delivers a full registry on a day; returns exit code and document.
    pub fn deliver(&self, day: &str, licences: std::ops::Range<u32>) -> (i32, serde_json::Value) {
        self.deliver_at(NOW, day, licences)
    }

    /// Does the same at another instant.
    pub fn deliver_at(
        &self,
        now: &str,
        day: &str,
        licences: std::ops::Range<u32>,
    ) -> (i32, serde_json::Value) {
        let file = registry(self.folder.path(), &format!("{day}.csv"), licences);
        let source = ["--source", "establishments", "--delivered", day, text(&file)];
        self.ingest_at(now, &source)
    }

    /// Takes files at an instant; returns exit code and document.
    pub fn ingest_at(&self, now: &str, args: &[&str]) -> (i32, serde_json::Value) {
        let data = self.data();
        let ended = dozor_at(now, &[&["ingest", "--data", text(&data)], args].concat());
        (ended.code, ended.json())
    }

    pub fn confirm(&self, package: &str) -> Ended {
        dozor(&["ingest", "--data", text(&self.data()), "--confirm", package])
    }

    /// Returns how many objects were known at an instant and had not ended: the rows of a table of facts.
    pub fn known(&self, as_of: &str) -> usize {
        let file = self.folder.path().join("facts.csv");
        done(&["facts", "--data", text(&self.data()), "--as-of", as_of, "--export", text(&file)]);
        std::fs::read_to_string(file).unwrap().lines().count() - 1
    }
}

/// Returns the id of the package that a call speaks of.
pub fn package(document: &serde_json::Value) -> &str {
    document["packages"][0]["package"].as_str().unwrap()
}
