//! A pack as the program holds it: the texts of its files, and everything parsed from them. The folder is read
//! once, at `init`; from then on the texts come from the database.

use std::collections::BTreeMap;
use std::path::Path;

use dozor_domain::{hex, sha256};

use crate::error::AppError;

/// Holds the texts of a pack's files by their path inside the pack.
pub type PackFiles = BTreeMap<String, String>;

#[derive(rust_embed::RustEmbed)]
#[folder = "../packs"]
#[include = "*.toml"]
#[include = "*.rhai"]
#[include = "*.csv"]
struct BuiltIn;

/// Larger than any rule or table a person would write; a larger file is no pack.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// Endings of the files of a pack: settings, scripts, tables.
const PACK_FILES: [&str; 3] = ["toml", "rhai", "csv"];

/// Is `base.toml` of a version that says only what differs from a built-in pack.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct BaseText {
    base: String,
}

/// Reads a pack by the name of a built-in one, or from a folder. One with a `base.toml` is the built-in pack that it
/// names with its own files in place of that pack's.
///
/// # Errors
/// [`AppError::PackMissing`] when it is neither, [`AppError::Read`] when a file can't be read.
pub fn read_pack(name_or_path: &str) -> Result<PackFiles, AppError> {
    let mut files = read_own(name_or_path)?;
    let Some(text) = files.remove(BASE) else { return Ok(files) };
    let missing = || AppError::PackMissing { path: format!("{name_or_path}/{BASE}") };
    let base: BaseText = toml::from_str(&text).map_err(|_| missing())?;
    let mut whole = built_in(&base.base);
    if whole.is_empty() || whole.contains_key(BASE) {
        return Err(missing());
    }
    whole.extend(files);
    Ok(whole)
}

/// Names the pack that a version differs from.
const BASE: &str = "base.toml";

fn built_in(name: &str) -> PackFiles {
    let prefix = format!("{name}/");
    BuiltIn::iter()
        .filter_map(|path| path.strip_prefix(&prefix).map(|inner| (inner.to_owned(), path.to_string())))
        .filter_map(|(inner, path)| {
            let file = BuiltIn::get(&path)?;
            Some((inner, String::from_utf8(file.data.into_owned()).ok()?))
        })
        .collect()
}

fn read_own(name_or_path: &str) -> Result<PackFiles, AppError> {
    let built_in = built_in(name_or_path);
    if !built_in.is_empty() {
        return Ok(built_in);
    }
    let root = Path::new(name_or_path);
    if !root.join("pack.toml").is_file() && !root.join(BASE).is_file() {
        return Err(AppError::PackMissing { path: name_or_path.to_owned() });
    }
    let mut files = PackFiles::new();
    read_folder(root, root, &mut files)?;
    Ok(files)
}

fn read_folder(root: &Path, folder: &Path, files: &mut PackFiles) -> Result<(), AppError> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |source| AppError::Read { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        if path.is_dir() {
            read_folder(root, &path, files)?;
        } else if path.extension().is_some_and(|ending| PACK_FILES.iter().any(|known| ending == *known)) {
            let size = path.metadata().map_err(failed(&path))?.len();
            if size > MAX_FILE_BYTES {
                return Err(AppError::PackFileTooLarge { path: path.display().to_string(), bytes: size });
            }
            let text = std::fs::read_to_string(&path).map_err(failed(&path))?;
            let inner = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(inner, text);
        }
    }
    Ok(())
}

/// Tells whether a file decides categories: catalogue, rules, tables, policy, scorecard, source mappings, calendar and
/// scale. The model, the planner and the demo city have lives of their own.
fn is_methodology(path: &str) -> bool {
    ["pack.toml", "facts.toml", "policy.toml", "scorecard.toml"].contains(&path)
        || path.starts_with("rules/")
        || path.starts_with("tables/")
        || path.starts_with("sources/")
}

/// Returns the hash that names a methodology version: over the path and text of each file that decides categories,
/// and the engine's version.
pub fn methodology_hash(files: &PackFiles) -> String {
    methodology_hash_under(files, ENGINE_VERSION)
}

/// Returns the hash that named a version under an engine, which may be an earlier one: a version keeps its name.
pub(crate) fn methodology_hash_under(files: &PackFiles, engine: &str) -> String {
    let mut bytes = Vec::new();
    let files = files
        .iter()
        .filter(|(path, _)| is_methodology(path))
        .map(|(path, text)| (path.as_str(), text.as_str()));
    for (path, text) in [("engine", engine)].into_iter().chain(files) {
        for part in [path, text] {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
    }
    hex(&sha256(&bytes))
}

/// Is the semantic version of the engine: it changes whenever the same inputs could give another category.
pub const ENGINE_VERSION: &str = "1.1.0";

#[cfg(test)]
mod tests {
    use dozor_scoring::ModelRole;

    use super::*;
    use crate::methodology::LoadedMethodology;

    #[test]
    fn the_second_version_of_moscow_is_the_first_with_a_card_and_another_role() {
        let (first, second) = (read_pack("moscow").unwrap(), read_pack("moscow-scorecard").unwrap());
        let differing: Vec<&String> = second
            .iter()
            .filter(|(path, text)| first.get(*path) != Some(*text))
            .map(|(path, _)| path)
            .collect();
        assert_eq!(differing, ["policy.toml", "scorecard.toml"]);
        let (first, second) =
            (LoadedMethodology::parse(first).unwrap(), LoadedMethodology::parse(second).unwrap());
        assert_eq!(
            (first.policy.role(), second.policy.role()),
            (ModelRole::RulesOnly, ModelRole::ScorecardMatrix)
        );
        assert!(second.policy.card().is_some_and(|card| card.facts.len() > 3));
        assert_ne!(first.hash, second.hash);
    }

    #[test]
    fn an_engine_gives_versions_names_of_its_own() {
        // Raised when scripts beyond their heads began to fail and extremes with unreadable parts became unknown: the
        // same files and records may give another category since.
        assert_eq!(ENGINE_VERSION, "1.1.0");
        let files = read_pack("chicago").unwrap();
        assert_eq!(methodology_hash(&files), methodology_hash_under(&files, ENGINE_VERSION));
        assert_ne!(methodology_hash(&files), methodology_hash_under(&files, "1.0.0"));
    }

    #[test]
    fn a_table_is_a_file_of_the_pack_and_of_the_methodology() {
        const TABLE: &str = "tables/use_conflict.csv";
        let files = read_pack("moscow").unwrap();
        assert!(files.contains_key(TABLE), "it is embedded");
        let mut changed = files.clone();
        changed.get_mut(TABLE).unwrap().push_str("4.9;housing;2\n");
        assert_ne!(methodology_hash(&files), methodology_hash(&changed));
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in &files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        assert_eq!(read_pack(folder.path().to_str().unwrap()).unwrap(), files);
    }

    #[test]
    fn a_base_that_is_no_pack_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("base.toml"), "base = \"nowhere\"").unwrap();
        let refused = read_pack(folder.path().to_str().unwrap()).unwrap_err();
        assert!(matches!(refused, AppError::PackMissing { .. }), "{refused}");
    }
}
