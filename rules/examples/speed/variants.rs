//! Rules of the pack, as they are and with other thresholds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dozor_domain::{FieldDefinition, PackManifest};
use dozor_facts::{FactCatalogue, SourceSchema};
use dozor_rules::RuleSet;
use dozor_script::Names;

use crate::Failed;

/// Reads the pack and makes so many rules of its rules: each further round moves every number of a script.
pub(crate) fn rules(count: usize) -> Result<(RuleSet, Names), Failed> {
    changed(count, ("", "", ""))
}

/// Makes the same rules, and in one file puts another text for one text.
pub(crate) fn changed(
    count: usize,
    (file, text, other): (&str, &str, &str),
) -> Result<(RuleSet, Names), Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/moscow");
    let manifest = PackManifest::parse(&std::fs::read_to_string(folder.join("pack.toml"))?)?;
    let mut sources = BTreeMap::new();
    for path in files(&folder.join("sources"), ".toml")? {
        let (name, source) = schema(&std::fs::read_to_string(path)?)?;
        sources.insert(name, source);
    }
    let facts = std::fs::read_to_string(folder.join("facts.toml"))?;
    let mut tables = BTreeMap::new();
    for path in files(&folder.join("tables"), ".csv")? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        tables.insert(format!("tables/{name}"), std::fs::read_to_string(&path)?);
    }
    let names = FactCatalogue::parse_with_tables(&facts, &tables, &sources, &manifest)?.names();
    let scripts = files(&folder.join("rules"), ".rhai")?;
    let mut varied = BTreeMap::new();
    for place in 0..count {
        let path = &scripts[place % scripts.len()];
        let id = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let round = place / scripts.len();
        let text = std::fs::read_to_string(path)?;
        let new_id = format!("{id}_{round}");
        let text = text.replacen(&format!("id = \"{id}\""), &format!("id = \"{new_id}\""), 1);
        let (head, script) = text.split_once("*/").ok_or("a rule without a head")?;
        // The head names the most points of the moved script too.
        let head = head.lines().map(|line| match line.strip_prefix("points = ") {
            Some(points) if points.starts_with(|first: char| ('1'..='9').contains(&first)) => {
                format!("points = {points}000\n")
            }
            _ => format!("{line}\n"),
        });
        let head: String = head.collect();
        varied.insert(format!("rules/{new_id}.rhai"), format!("{head}*/{}", moved(script, round)));
    }
    if let Some(rule) = varied.get_mut(file) {
        *rule = rule.replace(text, other);
    }
    let rules = RuleSet::parse(&varied, &names, &manifest);
    let rules =
        rules.map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    Ok((rules, names))
}

fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Failed> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    found.retain(|path| path.to_string_lossy().ends_with(ending));
    found.sort();
    Ok(found)
}

fn schema(text: &str) -> Result<(String, SourceSchema), Failed> {
    let table: toml::Table = toml::from_str(text)?;
    let fields = table.get("fields").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let mut known = Vec::new();
    for field in fields {
        let name =
            field.get("name").and_then(toml::Value::as_str).ok_or("a field without a name")?.to_owned();
        let value_type = field.get("type").cloned().ok_or("a field without a type")?.try_into()?;
        known.push(FieldDefinition { name, value_type });
    }
    let text = |key: &str| table.get(key).cloned().ok_or_else(|| format!("a source without {key}"));
    Ok((text("name")?.try_into()?, SourceSchema { subject: text("subject")?.try_into()?, fields: known }))
}

/// Adds the round to every number that stands alone: other thresholds, other nodes.
fn moved(script: &str, round: usize) -> String {
    if round == 0 {
        return script.to_owned();
    }
    let mut text = String::new();
    let mut rest = script;
    while let Some(at) = rest.find(|character: char| character.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        text.push_str(before);
        let end = number
            .find(|character: char| !character.is_ascii_digit() && character != '.')
            .unwrap_or(number.len());
        let (number, after) = number.split_at(end);
        let in_name = before.chars().next_back().is_some_and(|last| last.is_alphanumeric() || last == '_');
        match (in_name, number.parse::<i64>(), number.parse::<f64>()) {
            (false, Ok(whole), _) => text.push_str(&(whole + i64::try_from(round).unwrap_or(1)).to_string()),
            (false, Err(_), Ok(decimal)) => text.push_str(&format!("{:?}", decimal + round as f64 * 0.25)),
            _ => text.push_str(number),
        }
        rest = after;
    }
    text + rest
}
